package teiten.sample;

import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// Opens zip, tar and gzip in memory, within bounds; nothing is written, no member's name becomes a path.
///
/// # Adversary
/// Bombs (one budget of unpacked bytes for the whole file, archives inside archives included), endless members, damaged
/// and encrypted entries, names with control characters. Whatever the libraries throw is an anomaly of the file.
final class ArchiveReader {
    static final int MOST_MEMBERS = 256;
    static final long MOST_BYTES = 64L << 20;
    private static final int MOST_MEMBER_BYTES = 16 << 20;
    private static final int DEEPEST = 2;

    private final List<ArchiveFacts.Member> members = new ArrayList<>();
    private final ElfReader.Oddities odd;
    private long unpacked;
    private boolean cut;

    private ArchiveReader(ElfReader.Oddities odd) {
        this.odd = odd;
    }

    /// `zip`, `tar`, `gzip`, or empty.
    static String format(FileBytes file) {
        if (file.startsWith(0, "PK\3\4") || file.startsWith(0, "PK\5\6")) {
            return "zip";
        }
        if (file.u8(0) == 0x1f && file.u8(1) == 0x8b && file.size() >= 10) {
            return "gzip";
        }
        return file.startsWith(257, "ustar") ? "tar" : "";
    }

    static ArchiveFacts read(FileBytes file, String format, ElfReader.Oddities odd) {
        ArchiveReader reader = new ArchiveReader(odd);
        reader.open(file.raw(), format, "", 0);
        return new ArchiveFacts(format, List.copyOf(reader.members), reader.unpacked, reader.cut);
    }

    private void open(byte[] bytes, String format, String prefix, int depth) {
        try {
            InputStream in = new ByteArrayInputStream(bytes);
            switch (format) {
                case "zip" ->
                        walk(new ZipArchiveInputStream(in, "UTF-8", true, true), prefix, depth);
                case "tar" -> walk(new TarArchiveInputStream(in), prefix, depth);
                default -> gunzip(new GzipCompressorInputStream(in, true), prefix, depth);
            }
        } catch (IOException | RuntimeException damaged) {
            // the libraries throw unchecked exceptions for some damage, too
            odd.add(
                    Anomaly.Kind.ARCHIVE,
                    format + (prefix.isEmpty() ? "" : " in " + prefix),
                    "damaged: " + printable(String.valueOf(damaged.getMessage()), 120));
        }
    }

    private void gunzip(GzipCompressorInputStream in, String prefix, int depth) throws IOException {
        String name = in.getMetaData().getFileName();
        byte[] bytes = unpack(in);
        take(prefix + (name == null ? "content" : name), bytes, depth);
    }

    private <E extends ArchiveEntry> void walk(ArchiveInputStream<E> in, String prefix, int depth)
            throws IOException {
        for (E entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
            if (members.size() >= MOST_MEMBERS || unpacked >= MOST_BYTES) {
                stop("more than " + MOST_MEMBERS + " members or " + (MOST_BYTES >> 20) + " MB");
                return;
            }
            if (entry.isDirectory()) {
                continue;
            }
            if (!in.canReadEntryData(entry)) {
                members.add(
                        new ArchiveFacts.Member(
                                printable(prefix + entry.getName(), 200),
                                Math.max(0, entry.getSize()),
                                Fact.unknown("encrypted, or packed in an unknown way"),
                                "encrypted",
                                Fact.unknown("encrypted")));
                continue;
            }
            take(prefix + entry.getName(), unpack(in), depth);
        }
    }

    private byte[] unpack(InputStream in) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] piece = new byte[1 << 14];
        while (true) {
            long room = Math.min(MOST_MEMBER_BYTES - out.size(), MOST_BYTES - unpacked);
            if (room <= 0) {
                stop(
                        "a member unpacks to more than "
                                + (MOST_MEMBER_BYTES >> 20)
                                + " MB, or all to more than "
                                + (MOST_BYTES >> 20)
                                + " MB");
                return out.toByteArray();
            }
            int n = in.read(piece, 0, (int) Math.min(piece.length, room));
            if (n < 0) {
                return out.toByteArray();
            }
            out.write(piece, 0, n);
            unpacked += n;
        }
    }

    private void stop(String why) {
        if (!cut) {
            cut = true;
            odd.add(Anomaly.Kind.CUT_AT_BOUND, "archive", why);
        }
    }

    private void take(String name, byte[] bytes, int depth) {
        if (members.size() >= MOST_MEMBERS) {
            stop("more than " + MOST_MEMBERS + " members");
            return;
        }
        FileBytes member = new FileBytes(bytes);
        String inner = format(member);
        boolean elf = ElfHeader.hasMagic(member);
        String kind =
                elf
                        ? "elf"
                        : !inner.isEmpty()
                                ? "archive"
                                : ScriptReader.isScript(member) ? "script" : "other";
        Fact cpu =
                elf
                        ? Fact.known(
                                ElfReader.read(bytes).cpu().family().label(),
                                "e_machine of the member",
                                Trust.LOADER)
                        : Fact.unknown("not an ELF file");
        members.add(
                new ArchiveFacts.Member(
                        printable(name, 200),
                        bytes.length,
                        cut && bytes.length >= MOST_MEMBER_BYTES
                                ? Fact.unknown("cut at the bound")
                                : Fact.known(Hashes.sha256(bytes), "unpacked bytes", Trust.LOADER),
                        kind,
                        cpu));
        if (!inner.isEmpty() && depth < DEEPEST) {
            open(bytes, inner, name + "!", depth + 1);
        }
    }

    private static String printable(String text, int bound) {
        String shown = text.length() > bound ? text.substring(0, bound) + "..." : text;
        return shown.replaceAll("[^ -~]", "?");
    }
}

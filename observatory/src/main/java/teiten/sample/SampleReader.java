package teiten.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Reads one file of any kind into facts. Nothing in the file makes it throw; only a file that cannot be read does.
///
/// Memory is bounded by [#MOST_BYTES] and a small multiple of it for the XOR search; what lies behind is hashed but
/// not looked at, and the facts say so.
public final class SampleReader {
    /// Bots have tens to hundreds of kilobytes; a Go program has some megabytes.
    public static final int MOST_BYTES = 32 << 20;

    private final FamilyRules rules;

    public SampleReader(FamilyRules rules) {
        this.rules = rules;
    }

    /// The facts of a file on disk.
    ///
    /// @throws IOException when it cannot be read
    public SampleFacts read(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MOST_BYTES);
            if (bytes.length < MOST_BYTES) {
                return read(bytes);
            }
            return readLong(bytes, in);
        }
    }

    /// The facts of `bytes`, which are not changed.
    public SampleFacts read(byte[] bytes) {
        return facts(bytes, bytes.length, Hashes.of(bytes), List.of());
    }

    private SampleFacts readLong(byte[] beginning, InputStream rest) throws IOException {
        List<MessageDigest> digests =
                List.of(Hashes.digest("MD5"), Hashes.digest("SHA-1"), Hashes.digest("SHA-256"));
        digests.forEach(digest -> digest.update(beginning));
        long size = beginning.length;
        byte[] piece = new byte[1 << 16];
        for (int n = rest.read(piece); n >= 0; n = rest.read(piece)) {
            for (MessageDigest digest : digests) {
                digest.update(piece, 0, n);
            }
            size += n;
        }
        HexFormat hex = HexFormat.of();
        Hashes hashes =
                new Hashes(
                        hex.formatHex(digests.get(0).digest()),
                        hex.formatHex(digests.get(1).digest()),
                        hex.formatHex(digests.get(2).digest()),
                        Hashes.tlsh(beginning));
        if (size == beginning.length) {
            return facts(beginning, size, hashes, List.of());
        }
        Anomaly cut =
                new Anomaly(
                        Anomaly.Kind.CUT_AT_BOUND,
                        "file",
                        "only the first " + MOST_BYTES + " of " + size + " bytes were read");
        return facts(beginning, size, hashes, List.of(cut));
    }

    private SampleFacts facts(byte[] bytes, long size, Hashes hashes, List<Anomaly> before) {
        FileBytes file = new FileBytes(bytes);
        List<Anomaly> anomalies = new ArrayList<>(before);
        SampleFacts.Content content = content(file, anomalies);
        List<XorTable> tables =
                content instanceof SampleFacts.Archive ? List.of() : XorSearch.tables(file);
        StringScan scan = new StringScan();
        if (!(content instanceof SampleFacts.Archive)) {
            scan.plain(file);
            for (XorTable table : tables) {
                for (Found entry : table.entries()) {
                    scan.take(entry.value(), entry.offset(), table.via());
                }
            }
        }
        return new SampleFacts(
                size,
                size == bytes.length,
                hashes,
                content,
                Entropy.of(bytes, 0, bytes.length),
                scan.facts(),
                tables,
                content instanceof SampleFacts.Elf ? Traces.of(file) : Traces.NONE,
                rules.match(file, tables),
                List.copyOf(anomalies));
    }

    private static SampleFacts.Content content(FileBytes file, List<Anomaly> anomalies) {
        if (ElfHeader.hasMagic(file)) {
            ElfFacts facts = ElfReader.read(file.raw());
            anomalies.addAll(facts.anomalies());
            return new SampleFacts.Elf(facts);
        }
        String archive = ArchiveReader.format(file);
        if (!archive.isEmpty()) {
            return new SampleFacts.Archive(
                    ArchiveReader.read(
                            file,
                            archive,
                            (kind, where, detail) -> {
                                if (anomalies.size() < 64) {
                                    anomalies.add(new Anomaly(kind, where, detail));
                                }
                            }));
        }
        if (ScriptReader.isScript(file)) {
            return new SampleFacts.Script(ScriptReader.read(file));
        }
        return new SampleFacts.Other(what(file));
    }

    private static String what(FileBytes file) {
        if (file.size() == 0) {
            return "empty";
        }
        if (file.startsWith(0, "MZ")) {
            return "DOS or Windows program";
        }
        if (file.startsWith(0, "dex\n") || file.startsWith(0, "\u00ca\u00fe\u00ba\u00be")) {
            return "Java or Android code";
        }
        if (file.startsWith(0, "<!DOCTYPE")
                || file.startsWith(0, "<html")
                || file.startsWith(0, "<HTML")) {
            return "HTML";
        }
        if (file.startsWith(0, "7z\u00bc\u00af")
                || file.startsWith(0, "Rar!")
                || file.startsWith(0, "\u00fd7zXZ")
                || file.startsWith(0, "BZh")) {
            return "archive of a kind that is not opened";
        }
        if (file.startsWith(0, "\u007fELF".substring(0, 1))) {
            return "data with a damaged ELF magic";
        }
        int look = Math.min(file.size(), 1024);
        for (int i = 0; i < look; i++) {
            byte b = file.raw()[i];
            if (!StringScan.isPrintable(b) && b != '\n' && b != '\r') {
                return "data";
            }
        }
        return "text";
    }
}

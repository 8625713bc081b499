package teiten.sample;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Signs that a file unpacks itself, found without believing any magic: IoT malware alters UPX's headers so that upx
/// itself refuses the file while it still runs.
///
/// ```
/// l_info, right behind the program headers:  u32 checksum, "UPX!", u16 loader size, u8 version, u8 format
/// p_info, behind it:                         u32 id, u32 file size, u32 block size
/// trailer, 36 bytes at the end:              "UPX!", version, format, …, original size at +24, …
/// ```
final class UpxSigns {
    private static final byte[] MAGIC = "UPX!".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] INFO =
            "$Info: This file is packed".getBytes(StandardCharsets.ISO_8859_1);
    private static final int TRAILER = 36;
    private static final double RANDOM_LOOKING = 6.8;

    private UpxSigns() {}

    static Packing read(
            FileBytes file, ElfHeader header, List<Segment> segments, ElfSections sections) {
        if (segments.isEmpty()) {
            return new Packing(Fact.unknown("no program headers can be read"), "", -1, List.of());
        }
        List<String> signs = new ArrayList<>();
        boolean shape = shape(segments);
        if (shape) {
            signs.add(
                    "one PT_LOAD of 0x1000 file bytes or fewer and a large memory beside one R-X"
                            + " PT_LOAD");
        }
        boolean noSections = sections.count() == 0;
        if (noSections) {
            signs.add("no section table");
        }
        long loader =
                header.phoff()
                        + (long) header.segmentsPresent(file) * header.width().programHeaderBytes();
        boolean magic = file.startsWith(loader + 4, "UPX!");
        int version = file.u8(loader + 10);
        int format = file.u8(loader + 11);
        boolean format1 = (version >= 11 && version <= 14) && formatFits(format, header);
        if (magic) {
            signs.add("UPX! at 0x" + Long.toHexString(loader + 4));
        }
        if (format1) {
            signs.add(
                    "loader info at 0x"
                            + Long.toHexString(loader)
                            + ": version "
                            + version
                            + ", format "
                            + format);
        }
        double entropy = highest(segments);
        if (entropy >= RANDOM_LOOKING) {
            signs.add(
                    String.format(
                            Locale.ROOT, "entropy %.2f bits a byte in a loaded segment", entropy));
        }
        boolean info =
                file.find(INFO, 0, Math.min(file.size(), 1 << 20)) >= 0
                        || file.find(INFO, file.size() - (1 << 16), file.size()) >= 0;
        int trailerAt = lastMagic(file);
        boolean trailer = trailerAt >= 0 && trailerAt == file.size() - TRAILER;
        long trailerSize = trailer ? file.u32(trailerAt + 24L, header.order()) : -1;
        long headerSize = file.u32(loader + 16, header.order());

        boolean sure = format1 && (magic || shape);
        boolean shapely = shape && noSections && entropy >= RANDOM_LOOKING;
        if (!sure && !shapely) {
            return new Packing(
                    Fact.known("no", "no sign of a packer in the segments", Trust.INFERRED),
                    "",
                    -1,
                    List.copyOf(signs));
        }
        boolean intact =
                magic && format1 && info && trailer && headerSize == trailerSize && headerSize != 0;
        if (!intact) {
            signs.add(altered(magic, info, trailer, headerSize, trailerSize));
        }
        long original =
                trailer && plausible(trailerSize, file)
                        ? trailerSize
                        : plausible(headerSize, file) ? headerSize : -1;
        return new Packing(
                Fact.known(
                        "yes",
                        "segments and loader info at 0x" + Long.toHexString(loader),
                        Trust.INFERRED),
                intact ? "UPX" : "packed, header altered",
                original,
                List.copyOf(signs));
    }

    private static String altered(
            boolean magic, boolean info, boolean trailer, long inHeader, long inTrailer) {
        List<String> what = new ArrayList<>();
        if (!magic) {
            what.add("no UPX! in the loader info");
        }
        if (!info) {
            what.add("no copyright text");
        }
        if (!trailer) {
            what.add("no UPX! 36 bytes before the end");
        } else if (inHeader != inTrailer) {
            what.add(
                    "original size "
                            + inHeader
                            + " in the loader info, "
                            + inTrailer
                            + " in the trailer");
        }
        return "altered: " + (what.isEmpty() ? "original size 0" : String.join("; ", what));
    }

    private static boolean shape(List<Segment> segments) {
        int loads = 0;
        boolean room = false;
        boolean code = false;
        for (Segment segment : segments) {
            if (!segment.isLoad()) {
                continue;
            }
            loads++;
            if (Long.compareUnsigned(segment.fileBytes(), 0x1000) <= 0
                    && Long.compareUnsigned(segment.memoryBytes(), 0x4000) >= 0
                    && (segment.flags() & 1) == 0) {
                room = true;
            } else if ((segment.flags() & 7) == 5) {
                code = true;
            }
        }
        return loads == 2 && room && code;
    }

    /// Format byte of UPX by CPU; the same numbers whatever the magic says.
    private static boolean formatFits(int format, ElfHeader header) {
        return switch (CpuFamily.of(header.machine())) {
            case X86 -> format == 10 || format == 12;
            case X86_64 -> format == 22;
            case ARM -> format == 23 || format == 133;
            case MIPS -> format == 30 || format == 137;
            case POWERPC -> format == 132;
            case POWERPC64 -> format == 41 || format == 140 || format == 141;
            case AARCH64 -> format == 42;
            case SUPERH,
                    SPARC,
                    M68K,
                    ARC,
                    ALPHA,
                    RISCV,
                    S390,
                    HPPA,
                    IA64,
                    LOONGARCH,
                    MICROBLAZE,
                    NIOS2,
                    OPENRISC,
                    XTENSA,
                    CSKY,
                    OTHER,
                    UNKNOWN ->
                    false;
        };
    }

    private static double highest(List<Segment> segments) {
        double highest = 0;
        for (Segment segment : segments) {
            highest = segment.isLoad() ? Math.max(highest, segment.entropy()) : highest;
        }
        return highest;
    }

    private static int lastMagic(FileBytes file) {
        for (int at = file.size() - MAGIC.length; at >= Math.max(0, file.size() - 512); at--) {
            if (file.startsWith(at, "UPX!")) {
                return at;
            }
        }
        return -1;
    }

    private static boolean plausible(long size, FileBytes file) {
        return size > 0 && size < 1L << 30 && size >= file.size() / 4;
    }
}

package teiten.sample;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads one ELF file that somebody hostile may have written, and never throws for what stands in it.
///
/// # Invariants
/// - Every offset and length is unsigned 64-bit and checked against the file before use ([FileBytes]).
/// - Nothing is allocated by a number from the file: loops run to the smaller of the header's number, a bound of ours,
///   and what the file can hold.
/// - Sections are optional. Each part gives a value or an [Anomaly]; no part depends on another one being sound.
///
/// # Adversary
/// False identification bytes, tables beyond the end, counts of 65535, overlapping or endless segments, junk behind
/// valid looking types, files cut anywhere. Work is linear in the file's size, so time is bounded by the size bound.
public final class ElfReader {
    private static final int MOST_ANOMALIES = 64;

    /// After so many, the rest is one line: junk read as program headers would fill the list.
    private static final int MOST_OUTSIDE = 4;

    private final FileBytes file;
    private final List<Anomaly> anomalies = new ArrayList<>();
    private long entropyLeft;
    private int outside;

    private ElfReader(FileBytes file) {
        this.file = file;
        this.entropyLeft = 4L * file.size();
    }

    /// Whether the file begins as every loader asks of an ELF file.
    public static boolean isElf(byte[] bytes) {
        return ElfHeader.hasMagic(new FileBytes(bytes));
    }

    /// All ELF facts of `bytes`, which must begin with the ELF magic.
    public static ElfFacts read(byte[] bytes) {
        return new ElfReader(new FileBytes(bytes)).read();
    }

    private ElfFacts read() {
        Reading reading = Reading.of(file);
        ElfHeader header = reading.header();
        CpuFamily family = cpuFamily(header);
        ElfHeaderCheck.check(file, header, this::add);
        List<Segment> segments = segments(header);
        ElfSections sections = ElfSections.read(file, header, this::add);
        Cpu cpu =
                ElfAttributes.refine(
                        file, ElfFlags.cpu(header, family), segments, sections, this::add);
        ElfDynamic dynamic = ElfDynamic.read(file, header, segments, this::add);
        checkTrailing(header, segments, sections);
        boolean lies = reading.headerLies(file);
        String words = ElfFlags.words(header, family);
        int flagsAt = header.flagsOffset();
        String flagsWhere = "e_flags (offset 0x" + Integer.toHexString(flagsAt) + ")";
        boolean flagsRead = file.holds(flagsAt, 4);
        return new ElfFacts(
                cpu,
                identFact(
                        reading,
                        header.width().name(),
                        "EI_CLASS (offset 4)",
                        file.u8(ElfHeader.EI_CLASS) != header.width().identByte()),
                identFact(
                        reading,
                        header.order().word(),
                        "EI_DATA (offset 5)",
                        file.u8(ElfHeader.EI_DATA) != header.order().identByte()),
                typeFact(header),
                file.holds(ElfHeader.E_MACHINE, 2)
                        ? Fact.known(
                                CpuFamily.readelfName(header.machine()),
                                "e_machine (offset 0x12)",
                                Trust.LOADER)
                        : Fact.unknown("the file ends before e_machine"),
                flagsRead
                        ? Fact.known(
                                "0x" + Long.toHexString(header.flags()),
                                flagsWhere,
                                Trust.TOOLCHAIN)
                        : Fact.unknown("the file ends before e_flags"),
                flagsRead && !words.isEmpty()
                        ? Fact.known(words, flagsWhere, Trust.TOOLCHAIN)
                        : Fact.unknown("this family's flags have no words"),
                osAbi(),
                dynamic.staticallyLinked(),
                sections.stripped(),
                dynamic.interpreter(),
                lies,
                evidence(reading, lies),
                corrections(header, reading),
                segments,
                sections.count(),
                dynamic.needed(),
                ElfNotes.buildId(file, header, segments, this::add),
                UpxSigns.read(file, header, segments, sections),
                List.copyOf(anomalies));
    }

    private void add(Anomaly.Kind kind, String where, String detail) {
        if (anomalies.size() < MOST_ANOMALIES) {
            anomalies.add(new Anomaly(kind, where, detail));
        }
    }

    /// Takes what a part of the reader found odd.
    interface Oddities {
        void add(Anomaly.Kind kind, String where, String detail);
    }

    private CpuFamily cpuFamily(ElfHeader header) {
        return file.holds(ElfHeader.E_MACHINE, 2)
                ? CpuFamily.of(header.machine())
                : CpuFamily.UNKNOWN;
    }

    private static Fact identFact(Reading reading, String value, String where, boolean lies) {
        if (!reading.decided()) {
            return reading.claimed() == null
                    ? Fact.unknown("no reading of the header holds")
                    : Fact.known(value, where, Trust.CLAIM);
        }
        return lies
                ? Fact.known(
                        value, "the reading of four that holds, against " + where, Trust.INFERRED)
                : Fact.known(value, where, Trust.LOADER);
    }

    private Fact typeFact(ElfHeader header) {
        if (!file.holds(ElfHeader.E_TYPE, 2)) {
            return Fact.unknown("the file ends before e_type");
        }
        String word =
                switch (header.type()) {
                    case 0 -> "NONE";
                    case ElfHeader.REL -> "REL";
                    case ElfHeader.EXEC -> "EXEC";
                    case ElfHeader.DYN -> "DYN";
                    case ElfHeader.CORE -> "CORE";
                    default -> "0x" + Integer.toHexString(header.type());
                };
        return Fact.known(word, "e_type (offset 0x10)", Trust.LOADER);
    }

    private Fact osAbi() {
        if (!file.holds(ElfHeader.EI_OSABI, 1)) {
            return Fact.unknown("the file ends before EI_OSABI");
        }
        String word =
                switch (file.u8(ElfHeader.EI_OSABI)) {
                    case 0 -> "UNIX - System V";
                    case 1 -> "UNIX - HP-UX";
                    case 2 -> "UNIX - NetBSD";
                    case 3 -> "UNIX - GNU";
                    case 6 -> "UNIX - Solaris";
                    case 9 -> "UNIX - FreeBSD";
                    case 12 -> "UNIX - OpenBSD";
                    case 97 -> "ARM";
                    default -> "0x" + Integer.toHexString(file.u8(ElfHeader.EI_OSABI));
                };
        return Fact.known(word, "EI_OSABI (offset 7)", Trust.CLAIM);
    }

    private String evidence(Reading reading, boolean lies) {
        ElfHeader header = reading.header();
        if (!lies) {
            return "readings scored " + reading.scores();
        }
        return "header says class "
                + file.u8(ElfHeader.EI_CLASS)
                + ", data "
                + file.u8(ElfHeader.EI_DATA)
                + ", version "
                + file.u8(ElfHeader.EI_VERSION)
                + "; the reading that holds is "
                + header.width()
                + " "
                + header.order().word()
                + "; readings scored "
                + reading.scores();
    }

    /// What qemu and other strict loaders compare and the kernel does not.
    private List<Patch> corrections(ElfHeader header, Reading reading) {
        List<Patch> patches = new ArrayList<>();
        if (!reading.decided()) {
            return patches;
        }
        patch(patches, ElfHeader.EI_CLASS, 1, header.width().identByte(), "EI_CLASS");
        patch(patches, ElfHeader.EI_DATA, 1, header.order().identByte(), "EI_DATA");
        patch(patches, ElfHeader.EI_VERSION, 1, 1, "EI_VERSION");
        if (header.version() != 1) {
            patch(patches, ElfHeader.E_VERSION, 4, 1, "e_version");
        }
        if (header.ehsize() != header.width().headerBytes()) {
            patch(patches, header.ehsizeOffset(), 2, header.width().headerBytes(), "e_ehsize");
        }
        return List.copyOf(patches);
    }

    private void patch(List<Patch> patches, int offset, int length, long value, String field) {
        if (file.holds(offset, length) && (length > 1 || file.u8(offset) != value)) {
            patches.add(new Patch(offset, length, value, field));
        }
    }

    private List<Segment> segments(ElfHeader header) {
        int present = header.segmentsPresent(file);
        if (header.phnum() == 0xffff) {
            add(
                    Anomaly.Kind.PHNUM,
                    ElfHeaderCheck.at("e_phnum", header.phnumOffset()),
                    "65535, the mark of an extended count");
        } else if (header.phnum() > ElfHeader.MOST_SEGMENTS) {
            add(
                    Anomaly.Kind.PHNUM,
                    ElfHeaderCheck.at("e_phnum", header.phnumOffset()),
                    header.phnum() + " program headers");
        }
        if (header.phnum() > 0 && present < Math.min(header.phnum(), ElfHeader.MOST_SEGMENTS)) {
            add(
                    Anomaly.Kind.PROGRAM_HEADERS_OUTSIDE,
                    "e_phoff",
                    present + " of " + header.phnum() + " program headers lie in the file");
        }
        List<Segment> segments = new ArrayList<>();
        boolean entryInside = false;
        for (int i = 0; i < present; i++) {
            Segment segment = segment(header, i);
            segments.add(segment);
            check(segment);
            entryInside |=
                    segment.isLoad()
                            && Long.compareUnsigned(
                                            header.entry() - segment.virtualAddress(),
                                            segment.memoryBytes())
                                    < 0;
        }
        if (outside > MOST_OUTSIDE) {
            add(
                    Anomaly.Kind.SEGMENT_OUTSIDE,
                    "program headers",
                    outside + " of " + present + " ask for bytes that the file does not have");
        }
        if (!segments.isEmpty() && !entryInside && header.type() == ElfHeader.EXEC) {
            add(
                    Anomaly.Kind.ENTRY_OUTSIDE,
                    "e_entry (offset 0x18)",
                    "points into no loaded segment");
        }
        checkOverlap(segments);
        return List.copyOf(segments);
    }

    private Segment segment(ElfHeader header, int index) {
        Endianness order = header.order();
        boolean wide = header.width() == ElfClass.ELF64;
        long at = header.phoff() + (long) index * header.width().programHeaderBytes();
        long offset = wide ? file.u64(at + 8, order) : file.u32(at + 4, order);
        long address = wide ? file.u64(at + 16, order) : file.u32(at + 8, order);
        long fileBytes = wide ? file.u64(at + 32, order) : file.u32(at + 16, order);
        long memoryBytes = wide ? file.u64(at + 40, order) : file.u32(at + 20, order);
        int flags = (int) file.u32(wide ? at + 4 : at + 24, order);
        int present = file.present(offset, fileBytes);
        long type = file.u32(at, order);
        double entropy = 0;
        // A thousand segments that each span the file would make the work quadratic.
        if (type == ElfHeader.PT_LOAD && present > 0 && present <= entropyLeft) {
            entropy = Entropy.of(file.raw(), (int) offset, (int) offset + present);
            entropyLeft -= present;
        }
        return new Segment(
                index, type, flags, offset, address, fileBytes, memoryBytes, present, entropy);
    }

    private void check(Segment segment) {
        String where = "program header " + segment.index() + " (" + segment.typeName() + ")";
        if (segment.fileBytes() != segment.present() && ++outside <= MOST_OUTSIDE) {
            add(
                    Anomaly.Kind.SEGMENT_OUTSIDE,
                    where,
                    "asks for "
                            + Long.toUnsignedString(segment.fileBytes())
                            + " bytes at 0x"
                            + Long.toHexString(segment.offset())
                            + ", the file has "
                            + segment.present());
        }
        if (segment.isLoad() && Long.compareUnsigned(segment.memoryBytes(), 1L << 30) > 0) {
            add(
                    Anomaly.Kind.SEGMENT_MEMORY,
                    where,
                    "asks for "
                            + Long.toUnsignedString(segment.memoryBytes())
                            + " bytes of memory");
        }
    }

    private void checkOverlap(List<Segment> segments) {
        Set<Long> starts = new HashSet<>();
        for (Segment segment : segments) {
            if (segment.isLoad() && !starts.add(segment.virtualAddress())) {
                add(
                        Anomaly.Kind.SEGMENTS_OVERLAP,
                        "program header " + segment.index(),
                        "a second segment is loaded at 0x"
                                + Long.toHexString(segment.virtualAddress()));
            }
        }
    }

    /// Bytes behind everything the headers know: a packer's trailer, an appended configuration, or padding.
    private void checkTrailing(ElfHeader header, List<Segment> segments, ElfSections sections) {
        long end = header.width().headerBytes();
        int present = header.segmentsPresent(file);
        if (present > 0) {
            end =
                    Math.max(
                            end,
                            header.phoff() + (long) present * header.width().programHeaderBytes());
        }
        for (Segment segment : segments) {
            if (segment.present() > 0) {
                end = Math.max(end, segment.offset() + segment.present());
            }
        }
        end = Math.max(end, sections.end());
        if (Long.compareUnsigned(end, file.size()) < 0 && !segments.isEmpty()) {
            add(
                    Anomaly.Kind.TRAILING_BYTES,
                    "offset 0x" + Long.toHexString(end),
                    (file.size() - end) + " bytes belong to no segment or section");
        }
    }
}

package teiten.sample;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// How a file is linked, decided from the segments a loader uses: the interpreter it asks for, the libraries it needs.
record ElfDynamic(Fact staticallyLinked, Fact interpreter, List<String> needed) {
    private static final int MOST_ENTRIES = 1024;
    private static final int MOST_NEEDED = 64;
    private static final int NAME_BOUND = 256;

    private static final long DT_NEEDED = 1;
    private static final long DT_STRTAB = 5;
    private static final long DT_FLAGS_1 = 0x6ffffffbL;
    private static final long DF_1_PIE = 0x08000000L;

    static ElfDynamic read(
            FileBytes file, ElfHeader header, List<Segment> segments, ElfReader.Oddities odd) {
        Segment interp = first(segments, ElfHeader.PT_INTERP);
        Segment dynamic = first(segments, ElfHeader.PT_DYNAMIC);
        Table table = dynamic == null ? null : table(file, header, segments, dynamic, odd);
        List<String> needed = table == null ? List.of() : table.needed();
        Fact interpreter = interpreter(file, interp, odd);
        return new ElfDynamic(
                linking(file, header, segments, interp, interpreter, dynamic, table, odd),
                interpreter,
                needed);
    }

    private static Fact linking(
            FileBytes file,
            ElfHeader header,
            List<Segment> segments,
            @Nullable Segment interp,
            Fact interpreter,
            @Nullable Segment dynamic,
            @Nullable Table table,
            ElfReader.Oddities odd) {
        if (interp != null) {
            return interpreter.isKnown()
                    ? Fact.known(
                            "no", "PT_INTERP in program header " + interp.index(), Trust.LOADER)
                    : Fact.unknown("PT_INTERP names an interpreter that is not in the file");
        }
        if (segments.isEmpty()) {
            return header.type() == ElfHeader.REL && file.holds(0, header.width().headerBytes())
                    ? Fact.known(
                            "yes",
                            "no program headers: a relocatable, not linked yet",
                            Trust.INFERRED)
                    : Fact.unknown("no program headers can be read");
        }
        if (dynamic == null) {
            return Fact.known("yes", "neither PT_INTERP nor PT_DYNAMIC", Trust.LOADER);
        }
        if (header.type() == ElfHeader.DYN) {
            boolean staticPie =
                    table != null && table.sound() && table.pie() && table.needed().isEmpty();
            return staticPie
                    ? Fact.known(
                            "yes", "DF_1_PIE, no DT_NEEDED, no PT_INTERP: static-pie", Trust.LOADER)
                    : Fact.known(
                            "no", "PT_DYNAMIC in program header " + dynamic.index(), Trust.LOADER);
        }
        odd.add(
                Anomaly.Kind.DYNAMIC,
                "program header " + dynamic.index(),
                "PT_DYNAMIC in an executable without PT_INTERP: no dynamic linker is started");
        return Fact.known("yes", "no PT_INTERP: the kernel starts no dynamic linker", Trust.LOADER);
    }

    private static Fact interpreter(
            FileBytes file, @Nullable Segment interp, ElfReader.Oddities odd) {
        if (interp == null) {
            return Fact.unknown("no PT_INTERP");
        }
        String path = file.text(interp.offset(), Math.min(interp.present(), NAME_BOUND));
        if (path.isEmpty() || interp.present() != interp.fileBytes()) {
            odd.add(
                    Anomaly.Kind.INTERPRETER,
                    "program header " + interp.index(),
                    "PT_INTERP points at 0x"
                            + Long.toHexString(interp.offset())
                            + ", where no path stands");
            return Fact.unknown("PT_INTERP points outside the file");
        }
        return Fact.known(
                path, "PT_INTERP at 0x" + Long.toHexString(interp.offset()), Trust.LOADER);
    }

    private static @Nullable Segment first(List<Segment> segments, long type) {
        for (Segment segment : segments) {
            if (segment.type() == type) {
                return segment;
            }
        }
        return null;
    }

    private record Table(boolean sound, boolean pie, List<String> needed) {}

    private static Table table(
            FileBytes file,
            ElfHeader header,
            List<Segment> segments,
            Segment dynamic,
            ElfReader.Oddities odd) {
        int word = header.width() == ElfClass.ELF64 ? 8 : 4;
        int entries = Math.min(dynamic.present() / (2 * word), MOST_ENTRIES);
        List<Long> names = new ArrayList<>();
        long strings = -1;
        boolean pie = false;
        boolean ended = false;
        for (int i = 0; i < entries && !ended; i++) {
            long at = dynamic.offset() + (long) i * 2 * word;
            long tag = word(file, header, at);
            long value = word(file, header, at + word);
            if (tag == 0) {
                ended = true;
            } else if (tag == DT_NEEDED && names.size() < MOST_NEEDED) {
                names.add(value);
            } else if (tag == DT_STRTAB) {
                strings = fileOffset(segments, value);
            } else if (tag == DT_FLAGS_1) {
                pie = (value & DF_1_PIE) != 0;
            }
        }
        boolean sound = ended && strings >= 0 && file.holds(strings, 1);
        if (!sound) {
            odd.add(
                    Anomaly.Kind.DYNAMIC,
                    "program header " + dynamic.index(),
                    ended
                            ? "the dynamic table has no string table in the file"
                            : "the dynamic table has no end");
        }
        List<String> needed = new ArrayList<>();
        if (sound) {
            for (long name : names) {
                String text = file.text(strings + name, NAME_BOUND);
                if (!text.isEmpty()) {
                    needed.add(text);
                }
            }
        }
        return new Table(sound, pie, List.copyOf(needed));
    }

    private static long word(FileBytes file, ElfHeader header, long at) {
        return header.width() == ElfClass.ELF64
                ? file.u64(at, header.order())
                : file.u32(at, header.order());
    }

    /// Where a virtual address stands in the file, by the loaded segments, or -1.
    private static long fileOffset(List<Segment> segments, long address) {
        for (Segment segment : segments) {
            long into = address - segment.virtualAddress();
            if (segment.isLoad() && Long.compareUnsigned(into, segment.present()) < 0) {
                return segment.offset() + into;
            }
        }
        return -1;
    }
}

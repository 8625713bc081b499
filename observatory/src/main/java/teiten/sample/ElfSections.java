package teiten.sample;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The section table, if there is one worth believing. No loader looks at it, so it may be missing, forged or absurd.
final class ElfSections {
    private static final int NAME_BOUND = 64;

    private final List<Section> sections;
    private final Fact stripped;
    private final long end;

    private ElfSections(List<Section> sections, Fact stripped, long end) {
        this.sections = sections;
        this.stripped = stripped;
        this.end = end;
    }

    static ElfSections read(FileBytes file, ElfHeader header, ElfReader.Oddities odd) {
        String where =
                "e_shoff (offset 0x" + (header.width() == ElfClass.ELF64 ? "28" : "20") + ")";
        if (header.shoff() == 0) {
            return none("no section table");
        }
        int entry = header.width().sectionHeaderBytes();
        if (header.shentsize() != entry) {
            odd.add(
                    Anomaly.Kind.SHENTSIZE,
                    "e_shentsize (offset 0x" + Integer.toHexString(header.shentsizeOffset()) + ")",
                    header.shentsize() + " instead of " + entry);
            return none("the section table's entry size is wrong");
        }
        long count = header.shnum();
        if (count == 0) {
            count = file.holds(header.shoff(), entry) ? size(file, header, header.shoff()) : 0;
            odd.add(
                    Anomaly.Kind.SHNUM,
                    where,
                    "a section table without a count; its first entry says "
                            + Long.toUnsignedString(count));
        }
        if (count == 0) {
            return none("the section table is empty");
        }
        if (Long.compareUnsigned(count, ElfHeader.MOST_SECTIONS) > 0) {
            odd.add(Anomaly.Kind.SHNUM, where, Long.toUnsignedString(count) + " sections");
            count = ElfHeader.MOST_SECTIONS;
        }
        int present = file.present(header.shoff(), count * entry) / entry;
        if (present < count) {
            odd.add(
                    Anomaly.Kind.SECTION_TABLE_OUTSIDE,
                    where,
                    present + " of " + count + " section headers lie in the file");
            return none("the section table is not wholly in the file");
        }
        return read(file, header, present, odd);
    }

    private static ElfSections none(String why) {
        return new ElfSections(List.of(), Fact.unknown(why), 0);
    }

    private static ElfSections read(
            FileBytes file, ElfHeader header, int count, ElfReader.Oddities odd) {
        int entry = header.width().sectionHeaderBytes();
        long names = -1;
        if (header.shstrndx() < count) {
            long table = header.shoff() + (long) header.shstrndx() * entry;
            names = offset(file, header, table);
        } else {
            odd.add(
                    Anomaly.Kind.SHSTRNDX,
                    "e_shstrndx (offset 0x"
                            + Integer.toHexString(header.shentsizeOffset() + 4)
                            + ")",
                    header.shstrndx() + " of " + count + " sections");
        }
        List<Section> sections = new ArrayList<>();
        int outside = 0;
        boolean symbols = false;
        long end = header.shoff() + (long) count * entry;
        for (int i = 0; i < count; i++) {
            long at = header.shoff() + (long) i * entry;
            long type = file.u32(at + 4, header.order());
            long offset = offset(file, header, at);
            long size = size(file, header, at);
            boolean inside = type == 0 || type == Section.NOBITS || file.holds(offset, size);
            String name =
                    names < 0 ? "" : file.text(names + file.u32(at, header.order()), NAME_BOUND);
            long flags =
                    header.width() == ElfClass.ELF64
                            ? file.u64(at + 8, header.order())
                            : file.u32(at + 8, header.order());
            sections.add(new Section(i, name, type, flags, offset, size, inside));
            if (!inside) {
                outside++;
            } else if (type != 0 && type != Section.NOBITS) {
                end = Math.max(end, offset + size);
            }
            symbols |= type == Section.SYMTAB && inside && size > 0;
        }
        if (outside > 0) {
            odd.add(
                    Anomaly.Kind.SECTION_OUTSIDE,
                    "section table at 0x" + Long.toHexString(header.shoff()),
                    outside + " of " + count + " sections lie outside the file");
        }
        // A table of which more than a third points nowhere was not left by a linker.
        boolean credible =
                outside * 3 <= count && sections.stream().anyMatch(section -> section.type() != 0);
        Fact stripped =
                !credible
                        ? Fact.unknown("the section table is not credible")
                        : Fact.known(
                                symbols ? "no" : "yes",
                                symbols
                                        ? "SHT_SYMTAB in the section table"
                                        : "no SHT_SYMTAB in the section table",
                                Trust.TOOLCHAIN);
        return new ElfSections(credible ? List.copyOf(sections) : List.of(), stripped, end);
    }

    private static long offset(FileBytes file, ElfHeader header, long at) {
        return header.width() == ElfClass.ELF64
                ? file.u64(at + 24, header.order())
                : file.u32(at + 16, header.order());
    }

    private static long size(FileBytes file, ElfHeader header, long at) {
        return header.width() == ElfClass.ELF64
                ? file.u64(at + 32, header.order())
                : file.u32(at + 20, header.order());
    }

    /// Number of sections of a credible table, else 0.
    int count() {
        return sections.size();
    }

    Fact stripped() {
        return stripped;
    }

    /// The end of the last byte that the section table accounts for.
    long end() {
        return end;
    }

    /// The first section of that name that lies in the file.
    @Nullable Section named(String name) {
        for (Section section : sections) {
            if (section.inside() && section.name().equals(name)) {
                return section;
            }
        }
        return null;
    }
}

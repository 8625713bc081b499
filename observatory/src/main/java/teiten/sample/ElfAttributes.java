package teiten.sample;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/// What compilers wrote down about the CPU beside the code: `.ARM.attributes`, `.riscv.attributes`, `.gnu.attributes`,
/// `.MIPS.abiflags`. Lost with the section table, except where a segment points at them too.
///
/// ```
/// 'A' { u32 length, vendor "aeabi"/"riscv"/"gnu" NUL, { tag 1 = file, u32 length, { uleb tag, value }… }… }…
/// ```
final class ElfAttributes {
    private static final long PT_PROC_ATTRIBUTES = 0x70000003L;
    private static final int MOST_TAGS = 256;

    private static final int ARM_CPU_ARCH = 6;
    private static final int ARM_VFP_ARGS = 28;
    private static final int RISCV_ARCH = 5;
    private static final int GNU_ABI_FP = 4;

    private ElfAttributes() {}

    /// `cpu` with what the attributes add to the flags.
    static Cpu refine(
            FileBytes file,
            Cpu cpu,
            List<Segment> segments,
            ElfSections sections,
            ElfReader.Oddities odd) {
        return switch (cpu.family()) {
            case ARM -> arm(file, cpu, sections, odd);
            case MIPS -> mips(file, cpu, segments, sections, odd);
            case RISCV -> riscv(file, cpu, segments, sections, odd);
            case POWERPC -> powerPc(file, cpu, sections, odd);
            case X86,
                    X86_64,
                    AARCH64,
                    POWERPC64,
                    SUPERH,
                    SPARC,
                    M68K,
                    ARC,
                    ALPHA,
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
                    cpu;
        };
    }

    private static Cpu arm(FileBytes file, Cpu cpu, ElfSections sections, ElfReader.Oddities odd) {
        Section section = sections.named(".ARM.attributes");
        if (section == null) {
            return cpu;
        }
        String where = place(section);
        Tags tags =
                Tags.read(file, section.offset(), section.size(), cpu.order(), "aeabi", odd, where);
        Fact isa = cpu.isa();
        if (tags.number(ARM_CPU_ARCH) >= 0) {
            isa =
                    Fact.known(
                            armArch((int) tags.number(ARM_CPU_ARCH)),
                            where + ", Tag_CPU_arch",
                            Trust.TOOLCHAIN);
        }
        Fact floats = cpu.floatAbi();
        if (!floats.isKnown() && tags.any()) {
            floats =
                    Fact.known(
                            tags.number(ARM_VFP_ARGS) == 1 ? "hard" : "soft",
                            where + ", Tag_ABI_VFP_args",
                            Trust.TOOLCHAIN);
        }
        return with(cpu, isa, floats);
    }

    private static String armArch(int value) {
        return switch (value) {
            case 0 -> "Pre-v4";
            case 1 -> "v4";
            case 2 -> "v4T";
            case 3 -> "v5T";
            case 4 -> "v5TE";
            case 5 -> "v5TEJ";
            case 6 -> "v6";
            case 7 -> "v6KZ";
            case 8 -> "v6T2";
            case 9 -> "v6K";
            case 10 -> "v7";
            case 11 -> "v6-M";
            case 12 -> "v6S-M";
            case 13 -> "v7E-M";
            case 14 -> "v8";
            case 15 -> "v8-R";
            case 16 -> "v8-M.baseline";
            case 17 -> "v8-M.mainline";
            case 21 -> "v8.1-M.mainline";
            case 22 -> "v9";
            default -> "Tag_CPU_arch " + value;
        };
    }

    private static Cpu mips(
            FileBytes file,
            Cpu cpu,
            List<Segment> segments,
            ElfSections sections,
            ElfReader.Oddities odd) {
        for (Segment segment : segments) {
            if (segment.type() == PT_PROC_ATTRIBUTES && segment.present() >= 24) {
                return mipsFlags(
                        file,
                        cpu,
                        segment.offset(),
                        "PT_MIPS_ABIFLAGS at 0x" + Long.toHexString(segment.offset()));
            }
        }
        Section section = sections.named(".MIPS.abiflags");
        if (section != null && Long.compareUnsigned(section.size(), 24) >= 0) {
            return mipsFlags(file, cpu, section.offset(), place(section));
        }
        Section gnu = sections.named(".gnu.attributes");
        if (gnu != null) {
            Tags tags =
                    Tags.read(file, gnu.offset(), gnu.size(), cpu.order(), "gnu", odd, place(gnu));
            return with(
                    cpu,
                    cpu.isa(),
                    mipsFloat((int) tags.number(GNU_ABI_FP), place(gnu), cpu.floatAbi()));
        }
        return cpu;
    }

    private static Cpu mipsFlags(FileBytes file, Cpu cpu, long at, String where) {
        return with(cpu, cpu.isa(), mipsFloat(file.u8(at + 7), where, cpu.floatAbi()));
    }

    private static Fact mipsFloat(int abi, String where, Fact otherwise) {
        return switch (abi) {
            case 1 -> Fact.known("hard", where + ": double precision", Trust.TOOLCHAIN);
            case 2 -> Fact.known("hard", where + ": single precision", Trust.TOOLCHAIN);
            case 3 -> Fact.known("soft", where, Trust.TOOLCHAIN);
            case 4 ->
                    Fact.known(
                            "hard",
                            where + ": MIPS32r2 64-bit FPU, 12 callee-saved",
                            Trust.TOOLCHAIN);
            case 5 -> Fact.known("hard", where + ": 32-bit CPU, any FPU", Trust.TOOLCHAIN);
            case 6, 7 -> Fact.known("hard", where + ": 32-bit CPU, 64-bit FPU", Trust.TOOLCHAIN);
            default -> otherwise;
        };
    }

    private static Cpu riscv(
            FileBytes file,
            Cpu cpu,
            List<Segment> segments,
            ElfSections sections,
            ElfReader.Oddities odd) {
        Section section = sections.named(".riscv.attributes");
        long at = -1;
        long size = 0;
        String where = "";
        if (section != null) {
            at = section.offset();
            size = section.size();
            where = place(section);
        } else {
            for (Segment segment : segments) {
                if (segment.type() == PT_PROC_ATTRIBUTES && segment.present() > 0) {
                    at = segment.offset();
                    size = segment.present();
                    where = "PT_RISCV_ATTRIBUTES at 0x" + Long.toHexString(at);
                    break;
                }
            }
        }
        if (size == 0) {
            return cpu;
        }
        String arch = Tags.read(file, at, size, cpu.order(), "riscv", odd, where).text(RISCV_ARCH);
        return arch == null || !arch.matches("rv[0-9a-z_]{1,200}")
                ? cpu
                : with(
                        cpu,
                        Fact.known(arch, where + ", Tag_RISCV_arch", Trust.TOOLCHAIN),
                        cpu.floatAbi());
    }

    private static Cpu powerPc(
            FileBytes file, Cpu cpu, ElfSections sections, ElfReader.Oddities odd) {
        Section gnu = sections.named(".gnu.attributes");
        if (gnu == null) {
            return cpu;
        }
        long value =
                Tags.read(file, gnu.offset(), gnu.size(), cpu.order(), "gnu", odd, place(gnu))
                        .number(GNU_ABI_FP);
        if (value < 0 || (value & 3) == 0) {
            return cpu;
        }
        String where = place(gnu) + ", Tag_GNU_Power_ABI_FP";
        return with(
                cpu,
                cpu.isa(),
                Fact.known((value & 3) == 2 ? "soft" : "hard", where, Trust.TOOLCHAIN));
    }

    private static String place(Section section) {
        return section.name() + " at 0x" + Long.toHexString(section.offset());
    }

    private static Cpu with(Cpu cpu, Fact isa, Fact floats) {
        return new Cpu(
                cpu.family(),
                cpu.width(),
                cpu.order(),
                cpu.machine(),
                cpu.flags(),
                isa,
                floats,
                cpu.abi(),
                cpu.be8());
    }

    /// The file-scope tags of one vendor, read once; the first value of a tag wins.
    private static final class Tags {
        private final long[] numbers = new long[128];
        private final @Nullable String[] texts = new String[128];
        private boolean any;

        static Tags read(
                FileBytes file,
                long offset,
                long size,
                Endianness order,
                String vendor,
                ElfReader.Oddities odd,
                String where) {
            Tags tags = new Tags();
            Arrays.fill(tags.numbers, -1);
            int end = (int) offset + file.present(offset, size);
            if (size == 0 || file.u8(offset) != 'A') {
                odd.add(Anomaly.Kind.ATTRIBUTES, where, "does not begin with 'A'");
                return tags;
            }
            int at = (int) offset + 1;
            for (int vendors = 0; at + 5 < end && vendors < 16; vendors++) {
                long length = file.u32(at, order);
                int next = length < 5 || length > end - at ? end : at + (int) length;
                if (next == end && at + length != end) {
                    odd.add(
                            Anomaly.Kind.ATTRIBUTES,
                            where,
                            "a subsection is longer than the section");
                }
                String name = file.text(at + 4, Math.min(32, next - at - 4));
                if (name.equals(vendor)) {
                    tags.fileScope(file, at + 5 + name.length(), next, order, vendor);
                }
                at = next;
            }
            return tags;
        }

        private void fileScope(FileBytes file, int from, int to, Endianness order, String vendor) {
            if (from + 5 > to || file.u8(from) != 1) {
                return;
            }
            long length = file.u32(from + 1, order);
            int end = length < 5 || length > to - from ? to : from + (int) length;
            Uleb at = new Uleb(file, from + 5, end);
            for (int n = 0; n < MOST_TAGS && !at.done(); n++) {
                long tag = at.next();
                boolean text = isText(tag, vendor);
                if (tag == 32 && !vendor.equals("riscv")) {
                    at.next();
                    at.text();
                } else if (text) {
                    String value = at.text();
                    if (tag < texts.length && texts[(int) tag] == null) {
                        texts[(int) tag] = value;
                    }
                } else {
                    long value = at.next();
                    if (tag < numbers.length && numbers[(int) tag] < 0) {
                        numbers[(int) tag] = value;
                    }
                }
                any = true;
            }
        }

        private static boolean isText(long tag, String vendor) {
            return switch (vendor) {
                case "aeabi" -> tag == 4 || tag == 5 || tag > 32 && (tag & 1) != 0;
                default -> (tag & 1) != 0;
            };
        }

        boolean any() {
            return any;
        }

        /// The tag's number, or -1.
        long number(int tag) {
            return numbers[tag];
        }

        @Nullable String text(int tag) {
            return texts[tag];
        }
    }

    /// A cursor over unsigned LEB128 numbers and zero-terminated texts that stops at its end.
    private static final class Uleb {
        private final FileBytes file;
        private final int end;
        private int at;

        Uleb(FileBytes file, int at, int end) {
            this.file = file;
            this.at = at;
            this.end = end;
        }

        boolean done() {
            return at >= end;
        }

        long next() {
            long value = 0;
            int shift = 0;
            while (at < end) {
                int next = file.u8(at++);
                if (shift < 56) {
                    value |= (long) (next & 0x7f) << shift;
                    shift += 7;
                }
                if ((next & 0x80) == 0) {
                    break;
                }
            }
            return value;
        }

        String text() {
            String text = file.text(at, end - at);
            at += text.length() + 1;
            return text;
        }
    }
}

package teiten.sample;

import java.util.ArrayList;
import java.util.List;

/// What `e_flags` says, in readelf's words and order, and what of it names an instruction set or a calling convention.
///
/// The flags survive stripping and packing, but nothing that loads a file checks most of them.
final class ElfFlags {
    private static final int MIPS_ARCH = 28;
    private static final long MIPS_ABI2 = 0x20;
    private static final long ARM_EABI = 0xff000000L;
    static final long ARM_BE8 = 0x00800000L;
    private static final long ARM_SOFT = 0x200;
    private static final long ARM_HARD = 0x400;

    private ElfFlags() {}

    static Cpu cpu(ElfHeader header, CpuFamily family) {
        String where = "e_flags (offset 0x" + Integer.toHexString(header.flagsOffset()) + ")";
        long flags = header.flags();
        Fact none = Fact.unknown("this family's flags do not say");
        Fact isa = none;
        Fact floats = none;
        Fact abi = none;
        boolean be8 = false;
        switch (family) {
            case MIPS -> {
                String arch = mipsArch(flags);
                isa =
                        arch.isEmpty()
                                ? Fact.unknown("unassigned value in e_flags")
                                : known(arch, where);
                floats = Fact.unknown("no .MIPS.abiflags segment or section");
                abi = known(mipsAbi(header), where);
            }
            case ARM -> {
                isa = Fact.unknown("no .ARM.attributes section");
                be8 = (flags & ARM_BE8) != 0 && (flags & ARM_EABI) != 0;
                long eabi = flags >>> 24;
                abi = eabi == 0 ? known("OABI or GNU EABI", where) : known("EABI" + eabi, where);
                floats =
                        eabi == 5 && (flags & ARM_HARD) != 0
                                ? known("hard", where)
                                : eabi == 5 && (flags & ARM_SOFT) != 0
                                        ? known("soft", where)
                                        : Fact.unknown(
                                                "not set in e_flags; usual for relocatable files");
            }
            case SUPERH -> {
                String lowest = superH(flags);
                isa =
                        lowest.isEmpty()
                                ? Fact.unknown("unassigned value in e_flags")
                                : known("at least " + lowest, where);
            }
            case POWERPC64 -> {
                long version = flags & 3;
                abi =
                        version == 0
                                ? Fact.unknown("ABI version 0 in e_flags")
                                : known("ELFv" + version, where);
            }
            case POWERPC -> {
                isa = Fact.unknown("soft-float, 440 and classic PowerPC files look alike");
                floats = isa;
            }
            case SPARC ->
                    isa =
                            Fact.known(
                                    switch (header.machine()) {
                                        case 2 -> "v8 or earlier";
                                        case 18 -> "v8+";
                                        default -> "v9";
                                    },
                                    "e_machine (offset 0x12)",
                                    Trust.LOADER);
            case RISCV -> {
                String base = header.width() == ElfClass.ELF64 ? "rv64" : "rv32";
                isa =
                        known(
                                base
                                        + ((flags & 8) != 0 ? "e" : "")
                                        + ((flags & 1) != 0 ? " with C" : ""),
                                where);
                floats = known((flags & 6) == 0 ? "soft" : "hard", where);
            }
            case ARC -> {
                String core = arc(flags, header.machine());
                isa = core.isEmpty() ? none : known(core, where);
            }
            case X86_64 -> {
                if (header.width() == ElfClass.ELF32) {
                    abi = Fact.known("x32", "EI_CLASS and e_machine", Trust.LOADER);
                }
            }
            case AARCH64 -> {
                if (header.width() == ElfClass.ELF32) {
                    abi = Fact.known("ILP32", "EI_CLASS and e_machine", Trust.LOADER);
                }
            }
            case HPPA -> {
                String level = hppa(flags);
                isa = level.isEmpty() ? none : known(level, where);
            }
            case X86,
                    M68K,
                    ALPHA,
                    S390,
                    IA64,
                    LOONGARCH,
                    MICROBLAZE,
                    NIOS2,
                    OPENRISC,
                    XTENSA,
                    CSKY,
                    OTHER,
                    UNKNOWN -> {}
        }
        return new Cpu(
                family,
                header.width(),
                header.order(),
                header.machine(),
                flags,
                isa,
                floats,
                abi,
                be8);
    }

    private static Fact known(String value, String where) {
        return Fact.known(value, where, Trust.TOOLCHAIN);
    }

    /// The words that `readelf -h` puts behind the number, joined by `, `; empty where it puts none.
    static String words(ElfHeader header, CpuFamily family) {
        long flags = header.flags();
        return switch (family) {
            case ARM -> String.join(", ", arm(flags));
            case MIPS -> String.join(", ", mips(header));
            case POWERPC64 -> (flags & 3) == 0 ? "" : "abiv" + (flags & 3);
            case SUPERH -> superH(flags) + ((flags & 0x8000) != 0 ? ", fdpic" : "");
            case RISCV -> riscv(flags);
            case SPARC ->
                    header.machine() != 43
                            ? ""
                            : switch ((int) flags & 3) {
                                case 0 -> "tso";
                                case 1 -> "pso";
                                case 2 -> "rmo";
                                default -> "";
                            };
            case HPPA -> hppa(flags);
            case ARC -> {
                String core = arc(flags, header.machine());
                String abi =
                        switch ((int) (flags & 0xf00) >>> 8) {
                            case 2 -> "no-legacy-syscalls ABI";
                            case 3 -> "v3 ABI";
                            case 4 -> "v4 ABI";
                            default -> "";
                        };
                yield core + (core.isEmpty() || abi.isEmpty() ? "" : ", ") + abi;
            }
            case X86,
                    X86_64,
                    AARCH64,
                    POWERPC,
                    M68K,
                    ALPHA,
                    S390,
                    IA64,
                    LOONGARCH,
                    MICROBLAZE,
                    NIOS2,
                    OPENRISC,
                    XTENSA,
                    CSKY,
                    OTHER,
                    UNKNOWN ->
                    "";
        };
    }

    private static List<String> arm(long flags) {
        List<String> words = new ArrayList<>(4);
        int eabi = (int) (flags >>> 24);
        switch (eabi) {
            case 0 -> words.add("GNU EABI");
            case 1, 2, 3, 4, 5 -> words.add("Version" + eabi + " EABI");
            default -> words.add("<unrecognized EABI>");
        }
        if (eabi == 5) {
            addIf(words, flags, ARM_SOFT, "soft-float ABI");
            addIf(words, flags, ARM_HARD, "hard-float ABI");
        }
        if (eabi == 4 || eabi == 5) {
            addIf(words, flags, ARM_BE8, "BE8");
            addIf(words, flags, 0x00400000L, "LE8");
        }
        return words;
    }

    private static List<String> mips(ElfHeader header) {
        long flags = header.flags();
        List<String> words = new ArrayList<>(8);
        addIf(words, flags, 0x1, "noreorder");
        addIf(words, flags, 0x2, "pic");
        addIf(words, flags, 0x4, "cpic");
        addIf(words, flags, 0x10, "ugen_reserved");
        addIf(words, flags, MIPS_ABI2, "abi2");
        addIf(words, flags, 0x80, "odk first");
        addIf(words, flags, 0x100, "32bitmode");
        addIf(words, flags, 0x400, "nan2008");
        addIf(words, flags, 0x200, "fp64");
        switch ((int) (flags >>> 12) & 0xf) {
            case 1 -> words.add("o32");
            case 2 -> words.add("o64");
            case 3 -> words.add("eabi32");
            case 4 -> words.add("eabi64");
            default -> {}
        }
        addIf(words, flags, 0x08000000L, "mdmx");
        addIf(words, flags, 0x04000000L, "mips16");
        addIf(words, flags, 0x02000000L, "micromips");
        String arch = mipsArch(flags);
        words.add(arch.isEmpty() ? "unknown ISA" : arch);
        return words;
    }

    private static String mipsArch(long flags) {
        return switch ((int) (flags >>> MIPS_ARCH)) {
            case 0 -> "mips1";
            case 1 -> "mips2";
            case 2 -> "mips3";
            case 3 -> "mips4";
            case 4 -> "mips5";
            case 5 -> "mips32";
            case 6 -> "mips64";
            case 7 -> "mips32r2";
            case 8 -> "mips64r2";
            case 9 -> "mips32r6";
            case 10 -> "mips64r6";
            default -> "";
        };
    }

    private static String mipsAbi(ElfHeader header) {
        if (header.width() == ElfClass.ELF64) {
            return "n64";
        }
        if ((header.flags() & MIPS_ABI2) != 0) {
            return "n32";
        }
        return switch ((int) (header.flags() >>> 12) & 0xf) {
            case 2 -> "o64";
            case 3 -> "eabi32";
            case 4 -> "eabi64";
            default -> "o32";
        };
    }

    private static String superH(long flags) {
        return switch ((int) flags & 0x1f) {
            case 1 -> "sh1";
            case 2 -> "sh2";
            case 3 -> "sh3";
            case 4 -> "sh-dsp";
            case 5 -> "sh3-dsp";
            case 6 -> "sh4al-dsp";
            case 8 -> "sh3e";
            case 9 -> "sh4";
            case 0xb -> "sh2e";
            case 0xc -> "sh4a";
            case 0xd -> "sh2a";
            case 0x10 -> "sh4-nofpu";
            case 0x11 -> "sh4a-nofpu";
            case 0x12 -> "sh4-nommu-nofpu";
            case 0x13 -> "sh2a-nofpu";
            case 0x14 -> "sh3-nommu";
            case 0x15 -> "sh2a-nofpu-or-sh4-nommu-nofpu";
            case 0x16 -> "sh2a-nofpu-or-sh3-nommu";
            case 0x17 -> "sh2a-or-sh4";
            case 0x18 -> "sh2a-or-sh3e";
            default -> "";
        };
    }

    private static String riscv(long flags) {
        List<String> words = new ArrayList<>(4);
        addIf(words, flags, 0x1, "RVC");
        addIf(words, flags, 0x8, "RVE");
        addIf(words, flags, 0x10, "TSO");
        words.add(
                switch ((int) (flags >>> 1) & 3) {
                    case 0 -> "soft-float ABI";
                    case 1 -> "single-float ABI";
                    case 2 -> "double-float ABI";
                    default -> "quad-float ABI";
                });
        return String.join(", ", words);
    }

    private static String hppa(long flags) {
        return switch ((int) flags & 0xffff) {
            case 0x20b -> "PA-RISC 1.0";
            case 0x210 -> "PA-RISC 1.1";
            case 0x214 -> "PA-RISC 2.0";
            default -> "";
        };
    }

    private static String arc(long flags, int machine) {
        return switch ((int) flags & 0xff) {
            case 2 -> "ARC 600";
            case 3 -> "ARC 700";
            case 4 -> "ARC 601";
            case 5 -> "ARC EM";
            case 6 -> machine == 195 ? "ARC HS" : "";
            default -> "";
        };
    }

    private static void addIf(List<String> words, long flags, long bit, String word) {
        if ((flags & bit) != 0) {
            words.add(word);
        }
    }
}

package teiten.sample;

import java.util.Locale;

/// The CPU families for which Linux programs are built, by ELF machine number.
///
/// SuperH is one family on purpose: the flags of a SuperH file give the lowest instruction set it uses, not the CPU.
public enum CpuFamily {
    X86("x86"),
    X86_64("x86-64"),
    ARM("ARM"),
    AARCH64("AArch64"),
    MIPS("MIPS"),
    POWERPC("PowerPC"),
    POWERPC64("PowerPC64"),
    SUPERH("SuperH"),
    SPARC("SPARC"),
    M68K("m68k"),
    ARC("ARC"),
    ALPHA("Alpha"),
    RISCV("RISC-V"),
    S390("s390"),
    HPPA("HPPA"),
    IA64("IA-64"),
    LOONGARCH("LoongArch"),
    MICROBLAZE("MicroBlaze"),
    NIOS2("Nios II"),
    OPENRISC("OpenRISC"),
    XTENSA("Xtensa"),
    CSKY("C-SKY"),
    OTHER("other"),
    UNKNOWN(Fact.UNKNOWN);

    private final String label;

    CpuFamily(String label) {
        this.label = label;
    }

    /// The name shown and exported.
    public String label() {
        return label;
    }

    /// The family of an `e_machine` number; `UNKNOWN` where no Linux port is known.
    public static CpuFamily of(int machine) {
        return switch (machine) {
            case 3 -> X86;
            case 62 -> X86_64;
            case 40 -> ARM;
            case 183 -> AARCH64;
            case 8, 10 -> MIPS;
            case 20, 0x9025 -> POWERPC;
            case 21 -> POWERPC64;
            case 42 -> SUPERH;
            case 2, 11, 18, 43 -> SPARC;
            case 4 -> M68K;
            case 45, 93, 195, 253, 255 -> ARC;
            case 41, 0x9026 -> ALPHA;
            case 243 -> RISCV;
            case 22, 0xa390 -> S390;
            case 15 -> HPPA;
            case 50 -> IA64;
            case 258 -> LOONGARCH;
            case 189, 0xbaab -> MICROBLAZE;
            case 113, 0xfeb0 -> NIOS2;
            case 92 -> OPENRISC;
            case 94, 0xabc7 -> XTENSA;
            case 252 -> CSKY;
            case 9,
                    23,
                    36,
                    39,
                    44,
                    46,
                    76,
                    83,
                    84,
                    87,
                    88,
                    89,
                    105,
                    106,
                    110,
                    164,
                    167,
                    174,
                    187,
                    188,
                    191,
                    247 ->
                    OTHER;
            default -> UNKNOWN;
        };
    }

    /// The machine's name as readelf prints it for the families above; `<unknown>: 0x…` for every other number.
    public static String readelfName(int machine) {
        return switch (machine) {
            case 0 -> "None";
            case 2 -> "Sparc";
            case 3 -> "Intel 80386";
            case 4 -> "MC68000";
            case 8 -> "MIPS R3000";
            case 10 -> "MIPS R4000 big-endian";
            case 11 -> "Sparc v9 (old)";
            case 15 -> "HPPA";
            case 18 -> "Sparc v8+";
            case 20, 0x9025 -> "PowerPC";
            case 21 -> "PowerPC64";
            case 22, 0xa390 -> "IBM S/390";
            case 40 -> "ARM";
            case 41 -> "Digital Alpha (old)";
            case 42 -> "Renesas / SuperH SH";
            case 43 -> "Sparc v9";
            case 45 -> "ARC";
            case 50 -> "Intel IA-64";
            case 62 -> "Advanced Micro Devices X86-64";
            case 92 -> "OpenRISC 1000";
            case 93 -> "ARCompact";
            case 94, 0xabc7 -> "Tensilica Xtensa Processor";
            case 113 -> "Altera Nios II";
            case 0xfeb0 -> "Altera Nios";
            case 183 -> "AArch64";
            case 189, 0xbaab -> "Xilinx MicroBlaze";
            case 195 -> "ARCv2";
            case 243 -> "RISC-V";
            case 252 -> "C-SKY";
            case 253 -> "Synopsys ARCv2.3 64-bit";
            case 255 -> "Synopsys ARCv2.3 32-bit";
            case 258 -> "LoongArch";
            case 0x9026 -> "Alpha";
            default -> "<unknown>: 0x" + Integer.toHexString(machine).toLowerCase(Locale.ROOT);
        };
    }

    /// Whether files of this family are found in that class; both where the family has 32- and 64-bit forms.
    boolean livesIn(ElfClass width) {
        return switch (this) {
            case X86, ARM, POWERPC, SUPERH, M68K, MICROBLAZE, NIOS2, OPENRISC, XTENSA, CSKY ->
                    width == ElfClass.ELF32;
            case POWERPC64, ALPHA -> width == ElfClass.ELF64;
            // x32, AArch64 ILP32, MIPS n32 and n64, SPARC v9, …
            case X86_64,
                    AARCH64,
                    MIPS,
                    SPARC,
                    ARC,
                    RISCV,
                    S390,
                    HPPA,
                    IA64,
                    LOONGARCH,
                    OTHER,
                    UNKNOWN ->
                    true;
        };
    }

    /// Whether files of this family are found in that byte order.
    boolean livesIn(Endianness order) {
        return switch (this) {
            case X86, X86_64, ALPHA, RISCV, LOONGARCH -> order == Endianness.LITTLE;
            case SPARC, M68K, S390, HPPA, OPENRISC -> order == Endianness.BIG;
            case ARM,
                    AARCH64,
                    MIPS,
                    POWERPC,
                    POWERPC64,
                    SUPERH,
                    ARC,
                    IA64,
                    MICROBLAZE,
                    NIOS2,
                    XTENSA,
                    CSKY,
                    OTHER,
                    UNKNOWN ->
                    true;
        };
    }
}

package teiten.session.understand;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The CPU a payload is for, as far as its name or its ELF header tells.
public enum Cpu {
    ARM(
            "arm",
            "arm armv arml armel arm4 armv4 armv4l armv4tl armv4eb arm4l arm4t arm4tl arm5 armv5"
                    + " armv5l armv5tel arm5l arm5n arm6 armv6 armv6l arm6l"),
    ARMV7("armv7", "arm7 armv7 armv7l arm7l armv7a armhf"),
    AARCH64("aarch64", "aarch64 arm64 armv8 armv8l arm8"),
    MIPS("mips", "mips mipsbe mipseb mips32 mips64 mips-be"),
    MIPSEL("mipsel", "mipsel mpsl mipsle mips-le mips64el mips64le mpslel"),
    POWERPC("powerpc", "ppc powerpc ppc440 ppc440fp powerpc-440fp ppc64 powerpc64 ppc64le"),
    SUPERH("superh", "sh4 sh2 sh3 superh sh-4 sh4a sh2eb"),
    SPARC("sparc", "spc sparc sparc64"),
    M68K("m68k", "m68k m68 68k m68000"),
    X86("x86", "x86 i386 i486 i586 i686 x32 86 386 486 586 686 x86_32 ia32"),
    X86_64("x86-64", "x86_64 amd64 x64 x86-64 x8664"),
    ARC("arc", "arc arcle arceb archs38 arcle-hs38"),
    RISCV("riscv", "riscv riscv64 riscv32"),
    XTENSA("xtensa", "xtensa"),
    S390("s390", "s390 s390x"),
    ALPHA("alpha", "alpha"),
    MICROBLAZE("microblaze", "microblaze mblaze");

    private static final Map<String, Cpu> NAMES = new HashMap<>();

    static {
        for (Cpu cpu : values()) {
            for (String name : cpu.names.split(" ")) {
                NAMES.put(name, cpu);
            }
        }
        NAMES.remove("alpha");
    }

    private final String label;
    private final String names;

    Cpu(String label, String names) {
        this.label = label;
        this.names = names;
    }

    /// The word in JSON and tables.
    public String label() {
        return label;
    }

    public static @Nullable Cpu ofLabel(String label) {
        for (Cpu cpu : values()) {
            if (cpu.label.equals(label)) {
                return cpu;
            }
        }
        return null;
    }

    /// The CPU that a file name claims in its end (`mirai.arm7`, `bot-mipsel`, `x86`), or null. `.sh` is a script and
    /// no SuperH; a lone letter is read for Mozi's two names only.
    public static @Nullable Cpu ofFileName(String path) {
        String name = ShellLine.baseName(path).toLowerCase(Locale.ROOT);
        if (name.length() > 128) {
            return null;
        }
        if (name.equals("mozi.m")) {
            return MIPS;
        }
        if (name.equals("mozi.a")) {
            return ARM;
        }
        for (String ending : new String[] {".elf", ".bin", ".out", ".bot"}) {
            if (name.endsWith(ending)) {
                name = name.substring(0, name.length() - ending.length());
            }
        }
        Cpu whole = NAMES.get(name);
        if (whole != null) {
            return whole;
        }
        // From the left, so that "x86_64" and "powerpc-440fp" are found before "64" and "440fp".
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.' || c == '-' || c == '_') {
                Cpu cpu = NAMES.get(name.substring(i + 1));
                if (cpu != null) {
                    return cpu;
                }
            }
        }
        return null;
    }

    /// The CPU of the first 20 bytes of an ELF file, or null when they are none or name one that we do not know.
    /// `e_machine` (offset 18) is read in the byte order that `EI_DATA` (offset 5) states.
    public static @Nullable Cpu ofElf(byte[] head, int length) {
        if (length < 20 || head[0] != 0x7F || head[1] != 'E' || head[2] != 'L' || head[3] != 'F') {
            return null;
        }
        boolean big = head[5] == 2;
        int low = head[18] & 0xFF;
        int high = head[19] & 0xFF;
        int machine = big ? low << 8 | high : high << 8 | low;
        return switch (machine) {
            case 40 -> ARM;
            case 183 -> AARCH64;
            case 8, 10 -> big ? MIPS : MIPSEL;
            case 20, 21 -> POWERPC;
            case 42 -> SUPERH;
            case 2, 18, 43 -> SPARC;
            case 4 -> M68K;
            case 3 -> X86;
            case 62 -> X86_64;
            case 93, 195 -> ARC;
            case 243 -> RISCV;
            case 94 -> XTENSA;
            case 22 -> S390;
            case 0x9026 -> ALPHA;
            case 189 -> MICROBLAZE;
            default -> null;
        };
    }
}

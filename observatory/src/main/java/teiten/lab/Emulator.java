package teiten.lab;

import org.jspecify.annotations.Nullable;

import teiten.sample.Cpu;
import teiten.sample.ElfClass;
import teiten.sample.ElfReader;
import teiten.sample.Endianness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which qemu-user program runs a CPU's programs: chosen by the CPU that was *read* from the file, not by what the
/// file's header says of itself.
///
/// @param name qemu's name of the CPU, such as `mipsel`
/// @param program the statically linked emulator on this host
record Emulator(String name, Path program) {
    static final String DEBIAN = "qemu-user-static (from Debian 13: qemu-user)";

    private static final String[] ALL = {
        "arm", "armeb", "aarch64", "mips", "mipsel", "mips64", "mips64el", "mipsn32", "mipsn32el",
                "ppc", "ppc64",
        "ppc64le", "sh4", "sh4eb", "sparc", "sparc32plus", "sparc64", "m68k", "riscv32", "riscv64",
                "s390x", "hppa",
        "i386", "x86_64", "loongarch64", "microblaze", "microblazeel", "nios2", "or1k", "xtensa",
                "xtensaeb"
    };

    /// How many CPUs this host can emulate.
    static int installed() {
        int count = 0;
        for (String name : ALL) {
            count += find(name) == null ? 0 : 1;
        }
        return count;
    }

    /// The emulator for a CPU by qemu's name, or null where it is not installed.
    static @Nullable Emulator find(String name) {
        for (String spelling : new String[] {"qemu-" + name + "-static", "qemu-" + name}) {
            Path program = Tools.find(spelling);
            // Debian's name says it; elsewhere the file itself does.
            boolean alone =
                    program != null && (spelling.endsWith("-static") || standsAlone(program));
            if (program != null && alone) {
                return new Emulator(name, program);
            }
        }
        return null;
    }

    /// Inside the seal there are no libraries, so an emulator that wants a loader cannot start.
    private static boolean standsAlone(Path program) {
        try (InputStream in = Files.newInputStream(program)) {
            return !ElfReader.read(in.readNBytes(4_096)).interpreter().isKnown();
        } catch (IOException _) {
            return false;
        }
    }

    /// qemu's name for the CPU that was read; empty where qemu-user has none.
    static String nameFor(Cpu cpu) {
        boolean little = cpu.order() == Endianness.LITTLE;
        boolean wide = cpu.width() == ElfClass.ELF64;
        return switch (cpu.family()) {
            case X86 -> "i386";
            case X86_64 -> wide ? "x86_64" : "";
            case ARM -> little ? "arm" : "armeb";
            case AARCH64 -> wide && little ? "aarch64" : "";
            case MIPS -> mips(cpu, little, wide);
            case POWERPC -> little ? "" : "ppc";
            case POWERPC64 -> little ? "ppc64le" : "ppc64";
            case SUPERH -> little ? "sh4" : "sh4eb";
            case SPARC -> wide ? "sparc64" : cpu.machine() == 18 ? "sparc32plus" : "sparc";
            case M68K -> "m68k";
            case RISCV -> wide ? "riscv64" : "riscv32";
            case S390 -> wide ? "s390x" : "";
            case HPPA -> wide ? "" : "hppa";
            case LOONGARCH -> wide ? "loongarch64" : "";
            case MICROBLAZE -> little ? "microblazeel" : "microblaze";
            case NIOS2 -> "nios2";
            case OPENRISC -> "or1k";
            case XTENSA -> little ? "xtensa" : "xtensaeb";
            // qemu's alpha crashes on Linux programs; the others have no Linux emulator.
            case ALPHA, ARC, IA64, CSKY, OTHER, UNKNOWN -> "";
        };
    }

    private static String mips(Cpu cpu, boolean little, boolean wide) {
        String end = little ? "el" : "";
        if (wide) {
            return "mips64" + end;
        }
        return (cpu.flags() & 0x20) != 0 ? "mipsn32" + end : "mips" + end;
    }

    /// The registration line of the namespace's own binfmt_misc for files of one CPU, so that a second stage that the
    /// sample writes and starts runs as well. `F` holds the emulator open, because its path is not there inside.
    static String binfmt(Cpu cpu, Path emulator) {
        boolean little = cpu.order() == Endianness.LITTLE;
        StringBuilder magic = new StringBuilder("\\x7fELF");
        StringBuilder mask = new StringBuilder("\\xff\\xff\\xff\\xff");
        byteOf(magic, cpu.width() == ElfClass.ELF64 ? 2 : 1);
        byteOf(magic, little ? 1 : 2);
        byteOf(mask, 0xff);
        byteOf(mask, 0xff);
        for (int k = 6; k < 16; k++) {
            byteOf(magic, 0);
            byteOf(mask, 0);
        }
        // e_type 2 or 3: the lowest bit is not looked at.
        half(magic, 2, little);
        half(mask, 0xfffe, little);
        half(magic, cpu.machine(), little);
        half(mask, 0xffff, little);
        return ":teiten:M::" + magic + ":" + mask + ":" + emulator + ":F";
    }

    private static void half(StringBuilder to, int value, boolean little) {
        byteOf(to, little ? value & 255 : value >>> 8);
        byteOf(to, little ? value >>> 8 : value & 255);
    }

    private static void byteOf(StringBuilder to, int value) {
        to.append(String.format("\\x%02x", value));
    }
}

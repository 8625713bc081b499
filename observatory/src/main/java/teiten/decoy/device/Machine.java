package teiten.decoy.device;

import teiten.OperatorMistake;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A CPU as three witnesses name it: `uname -m`, `/proc/cpuinfo` and the ELF header. They agree because they are derived
/// from one constant.
///
/// ELF numbers: gABI `e_machine`; MIPS flags = noreorder, PIC, CPIC, o32, MIPS32r2; ARM EABI5.
public enum Machine {
    MIPS_BE(
            "mips",
            "mips",
            32,
            true,
            8,
            0x70001007,
            0x400000,
            "24020fa1 00002025 0000000c",
            "MIPS "),
    MIPS_LE(
            "mipsel",
            "mips",
            32,
            false,
            8,
            0x70001007,
            0x400000,
            "a10f0224 25200000 0c000000",
            "MIPS "),
    ARM_V5(
            "arm",
            "armv5tejl",
            32,
            false,
            40,
            0x05000002,
            0x8000,
            "0000a0e3 0170a0e3 000000ef",
            "CPU architecture: 5"),
    ARM_V7(
            "armv7",
            "armv7l",
            32,
            false,
            40,
            0x05000402,
            0x10000,
            "0000a0e3 0170a0e3 000000ef",
            "CPU architecture: 7"),
    POWERPC(
            "powerpc",
            "ppc",
            32,
            true,
            20,
            0,
            0x10000000,
            "38000001 38600000 44000002",
            "PowerPC|ppc|e300|e500"),
    SUPERH(
            "superh",
            "sh4",
            32,
            false,
            42,
            9,
            0x400000,
            "01e3 00e4 11c3 0900",
            "cpu family\\s*: sh4"),
    X86_64("x86-64", "x86_64", 64, false, 62, 0, 0x400000, "b83c000000 31ff 0f05", "\\blm\\b");

    private final String label;
    private final String uname;
    private final int bits;
    private final boolean bigEndian;
    private final int elfMachine;
    private final int elfFlags;
    private final long base;
    private final String exitCode;
    private final Pattern witness;

    Machine(
            String label,
            String uname,
            int bits,
            boolean bigEndian,
            int elfMachine,
            int elfFlags,
            long base,
            String exitCode,
            String witness) {
        this.label = label;
        this.uname = uname;
        this.bits = bits;
        this.bigEndian = bigEndian;
        this.elfMachine = elfMachine;
        this.elfFlags = elfFlags;
        this.base = base;
        this.exitCode = exitCode.replace(" ", "");
        this.witness = Pattern.compile(witness);
    }

    static Machine named(String file, String label) {
        for (Machine machine : values()) {
            if (machine.label.equals(label)) {
                return machine;
            }
        }
        throw new OperatorMistake(
                file
                        + ": cpu = \""
                        + label
                        + "\" is unknown; use one of "
                        + Arrays.stream(values())
                                .map(m -> m.label)
                                .collect(Collectors.joining(", "))
                        + ".");
    }

    public String label() {
        return label;
    }

    /// What `uname -m` prints.
    public String uname() {
        return uname;
    }

    public int bits() {
        return bits;
    }

    public boolean bigEndian() {
        return bigEndian;
    }

    public int elfMachine() {
        return elfMachine;
    }

    public int elfFlags() {
        return elfFlags;
    }

    /// Virtual address at which programs of this machine are linked.
    long base() {
        return base;
    }

    /// Machine code of `exit(0)`, so that a file handed out is whole and does nothing, wherever it is run.
    byte[] exitCode() {
        byte[] code = new byte[exitCode.length() / 2];
        for (int i = 0; i < code.length; i++) {
            code[i] = (byte) Integer.parseInt(exitCode.substring(2 * i, 2 * i + 2), 16);
        }
        return code;
    }

    /// True when a `/proc/cpuinfo` speaks of this machine.
    boolean recognises(String cpuinfo) {
        return witness.matcher(cpuinfo).find();
    }

    String witness() {
        return witness.pattern();
    }

    /// True when the first bytes are an ELF header that this machine's kernel would load.
    public boolean runs(byte[] file, int length) {
        if (length < 20 || file[0] != 0x7F || file[1] != 'E' || file[2] != 'L' || file[3] != 'F') {
            return false;
        }
        int low = file[bigEndian ? 19 : 18] & 0xFF;
        int high = file[bigEndian ? 18 : 19] & 0xFF;
        return file[4] == (bits == 64 ? 2 : 1)
                && file[5] == (bigEndian ? 2 : 1)
                && (low | high << 8) == elfMachine;
    }
}

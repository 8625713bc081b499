package teiten.decoy.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Makes a small, valid, stripped, static ELF executable of an exact size. Its code is `exit(0)`; the rest is strings
/// and deterministic filler, so that the bytes of a device's programs never change between two visits.
///
/// ```
/// 0      52 or 64        84 or 120          256            size-shentsize*4-strtab     size
/// | ehdr | 2 phdr (LOAD, GNU_STACK) | .text exit(0) | .rodata strings, filler | .shstrtab | 4 shdr |
/// ```
public final class ElfForge {
    private static final int TEXT_AT = 256;
    private static final int RODATA_AT = 320;
    private static final byte[] NAMES =
            "\0.text\0.rodata\0.shstrtab\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int SMALLEST = 2048;

    private ElfForge() {}

    /// @param size exact size of the file in bytes, at least 2048
    /// @param seed chooses the filler
    /// @param strings readable text that tools such as `strings` and `grep` find in such a program
    public static byte[] make(Machine machine, int size, long seed, List<String> strings) {
        if (size < SMALLEST) {
            throw new IllegalArgumentException("an ELF file of " + size + " bytes is too small");
        }
        boolean wide = machine.bits() == 64;
        int headerSize = wide ? 64 : 52;
        int programSize = wide ? 56 : 32;
        int sectionSize = wide ? 64 : 40;
        int sectionsAt = (size - 4 * sectionSize) & ~3;
        int namesAt = sectionsAt - NAMES.length;
        ByteBuffer out =
                ByteBuffer.wrap(filler(size, seed))
                        .order(
                                machine.bigEndian()
                                        ? ByteOrder.BIG_ENDIAN
                                        : ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7F, 'E', 'L', 'F'});
        out.put((byte) (wide ? 2 : 1)).put((byte) (machine.bigEndian() ? 2 : 1)).put((byte) 1);
        out.put(new byte[9]);
        out.putShort((short) 2).putShort((short) machine.elfMachine()).putInt(1);
        word(out, wide, machine.base() + TEXT_AT);
        word(out, wide, headerSize);
        word(out, wide, sectionsAt);
        out.putInt(machine.elfFlags());
        out.putShort((short) headerSize).putShort((short) programSize).putShort((short) 2);
        out.putShort((short) sectionSize).putShort((short) 4).putShort((short) 3);
        program(out, wide, 1, 5, machine.base(), namesAt, 0x10000);
        program(out, wide, 0x6474E551, 6, 0, 0, 16);
        while (out.position() < TEXT_AT) {
            out.put((byte) 0);
        }
        out.put(machine.exitCode());
        while (out.position() < RODATA_AT) {
            out.put((byte) 0);
        }
        for (String text : strings) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            if (out.position() + bytes.length + 1 >= namesAt) {
                break;
            }
            out.put(bytes).put((byte) 0);
        }
        out.position(namesAt);
        out.put(NAMES);
        while (out.position() < sectionsAt) {
            out.put((byte) 0);
        }
        section(out, wide, 0, 0, 0, 0, 0, 0);
        section(out, wide, 1, 1, 6, machine.base() + TEXT_AT, TEXT_AT, RODATA_AT - TEXT_AT);
        section(out, wide, 7, 1, 2, machine.base() + RODATA_AT, RODATA_AT, namesAt - RODATA_AT);
        section(out, wide, 15, 3, 0, 0, namesAt, NAMES.length);
        while (out.hasRemaining()) {
            out.put((byte) 0);
        }
        return out.array();
    }

    private static void program(
            ByteBuffer out, boolean wide, int type, int flags, long at, long size, int align) {
        out.putInt(type);
        if (wide) {
            out.putInt(flags);
        }
        word(out, wide, 0);
        word(out, wide, at);
        word(out, wide, at);
        word(out, wide, size);
        word(out, wide, size);
        if (!wide) {
            out.putInt(flags);
        }
        word(out, wide, align);
    }

    private static void section(
            ByteBuffer out,
            boolean wide,
            int name,
            int type,
            long flags,
            long at,
            long offset,
            long size) {
        out.putInt(name).putInt(type);
        word(out, wide, flags);
        word(out, wide, at);
        word(out, wide, offset);
        word(out, wide, size);
        out.putInt(0).putInt(0);
        word(out, wide, type == 0 ? 0 : type == 3 ? 1 : 4);
        word(out, wide, 0);
    }

    private static void word(ByteBuffer out, boolean wide, long value) {
        if (wide) {
            out.putLong(value);
        } else {
            out.putInt((int) value);
        }
    }

    /// Looks like code to a compressor: three bytes of four from a generator, with runs of zeros.
    private static byte[] filler(int size, long seed) {
        byte[] bytes = new byte[size];
        long x = seed * 0x9E3779B97F4A7C15L | 1;
        for (int i = RODATA_AT; i + 4 <= size; i += 4) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
            if ((x & 7) != 0) {
                bytes[i] = (byte) (x >>> 8);
                bytes[i + 1] = (byte) (x >>> 16 & 0x3F);
                bytes[i + 2] = (byte) (x >>> 24);
                bytes[i + 3] = (byte) (x >>> 32 & 0x8F);
            }
        }
        return bytes;
    }
}

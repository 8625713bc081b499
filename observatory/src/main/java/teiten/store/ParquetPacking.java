package teiten.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/// How a column is written in less room where that costs less than writing it: as places in a dictionary, of one, two,
/// four, eight or sixteen bits each; lengths of byte strings as their differences.
///
/// | the column's numbers | dictionary |
/// |---|---|
/// | all the same | that one |
/// | close to each other | all from the least to the largest |
/// | few different ones | these |
/// | anything else | none: as they are |
///
/// Format: apache/parquet-format, `Encodings.md`.
final class ParquetPacking {
    /// Different numbers of a dictionary whose places have 8 bits.
    private static final int FEW = 256;

    /// Rows below which a dictionary does not pay.
    private static final int ROWS = 2 * FEW;

    /// Different numbers among the first rows, with which there will be too many.
    private static final int PROMISING = 128;

    private static final int FIRST = 2_048;
    private static final int SLOTS_BITS = 10;
    private static final int BLOCK = 128;
    private static final int PACK = 32;

    static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    /// The dictionary that was chosen: its bytes, how many of them, and the bits of a place; 0 when there is but one entry.
    byte[] dictionary = new byte[0];

    int dictionaryLength;
    int bits;

    /// The places, or the packed lengths, and how many bytes they are.
    byte[] packed = new byte[0];

    int packedLength;

    private final long seed = new SplittableRandom().nextLong() | 1;
    private long[] slots = {};
    private short[] places = {};

    /// Chooses a dictionary for numbers of `width` bytes, 4 or 8.
    ///
    /// @return false when the column is best written as it is
    boolean numbers(int rows, byte[] column, int width) {
        long least = Long.MAX_VALUE;
        long most = Long.MIN_VALUE;
        for (int i = 0; i < rows; i++) {
            long value = number(column, i, width);
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        long span = most - least;
        if (span == 0) {
            span(least, 1, width);
            room(0, rows);
            return true;
        }
        if (rows < ROWS || span < 0) {
            return false;
        }
        if (span < FEW) {
            span(least, (int) span + 1, width);
            room(8, rows);
            for (int i = 0; i < rows; i++) {
                packed[i] = (byte) (number(column, i, width) - least);
            }
            return true;
        }
        if (few(rows, column, width)) {
            return true;
        }
        // It must save an eighth at least.
        if (span < 1 << 16 && (span + 1) * width + 2L * rows < rows * width * 7L / 8) {
            span(least, (int) span + 1, width);
            room(16, rows);
            for (int i = 0; i < rows; i++) {
                SHORT.set(packed, 2 * i, (short) (number(column, i, width) - least));
            }
            return true;
        }
        return false;
    }

    /// The dictionary of one 4-byte number.
    void constant(int value) {
        span(value, 1, 4);
        room(0, 0);
    }

    private static long number(byte[] column, int i, int width) {
        return width == 4 ? (int) INT.get(column, 4 * i) : (long) LONG.get(column, 8 * i);
    }

    private void enter(int place, long value, int width) {
        if (dictionary.length < (place + 1) * width) {
            dictionary = Arrays.copyOf(dictionary, Math.max((place + 1) * width, FEW * width));
        }
        if (width == 4) {
            INT.set(dictionary, 4 * place, (int) value);
        } else {
            LONG.set(dictionary, 8 * place, value);
        }
    }

    private void span(long least, int entries, int width) {
        for (int i = entries - 1; i >= 0; i--) {
            enter(i, least + i, width);
        }
        dictionaryLength = entries * width;
    }

    /// Room for so many places; they are written in eights.
    private void room(int bits, int rows) {
        this.bits = bits;
        packedLength = (rows + 7) / 8 * bits;
        if (packed.length < packedLength) {
            packed = new byte[packedLength];
        }
    }

    /// Gives up at the first number too many, or when the first rows promise too many, so that a column of many costs next
    /// to nothing.
    private boolean few(int rows, byte[] column, int width) {
        if (places.length == 0) {
            slots = new long[1 << SLOTS_BITS];
            places = new short[1 << SLOTS_BITS];
        }
        Arrays.fill(places, (short) 0);
        room(8, rows);
        int entries = 0;
        for (int i = 0; i < rows; i++) {
            long value = number(column, i, width);
            int slot = (int) (value * seed >>> 64 - SLOTS_BITS);
            while (places[slot] != 0 && slots[slot] != value) {
                slot = slot + 1 & (1 << SLOTS_BITS) - 1;
            }
            if (places[slot] == 0) {
                if (entries == FEW || i < FIRST && entries > PROMISING) {
                    return false;
                }
                slots[slot] = value;
                enter(entries, value, width);
                places[slot] = (short) ++entries;
            }
            packed[i] = (byte) (places[slot] - 1);
        }
        dictionaryLength = entries * width;
        return true;
    }

    /// Packs numbers from 0 to 255, a byte each with eight bytes of room behind the last; the dictionary is of all numbers
    /// that have as many bits as the largest.
    void bytes(int rows, byte[] column) {
        int eights = (rows + 7) / 8;
        // What lies behind the last row is not ours to judge by.
        for (int i = rows; i < eights * 8; i++) {
            column[i] = 0;
        }
        long any = 0;
        for (int i = 0; i < eights; i++) {
            any |= (long) LONG.get(column, 8 * i);
        }
        any |= any >>> 32;
        any |= any >>> 16;
        any |= any >>> 8;
        int used = 32 - Integer.numberOfLeadingZeros((int) any & 0xFF);
        int width = used > 4 ? 8 : used > 2 ? 4 : used;
        span(0, 1 << width, 4);
        room(width, rows);
        switch (width) {
            case 8 -> System.arraycopy(column, 0, packed, 0, eights * 8);
            case 4 -> {
                for (int i = 0; i < eights; i++) {
                    long x = (long) LONG.get(column, 8 * i);
                    x = (x | x >>> 4) & 0x00FF_00FF_00FF_00FFL;
                    x = (x | x >>> 8) & 0x0000_FFFF_0000_FFFFL;
                    INT.set(packed, 4 * i, (int) (x | x >>> 16));
                }
            }
            case 2 -> {
                for (int i = 0; i < eights; i++) {
                    long x = (long) LONG.get(column, 8 * i);
                    x = (x | x >>> 6) & 0x000F_000F_000F_000FL;
                    x = (x | x >>> 12) & 0x0000_00FF_0000_00FFL;
                    SHORT.set(packed, 2 * i, (short) (x | x >>> 24));
                }
            }
            case 1 -> {
                for (int i = 0; i < eights; i++) {
                    long x = (long) LONG.get(column, 8 * i);
                    x = (x | x >>> 7) & 0x0003_0003_0003_0003L;
                    x = (x | x >>> 14) & 0x0000_000F_0000_000FL;
                    packed[i] = (byte) (x | x >>> 28);
                }
            }
            default -> {
                // all of them are 0
            }
        }
    }

    /// Packs the lengths of byte strings: DELTA_BINARY_PACKED.
    void lengths(int rows, int[] lengths) {
        packedLength = 0;
        int most = 32 + (rows / BLOCK + 1) * (10 + BLOCK / PACK + 4 * BLOCK);
        if (packed.length < most) {
            packed = new byte[most];
        }
        varint(BLOCK);
        varint(BLOCK / PACK);
        varint(rows);
        zigzag(rows == 0 ? 0 : lengths[0]);
        for (int from = 1; from < rows; from += BLOCK) {
            block(lengths, from, Math.min(rows, from + BLOCK));
        }
    }

    private void block(int[] lengths, int from, int to) {
        int least = Integer.MAX_VALUE;
        for (int i = from; i < to; i++) {
            least = Math.min(least, lengths[i] - lengths[i - 1]);
        }
        zigzag(least);
        int widths = packedLength;
        packedLength += BLOCK / PACK;
        Arrays.fill(packed, widths, packedLength, (byte) 0);
        for (int p = 0; from + p * PACK < to; p++) {
            int begin = from + p * PACK;
            int end = Math.min(to, begin + PACK);
            int any = 0;
            for (int i = begin; i < end; i++) {
                any |= lengths[i] - lengths[i - 1] - least;
            }
            int width = 32 - Integer.numberOfLeadingZeros(any);
            packed[widths + p] = (byte) width;
            pack(lengths, begin, end, least, width);
        }
    }

    /// Always 32 numbers; those behind the last are zero.
    private void pack(int[] lengths, int from, int to, int least, int width) {
        int end = packedLength + PACK / 8 * width;
        long held = 0;
        int n = 0;
        for (int i = from; i < to && width > 0; i++) {
            held |= (lengths[i] - lengths[i - 1] - least & 0xFFFF_FFFFL) << n;
            n += width;
            while (n >= 8) {
                packed[packedLength++] = (byte) held;
                held >>>= 8;
                n -= 8;
            }
        }
        while (packedLength < end) {
            packed[packedLength++] = (byte) held;
            held = 0;
        }
    }

    private void zigzag(int value) {
        varint((value << 1 ^ value >> 31) & 0xFFFF_FFFFL);
    }

    private void varint(long value) {
        while ((value & ~0x7FL) != 0) {
            packed[packedLength++] = (byte) (value & 0x7F | 0x80);
            value >>>= 7;
        }
        packed[packedLength++] = (byte) value;
    }
}

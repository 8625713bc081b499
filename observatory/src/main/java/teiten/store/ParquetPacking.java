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

    /// Whether it has all numbers from the least one on, and that one; of numbers of 8 bytes its lower half.
    boolean inARow;

    int from;

    /// The places, or the packed lengths, and how many bytes they are.
    byte[] packed = new byte[0];

    int packedLength;

    private final long seed = new SplittableRandom().nextLong() | 1;
    private long[] numbers = {};
    private long least;
    private long most;

    private long[] slots = {};
    private short[] places = {};
    private long[] found = {};
    private int entries;

    /// Chooses a dictionary for numbers of `width` bytes, 4 or 8.
    ///
    /// @return false when the column is best written as it is
    boolean numbers(int rows, byte[] column, int width) {
        if (numbers.length < rows) {
            numbers = new long[Math.max(rows, numbers.length * 2)];
        }
        if (width == 4) {
            narrow(column, rows);
        } else {
            wide(column, rows);
        }
        span(rows);
        long span = most - least;
        if (span == 0) {
            all(least, 1, width);
            room(0, rows);
            return true;
        }
        if (rows < ROWS || span < 0) {
            return false;
        }
        if (span < FEW) {
            all(least, (int) span + 1, width);
            room(8, rows);
            apart(rows, least);
            return true;
        }
        if (few(rows)) {
            for (int i = entries - 1; i >= 0; i--) {
                enter(i, found[i], width);
            }
            dictionaryLength = entries * width;
            inARow = false;
            return true;
        }
        // It must save an eighth at least.
        if (span < 1 << 16 && (span + 1) * width + 2L * rows < rows * width * 7L / 8) {
            all(least, (int) span + 1, width);
            room(16, rows);
            farApart(rows, least);
            return true;
        }
        return false;
    }

    /// The dictionary of one 4-byte number.
    void constant(int value) {
        all(value, 1, 4);
        room(0, 0);
    }

    // A loop a method: what is compiled stays small, and one column does not spoil it for the next.

    private void narrow(byte[] column, int rows) {
        long[] to = numbers;
        for (int i = 0; i < rows; i++) {
            to[i] = (int) INT.get(column, 4 * i);
        }
    }

    private void wide(byte[] column, int rows) {
        long[] to = numbers;
        for (int i = 0; i < rows; i++) {
            to[i] = (long) LONG.get(column, 8 * i);
        }
    }

    private void span(int rows) {
        long[] of = numbers;
        long low = Long.MAX_VALUE;
        long high = Long.MIN_VALUE;
        for (int i = 0; i < rows; i++) {
            low = Math.min(low, of[i]);
            high = Math.max(high, of[i]);
        }
        least = low;
        most = high;
    }

    private void apart(int rows, long from) {
        long[] of = numbers;
        byte[] to = packed;
        for (int i = 0; i < rows; i++) {
            to[i] = (byte) (of[i] - from);
        }
    }

    private void farApart(int rows, long from) {
        long[] of = numbers;
        byte[] to = packed;
        for (int i = 0; i < rows; i++) {
            SHORT.set(to, 2 * i, (short) (of[i] - from));
        }
    }

    /// Gives up at the first number too many, or when the first rows promise too many, so that a column of many costs next
    /// to nothing.
    private boolean few(int rows) {
        if (places.length == 0) {
            slots = new long[1 << SLOTS_BITS];
            places = new short[1 << SLOTS_BITS];
            found = new long[FEW];
        }
        Arrays.fill(places, (short) 0);
        room(8, rows);
        entries = 0;
        return few(0, Math.min(rows, FIRST), PROMISING) && few(Math.min(rows, FIRST), rows, FEW);
    }

    private boolean few(int from, int to, int most) {
        long[] of = numbers;
        byte[] into = packed;
        long[] slots = this.slots;
        short[] places = this.places;
        for (int i = from; i < to; i++) {
            long value = of[i];
            int slot = (int) (value * seed >>> 64 - SLOTS_BITS);
            while (places[slot] != 0 && slots[slot] != value) {
                slot = slot + 1 & (1 << SLOTS_BITS) - 1;
            }
            if (places[slot] == 0) {
                if (entries == most) {
                    return false;
                }
                slots[slot] = value;
                found[entries] = value;
                places[slot] = (short) ++entries;
            }
            into[i] = (byte) (places[slot] - 1);
        }
        return true;
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

    /// The dictionary of all numbers from the given one on.
    private void all(long from, int entries, int width) {
        for (int i = entries - 1; i >= 0; i--) {
            enter(i, from + i, width);
        }
        this.from = (int) from;
        inARow = true;
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

    /// Packs numbers from 0 to 255, a byte each with eight bytes of room behind the last; the dictionary is of all numbers
    /// that have as many bits as the largest.
    void bytes(int rows, byte[] column) {
        int eights = (rows + 7) / 8;
        // What lies behind the last row is not ours to judge by.
        Arrays.fill(column, rows, eights * 8, (byte) 0);
        long any = any(column, eights);
        any |= any >>> 32;
        any |= any >>> 16;
        any |= any >>> 8;
        int used = 32 - Integer.numberOfLeadingZeros((int) any & 0xFF);
        int width = used > 4 ? 8 : used > 2 ? 4 : used;
        all(0, 1 << width, 4);
        room(width, rows);
        switch (width) {
            case 8 -> System.arraycopy(column, 0, packed, 0, eights * 8);
            case 4 -> fours(column, eights);
            case 2 -> twos(column, eights);
            case 1 -> ones(column, eights);
            default -> {
                // all of them are 0
            }
        }
    }

    private static long any(byte[] column, int eights) {
        long any = 0;
        for (int i = 0; i < eights; i++) {
            any |= (long) LONG.get(column, 8 * i);
        }
        return any;
    }

    private void fours(byte[] column, int eights) {
        byte[] to = packed;
        for (int i = 0; i < eights; i++) {
            long x = (long) LONG.get(column, 8 * i);
            x = (x | x >>> 4) & 0x00FF_00FF_00FF_00FFL;
            x = (x | x >>> 8) & 0x0000_FFFF_0000_FFFFL;
            INT.set(to, 4 * i, (int) (x | x >>> 16));
        }
    }

    private void twos(byte[] column, int eights) {
        byte[] to = packed;
        for (int i = 0; i < eights; i++) {
            long x = (long) LONG.get(column, 8 * i);
            x = (x | x >>> 6) & 0x000F_000F_000F_000FL;
            x = (x | x >>> 12) & 0x0000_00FF_0000_00FFL;
            SHORT.set(to, 2 * i, (short) (x | x >>> 24));
        }
    }

    private void ones(byte[] column, int eights) {
        byte[] to = packed;
        for (int i = 0; i < eights; i++) {
            long x = (long) LONG.get(column, 8 * i);
            x = (x | x >>> 7) & 0x0003_0003_0003_0003L;
            x = (x | x >>> 14) & 0x0000_000F_0000_000FL;
            to[i] = (byte) (x | x >>> 28);
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

    /// Unpacks what [#lengths] packed.
    static void unpack(byte[] packed, int rows, int[] into) {
        new Unpacking(packed).into(into, rows);
    }

    private static final class Unpacking {
        private final byte[] packed;
        private int at;

        Unpacking(byte[] packed) {
            this.packed = packed;
        }

        void into(int[] lengths, int rows) {
            for (int header = 0; header < 3; header++) {
                varint();
            }
            if (rows == 0) {
                return;
            }
            lengths[0] = zigzag();
            for (int from = 1; from < rows; from += BLOCK) {
                int least = zigzag();
                int widths = at;
                at += BLOCK / PACK;
                int end = Math.min(rows, from + BLOCK);
                for (int p = 0; from + p * PACK < end; p++) {
                    int begin = from + p * PACK;
                    pack(lengths, begin, Math.min(end, begin + PACK), least, packed[widths + p]);
                }
            }
        }

        private void pack(int[] lengths, int from, int to, int least, int width) {
            int begin = at;
            long mask = (1L << width) - 1;
            long held = 0;
            int n = 0;
            int last = lengths[from - 1];
            for (int i = from; i < to; i++) {
                while (n < width) {
                    held |= (packed[at++] & 0xFFL) << n;
                    n += 8;
                }
                last += least + (int) (held & mask);
                lengths[i] = last;
                held >>>= width;
                n -= width;
            }
            at = begin + PACK / 8 * width;
        }

        private int zigzag() {
            long value = varint();
            return (int) (value >>> 1 ^ -(value & 1));
        }

        private long varint() {
            long value = 0;
            int shift = 0;
            byte next;
            do {
                next = packed[at++];
                value |= (next & 0x7FL) << shift;
                shift += 7;
            } while (next < 0);
            return value;
        }
    }
}

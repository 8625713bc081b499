package teiten.sample;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The bytes of one file, read with unsigned 64-bit offsets that an attacker chose.
///
/// Every range is checked without overflow: an offset is compared unsigned, a length against what is left. A read
/// outside the file gives 0, so no header field can cause an exception; whoever must tell "zero" from "not there" asks
/// [#holds] first. Nothing here allocates by a number from the file, except copies bounded by the file itself.
final class FileBytes {
    private final byte[] bytes;

    FileBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    int size() {
        return bytes.length;
    }

    /// The array itself, not a copy: for hashing and scanning, never to be written.
    byte[] raw() {
        return bytes;
    }

    /// Whether `length` bytes from `offset` lie wholly inside the file; both are unsigned.
    boolean holds(long offset, long length) {
        return Long.compareUnsigned(offset, bytes.length) <= 0
                && Long.compareUnsigned(length, bytes.length - offset) <= 0;
    }

    /// How many of the `length` bytes from `offset` are really there.
    int present(long offset, long length) {
        if (Long.compareUnsigned(offset, bytes.length) >= 0) {
            return 0;
        }
        long left = bytes.length - offset;
        return (int) (Long.compareUnsigned(length, left) < 0 ? length : left);
    }

    int u8(long offset) {
        return holds(offset, 1) ? bytes[(int) offset] & 0xff : 0;
    }

    int u16(long offset, Endianness order) {
        return (int) number(offset, 2, order);
    }

    long u32(long offset, Endianness order) {
        return number(offset, 4, order);
    }

    long u64(long offset, Endianness order) {
        return number(offset, 8, order);
    }

    private long number(long offset, int width, Endianness order) {
        if (!holds(offset, width)) {
            return 0;
        }
        int at = (int) offset;
        long value = 0;
        for (int i = 0; i < width; i++) {
            int next = order == Endianness.BIG ? at + i : at + width - 1 - i;
            value = value << 8 | bytes[next] & 0xff;
        }
        return value;
    }

    /// The zero-terminated text at `offset`, cut at `bound` bytes and at the end of the file; bytes as ISO-8859-1.
    String text(long offset, int bound) {
        int present = present(offset, bound);
        int length = 0;
        while (length < present && bytes[(int) offset + length] != 0) {
            length++;
        }
        return length == 0
                ? ""
                : new String(bytes, (int) offset, length, StandardCharsets.ISO_8859_1);
    }

    /// Whether the ASCII `word` stands at `offset`.
    boolean startsWith(long offset, String word) {
        if (!holds(offset, word.length())) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[(int) offset + i] != (byte) word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// The first place of `word` in `[from, to)`, or -1.
    int find(byte[] word, int from, int to) {
        int last = Math.min(to, bytes.length) - word.length;
        for (int at = Math.max(0, from); at <= last; at++) {
            if (bytes[at] == word[0]
                    && Arrays.equals(bytes, at, at + word.length, word, 0, word.length)) {
                return at;
            }
        }
        return -1;
    }
}

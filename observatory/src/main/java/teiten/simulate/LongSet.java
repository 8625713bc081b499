package teiten.simulate;

import java.util.Arrays;

/// Hot lane. A growing set of longs, each with a small number beside it; open addressing with linear probing, key and
/// number in one cache line.
///
/// Its keys come from this package's own generator, never from an attacker, and so it has no bound.
final class LongSet {
    /// Key and number in turn; a key is stored plus one, so that 0 is an empty line. Keys are never -1.
    private long[] lines = new long[2 << 10];

    private int size;

    int size() {
        return size;
    }

    void clear() {
        Arrays.fill(lines, 0);
        size = 0;
    }

    /// Whether the key was not there before.
    boolean add(long key) {
        int before = size;
        line(key);
        return size > before;
    }

    /// Adds bits to the key's number and gives the number as it was before.
    int or(long key, int bits) {
        int at = line(key);
        int before = (int) lines[at + 1];
        lines[at + 1] = before | bits;
        return before;
    }

    /// Adds one to the key's number.
    void increment(long key) {
        // First the line: finding it may replace the array.
        int at = line(key);
        lines[at + 1]++;
    }

    /// Makes the key's number at least this.
    void raise(long key, int least) {
        int at = line(key);
        lines[at + 1] = Math.max(lines[at + 1], least);
    }

    /// Shows all keys with their numbers, in no particular order.
    void each(Visitor visitor) {
        for (int at = 0; at < lines.length; at += 2) {
            if (lines[at] != 0) {
                visitor.see(lines[at] - 1, (int) lines[at + 1]);
            }
        }
    }

    @FunctionalInterface
    interface Visitor {
        void see(long key, int value);
    }

    private int line(long key) {
        long stored = key + 1;
        int mask = lines.length - 1;
        int at = ((int) Dice.mix(stored) << 1) & mask;
        while (lines[at] != stored) {
            if (lines[at] == 0) {
                if (size >= lines.length / 4) {
                    grow();
                    return line(key);
                }
                lines[at] = stored;
                size++;
                return at;
            }
            at = (at + 2) & mask;
        }
        return at;
    }

    private void grow() {
        long[] old = lines;
        lines = new long[old.length * 2];
        int mask = lines.length - 1;
        for (int from = 0; from < old.length; from += 2) {
            if (old[from] != 0) {
                int at = ((int) Dice.mix(old[from]) << 1) & mask;
                while (lines[at] != 0) {
                    at = (at + 2) & mask;
                }
                lines[at] = old[from];
                lines[at + 1] = old[from + 1];
            }
        }
    }
}

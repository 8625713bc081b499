package teiten.simulate;

import java.util.Arrays;

/// Hot lane. A growing set of longs, each with a small number beside it; open addressing with linear probing.
///
/// Its keys come from this package's own generator, never from an attacker, and so it has no bound.
final class LongSet {
    private long[] keys = new long[1 << 10];
    private int[] values = new int[1 << 10];
    private int size;
    private boolean holdsZero;
    private int zeroValue;

    int size() {
        return size;
    }

    void clear() {
        Arrays.fill(keys, 0);
        Arrays.fill(values, 0);
        size = 0;
        holdsZero = false;
        zeroValue = 0;
    }

    /// Whether the key was not there before.
    boolean add(long key) {
        int before = size;
        or(key, 0);
        return size > before;
    }

    /// Adds bits to the key's number and gives the number as it was before.
    int or(long key, int bits) {
        if (key == 0) {
            int before = zeroValue;
            zeroValue |= bits;
            size += holdsZero ? 0 : 1;
            holdsZero = true;
            return before;
        }
        int at = line(key);
        int before = values[at];
        values[at] = before | bits;
        return before;
    }

    /// Adds one to the key's number.
    void increment(long key) {
        if (key == 0) {
            or(0, 0);
            zeroValue++;
        } else {
            // First the line: finding it may replace the arrays.
            int at = line(key);
            values[at]++;
        }
    }

    /// Makes the key's number at least this.
    void raise(long key, int least) {
        or(key, 0);
        if (key == 0) {
            zeroValue = Math.max(zeroValue, least);
        } else {
            int at = line(key);
            values[at] = Math.max(values[at], least);
        }
    }

    /// Shows all keys with their numbers, in no particular order.
    void each(Visitor visitor) {
        if (holdsZero) {
            visitor.see(0, zeroValue);
        }
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != 0) {
                visitor.see(keys[i], values[i]);
            }
        }
    }

    @FunctionalInterface
    interface Visitor {
        void see(long key, int value);
    }

    private int line(long key) {
        int mask = keys.length - 1;
        int at = (int) Dice.mix(key) & mask;
        while (keys[at] != key) {
            if (keys[at] == 0) {
                if (size >= keys.length / 2) {
                    grow();
                    return line(key);
                }
                keys[at] = key;
                size++;
                return at;
            }
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new int[oldKeys.length * 2];
        int mask = keys.length - 1;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int at = (int) Dice.mix(oldKeys[i]) & mask;
                while (keys[at] != 0) {
                    at = at + 1 & mask;
                }
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }
}

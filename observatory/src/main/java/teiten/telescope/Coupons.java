package teiten.telescope;

import java.util.Arrays;

/// Hot lane. Many small growing sets of [Distinct] coupons in one int array, without an object a set.
///
/// A set is named by its head: 0 is the empty set, a positive number the index of its newest chunk, a negative one its
/// registers. Appending returns the new head, which the owner keeps.
///
/// ```
/// chunk   0  index of the chunk before, 0 if none
///         1  used 8 bits | capacity 8 bits | chunks so far 16 bits
///         2  coupons
/// ```
///
/// Duplicates are stored as they come (but for immediate repeats) and leave when the set is read. A set that has grown
/// to [#SETTLE] chunks is settled in place: made distinct, and turned to registers when more than [Distinct#EXACT]
/// remain. Memory: 16 bytes for a set of two, about 4.3 bytes a coupon for long ones, 4 KiB at most.
final class Coupons {
    private static final int SETTLE = 72;

    /// Heads below this are free for the owner's own meanings; a pool that has grown beyond [#KEEP] is let go at a reset.
    private static final int BEGIN = 4;

    private static final int KEEP = 1 << 24;

    private int[] pool = new int[1 << 12];
    private int end = BEGIN;
    private byte[][] registers = new byte[8][0];
    private int dense;
    private static final byte[] NONE = {};

    /// Appends and returns the set's new head.
    int add(int head, int coupon) {
        if (head > 0) {
            int state = pool[head + 1];
            int used = state & 0xFF;
            if (pool[head + 1 + used] == coupon) {
                return head;
            }
            if (used < (state >>> 8 & 0xFF)) {
                pool[head + 2 + used] = coupon;
                pool[head + 1] = state + 1;
                return head;
            }
            return grow(head, state, coupon);
        }
        if (head == 0) {
            int chunk = chunk(0, 2, 1);
            pool[chunk + 1]++;
            pool[chunk + 2] = coupon;
            return chunk;
        }
        Distinct.raise(registers[~head], 0, coupon);
        return head;
    }

    private int grow(int head, int state, int coupon) {
        int chunks = state >>> 16;
        if (chunks >= SETTLE) {
            return add(settle(head), coupon);
        }
        int capacity = chunks == 1 ? 6 : chunks == 2 ? 14 : 30;
        int chunk = chunk(head, capacity, chunks + 1);
        pool[chunk + 1]++;
        pool[chunk + 2] = coupon;
        return chunk;
    }

    private int chunk(int before, int capacity, int chunks) {
        int at = end;
        if (at + capacity + 2 > pool.length) {
            pool = Arrays.copyOf(pool, Math.max(pool.length * 2, at + capacity + 2));
        }
        end = at + capacity + 2;
        pool[at] = before;
        pool[at + 1] = capacity << 8 | chunks << 16;
        return at;
    }

    private int settle(int head) {
        int[] values = new int[SETTLE * 30];
        int n = sortDistinct(values, 0, copy(head, values));
        if (n > Distinct.EXACT) {
            return toRegisters(head);
        }
        // Rewrites the same chunks from the oldest on; the emptied ones are left behind for the
        // next reset.
        int fresh = 0;
        for (int i = 0; i < n; i++) {
            fresh = addFresh(fresh, values[i]);
        }
        return fresh;
    }

    private int addFresh(int head, int coupon) {
        if (head == 0) {
            int chunk = chunk(0, 30, 4);
            pool[chunk + 1]++;
            pool[chunk + 2] = coupon;
            return chunk;
        }
        return add(head, coupon);
    }

    private int copy(int head, int[] into) {
        int n = 0;
        for (int chunk = head; chunk > 0; chunk = pool[chunk]) {
            int used = pool[chunk + 1] & 0xFF;
            System.arraycopy(pool, chunk + 2, into, n, used);
            n += used;
        }
        return n;
    }

    /// Copies the set's coupons as they came, repeats included, into `into` (grown when too small); not for registers.
    int[] gather(int head, int[] into) {
        int n = 0;
        int[] values = into;
        for (int chunk = head; chunk > 0; chunk = pool[chunk]) {
            int used = pool[chunk + 1] & 0xFF;
            if (n + used + 1 > values.length) {
                values = Arrays.copyOf(values, Math.max(values.length * 2, n + used + 1));
            }
            System.arraycopy(pool, chunk + 2, values, n + 1, used);
            n += used;
        }
        values[0] = n;
        return values;
    }

    /// Sorts `values[from .. from + n - 1]`, drops repeats and returns how many remain.
    static int sortDistinct(int[] values, int from, int n) {
        if (n < 2) {
            return n;
        }
        if (n <= 24) {
            for (int i = from + 1; i < from + n; i++) {
                int value = values[i];
                int k = i - 1;
                while (k >= from && values[k] > value) {
                    values[k + 1] = values[k];
                    k--;
                }
                values[k + 1] = value;
            }
        } else {
            Arrays.sort(values, from, from + n);
        }
        int kept = from;
        for (int i = from + 1; i < from + n; i++) {
            if (values[i] != values[kept]) {
                values[++kept] = values[i];
            }
        }
        return kept - from + 1;
    }

    private int toRegisters(int head) {
        byte[] set = new byte[Distinct.REGISTERS];
        for (int chunk = head; chunk > 0; chunk = pool[chunk]) {
            int used = pool[chunk + 1] & 0xFF;
            for (int i = 0; i < used; i++) {
                Distinct.raise(set, 0, pool[chunk + 2 + i]);
            }
        }
        if (dense == registers.length) {
            registers = Arrays.copyOf(registers, dense * 2);
        }
        registers[dense++] = set;
        return ~(dense - 1);
    }

    /// Empties all sets and keeps the memory.
    void reset() {
        if (pool.length > KEEP) {
            pool = new int[1 << 12];
        }
        end = BEGIN;
        Arrays.fill(registers, 0, dense, NONE);
        dense = 0;
    }

    /// Ints in use, those of sets that were given up included.
    int used() {
        return end;
    }

    /// Bytes held.
    long bytes() {
        return 4L * pool.length + (long) dense * Distinct.REGISTERS;
    }
}

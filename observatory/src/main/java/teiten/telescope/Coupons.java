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

    private int[] pool = new int[1 << 12];
    private int end = 2;
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
        int n = Distinct.sortDistinct(values, copy(head, values));
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

    /// The image of the set, as [Distinct#image()] would give it.
    ///
    /// @param scratch room for sorting, grown when needed; the same one may serve for many sets
    byte[] image(int head, Scratch scratch) {
        if (head < 0) {
            byte[] image = new byte[1 + Distinct.REGISTERS];
            image[0] = Distinct.REGISTERS_V1;
            System.arraycopy(registers[~head], 0, image, 1, Distinct.REGISTERS);
            return image;
        }
        scratch.values = gather(head, scratch.values);
        int n = scratch.sortDistinct();
        if (n > Distinct.EXACT) {
            Distinct set = new Distinct();
            for (int i = 1; i <= n; i++) {
                set.add(scratch.values[i]);
            }
            return set.image();
        }
        byte[] image = new byte[1 + 4 * n];
        image[0] = Distinct.EXACT_V1;
        for (int i = 1; i <= n; i++) {
            Distinct.INT.set(image, 4 * i - 3, scratch.values[i]);
        }
        return image;
    }

    /// Coupons of one set while they are sorted; `values[0]` is their number.
    static final class Scratch {
        int[] values = new int[2048];

        /// Sorts `values[1..]`, drops repeats and returns how many remain.
        int sortDistinct() {
            int n = values[0];
            if (n <= 1) {
                return n;
            }
            Arrays.sort(values, 1, n + 1);
            int kept = 1;
            for (int i = 2; i <= n; i++) {
                if (values[i] != values[kept]) {
                    values[++kept] = values[i];
                }
            }
            return kept;
        }
    }

    /// The registers of a set whose head is negative.
    byte[] registers(int head) {
        return registers[~head];
    }

    /// Unites a set with registers of another table and returns its new head.
    int raiseAll(int head, byte[] from) {
        int to = head < 0 ? head : toRegisters(head);
        byte[] into = registers[~to];
        for (int i = 0; i < Distinct.REGISTERS; i++) {
            if (from[i] > into[i]) {
                into[i] = from[i];
            }
        }
        return to;
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
        end = 2;
        Arrays.fill(registers, 0, dense, NONE);
        dense = 0;
    }

    /// Bytes held.
    long bytes() {
        return 4L * pool.length + (long) dense * Distinct.REGISTERS;
    }
}

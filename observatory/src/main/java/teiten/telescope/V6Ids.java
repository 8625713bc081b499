package teiten.telescope;

import java.util.Arrays;

/// Hot lane. Short ids for IPv6 addresses, so that a source is one number everywhere else. Seeded, open addressing;
/// says [#isFull()] at its limit, upon which the run stores and begins anew.
final class V6Ids {
    private final long seed;
    private final int limit;
    private long[] pairs = new long[2 << 8];
    private int[] slots = new int[2 << 8];
    private int size;

    V6Ids(long seed, int limit) {
        this.seed = seed | 1;
        this.limit = limit;
    }

    boolean isFull() {
        return size >= limit;
    }

    /// The address's id, at least [Headers#V6].
    long id(long high, long low) {
        int mask = slots.length - 1;
        int at = hash(high, low) & mask;
        while (slots[at] != 0) {
            int id = slots[at] - 1;
            if (pairs[2 * id] == high && pairs[2 * id + 1] == low) {
                return Headers.V6 | id;
            }
            at = at + 1 & mask;
        }
        if (size * 2 >= slots.length) {
            grow();
            return id(high, low);
        }
        pairs[2 * size] = high;
        pairs[2 * size + 1] = low;
        slots[at] = ++size;
        return Headers.V6 | size - 1;
    }

    private int hash(long high, long low) {
        long h = (high * seed ^ low) * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 33);
    }

    private void grow() {
        pairs = Arrays.copyOf(pairs, pairs.length * 2);
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int id = 0; id < size; id++) {
            int at = hash(pairs[2 * id], pairs[2 * id + 1]) & mask;
            while (slots[at] != 0) {
                at = at + 1 & mask;
            }
            slots[at] = id + 1;
        }
    }

    long high(int id) {
        return pairs[2 * id];
    }

    long low(int id) {
        return pairs[2 * id + 1];
    }

    void reset() {
        Arrays.fill(slots, 0);
        size = 0;
    }

    long bytes() {
        return 8L * pairs.length + 4L * slots.length;
    }
}

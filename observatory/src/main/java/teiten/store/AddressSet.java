package teiten.store;

import java.util.SplittableRandom;

/// IPv4 addresses, asked for one by one and very often.
final class AddressSet {
    private static final int LEAST_BITS = 6;

    /// Bits of the filter that most others do not pass.
    private static final int FILTER_BITS = 18;

    private final long seed = new SplittableRandom().nextLong() | 1;
    private final long[] filter = new long[1 << FILTER_BITS - 6];
    private final int[] slots;
    private final int shift;

    /// Whether 0.0.0.0 is one of them: in a slot it means that nothing is there.
    private boolean zero;

    AddressSet(int[] addresses) {
        int bits = Math.max(LEAST_BITS, 34 - Integer.numberOfLeadingZeros(addresses.length));
        slots = new int[1 << bits];
        shift = 64 - bits;
        for (int address : addresses) {
            long hash = address * seed;
            int bit = (int) (hash >>> 64 - FILTER_BITS);
            filter[bit >> 6] |= 1L << bit;
            if (address == 0) {
                zero = true;
            } else {
                slots[slot(address, hash)] = address;
            }
        }
    }

    boolean contains(int address) {
        long hash = address * seed;
        int bit = (int) (hash >>> 64 - FILTER_BITS);
        return (filter[bit >> 6] & 1L << bit) != 0
                && (address == 0 ? zero : slots[slot(address, hash)] != 0);
    }

    /// Where it lies, or may lie.
    private int slot(int address, long hash) {
        int slot = (int) (hash >>> shift);
        while (slots[slot] != 0 && slots[slot] != address) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }
}

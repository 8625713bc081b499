package teiten.telescope;

import java.util.Arrays;

/// Hot lane. The sources of all ports of one interval: pairs of port and coupon, noted one behind the other and put in
/// order only when they are read, because writing in sequence costs a tenth of finding each port's set.
///
/// When the log is full it is put in order, repeats leave, and a port of more than [Distinct#EXACT] sources becomes
/// registers. A log that stays more than half full grows; at its limit of pairs [#isFull()] tells the owner to end the
/// interval's part.
final class SourceLog {
    private static final int DIGIT = 10;

    private final int limit;
    private long[] pairs;
    private long[] other = new long[0];
    private int size;
    private boolean inOrder = true;
    private boolean full;
    private byte[][] registers = {};
    private final int[] counts = new int[1 << DIGIT];
    private int[] values = new int[256];
    private final Repeats repeats;

    SourceLog(int capacity, int limit, Repeats repeats) {
        this.limit = limit;
        this.repeats = repeats;
        pairs = new long[capacity];
    }

    /// @param port below 2¹⁹
    void note(int port, int coupon) {
        if (size == pairs.length) {
            compact();
        }
        pairs[size++] = (long) port << 32 | coupon & 0xFFFFFFFFL;
        inOrder = false;
    }

    boolean isFull() {
        return full;
    }

    private void compact() {
        order();
        int kept = 0;
        for (int from = 0; from < size; ) {
            int to = end(from);
            int port = port(from);
            int n = isDense(port) ? Integer.MAX_VALUE : distinct(from, to);
            if (n > Distinct.EXACT) {
                raise(dense(port), 0, from, to);
            } else {
                for (int i = 0; i < n; i++) {
                    pairs[kept++] = (long) port << 32 | values[i] & 0xFFFFFFFFL;
                }
            }
            from = to;
        }
        size = kept;
        if (size * 2 > pairs.length) {
            full |= pairs.length >= limit;
            pairs = Arrays.copyOf(pairs, pairs.length * 2);
        }
    }

    private void raise(byte[] set, int at, int from, int to) {
        for (int i = from; i < to; i++) {
            Distinct.raise(set, at, (int) pairs[i]);
        }
    }

    private boolean isDense(int port) {
        return port < registers.length && registers[port] != null;
    }

    @SuppressWarnings("NullAway") // a port without registers has none
    private byte[] dense(int port) {
        if (port >= registers.length) {
            registers = Arrays.copyOf(registers, PortTable.ALL + 1);
        }
        if (registers[port] == null) {
            registers[port] = new byte[Distinct.REGISTERS];
        }
        return registers[port];
    }

    /// Sorts by port; radix, least digit first, so that the order of coupons stays as it came.
    void order() {
        if (inOrder) {
            return;
        }
        if (other.length < pairs.length) {
            other = new long[pairs.length];
        }
        pass(32);
        pass(32 + DIGIT);
        inOrder = true;
    }

    private void pass(int shift) {
        int[] c = counts;
        Arrays.fill(c, 0);
        int last = (1 << DIGIT) - 1;
        for (int i = 0; i < size; i++) {
            c[(int) (pairs[i] >>> shift) & last]++;
        }
        int sum = 0;
        for (int d = 0; d <= last; d++) {
            int n = c[d];
            c[d] = sum;
            sum += n;
        }
        for (int i = 0; i < size; i++) {
            other[c[(int) (pairs[i] >>> shift) & last]++] = pairs[i];
        }
        long[] swap = pairs;
        pairs = other;
        other = swap;
    }

    int size() {
        return size;
    }

    /// After [#order()]: the port of a pair.
    int port(int at) {
        return (int) (pairs[at] >>> 32);
    }

    /// After [#order()]: just behind the last pair of the same port.
    int end(int from) {
        long port = pairs[from] >>> 32;
        int to = from + 1;
        while (to < size && pairs[to] >>> 32 == port) {
            to++;
        }
        return to;
    }

    /// Brings the distinct coupons of pairs of one port into `values`, unless they are more than [Distinct#EXACT].
    ///
    /// @return as [Repeats#drop] says
    private int distinct(int from, int to) {
        int n = to - from;
        if (n > values.length) {
            values = new int[Math.max(n, values.length * 2)];
        }
        for (int i = 0; i < n; i++) {
            values[i] = (int) pairs[from + i];
        }
        return repeats.drop(values, n);
    }

    /// Ports whose registers are not in the log any more, ascending; -1 at the end.
    int nextDense(int port) {
        for (int p = port; p < registers.length; p++) {
            if (registers[p] != null) {
                return p;
            }
        }
        return -1;
    }

    /// Writes the image of [Distinct] of the port's sources; the pairs are those of the port, or none.
    ///
    /// @return its length
    int image(int port, int from, int to, byte[] image) {
        boolean isDense = isDense(port);
        if (to - from == 1 && !isDense) {
            image[0] = Distinct.EXACT_V1;
            Distinct.INT.set(image, 1, (int) pairs[from]);
            return 5;
        }
        int n = to - from;
        if (n <= Distinct.EXACT && !isDense) {
            // In the order in which they came, a repeat now and then: the reader does not mind.
            image[0] = Distinct.EXACT_V1;
            for (int i = 0; i < n; i++) {
                Distinct.INT.set(image, 1 + 4 * i, (int) pairs[from + i]);
            }
            return 1 + 4 * n;
        }
        n = isDense ? Integer.MAX_VALUE : distinct(from, to);
        if (n <= Distinct.EXACT) {
            image[0] = Distinct.EXACT_V1;
            for (int i = 0; i < n; i++) {
                Distinct.INT.set(image, 1 + 4 * i, values[i]);
            }
            return 1 + 4 * n;
        }
        image[0] = Distinct.REGISTERS_V1;
        if (isDense) {
            System.arraycopy(registers[port], 0, image, 1, Distinct.REGISTERS);
        } else {
            Arrays.fill(image, 1, 1 + Distinct.REGISTERS, (byte) 0);
        }
        raise(image, 1, from, to);
        return 1 + Distinct.REGISTERS;
    }

    void reset() {
        size = 0;
        inOrder = true;
        full = false;
        registers = new byte[0][];
    }

    long memory() {
        long dense = 0;
        for (int p = nextDense(0); p >= 0; p = nextDense(p + 1)) {
            dense += Distinct.REGISTERS;
        }
        return 8L * pairs.length + 8L * other.length + dense;
    }
}

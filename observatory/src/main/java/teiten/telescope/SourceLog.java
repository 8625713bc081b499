package teiten.telescope;

import java.util.Arrays;

/// Hot lane. The sources of all ports of one interval: pairs of port and coupon, noted one behind the other and put in
/// order by runs, because writing in sequence costs a tenth of finding each port's set.
///
/// A run that is full is put in order while it is still in the cache; repeats leave, and a port of more than
/// [Distinct#EXACT] sources becomes registers. What stays is kept, and all runs are read side by side, port by port. At the
/// limit of pairs the runs become one; when that does not help, [#isFull()] tells the owner to end the interval's part.
final class SourceLog {
    /// Pairs of a run: 512 KiB.
    static final int RUN = 1 << 16;

    /// Behind all ports.
    static final int END = Integer.MAX_VALUE;

    private static final int DIGIT = 10;

    private final int limit;
    private final Room room;
    private long[] open;
    private int size;
    private boolean inOrder = true;
    private boolean full;

    private long[][] runs = {};
    private int[] ends = {};
    private int count;

    /// Pairs in the runs.
    private int held;

    /// How far each run was read, the open one last, and the port there.
    private int[] heads = new int[1];

    private int[] ports = new int[1];

    private int next;

    /// By protocol, then port; null where a port has no registers.
    private final byte[][][] registers = new byte[(PortTable.ALL >>> 16) + 1][][];

    /// Ports that have registers, as they came.
    private int[] densePorts = {};

    private int densePortCount;

    /// What putting in order needs, and runs that no log holds at present; shared by all logs of a telescope.
    static final class Room {
        private final Repeats repeats;
        private long[] other = {};
        private final int[] counts = new int[1 << DIGIT];
        private int[] values = new int[256];
        private long[][] free = {};
        private int frees;

        Room(Repeats repeats) {
            this.repeats = repeats;
        }

        private long[] take() {
            return frees == 0 ? new long[RUN] : free[--frees];
        }

        private void give(long[] run) {
            if (frees == free.length) {
                free = Arrays.copyOf(free, frees * 2 + 8);
            }
            free[frees++] = run;
        }

        private int[] values(int n) {
            if (n > values.length) {
                values = Arrays.copyOf(values, Math.max(n, values.length * 2));
            }
            return values;
        }

        /// Bytes of what is shared.
        long memory() {
            return 8L * other.length + 4L * values.length + 8L * RUN * frees;
        }
    }

    /// @param capacity pairs for which there is room at first
    /// @param limit pairs from which on [#isFull()], unless many of them leave
    SourceLog(int capacity, int limit, Room room) {
        this.limit = limit;
        this.room = room;
        open = new long[Math.min(capacity, RUN)];
    }

    /// @param port below 2¹⁹
    void note(int port, int coupon) {
        if (size == open.length) {
            makeRoom();
        }
        open[size++] = (long) port << 32 | coupon & 0xFFFFFFFFL;
        inOrder = false;
    }

    /// Notes the sources of those packets of a run whose source's last packet to the port lies outside the interval.
    ///
    /// @return how many they are
    int note(long[] rows, Run run, long begin, long seconds) {
        while (size + run.size > open.length) {
            makeRoom();
        }
        long[] to = open;
        int n = size;
        for (int k = 0; k < run.size; k++) {
            to[n] = rows[run.at[k] + 2] & ~0xFFFFFFFFL | run.source[k] & 0xFFFFFFFFL;
            n += Long.compareUnsigned(run.last[k] - begin, seconds) >= 0 ? 1 : 0;
        }
        int noted = n - size;
        inOrder &= noted == 0;
        size = n;
        return noted;
    }

    /// Adds the coupons that were noted last to a set.
    void addLast(int n, Distinct set) {
        set.addAll(open, size - n, size);
    }

    boolean isFull() {
        return full;
    }

    private void makeRoom() {
        if (open.length < RUN) {
            open = Arrays.copyOf(open, Math.min(open.length * 4, RUN));
            return;
        }
        order();
        thin();
        if (size * 2 > RUN) {
            keep();
            if (held >= limit) {
                unite();
            }
        }
    }

    /// Drops what is repeated in the open run, and what became registers.
    private void thin() {
        int kept = 0;
        for (int from = 0; from < size; ) {
            int port = port(open[from]);
            int to = end(open, size, from, port);
            int[] values = room.values(to - from);
            for (int i = from; i < to; i++) {
                values[i - from] = (int) open[i];
            }
            int n = settle(port, to - from);
            for (int i = 0; i < n; i++) {
                open[kept++] = (long) port << 32 | values[i] & 0xFFFFFFFFL;
            }
            from = to;
        }
        size = kept;
    }

    /// Drops repeats among a port's coupons in [Room#values]; a port with registers, or more coupons than fit without,
    /// keeps none of them.
    ///
    /// @return how many are left
    private int settle(int port, int n) {
        int left = isDense(port) ? Integer.MAX_VALUE : room.repeats.drop(room.values, n);
        if (left <= Distinct.EXACT) {
            return left;
        }
        byte[] set = dense(port);
        for (int i = 0; i < n; i++) {
            Distinct.raise(set, 0, room.values[i]);
        }
        return 0;
    }

    /// Makes the open run, which is in order, one of those that are kept.
    private void keep() {
        if (count == runs.length) {
            runs = Arrays.copyOf(runs, count * 2 + 4);
            ends = Arrays.copyOf(ends, runs.length);
            heads = new int[runs.length + 1];
            ports = new int[runs.length + 1];
        }
        runs[count] = open;
        ends[count++] = size;
        held += size;
        open = room.take();
        size = 0;
    }

    /// Makes one sequence of all runs. The open one is empty.
    private void unite() {
        SourceLog united = new SourceLog(RUN, Integer.MAX_VALUE, room);
        rewind();
        for (int port = next(); port < END; port = next()) {
            int n = settle(port, take(port));
            for (int i = 0; i < n; i++) {
                united.append(port, room.values[i]);
            }
        }
        for (int i = 0; i < count; i++) {
            room.give(runs[i]);
        }
        if (united.size > 0) {
            united.keep();
        }
        room.give(united.open);
        runs = united.runs;
        ends = united.ends;
        heads = united.heads;
        ports = united.ports;
        count = united.count;
        held = united.held;
        full |= held > limit / 2;
    }

    private void append(int port, int coupon) {
        if (size == RUN) {
            keep();
        }
        open[size++] = (long) port << 32 | coupon & 0xFFFFFFFFL;
    }

    private boolean isDense(int port) {
        byte[][] sets = registers[port >>> 16];
        return sets != null && sets[port & 0xFFFF] != null;
    }

    @SuppressWarnings("NullAway") // a port without registers has none
    private byte[] dense(int port) {
        if (registers[port >>> 16] == null) {
            registers[port >>> 16] = new byte[1 << 16][];
        }
        byte[][] sets = registers[port >>> 16];
        if (sets[port & 0xFFFF] == null) {
            sets[port & 0xFFFF] = new byte[Distinct.REGISTERS];
            if (densePortCount == densePorts.length) {
                densePorts = Arrays.copyOf(densePorts, densePortCount * 2 + 8);
            }
            densePorts[densePortCount++] = port;
        }
        return sets[port & 0xFFFF];
    }

    /// Sorts the open run by port; radix, least digit first, so that the order of coupons stays as it came.
    private void order() {
        if (inOrder) {
            return;
        }
        if (room.other.length < open.length) {
            room.other = new long[open.length];
        }
        pass(open, room.other, 32);
        pass(room.other, open, 32 + DIGIT);
        inOrder = true;
    }

    private void pass(long[] from, long[] to, int shift) {
        int[] c = room.counts;
        Arrays.fill(c, 0);
        int last = (1 << DIGIT) - 1;
        int n = size;
        for (int i = 0; i < n; i++) {
            c[(int) (from[i] >>> shift) & last]++;
        }
        int sum = 0;
        for (int d = 0; d <= last; d++) {
            int here = c[d];
            c[d] = sum;
            sum += here;
        }
        for (int i = 0; i < n; i++) {
            long pair = from[i];
            to[c[(int) (pair >>> shift) & last]++] = pair;
        }
    }

    private static int port(long pair) {
        return (int) (pair >>> 32);
    }

    /// Just behind the last pair of the port.
    private static int end(long[] pairs, int size, int from, int port) {
        int to = from;
        while (to < size && port(pairs[to]) == port) {
            to++;
        }
        return to;
    }

    /// Begins to read the ports, ascending, from the first. Nothing may be noted until the last was read.
    void rewind() {
        order();
        Arrays.fill(heads, 0);
        for (int r = 0; r < count; r++) {
            ports[r] = port(runs[r][0]);
        }
        ports[count] = size > 0 ? port(open[0]) : END;
        next = END;
        for (int r = 0; r <= count; r++) {
            next = Math.min(next, ports[r]);
        }
    }

    /// The next port that has pairs; [#END] behind the last.
    int next() {
        return next;
    }

    /// Brings the coupons of the [#next()] port together and goes on behind them.
    ///
    /// @return how many they are, a repeat now and then among them
    int take(int port) {
        int taken = 0;
        int least = END;
        for (int r = 0; r <= count; r++) {
            if (ports[r] == port) {
                taken = take(r, port, taken);
            }
            least = Math.min(least, ports[r]);
        }
        next = least;
        return taken;
    }

    private int take(int r, int port, int taken) {
        long[] pairs = r == count ? open : runs[r];
        int end = r == count ? size : ends[r];
        int[] values = room.values;
        int i = heads[r];
        long pair = pairs[i];
        do {
            if (taken == values.length) {
                values = room.values(taken + 1);
            }
            values[taken++] = (int) pair;
            pair = ++i < end ? pairs[i] : (long) END << 32;
        } while (port(pair) == port);
        heads[r] = i;
        ports[r] = port(pair);
        return taken;
    }

    /// Ports whose registers are not among the pairs any more, ascending; [#END] behind the last.
    int nextDense(int port) {
        for (int p = port; p < PortTable.ALL; p++) {
            byte[][] sets = registers[p >>> 16];
            if (sets == null) {
                p |= 0xFFFF;
            } else if (sets[p & 0xFFFF] != null) {
                return p;
            }
        }
        return END;
    }

    /// Writes the image of [Distinct] of the port's sources.
    ///
    /// @param n coupons that [#take(int)] brought together; 0 when the port has no pairs
    /// @return its length
    int image(int port, int n, byte[] image) {
        int[] values = room.values;
        boolean isDense = isDense(port);
        if (n > Distinct.EXACT && !isDense) {
            n = settle(port, n);
            isDense = isDense(port);
        }
        if (!isDense) {
            // In the order in which they came, a repeat now and then: the reader does not mind.
            image[0] = Distinct.EXACT_V1;
            for (int i = 0; i < n; i++) {
                Distinct.INT.set(image, 1 + 4 * i, values[i]);
            }
            return 1 + 4 * n;
        }
        image[0] = Distinct.REGISTERS_V1;
        System.arraycopy(dense(port), 0, image, 1, Distinct.REGISTERS);
        for (int i = 0; i < n; i++) {
            Distinct.raise(image, 1, values[i]);
        }
        return 1 + Distinct.REGISTERS;
    }

    void reset() {
        for (int r = 0; r < count; r++) {
            room.give(runs[r]);
        }
        count = 0;
        held = 0;
        size = 0;
        inOrder = true;
        full = false;
        // Not the whole arrays: they have a place for every port.
        for (int i = 0; i < densePortCount; i++) {
            clear(densePorts[i]);
        }
        densePortCount = 0;
    }

    @SuppressWarnings("NullAway") // a port without registers has none
    private void clear(int port) {
        registers[port >>> 16][port & 0xFFFF] = null;
    }

    /// Bytes of this log alone.
    long memory() {
        long sum = 8L * open.length + 8L * RUN * count;
        for (int p = nextDense(0); p < END; p = nextDense(p + 1)) {
            sum += Distinct.REGISTERS;
        }
        return sum;
    }
}

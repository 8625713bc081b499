package teiten.telescope;

import teiten.net.Protocol;

import java.util.Arrays;

/// Hot lane. What one interval brought to each destination port: a cell of 48 bytes for each port at the place that its
/// code says, and a bit for each cell in use, so that nothing is searched or sorted. Cells lie in chunks of 16,384 codes, made
/// when the first of them is met: a table that grows neither copies what it has nor leaves it behind as garbage.
///
/// ```
/// cell  0  packets
///       1  bytes
///       2  SYN without ACK (32) | backscatter (32)
///       3  Mirai (32) | Masscan (32)
///       4  ZMap (32) | ZMap since 4.1.0 (32)
///       5  accesses
/// ```
///
/// The key space is 5 × 65,536 port codes, so the table is bounded by 3 MiB a protocol, whoever sends. The sources lie in a
/// [SourceLog].
public final class PortTable {
    private static final int CELL = 6;
    private static final int COUNTERS = 6;
    private static final int PROTOCOLS = Protocol.values().length;

    /// The pseudo port that stands for all ports together.
    public static final int ALL = PROTOCOLS << 16;

    private static final long LOW = 0xFFFFFFFFL;
    private static final long[] NONE = {};

    private static final int CHUNK_BITS = 14;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int CHUNKS = (ALL >>> CHUNK_BITS) + 1;

    private final long[][] cells = new long[CHUNKS][];
    private final long[][] used = new long[CHUNKS][];
    private boolean empty = true;
    private final SourceLog sources;
    private Distinct all = new Distinct();
    private boolean known;
    private final byte[] image = new byte[1 + Distinct.REGISTERS];

    /// @param capacity pairs of port and source for which there is room at first
    /// @param limit pairs from which on [#isFull()]
    PortTable(int capacity, int limit, SourceLog.Room room) {
        sources = new SourceLog(capacity, limit, room);
        Arrays.fill(cells, NONE);
        Arrays.fill(used, NONE);
    }

    /// True when the sources are so many that the interval's part should be ended.
    boolean isFull() {
        return sources.isFull();
    }

    boolean isEmpty() {
        return empty;
    }

    private void use(int port) {
        int chunk = port >>> CHUNK_BITS;
        if (used[chunk].length == 0) {
            int codes = port == ALL ? 64 : CHUNK;
            cells[chunk] = new long[codes * CELL];
            used[chunk] = new long[codes / 64];
        }
        used[chunk][word(port)] |= 1L << port;
        empty = false;
    }

    /// Where the port's bit lies in its chunk.
    private static int word(int port) {
        return (port & CHUNK - 1) >>> 6;
    }

    /// Where the port's cell begins in its chunk.
    private static int cell(int port) {
        return (port & CHUNK - 1) * CELL;
    }

    /// Adds a port's counters: packets, bytes, accesses, SYN without ACK, backscatter, marks by ordinal.
    void add(int port, long[] counts) {
        use(port);
        add(cells[port >>> CHUNK_BITS], cell(port), counts);
    }

    /// Loads the port's cell, so that many loads are under way at once.
    long touch(int port) {
        long[] c = cells[port >>> CHUNK_BITS];
        int at = cell(port);
        return c.length == 0 ? 0 : c[at] + c[at + COUNTERS - 1];
    }

    /// Adds a port's counters also to the cell of [#ALL].
    void addAlsoToAll(int port, long[] counts) {
        add(port, counts);
        add(ALL, counts);
    }

    private static void add(long[] c, int at, long[] counts) {
        c[at] += counts[0];
        c[at + 1] += counts[1];
        c[at + 2] += counts[3] << 32 | counts[4];
        c[at + 5] += counts[2];
        c[at + 3] += counts[5] << 32 | counts[6];
        c[at + 4] += counts[7] << 32 | counts[8];
    }

    /// Adds one packet to the port's cell and to that of [#ALL].
    ///
    /// @param bits from the lowest: SYN without ACK, backscatter, then the marks by ordinal
    void addOneAlsoToAll(int port, int length, int access, int bits) {
        use(port);
        addOne(cells[port >>> CHUNK_BITS], cell(port), length, access, bits);
        use(ALL);
        addOne(cells[CHUNKS - 1], 0, length, access, bits);
    }

    private static void addOne(long[] c, int at, int length, int access, int bits) {
        c[at]++;
        c[at + 1] += length;
        c[at + 2] += two(bits);
        c[at + 5] += access;
        c[at + 3] += two(bits >>> 2);
        c[at + 4] += two(bits >>> 4);
    }

    /// The lowest bit as the upper counter of a word, the next as the lower.
    private static long two(int bits) {
        return (bits & 1L) << 32 | bits >>> 1 & 1;
    }

    /// The counters of the cell of [#ALL], as [Walk#counts] writes them.
    void together(long[] into) {
        counts(ALL, into, 0);
    }

    private void counts(int port, long[] into, int at) {
        long[] c = cells[port >>> CHUNK_BITS];
        int cell = cell(port);
        if (c.length == 0) {
            Arrays.fill(into, at, at + MinuteLog.COUNTERS, 0);
            return;
        }
        into[at] = c[cell];
        into[at + 1] = c[cell + 1];
        into[at + 2] = c[cell + 5];
        into[at + 3] = c[cell + 2] >>> 32;
        into[at + 4] = c[cell + 2] & LOW;
        into[at + 5] = c[cell + 3] >>> 32;
        into[at + 6] = c[cell + 3] & LOW;
        into[at + 7] = c[cell + 4] >>> 32;
        into[at + 8] = c[cell + 4] & LOW;
    }

    /// Notes a source of the port; not of [#ALL].
    void source(int port, int coupon) {
        sources.note(port, coupon);
    }

    /// Notes the sources of a run of packets: those whose last packet to the port came before the interval, or after it.
    ///
    /// @param begin of the interval, in seconds
    void sources(long[] rows, Run run, long begin, long seconds) {
        int noted = sources.note(rows, run, begin, seconds);
        if (noted > 0) {
            sources.addLast(noted, all);
            known = true;
        }
    }

    /// The next cell in use from the given port code on, or [SourceLog#END].
    private int nextUsed(int from) {
        int word = word(from);
        long mask = -1L << from;
        for (int chunk = from >>> CHUNK_BITS; chunk < CHUNKS; chunk++) {
            long[] bits = used[chunk];
            for (; word < bits.length; word++) {
                long here = bits[word] & mask;
                if (here != 0) {
                    return chunk << CHUNK_BITS | word << 6 | Long.numberOfTrailingZeros(here);
                }
                mask = -1L;
            }
            word = 0;
            mask = -1L;
        }
        return SourceLog.END;
    }

    /// Adds the counters, not the sources, of all of another table's cells, and their sum to the cell of [#ALL] unless
    /// the other table has one itself.
    void absorb(PortTable other, boolean total) {
        if (total && !other.empty) {
            use(ALL);
        }
        for (int port = other.nextUsed(0); port < SourceLog.END; port = other.nextUsed(port + 1)) {
            use(port);
            int at = cell(port);
            long[] from = other.cells[port >>> CHUNK_BITS];
            long[] to = cells[port >>> CHUNK_BITS];
            for (int w = 0; w < COUNTERS; w++) {
                to[at + w] += from[at + w];
            }
            if (total) {
                long[] sum = cells[CHUNKS - 1];
                for (int w = 0; w < COUNTERS; w++) {
                    sum[w] += from[at + w];
                }
            }
        }
    }

    /// Empties the table and keeps its memory.
    void reset() {
        for (long[] counters : cells) {
            Arrays.fill(counters, 0);
        }
        for (long[] bits : used) {
            Arrays.fill(bits, 0);
        }
        empty = true;
        sources.reset();
        if (known) {
            all = new Distinct();
            known = false;
        }
    }

    long memory() {
        long sum = sources.memory();
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            sum += 8L * cells[chunk].length + 8L * used[chunk].length;
        }
        return sum;
    }

    /// A cursor over the ports, ascending by code. The table must not change while it is walked.
    public final class Walk {
        private int port;
        private int counted;
        private int noted;
        private int dense;
        private int taken;

        private Walk() {
            if (known) {
                use(ALL);
            }
            sources.rewind();
            counted = nextUsed(0);
            noted = sources.next();
            dense = sources.nextDense(0);
        }

        /// Goes to the next port of which packets or sources are known.
        public boolean next() {
            port = Math.min(counted, Math.min(noted, dense));
            if (port == SourceLog.END) {
                return false;
            }
            taken = 0;
            if (port == noted) {
                taken = sources.take(port);
                noted = sources.next();
            }
            counted = port == counted ? nextUsed(port + 1) : counted;
            dense = port == dense ? sources.nextDense(port + 1) : dense;
            return true;
        }

        /// [teiten.net.Port#code()] or [#ALL].
        public int port() {
            return port;
        }

        /// Writes packets, bytes of IP with headers, accesses, SYN without ACK, backscatter, and the marks by ordinal.
        public void counts(long[] into, int at) {
            PortTable.this.counts(port, into, at);
        }

        /// Brings the port's sources into [#image()] and returns their image's length.
        public int sources() {
            if (port != ALL) {
                return sources.image(port, taken, image);
            }
            byte[] set = all.image();
            System.arraycopy(set, 0, image, 0, set.length);
            return set.length;
        }

        /// Holds the image of [Distinct], after [#sources()]; its bytes beyond the length mean nothing.
        public byte[] image() {
            return image;
        }
    }

    public Walk walk() {
        return new Walk();
    }
}

package teiten.telescope;

import java.util.Arrays;

/// Hot lane. What each source does to each destination port *at present*: 64-byte lines one behind the other, found by an
/// open-addressing index of one int each, so that a search meets one line and no other.
///
/// ```
/// line  0  source id (33 bits) | port code (19) | largest TTL (8) | targets held, plus 1 (4)
///       1  packets | SYN without ACK | backscatter | Mirai | Masscan | ZMap | ZMap since 4.1.0 | smallest TTL, 8 bits each
///       2  first seen (32) | last seen (32), seconds since 1970, unsigned
///       3  bytes (32) | shape of the SYN (32)
///       4… the targets' coupons, eight at most; in segments of backscatter the services that answered
/// index    tag, eight bits of the hash | number of the line, plus 1 (24); 0 is free
/// ```
///
/// **Segments.** A line is a segment: packets of one key and one UTC day of which none is further than the timeout from
/// the next. A packet that does not fit (too late, too early, another day, a counter at its end, a ninth target,
/// backscatter among other packets) closes
/// the segment, which is written out as a row, and begins the next. The law that makes this exact: the times that a
/// segment holds are connected by gaps of at most the timeout, and joining segments whose spans lie within the timeout of
/// each other gives the very same scan events, whichever way the packets were ordered, split over workers, files, days
/// and restarts. So a segment may be closed at any moment without any loss, and small counters are enough.
///
/// **Adversary.** A flood of spoofed sources makes a new line a packet. When the lines are full, the segments that have
/// timed out are closed; if that does not help, the table grows, and at its limit all segments are closed: early, counted
/// in [#takeClosedEarly()], and joined again when they are read. The hash is seeded.
final class SegmentTable {
    static final int LINE = SegmentLines.LINE;

    /// Targets that a line holds.
    static final int TARGETS = 8;

    /// Lines from which on timed-out segments are closed before the table grows.
    private static final int SWEPT = 1 << 15;

    /// Lines that an index entry can name.
    private static final int MOST = (1 << 24) - 2;

    private static final int NUMBER = 0xFFFFFF;
    private static final int TAG = 0xFF << 24;
    private static final int ID = 12;
    private static final long LOW = 0xFFFFFFFFL;
    private static final long DAY = 86_400;
    private static final long SHAPE = 0xFFFF;
    private static final int NOTED = 1 << Headers.BACKSCATTER | 1 << Headers.ACCESS;

    /// By the note's seven bits from SYN on: a packet and its SYN, backscatter and marks, in word 1.
    private static final long[] COUNTS = new long[128];

    static {
        for (int bits = 0; bits < COUNTS.length; bits++) {
            long counts = 1L << 56 | (bits & 1L) << 48 | (bits >>> 1 & 1L) << 40;
            for (int mark = 0; mark < 4; mark++) {
                counts |= (bits >>> 3 + mark & 1L) << 32 - 8 * mark;
            }
            COUNTS[bits] = counts;
        }
    }

    private final long seed;
    private final int limit;
    private final long timeout;
    private final ClosedSegments closed;
    private final SegmentLines lines = new SegmentLines();
    private int[] index = new int[1 << 13];
    private int mask = index.length - 1;
    private long newest;
    private long closedEarly;
    final V6Ids v6;

    /// @param limit lines held at most
    /// @param timeout seconds; see the law above
    SegmentTable(long seed, int limit, int timeout, Sink sink) {
        this.seed = seed | 1;
        this.limit = Math.clamp(limit, 1_024, MOST);
        this.timeout = timeout;
        v6 = new V6Ids(seed, Math.max(1024, this.limit / 4));
        closed = new ClosedSegments(sink, v6);
    }

    /// Segments that were closed only to make room, since this was last asked.
    long takeClosedEarly() {
        long n = closedEarly;
        closedEarly = 0;
        return n;
    }

    static long key(long id, int port) {
        return (id << 19 | port) << ID;
    }

    /// The key's hash: the index's place in the low bits, the tag in the top ones.
    int hash(long key) {
        long h = (key >>> ID) * seed;
        return (int) ((h ^ h >>> 29) * 0xBF58476D1CE4E5B9L >>> 32);
    }

    void hash(Run run) {
        for (int k = 0; k < run.size; k++) {
            run.hash[k] = hash(run.key[k]);
        }
    }

    /// Loads the index entries of the hashes, and then the lines that they name, so that many loads are under way at once.
    long touch(Run run) {
        int[] hashes = run.hash;
        int[] x = index;
        int m = mask;
        long sum = 0;
        for (int k = 0; k < run.size; k++) {
            sum += x[hashes[k] & m];
        }
        SegmentLines lines = this.lines;
        for (int k = 0; k < run.size; k++) {
            int n = Math.max((x[hashes[k] & m] & NUMBER) - 1, 0);
            long[] l = lines.chunk(n);
            int at = lines.at(n);
            sum += l[at] + l[at + LINE - 1];
        }
        return sum;
    }

    /// Counts a run of packets, for which there is room. Leaves in [Run#last] when the source's last
    /// packet to this port came before this one, in seconds; −1 when it is not known.
    void count(long[] rows, Run run, long dayStart) {
        for (int k = 0; k < run.size; k++) {
            int at = run.at[k];
            long rest = rows[at + 3];
            run.last[k] =
                    count(
                            run.key[k],
                            run.hash[k],
                            (int) rows[at + 2],
                            rest,
                            run.second[k] & LOW,
                            dayStart,
                            run.target[k]);
        }
    }

    private long count(
            long key, int hash, int note, long rest, long second, long dayStart, int target) {
        SegmentLines lines = this.lines;
        int[] x = index;
        int place = hash & mask;
        int tag = hash & TAG;
        boolean noted = (note & NOTED) != 0;
        long[] l;
        int at;
        while (true) {
            int entry = x[place];
            if (entry == 0) {
                int n = lines.size++;
                x[place] = tag | n + 1;
                newest = Math.max(newest, second);
                begin(lines.chunk(n), lines.at(n), key, note, rest, second, noted, target);
                return -1;
            }
            int n = (entry & NUMBER) - 1;
            l = lines.chunk(n);
            at = lines.at(n);
            if ((entry & TAG) == tag && (l[at] ^ key) >>> ID == 0) {
                break;
            }
            place = place + 1 & mask;
        }
        long found = l[at];
        long times = l[at + 2];
        long first = times >>> 32;
        long last = times & LOW;
        long w1 = l[at + 1];
        int held = (int) found & 15;
        int slot = noted ? slot(l, at, held - 1, target) : 0;
        // One branch for all that must not be: each term is below zero when it does not hold.
        long misfit =
                last + timeout - second
                        | second - first + timeout
                        | first - dayStart
                        | dayStart + DAY - 1 - first
                        | 254 - (w1 >>> 56)
                        | TARGETS - 1 - slot
                        | -((w1 >>> 40 & 0xFF) + 255 >>> 8 ^ note >>> Headers.BACKSCATTER & 1);
        newest = Math.max(newest, second);
        if (misfit < 0) {
            closed.add(l, at);
            begin(l, at, key, note, rest, second, noted, target);
            return last;
        }
        int ttl = (int) (rest >>> Headers.TTL) & 0xFF;
        l[at + 1] = (w1 & ~0xFFL) + counts(note) | Math.min(w1 & 0xFF, ttl);
        l[at + 2] = Math.min(first, second) << 32 | Math.max(last, second);
        long w3 = l[at + 3];
        l[at + 3] =
                (w3 & ~LOW) + ((long) (note & Headers.LENGTH) << 32)
                        | Math.min(w3 & LOW, rest & SHAPE);
        long more = Math.max(ttl - (found >>> 4 & 0xFF), 0) << 4;
        if (noted) {
            // Where it stands already, the same is written again.
            int word = at + 4 + (slot >> 1);
            int shift = (slot & 1) << 5;
            l[word] = l[word] & ~(LOW << shift) | (target & LOW) << shift;
            more += Math.max(slot + 2 - held, 0);
        }
        l[at] = found + more;
        return last;
    }

    /// One packet, as word 1 counts it.
    private static long counts(int note) {
        return COUNTS[note >>> Headers.SYN & 127];
    }

    /// Where the target stands among the first `n`, or `n` when it is new. All eight places are looked at: at most seven
    /// comparisons too many cost less than one guess of a branch that goes wrong.
    private static int slot(long[] l, int at, int n, int target) {
        long both = target & LOW | (long) target << 32;
        long a = l[at + 4] ^ both;
        long b = l[at + 5] ^ both;
        long c = l[at + 6] ^ both;
        long d = l[at + 7] ^ both;
        int found =
                zero((int) a)
                        | zero((int) (a >>> 32)) << 1
                        | zero((int) b) << 2
                        | zero((int) (b >>> 32)) << 3
                        | zero((int) c) << 4
                        | zero((int) (c >>> 32)) << 5
                        | zero((int) d) << 6
                        | zero((int) (d >>> 32)) << 7
                        | 1 << n;
        return Integer.numberOfTrailingZeros(found);
    }

    private static int zero(int x) {
        return ~(x | -x) >>> 31;
    }

    private static void begin(
            long[] l,
            int at,
            long key,
            int note,
            long rest,
            long second,
            boolean noted,
            int target) {
        long ttl = rest >>> Headers.TTL & 0xFF;
        l[at] = key | ttl << 4 | (noted ? 2 : 1);
        l[at + 1] = counts(note) | ttl;
        l[at + 2] = second << 32 | second;
        l[at + 3] = (long) (note & Headers.LENGTH) << 32 | rest & SHAPE;
        l[at + 4] = target & LOW;
    }

    /// Makes room for so many lines: no more than there are at first.
    void makeRoom(int more) {
        SegmentLines lines = this.lines;
        if (lines.size + more <= lines.room()) {
            return;
        }
        if (lines.size >= SWEPT) {
            sweep(newest - timeout);
        }
        if (lines.size > lines.room() / 2) {
            if (lines.room() < limit) {
                lines.grow(limit);
            } else if (lines.size > lines.room() / 4 * 3) {
                closeEarly();
            }
        }
        if (lines.size + more > lines.room()) {
            closeEarly();
        }
        if (lines.room() * 2 > index.length) {
            index = new int[Integer.highestOneBit(lines.room() * 2 - 1) * 2];
            mask = index.length - 1;
            enter();
        }
    }

    /// Closes the segments whose last packet came before the given second, and moves the others up.
    private void sweep(long before) {
        SegmentLines lines = this.lines;
        int kept = 0;
        for (int n = 0; n < lines.size; n++) {
            long[] l = lines.chunk(n);
            int at = lines.at(n);
            if ((l[at + 2] & LOW) < before) {
                closed.add(l, at);
            } else {
                lines.move(n, kept++);
            }
        }
        lines.size = kept;
        Arrays.fill(index, 0);
        enter();
    }

    /// Enters all lines into an empty index.
    private void enter() {
        int[] x = index;
        SegmentLines lines = this.lines;
        for (int n = 0; n < lines.size; n++) {
            int hash = hash(lines.chunk(n)[lines.at(n)]);
            int place = hash & mask;
            while (x[place] != 0) {
                place = place + 1 & mask;
            }
            x[place] = hash & TAG | n + 1;
        }
    }

    /// True when there is no more room for IPv6 addresses, upon which all segments should be closed.
    boolean isFull() {
        return v6.isFull();
    }

    /// Closes everything only to make room.
    void closeEarly() {
        closedEarly += lines.size;
        closeAll();
    }

    /// Closes all segments and hands their rows out.
    void closeAll() {
        for (int n = 0; n < lines.size; n++) {
            closed.add(lines.chunk(n), lines.at(n));
        }
        lines.size = 0;
        Arrays.fill(index, 0);
        closed.flush();
        v6.reset();
    }

    long bytes() {
        return lines.bytes() + 4L * index.length + v6.bytes() + closed.bytes();
    }
}

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
    static final int LINE = 8;

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

    private final long seed;
    private final int limit;
    private final long timeout;
    private final ClosedSegments closed;
    private long[] lines = new long[(1 << 12) * LINE];
    private int end;
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

    /// Loads the index entries of the hashes, and then the lines that they name, so that many loads are under way at
    /// once.
    long touch(int[] hashes, int from, int to) {
        int[] x = index;
        int m = mask;
        long sum = 0;
        for (int k = from; k < to; k++) {
            sum += x[hashes[k] & m];
        }
        long[] l = lines;
        for (int k = from; k < to; k++) {
            int entry = x[hashes[k] & m];
            int at = Math.max((entry & NUMBER) - 1, 0) << 3;
            // Where an array begins is not ours to choose, so a line may lie across two of the
            // cache's.
            sum += l[at] + l[at + LINE - 1];
        }
        return sum;
    }

    /// Counts one packet.
    ///
    /// @param counts one packet, as the counters of word 1 are laid out, smallest TTL zero
    /// @param noted whether the packet has a target
    /// @param target coupon of the destination of an access, or code of the service of backscatter
    /// @return when the source's last packet to this port came before this one, in seconds; −1 when it is not known
    long count(
            long key,
            int hash,
            long counts,
            int ttl,
            int bytes,
            int shape,
            long second,
            long dayStart,
            boolean noted,
            int target) {
        long[] l = lines;
        int[] x = index;
        int place = hash & mask;
        int tag = hash & TAG;
        int at;
        while (true) {
            int entry = x[place];
            if (entry == 0) {
                if (end == l.length) {
                    makeRoom();
                    return count(
                            key, hash, counts, ttl, bytes, shape, second, dayStart, noted, target);
                }
                at = end;
                end += LINE;
                x[place] = tag | at / LINE + 1;
                newest = Math.max(newest, second);
                begin(l, at, key, counts, ttl, bytes, shape, second, noted, target);
                return -1;
            }
            at = (entry & NUMBER) - 1 << 3;
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
                        | -((w1 >>> 40 & 0xFF) + 255 >>> 8 ^ counts >>> 40 & 1);
        if (misfit < 0) {
            closed.add(l, at);
            newest = Math.max(newest, second);
            begin(l, at, key, counts, ttl, bytes, shape, second, noted, target);
            return last;
        }
        newest = Math.max(newest, second);
        l[at + 1] = (w1 & ~0xFFL) + counts | Math.min(w1 & 0xFF, ttl);
        l[at + 2] = Math.min(first, second) << 32 | Math.max(last, second);
        long w3 = l[at + 3];
        l[at + 3] = (w3 & ~LOW) + ((long) bytes << 32) | Math.min(w3 & LOW, shape);
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
            long counts,
            int ttl,
            int bytes,
            int shape,
            long second,
            boolean noted,
            int target) {
        l[at] = key | (long) ttl << 4 | (noted ? 2 : 1);
        l[at + 1] = counts | ttl;
        l[at + 2] = second << 32 | second;
        l[at + 3] = (long) bytes << 32 | shape;
        l[at + 4] = target & LOW;
    }

    private void makeRoom() {
        int room = end;
        if (end / LINE >= SWEPT) {
            sweep(newest - timeout);
        }
        if (end > room / 2) {
            if (lines.length / LINE < limit) {
                lines = Arrays.copyOf(lines, (int) Math.min(2L * room, (long) limit * LINE));
            } else if (end > room / 4 * 3) {
                closeEarly();
            }
        }
        if (lines.length / LINE * 2 > index.length) {
            index = new int[index.length * 2];
            mask = index.length - 1;
            enter();
        }
    }

    /// Closes the segments whose last packet came before the given second, and moves the others up.
    private void sweep(long before) {
        long[] l = lines;
        int kept = 0;
        for (int at = 0; at < end; at += LINE) {
            if ((l[at + 2] & LOW) < before) {
                closed.add(l, at);
            } else {
                System.arraycopy(l, at, l, kept, LINE);
                kept += LINE;
            }
        }
        end = kept;
        Arrays.fill(index, 0);
        enter();
    }

    /// Enters all lines into an empty index.
    private void enter() {
        int[] x = index;
        for (int at = 0; at < end; at += LINE) {
            int hash = hash(lines[at]);
            int place = hash & mask;
            while (x[place] != 0) {
                place = place + 1 & mask;
            }
            x[place] = hash & TAG | at / LINE + 1;
        }
    }

    /// True when there is no more room for IPv6 addresses, upon which all segments should be closed.
    boolean isFull() {
        return v6.isFull();
    }

    /// Closes everything only to make room.
    void closeEarly() {
        closedEarly += end / LINE;
        closeAll();
    }

    /// Closes all segments and hands their rows out.
    void closeAll() {
        for (int at = 0; at < end; at += LINE) {
            closed.add(lines, at);
        }
        end = 0;
        Arrays.fill(index, 0);
        closed.flush();
        v6.reset();
    }

    long bytes() {
        return 8L * lines.length + 4L * index.length + v6.bytes() + closed.bytes();
    }
}

package teiten.telescope;

import java.util.Arrays;

/// Hot lane. What each source does to each destination port *at present*: an open-addressing table of 64-byte lines.
///
/// ```
/// line  0  source id (33 bits) | port code (19) | largest TTL (8) | targets held, plus 1 (4); 0 is free
///       1  packets | SYN without ACK | backscatter | Mirai | Masscan | ZMap | ZMap since 4.1.0 | smallest TTL, 8 bits each
///       2  first seen (32) | last seen (32), seconds since 1970, unsigned
///       3  bytes (32) | shape of the SYN (32)
///       4… the targets' coupons, eight at most
/// ```
///
/// **Segments.** A line is a segment: packets of one key and one UTC day of which none is further than the timeout from
/// the next. A packet that does not fit (too late, too early, another day, a counter at its end, a ninth target) closes
/// the segment, which is written out as a row, and begins the next. The law that makes this exact: the times that a
/// segment holds are connected by gaps of at most the timeout, and joining segments whose spans lie within the timeout of
/// each other gives the very same scan events, whichever way the packets were ordered, split over workers, files, days
/// and restarts. So a segment may be closed at any moment without any loss, and small counters are enough.
///
/// **Adversary.** A flood of spoofed sources makes a new line a packet. The table grows to its limit; then the segments
/// that have timed out are closed, and if that does not make room, all of them: early, counted in [#takeClosedEarly()],
/// and joined again when they are read. The hash is seeded.
final class SegmentTable {
    static final int LINE = 8;

    /// Targets that a line holds.
    static final int TARGETS = 8;

    /// Lines from which on timed-out segments are closed before the table grows.
    private static final int SWEPT = 1 << 15;

    private static final int ID = 12;
    private static final long LOW = 0xFFFFFFFFL;
    private static final long DAY = 86_400;

    private final long seed;
    private final int limit;
    private final long timeout;
    private final ClosedSegments closed;
    private long[] lines;
    private int mask;
    private int size;
    private long newest;
    private long closedEarly;
    final V6Ids v6;

    /// @param limit lines held at most
    /// @param timeout seconds; see the law above
    SegmentTable(long seed, int limit, int timeout, Sink sink) {
        this.seed = seed | 1;
        this.limit = Math.max(1_024, Integer.highestOneBit(limit));
        this.timeout = timeout;
        int begin = Math.min(1 << 15, this.limit);
        lines = new long[begin * LINE];
        mask = begin - 1;
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

    /// The index of the line's home, for touching it ahead of its use.
    int home(long key) {
        long h = (key >>> ID) * seed;
        return ((int) (h ^ h >>> 32) & mask) << 3;
    }

    long touch(int home) {
        return lines[home];
    }

    /// Counts one packet.
    ///
    /// @param counts one packet, as the counters of word 1 are laid out, smallest TTL zero
    /// @param target coupon of the destination, when the packet is an access
    /// @return when the source's last packet to this port came before this one, in seconds; −1 when it is not known
    long count(
            long key,
            long counts,
            int ttl,
            int bytes,
            int shape,
            long second,
            long dayStart,
            boolean access,
            int target) {
        long[] l = lines;
        int wrap = l.length - 1;
        int at = home(key);
        long found = l[at];
        while ((found ^ key) >>> ID != 0 || found == 0) {
            if (found == 0) {
                if (size * 8L >= (mask + 1) * 5L) {
                    makeRoom();
                    return count(
                            key, counts, ttl, bytes, shape, second, dayStart, access, target);
                }
                size++;
                newest = Math.max(newest, second);
                begin(l, at, key, counts, ttl, bytes, shape, second, access, target);
                return -1;
            }
            at = at + LINE & wrap;
            found = l[at];
        }
        long times = l[at + 2];
        long first = times >>> 32;
        long last = times & LOW;
        long w1 = l[at + 1];
        int held = (int) found & 15;
        int slot = access ? slot(l, at, held - 1, target) : 0;
        boolean fits =
                second <= last + timeout
                        && second >= first - timeout
                        && first >= dayStart
                        && first < dayStart + DAY
                        && w1 >>> 56 < 255
                        && slot < TARGETS;
        if (!fits) {
            closed.add(l, at);
            newest = Math.max(newest, second);
            begin(l, at, key, counts, ttl, bytes, shape, second, access, target);
            return last;
        }
        if (second != last) {
            l[at + 2] = Math.min(first, second) << 32 | Math.max(last, second);
            newest = Math.max(newest, second);
        }
        l[at + 1] = (w1 & ~0xFFL) + counts | Math.min(w1 & 0xFF, ttl);
        long w3 = l[at + 3];
        l[at + 3] = (w3 & ~LOW) + ((long) bytes << 32) | Math.min(w3 & LOW, shape);
        long ttlMax = found >>> 4 & 0xFF;
        if (ttl > ttlMax) {
            l[at] += (long) (ttl - (int) ttlMax) << 4;
        }
        if (access && slot == held - 1) {
            long word = l[at + 4 + (slot >> 1)];
            l[at + 4 + (slot >> 1)] =
                    (slot & 1) == 0 ? target & LOW : word & LOW | (long) target << 32;
            l[at]++;
        }
        return last;
    }

    /// Where the target stands among the first `n`, or `n` when it is new.
    private static int slot(long[] l, int at, int n, int target) {
        for (int i = 0; i < n; i++) {
            long word = l[at + 4 + (i >> 1)];
            if ((int) ((i & 1) == 0 ? word : word >>> 32) == target) {
                return i;
            }
        }
        return n;
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
            boolean access,
            int target) {
        l[at] = key | (long) ttl << 4 | (access ? 2 : 1);
        l[at + 1] = counts | ttl;
        l[at + 2] = second << 32 | second;
        l[at + 3] = (long) bytes << 32 | shape;
        l[at + 4] = target & LOW;
    }

    private void makeRoom() {
        int room = mask + 1;
        if (room >= SWEPT) {
            sweep(newest - timeout);
        }
        if (size * 3L > room) {
            if (room < limit) {
                grow();
            } else {
                closedEarly += size;
                closeAll();
            }
        }
    }

    private void grow() {
        long[] old = lines;
        lines = new long[(int) Math.min((long) old.length * 2, (long) limit * LINE)];
        mask = lines.length / LINE - 1;
        for (int at = 0; at < old.length; at += LINE) {
            if (old[at] != 0) {
                int to = home(old[at]);
                while (lines[to] != 0) {
                    to = to + LINE & lines.length - 1;
                }
                System.arraycopy(old, at, lines, to, LINE);
            }
        }
    }

    /// Closes the segments whose last packet came before the given second, and moves the others up into the room that
    /// they leave: from behind a free line on, every line either goes or is put anew, and finds its place at or before
    /// where it was.
    private void sweep(long before) {
        long[] l = lines;
        int wrap = l.length - 1;
        int start = 0;
        while (l[start] != 0) {
            start += LINE;
        }
        for (int i = LINE; i < l.length; i += LINE) {
            int at = start + i & wrap;
            long key = l[at];
            if (key == 0) {
                continue;
            }
            if ((l[at + 2] & LOW) < before) {
                closed.add(l, at);
                l[at] = 0;
                size--;
                continue;
            }
            l[at] = 0;
            int to = home(key);
            while (l[to] != 0) {
                to = to + LINE & wrap;
            }
            if (to != at) {
                System.arraycopy(l, at + 1, l, to + 1, LINE - 1);
            }
            l[to] = key;
        }
    }

    /// True when there is no more room for IPv6 addresses, upon which all segments should be closed.
    boolean isFull() {
        return v6.isFull();
    }

    /// Closes everything only to make room.
    void closeEarly() {
        closedEarly += size;
        closeAll();
    }

    /// Closes all segments and hands their rows out.
    void closeAll() {
        for (int at = 0; at < lines.length; at += LINE) {
            if (lines[at] != 0) {
                closed.add(lines, at);
            }
        }
        Arrays.fill(lines, 0);
        size = 0;
        closed.flush();
        v6.reset();
    }

    long bytes() {
        return 8L * lines.length + v6.bytes() + closed.bytes();
    }
}

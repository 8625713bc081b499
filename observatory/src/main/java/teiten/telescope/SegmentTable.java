package teiten.telescope;

import java.util.Arrays;

/// Hot lane. What each source does to each destination port *at present*: an open-addressing table of 64-byte lines.
///
/// ```
/// line  0  source id (33 bits) | port code (19) | largest TTL (8) | coupons in words 4 to 7, plus 1 (4); 0 is free
///       1  packets | SYN without ACK | backscatter | Mirai | Masscan | ZMap | ZMap since 4.1.0 | smallest TTL, 8 bits each
///       2  first seen (32) | last seen (32), seconds since 1970, unsigned
///       3  head of further coupons (32) | bytes (17) | shape of the SYN (15)
///       4… the first eight targets' coupons
/// ```
///
/// **Segments.** A line is a segment: packets of one key and one UTC day of which none is further than the timeout from
/// the next. A packet that does not fit (too late, too early, another day, a counter at its end) closes the segment,
/// which is written out as a row, and begins the next. The law that makes this exact: the times that a segment holds are
/// connected by gaps of at most the timeout, and joining segments whose spans lie within the timeout of each other gives
/// the very same scan events, whichever way the packets were ordered, split over workers, files, days and restarts. So a
/// segment may be closed at any moment without any loss, and counters of eight bits are enough.
///
/// **Adversary.** A flood of spoofed sources makes a new line a packet. The table grows to its limit; then the segments
/// that have timed out are closed, and if that does not make room, all of them: early, counted in [#takeClosedEarly()], and
/// joined again when they are read. The hash is seeded.
final class SegmentTable {
    private static final int LINE = 8;

    /// Targets that a line itself holds.
    private static final int INLINE = 8;

    /// Lines from which on timed-out segments are closed before the table grows.
    private static final int SWEPT = 1 << 15;
    private static final long ID = 12;
    private static final long SHAPE = 0x7FFF;
    private static final long BYTES = 0x1FFFF;
    private static final long LOW = 0xFFFFFFFFL;
    private static final long DAY = 86_400;

    private final long seed;
    private final int limit;
    private final long timeout;
    private final Sink sink;
    private long[] lines;
    private int mask;
    private int size;
    private long newest;
    private long closedEarly;
    private final Coupons targets = new Coupons();
    private int heldTargets;
    private int[] scratch = new int[512];
    final V6Ids v6;
    private final SegmentBlock four = new SegmentBlock(false);
    private SegmentBlock six = four;

    /// @param limit lines held at most
    /// @param timeout seconds; see the law above
    SegmentTable(long seed, int limit, int timeout, Sink sink) {
        this.seed = seed | 1;
        this.limit = Math.max(1_024, Integer.highestOneBit(limit));
        this.timeout = timeout;
        this.sink = sink;
        int begin = Math.min(1 << 14, this.limit);
        lines = new long[begin * LINE];
        mask = begin - 1;
        v6 = new V6Ids(seed, Math.max(1024, this.limit / 4));
    }

    /// Segments that were closed only to make room, since this was last asked.
    long takeClosedEarly() {
        long n = closedEarly;
        closedEarly = 0;
        return n;
    }

    /// Coupons of targets that the pool holds, those of closed segments included.
    long coupons() {
        return targets.used();
    }

    /// Makes room in the pool of targets and among the IPv6 addresses.
    void relieve() {
        int held = targets.used();
        if (!v6.isFull()) {
            heldTargets = 0;
            sweep(newest - timeout);
        }
        if (v6.isFull() || targets.used() > held / 2) {
            closedEarly += size;
            closeAll();
        }
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
        while (true) {
            long found = l[at];
            if ((found ^ key) >>> ID == 0 && found != 0) {
                break;
            }
            if (found == 0) {
                if (size * 8L >= (mask + 1) * 5L) {
                    makeRoom();
                    return count(
                            key, counts, ttl, bytes, shape, second, dayStart, access, target);
                }
                size++;
                begin(l, at, key, counts, ttl, bytes, shape, second, access, target);
                return -1;
            }
            at = at + LINE & wrap;
        }
        long times = l[at + 2];
        long first = times >>> 32;
        long last = times & LOW;
        long w1 = l[at + 1];
        long w3 = l[at + 3];
        boolean fits =
                second <= last + timeout
                        && second >= first - timeout
                        && first >= dayStart
                        && first < dayStart + DAY
                        && w1 >>> 56 < 255
                        && (w3 >>> 15 & BYTES) + bytes <= BYTES;
        if (!fits) {
            close(at);
            begin(l, at, key, counts, ttl, bytes, shape, second, access, target);
            return last;
        }
        if (second > last) {
            l[at + 2] = first << 32 | second;
            newest = Math.max(newest, second);
        } else if (second < first) {
            l[at + 2] = second << 32 | last;
        }
        long ttlMin = w1 & 0xFF;
        l[at + 1] = (w1 & ~0xFFL) + counts | Math.min(ttlMin, ttl);
        if (ttl > (l[at] >>> 4 & 0xFF)) {
            l[at] = l[at] & ~0xFF0L | (long) ttl << 4;
        }
        long head = w3 >>> 32;
        if (access) {
            head = target(l, at, head, target);
        }
        l[at + 3] = head << 32 | (w3 >>> 15 & BYTES) + bytes << 15 | Math.min(w3 & SHAPE, shape);
        return last;
    }

    private void begin(
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
        l[at + 3] = (long) bytes << 15 | shape;
        l[at + 4] = target & LOW;
        newest = Math.max(newest, second);
    }

    /// Notes a target and returns the head of the further coupons.
    private long target(long[] l, int at, long head, int target) {
        int n = (int) (l[at] & 15) - 1;
        for (int i = 0; i < n; i++) {
            if ((int) (l[at + 4 + (i >> 1)] >>> (i & 1) * 32) == target) {
                return head;
            }
        }
        if (n == INLINE) {
            return targets.add((int) head, target) & LOW;
        }
        int word = at + 4 + (n >> 1);
        l[word] = (n & 1) == 0 ? target & LOW : l[word] | (long) target << 32;
        l[at]++;
        return head;
    }

    /// Writes the line's segment out; the line itself stays as it is.
    private void close(int at) {
        long[] l = lines;
        long key = l[at];
        long id = key >>> ID + 19;
        boolean isSix = id >= Headers.V6;
        if (isSix && six == four) {
            six = new SegmentBlock(true);
        }
        SegmentBlock block = isSix ? six : four;
        int row = block.rows;
        if (isSix) {
            SegmentBlock.LONG.set(block.address, 8 * row, v6.high((int) id));
            SegmentBlock.LONG.set(block.low, 8 * row, v6.low((int) id));
        } else {
            SegmentBlock.INT.set(block.address, 4 * row, (int) id);
        }
        SegmentBlock.INT.set(block.port, 4 * row, (int) (key >>> ID) & 0x7FFFF);
        long times = l[at + 2];
        SegmentBlock.INT.set(block.first, 4 * row, (int) (times >>> 32));
        SegmentBlock.INT.set(block.span, 4 * row, (int) ((times & LOW) - (times >>> 32)));
        long w3 = l[at + 3];
        SegmentBlock.INT.set(block.bytes, 4 * row, (int) (w3 >>> 15 & BYTES));
        SegmentBlock.INT.set(block.shape, 4 * row, (int) (w3 & SHAPE));
        long w1 = l[at + 1];
        byte[][] small = block.small;
        small[0][row] = (byte) (w1 >>> 56);
        small[1][row] = (byte) (w1 >>> 48);
        small[2][row] = (byte) (w1 >>> 40);
        small[3][row] = (byte) (w1 >>> 32);
        small[4][row] = (byte) (w1 >>> 24);
        small[5][row] = (byte) (w1 >>> 16);
        small[6][row] = (byte) (w1 >>> 8);
        small[7][row] = (byte) w1;
        small[8][row] = (byte) (key >>> 4);
        putTargets(block, l, at);
        block.rows = row + 1;
        if (block.isFull()) {
            sink.segments(block);
            block.reset();
        }
    }

    private void putTargets(SegmentBlock block, long[] l, int at) {
        int n = (int) (l[at] & 15) - 1;
        int head = (int) (l[at + 3] >>> 32);
        if (n <= 1) {
            block.roomForTargets(1);
            SegmentBlock.INT.set(block.targets, block.targetBytes, 4 * n);
            SegmentBlock.INT.set(block.targets, block.targetBytes + 4, (int) l[at + 4]);
            block.targetBytes += 4 + 4 * n;
            return;
        }
        if (head == 0) {
            scratch[0] = 0;
        } else {
            scratch = targets.gather(head, scratch);
        }
        int further = scratch[0];
        for (int i = 0; i < n; i++) {
            scratch[1 + further + i] = (int) (l[at + 4 + (i >> 1)] >>> (i & 1) * 32);
        }
        n = Coupons.sortDistinct(scratch, 1, further + n);
        block.roomForTargets(n);
        SegmentBlock.INT.set(block.targets, block.targetBytes, 4 * n);
        for (int i = 1; i <= n; i++) {
            SegmentBlock.INT.set(block.targets, block.targetBytes + 4 * i, scratch[i]);
        }
        block.targetBytes += 4 + 4 * n;
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
                put(old, at);
            }
        }
    }

    private void put(long[] from, int at) {
        int to = home(from[at]);
        while (lines[to] != 0) {
            to = to + LINE & lines.length - 1;
        }
        System.arraycopy(from, at, lines, to, LINE);
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
                close(at);
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
        if (targets.used() > 2 * heldTargets + (1 << 16)) {
            keepTargets();
            heldTargets = targets.used();
        }
    }

    /// Moves the further targets into an emptied pool, so that those of closed segments go.
    private void keepTargets() {
        int[] sets = new int[1 << 10];
        int used = 0;
        for (int at = 0; at < lines.length; at += LINE) {
            int head = lines[at] == 0 ? 0 : (int) (lines[at + 3] >>> 32);
            if (head != 0) {
                scratch = targets.gather(head, scratch);
                int length = scratch[0];
                if (used + length + 1 > sets.length) {
                    sets = Arrays.copyOf(sets, Math.max(sets.length * 2, used + length + 1));
                }
                System.arraycopy(scratch, 0, sets, used, length + 1);
                used += length + 1;
            }
        }
        targets.reset();
        int from = 0;
        for (int at = 0; at < lines.length; at += LINE) {
            if (lines[at] != 0 && lines[at + 3] >>> 32 != 0) {
                int head = 0;
                int length = sets[from++];
                for (int k = 0; k < length; k++) {
                    head = targets.add(head, sets[from++]);
                }
                lines[at + 3] = lines[at + 3] & LOW | (long) head << 32;
            }
        }
    }

    /// True when there is no more room for IPv6 addresses, upon which everything should be closed.
    boolean isFull() {
        return v6.isFull();
    }

    /// Closes all segments and hands the last rows out.
    void closeAll() {
        for (int at = 0; at < lines.length; at += LINE) {
            if (lines[at] != 0) {
                close(at);
            }
        }
        Arrays.fill(lines, 0);
        size = 0;
        targets.reset();
        heldTargets = 0;
        v6.reset();
    }

    /// After [#closeAll()]: the rows that do not fill a block.
    void flush() {
        if (four.rows > 0) {
            sink.segments(four);
            four.reset();
        }
        if (six != four && six.rows > 0) {
            sink.segments(six);
            six.reset();
        }
    }

    long bytes() {
        return 8L * lines.length + targets.bytes() + v6.bytes();
    }
}

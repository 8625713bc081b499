package teiten.telescope;

import java.util.Arrays;

/// Hot lane. The packets of one minute, noted one behind the other and put in order of their ports only when the minute
/// ends: in a minute nearly every port of a telescope is met once or twice, and writing in sequence costs a tenth of
/// finding each port's cell.
///
/// ```
/// pair   port code (32) | coupon of the source (32)
/// rest   the note of [Headers], up to its marks | first packet of source and port
/// ```
///
/// A log that is full is folded into the minute's [PortTable]. What is told of a minute, [#tell], is the same either way.
final class MinuteLog {
    /// Packets held at most: 3 MiB.
    static final int CAPACITY = 1 << 18;

    /// Ports whose cells of the hour are loaded ahead together.
    private static final int TOUCHED = 128;

    /// Packets that have more than [Distinct#EXACT] sources, as a rule.
    private static final int MANY = 4 * Distinct.EXACT;

    private static final int DIGIT = 10;
    private static final int LENGTH = Headers.LENGTH;
    private static final int SYN = Headers.SYN;
    private static final int ACCESS = Headers.ACCESS;
    private static final int MARKS = Headers.MARKS;
    private static final int FIRST = Headers.FIRST;
    private static final long LOW = 0xFFFFFFFFL;
    private static final int NOTE = (1 << FIRST) - 1;

    /// Counters of a port: packets, bytes, accesses, SYN without ACK, backscatter, marks by ordinal.
    static final int COUNTERS = 5 + Mark.values().length;

    private long[] pairs = new long[1 << 10];
    private int[] rests = new int[1 << 10];
    private int size;
    private final Room room;
    private final int capacity;

    /// What putting in order needs beside the log; shared by all minutes of a telescope.
    static final class Room {
        private long[] pairs = new long[0];
        private int[] rests = new int[0];
        private final int[] digits = new int[1 << DIGIT];
        private final long[] counts = new long[COUNTERS];

        /// What all ports of the hour had before the minute, and what the minute added.
        private final long[] before = new long[COUNTERS];

        private final long[] together = new long[COUNTERS];
        private int[] coupons = new int[256];
        private final byte[] image = new byte[1 + Distinct.REGISTERS];
        private final int[] ends = new int[TOUCHED];
        private long touched;
        private final Repeats repeats;

        Room(Repeats repeats) {
            this.repeats = repeats;
        }
    }

    /// @param capacity packets held at most
    MinuteLog(Room room, int capacity) {
        this.room = room;
        this.capacity = capacity;
    }

    /// Notes a run of packets.
    ///
    /// @param begin of the minute, in seconds
    /// @param folded what a log that is full is folded into
    void note(long[] rows, Run run, long begin, PortTable folded) {
        if (size + run.size > capacity) {
            fold(folded);
        }
        if (size + run.size > pairs.length) {
            int more = Math.max(size + run.size, pairs.length * 4);
            pairs = Arrays.copyOf(pairs, more);
            rests = Arrays.copyOf(rests, more);
        }
        long[] p = pairs;
        int[] r = rests;
        int n = size;
        for (int k = 0; k < run.size; k++) {
            long portAndNote = rows[run.at[k] + 2];
            p[n + k] = portAndNote & ~LOW | run.source[k] & LOW;
            boolean first = Long.compareUnsigned(run.last[k] - begin, 60) >= 0;
            r[n + k] = (int) portAndNote & NOTE | (first ? 1 << FIRST : 0);
        }
        size = n + run.size;
    }

    /// By port; radix, least digit first, so that packets of one port stay as they came.
    private void order() {
        if (room.pairs.length < pairs.length) {
            room.pairs = new long[pairs.length];
            room.rests = new int[pairs.length];
        }
        pass(pairs, rests, room.pairs, room.rests, 32);
        pass(room.pairs, room.rests, pairs, rests, 32 + DIGIT);
    }

    private void pass(long[] from, int[] fromRests, long[] to, int[] toRests, int shift) {
        int[] c = room.digits;
        int last = (1 << DIGIT) - 1;
        int n = size;
        Arrays.fill(c, 0);
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
            int place = c[(int) (from[i] >>> shift) & last]++;
            to[place] = from[i];
            toRests[place] = fromRests[i];
        }
    }

    /// Just behind the last packet of the same port.
    private int end(int from) {
        long port = pairs[from] >>> 32;
        int to = from + 1;
        while (to < size && pairs[to] >>> 32 == port) {
            to++;
        }
        return to;
    }

    /// Counts all flags of a packet in one addition: each has a byte of a word, emptied before it can run over.
    private void count(int from, int to) {
        long bytes = 0;
        long[] counts = room.counts;
        Arrays.fill(counts, 0);
        for (int i = from; i < to; ) {
            int stop = Math.min(to, i + 255);
            long flags = 0;
            for (; i < stop; i++) {
                int rest = rests[i];
                bytes += rest & LENGTH;
                flags += spread(rest >>> SYN);
            }
            counts[2] += flags >>> 16 & 0xFF;
            counts[3] += flags & 0xFF;
            counts[4] += flags >>> 8 & 0xFF;
            for (int m = 0; m < COUNTERS - 5; m++) {
                counts[5 + m] += flags >>> 8 * (m + 3) & 0xFF;
            }
        }
        counts[0] = to - from;
        counts[1] = bytes;
    }

    /// Eight bits, each into a byte of its own. The first seven by a multiplication, whose partial products do not meet
    /// in the bits that are kept.
    private static long spread(int bits) {
        return (bits & 0x7F) * 0x0002_0408_1020_4081L & 0x0001_0101_0101_0101L
                | (bits >>> 7 & 1L) << 56;
    }

    /// Moves all packets into the table and begins anew.
    void fold(PortTable table) {
        order();
        for (int from = 0, to; from < size; from = to) {
            to = end(from);
            int port = (int) (pairs[from] >>> 32);
            count(from, to);
            table.add(port, room.counts);
            for (int i = from; i < to; i++) {
                if (rests[i] >>> FIRST != 0) {
                    table.source(port, (int) pairs[i]);
                }
            }
        }
        size = 0;
    }

    /// Writes the minute's image, adds its counters to the hour's, and empties the log.
    ///
    /// @param folded what was folded before
    /// @param packets read in the minute, skipped ones included
    void tell(PortTable folded, long packets, PortImage.Writer images, PortTable hour) {
        if (!folded.isEmpty()) {
            fold(folded);
            images.write(folded, packets);
            hour.absorb(folded, true);
            folded.reset();
            return;
        }
        order();
        hour.together(room.before);
        images.begin(packets);
        int[] ends = room.ends;
        for (int from = 0; from < size; ) {
            int ports = touch(from, hour);
            for (int p = 0; p < ports; p++) {
                int to = ends[p];
                int port = (int) (pairs[from] >>> 32);
                if (to - from == 1) {
                    one(from, images, hour);
                } else {
                    count(from, to);
                    hour.addAlsoToAll(port, room.counts);
                    images.add(port, room.counts, room.image, sources(from, to));
                }
                from = to;
            }
        }
        if (images.isLarge()) {
            together(hour);
            images.end(room.together, room.image, sources());
        }
        size = 0;
    }

    /// What the minute added to all ports of the hour.
    private void together(PortTable hour) {
        hour.together(room.together);
        for (int i = 0; i < COUNTERS; i++) {
            room.together[i] -= room.before[i];
        }
    }

    /// A port's only packet of the minute: most ports have no more.
    private void one(int at, PortImage.Writer images, PortTable hour) {
        int port = (int) (pairs[at] >>> 32);
        int rest = rests[at];
        int length = rest & LENGTH;
        int access = rest >>> ACCESS & 1;
        // SYN, backscatter, then the marks, as the image has them.
        int bits = rest >>> SYN & 3 | (rest >>> MARKS & (1 << COUNTERS - 5) - 1) << 2;
        hour.addOneAlsoToAll(port, length, access, bits);
        images.addOne(port, length, access, bits, rest >>> FIRST != 0, (int) pairs[at]);
    }

    /// Finds where the next ports' packets end, and loads their cells of the hour.
    ///
    /// @return how many ports
    private int touch(int from, PortTable hour) {
        int[] ends = room.ends;
        int ports = 0;
        long sum = 0;
        for (int at = from; at < size && ports < TOUCHED; ) {
            sum += hour.touch((int) (pairs[at] >>> 32));
            at = end(at);
            ends[ports++] = at;
        }
        room.touched += sum;
        return ports;
    }

    /// Brings the image of the port's sources into the room and returns its length.
    private int sources(int from, int to) {
        if (to - from > room.coupons.length) {
            room.coupons = new int[Math.max(to - from, room.coupons.length * 2)];
        }
        int[] coupons = room.coupons;
        int n = 0;
        for (int i = from; i < to; i++) {
            coupons[n] = (int) pairs[i];
            n += rests[i] >>> FIRST;
        }
        return Distinct.image(coupons, n, room.image, room.repeats);
    }

    /// The same of all ports together: rarely they are few, which the first of them show.
    private int sources() {
        int n = size;
        int some = Math.min(n, MANY);
        int length = sources(0, some);
        if (some == n) {
            return length;
        }
        byte[] image = room.image;
        if (image[0] != Distinct.REGISTERS_V1) {
            return sources(0, n);
        }
        for (int i = some; i < n; i++) {
            if (rests[i] >>> FIRST != 0) {
                Distinct.raise(image, 1, (int) pairs[i]);
            }
        }
        return length;
    }

    long memory() {
        return 12L * pairs.length;
    }
}

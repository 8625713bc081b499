package teiten.telescope;

import java.util.Arrays;

/// Hot lane. The flow tuples of one minute: packets that agree in source, destination, both ports, protocol, TTL, TCP
/// flags and length (CAIDA's key, corsaro FlowTuple), and in the evidence that CAIDA does not keep: which marks match, and
/// the shape of the SYN.
///
/// Rows lie one behind the other and are found by an open-addressing index of one int each, as in [SegmentTable].
///
/// ```
/// row    addresses: one word of IPv4 (source, destination), four of IPv6
///        source port (16) | destination port (16) | length (16) | protocol (8) | TTL (8)
///        TCP flags (8) | marks (8) | shape (16) | packets (32), 255 at most
/// index  tag, eight bits of the hash | number of the row, plus 1 (24); 0 is free
/// ```
///
/// A tuple may be written more than once in a minute (it came 255 times, the table was full, packets of another minute
/// came between); its counts add up.
///
/// **Adversary.** Tuples hardly repeat, so a table is as large as its minute has packets. At the limit all rows are
/// written and the table begins anew. Times that jump cost nothing but rows: a table is emptied by its rows, not by its
/// size.
final class TupleTable {
    private static final int NUMBER = 0xFFFFFF;
    private static final int TAG = 0xFF << 24;
    private static final long LOW = 0xFFFFFFFFL;
    private static final int MOST_PACKETS = 255;

    private final long seed;
    private final int row;
    private final int limit;
    private final Sink sink;
    private final TupleBlock block;
    private long[] rows;
    private int end;
    private int[] index = new int[1 << 12];
    private int[] places = new int[1 << 11];
    private int mask = index.length - 1;
    private int minute = -1;
    private long early;

    /// @param limit rows held at most
    TupleTable(boolean six, long seed, int limit, Sink sink) {
        this.seed = seed | 1;
        this.row = six ? 6 : 3;
        this.limit = Math.clamp(limit, 2_048, NUMBER - 1);
        this.sink = sink;
        this.block = new TupleBlock(six);
        rows = new long[places.length * row];
    }

    /// Counts one packet of an IPv4 source.
    ///
    /// @param addresses source (upper half) and destination
    /// @param header as in the row's second word
    /// @param evidence as in the upper half of the row's last word
    void count(int ofMinute, long addresses, long header, int evidence) {
        begin(ofMinute);
        int hash = hash(addresses, header, evidence);
        long[] r = rows;
        int place = hash & mask;
        for (int entry = index[place]; entry != 0; entry = index[place]) {
            int at = ((entry & NUMBER) - 1) * 3;
            if (((entry ^ hash) & TAG) == 0
                    && r[at] == addresses
                    && r[at + 1] == header
                    && (int) (r[at + 2] >>> 32) == evidence) {
                if ((r[at + 2] & LOW) < MOST_PACKETS) {
                    r[at + 2]++;
                    return;
                }
                break;
            }
            place = place + 1 & mask;
        }
        int at = enter(place, hash);
        rows[at] = addresses;
        rows[at + 1] = header;
        rows[at + 2] = (long) evidence << 32 | 1;
    }

    /// Counts one packet of an IPv6 source.
    void count(
            int ofMinute,
            long sourceHigh,
            long sourceLow,
            long targetHigh,
            long targetLow,
            long header,
            int evidence) {
        begin(ofMinute);
        int hash =
                hash(
                        hash(sourceHigh, sourceLow, 1) * 0x9E3779B97F4A7C15L
                                ^ hash(targetHigh, targetLow, 2),
                        header,
                        evidence);
        long[] r = rows;
        int place = hash & mask;
        for (int entry = index[place]; entry != 0; entry = index[place]) {
            int at = ((entry & NUMBER) - 1) * 6;
            if (((entry ^ hash) & TAG) == 0
                    && r[at] == sourceHigh
                    && r[at + 1] == sourceLow
                    && r[at + 2] == targetHigh
                    && r[at + 3] == targetLow
                    && r[at + 4] == header
                    && (int) (r[at + 5] >>> 32) == evidence) {
                if ((r[at + 5] & LOW) < MOST_PACKETS) {
                    r[at + 5]++;
                    return;
                }
                break;
            }
            place = place + 1 & mask;
        }
        int at = enter(place, hash);
        rows[at] = sourceHigh;
        rows[at + 1] = sourceLow;
        rows[at + 2] = targetHigh;
        rows[at + 3] = targetLow;
        rows[at + 4] = header;
        rows[at + 5] = (long) evidence << 32 | 1;
    }

    private void begin(int ofMinute) {
        if (ofMinute != minute) {
            close();
            minute = ofMinute;
        }
    }

    private int hash(long a, long b, int c) {
        long h = (a ^ seed) * 0x9E3779B97F4A7C15L;
        h = (h ^ h >>> 32 ^ b) * 0xBF58476D1CE4E5B9L;
        h = (h ^ h >>> 29 ^ c) * 0x94D049BB133111EBL;
        return (int) (h >>> 32);
    }

    /// Makes a row for the hash whose search ended at the place: a free one, or that of a row that is full.
    private int enter(int ended, int hash) {
        int place = ended;
        if (end == places.length) {
            if (places.length >= limit) {
                early += end;
                close();
            } else {
                grow();
            }
            place = hash & mask;
            while (index[place] != 0) {
                place = place + 1 & mask;
            }
        }
        index[place] = hash & TAG | end + 1;
        places[end] = place;
        return end++ * row;
    }

    private void grow() {
        int more = Math.min(places.length * 4, limit);
        places = Arrays.copyOf(places, more);
        rows = Arrays.copyOf(rows, more * row);
        index = new int[Math.max(index.length, Integer.highestOneBit(more * 2 - 1) << 1)];
        mask = index.length - 1;
        for (int n = 0; n < end; n++) {
            int at = n * row;
            int evidence = (int) (rows[at + row - 1] >>> 32);
            int hash =
                    row == 3
                            ? hash(rows[at], rows[at + 1], evidence)
                            : hash(
                                    hash(rows[at], rows[at + 1], 1) * 0x9E3779B97F4A7C15L
                                            ^ hash(rows[at + 2], rows[at + 3], 2),
                                    rows[at + 4],
                                    evidence);
            int place = hash & mask;
            while (index[place] != 0) {
                place = place + 1 & mask;
            }
            index[place] = hash & TAG | n + 1;
            places[n] = place;
        }
    }

    /// Hands out the minute's rows, in blocks that fill across minutes.
    private void close() {
        for (int n = 0; n < end; n++) {
            index[places[n]] = 0;
        }
        for (int from = 0; from < end; ) {
            int to = Math.min(end, from + TupleBlock.CAPACITY - block.rows());
            block.add(minute, rows, from * row, to * row, row);
            if (block.rows() == TupleBlock.CAPACITY) {
                flush();
            }
            from = to;
        }
        end = 0;
    }

    private void flush() {
        if (block.rows() > 0) {
            sink.tuples(block);
            block.reset();
        }
    }

    /// Hands out everything.
    void closeAll() {
        close();
        flush();
    }

    /// Rows that were written before their minute's end for want of room, since this was last asked.
    long takeEarly() {
        long taken = early;
        early = 0;
        return taken;
    }

    long bytes() {
        return 8L * rows.length + 4L * index.length + 4L * places.length + block.bytes();
    }
}

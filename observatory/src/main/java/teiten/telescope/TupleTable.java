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

    /// IANA's numbers by ordinal of [teiten.net.Protocol]; 0 where the port code's low bits are the number.
    private static final int[] NUMBERS = {6, 17, 1, 58, 0};

    private final boolean six;
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
    private long touched;

    /// Of the run under way: word 0 of [Headers], the rest of the key, its hash.
    private final long[] words = new long[Run.MOST];

    private final long[] heads = new long[Run.MOST];
    private final int[] tails = new int[Run.MOST];
    private final int[] hashes = new int[Run.MOST];

    /// @param limit rows held at most
    TupleTable(boolean six, long seed, int limit, Sink sink) {
        this.six = six;
        this.seed = seed | 1;
        this.row = six ? 6 : 3;
        this.limit = Math.clamp(limit, 2_048, NUMBER - 1);
        this.sink = sink;
        this.block = new TupleBlock(six);
        rows = new long[places.length * row];
    }

    /// Counts the packets of a run that are of this table's family.
    void count(int ofMinute, Headers headers, Run run) {
        if (ofMinute != minute) {
            close();
            minute = ofMinute;
        }
        int n = keys(headers, run);
        // So that many loads are under way at once.
        int[] x = index;
        long sum = 0;
        for (int k = 0; k < n; k++) {
            sum += x[hashes[k] & mask];
        }
        touched += sum;
        for (int k = 0; k < n; k++) {
            if (six) {
                countSix(headers.six, (int) words[k], heads[k], tails[k], hashes[k]);
            } else {
                countFour(words[k], heads[k], tails[k], hashes[k]);
            }
        }
    }

    /// Finds keys and hashes of the packets of this table's family.
    ///
    /// @return how many they are
    private int keys(Headers headers, Run run) {
        long[] rows = headers.rows;
        int family = six ? 1 : 0;
        int n = 0;
        for (int k = 0; k < run.size; k++) {
            int at = run.at[k];
            int note = (int) rows[at + 2];
            if ((note >>> Headers.SIX & 1) == family) {
                long rest = rows[at + 3];
                long word = rows[at];
                long head = head((int) (rows[at + 2] >>> 32), note, rest);
                int tail = (int) rest;
                words[n] = word;
                heads[n] = head;
                tails[n] = tail;
                hashes[n++] =
                        six ? hashSix(headers.six, (int) word, head, tail) : hash(word, head, tail);
            }
        }
        return n;
    }

    /// The row's word behind the addresses. ICMP has its type and code in place of the ports, others have no ports.
    private static long head(int port, int note, long rest) {
        int number = port & 0xFFFF;
        int protocol = NUMBERS[port >>> 16];
        int service = (int) (rest >>> Headers.SERVICE) & 0xFFFF;
        long ports =
                protocol == 6 || protocol == 17
                        ? (long) service << 16 | number
                        : protocol == 0 ? 0 : (long) (number >>> 8) << 16 | number & 0xFF;
        return ports << 32
                | (long) Math.min(note & Headers.LENGTH, 0xFFFF) << 16
                | (long) (protocol == 0 ? number & 0xFF : protocol) << 8
                | rest >>> Headers.TTL & 0xFF;
    }

    private void countFour(long addresses, long header, int evidence, int hash) {
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

    private void countSix(long[] words, int from, long header, int evidence, int hash) {
        long[] r = rows;
        int place = hash & mask;
        for (int entry = index[place]; entry != 0; entry = index[place]) {
            int at = ((entry & NUMBER) - 1) * 6;
            if (((entry ^ hash) & TAG) == 0
                    && r[at] == words[from]
                    && r[at + 1] == words[from + 1]
                    && r[at + 2] == words[from + 2]
                    && r[at + 3] == words[from + 3]
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
        System.arraycopy(words, from, rows, at, 4);
        rows[at + 4] = header;
        rows[at + 5] = (long) evidence << 32 | 1;
    }

    private int hashSix(long[] words, int at, long header, int evidence) {
        return hash(
                hash(words[at], words[at + 1], 1) * 0x9E3779B97F4A7C15L
                        ^ hash(words[at + 2], words[at + 3], 2),
                header,
                evidence);
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
                    six
                            ? hashSix(rows, at, rows[at + 4], evidence)
                            : hash(rows[at], rows[at + 1], evidence);
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
        if (end > index.length / 32) {
            Arrays.fill(index, 0);
        } else {
            for (int n = 0; n < end; n++) {
                index[places[n]] = 0;
            }
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

package teiten.telescope;

import teiten.capture.Batch;

import java.util.Arrays;

/// Hot lane. What the decoder read of those packets of a batch whose sources one worker owns, four words a packet: they are
/// written once, on one core, and read once, mostly on another, so they are as few bytes as hold everything.
///
/// ```
/// word 0  IPv4: source (32) | destination (32). IPv6: where its words in `six` begin
///      1  nanoseconds since 1970; below zero when the capture states none that can be used
///      2  code of the destination port (32) | note (32)
///      3  code of the source port (19) << 40 | TTL (8) << 32 | evidence (32)
/// six     source, upper half | lower half | destination, upper half | lower half
/// note    length of the IP packet, 131,071 at most (17 bits) | SYN without ACK | backscatter | access
///         | marks of an access, by ordinal (4) | 0 | outcome (4) | IPv6
/// evidence  TCP flags, CWR to FIN (8) | marks that match, whatever that means (8) | code of the SYN's shape (16)
/// ```
///
/// Packets that do not enter the figures have an outcome and a time, and nothing else.
final class Headers {
    static final int WORDS = 4;

    /// Set in an id of [V6Ids], and in none of IPv4, whose address is its id.
    static final long V6 = 1L << 32;

    // Marks, 1 << Mark.ordinal().
    static final int MIRAI = 1;
    static final int MASSCAN = 2;
    static final int ZMAP = 4;
    static final int ZMAP_4 = 8;

    // The note.
    static final int LENGTH = (1 << 17) - 1;
    static final int SYN = 17;
    static final int BACKSCATTER = 18;
    static final int ACCESS = 19;
    static final int MARKS = 20;

    /// Left free for what only the worker knows: whether it is the first packet of its source to its port in a minute.
    static final int FIRST = 24;

    static final int OUTCOME = 25;
    static final int SIX = 29;

    // The last word.
    static final int TTL = 32;
    static final int SERVICE = 40;

    int size;
    final long[] rows = new long[Batch.CAPACITY * WORDS];
    private int sixes;
    long[] six = {};

    void clear() {
        size = 0;
        sixes = 0;
    }

    /// A packet that does not enter the figures.
    void add(int outcome, long time) {
        add(0, time, 0, outcome << OUTCOME, 0);
    }

    void add(long addresses, long time, int port, int note, long rest) {
        int at = size * WORDS;
        long[] r = rows;
        r[at] = addresses;
        r[at + 1] = time;
        r[at + 2] = (long) port << 32 | note;
        r[at + 3] = rest;
        size++;
    }

    /// A packet of IPv6.
    void addSix(
            long high,
            long low,
            long toHigh,
            long toLow,
            long time,
            int port,
            int note,
            long rest) {
        if (sixes == six.length) {
            six = Arrays.copyOf(six, Math.max(256, sixes * 2));
        }
        int at = sixes;
        six[at] = high;
        six[at + 1] = low;
        six[at + 2] = toHigh;
        six[at + 3] = toLow;
        sixes = at + WORDS;
        add(at, time, port, note | 1 << SIX, rest);
    }
}

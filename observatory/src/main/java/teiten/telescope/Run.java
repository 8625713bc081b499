package teiten.telescope;

import teiten.capture.Batch;

/// Hot lane. Packets of one minute on their way through a [Telescope]'s steps, and what each step leaves for the next: column
/// `k` of every array belongs to the `k`-th packet that enters the figures.
final class Run {
    /// As many packets as the nearest cache holds lines of segments for.
    static final int MOST = Batch.CAPACITY / 2;

    private static final int USED = Outcome.OTHER.ordinal();
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;

    int size;

    /// Where their words begin in [Headers#rows].
    final int[] at = new int[MOST];

    /// Since 1970, unsigned.
    final int[] second = new int[MOST];

    final long[] key = new long[MOST];
    final int[] hash = new int[MOST];

    /// Coupons of the sources.
    final int[] source = new int[MOST];

    /// Coupons of the destinations of accesses; of other packets the services that answered.
    final int[] target = new int[MOST];

    /// When the source's last packet to the port came before this one; see [SegmentTable#count].
    final long[] last = new long[MOST];

    /// Coupons of the destinations of accesses alone.
    final int[] reached = new int[MOST];

    int reachedSize;
    final int[] reached6 = new int[MOST];
    int reached6Size;

    /// Nanoseconds, of all that was gathered since [#forgetTimes].
    long firstTime = Long.MAX_VALUE;

    long lastTime = Long.MIN_VALUE;

    void forgetTimes() {
        firstTime = Long.MAX_VALUE;
        lastTime = Long.MIN_VALUE;
    }

    /// Gathers packets up to the first that is not of the minute. All are counted by outcome.
    ///
    /// @param begin of the minute, in nanoseconds
    /// @return where the next run begins
    int gather(Headers headers, int from, int end, long begin, long[] outcomes) {
        long[] rows = headers.rows;
        long first = firstTime;
        long last = lastTime;
        int n = 0;
        int i = from;
        for (int most = Math.min(end, from + MOST); i < most; i++) {
            int row = i * Headers.WORDS;
            long time = rows[row + 1];
            if (Long.compareUnsigned(time - begin, MINUTE) >= 0) {
                break;
            }
            int outcome = (int) rows[row + 2] >>> Headers.OUTCOME & 15;
            outcomes[outcome]++;
            first = Math.min(first, time);
            last = Math.max(last, time);
            at[n] = row;
            second[n] = (int) (time / SECOND);
            n += outcome <= USED ? 1 : 0;
        }
        firstTime = first;
        lastTime = last;
        size = n;
        return i;
    }

    /// Finds each packet's key, source and target.
    void keys(Headers headers, SegmentTable segments) {
        long[] rows = headers.rows;
        int accesses = 0;
        int accesses6 = 0;
        for (int k = 0; k < size; k++) {
            int row = at[k];
            long addresses = rows[row];
            long portAndNote = rows[row + 2];
            int port = (int) (portAndNote >>> 32);
            int service = (int) (rows[row + 3] >>> Headers.SERVICE);
            int access = (int) portAndNote >>> Headers.ACCESS & 1;
            if (((int) portAndNote >>> Headers.SIX & 1) != 0) {
                int reached = six(k, headers.six, (int) addresses, port, segments.v6);
                target[k] = access != 0 ? reached : service;
                reached6[accesses6] = reached;
                accesses6 += access;
                continue;
            }
            int to = Distinct.coupon((int) addresses);
            key[k] = SegmentTable.key(addresses >>> 32, port);
            source[k] = Distinct.coupon((int) (addresses >>> 32));
            target[k] = access != 0 ? to : service;
            reached[accesses] = to;
            accesses += access;
        }
        reachedSize = accesses;
        reached6Size = accesses6;
        segments.hash(this);
    }

    /// Returns the target's coupon.
    private int six(int k, long[] words, int from, int port, V6Ids ids) {
        long high = words[from];
        long low = words[from + 1];
        key[k] = SegmentTable.key(ids.id(high, low), port);
        source[k] = Distinct.coupon(high, low);
        return Distinct.coupon(words[from + 2], words[from + 3]);
    }
}

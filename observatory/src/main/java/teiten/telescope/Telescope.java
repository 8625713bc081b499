package teiten.telescope;

import org.jspecify.annotations.Nullable;

import teiten.capture.Batch;
import teiten.net.Protocol;

/// Hot lane. One worker's reading of a sensor's packets: decode → classify → mark → summarise.
///
/// Each worker reads its own share of what a [Decoder] made of a batch, the packets of the sources that it owns, so no
/// state is shared and no lock is needed. What is complete goes to the [Sink] as it arises; [#harvest()] completes everything and returns the
/// totals. Parts of any number of workers, files and stretches merge by addition, minimum, maximum and set union.
///
/// **Cost.** A packet costs one line of the segment table and one row of the minute's log. The line
/// is the cache miss; a batch first touches all the lines it will need, so that the misses overlap. A source enters the
/// sets of a minute, an hour and a day only when its last packet to the port came before them.
///
/// **Adversary.** Timestamps may jump: [#MINUTES] minutes are open at once (and two hours, two days) and the least
/// recently opened one is closed to make room; an interval that opens again simply yields a second part.
public final class Telescope {
    /// Pairs of port and source that an hour or a day holds before its part is ended.
    private static final int FEWEST_PAIRS = 1 << 15;

    private static final int MOST_PAIRS = 1 << 21;

    private static final int MINUTES = 4;

    /// Packets whose lines are loaded ahead together: as many as the nearest cache holds.
    private static final int TOUCHED = 512;

    private static final long LAST_SECOND = 0xFFFFFFFFL;
    private static final int TCP = Protocol.TCP.ordinal();

    /// IANA's numbers by [Protocol] ordinal; 0 where the port code's low bits are the number.
    private static final int[] PROTOCOL_NUMBERS = {6, 17, 1, 58, 0};

    private static final int USED = Outcome.OTHER.ordinal();
    private static final int BACKSCATTER = Outcome.BACKSCATTER.ordinal();

    /// Seconds; segments of sensors whose addresses are not known are cut at this gap. No sensor of fewer than half a
    /// million addresses has a shorter timeout, and joining segments needs a cut that is not longer.
    public static final int SHORTEST_TIMEOUT = 600;

    private final int share;
    private final int shares;
    private final long seed;
    private @Nullable Decoder decoder;
    private @Nullable Decoded decoded;
    private SynShapes shapes = new SynShapes();
    private long talk;
    private Headers headers = new Headers();
    private final Sink sink;
    private final Summary.@Nullable Gathered own;
    private Summary.@Nullable Gathered gathered;
    private final SegmentTable segments;
    private @Nullable TupleTable tuples;
    private @Nullable TupleTable tuples6;

    private final SourceLog.Room runs;

    private final Interval[] minutes = new Interval[MINUTES];
    private final Interval[] hours = new Interval[2];
    private final Interval[] days = new Interval[2];
    private Interval minute;
    private Interval hour;
    private Interval day;

    private long[] outcomes = new long[Outcome.values().length];
    private Distinct targets = new Distinct();
    private Distinct targets6 = new Distinct();
    private long firstTime = Long.MAX_VALUE;
    private long lastTime = Long.MIN_VALUE;

    private long clock;

    /// The run of packets under way: their places in the batch, and what each step leaves for the next.
    private final int[] run = new int[TOUCHED];

    private int size;
    private final long[] seconds = new long[TOUCHED];
    private final long[] keys = new long[TOUCHED];
    private final int[] hashes = new int[TOUCHED];
    private final byte[] access = new byte[TOUCHED];
    private final long[] lasts = new long[TOUCHED];
    private long touched;

    /// One open minute, hour or day; `begin` is in seconds, −1 when it is free.
    private static final class Interval {
        final PortTable ports;
        long begin = -1;
        long opened;

        /// Of minutes, whose table is for more packets than the log takes.
        final MinuteLog log;

        long packets;

        Interval(int sources, int most, MinuteLog log, SourceLog.Room room) {
            ports = new PortTable(sources, most, room);
            this.log = log;
        }
    }

    private long openings;
    private final PortImage.Writer images = new PortImage.Writer();

    /// A telescope that keeps everything in memory.
    ///
    /// @param lineLimit as below
    public Telescope(int shard, int shards, long seed, int lineLimit) {
        this(shard, shards, seed, lineLimit, SHORTEST_TIMEOUT, null);
    }

    /// @param shard this worker's number
    /// @param shards workers that share the sources
    /// @param seed of the tables' hashes; the same for all workers of a run, and not guessable from outside
    /// @param lineLimit lines of the segment table at most
    /// @param timeout seconds of silence that end a segment
    /// @param sink null to keep everything in memory
    public Telescope(
            int shard, int shards, long seed, int lineLimit, int timeout, @Nullable Sink sink) {
        this.share = shard;
        this.shares = shards;
        this.seed = seed;
        this.own = sink == null ? new Summary.Gathered() : null;
        this.gathered = own;
        this.sink = sink == null ? new ToGathered() : sink;
        segments = new SegmentTable(seed * 0x9E3779B97F4A7C15L, lineLimit, timeout, this.sink);
        int pairs = Math.clamp(lineLimit / 2, FEWEST_PAIRS, MOST_PAIRS);
        Repeats repeats = new Repeats(seed);
        MinuteLog.Room room = new MinuteLog.Room(repeats);
        runs = new SourceLog.Room(repeats);
        for (int i = 0; i < MINUTES; i++) {
            minutes[i] = new Interval(1 << 8, pairs, new MinuteLog(room, MinuteLog.CAPACITY), runs);
        }
        MinuteLog none = new MinuteLog(room, MinuteLog.CAPACITY);
        fill(hours, 1 << 13, pairs, none, runs);
        fill(days, 1 << 13, pairs, none, runs);
        minute = minutes[0];
        hour = hours[0];
        day = days[0];
    }

    private static void fill(
            Interval[] intervals, int sources, int most, MinuteLog none, SourceLog.Room room) {
        for (int i = 0; i < intervals.length; i++) {
            intervals[i] = new Interval(sources, most, none, room);
        }
    }

    /// From here on flow tuples go to the sink too.
    ///
    /// @param limit tuples held at most before they are written
    public void keepTuples(int limit) {
        tuples = new TupleTable(false, seed ^ 0x5851F42D4C957F2DL, limit, sink);
        tuples6 = new TupleTable(true, seed ^ 0x5851F42D4C957F2DL, limit / 4, sink);
    }

    /// Decodes a batch and reads this worker's share of it: for a caller who has but one, or walks the capture anew for
    /// each worker. Never throws on what a packet holds.
    public void add(Batch batch) {
        Decoder reader = decoder;
        Decoded columns = decoded;
        if (reader == null || columns == null) {
            reader = new Decoder(shares, seed);
            columns = new Decoded(shares);
            decoder = reader;
            decoded = columns;
        }
        reader.decode(batch, clock, columns);
        clock = Decoder.clock(batch, clock);
        add(columns);
    }

    /// Reads this worker's share of a decoded batch.
    public void add(Decoded batch) {
        headers = batch.shares[share];
        if (share == 0) {
            talk += batch.talk;
        }
        if (segments.isFull()) {
            segments.closeEarly();
        }
        if (minute.ports.isFull() || hour.ports.isFull() || day.ports.isFull()) {
            closeFull();
        }
        int from = 0;
        while (from < headers.size) {
            from = gather(from, headers.size);
            if (tuples != null && tuples6 != null) {
                byTuple(tuples, tuples6);
            }
            key();
            touched += segments.touch(hashes, 0, size);
            bySource();
            byPort();
        }
    }

    /// Takes over the shapes that a decoder met, so that the next harvest names them.
    public void addShapes(Decoder from) {
        shapes.merge(from.takeShapes());
    }

    /// Gathers the next packets of one minute, as many as the nearest cache holds lines for. What does not enter the
    /// figures is counted here.
    ///
    /// @return where the next run begins
    private int gather(int from, int end) {
        Headers headers = this.headers;
        int n = 0;
        int i = from;
        for (; i < end && n < TOUCHED; i++) {
            long time = headers.time[i];
            if (time < 0 || time > LAST_SECOND * 1_000_000_000L) {
                outcomes[Outcome.BAD_TIME.ordinal()]++;
                continue;
            }
            long second = time / 1_000_000_000L;
            if (second < minute.begin || second >= minute.begin + 60 || minute.begin < 0) {
                if (n > 0) {
                    break;
                }
                open(second);
            }
            int outcome = headers.outcome[i];
            outcomes[outcome]++;
            firstTime = Math.min(firstTime, time);
            lastTime = Math.max(lastTime, time);
            minute.packets++;
            if (outcome <= USED) {
                run[n] = i;
                seconds[n++] = second;
            }
        }
        size = n;
        return i;
    }

    /// Before [#key()], which takes the marks from answers: tuples keep what matched, whatever it means.
    private void byTuple(TupleTable four, TupleTable six) {
        Headers headers = this.headers;
        int at = (int) (minute.begin / 60);
        for (int k = 0; k < size; k++) {
            int i = run[k];
            int port = headers.port[i];
            int number = port & 0xFFFF;
            int protocol = PROTOCOL_NUMBERS[port >>> 16];
            // ICMP: type and code in place of the ports. Others: no ports.
            long ports =
                    protocol == 6 || protocol == 17
                            ? (long) (headers.service[i] & 0xFFFF) << 16 | number
                            : protocol == 0 ? 0 : (long) (number >>> 8) << 16 | number & 0xFF;
            long header =
                    ports << 32
                            | (long) Math.min(headers.length[i], 0xFFFF) << 16
                            | (long) (protocol == 0 ? number & 0xFF : protocol) << 8
                            | headers.ttl[i] & 0xFF;
            int evidence =
                    headers.flags[i] << 24
                            | (headers.marks[i] & 0xFF) << 16
                            | headers.shape[i] & 0xFFFF;
            long source = headers.source[i];
            if (source < Headers.V6) {
                four.count(at, source << 32 | headers.to[i] & 0xFFFFFFFFL, header, evidence);
            } else {
                six.count(
                        at,
                        headers.high[i],
                        headers.low[i],
                        headers.toHigh[i],
                        headers.toLow[i],
                        header,
                        evidence);
            }
        }
    }

    private void key() {
        Headers headers = this.headers;
        for (int k = 0; k < size; k++) {
            int i = run[k];
            long source = headers.source[i];
            long id =
                    source < Headers.V6 ? source : segments.v6.id(headers.high[i], headers.low[i]);
            long key = SegmentTable.key(id, headers.port[i]);
            keys[k] = key;
            hashes[k] = segments.hash(key);
            int port = headers.port[i];
            int backscatter = headers.outcome[i] == BACKSCATTER ? 1 : 0;
            access[k] = port >>> 16 == TCP ? headers.syn[i] : (byte) (1 - backscatter);
            // An answer that happens to bear a scanner's number is no scan.
            headers.marks[i] &= (byte) -access[k];
        }
    }

    private void bySource() {
        Headers headers = this.headers;
        long dayBegin = day.begin;
        for (int k = 0; k < size; k++) {
            int i = run[k];
            long marks = headers.marks[i];
            long counts =
                    1L << 56
                            | (long) headers.syn[i] << 48
                            | (headers.outcome[i] == BACKSCATTER ? 1L << 40 : 0)
                            | (marks & 1) << 32
                            | (marks & 2) << 23
                            | (marks & 4) << 14
                            | (marks & 8) << 5;
            lasts[k] =
                    segments.count(
                            keys[k],
                            hashes[k],
                            counts,
                            headers.ttl[i] & 0xFF,
                            headers.length[i],
                            headers.shape[i],
                            seconds[k],
                            dayBegin,
                            access[k] != 0 || headers.outcome[i] == BACKSCATTER,
                            access[k] != 0 ? headers.target[i] : headers.service[i]);
        }
    }

    /// Notes each packet in its minute. A source enters a set when its last packet to the port came before the set's
    /// interval, or, late, after it.
    private void byPort() {
        Headers headers = this.headers;
        Interval to = minute;
        MinuteLog log = to.log;
        long minuteBegin = to.begin;
        long hourBegin = hour.begin;
        long dayBegin = day.begin;
        for (int k = 0; k < size; k++) {
            int i = run[k];
            int port = headers.port[i];
            int coupon = coupon(i);
            long last = lasts[k];
            boolean first = last < minuteBegin || last >= minuteBegin + 60;
            boolean full =
                    log.note(
                            port,
                            coupon,
                            headers.length[i],
                            headers.syn[i],
                            headers.outcome[i] == BACKSCATTER ? 1 : 0,
                            access[k],
                            headers.marks[i],
                            first ? 1 : 0);
            if (full) {
                log.fold(to.ports);
            }
            if (access[k] != 0) {
                (headers.source[i] < Headers.V6 ? targets : targets6).add(headers.target[i]);
            }
            if (first && (last < hourBegin || last >= hourBegin + 3_600)) {
                hour.ports.source(port, coupon);
                hour.ports.sourceOfAll(coupon);
                if (last < dayBegin || last >= dayBegin + 86_400) {
                    day.ports.source(port, coupon);
                    day.ports.sourceOfAll(coupon);
                }
            }
        }
    }

    private int coupon(int i) {
        long source = headers.source[i];
        return source >= Headers.V6
                ? Distinct.coupon(headers.high[i], headers.low[i])
                : Distinct.coupon((int) source);
    }

    /// Makes the packet's minute, hour and day the current ones.
    private void open(long second) {
        // In this order: what makes room among the minutes may open an hour, and that a day.
        minute = slot(minutes, second - second % 60);
        hour = slot(hours, second - second % 3_600);
        day = slot(days, second - second % 86_400);
    }

    /// Ends the parts of intervals whose sources have become too many for memory.
    private void closeFull() {
        long second = minute.begin;
        for (Interval[] intervals : new Interval[][] {minutes, hours, days}) {
            for (Interval interval : intervals) {
                if (interval.ports.isFull()) {
                    close(interval, intervals);
                }
            }
        }
        open(second);
    }

    private Interval slot(Interval[] intervals, long begin) {
        Interval oldest = intervals[0];
        for (Interval interval : intervals) {
            if (interval.begin == begin) {
                return interval;
            }
            if (interval.begin < 0 || interval.opened < oldest.opened && oldest.begin >= 0) {
                oldest = interval;
            }
        }
        close(oldest, intervals);
        oldest.begin = begin;
        oldest.opened = ++openings;
        return oldest;
    }

    private void close(Interval interval, Interval[] intervals) {
        if (interval.begin < 0) {
            return;
        }
        long begin = interval.begin;
        if (intervals == minutes) {
            PortTable hourly = slot(hours, begin - begin % 3_600).ports;
            interval.log.tell(interval.ports, interval.packets, images, hourly);
            sink.minute((int) (begin / 60), images.bytes(), images.length(), interval.packets);
        } else if (intervals == hours) {
            sink.hour((int) (begin / 3_600), interval.ports);
            slot(days, begin - begin % 86_400).ports.absorb(interval.ports, false);
        } else {
            sink.day((int) (begin / 86_400), interval.ports);
        }
        interval.ports.reset();
        interval.packets = 0;
        interval.begin = -1;
    }

    /// Completes what was gathered since the last harvest, hands it to the sink and begins anew.
    public Summary.Piece harvest() {
        if (decoder != null) {
            addShapes(decoder);
        }
        segments.closeAll();
        if (tuples != null && tuples6 != null) {
            tuples.closeAll();
            tuples6.closeAll();
        }
        closeAll(minutes);
        closeAll(hours);
        closeAll(days);
        Summary.Gathered all = gathered == null ? new Summary.Gathered() : gathered;
        gathered = own == null ? null : new Summary.Gathered();
        Summary.Piece piece =
                new Summary.Piece(
                        all,
                        outcomes,
                        targets,
                        targets6,
                        shapes,
                        segments.takeClosedEarly(),
                        talk,
                        firstTime,
                        lastTime);
        outcomes = new long[Outcome.values().length];
        targets = new Distinct();
        targets6 = new Distinct();
        shapes = new SynShapes();
        talk = 0;
        firstTime = Long.MAX_VALUE;
        lastTime = Long.MIN_VALUE;
        return piece;
    }

    private void closeAll(Interval[] intervals) {
        for (Interval interval : intervals) {
            close(interval, intervals);
        }
    }

    /// Bytes of tables held; bounded by the limit of lines, whatever comes.
    public long bytes() {
        long sum = segments.bytes() + runs.memory();
        if (tuples != null && tuples6 != null) {
            sum += tuples.bytes() + tuples6.bytes();
        }
        for (Interval[] intervals : new Interval[][] {minutes, hours, days}) {
            for (Interval interval : intervals) {
                sum += interval.ports.memory() + interval.log.memory();
            }
        }
        return sum + (touched == 42 ? 1 : 0);
    }

    /// Hands on to what the next harvest will return.
    private final class ToGathered implements Sink {
        private Summary.Gathered to() {
            Summary.Gathered to = gathered;
            if (to == null) {
                throw new IllegalStateException("a telescope with a sink gathers nothing");
            }
            return to;
        }

        @Override
        public void segments(SegmentBlock block) {
            to().segments(block);
        }

        @Override
        public void tuples(TupleBlock block) {
            to().tuples(block);
        }

        @Override
        public void minute(int at, byte[] image, int length, long packets) {
            to().minute(at, image, length, packets);
        }

        @Override
        public void hour(int at, PortTable ports) {
            to().hour(at, ports);
        }

        @Override
        public void day(int at, PortTable ports) {
            to().day(at, ports);
        }
    }
}

package teiten.telescope;

import org.jspecify.annotations.Nullable;

import teiten.capture.Batch;

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

    private static final int BAD_TIME = Outcome.BAD_TIME.ordinal();
    private static final long SECOND = 1_000_000_000L;

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
    private long clock;

    private final Run run = new Run();

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

    /// Does ahead what the first large tables would wait for.
    public static void prepare() {
        CacheLines.prepare();
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
            // First: what makes room may forget the ids that the run is about to draw.
            segments.makeRoom(Run.MOST);
            from = gather(from, headers.size);
            if (run.size == 0) {
                continue;
            }
            if (tuples != null && tuples6 != null) {
                int at = (int) (minute.begin / 60);
                tuples.count(at, headers, run);
                tuples6.count(at, headers, run);
            }
            touched += segments.touch(run);
            segments.count(headers.rows, run, day.begin);
            byPort();
        }
    }

    /// Takes over the shapes that a decoder met, so that the next harvest names them.
    public void addShapes(Decoder from) {
        shapes.merge(from.takeShapes());
    }

    /// Gathers the next packets of one minute. What does not enter the figures is counted here.
    ///
    /// @return where the next run begins
    private int gather(int from, int end) {
        run.size = 0;
        long time = headers.rows[from * Headers.WORDS + 1];
        if (time < 0) {
            outcomes[BAD_TIME]++;
            return from + 1;
        }
        long second = time / SECOND;
        if (second < minute.begin || second >= minute.begin + 60 || minute.begin < 0) {
            open(second);
        }
        int next = run.gather(headers, from, end, minute.begin * SECOND, outcomes);
        minute.packets += next - from;
        run.keys(headers, segments);
        targets.addAll(run.reached, run.reachedSize);
        targets6.addAll(run.reached6, run.reached6Size);
        return next;
    }

    /// Notes each packet in its minute. A source enters a set when its last packet to the port came before the set's
    /// interval, or, late, after it.
    private void byPort() {
        Interval to = minute;
        to.log.note(headers.rows, run, to.begin, to.ports);
        hour.ports.sources(headers.rows, run, hour.begin, 3_600);
        day.ports.sources(headers.rows, run, day.begin, 86_400);
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
                        run.firstTime,
                        run.lastTime);
        outcomes = new long[Outcome.values().length];
        targets = new Distinct();
        targets6 = new Distinct();
        shapes = new SynShapes();
        talk = 0;
        run.forgetTimes();
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

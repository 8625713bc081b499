package teiten.telescope;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What one sensor's packets of one stretch come to: outcomes and totals, and, where a telescope was given no other
/// [Sink], minutes, hours and days by port and the segments of the sources.
///
/// Merging pieces is associative and commutative with the empty summary as identity: counters add, first and last seen
/// take minimum and maximum, sets unite, segments of one key join. So one thread or eight, one file or many, whole or in
/// stretches, give the same figures; the laws are tests.
public final class Summary {
    private final Gathered gathered = new Gathered();
    private final long[] outcomes = new long[Outcome.values().length];
    private final Distinct targets = new Distinct();
    private final Distinct targets6 = new Distinct();
    private final SynShapes shapes = new SynShapes();
    private long closedEarly;
    private long talk;
    private long firstTime = Long.MAX_VALUE;
    private long lastTime = Long.MIN_VALUE;

    /// A sink that keeps everything in memory: for captures that are small beside it.
    static final class Gathered implements Sink {
        private final TreeMap<Integer, byte[]> minutes = new TreeMap<>();
        private final TreeMap<Integer, byte[]> hours = new TreeMap<>();
        private final TreeMap<Integer, byte[]> days = new TreeMap<>();
        private final List<SegmentBlock> blocks = new ArrayList<>();

        @Override
        public void segments(SegmentBlock block) {
            blocks.add(block.copy());
        }

        @Override
        public void tuples(TupleBlock block) {
            throw new IllegalStateException("flow tuples are not kept in memory");
        }

        @Override
        public void minute(int minute, byte[] image, int length, long packets) {
            minutes.merge(minute, Arrays.copyOf(image, length), PortImage::merge);
        }

        @Override
        public void hour(int hour, PortTable ports) {
            hours.merge(hour, image(ports), PortImage::merge);
        }

        @Override
        public void day(int day, PortTable ports) {
            days.merge(day, image(ports), PortImage::merge);
        }

        private static byte[] image(PortTable ports) {
            PortImage.Writer writer = new PortImage.Writer();
            writer.write(ports, 0);
            return Arrays.copyOf(writer.bytes(), writer.length());
        }

        private void add(Gathered other) {
            other.minutes.forEach((at, image) -> minutes.merge(at, image, PortImage::merge));
            other.hours.forEach((at, image) -> hours.merge(at, image, PortImage::merge));
            other.days.forEach((at, image) -> days.merge(at, image, PortImage::merge));
            blocks.addAll(other.blocks);
        }
    }

    /// One worker's contribution.
    public static final class Piece {
        private final Gathered gathered;
        private final long[] outcomes;
        private final Distinct targets;
        private final Distinct targets6;
        private final SynShapes shapes;
        private final long closedEarly;
        private final long talk;
        private final long firstTime;
        private final long lastTime;

        Piece(
                Gathered gathered,
                long[] outcomes,
                Distinct targets,
                Distinct targets6,
                SynShapes shapes,
                long closedEarly,
                long talk,
                long firstTime,
                long lastTime) {
            this.gathered = gathered;
            this.outcomes = outcomes;
            this.targets = targets;
            this.targets6 = targets6;
            this.shapes = shapes;
            this.closedEarly = closedEarly;
            this.talk = talk;
            this.firstTime = firstTime;
            this.lastTime = lastTime;
        }
    }

    /// Adds a piece; the summary owns it from here on.
    public void add(Piece piece) {
        gathered.add(piece.gathered);
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] += piece.outcomes[i];
        }
        targets.merge(piece.targets);
        targets6.merge(piece.targets6);
        shapes.merge(piece.shapes);
        closedEarly += piece.closedEarly;
        talk += piece.talk;
        firstTime = Math.min(firstTime, piece.firstTime);
        lastTime = Math.max(lastTime, piece.lastTime);
    }

    /// Images of [PortImage] by minute since 1970, ascending.
    public Map<Integer, byte[]> minutes() {
        return gathered.minutes;
    }

    /// Images by hour since 1970, with a line for all ports together.
    public Map<Integer, byte[]> hours() {
        return gathered.hours;
    }

    /// Images by UTC day since 1970, with a line for all ports together.
    public Map<Integer, byte[]> days() {
        return gathered.days;
    }

    /// Packets by [Outcome] ordinal.
    public long[] outcomes() {
        return outcomes.clone();
    }

    /// Packets read, used and skipped ones.
    public long outcomesSum() {
        long sum = 0;
        for (long n : outcomes) {
            sum += n;
        }
        return sum;
    }

    /// Distinct IPv4 destinations of accesses.
    public Distinct targets() {
        return targets;
    }

    /// Distinct IPv6 destinations of accesses.
    public Distinct targets6() {
        return targets6;
    }

    /// The shapes of SYNs that were met.
    public SynShapes shapes() {
        return shapes;
    }

    /// Segments that were written out before their time, to keep the table in its bounds; nothing is lost by it.
    public long closedEarly() {
        return closedEarly;
    }

    /// TCP segments with data from or to Telnet's ports: what conversations are made of.
    public long talk() {
        return talk;
    }

    public boolean isEmpty() {
        return firstTime == Long.MAX_VALUE;
    }

    /// Nanoseconds since 1970 of the first packet that carried a time; `Long.MAX_VALUE` when there was none.
    public long firstTime() {
        return firstTime;
    }

    public long lastTime() {
        return lastTime;
    }

    /// Walks all segments; those of one source, port and day add up.
    public SourceCursor sources() {
        return new SourceCursor(gathered.blocks);
    }

    /// A cursor over segments; its readings are of the row that [#next()] has moved to.
    public static final class SourceCursor {
        private static final long LOW = 0xFFFFFFFFL;

        private final List<SegmentBlock> blocks;
        private int next;
        private SegmentBlock at = new SegmentBlock(false);
        private int row = -1;
        private int targetsAt;

        private SourceCursor(List<SegmentBlock> blocks) {
            this.blocks = blocks;
        }

        public boolean next() {
            if (row >= 0 && row < at.rows) {
                targetsAt += at.targetLength[row];
            }
            row++;
            while (row >= at.rows) {
                if (next == blocks.size()) {
                    return false;
                }
                at = blocks.get(next++);
                row = 0;
                targetsAt = 0;
            }
            return true;
        }

        private static int number(byte[] column, int at) {
            return (int) SegmentBlock.INT.get(column, at);
        }

        private long small(SegmentBlock.Small column) {
            return at.small[column.ordinal()][row] & 0xFF;
        }

        /// UTC day since 1970.
        public int day() {
            return (int) (first() / 86_400);
        }

        /// The address as [teiten.net.IpAddress] holds it.
        public long high() {
            return at.six ? (long) SegmentBlock.LONG.get(at.address, 8 * row) : 0;
        }

        public long low() {
            return at.six
                    ? (long) SegmentBlock.LONG.get(at.low, 8 * row)
                    : 0xFFFFL << 32 | number(at.address, 4 * row) & LOW;
        }

        /// [teiten.net.Port#code()]
        public int port() {
            return number(at.port, 4 * row);
        }

        public long packets() {
            return small(SegmentBlock.Small.PACKETS);
        }

        public long bytes() {
            return number(at.bytes, 4 * row);
        }

        public long syn() {
            return small(SegmentBlock.Small.SYN);
        }

        public long backscatter() {
            return small(SegmentBlock.Small.BACKSCATTER);
        }

        /// @param ordinal of [Mark]
        public long mark(int ordinal) {
            return at.small[SegmentBlock.Small.MIRAI.ordinal() + ordinal][row] & 0xFF;
        }

        /// Seconds since 1970.
        public long first() {
            return number(at.first, 4 * row) & LOW;
        }

        public long last() {
            return first() + number(at.span, 4 * row);
        }

        public int ttlMin() {
            return (int) small(SegmentBlock.Small.TTL_MIN);
        }

        public int ttlMax() {
            return (int) small(SegmentBlock.Small.TTL_MAX);
        }

        /// [SynShapes#NONE] when there was no SYN.
        public int shape() {
            return number(at.shape, 4 * row);
        }

        /// Distinct destinations of accesses.
        public Distinct targets() {
            Distinct set = new Distinct();
            int n = backscatter() > 0 ? 0 : at.targetLength[row] / 4;
            for (int i = 0; i < n; i++) {
                set.add(number(at.targets, targetsAt + 4 * i));
            }
            return set;
        }
    }
}

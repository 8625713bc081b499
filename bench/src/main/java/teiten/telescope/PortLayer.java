package teiten.telescope;

import java.util.Arrays;

/// A part of what a [Telescope] does, out of its own pieces: packets, bytes, classes and marks by minute, and, when asked,
/// unique sources by hour, but no state of sources, no scan events, and nothing is written.
public final class PortLayer {
    private static final long SECOND = 1_000_000_000L;

    private final int share;
    private final boolean sources;
    private final MinuteLog log =
            new MinuteLog(new MinuteLog.Room(new Repeats(42)), MinuteLog.CAPACITY);
    private final SourceLog.Room room = new SourceLog.Room(new Repeats(42));
    private final PortTable folded = new PortTable(1 << 10, 1 << 21, room);
    private final PortImage.Writer images = new PortImage.Writer();
    private final PortTable hour = new PortTable(1 << 16, 1 << 21, room);
    private long minuteBegin = -1;
    private long hourBegin = -1;
    private long packets;
    private long inMinute;
    private long bytes;
    private long lines;
    private final Run run = new Run();
    private final long[] outcomes = new long[Outcome.values().length];
    private final SegmentTable none = new SegmentTable(42, 1, 1, new Nowhere());

    public PortLayer(int share, boolean sources) {
        this.share = share;
        this.sources = sources;
    }

    public void add(Decoded batch) {
        Headers headers = batch.shares[share];
        for (int from = 0; from < headers.size; ) {
            long second = headers.rows[from * Headers.WORDS + 1] / SECOND;
            if (second >= minuteBegin + 60) {
                closeMinute(second);
            }
            int next = run.gather(headers, from, headers.size, minuteBegin * SECOND, outcomes);
            packets += next - from;
            inMinute += next - from;
            from = Math.max(next, from + 1);
            run.keys(headers, none);
            // No state of sources: all are new, or none.
            Arrays.fill(run.last, 0, run.size, sources ? -1 : minuteBegin);
            log.note(headers.rows, run, minuteBegin, folded);
            if (sources) {
                hour.sources(headers.rows, run, hourBegin, 3_600);
            }
        }
    }

    private void closeMinute(long second) {
        log.tell(folded, inMinute, images, hour);
        bytes += images.length();
        inMinute = 0;
        minuteBegin = second - second % 60;
        if (second >= hourBegin + 3_600 || hour.isFull()) {
            closeHour();
            hourBegin = second - second % 3_600;
        }
    }

    private void closeHour() {
        for (PortTable.Walk port = hour.walk(); port.next(); ) {
            lines += port.sources() > 0 ? 1 : 0;
        }
        hour.reset();
    }

    /// Ends everything; says what was counted.
    public String end() {
        log.tell(folded, inMinute, images, hour);
        bytes += images.length();
        closeHour();
        return packets
                + " packets, minutes of "
                + bytes
                + " bytes, "
                + lines
                + " lines of hour and port";
    }

    /// A telescope whose rows go nowhere.
    public static Telescope unheard(int share, int shares, long seed, int lines) {
        return new Telescope(share, shares, seed, lines, Telescope.SHORTEST_TIMEOUT, new Nowhere());
    }

    static final class Nowhere implements Sink {
        @Override
        public void segments(SegmentBlock block) {}

        @Override
        public void tuples(TupleBlock block) {}

        @Override
        public void minute(int minute, byte[] image, int length, long packets) {}

        @Override
        public void hour(int hour, PortTable ports) {}

        @Override
        public void day(int day, PortTable ports) {}
    }
}

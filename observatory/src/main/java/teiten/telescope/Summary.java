package teiten.telescope;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/// What one sensor's packets of one stretch come to: minutes by port, sources by day and port, outcomes.
///
/// Merging pieces is associative and commutative with the empty summary as identity: counters add, first and last seen
/// take minimum and maximum, sets unite. So one thread or eight, one file or many, whole or in stretches, give the same
/// figures; the laws are tests.
public final class Summary {
    private final TreeMap<Integer, byte[]> minutes = new TreeMap<>();
    private final TreeMap<Integer, byte[]> hours = new TreeMap<>();
    private final TreeMap<Integer, byte[]> days = new TreeMap<>();
    private final List<SourceTable> tables = new ArrayList<>();
    private final List<Piece> pieces = new ArrayList<>();
    private final long[] outcomes = new long[Outcome.values().length];
    private final Distinct targets = new Distinct();
    private long firstTime = Long.MAX_VALUE;
    private long lastTime = Long.MIN_VALUE;

    /// One worker's contribution; images by interval since 1970.
    public static final class Piece {
        private final Map<Integer, byte[]> minutes;
        private final Map<Integer, byte[]> hours;
        private final Map<Integer, byte[]> days;
        private final SourceTable sources;
        private final AtomicReference<@Nullable SourceTable> home;
        private final long[] outcomes;
        private final Distinct targets;
        private final long firstTime;
        private final long lastTime;

        Piece(
                Map<Integer, byte[]> minutes,
                Map<Integer, byte[]> hours,
                Map<Integer, byte[]> days,
                SourceTable sources,
                AtomicReference<@Nullable SourceTable> home,
                long[] outcomes,
                Distinct targets,
                long firstTime,
                long lastTime) {
            this.minutes = minutes;
            this.hours = hours;
            this.days = days;
            this.sources = sources;
            this.home = home;
            this.outcomes = outcomes;
            this.targets = targets;
            this.firstTime = firstTime;
            this.lastTime = lastTime;
        }
    }

    /// Adds a piece; the summary owns it from here on.
    public void add(Piece piece) {
        piece.minutes.forEach((minute, image) -> minutes.merge(minute, image, PortImage::merge));
        piece.hours.forEach((hour, image) -> hours.merge(hour, image, PortImage::merge));
        piece.days.forEach((day, image) -> days.merge(day, image, PortImage::merge));
        tables.add(piece.sources);
        pieces.add(piece);
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] += piece.outcomes[i];
        }
        targets.merge(piece.targets);
        firstTime = Math.min(firstTime, piece.firstTime);
        lastTime = Math.max(lastTime, piece.lastTime);
    }

    /// Images of [PortImage] by minute since 1970, ascending.
    public Map<Integer, byte[]> minutes() {
        return minutes;
    }

    /// Images by hour since 1970, with a line for all ports together.
    public Map<Integer, byte[]> hours() {
        return hours;
    }

    /// Images by UTC day since 1970, with a line for all ports together.
    public Map<Integer, byte[]> days() {
        return days;
    }

    /// Gives the workers their tables back, emptied; the summary must not be read any more.
    public void recycle() {
        tables.clear();
        for (Piece piece : pieces) {
            piece.sources.reset();
            piece.home.set(piece.sources);
        }
        pieces.clear();
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

    /// Distinct destinations of accesses.
    public Distinct targets() {
        return targets;
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

    /// Walks all rows of source, day and port; rows of one key from several pieces add up.
    public SourceCursor sources() {
        return new SourceCursor(tables);
    }

    /// A cursor over the source tables; its readings are of the row that [#next()] has moved to.
    public static final class SourceCursor {
        private final Iterator<SourceTable> tables;
        private SourceTable.@Nullable Cursor at;

        private SourceCursor(List<SourceTable> tables) {
            this.tables = tables.iterator();
        }

        public boolean next() {
            while (at == null || !at.next()) {
                if (!tables.hasNext()) {
                    return false;
                }
                at = tables.next().new Cursor();
            }
            return true;
        }

        private SourceTable.Cursor row() {
            return requireNonNull(at, "next() has not been called");
        }

        /// UTC day since 1970.
        public int day() {
            return row().day();
        }

        /// The address as [teiten.net.IpAddress] holds it.
        public long high() {
            return row().high();
        }

        public long low() {
            return row().low();
        }

        /// [teiten.net.Port#code()]
        public int port() {
            return row().port();
        }

        public long packets() {
            return row().packets();
        }

        public long bytes() {
            return row().bytes();
        }

        public long syn() {
            return row().syn();
        }

        public long backscatter() {
            return row().backscatter();
        }

        /// @param ordinal of [Mark]
        public long mark(int ordinal) {
            return row().mark(ordinal);
        }

        /// Seconds since 1970.
        public long first() {
            return row().first();
        }

        public long last() {
            return row().last();
        }

        public int ttlMin() {
            return row().ttlMin();
        }

        public int ttlMax() {
            return row().ttlMax();
        }

        /// Distinct destinations of accesses, as an image of [Distinct].
        public byte[] targets() {
            return row().targets();
        }
    }
}

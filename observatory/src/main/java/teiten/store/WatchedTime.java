package teiten.store;

import teiten.store.Coverage.MinuteGap;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/// When a sensor was captured from live: a silence in that time is no gap, and the time between two captures is one,
/// however short.
final class WatchedTime {
    private static final int MINUTE = 60_000;

    /// Milliseconds since 1970.
    record Span(long from, long to) {}

    /// Ascending, neither touching nor overlapping.
    private final List<Span> spans;

    private WatchedTime(List<Span> spans) {
        this.spans = spans;
    }

    static WatchedTime of(List<Span> captured) {
        List<Span> sorted = new ArrayList<>(captured);
        sorted.sort(Comparator.comparingLong(Span::from));
        List<Span> joined = new ArrayList<>();
        for (Span span : sorted) {
            Span last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && span.from <= last.to) {
                joined.set(joined.size() - 1, new Span(last.from, Math.max(last.to, span.to)));
            } else {
                joined.add(span);
            }
        }
        return new WatchedTime(joined);
    }

    static WatchedTime read(Connection db, int sensor) throws SQLException {
        List<Span> spans = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT began, until FROM watched WHERE sensor = " + sensor)) {
            while (row.next()) {
                spans.add(new Span(row.getLong(1), row.getLong(2)));
            }
        }
        return of(spans);
    }

    boolean isEmpty() {
        return spans.isEmpty();
    }

    /// The first minute that is not before the capture's beginning is looked at.
    int from() {
        return Math.toIntExact(spans.getFirst().from / MINUTE);
    }

    int to() {
        return Math.toIntExact(Math.ceilDiv(spans.getLast().to, MINUTE));
    }

    /// From where capture stopped to where it began again, to the millisecond.
    List<Span> stops() {
        List<Span> stops = new ArrayList<>();
        for (int i = 1; i < spans.size(); i++) {
            stops.add(new Span(spans.get(i - 1).to, spans.get(i).from));
        }
        return stops;
    }

    /// The sensor's gaps in whole minutes: silences less what was watched, and stops in which nothing else was read.
    ///
    /// @param silences ascending
    List<MinuteGap> gaps(Connection db, int sensor, List<MinuteGap> silences) throws SQLException {
        if (spans.isEmpty()) {
            return silences;
        }
        List<MinuteGap> gaps = new ArrayList<>();
        int at = 0;
        for (MinuteGap silence : silences) {
            // both ascend: what ends before this silence ends before the next one too
            while (at < spans.size() && end(spans.get(at)) <= silence.from()) {
                at++;
            }
            int begin = silence.from();
            for (int i = at; i < spans.size() && begin(spans.get(i)) < silence.to(); i++) {
                outside(gaps, begin, begin(spans.get(i)), silence);
                begin = Math.max(begin, end(spans.get(i)));
            }
            outside(gaps, begin, silence.to(), silence);
        }
        List<MinuteGap> stops = new ArrayList<>();
        for (Span stop : stops()) {
            int from = Math.toIntExact(Math.ceilDiv(stop.from, MINUTE));
            int to = Math.toIntExact(stop.to / MINUTE);
            if (to > from) {
                stops.add(new MinuteGap(from, to, Coverage.STOPPED));
            }
        }
        return stops.isEmpty() ? gaps : join(gaps, silent(db, sensor, stops));
    }

    private static int begin(Span span) {
        return Math.toIntExact(span.from / MINUTE);
    }

    private static int end(Span span) {
        return Math.toIntExact(Math.ceilDiv(span.to, MINUTE));
    }

    private static void outside(List<MinuteGap> to, int from, int until, MinuteGap silence) {
        if (until > from) {
            to.add(new MinuteGap(from, until, silence.reason()));
        }
    }

    /// The parts of stops in whose minutes nothing was read otherwise, from files.
    private static List<MinuteGap> silent(Connection db, int sensor, List<MinuteGap> stops)
            throws SQLException {
        int first = stops.getFirst().from();
        BitSet read = new BitSet();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT DISTINCT minute FROM pulse WHERE sensor = "
                                        + sensor
                                        + " AND minute >= "
                                        + first
                                        + " AND minute < "
                                        + stops.getLast().to())) {
            while (row.next()) {
                read.set(row.getInt(1) - first);
            }
        }
        List<MinuteGap> silent = new ArrayList<>();
        for (MinuteGap stop : stops) {
            int end = stop.to() - first;
            int from = read.nextClearBit(stop.from() - first);
            while (from < end) {
                int next = read.nextSetBit(from);
                int to = next < 0 ? end : Math.min(end, next);
                silent.add(new MinuteGap(first + from, first + to, stop.reason()));
                from = read.nextClearBit(to + 1);
            }
        }
        return silent;
    }

    /// Both together; a stop takes the place of a silence that it overlaps, whose rest is kept.
    private static List<MinuteGap> join(List<MinuteGap> silences, List<MinuteGap> stops) {
        List<MinuteGap> all = new ArrayList<>(stops);
        for (MinuteGap silence : silences) {
            int begin = silence.from();
            for (MinuteGap stop : stops) {
                if (stop.to() > begin && stop.from() < silence.to()) {
                    outside(all, begin, stop.from(), silence);
                    begin = stop.to();
                }
            }
            outside(all, begin, silence.to(), silence);
        }
        all.sort(Comparator.comparingInt(MinuteGap::from));
        return all;
    }
}

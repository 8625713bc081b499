package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.net.Prefix;
import teiten.store.Readings.Counted;
import teiten.store.Readings.Gap;
import teiten.telescope.Distinct;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// When each sensor was looking, and at how many addresses: what turns counts into 件/日・IPアドレス, and a silence into a
/// gap instead of a fall.
///
/// A sensor's **span** reaches from its first to its last minute with a packet. A silence inside it is a **gap** when
/// it lasts five minutes or more and the sensor's own rate (the median of its hours that have packets) would have
/// brought [#EXPECTED] packets in that time; a Poisson source stays silent so long with probability e⁻³⁰. Captures that
/// hold a silence make it an `outage`, a silence that no capture covers is `not_read`. Of a sensor that was captured from
/// live it is known when that was: see [WatchedTime].
final class Coverage {
    /// Packets that a sensor must miss before a silence counts as a gap.
    static final double EXPECTED = 30;

    private static final int SHORTEST_MINUTES = 5;

    /// @param from first minute with a packet, since 1970
    /// @param to the minute after the last one with a packet
    /// @param sourcesFrom UTC day before which single sources are kept no longer; 0 while all are
    /// @param minutesFrom UTC day before which minutes are kept no longer
    record SensorSpan(
            int id,
            String name,
            List<Prefix> prefixes,
            boolean demo,
            Estimate addresses,
            boolean inferred,
            int from,
            int to,
            int sourcesFrom,
            int minutesFrom,
            List<MinuteGap> gaps) {

        boolean isEmpty() {
            return to <= from;
        }

        /// Minutes of `[a, b)` that the sensor saw; `a`, `b` in minutes since 1970, fractions allowed.
        double observed(double a, double b) {
            double start = Math.max(a, from);
            double end = Math.min(b, to);
            double minutes = Math.max(0, end - start);
            // Gaps ascend and do not overlap: leap to the first that may reach into the span.
            for (int i = firstGapEndingAfter(start);
                    i < gaps.size() && gaps.get(i).from < end;
                    i++) {
                MinuteGap gap = gaps.get(i);
                minutes -= Math.max(0, Math.min(end, gap.to) - Math.max(start, gap.from));
            }
            return Math.max(0, minutes);
        }

        private int firstGapEndingAfter(double minute) {
            int low = 0;
            int high = gaps.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (gaps.get(middle).to <= minute) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    /// The reason of a gap between two live captures.
    static final String STOPPED = "stopped";

    record MinuteGap(int from, int to, String reason) {
        Gap asGap() {
            return new Gap(minute(from), minute(to), reason);
        }
    }

    private final List<SensorSpan> sensors;

    private Coverage(List<SensorSpan> sensors) {
        this.sensors = sensors;
    }

    static Instant minute(int minute) {
        return Instant.ofEpochSecond(minute * 60L);
    }

    List<SensorSpan> sensors() {
        return sensors;
    }

    /// Addresses × days that were looked at in `[a, b)` (minutes since 1970): what a count is divided by.
    double addressDays(double a, double b) {
        double sum = 0;
        for (SensorSpan sensor : sensors) {
            sum += sensor.addresses.value() * sensor.observed(a, b) / 1440;
        }
        return sum;
    }

    /// Share of `[a, b)` that was looked at, sensors weighted by their addresses.
    double share(double a, double b) {
        double addresses = addresses();
        return addresses == 0 ? 0 : addressDays(a, b) / (addresses * (b - a) / 1440);
    }

    double addresses() {
        return sensors.stream().mapToDouble(s -> s.addresses.value()).sum();
    }

    double perDayAndAddress(long accesses, double a, double b) {
        double addressDays = addressDays(a, b);
        return addressDays > 0 ? accesses / addressDays : Double.NaN;
    }

    Counted counted(Scope scope) {
        double from = scope.from().getEpochSecond() / 60.0;
        double to = scope.to().getEpochSecond() / 60.0;
        double addresses = addresses();
        double minutes = addresses == 0 ? 0 : addressDays(from, to) * 1440 / addresses;
        return new Counted(
                sensors.stream().map(SensorSpan::name).toList(),
                addresses,
                sensors.stream().anyMatch(SensorSpan::inferred),
                scope,
                Duration.ofSeconds(Math.round(minutes * 60)),
                forgotten(scope.from()));
    }

    /// Whether some of the minutes from then on are kept no longer: hours and days are.
    boolean minutesForgotten(Instant from) {
        return sensors.stream().anyMatch(s -> s.minutesFrom * 86_400L > from.getEpochSecond());
    }

    private @Nullable Instant forgotten(Instant from) {
        int day = sensors.stream().mapToInt(SensorSpan::sourcesFrom).max().orElse(0);
        Instant kept = Instant.ofEpochSecond(day * 86_400L);
        return kept.isAfter(from) ? kept : null;
    }

    /// Those of the sensors; all when `names` is empty.
    Coverage of(Set<String> names) {
        return names.isEmpty()
                ? this
                : new Coverage(sensors.stream().filter(s -> names.contains(s.name)).toList());
    }

    /// Reads all sensors.
    static Coverage read(Connection db) throws SQLException {
        List<SensorSpan> sensors = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT id, name, prefixes, demo, targets, targets6, sources_from,"
                                        + " minutes_from FROM sensor ORDER BY name")) {
            while (row.next()) {
                sensors.add(
                        sensor(
                                db,
                                row.getInt(1),
                                row.getString(2),
                                row.getString(3),
                                row.getBoolean(4),
                                row.getBytes(5),
                                row.getBytes(6),
                                row.getInt(7),
                                row.getInt(8)));
            }
        }
        return new Coverage(List.copyOf(sensors));
    }

    private static SensorSpan sensor(
            Connection db,
            int id,
            String name,
            String prefixText,
            boolean demo,
            byte[] targets,
            byte[] targets6,
            int sourcesFrom,
            int minutesFrom)
            throws SQLException {
        List<Prefix> prefixes =
                prefixText.isEmpty()
                        ? List.of()
                        : Arrays.stream(prefixText.split(",")).map(Prefix::parse).toList();
        // Destinations over IPv6 are a drop in its ocean: they tell the addresses only of a sensor
        // without IPv4.
        Distinct four = Distinct.ofImage(targets);
        Distinct seen = four.isEmpty() ? Distinct.ofImage(targets6) : four;
        Estimate addresses =
                prefixes.isEmpty()
                        ? new Estimate(seen.estimate(), seen.relativeError())
                        : new Estimate(prefixes.stream().mapToDouble(Prefix::size).sum(), 0);
        int from = 0;
        int to = 0;
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT min(minute), max(minute), count(*) FROM pulse WHERE sensor"
                                        + " = "
                                        + id)) {
            row.next();
            if (row.getLong(3) > 0) {
                from = row.getInt(1);
                to = row.getInt(2) + 1;
            }
        }
        List<MinuteGap> gaps = to > from ? gaps(db, id) : List.of();
        WatchedTime watched = WatchedTime.read(db, id);
        if (!watched.isEmpty()) {
            from = to > from ? Math.min(from, watched.from()) : watched.from();
            to = Math.max(to, watched.to());
            gaps = watched.gaps(db, id, gaps);
        }
        return new SensorSpan(
                id,
                name,
                prefixes,
                demo,
                addresses,
                prefixes.isEmpty(),
                from,
                to,
                sourcesFrom,
                minutesFrom,
                gaps);
    }

    private static List<MinuteGap> gaps(Connection db, int id) throws SQLException {
        List<MinuteGap> gaps = new ArrayList<>();
        String sql =
                """
                WITH m AS (SELECT DISTINCT minute FROM pulse WHERE sensor = %1$d),
                rate AS (SELECT median(n) / 60 AS a_minute FROM
                    (SELECT sum(packets) AS n FROM pulse WHERE sensor = %1$d GROUP BY minute // 60)),
                silence AS (SELECT lag(minute) OVER (ORDER BY minute) + 1 AS a, minute AS b FROM m)
                SELECT a, b, EXISTS (SELECT 1 FROM import i WHERE i.sensor = %1$d
                        AND i.first_nanos // 60000000000 < a AND i.last_nanos // 60000000000 >= b)
                FROM silence, rate WHERE b - a >= %2$d AND (b - a) * a_minute >= %3$s ORDER BY a
                """
                        .formatted(id, SHORTEST_MINUTES, EXPECTED);
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            while (row.next()) {
                gaps.add(
                        new MinuteGap(
                                row.getInt(1),
                                row.getInt(2),
                                row.getBoolean(3) ? "outage" : "not_read"));
            }
        }
        return gaps;
    }

    /// The time from the first to after the last minute of any sensor; null when nothing was read yet.
    @Nullable Scope span(Set<String> names) {
        int from = Integer.MAX_VALUE;
        int to = Integer.MIN_VALUE;
        for (SensorSpan sensor : sensors) {
            if (!sensor.isEmpty()) {
                from = Math.min(from, sensor.from);
                to = Math.max(to, sensor.to);
            }
        }
        return from < to ? new Scope(minute(from), minute(to), names) : null;
    }
}

package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.net.Port;
import teiten.net.Protocol;
import teiten.store.Readings.Bucket;
import teiten.store.Readings.ClassSeries;
import teiten.store.Readings.HeatMap;
import teiten.store.Readings.NewPort;
import teiten.store.Readings.PortLine;
import teiten.store.Readings.Series;
import teiten.telescope.Distinct;
import teiten.telescope.PacketClass;
import teiten.telescope.PortImage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What reached which port when: from `minute`, `hour` and `day`.
final class PortQueries {
    private final Connection db;
    private final Parts parts;
    private final Coverage coverage;
    private final Scope scope;

    /// @param scope aligned to whole hours
    PortQueries(Connection db, Parts parts, Coverage coverage, Scope scope) {
        this.db = db;
        this.parts = parts;
        this.coverage = coverage;
        this.scope = scope;
    }

    /// Widens the span to whole hours, the finest grain that is kept for long.
    static Scope toHours(Scope scope) {
        Instant from = scope.from().truncatedTo(ChronoUnit.HOURS);
        Instant to = scope.to().truncatedTo(ChronoUnit.HOURS);
        return new Scope(
                from,
                to.isBefore(scope.to()) ? to.plus(1, ChronoUnit.HOURS) : to,
                scope.sensors(),
                scope.scanners());
    }

    /// The table and condition that hold the scope's rows: whole UTC days come from `day`, all else from `hour`.
    private String table() {
        return wholeDays() ? "day" : "hour";
    }

    private boolean wholeDays() {
        return scope.from().getEpochSecond() % 86_400 == 0
                && scope.to().getEpochSecond() % 86_400 == 0;
    }

    private String where() {
        long unit = wholeDays() ? 86_400 : 3_600;
        return Rows.sensors(coverage)
                + " AND "
                + table()
                + " >= "
                + scope.from().getEpochSecond() / unit
                + " AND "
                + table()
                + " < "
                + scope.to().getEpochSecond() / unit;
    }

    private double fromMinute() {
        return scope.from().getEpochSecond() / 60.0;
    }

    private double toMinute() {
        return scope.to().getEpochSecond() / 60.0;
    }

    /// The ports with most accesses, found by two numbers each.
    private List<Integer> busiest(int limit) throws SQLException {
        List<Integer> ports = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT port, sum(accesses)::BIGINT, sum(packets)::BIGINT FROM "
                                        + table()
                                        + " WHERE "
                                        + where()
                                        + " AND port >= 0 GROUP BY port ORDER BY 2 DESC, 3 DESC,"
                                        + " port LIMIT "
                                        + limit)) {
            while (row.next()) {
                ports.add(row.getInt(1));
            }
        }
        return ports;
    }

    private static String in(Collection<Integer> ports) {
        return ports.stream()
                .map(String::valueOf)
                .collect(Collectors.joining(",", " AND port IN (", ")"));
    }

    List<PortLine> top(int limit) throws SQLException {
        List<PortLine> lines = new ArrayList<>();
        Map<Integer, Tally> tallies = new LinkedHashMap<>();
        List<Integer> busiest = limit > 0 ? busiest(limit) : List.of();
        if (limit > 0 && busiest.isEmpty()) {
            return lines;
        }
        String sql =
                "SELECT port, "
                        + Rows.SUMS
                        + " FROM "
                        + table()
                        + " WHERE "
                        + where()
                        + (limit > 0 ? in(busiest) : " AND port >= 0")
                        + " GROUP BY port ORDER BY 4 DESC, 2 DESC, port";
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            while (row.next()) {
                tallies.put(row.getInt(1), Rows.tally(row, 2));
            }
        }
        Map<Integer, Distinct> sources = sources(tallies.keySet(), limit > 0);
        tallies.forEach((port, tally) ->
                lines.add(
                        new PortLine(
                                Port.ofCode(port),
                                tally,
                                Rows.estimate(sources.getOrDefault(port, new Distinct())),
                                coverage.perDayAndAddress(
                                        tally.accesses(), fromMinute(), toMinute()))));
        return lines;
    }

    private Map<Integer, Distinct> sources(Set<Integer> ports, boolean some) throws SQLException {
        Map<Integer, Distinct> sets = new HashMap<>();
        if (ports.isEmpty()) {
            return sets;
        }
        String in = some ? in(ports) : " AND port >= 0";
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT port, sources FROM "
                                        + table()
                                        + " WHERE "
                                        + where()
                                        + in)) {
            while (row.next()) {
                sets.computeIfAbsent(row.getInt(1), _ -> new Distinct())
                        .mergeImage(row.getBytes(2));
            }
        }
        return sets;
    }

    /// The port's counts over the whole scope; all ports when null.
    PortLine total(@Nullable Port port) throws SQLException {
        int code = port == null ? Imports.ALL_PORTS : port.code();
        String from = " FROM " + table() + " WHERE " + where() + " AND port = " + code;
        Tally tally = Tally.ZERO;
        Distinct sources = new Distinct();
        try (Statement ask = db.createStatement()) {
            try (ResultSet row = ask.executeQuery("SELECT " + Rows.SUMS + from)) {
                if (row.next()) {
                    tally = Rows.tally(row, 1);
                }
            }
            try (ResultSet row = ask.executeQuery("SELECT sources" + from)) {
                while (row.next()) {
                    sources.mergeImage(row.getBytes(1));
                }
            }
        }
        return new PortLine(
                port == null ? new Port(Protocol.OTHER, 0) : port,
                tally,
                Rows.estimate(sources),
                coverage.perDayAndAddress(tally.accesses(), fromMinute(), toMinute()));
    }

    /// What one bucket gathers.
    static final class Sum {
        Tally tally = Tally.ZERO;
        final Distinct sources = new Distinct();

        /// Adds what an image knows of the port, or of [all][PortImage#ALL_PORTS].
        void add(PortImage.Reader image, int port) {
            boolean all = port == PortImage.ALL_PORTS;
            while (image.next() && (all || image.figures.port <= port)) {
                if (all || image.figures.port == port) {
                    tally = tally.plus(Rows.tally(image.figures));
                    sources.mergeImage(image.sourcesImage());
                }
            }
        }

        Sum plus(Sum other) {
            tally = tally.plus(other.tally);
            sources.merge(other.sources);
            return this;
        }
    }

    Series series(@Nullable Port port, Step step, ZoneId zone) throws SQLException {
        TreeMap<Instant, Sum> sums = new TreeMap<>();
        int code = port == null ? Imports.ALL_PORTS : port.code();
        switch (step) {
            case MINUTE -> sums.putAll(new MinuteQueries(db, parts, coverage, scope).sums(code));
            case HOUR -> byInterval("hour", 3_600, code, step, zone, sums);
            case DAY -> {
                boolean utc =
                        zone.getRules().isFixedOffset()
                                && zone.getRules().getOffset(Instant.EPOCH).getTotalSeconds() == 0
                                && wholeDays();
                byInterval(utc ? "day" : "hour", utc ? 86_400 : 3_600, code, step, zone, sums);
            }
        }
        List<Bucket> buckets = new ArrayList<>();
        for (Instant start : starts(step, zone)) {
            Instant end = after(start, step, zone);
            Sum sum = sums.getOrDefault(start, new Sum());
            double a = start.getEpochSecond() / 60.0;
            double b = end.getEpochSecond() / 60.0;
            buckets.add(
                    new Bucket(
                            start,
                            end,
                            coverage.share(a, b),
                            sum.tally,
                            Rows.estimate(sum.sources),
                            coverage.perDayAndAddress(sum.tally.accesses(), a, b)));
        }
        return new Series(port, step, zone, buckets, coverage.counted(scope));
    }

    private void byInterval(
            String table, long seconds, int code, Step step, ZoneId zone, Map<Instant, Sum> sums)
            throws SQLException {
        String from =
                " FROM "
                        + table
                        + " WHERE "
                        + Rows.sensors(coverage)
                        + " AND "
                        + table
                        + " >= "
                        + scope.from().getEpochSecond() / seconds
                        + " AND "
                        + table
                        + " < "
                        + scope.to().getEpochSecond() / seconds
                        + " AND port = "
                        + code;
        try (Statement ask = db.createStatement()) {
            try (ResultSet row =
                    ask.executeQuery(
                            "SELECT " + table + ", " + Rows.SUMS + from + " GROUP BY " + table)) {
                while (row.next()) {
                    Sum sum = bucket(row.getInt(1) * seconds, step, zone, sums);
                    sum.tally = sum.tally.plus(Rows.tally(row, 2));
                }
            }
            try (ResultSet row = ask.executeQuery("SELECT " + table + ", sources" + from)) {
                while (row.next()) {
                    bucket(row.getInt(1) * seconds, step, zone, sums)
                            .sources
                            .mergeImage(row.getBytes(2));
                }
            }
        }
    }

    private static Sum bucket(long second, Step step, ZoneId zone, Map<Instant, Sum> sums) {
        return sums.computeIfAbsent(
                floor(Instant.ofEpochSecond(second), step, zone), _ -> new Sum());
    }

    private List<Instant> starts(Step step, ZoneId zone) {
        List<Instant> starts = new ArrayList<>();
        for (Instant at = floor(scope.from(), step, zone);
                at.isBefore(scope.to());
                at = after(at, step, zone)) {
            starts.add(at);
            if (starts.size() > 100_000) {
                throw new OperatorMistake(
                        "the span has more than 100,000 steps; narrow it with --from and --to, or"
                                + " ask by day");
            }
        }
        return starts;
    }

    static Instant floor(Instant at, Step step, ZoneId zone) {
        return switch (step) {
            case MINUTE -> at.truncatedTo(ChronoUnit.MINUTES);
            case HOUR -> at.truncatedTo(ChronoUnit.HOURS);
            case DAY ->
                    ZonedDateTime.ofInstant(at, zone).toLocalDate().atStartOfDay(zone).toInstant();
        };
    }

    static Instant after(Instant start, Step step, ZoneId zone) {
        return switch (step) {
            case MINUTE -> start.plusSeconds(60);
            case HOUR -> start.plusSeconds(3_600);
            case DAY ->
                    ZonedDateTime.ofInstant(start, zone)
                            .toLocalDate()
                            .plusDays(1)
                            .atStartOfDay(zone)
                            .toInstant();
        };
    }

    /// Packets by class. TCP: SYN is scan, SYN+ACK and RST backscatter; the classes of other protocols follow from
    /// protocol and ICMP type.
    ClassSeries classes(Step step, ZoneId zone) throws SQLException {
        String sql =
                """
                SELECT hour, sum(CASE WHEN port >> 16 = 0 THEN syn ELSE 0 END)::BIGINT, sum(backscatter)::BIGINT,
                sum(CASE WHEN (port >> 8) = 520 OR (port >> 8) = 896 THEN packets ELSE 0 END)::BIGINT,
                sum(CASE WHEN port >> 16 = 1 THEN packets - backscatter ELSE 0 END)::BIGINT, sum(packets)::BIGINT
                FROM hour WHERE port >= 0 AND\
                """
                        + " "
                        + Rows.sensors(coverage)
                        + " AND hour >= "
                        + scope.from().getEpochSecond() / 3_600
                        + " AND hour < "
                        + scope.to().getEpochSecond() / 3_600
                        + " GROUP BY hour";
        List<Instant> starts = starts(step, zone);
        Map<Instant, Integer> index = new HashMap<>();
        starts.forEach(start -> index.put(start, index.size()));
        Map<PacketClass, long[]> packets = new EnumMap<>(PacketClass.class);
        for (PacketClass c : PacketClass.values()) {
            packets.put(c, new long[starts.size()]);
        }
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            while (row.next()) {
                Integer at =
                        index.get(floor(Instant.ofEpochSecond(row.getInt(1) * 3_600L), step, zone));
                if (at != null) {
                    long named = 0;
                    for (int c = 0; c < 4; c++) {
                        long n = row.getLong(c + 2);
                        add(packets, PacketClass.values()[c], at, n);
                        named += n;
                    }
                    add(packets, PacketClass.OTHER, at, row.getLong(6) - named);
                }
            }
        }
        return new ClassSeries(step, zone, starts, packets, coverage.counted(scope));
    }

    private static void add(Map<PacketClass, long[]> packets, PacketClass c, int at, long n) {
        long[] column = packets.get(c);
        if (column != null) {
            column[at] += n;
        }
    }

    HeatMap heatMap(int limit, ZoneId zone) throws SQLException {
        List<Port> ports = busiest(limit).stream().map(Port::ofCode).toList();
        List<Instant> hours = starts(Step.HOUR, zone);
        Map<Instant, Integer> columns = new HashMap<>();
        hours.forEach(hour -> columns.put(hour, columns.size()));
        Map<Integer, Integer> rows = new HashMap<>();
        ports.forEach(port -> rows.put(port.code(), rows.size()));
        double[][] cells = new double[ports.size()][hours.size()];
        boolean[] gap = new boolean[hours.size()];
        for (int i = 0; i < hours.size(); i++) {
            double a = hours.get(i).getEpochSecond() / 60.0;
            gap[i] = coverage.share(a, a + 60) == 0;
        }
        for (double[] cell : cells) {
            for (int i = 0; i < gap.length; i++) {
                cell[i] = gap[i] ? Double.NaN : 0;
            }
        }
        if (!ports.isEmpty()) {
            String sql =
                    "SELECT port, hour, sum(accesses)::BIGINT FROM hour WHERE "
                            + Rows.sensors(coverage)
                            + " AND hour >= "
                            + scope.from().getEpochSecond() / 3_600
                            + " AND hour < "
                            + scope.to().getEpochSecond() / 3_600
                            + in(rows.keySet())
                            + " GROUP BY port, hour";
            try (Statement ask = db.createStatement();
                    ResultSet row = ask.executeQuery(sql)) {
                while (row.next()) {
                    Integer r = rows.get(row.getInt(1));
                    Integer c = columns.get(Instant.ofEpochSecond(row.getInt(2) * 3_600L));
                    if (r != null && c != null) {
                        double a = row.getInt(2) * 60.0;
                        cells[r][c] = coverage.perDayAndAddress(row.getLong(3), a, a + 60);
                    }
                }
            }
        }
        return new HeatMap(ports, hours, cells, gap, coverage.counted(scope));
    }

    /// TCP and UDP ports with accesses in the scope and none in the store's past before it.
    List<NewPort> fresh(int limit) throws SQLException {
        long from = scope.from().getEpochSecond() / 3_600;
        long to = scope.to().getEpochSecond() / 3_600;
        String sensors = Rows.sensors(coverage);
        String sql =
                "SELECT port, "
                        + Rows.SUMS
                        + ", min(hour) FROM hour WHERE "
                        + sensors
                        + " AND hour >= "
                        + from
                        + " AND hour < "
                        + to
                        + " AND port >= 0 AND port >> 16 <= 1 AND accesses > 0"
                        + " AND EXISTS (SELECT 1 FROM hour WHERE "
                        + sensors
                        + " AND hour < "
                        + from
                        + ")"
                        + " AND port NOT IN (SELECT port FROM hour WHERE "
                        + sensors
                        + " AND hour < "
                        + from
                        + " AND accesses > 0) GROUP BY port ORDER BY 4 DESC, port LIMIT "
                        + limit;
        List<NewPort> found = new ArrayList<>();
        Map<Integer, Tally> tallies = new LinkedHashMap<>();
        Map<Integer, Instant> first = new HashMap<>();
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            while (row.next()) {
                tallies.put(row.getInt(1), Rows.tally(row, 2));
                first.put(
                        row.getInt(1),
                        Instant.ofEpochSecond(row.getInt(2 + Rows.COLUMNS) * 3_600L));
            }
        }
        Map<Integer, Distinct> sources = sources(tallies.keySet(), true);
        tallies.forEach((port, tally) ->
                found.add(
                        new NewPort(
                                Port.ofCode(port),
                                tally,
                                Rows.estimate(sources.getOrDefault(port, new Distinct())),
                                first.getOrDefault(port, scope.from()))));
        return found;
    }
}

package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.telescope.Distinct;
import teiten.telescope.Mark;
import teiten.telescope.ScanEventRule;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Scan events and victims of denial of service, joined from segments when they are asked for.
///
/// Segments of one source and port whose spans lie within the sensor's timeout of each other are one event, whichever
/// file, day, run or worker they came from ([teiten.telescope.ScanEventRule]).
public final class EventReadings {
    /// Ports from which on a source's single accesses are one event over many ports.
    public static final int MANY_PORTS = 10;

    /// Distinct destinations of a scan event at Merit's telescope, and its addresses; scaled to the sensor, 3 at least.
    private static final double MERIT_TARGETS = 100;

    private static final double MERIT_ADDRESSES = 475_136;
    private static final int FEWEST_TARGETS = 3;

    /// CAIDA's corsaro_dos: packets, seconds, and packets of the busiest minute from which on backscatter is an attack.
    private static final int DOS_PACKETS = 25;

    private static final int DOS_SECONDS = 60;
    private static final int DOS_A_MINUTE = 30;

    /// Seconds of silence that end an attack; corsaro_dos.
    private static final int DOS_TIMEOUT = 300;

    private final Store store;

    EventReadings(Store store) {
        this.store = store;
    }

    /// What a sensor can tell apart.
    ///
    /// @param addresses monitored, estimated when not given
    /// @param timeout seconds of silence that end an event
    /// @param detectionLimit packets a second over all of IPv4 of the slowest scan that stays one event
    /// @param fewestTargets distinct destinations from which on accesses to one port are a scan event
    public record Timing(
            String sensor,
            Estimate addresses,
            boolean inferred,
            int timeout,
            double detectionLimit,
            int fewestTargets) {}

    /// One scan event.
    ///
    /// @param port null when the source touched many ports, each at fewer addresses than make an event
    /// @param ports that it touched in all, in this event's span
    /// @param packetsPerSecond extrapolated to all of IPv4, the duration never taken as less than a second; NaN for fewer
    ///     targets than tell a scan of the Internet from one of a single host
    /// @param shapes of the SYNs, as text
    public record ScanEvent(
            Timing timing,
            IpAddress source,
            String protocol,
            @Nullable Port port,
            int ports,
            Instant start,
            Instant end,
            long packets,
            Estimate targets,
            double packetsPerSecond,
            Map<Mark, Long> marks,
            int ttlMin,
            int ttlMax,
            List<String> shapes) {}

    /// One victim whose answers reached the sensor.
    ///
    /// @param ports of ours that answers came to: spoofed source ports
    /// @param services that answered, most segments first
    /// @param packetsPerSecond of answers, extrapolated to all of IPv4
    public record Victim(
            Timing timing,
            IpAddress victim,
            Instant start,
            Instant end,
            long packets,
            long busiestMinute,
            int ports,
            List<Port> services,
            double packetsPerSecond) {}

    /// Timings of the sensors.
    public List<Timing> timings() {
        return store.read(db -> timings(db, Coverage.read(db, Set.of())));
    }

    private static List<Timing> timings(Connection db, Coverage coverage) throws SQLException {
        Map<Integer, Integer> cuts = new HashMap<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT sensor, max(timeout_s) FROM import GROUP BY sensor")) {
            while (row.next()) {
                cuts.put(row.getInt(1), row.getInt(2));
            }
        }
        List<Timing> timings = new ArrayList<>();
        for (Coverage.SensorSpan sensor : coverage.sensors()) {
            timings.add(timing(sensor, cuts.getOrDefault(sensor.id(), 0)));
        }
        return timings;
    }

    private static Timing timing(Coverage.SensorSpan sensor, int cut) {
        double n = Math.max(1, sensor.addresses().value());
        int timeout = Math.max(cut, ScanEventRule.timeout(n));
        int fewest = (int) Math.max(FEWEST_TARGETS, Math.ceil(n * MERIT_TARGETS / MERIT_ADDRESSES));
        return new Timing(
                sensor.name(),
                sensor.addresses(),
                sensor.inferred(),
                timeout,
                ScanEventRule.detectionLimit(n, timeout),
                fewest);
    }

    /// The events with most packets.
    ///
    /// @param limit 0 for all
    public List<ScanEvent> events(Scope scope, int limit) {
        return store.read(db -> {
            Coverage coverage = Coverage.read(db, scope.sensors());
            Map<Integer, String> shapes = shapes(db);
            List<ScanEvent> events = new ArrayList<>();
            List<Timing> timings = timings(db, coverage);
            for (int i = 0; i < timings.size(); i++) {
                int sensor = coverage.sensors().get(i).id();
                for (String rows : shares(db, within(scope, sensor))) {
                    events.addAll(onePort(db, rows, sensor, timings.get(i), limit, shapes));
                    events.addAll(manyPorts(db, rows, sensor, timings.get(i), limit, shapes));
                }
            }
            events.sort((a, b) -> {
                int more = Long.compare(b.packets, a.packets);
                return more != 0 ? more : a.start.compareTo(b.start);
            });
            return limit > 0 && events.size() > limit ? events.subList(0, limit) : events;
        });
    }

    private static Map<Integer, String> shapes(Connection db) throws SQLException {
        Map<Integer, String> shapes = new HashMap<>();
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery("SELECT code, seen_window, options FROM shape")) {
            while (row.next()) {
                String window = row.getInt(2) == 0 ? "other" : String.valueOf(row.getInt(2));
                String options = row.getString(3).isEmpty() ? "none" : row.getString(3);
                shapes.put(row.getInt(1), "window " + window + ", options " + options);
            }
        }
        return shapes;
    }

    private static String within(Scope scope, int sensor) {
        return "sensor = "
                + sensor
                + " AND first < "
                + scope.to().getEpochSecond()
                + " AND last >= "
                + scope.from().getEpochSecond()
                + " AND "
                + Rows.ACCESSES
                + " > 0";
    }

    /// Conditions that part the rows by their sources, so that each part's groups fit into memory.
    private static List<String> shares(Connection db, String within) throws SQLException {
        long parts;
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery("SELECT count(*) FROM source WHERE " + within)) {
            row.next();
            parts = 1 + row.getLong(1) / ROWS_TOGETHER;
        }
        List<String> shares = new ArrayList<>();
        for (long part = 0; part < parts; part++) {
            shares.add(parts == 1 ? within : within + " AND hash(low) % " + parts + " = " + part);
        }
        return shares;
    }

    /// Numbers the runs of rows whose gaps stay within the timeout, per key: adds `island` to the rows.
    private static String islands(String rows, String key, int timeout) {
        return "SELECT *, sum(cut) OVER (PARTITION BY "
                + key
                + " ORDER BY first, last ROWS UNBOUNDED PRECEDING) AS island FROM (SELECT *, CASE"
                + " WHEN first - max(last) OVER (PARTITION BY "
                + key
                + " ORDER BY first, last ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) <= "
                + timeout
                + " THEN 0 ELSE 1 END AS cut FROM ("
                + rows
                + "))";
    }

    private static final String FIGURES =
            "min(first), max(last), sum(packets)::BIGINT, sum(mirai)::BIGINT,"
                    + " sum(masscan)::BIGINT, sum(zmap)::BIGINT, sum(zmap4)::BIGINT, min(ttl_min),"
                    + " max(ttl_max), list(DISTINCT shape) FILTER (shape < 32767)";

    /// What the figures need; targets are fetched afterwards, for the events that are shown.
    private static final String COLUMNS =
            "high, low, port, first, last, packets, mirai, masscan, zmap, zmap4, ttl_min, ttl_max,"
                    + " shape";

    /// Segments whose groups are formed together.
    private static final long ROWS_TOGETHER = 6_000_000;

    /// Events whose targets are fetched together.
    private static final int TOGETHER = 2_000;

    /// A group of segments that may be an event.
    ///
    /// @param first seconds since 1970
    private record Island(
            long high,
            long low,
            String protocol,
            @Nullable Port port,
            int ports,
            long first,
            long last,
            long packets,
            Map<Mark, Long> marks,
            int ttlMin,
            int ttlMax,
            List<String> shapes) {}

    private static List<ScanEvent> onePort(
            Connection db,
            String within,
            int sensor,
            Timing timing,
            int limit,
            Map<Integer, String> shapes)
            throws SQLException {
        String keys =
                "SELECT high, low, port FROM source WHERE "
                        + within
                        + " GROUP BY ALL HAVING sum("
                        + Rows.ACCESSES
                        + ") >= "
                        + timing.fewestTargets;
        for (long most = limit == 0 ? 0 : Math.max(2_000, 20L * limit); ; most *= 16) {
            String best =
                    most == 0
                            ? keys
                            : keys + " ORDER BY sum(packets) DESC, high, low, port LIMIT " + most;
            List<ScanEvent> events = onePort(db, within, sensor, timing, limit, shapes, best);
            // An event has no more packets than its source and port have in all: what was left
            // out cannot be among the first.
            if (most == 0
                    || events.size() == limit && events.getLast().packets >= leftOut(db, keys, most)
                    || leftOut(db, keys, most) == 0) {
                return events;
            }
        }
    }

    /// Packets of the busiest source and port that is not among the first so many; 0 when there are none.
    private static long leftOut(Connection db, String keys, long most) throws SQLException {
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                keys.replaceFirst(
                                                "SELECT high, low, port",
                                                "SELECT sum(packets)::BIGINT, high, low, port")
                                        + " ORDER BY 1 DESC, high, low, port LIMIT 1 OFFSET "
                                        + most)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /// @param keys a question for the sources and ports that may have an event
    private static List<ScanEvent> onePort(
            Connection db,
            String within,
            int sensor,
            Timing timing,
            int limit,
            Map<Integer, String> shapes,
            String keys)
            throws SQLException {
        String rows =
                "SELECT "
                        + COLUMNS
                        + " FROM source SEMI JOIN ("
                        + keys
                        + ") USING (high, low, port) WHERE "
                        + within;
        String sql =
                "SELECT high, low, port, "
                        + FIGURES
                        + ", 1 FROM ("
                        + islands(rows, "high, low, port", timing.timeout)
                        + ") GROUP BY high, low, port, island HAVING sum(packets) >= "
                        + timing.fewestTargets
                        + " ORDER BY 6 DESC, 4, high, low, port";
        return take(db, sql, sensor, timing, limit, timing.fewestTargets, shapes);
    }

    /// Sources that touched many ports, at too few addresses each for an event of that port.
    private static List<ScanEvent> manyPorts(
            Connection db,
            String within,
            int sensor,
            Timing timing,
            int limit,
            Map<Integer, String> shapes)
            throws SQLException {
        String rows =
                "SELECT "
                        + COLUMNS
                        + ", -1 - (port >> 16) AS protocol FROM source SEMI JOIN (SELECT high, low"
                        + " FROM source WHERE "
                        + within
                        + " AND port >> 16 <= 1 GROUP BY ALL HAVING count(DISTINCT port) >= "
                        + MANY_PORTS
                        + ") USING (high, low) WHERE port >> 16 <= 1 AND "
                        + within;
        String sql =
                "SELECT high, low, protocol, "
                        + FIGURES
                        + ", count(DISTINCT port) FROM ("
                        + islands(rows, "high, low, protocol", timing.timeout)
                        + ") GROUP BY high, low, protocol, island HAVING count(DISTINCT port) >= "
                        + MANY_PORTS
                        + " ORDER BY 6 DESC, 4, high, low, protocol";
        return take(db, sql, sensor, timing, limit, 0, shapes);
    }

    /// Runs the question, whose third column is a port's code or −1 for many TCP ports, −2 for many UDP ports, and
    /// keeps the islands with enough targets.
    private static List<ScanEvent> take(
            Connection db,
            String sql,
            int sensor,
            Timing timing,
            int limit,
            int fewest,
            Map<Integer, String> shapes)
            throws SQLException {
        List<ScanEvent> events = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            boolean more = true;
            while (more && (limit == 0 || events.size() < limit)) {
                List<Island> islands = new ArrayList<>();
                int chunk = limit == 0 ? TOGETHER : Math.min(TOGETHER, limit * 2 + 8);
                while (islands.size() < chunk && (more = row.next())) {
                    islands.add(island(row, shapes));
                }
                List<Distinct> targets = targets(db, sensor, islands);
                for (int i = 0; i < islands.size(); i++) {
                    if (targets.get(i).estimate() >= fewest
                            && (limit == 0 || events.size() < limit)) {
                        events.add(event(timing, islands.get(i), targets.get(i)));
                    }
                }
            }
        }
        return events;
    }

    private static Island island(ResultSet row, Map<Integer, String> shapes) throws SQLException {
        int code = row.getInt(3);
        Port port = code < 0 ? null : Port.ofCode(code);
        Map<Mark, Long> marks = new EnumMap<>(Mark.class);
        for (Mark mark : Mark.values()) {
            marks.put(mark, row.getLong(7 + mark.ordinal()));
        }
        List<String> seen = new ArrayList<>();
        java.sql.Array codes = row.getArray(13);
        if (codes != null) {
            for (Object shape : (Object[]) codes.getArray()) {
                seen.add(shapes.getOrDefault(((Number) shape).intValue(), "shape " + shape));
            }
        }
        seen.sort(null);
        return new Island(
                row.getLong(1),
                row.getLong(2),
                port != null ? port.protocol().label() : code == -1 ? "tcp" : "udp",
                port,
                row.getInt(14),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                marks,
                row.getInt(11),
                row.getInt(12),
                seen);
    }

    /// The distinct destinations of each island, by one walk over the segments.
    private static List<Distinct> targets(Connection db, int sensor, List<Island> islands)
            throws SQLException {
        List<Distinct> sets = new ArrayList<>();
        StringBuilder values = new StringBuilder();
        for (Island i : islands) {
            int from = i.port != null ? i.port.code() : i.protocol.equals("tcp") ? 0 : 1 << 16;
            int to = i.port != null ? i.port.code() : from | 0xFFFF;
            values.append(values.isEmpty() ? "(" : ", (")
                    .append(sets.size())
                    .append(", ")
                    .append(i.high)
                    .append(", ")
                    .append(i.low)
                    .append(", ")
                    .append(from)
                    .append(", ")
                    .append(to)
                    .append(", ")
                    .append(i.first)
                    .append(", ")
                    .append(i.last)
                    .append(')');
            sets.add(new Distinct());
        }
        if (islands.isEmpty()) {
            return sets;
        }
        String sql =
                "SELECT i.n, s.targets FROM (VALUES "
                        + values
                        + ") i(n, high, low, a, b, since, until) JOIN source s ON s.high = i.high"
                        + " AND s.low = i.low WHERE s.port >= i.a AND s.port <= i.b AND s.first >="
                        + " i.since AND s.last <= i.until AND s.sensor = "
                        + sensor;
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            while (row.next()) {
                sets.get(row.getInt(1)).mergeCoupons(row.getBytes(2));
            }
        }
        return sets;
    }

    private static ScanEvent event(Timing timing, Island i, Distinct targets) {
        return new ScanEvent(
                timing,
                new IpAddress(i.high, i.low),
                i.protocol,
                i.port,
                i.ports,
                Rows.second(i.first),
                Rows.second(i.last),
                i.packets,
                Rows.estimate(targets),
                targets.estimate() < timing.fewestTargets
                        ? Double.NaN
                        : ScanEventRule.ratePerSecond(
                                i.packets, i.last - i.first, timing.addresses.value()),
                i.marks,
                i.ttlMin,
                i.ttlMax,
                i.shapes);
    }

    /// Victims, those with most answers first.
    ///
    /// @param limit 0 for all
    public List<Victim> victims(Scope scope, int limit) {
        return store.read(db -> {
            Coverage coverage = Coverage.read(db, scope.sensors());
            List<Timing> timings = timings(db, coverage);
            List<Victim> victims = new ArrayList<>();
            for (int i = 0; i < timings.size(); i++) {
                String answers = answers(scope, coverage.sensors().get(i).id());
                for (String rows : shares(db, answers)) {
                    victims.addAll(victims(db, rows, timings.get(i), limit));
                }
            }
            victims.sort((a, b) -> Long.compare(b.packets, a.packets));
            return limit > 0 && victims.size() > limit ? victims.subList(0, limit) : victims;
        });
    }

    private static String answers(Scope scope, int sensor) {
        return "sensor = "
                + sensor
                + " AND backscatter > 0 AND first < "
                + scope.to().getEpochSecond()
                + " AND last >= "
                + scope.from().getEpochSecond();
    }

    private static List<Victim> victims(Connection db, String within, Timing timing, int limit)
            throws SQLException {
        String rows =
                "SELECT * FROM source SEMI JOIN (SELECT high, low FROM source WHERE "
                        + within
                        + " GROUP BY ALL HAVING sum(backscatter) >= "
                        + DOS_PACKETS
                        + ") USING (high, low) WHERE "
                        + within;
        String sql =
                "WITH r AS ("
                        + islands(rows, "high, low", DOS_TIMEOUT)
                        + "), minute AS (SELECT high, low, island, first // 60 AS m,"
                        + " sum(backscatter * least(1.0, 60.0 / greatest(60, last - first))) AS n"
                        + " FROM r GROUP BY ALL), busiest AS (SELECT high, low, island, max(n) AS n"
                        + " FROM minute GROUP BY ALL) SELECT r.high, r.low, min(first), max(last),"
                        + " sum(backscatter)::BIGINT, any_value(busiest.n)::BIGINT, count(DISTINCT"
                        + " port), list(services) FROM r JOIN busiest USING (high, low, island)"
                        + " GROUP BY r.high, r.low, island HAVING sum(backscatter) >= "
                        + DOS_PACKETS
                        + " AND max(last) - min(first) >= "
                        + DOS_SECONDS
                        + " AND any_value(busiest.n) >= "
                        + DOS_A_MINUTE
                        + " ORDER BY 5 DESC, 3"
                        + (limit > 0 ? " LIMIT " + limit : "");
        List<Victim> victims = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            while (row.next()) {
                long first = row.getLong(3);
                long last = row.getLong(4);
                long packets = row.getLong(5);
                victims.add(
                        new Victim(
                                timing,
                                new IpAddress(row.getLong(1), row.getLong(2)),
                                Rows.second(first),
                                Rows.second(last),
                                packets,
                                row.getLong(6),
                                row.getInt(7),
                                services(row, 8),
                                ScanEventRule.ratePerSecond(
                                        packets, last - first, timing.addresses.value())));
            }
        }
        return victims;
    }

    private static List<Port> services(ResultSet row, int column) throws SQLException {
        Map<Integer, Integer> counts = new HashMap<>();
        for (Object blob : (Object[]) row.getArray(column).getArray()) {
            byte[] bytes =
                    blob instanceof byte[] plain
                            ? plain
                            : ((java.sql.Blob) blob)
                                    .getBytes(1, (int) ((java.sql.Blob) blob).length());
            ByteBuffer codes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            while (codes.remaining() >= 4) {
                counts.merge(codes.getInt(), 1, Integer::sum);
            }
        }
        return counts.entrySet().stream()
                .sorted((a, b) -> {
                    int more = Integer.compare(b.getValue(), a.getValue());
                    return more != 0 ? more : Integer.compare(a.getKey(), b.getKey());
                })
                .limit(8)
                .map(e -> Port.ofCode(e.getKey()))
                .toList();
    }
}

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
                events.addAll(onePort(db, scope, sensor, timings.get(i), limit, shapes));
                events.addAll(manyPorts(db, scope, sensor, timings.get(i), limit, shapes));
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
                    + " max(ttl_max), list(DISTINCT shape) FILTER (shape < 32767),"
                    + " list(targets)";

    private static List<ScanEvent> onePort(
            Connection db,
            Scope scope,
            int sensor,
            Timing timing,
            int limit,
            Map<Integer, String> shapes)
            throws SQLException {
        String rows =
                "SELECT * FROM source SEMI JOIN (SELECT high, low, port FROM source WHERE "
                        + within(scope, sensor)
                        + " GROUP BY ALL HAVING sum("
                        + Rows.ACCESSES
                        + ") >= "
                        + timing.fewestTargets
                        + ") USING (high, low, port) WHERE "
                        + within(scope, sensor);
        String sql =
                "SELECT high, low, port, "
                        + FIGURES
                        + " FROM ("
                        + islands(rows, "high, low, port", timing.timeout)
                        + ") GROUP BY high, low, port, island HAVING sum(packets) >= "
                        + timing.fewestTargets
                        + " ORDER BY 6 DESC, 4";
        List<ScanEvent> events = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            while (row.next() && (limit == 0 || events.size() < limit)) {
                Distinct targets = targets(row, 14);
                if (targets.estimate() >= timing.fewestTargets) {
                    Port port = Port.ofCode(row.getInt(3));
                    events.add(
                            event(
                                    timing,
                                    row,
                                    4,
                                    port.protocol().label(),
                                    port,
                                    1,
                                    targets,
                                    shapes));
                }
            }
        }
        return events;
    }

    /// Sources that touched many ports, at too few addresses each for an event of that port.
    private static List<ScanEvent> manyPorts(
            Connection db,
            Scope scope,
            int sensor,
            Timing timing,
            int limit,
            Map<Integer, String> shapes)
            throws SQLException {
        String rows =
                "SELECT *, port >> 16 AS protocol FROM source SEMI JOIN (SELECT high, low FROM"
                        + " source WHERE "
                        + within(scope, sensor)
                        + " AND port >> 16 <= 1 GROUP BY ALL HAVING count(DISTINCT port) >= "
                        + MANY_PORTS
                        + ") USING (high, low) WHERE port >> 16 <= 1 AND "
                        + within(scope, sensor);
        String sql =
                "SELECT high, low, protocol, "
                        + FIGURES
                        + ", count(DISTINCT port) FROM ("
                        + islands(rows, "high, low, protocol", timing.timeout)
                        + ") GROUP BY high, low, protocol, island HAVING count(DISTINCT port) >= "
                        + MANY_PORTS
                        + " ORDER BY 6 DESC, 4";
        List<ScanEvent> events = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            while (row.next() && (limit == 0 || events.size() < limit)) {
                Distinct targets = targets(row, 14);
                events.add(
                        event(
                                timing,
                                row,
                                4,
                                row.getInt(3) == 0 ? "tcp" : "udp",
                                null,
                                row.getInt(15),
                                targets,
                                shapes));
            }
        }
        return events;
    }

    private static Distinct targets(ResultSet row, int column) throws SQLException {
        Distinct targets = new Distinct();
        for (Object blob : (Object[]) row.getArray(column).getArray()) {
            if (blob instanceof byte[] bytes) {
                targets.mergeCoupons(bytes);
            } else if (blob instanceof java.sql.Blob other) {
                targets.mergeCoupons(other.getBytes(1, (int) other.length()));
            }
        }
        return targets;
    }

    private static ScanEvent event(
            Timing timing,
            ResultSet row,
            int at,
            String protocol,
            @Nullable Port port,
            int ports,
            Distinct targets,
            Map<Integer, String> shapes)
            throws SQLException {
        Map<Mark, Long> marks = new EnumMap<>(Mark.class);
        for (Mark mark : Mark.values()) {
            marks.put(mark, row.getLong(at + 3 + mark.ordinal()));
        }
        List<String> seen = new ArrayList<>();
        java.sql.Array codes = row.getArray(at + 9);
        if (codes != null) {
            for (Object code : (Object[]) codes.getArray()) {
                seen.add(shapes.getOrDefault(((Number) code).intValue(), "shape " + code));
            }
        }
        seen.sort(null);
        long first = row.getLong(at);
        long last = row.getLong(at + 1);
        long packets = row.getLong(at + 2);
        return new ScanEvent(
                timing,
                new IpAddress(row.getLong(1), row.getLong(2)),
                protocol,
                port,
                ports,
                Rows.second(first),
                Rows.second(last),
                packets,
                Rows.estimate(targets),
                targets.estimate() < timing.fewestTargets
                        ? Double.NaN
                        : ScanEventRule.ratePerSecond(
                                packets, last - first, timing.addresses.value()),
                marks,
                row.getInt(at + 7),
                row.getInt(at + 8),
                seen);
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
                victims.addAll(
                        victims(db, scope, coverage.sensors().get(i).id(), timings.get(i), limit));
            }
            victims.sort((a, b) -> Long.compare(b.packets, a.packets));
            return limit > 0 && victims.size() > limit ? victims.subList(0, limit) : victims;
        });
    }

    private static List<Victim> victims(
            Connection db, Scope scope, int sensor, Timing timing, int limit) throws SQLException {
        String within =
                "sensor = "
                        + sensor
                        + " AND backscatter > 0 AND first < "
                        + scope.to().getEpochSecond()
                        + " AND last >= "
                        + scope.from().getEpochSecond();
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

package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.net.Protocol;
import teiten.telescope.Mark;
import teiten.telescope.ScanEventRule;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Scan events and victims of denial of service, as [EventKeeper] joined them from segments.
///
/// Segments of one source and port whose spans lie within the sensor's timeout of each other are one event, whichever
/// file, day, run or worker they came from ([teiten.telescope.ScanEventRule]). An answer holds the events that overlap
/// the asked span, each with its whole length.
public final class EventReadings {
    /// Ports from which on a source's single accesses are one event over many ports.
    public static final int MANY_PORTS = 10;

    /// Distinct destinations of a scan event at Merit's telescope, and its addresses; scaled to the sensor, 3 at least.
    private static final double MERIT_TARGETS = 100;

    private static final double MERIT_ADDRESSES = 475_136;
    private static final int FEWEST_TARGETS = 3;

    /// Segments that a page waits for; more are joined behind the scenes.
    private static final long LITTLE = 1_500_000;

    /// Columns of a timeline at most.
    private static final int STEPS = 120;

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
            int fewestTargets) {
        /// Answers a second, extrapolated to all of IPv4, that a victim must give in its busiest minute to be seen.
        public double victimLimit() {
            return VictimSearch.A_MINUTE / 60.0 * 0x1p32 / Math.max(1, addresses.value());
        }
    }

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
            double packetsPerSecond) {
        /// Answers to all of IPv4, if the senders were forged evenly over it.
        public double answers() {
            return packets * 0x1p32 / Math.max(1, timing.addresses.value());
        }

        /// One standard error of rate and answers, relative: that of counting so many, and of the sensor's addresses where
        /// these are inferred. That senders were forged evenly is assumed, not measured.
        public double relativeError() {
            double addresses = timing.addresses.relativeError();
            return Math.sqrt(1.0 / Math.max(1, packets) + addresses * addresses);
        }
    }

    /// Lines of a longer answer.
    ///
    /// @param total how many there are in all
    public record Page<T>(List<T> lines, long total) {}

    /// One step of an event's timeline.
    ///
    /// @param packets those of segments that overlap the step, each spread evenly over its span
    public record TimelineStep(Instant start, double packets) {}

    /// Waits until all that was stored is joined.
    public EventReadings upToDate() {
        store.events.catchUp();
        return this;
    }

    /// Whether all that was stored is joined; when it is much, that goes on behind the scenes.
    public boolean isUpToDate() {
        return store.events.catchUp(LITTLE);
    }

    /// Timings of the sensors.
    public List<Timing> timings() {
        return store.read(db -> timings(db, store.coverage(db, Set.of())));
    }

    static List<Timing> timings(Connection db, Coverage coverage) throws SQLException {
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
        return events(EventFilter.all(scope), 0, limit).lines();
    }

    /// The events with most packets, from the `skip`th on.
    ///
    /// @param limit 0 for all
    public Page<ScanEvent> events(EventFilter filter, int skip, int limit) {
        return store.read(db -> {
            Coverage coverage = store.coverage(db, filter.scope().sensors());
            Map<Integer, Timing> timings = byNumber(db, coverage);
            Map<Integer, String> shapes = shapes(db);
            String from = " FROM scan_event WHERE " + where(filter, coverage);
            List<ScanEvent> events = new ArrayList<>();
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT sensor, high, low, port, first, last, packets, mirai,"
                                            + " masscan, zmap, zmap4, ttl_min, ttl_max, ports,"
                                            + " targets, error, shapes"
                                            + from
                                            + " ORDER BY packets DESC, first, high, low, port,"
                                            + " sensor"
                                            + (limit > 0 ? " LIMIT " + limit : "")
                                            + (skip > 0 ? " OFFSET " + skip : ""))) {
                while (row.next()) {
                    Timing timing = timings.get(row.getInt(1));
                    if (timing != null) {
                        events.add(event(row, timing, shapes));
                    }
                }
            }
            long total =
                    skip == 0 && (limit == 0 || events.size() < limit)
                            ? events.size()
                            : EventKeeper.count(db, "SELECT count(*)" + from);
            return new Page<>(events, total);
        });
    }

    private static Map<Integer, Timing> byNumber(Connection db, Coverage coverage)
            throws SQLException {
        List<Timing> timings = timings(db, coverage);
        Map<Integer, Timing> map = new HashMap<>();
        for (int i = 0; i < timings.size(); i++) {
            map.put(coverage.sensors().get(i).id(), timings.get(i));
        }
        return map;
    }

    /// What the shapes' codes stand for.
    static Map<Integer, String> shapes(Connection db) throws SQLException {
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

    private static String overlapping(Scope scope, Coverage coverage) {
        return Rows.sensors(coverage)
                + " AND first < "
                + scope.to().getEpochSecond()
                + " AND last >= "
                + scope.from().getEpochSecond();
    }

    private static String where(EventFilter filter, Coverage coverage) {
        StringBuilder where = new StringBuilder(overlapping(filter.scope(), coverage));
        where.append(Investigators.condition(filter.scope(), coverage, "scan_event"));
        Port port = filter.port();
        if (port != null) {
            where.append(" AND port = ").append(port.code());
        }
        for (Protocol protocol : Protocol.values()) {
            if (protocol.label().equals(filter.protocol())) {
                where.append(" AND (port >= 0 AND port >> 16 = ").append(protocol.ordinal());
                where.append(" OR port = ").append(-1 - protocol.ordinal()).append(')');
            }
        }
        Mark mark = filter.mark();
        if (mark != null) {
            where.append(" AND ").append(mark.label()).append(" * 10 >= packets");
        }
        if (filter.unmarked()) {
            for (Mark none : Mark.values()) {
                where.append(" AND ").append(none.label()).append(" * 10 < packets");
            }
        }
        IpAddress source = filter.source();
        if (source != null) {
            where.append(" AND high = ").append(source.high());
            where.append(" AND low = ").append(source.low());
        }
        return where.toString();
    }

    private static ScanEvent event(ResultSet row, Timing timing, Map<Integer, String> shapes)
            throws SQLException {
        int code = row.getInt(4);
        Port port = code < 0 ? null : Port.ofCode(code);
        Map<Mark, Long> marks = new EnumMap<>(Mark.class);
        for (Mark mark : Mark.values()) {
            marks.put(mark, row.getLong(8 + mark.ordinal()));
        }
        Estimate targets = new Estimate(row.getDouble(15), row.getDouble(16));
        long first = row.getLong(5);
        long last = row.getLong(6);
        long packets = row.getLong(7);
        return new ScanEvent(
                timing,
                new IpAddress(row.getLong(2), row.getLong(3)),
                port != null ? port.protocol().label() : code == -1 ? "tcp" : "udp",
                port,
                row.getInt(14),
                Rows.second(first),
                Rows.second(last),
                packets,
                targets,
                targets.value() < timing.fewestTargets
                        ? Double.NaN
                        : ScanEventRule.ratePerSecond(
                                packets, last - first, timing.addresses.value()),
                marks,
                row.getInt(12),
                row.getInt(13),
                codes(row.getString(17)).stream()
                        .map(shape -> shapes.getOrDefault(shape, "shape " + shape))
                        .sorted()
                        .toList());
    }

    static List<Integer> codes(String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",")).map(Integer::valueOf).toList();
    }

    /// How an event's packets lie in time.
    public List<TimelineStep> timeline(ScanEvent event) {
        return store.read(db -> {
            Coverage coverage = store.coverage(db, Set.of(event.timing.sensor));
            long first = event.start.getEpochSecond();
            long last = event.end.getEpochSecond();
            double width = Math.max(1, Math.ceil((last - first + 1) / (double) STEPS));
            int steps = (int) Math.ceil((last - first + 1) / width);
            double[] packets = new double[steps];
            Port port = event.port;
            int code = event.protocol.equals("tcp") ? 0 : 1 << 16;
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT first, last, packets FROM source WHERE "
                                            + Rows.sensors(coverage)
                                            + " AND high = "
                                            + event.source.high()
                                            + " AND low = "
                                            + event.source.low()
                                            + " AND first >= "
                                            + first
                                            + " AND first <= "
                                            + last
                                            + " AND "
                                            + Rows.ACCESSES
                                            + " > 0 AND port >= "
                                            + (port != null ? port.code() : code)
                                            + " AND port <= "
                                            + (port != null ? port.code() : code | 0xFFFF))) {
                while (row.next()) {
                    spread(
                            packets,
                            row.getLong(1) - first,
                            row.getLong(2) - first + 1,
                            width,
                            row.getLong(3));
                }
            }
            List<TimelineStep> line = new ArrayList<>();
            for (int i = 0; i < steps; i++) {
                line.add(new TimelineStep(event.start.plusSeconds((long) (i * width)), packets[i]));
            }
            return line;
        });
    }

    private static void spread(double[] into, double from, double to, double width, long packets) {
        for (int i = (int) (from / width); i < into.length && i * width < to; i++) {
            double inside = Math.min(to, (i + 1) * width) - Math.max(from, i * width);
            into[i] += packets * inside / (to - from);
        }
    }

    /// Victims, those with most answers first.
    ///
    /// @param limit 0 for all
    public List<Victim> victims(Scope scope, int limit) {
        return victims(scope, null, 0, limit).lines();
    }

    /// Victims, those with most answers first, from the `skip`th on.
    ///
    /// @param source the one that is asked about; null for all
    /// @param limit 0 for all
    public Page<Victim> victims(Scope scope, @Nullable IpAddress source, int skip, int limit) {
        return store.read(db -> {
            Coverage coverage = store.coverage(db, scope.sensors());
            Map<Integer, Timing> timings = byNumber(db, coverage);
            String from =
                    " FROM dos_victim WHERE "
                            + overlapping(scope, coverage)
                            + Investigators.condition(scope, coverage, "dos_victim")
                            + (source == null
                                    ? ""
                                    : " AND high = "
                                            + source.high()
                                            + " AND low = "
                                            + source.low());
            List<Victim> victims = new ArrayList<>();
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT sensor, high, low, first, last, packets, busiest,"
                                            + " ports, services"
                                            + from
                                            + " ORDER BY packets DESC, first, high, low, sensor"
                                            + (limit > 0 ? " LIMIT " + limit : "")
                                            + (skip > 0 ? " OFFSET " + skip : ""))) {
                while (row.next()) {
                    Timing timing = timings.get(row.getInt(1));
                    if (timing != null) {
                        victims.add(victim(row, timing));
                    }
                }
            }
            long total =
                    skip == 0 && (limit == 0 || victims.size() < limit)
                            ? victims.size()
                            : EventKeeper.count(db, "SELECT count(*)" + from);
            return new Page<>(victims, total);
        });
    }

    private static Victim victim(ResultSet row, Timing timing) throws SQLException {
        long first = row.getLong(4);
        long last = row.getLong(5);
        long packets = row.getLong(6);
        return new Victim(
                timing,
                new IpAddress(row.getLong(2), row.getLong(3)),
                Rows.second(first),
                Rows.second(last),
                packets,
                row.getLong(7),
                row.getInt(8),
                codes(row.getString(9)).stream().map(Port::ofCode).toList(),
                ScanEventRule.ratePerSecond(packets, last - first, timing.addresses.value()));
    }
}

package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.net.Port;
import teiten.net.Protocol;
import teiten.store.Readings.Bucket;
import teiten.store.Readings.PortLine;
import teiten.store.Readings.Series;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Ports with or without known investigators: from `source`, whose finest grain is the UTC day. Minutes and hours hold
/// only sketches of their sources, from which nobody can be taken out; so nothing is answered in them. Days that are rolled up
/// have their sums ready ([ApartRows]); the figures are those of their single sources.
final class ScannedPorts {
    private final Connection db;
    private final Coverage coverage;
    private final Scope scope;
    private final RollUps rolled;

    /// What is added up beforehand; null where single sources are read.
    private final @Nullable ApartRows apart;

    /// @param scope of whole UTC days
    ScannedPorts(Connection db, Parts parts, Coverage coverage, Scope scope) throws SQLException {
        this.db = db;
        this.coverage = coverage;
        this.scope = scope;
        long from = scope.from().getEpochSecond() / 86_400;
        long to = scope.to().getEpochSecond() / 86_400;
        rolled = RollUps.of(db, parts, coverage, from, to);
        apart = ApartRows.of(db, parts, coverage, scope, rolled);
    }

    /// Widens the span to whole UTC days.
    static Scope toDays(Scope scope) {
        long from = Math.floorDiv(scope.from().getEpochSecond(), 86_400);
        long to = Math.ceilDiv(scope.to().getEpochSecond(), 86_400);
        return new Scope(
                Rows.second(from * 86_400),
                Rows.second(to * 86_400),
                scope.sensors(),
                scope.scanners());
    }

    /// Condition on rows of single sources.
    private String where() {
        return Rows.sensors(coverage)
                + " AND day >= "
                + scope.from().getEpochSecond() / 86_400
                + " AND day < "
                + scope.to().getEpochSecond() / 86_400
                + Investigators.condition(scope, coverage, "source");
    }

    /// Rows `sensor, day, port`, sums and `sources` that add up.
    ///
    /// @param ports condition on the ports
    /// @param sums the same on those of sums that are ready
    private String rows(String ports, String sums) {
        String single =
                "SELECT sensor, day, port, packets, bytes, "
                        + Rows.ACCESSES
                        + " AS accesses, syn, backscatter, mirai, masscan, zmap, zmap4,"
                        + " NULL::BIGINT AS sources FROM "
                        + (apart == null ? rolled.pairs() : rolled.segments())
                        + " WHERE "
                        + where()
                        + " AND "
                        + ports;
        if (apart == null) {
            return "(" + single + ")";
        }
        String ready = apart.select(sums);
        return "(" + (rolled.whole() ? ready : ready + " UNION ALL " + single) + ")";
    }

    /// The same of one port; of all together when it is [Imports#ALL_PORTS].
    private String rows(int port) {
        String only = "port = " + port;
        return rows(port == Imports.ALL_PORTS ? "true" : only, only);
    }

    /// Rows of which each is one source that accessed the port, a source in several unless the roll-ups are
    /// [RollUps#single]; of any port when it is [Imports#ALL_PORTS].
    private String accessing(int port) {
        if (port != Imports.ALL_PORTS) {
            return rolled.accessing(List.of(port)) + " WHERE " + where();
        }
        return rolled.inOrder()
                ? rolled.origins() + " WHERE accesses > 0 AND " + where()
                : rolled.pairs() + " WHERE " + Rows.ACCESSES + " > 0 AND " + where();
    }

    private double rate(long accesses, double fromDay, double toDay) {
        return coverage.perDayAndAddress(accesses, fromDay * 1_440, toDay * 1_440);
    }

    private double rate(long accesses) {
        return rate(
                accesses,
                scope.from().getEpochSecond() / 86_400.0,
                scope.to().getEpochSecond() / 86_400.0);
    }

    /// The ports with most accesses as a condition: they are found by two numbers each.
    private String busiest(int limit) throws SQLException {
        List<String> ports = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT port, sum(accesses), sum(packets) FROM "
                                        + rows("port >= 0", "port >= 0")
                                        + " GROUP BY port HAVING sum(packets) > 0 ORDER BY 2 DESC,"
                                        + " 3 DESC, port LIMIT "
                                        + limit)) {
            while (row.next()) {
                ports.add(row.getString(1));
            }
        }
        return ports.isEmpty() ? "false" : "port IN (" + String.join(",", ports) + ")";
    }

    List<PortLine> top(int limit) throws SQLException {
        Map<Integer, Tally> tallies = new LinkedHashMap<>();
        Map<Integer, Long> sources = new HashMap<>();
        boolean counted = apart != null && rolled.single();
        String ports = limit > 0 ? busiest(limit) : "port >= 0";
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT port, "
                                        + Rows.SUMS
                                        + ", sum(sources)::BIGINT FROM "
                                        + rows(ports, ports)
                                        + " GROUP BY port HAVING sum(packets) > 0 ORDER BY 4 DESC,"
                                        + " 2 DESC, port")) {
            while (row.next()) {
                tallies.put(row.getInt(1), Rows.tally(row, 2));
                if (counted) {
                    sources.put(row.getInt(1), row.getLong(2 + Rows.COLUMNS));
                }
            }
        }
        if (!tallies.isEmpty() && !counted) {
            String found = " FROM " + rolled.accessing(tallies.keySet()) + " WHERE " + where();
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT port, count(*)"
                                            + (rolled.single()
                                                    ? found
                                                    : " FROM (SELECT DISTINCT port, high, low"
                                                            + found
                                                            + ")")
                                            + " GROUP BY port")) {
                while (row.next()) {
                    sources.put(row.getInt(1), row.getLong(2));
                }
            }
        }
        List<PortLine> lines = new ArrayList<>();
        tallies.forEach((port, tally) ->
                lines.add(
                        new PortLine(
                                Port.ofCode(port),
                                tally,
                                Estimate.exact(sources.getOrDefault(port, 0L)),
                                rate(tally.accesses()))));
        return lines;
    }

    private static int code(@Nullable Port port) {
        return port == null ? Imports.ALL_PORTS : port.code();
    }

    /// The port's counts over the whole scope; all ports when null.
    PortLine total(@Nullable Port port) throws SQLException {
        Tally tally;
        long sources;
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT "
                                        + Rows.SUMS
                                        + ", sum(sources)::BIGINT FROM "
                                        + rows(code(port)))) {
            row.next();
            tally = Rows.tally(row, 1);
            sources = row.getLong(1 + Rows.COLUMNS);
        }
        if (apart == null || !rolled.single()) {
            sources =
                    EventKeeper.count(
                            db, "SELECT count(DISTINCT (high, low)) FROM " + accessing(code(port)));
        }
        return new PortLine(
                port == null ? new Port(Protocol.OTHER, 0) : port,
                tally,
                Estimate.exact(sources),
                rate(tally.accesses()));
    }

    /// UTC days, whatever zone was asked for.
    Series series(@Nullable Port port) throws SQLException {
        Map<Long, Bucket> found = new HashMap<>();
        Map<Long, Long> sources = new HashMap<>();
        boolean counted = apart != null && rolled.whole() && coverage.sensors().size() == 1;
        if (!counted) {
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT day, count(DISTINCT (high, low)) FROM "
                                            + accessing(code(port))
                                            + " GROUP BY day")) {
                while (row.next()) {
                    sources.put(row.getLong(1), row.getLong(2));
                }
            }
        }
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT day, "
                                        + Rows.SUMS
                                        + ", sum(sources)::BIGINT FROM "
                                        + rows(code(port))
                                        + " GROUP BY day")) {
            while (row.next()) {
                long day = row.getLong(1);
                long those =
                        counted ? row.getLong(2 + Rows.COLUMNS) : sources.getOrDefault(day, 0L);
                found.put(day, bucket(day, Rows.tally(row, 2), Estimate.exact(those)));
            }
        }
        List<Bucket> buckets = new ArrayList<>();
        long to = scope.to().getEpochSecond() / 86_400;
        for (long day = scope.from().getEpochSecond() / 86_400; day < to; day++) {
            Bucket bucket = found.get(day);
            buckets.add(bucket != null ? bucket : bucket(day, Tally.ZERO, Estimate.ZERO));
        }
        ZoneId utc = ZoneOffset.UTC;
        return new Series(port, Step.DAY, utc, buckets, coverage.counted(scope));
    }

    private Bucket bucket(long day, Tally tally, Estimate sources) {
        Instant start = Rows.second(day * 86_400);
        return new Bucket(
                start,
                start.plusSeconds(86_400),
                coverage.share(day * 1_440.0, (day + 1) * 1_440.0),
                tally,
                sources,
                rate(tally.accesses(), day, day + 1));
    }
}

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
/// only sketches of their sources, from which nobody can be taken out; so nothing is answered in them.
final class ScannedPorts {
    private final Connection db;
    private final Coverage coverage;
    private final Scope scope;
    private final RollUps rolled;
    private final String rows;

    /// @param scope of whole UTC days
    ScannedPorts(Connection db, Parts parts, Coverage coverage, Scope scope) throws SQLException {
        this.db = db;
        this.coverage = coverage;
        this.scope = scope;
        long from = scope.from().getEpochSecond() / 86_400;
        long to = scope.to().getEpochSecond() / 86_400;
        rolled = RollUps.of(db, parts, coverage, from, to);
        rows = rolled.pairs();
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

    private String where() {
        return Rows.sensors(coverage)
                + " AND day >= "
                + scope.from().getEpochSecond() / 86_400
                + " AND day < "
                + scope.to().getEpochSecond() / 86_400
                + Investigators.condition(scope, coverage, "source");
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

    List<PortLine> top(int limit) throws SQLException {
        Map<Integer, Tally> tallies = new LinkedHashMap<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT port, "
                                        + Rows.SOURCE_SUMS
                                        + " FROM "
                                        + rows
                                        + " WHERE "
                                        + where()
                                        + " GROUP BY port ORDER BY 4 DESC, 2 DESC, port"
                                        + (limit > 0 ? " LIMIT " + limit : ""))) {
            while (row.next()) {
                tallies.put(row.getInt(1), Rows.tally(row, 2));
            }
        }
        Map<Integer, Long> sources = new HashMap<>();
        if (!tallies.isEmpty()) {
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

    /// The port's counts over the whole scope; all ports when null.
    PortLine total(@Nullable Port port) throws SQLException {
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT "
                                        + Rows.SOURCE_SUMS
                                        + ", count(DISTINCT CASE WHEN "
                                        + Rows.ACCESSES
                                        + " > 0 THEN (high, low) END) FROM "
                                        + rows
                                        + " WHERE "
                                        + where()
                                        + (port == null ? "" : " AND port = " + port.code()))) {
            row.next();
            Tally tally = Rows.tally(row, 1);
            return new PortLine(
                    port == null ? new Port(Protocol.OTHER, 0) : port,
                    tally,
                    Estimate.exact(row.getLong(1 + Rows.COLUMNS)),
                    rate(tally.accesses()));
        }
    }

    /// UTC days, whatever zone was asked for.
    Series series(@Nullable Port port) throws SQLException {
        Map<Long, Bucket> found = new HashMap<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT day, "
                                        + Rows.SOURCE_SUMS
                                        + ", count(DISTINCT CASE WHEN "
                                        + Rows.ACCESSES
                                        + " > 0 THEN (high, low) END) FROM "
                                        + rows
                                        + " WHERE "
                                        + where()
                                        + (port == null ? "" : " AND port = " + port.code())
                                        + " GROUP BY day")) {
            while (row.next()) {
                found.put(
                        row.getLong(1),
                        bucket(
                                row.getLong(1),
                                Rows.tally(row, 2),
                                Estimate.exact(row.getLong(2 + Rows.COLUMNS))));
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

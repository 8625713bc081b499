package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;
import teiten.store.Readings.SourceLine;
import teiten.telescope.Distinct;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The sources with most packets of days that are rolled up, without adding up all the others.
///
/// With D roll-ups, the n-th largest single row is a lower bound L of the n-th largest sum, and whoever sums up to L has a row
/// of L / D or more. Only sources with such a row are added up.
final class BusiestSources {
    private final Connection db;
    private final RollUps rolled;
    private final String where;

    BusiestSources(Connection db, RollUps rolled, String where) {
        this.db = db;
        this.rolled = rolled;
        this.where = where;
    }

    private record Address(long high, long low) {}

    /// @param rows how many roll-ups know the source
    private record Line(SourceLine line, int rows) {}

    List<SourceLine> top(int limit) throws SQLException {
        List<Line> lines = lines(limit);
        if (lines.isEmpty()) {
            return List.of();
        }
        String hashes =
                lines.stream()
                        .map(line -> String.valueOf(rolled.hash(line.line.source())))
                        .collect(Collectors.joining(",", " AND hash IN (", ")"));
        String these =
                lines.stream()
                        .map(line -> line.line.source())
                        .map(a -> "(" + a.high() + "," + a.low() + ")")
                        .collect(Collectors.joining(",", " AND (high, low) IN (", ")"));
        Map<Address, Integer> ports = ports(lines, hashes + these);
        Map<Address, Distinct> targets = targets(lines, hashes + these);
        return lines.stream()
                .map(each -> {
                    SourceLine line = each.line;
                    Address address = new Address(line.source().high(), line.source().low());
                    return new SourceLine(
                            line.source(),
                            line.tally(),
                            Rows.estimate(targets.getOrDefault(address, new Distinct())),
                            ports.getOrDefault(address, line.ports()),
                            line.first(),
                            line.last(),
                            line.os());
                })
                .toList();
    }

    /// The lines of a single roll-up whose busiest sources are at hand; null when they are not, or are too few.
    private @Nullable List<Line> atHand(int limit) throws SQLException {
        int id;
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT id FROM rollup_apart WHERE rollup = "
                                        + rolled.ids.getFirst())) {
            if (!row.next()) {
                return null;
            }
            id = row.getInt(1);
        }
        String busiest = rolled.busiest(id);
        List<Line> lines =
                lines(
                        "SELECT high, low, packets, bytes, accesses, syn, backscatter, mirai,"
                                + " masscan, zmap, zmap4, ports, first, last, ttl_min, ttl_max, 1"
                                + " FROM "
                                + busiest
                                + " WHERE "
                                + where
                                + " ORDER BY packets DESC, high, low LIMIT "
                                + limit);
        return lines.size() == limit
                        || EventKeeper.count(db, "SELECT count(*) FROM " + busiest)
                                < ApartKeeper.BUSIEST
                ? lines
                : null;
    }

    private List<Line> lines(int limit) throws SQLException {
        List<Line> found = rolled.single() ? atHand(limit) : null;
        if (found != null) {
            return found;
        }
        long bound = 0;
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT packets FROM "
                                        + rolled.origins()
                                        + " WHERE "
                                        + where
                                        + " ORDER BY packets DESC LIMIT 1 OFFSET "
                                        + (limit - 1))) {
            if (row.next()) {
                bound = Math.ceilDiv(row.getLong(1), rolled.ids.size());
            }
        }
        String sql =
                "SELECT high, low, "
                        + Rows.SUMS
                        + ", max(len(ports)), min(first), max(last), min(ttl_min), max(ttl_max),"
                        + " count(*) FROM "
                        + rolled.origins()
                        + " WHERE "
                        + where
                        + (rolled.single()
                                ? " AND packets >= " + bound
                                : " AND (high, low) IN (SELECT (high, low) FROM "
                                        + rolled.origins()
                                        + " WHERE "
                                        + where
                                        + " AND packets >= "
                                        + bound
                                        + ")")
                        + " GROUP BY high, low ORDER BY 3 DESC, high, low LIMIT "
                        + limit;
        return lines(sql);
    }

    private List<Line> lines(String sql) throws SQLException {
        List<Line> lines = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            int after = 3 + Rows.COLUMNS;
            while (row.next()) {
                lines.add(
                        new Line(
                                new SourceLine(
                                        new IpAddress(row.getLong(1), row.getLong(2)),
                                        Rows.tally(row, 3),
                                        Estimate.ZERO,
                                        row.getInt(after),
                                        Rows.second(row.getLong(after + 1)),
                                        Rows.second(row.getLong(after + 2)),
                                        SourceQueries.guess(
                                                row.getInt(after + 3), row.getInt(after + 4))),
                                row.getInt(after + 5)));
            }
        }
        return lines;
    }

    /// Ports of sources that several roll-ups know; of the others the roll-up tells their number.
    private Map<Address, Integer> ports(List<Line> lines, String these) throws SQLException {
        Map<Address, Integer> ports = new HashMap<>();
        if (lines.stream().allMatch(line -> line.rows == 1)) {
            return ports;
        }
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT high, low, count(DISTINCT port) FROM (SELECT high, low,"
                                        + " unnest(ports) AS port FROM "
                                        + rolled.origins()
                                        + " WHERE "
                                        + where
                                        + these
                                        + ") GROUP BY high, low")) {
            while (row.next()) {
                ports.put(new Address(row.getLong(1), row.getLong(2)), row.getInt(3));
            }
        }
        return ports;
    }

    /// From the sets that are kept united of each roll-up's busiest sources; of the others from their pairs.
    private Map<Address, Distinct> targets(List<Line> lines, String these) throws SQLException {
        Map<Address, Distinct> targets = new HashMap<>();
        String ids = rolled.ids.toString();
        String kept = " FROM rollup_busy WHERE rollup IN (" + ids.substring(1, ids.length() - 1);
        List<String> hashes;
        try (Statement ask = db.createStatement()) {
            try (ResultSet row =
                    ask.executeQuery(
                            "SELECT high, low, targets"
                                    + kept
                                    + ")"
                                    + these.substring(these.indexOf(" AND (high")))) {
                while (row.next()) {
                    targets.computeIfAbsent(
                                    new Address(row.getLong(1), row.getLong(2)),
                                    _ -> new Distinct())
                            .mergeImage(row.getBytes(3));
                }
            }
            hashes = rolled.single() ? missing(lines, targets) : missing(ask, these);
            if (hashes.isEmpty()) {
                return targets;
            }
            try (ResultSet row =
                    ask.executeQuery(
                            "SELECT high, low, targets FROM "
                                    + rolled.sets(-1)
                                    + " WHERE "
                                    + where
                                    + " AND hash IN ("
                                    + String.join(",", hashes)
                                    + ")"
                                    + these)) {
                while (row.next()) {
                    targets.computeIfAbsent(
                                    new Address(row.getLong(1), row.getLong(2)),
                                    _ -> new Distinct())
                            .mergeCoupons(row.getBytes(3));
                }
            }
        }
        return targets;
    }

    /// Hashes of sources whose sets are not kept.
    private List<String> missing(List<Line> lines, Map<Address, Distinct> kept) {
        return lines.stream()
                .map(line -> line.line.source())
                .filter(a -> !kept.containsKey(new Address(a.high(), a.low())))
                .map(a -> String.valueOf(rolled.hash(a)))
                .toList();
    }

    /// Hashes of sources whose sets are not kept of every roll-up that knows them.
    private List<String> missing(Statement ask, String these) throws SQLException {
        List<String> hashes = new ArrayList<>();
        String missing =
                "SELECT DISTINCT hash FROM "
                        + rolled.origins()
                        + " WHERE "
                        + where
                        + these
                        + " AND NOT EXISTS (SELECT 1 FROM rollup_busy b JOIN rollup r ON r.id ="
                        + " b.rollup WHERE r.sensor = source.sensor AND r.day = source.day AND"
                        + " b.high = source.high AND b.low = source.low)";
        try (ResultSet row = ask.executeQuery(missing)) {
            while (row.next()) {
                hashes.add(row.getString(1));
            }
        }
        return hashes;
    }
}

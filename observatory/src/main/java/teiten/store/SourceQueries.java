package teiten.store;

import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.store.Readings.MarkLine;
import teiten.store.Readings.Os;
import teiten.store.Readings.OsGuess;
import teiten.store.Readings.PortUse;
import teiten.store.Readings.SourceDay;
import teiten.store.Readings.SourceLine;
import teiten.store.Readings.SourceReport;
import teiten.telescope.Distinct;
import teiten.telescope.Mark;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Who did it: from `source`, whose finest grain is the UTC day.
final class SourceQueries {
    /// The most hops a packet is taken to have travelled; longer paths than 40 are rare on the Internet.
    private static final int MOST_HOPS = 40;

    /// How many ports were accessed: a victim's answers go to ports that it never asked for.
    private static final String ACCESSED =
            "count(DISTINCT CASE WHEN " + Rows.ACCESSES + " > 0 THEN port END)";

    /// Four times as many blocks of addresses are looked at first for the busiest sources.
    private static final int MOST_AT_FIRST = 1_000;

    private final Connection db;
    private final Coverage coverage;
    private final Scope scope;
    private final RollUps rolled;

    SourceQueries(Connection db, Parts parts, Coverage coverage, Scope scope) throws SQLException {
        this.db = db;
        this.coverage = coverage;
        this.scope = scope;
        rolled = RollUps.of(db, parts, coverage, from(), to());
    }

    private long from() {
        return Math.floorDiv(scope.from().getEpochSecond(), 86_400);
    }

    private long to() {
        return Math.ceilDiv(scope.to().getEpochSecond(), 86_400);
    }

    private String where() {
        return days() + known();
    }

    private String days() {
        return Rows.sensors(coverage) + " AND day >= " + from() + " AND day < " + to();
    }

    private String known() {
        return Investigators.condition(scope, coverage, "source");
    }

    private record Address(long high, long low) {
        IpAddress ip() {
            return new IpAddress(high, low);
        }
    }

    List<SourceLine> top(int limit) throws SQLException {
        if (limit > 0 && rolled.inOrder()) {
            return new BusiestSources(db, rolled, where()).top(limit);
        }
        // The busiest are found by one number each; all else is worked out for those alone.
        String busiest = "";
        if (limit > 0) {
            busiest(limit);
            busiest = " SEMI JOIN busiest USING (high, low)";
        }
        String sql =
                "SELECT high, low, "
                        + Rows.SOURCE_SUMS
                        + ", "
                        + ACCESSED
                        + ", min(first), max(last), min(ttl_min), max(ttl_max)"
                        + " FROM "
                        + rolled.pairs()
                        + busiest
                        + " WHERE "
                        + where()
                        + " GROUP BY high, low ORDER BY 3 DESC, high, low";
        List<SourceLine> lines = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            int after = 3 + Rows.COLUMNS;
            while (row.next()) {
                lines.add(
                        new SourceLine(
                                new IpAddress(row.getLong(1), row.getLong(2)),
                                Rows.tally(row, 3),
                                Estimate.ZERO,
                                row.getInt(after),
                                Rows.second(row.getLong(after + 1)),
                                Rows.second(row.getLong(after + 2)),
                                guess(row.getInt(after + 3), row.getInt(after + 4))));
            }
        }
        Map<Address, Distinct> targets = targets(busiest);
        return lines.stream()
                .map(line ->
                        new SourceLine(
                                line.source(),
                                line.tally(),
                                Rows.estimate(
                                        targets.getOrDefault(
                                                new Address(
                                                        line.source().high(), line.source().low()),
                                                new Distinct())),
                                line.ports(),
                                line.first(),
                                line.last(),
                                line.os()))
                .toList();
    }

    /// Makes the table `busiest` of the sources with most packets, without adding up every one of them: a source has no more
    /// packets than its block of 65,536 addresses, and there are few blocks.
    private void busiest(int limit) throws SQLException {
        String these = " FROM " + rolled.pairs() + " WHERE " + where();
        try (Statement ask = db.createStatement()) {
            ask.execute(
                    "CREATE OR REPLACE TEMP TABLE block AS SELECT high, low >> 16 AS block,"
                            + " sum(packets)::BIGINT AS packets"
                            + these
                            + " GROUP BY ALL");
            long least = largest(ask, "block", 4 * Math.min(limit, MOST_AT_FIRST));
            for (boolean enough = false; !enough; ) {
                ask.execute(
                        "CREATE OR REPLACE TEMP TABLE busiest AS SELECT high, low,"
                                + " sum(packets)::BIGINT AS packets"
                                + these
                                + " AND (high, low >> 16) IN (SELECT (high, block) FROM block"
                                + " WHERE packets >= "
                                + least
                                + ") GROUP BY high, low ORDER BY packets DESC, high, low LIMIT "
                                + limit);
                // Whoever is in another block has less than the last of these.
                long last = largest(ask, "busiest", limit);
                enough = last >= least;
                least = last;
            }
        }
    }

    /// The n-th largest; 0 when there are fewer.
    private static long largest(Statement ask, String table, int n) throws SQLException {
        try (ResultSet row =
                ask.executeQuery(
                        "SELECT packets FROM "
                                + table
                                + " ORDER BY packets DESC LIMIT 1 OFFSET "
                                + (n - 1))) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /// @param some a join that leaves the rows of the asked sources
    private Map<Address, Distinct> targets(String some) throws SQLException {
        Map<Address, Distinct> sets = new HashMap<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT high, low, targets FROM "
                                        + rolled.sets(-1)
                                        + some
                                        + " WHERE "
                                        + where())) {
            while (row.next()) {
                sets.computeIfAbsent(
                                new Address(row.getLong(1), row.getLong(2)), _ -> new Distinct())
                        .mergeCoupons(row.getBytes(3));
            }
        }
        return sets;
    }

    List<MarkLine> marks() throws SQLException {
        List<MarkLine> lines = new ArrayList<>();
        for (Mark mark : Mark.values()) {
            String rows = " FROM " + rolled.marked(mark.label()) + " WHERE " + where();
            String sources =
                    rolled.single() ? rows : " FROM (SELECT DISTINCT high, low" + rows + ")";
            try (Statement ask = db.createStatement();
                    ResultSet row = ask.executeQuery("SELECT " + Rows.SUMS + rows)) {
                row.next();
                lines.add(
                        new MarkLine(
                                mark,
                                Rows.tally(row, 1),
                                Estimate.exact(EventKeeper.count(db, "SELECT count(*)" + sources)),
                                Mark.RULES_VERSION));
            }
        }
        lines.sort((a, b) -> Long.compare(b.tally().marked(b.mark()), a.tally().marked(a.mark())));
        return lines;
    }

    /// @param most ports that are told one by one; 0 for all
    SourceReport report(IpAddress source, int most) throws SQLException {
        String these =
                " WHERE "
                        + where()
                        + (rolled.ids.isEmpty() ? "" : " AND hash = " + rolled.hash(source))
                        + " AND high = "
                        + source.high()
                        + " AND low = "
                        + source.low();
        String from = " FROM " + rolled.pairs(rolled.hash(source)) + these;
        Tally total = Tally.ZERO;
        Distinct targets = new Distinct();
        long first = Long.MAX_VALUE;
        long last = 0;
        int ttlMin = 255;
        int ttlMax = 0;
        Map<Integer, Distinct> byPort = new LinkedHashMap<>();
        List<PortUse> ports = new ArrayList<>();
        List<SourceDay> days = new ArrayList<>();
        int[] allPorts;
        try (Statement ask = db.createStatement()) {
            List<PortLine> lines = portLines(ask, from, most);
            lines.forEach(line -> byPort.put(line.port, new Distinct()));
            try (ResultSet row =
                    ask.executeQuery(
                            "SELECT port, targets FROM "
                                    + rolled.sets(rolled.hash(source))
                                    + these)) {
                while (row.next()) {
                    byte[] image = row.getBytes(2);
                    targets.mergeCoupons(image);
                    Distinct own = byPort.get(row.getInt(1));
                    if (own != null) {
                        own.mergeCoupons(image);
                    }
                }
            }
            allPorts = most == 0 || lines.size() < most ? ports(lines) : ports(ask, from);
            for (PortLine line : lines) {
                ports.add(
                        new PortUse(
                                Port.ofCode(line.port),
                                line.tally,
                                Rows.estimate(byPort.getOrDefault(line.port, new Distinct())),
                                Rows.second(line.first),
                                Rows.second(line.last)));
            }
            try (ResultSet row =
                    ask.executeQuery(
                            "SELECT day, "
                                    + Rows.SOURCE_SUMS
                                    + ", "
                                    + ACCESSED
                                    + ", min(ttl_min), max(ttl_max),"
                                    + " min(first), max(last)"
                                    + from
                                    + " GROUP BY day ORDER BY day")) {
                int after = 2 + Rows.COLUMNS;
                while (row.next()) {
                    Tally tally = Rows.tally(row, 2);
                    total = total.plus(tally);
                    ttlMin = Math.min(ttlMin, row.getInt(after + 1));
                    ttlMax = Math.max(ttlMax, row.getInt(after + 2));
                    first = Math.min(first, row.getLong(after + 3));
                    last = Math.max(last, row.getLong(after + 4));
                    days.add(
                            new SourceDay(
                                    LocalDate.ofEpochDay(row.getInt(1)),
                                    tally,
                                    row.getInt(after),
                                    guess(row.getInt(after + 1), row.getInt(after + 2))));
                }
            }
        }
        boolean seen = !days.isEmpty();
        return new SourceReport(
                source,
                total,
                Rows.estimate(targets),
                seen ? Rows.second(first) : Instant.EPOCH,
                seen ? Rows.second(last) : Instant.EPOCH,
                seen ? guess(ttlMin, ttlMax) : new OsGuess(Os.UNCLEAR, 0, 0),
                ports,
                allPorts[0],
                allPorts[1],
                days,
                coverage.counted(scope));
    }

    /// How many ports there are, and how many of them were accessed.
    private static int[] ports(Statement ask, String from) throws SQLException {
        try (ResultSet row = ask.executeQuery("SELECT count(DISTINCT port), " + ACCESSED + from)) {
            row.next();
            return new int[] {row.getInt(1), row.getInt(2)};
        }
    }

    private static int[] ports(List<PortLine> all) {
        long accessed = all.stream().filter(line -> line.tally.accesses() > 0).count();
        return new int[] {all.size(), Math.toIntExact(accessed)};
    }

    private record PortLine(int port, Tally tally, long first, long last) {}

    private static List<PortLine> portLines(Statement ask, String from, int most)
            throws SQLException {
        List<PortLine> lines = new ArrayList<>();
        try (ResultSet row =
                ask.executeQuery(
                        "SELECT port, "
                                + Rows.SOURCE_SUMS
                                + ", min(first), max(last)"
                                + from
                                + " GROUP BY port ORDER BY 4 DESC, 2 DESC, port"
                                + (most == 0 ? "" : " LIMIT " + most))) {
            while (row.next()) {
                lines.add(
                        new PortLine(
                                row.getInt(1),
                                Rows.tally(row, 2),
                                row.getLong(2 + Rows.COLUMNS),
                                row.getLong(3 + Rows.COLUMNS)));
            }
        }
        return lines;
    }

    /// Begins questions about the sources that accessed the port.
    ///
    /// @param expected about how many there are
    /// @param most how many are looked at; 0 for all. Of more, those with the smallest hashes are taken: a random sample.
    PortSources accessing(Port port, double expected, int most) throws SQLException {
        return new PortSources(db, rolled, days(), known(), port, expected, most);
    }

    /// Which initial TTL the observed ones allow: the next of 64, 128, 255 above, within [#MOST_HOPS] hops.
    static OsGuess guess(int min, int max) {
        Os low = one(min);
        Os high = one(max);
        return new OsGuess(low == high ? low : Os.UNCLEAR, min, max);
    }

    private static Os one(int ttl) {
        if (ttl > 255 - MOST_HOPS) {
            return Os.OTHER;
        }
        if (ttl <= 128 && ttl > 128 - MOST_HOPS) {
            return Os.WINDOWS;
        }
        return ttl <= 64 && ttl > 64 - MOST_HOPS ? Os.LINUX : Os.UNCLEAR;
    }
}

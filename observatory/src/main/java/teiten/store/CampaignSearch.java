package teiten.store;

import teiten.net.IpAddress;
import teiten.store.Readings.Os;
import teiten.telescope.Mark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Campaigns of scanning, found among the scan events: many sources that look alike and begin together.
///
/// **Alike**: the same destination port, the same tool's mark (in half of the packets or more), the same class of TTL, and
/// the same shape of SYNs. Mirai's kin draws its windows at random, so with its mark the shape is not asked for.
///
/// **Together**: onsets lie in a stretch of time in which they are at least three times as frequent as outside of it, and
/// by more than chance explains ([OnsetScan]). What goes on evenly, however strong, is no campaign. Onsets within the
/// timeout after a sensor began to look, or after a gap, are left out: nobody knows when these began. So are those within the
/// timeout before a gap and before the end: many of these are not yet events.
///
/// Groups of several ports that look alike, overlap in time and share sources are one campaign.
final class CampaignSearch {
    /// Sources of a campaign at least.
    static final int FEWEST = 10;

    /// Groups that are looked at, those with most sources first.
    private static final int MOST_GROUPS = 2_000;

    private static final int MOST_BINS = 200;

    /// Stretches of one group that are looked for.
    private static final int MOST_STRETCHES = 4;

    /// Sources of one campaign that are kept, those with most packets first.
    static final int MOST_SOURCES = 10_000;

    /// Share of the smaller group's sources that another port's group must share.
    private static final double SHARED = 0.2;

    private static final int[] WIDTHS = {
        300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 2 * 86_400, 7 * 86_400, 30 * 86_400
    };

    private final Connection db;

    CampaignSearch(Connection db) {
        this.db = db;
    }

    record Look(String mark, String ttl, String shape) {
        /// The condition that onsets of this look meet.
        String onsets() {
            return "mark = '" + mark + "' AND ttl = '" + ttl + "' AND shape = '" + shape + "'";
        }
    }

    private record Group(Look look, int port) {}

    /// One port's stretch.
    record Part(
            Look look,
            int port,
            long from,
            long to,
            double expected,
            double chance,
            Set<IpAddress> sources) {
        /// The condition that its onsets meet.
        String onsets() {
            return look.onsets()
                    + " AND port = "
                    + port
                    + " AND first >= "
                    + from
                    + " AND first < "
                    + to;
        }
    }

    private static String look() {
        StringBuilder mark = new StringBuilder("CASE");
        for (Mark each : Mark.values()) {
            mark.append(" WHEN ")
                    .append(each.label())
                    .append(" * 2 >= packets THEN '")
                    .append(each.label())
                    .append('\'');
        }
        mark.append(" ELSE '' END");
        StringBuilder ttl = new StringBuilder("CASE");
        for (int value = 0; value < 256; value++) {
            // one class for both ends, or none
            Os os = SourceQueries.guess(value, value).os();
            if (os != Os.UNCLEAR) {
                ttl.append(" WHEN ")
                        .append(value)
                        .append(" THEN '")
                        .append(os.name().toLowerCase(Locale.ROOT))
                        .append('\'');
            }
        }
        ttl.append(" ELSE 'unclear' END");
        String low = ttl.toString().replaceFirst("CASE", "CASE ttl_min");
        String high = ttl.toString().replaceFirst("CASE", "CASE ttl_max");
        return mark
                + " AS mark, CASE WHEN "
                + low
                + " = "
                + high
                + " THEN "
                + low
                + " ELSE 'unclear' END AS ttl, CASE WHEN mirai * 2 >= packets THEN 'any' WHEN"
                + " contains(shapes, ',') THEN 'several' ELSE shapes END AS shape";
    }

    void run() throws SQLException {
        Coverage coverage = Coverage.read(db);
        Map<Integer, Integer> timeouts = new HashMap<>();
        List<EventReadings.Timing> timings = EventReadings.timings(db, coverage);
        long from = Long.MAX_VALUE;
        long to = Long.MIN_VALUE;
        for (int i = 0; i < timings.size(); i++) {
            Coverage.SensorSpan sensor = coverage.sensors().get(i);
            timeouts.put(sensor.id(), timings.get(i).timeout());
            if (!sensor.isEmpty()) {
                from = Math.min(from, sensor.from() * 60L);
                to = Math.max(to, sensor.to() * 60L);
            }
        }
        List<Part> parts = new ArrayList<>();
        if (from < to) {
            int width = width(to - from);
            long origin = from - Math.floorMod(from, width);
            int bins = (int) ((to - origin + width - 1) / width);
            double[] exposure = exposure(coverage, timeouts, origin, width, bins);
            onsets(coverage, timeouts);
            Map<Group, long[]> groups = groups(origin, width, bins);
            Map<Group, Long> members = members();
            groups.forEach((group, counts) ->
                    search(
                            group,
                            counts,
                            members.getOrDefault(group, 1L),
                            exposure,
                            origin,
                            width,
                            groups.size(),
                            parts));
            for (int i = 0; i < parts.size(); i++) {
                parts.set(i, withSources(parts.get(i)));
            }
            parts.removeIf(part -> part.sources.size() < FEWEST);
        }
        new CampaignKeeper(db).store(together(parts));
    }

    private static int width(long span) {
        for (int width : WIDTHS) {
            if (span / width < MOST_BINS) {
                return width;
            }
        }
        return (int) Math.min(Integer.MAX_VALUE, span / MOST_BINS + 1);
    }

    /// Address-seconds that each bin was looked at, leaving out the timeout after each beginning.
    private static double[] exposure(
            Coverage coverage, Map<Integer, Integer> timeouts, long origin, int width, int bins) {
        double[] exposure = new double[bins];
        for (Coverage.SensorSpan sensor : coverage.sensors()) {
            List<long[]> blind = blind(sensor, timeouts.getOrDefault(sensor.id(), 0));
            for (int bin = 0; bin < bins; bin++) {
                long a = Math.max(origin + (long) bin * width, sensor.from() * 60L);
                long b = Math.min(origin + (bin + 1L) * width, sensor.to() * 60L);
                double seen = b - a;
                for (long[] span : blind) {
                    seen -= Math.max(0, Math.min(b, span[1]) - Math.max(a, span[0]));
                }
                exposure[bin] += Math.max(0, seen) * sensor.addresses().value();
            }
        }
        double most = Arrays.stream(exposure).max().orElse(0);
        for (int bin = 0; bin < bins; bin++) {
            if (exposure[bin] < most * 0.02) {
                exposure[bin] = 0; // a sliver would make rates out of nothing
            }
        }
        return exposure;
    }

    /// Spans in which an onset tells nothing: gaps, and the timeout around each of them, after the beginning and before the
    /// end. They ascend and do not overlap.
    private static List<long[]> blind(Coverage.SensorSpan sensor, int timeout) {
        List<long[]> spans = new ArrayList<>();
        spans.add(new long[] {sensor.from() * 60L, sensor.from() * 60L + timeout});
        for (Coverage.MinuteGap gap : sensor.gaps()) {
            add(spans, gap.from() * 60L - timeout, gap.to() * 60L + timeout);
        }
        add(spans, sensor.to() * 60L - timeout, sensor.to() * 60L);
        return spans;
    }

    private static void add(List<long[]> spans, long from, long to) {
        long[] last = spans.getLast();
        if (from <= last[1]) {
            last[1] = Math.max(last[1], to);
        } else {
            spans.add(new long[] {from, to});
        }
    }

    /// Makes the table `onset` of events whose beginning was seen, with their look.
    private void onsets(Coverage coverage, Map<Integer, Integer> timeouts) throws SQLException {
        run("CREATE OR REPLACE TEMP TABLE blind(sensor INTEGER, a BIGINT, b BIGINT)");
        try (PreparedStatement insert = db.prepareStatement("INSERT INTO blind VALUES (?, ?, ?)")) {
            for (Coverage.SensorSpan sensor : coverage.sensors()) {
                for (long[] span : blind(sensor, timeouts.getOrDefault(sensor.id(), 0))) {
                    insert.setInt(1, sensor.id());
                    insert.setLong(2, span[0]);
                    insert.setLong(3, span[1]);
                    insert.execute();
                }
            }
        }
        run(
                "CREATE OR REPLACE TEMP TABLE onset AS SELECT sensor, high, low, port, first,"
                        + " packets, "
                        + look()
                        + " FROM scan_event e WHERE NOT EXISTS (SELECT 1 FROM blind b WHERE"
                        + " b.sensor = e.sensor AND e.first >= b.a AND e.first < b.b)");
    }

    private Map<Group, long[]> groups(long origin, int width, int bins) throws SQLException {
        Map<Group, long[]> groups = new LinkedHashMap<>();
        String sql =
                "SELECT mark, ttl, shape, port, (first - "
                        + origin
                        + ") // "
                        + width
                        + " AS bin, count(DISTINCT (high, low)) FROM onset SEMI JOIN (SELECT mark,"
                        + " ttl, shape, port FROM onset GROUP BY ALL HAVING count(DISTINCT (high,"
                        + " low)) >= "
                        + FEWEST
                        + " ORDER BY count(DISTINCT (high, low)) DESC, ALL LIMIT "
                        + MOST_GROUPS
                        + ") USING (mark, ttl, shape, port) GROUP BY ALL ORDER BY ALL";
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                sql.replace(" DESC, ALL", " DESC, mark, ttl, shape, port"))) {
            while (row.next()) {
                Group group =
                        new Group(
                                new Look(row.getString(1), row.getString(2), row.getString(3)),
                                row.getInt(4));
                int bin = row.getInt(5);
                if (bin >= 0 && bin < bins) {
                    groups.computeIfAbsent(group, _ -> new long[bins])[bin] = row.getLong(6);
                }
            }
        }
        return groups;
    }

    /// Distinct sources of the larger groups.
    private Map<Group, Long> members() throws SQLException {
        Map<Group, Long> members = new HashMap<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT mark, ttl, shape, port, count(DISTINCT (high, low)) FROM"
                                    + " onset GROUP BY ALL HAVING count(DISTINCT (high, low)) >= "
                                        + FEWEST)) {
            while (row.next()) {
                members.put(
                        new Group(
                                new Look(row.getString(1), row.getString(2), row.getString(3)),
                                row.getInt(4)),
                        row.getLong(5));
            }
        }
        return members;
    }

    private static void search(
            Group group,
            long[] counts,
            long members,
            double[] exposure,
            long origin,
            int width,
            int groups,
            List<Part> into) {
        List<Part> mine = new ArrayList<>();
        double[] left = exposure.clone();
        double repeats = Math.max(1, (double) Arrays.stream(counts).sum() / members);
        for (int stretch = 0; stretch < MOST_STRETCHES; stretch++) {
            OnsetScan.Found found = OnsetScan.best(counts, left, FEWEST, repeats, groups);
            if (found == null) {
                break;
            }
            add(
                    mine,
                    new Part(
                            group.look,
                            group.port,
                            origin + (long) found.from() * width,
                            origin + (long) found.to() * width,
                            found.expected(),
                            found.chance(),
                            Set.of()));
            Arrays.fill(left, found.from(), found.to(), 0);
        }
        into.addAll(mine);
    }

    /// A stretch that touches an earlier, denser one is its slope and becomes part of it.
    private static void add(List<Part> mine, Part next) {
        for (int i = 0; i < mine.size(); i++) {
            Part p = mine.get(i);
            if (next.from <= p.to && next.to >= p.from) {
                mine.set(
                        i,
                        new Part(
                                p.look,
                                p.port,
                                Math.min(p.from, next.from),
                                Math.max(p.to, next.to),
                                p.expected + next.expected,
                                p.chance,
                                Set.of()));
                return;
            }
        }
        mine.add(next);
    }

    private Part withSources(Part p) throws SQLException {
        Set<IpAddress> sources = new HashSet<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT high, low FROM onset WHERE "
                                        + p.onsets()
                                        + " GROUP BY ALL ORDER BY sum(packets) DESC, high, low"
                                        + " LIMIT "
                                        + 20 * MOST_SOURCES)) {
            while (row.next()) {
                sources.add(new IpAddress(row.getLong(1), row.getLong(2)));
            }
        }
        return new Part(p.look, p.port, p.from, p.to, p.expected, p.chance, sources);
    }

    /// Parts that look alike, overlap and share sources, the largest first.
    private static List<List<Part>> together(List<Part> parts) {
        List<Part> largest = new ArrayList<>(parts);
        largest.sort((a, b) -> {
            int more = Integer.compare(b.sources.size(), a.sources.size());
            return more != 0 ? more : Integer.compare(a.port, b.port);
        });
        List<List<Part>> campaigns = new ArrayList<>();
        for (Part part : largest) {
            List<Part> home = null;
            for (List<Part> campaign : campaigns) {
                if (home == null && belongs(part, campaign.getFirst())) {
                    home = campaign;
                }
            }
            if (home == null) {
                home = new ArrayList<>();
                campaigns.add(home);
            }
            home.add(part);
        }
        return campaigns;
    }

    private static boolean belongs(Part part, Part main) {
        long shared = Math.min(part.to, main.to) - Math.max(part.from, main.from);
        if (!part.look.equals(main.look)
                || part.port == main.port
                || shared * 2 < Math.min(part.to - part.from, main.to - main.from)) {
            return false;
        }
        long both = part.sources.stream().filter(main.sources::contains).count();
        return both >= SHARED * part.sources.size();
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = db.createStatement()) {
            statement.execute(sql);
        }
    }
}

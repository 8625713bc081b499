package teiten.store;

import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.sample.Likeness;
import teiten.sample.TlshDistance;

import tools.jackson.databind.json.JsonMapper;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What connects a sample with the rest of the store: session → download → sample → CPU → behaviour → sources that
/// search as it does. Each link says what it rests on; none is a verdict.
///
/// - **Sessions**: the same bytes (SHA-256), the session named by a sighting, or the same download URL. A store into
///   which no session was read answers with none.
/// - **Neighbours**: TLSH, a controller in common (in the bytes, or met in the lab), rare texts in common.
/// - **Sources alike**: the shares of a source's accesses by port, laid over the shares of the sample's search; what
///   they have in common, 0 to 1, is the likeness.
public final class SampleLinks {
    /// A port is searched, not talked to, from so many addresses on.
    static final String SEARCH = " addresses > 4";

    private static final int MOST_SESSIONS = 200;
    private static final int MOST_NEIGHBOURS = 40;

    /// Fewer accesses are too few to have shares.
    private static final int FEWEST_ACCESSES = 10;

    /// From this likeness on a source is listed.
    private static final double LIKENESS = 0.5;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Store store;

    SampleLinks(Store store) {
        this.store = store;
    }

    /// A session that brought the sample.
    ///
    /// @param how `bytes` (its SHA-256), `sighting` (named when the sample was kept), `url` (the same download URL)
    public record SessionLink(
            String sensor, String session, IpAddress source, Instant began, String how) {}

    /// @param total how many sessions there are in all
    public record Sessions(List<SessionLink> links, long total) {}

    /// Another sample that is like it.
    ///
    /// @param kind `tlsh`, `controller`, `lab-controller`, `texts`
    /// @param evidence in words, defanged
    public record Neighbour(
            String sha256, String cpu, boolean demo, String kind, String evidence) {}

    /// A source that searches as the sample does.
    ///
    /// @param likeness 0 to 1: what the shares of its accesses by port have in common with the sample's search
    /// @param common ports of the sample that it accessed
    /// @param mirai accesses with the Mirai mark
    public record Alike(
            IpAddress source,
            double likeness,
            long accesses,
            List<Port> common,
            long mirai,
            Instant first,
            Instant last) {}

    /// @param searched the sample's ports and their shares; empty when it searched nothing
    /// @param total how many sources are as alike
    public record AlikeSources(Map<Port, Double> searched, List<Alike> sources, long total) {}

    public Sessions sessions(String sha256) {
        return store.read(db -> {
            if (!exists(db, "session")) {
                return new Sessions(List.of(), 0);
            }
            String urls = urls(db, sha256);
            String sql =
                    "SELECT s.sensor, s.session, s.high, s.low, s.began, CASE WHEN"
                        + " list_contains(string_split(s.samples, ','), ?) THEN 'bytes' WHEN"
                        + " s.session IN (SELECT session FROM sample_sighting WHERE sha256 = ? AND"
                        + " session <> '') THEN 'sighting' ELSE 'url' END AS how, count(*) OVER ()"
                        + " FROM session s WHERE list_contains(string_split(s.samples, ','), ?) OR"
                        + " s.session IN (SELECT session FROM sample_sighting WHERE sha256 = ? AND"
                        + " session <> '')"
                            + urls
                            + " ORDER BY how, s.began DESC, s.session LIMIT "
                            + MOST_SESSIONS;
            List<SessionLink> links = new ArrayList<>();
            long total = 0;
            try (PreparedStatement ask = db.prepareStatement(sql)) {
                for (int i = 1; i <= 4; i++) {
                    ask.setString(i, sha256);
                }
                int at = 5;
                for (String url : quotedUrls(db, sha256)) {
                    ask.setString(at++, url);
                }
                try (ResultSet row = ask.executeQuery()) {
                    while (row.next()) {
                        links.add(
                                new SessionLink(
                                        row.getString(1),
                                        row.getString(2),
                                        new IpAddress(row.getLong(3), row.getLong(4)),
                                        Instant.ofEpochMilli(row.getLong(5)),
                                        row.getString(6)));
                        total = row.getLong(7);
                    }
                }
            }
            return new Sessions(links, total);
        });
    }

    private static boolean exists(Connection db, String table) throws SQLException {
        try (PreparedStatement ask =
                db.prepareStatement(
                        "SELECT count(*) FROM information_schema.tables WHERE table_name = ?")) {
            ask.setString(1, table);
            try (ResultSet row = ask.executeQuery()) {
                row.next();
                return row.getInt(1) > 0;
            }
        }
    }

    private static String urls(Connection db, String sha256) throws SQLException {
        return " OR contains(s.record, ?)".repeat(quotedUrls(db, sha256).size());
    }

    /// As they stand, quoted, in a session's row; the texts are the attacker's, so they go in as parameters.
    private static List<String> quotedUrls(Connection db, String sha256) throws SQLException {
        List<String> urls = new ArrayList<>();
        try (PreparedStatement ask =
                db.prepareStatement(
                        "SELECT DISTINCT url FROM sample_sighting WHERE sha256 = ? AND url <> ''"
                                + " ORDER BY url LIMIT 20")) {
            ask.setString(1, sha256);
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    urls.add(JSON.writeValueAsString(row.getString(1)));
                }
            }
        }
        return urls;
    }

    /// Samples that are like it, the nearest by TLSH first, then those with a controller, then with texts in common.
    public List<Neighbour> neighbours(String sha256) {
        return store.read(db -> {
            List<Neighbour> all = new ArrayList<>(nearest(db, sha256));
            all.addAll(
                    shared(
                            db,
                            sha256,
                            "controller",
                            "SELECT sha256, value AS v FROM sample_text WHERE kind = 'controller'",
                            1));
            all.addAll(
                    shared(
                            db,
                            sha256,
                            "lab-controller",
                            "SELECT sha256, peer AS v FROM lab_peer",
                            1));
            all.addAll(
                    shared(
                            db,
                            sha256,
                            "texts",
                            "SELECT sha256, value AS v FROM sample_text WHERE kind = 'text'",
                            Likeness.SHARED_TEXTS));
            return all;
        });
    }

    private record Near(String sha256, String cpu, boolean demo, int distance) {}

    private static List<Neighbour> nearest(Connection db, String sha256) throws SQLException {
        String own = "";
        List<Near> near = new ArrayList<>();
        try (PreparedStatement ask =
                db.prepareStatement("SELECT tlsh FROM sample WHERE sha256 = ?")) {
            ask.setString(1, sha256);
            try (ResultSet row = ask.executeQuery()) {
                own = row.next() ? row.getString(1) : "";
            }
        }
        try (PreparedStatement ask =
                db.prepareStatement(
                        "SELECT sha256, cpu, demo, tlsh FROM sample WHERE sha256 <> ? AND tlsh <>"
                                + " 'unknown'")) {
            ask.setString(1, sha256);
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    int distance = TlshDistance.between(own, row.getString(4));
                    if (distance >= 0 && distance <= TlshDistance.ALIKE) {
                        near.add(
                                new Near(
                                        row.getString(1),
                                        row.getString(2),
                                        row.getBoolean(3),
                                        distance));
                    }
                }
            }
        }
        near.sort(Comparator.comparingInt(Near::distance).thenComparing(Near::sha256));
        return near.stream()
                .limit(MOST_NEIGHBOURS)
                .map(n ->
                        new Neighbour(
                                n.sha256, n.cpu, n.demo, "tlsh", "TLSH distance " + n.distance))
                .toList();
    }

    /// A value that more than a tenth of all samples (and more than ten) hold connects nobody.
    private static List<Neighbour> shared(
            Connection db, String sha256, String kind, String values, int least)
            throws SQLException {
        List<Neighbour> all = new ArrayList<>();
        String sql =
                "WITH v AS (SELECT DISTINCT * FROM ("
                        + values
                        + ")), own AS (SELECT v FROM v WHERE sha256 = ? AND (SELECT count(*) FROM v"
                        + " AS w WHERE w.v = v.v) <= greatest(10, (SELECT count(*) FROM sample) //"
                        + " 10)) SELECT o.sha256, s.cpu, s.demo, count(*) AS n, list(o.v ORDER BY"
                        + " o.v)[1:5] FROM v AS o JOIN own ON own.v = o.v JOIN sample s ON s.sha256"
                        + " = o.sha256 WHERE o.sha256 <> ? GROUP BY ALL HAVING n >= "
                        + least
                        + " ORDER BY n DESC, o.sha256 LIMIT "
                        + MOST_NEIGHBOURS;
        try (PreparedStatement ask = db.prepareStatement(sql)) {
            ask.setString(1, sha256);
            ask.setString(2, sha256);
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    List<String> shown = new ArrayList<>();
                    for (Object one : (Object[]) row.getArray(5).getArray()) {
                        shown.add(String.valueOf(one));
                    }
                    all.add(
                            new Neighbour(
                                    row.getString(1),
                                    row.getString(2),
                                    row.getBoolean(3),
                                    kind,
                                    row.getLong(4) + " in common: " + String.join(", ", shown)));
                }
            }
        }
        return all;
    }

    /// Sources of the scope whose accesses are spread over ports as the sample's search is, the most alike first.
    ///
    /// @param limit how many
    public AlikeSources alike(String sha256, Scope scope, int limit) {
        return store.read(db -> {
            Map<Port, Double> searched = searched(db, sha256);
            Coverage coverage = store.coverage(db, scope.sensors());
            if (searched.isEmpty() || coverage.sensors().isEmpty()) {
                return new AlikeSources(searched, List.of(), 0);
            }
            List<Alike> sources = new ArrayList<>();
            long total = 0;
            try (PreparedStatement ask = db.prepareStatement(alikeSql(searched, coverage, scope));
                    ResultSet row = first(ask, limit)) {
                while (row.next()) {
                    List<Port> common = new ArrayList<>();
                    for (Object code : (Object[]) row.getArray(5).getArray()) {
                        common.add(Port.ofCode(((Number) code).intValue()));
                    }
                    sources.add(
                            new Alike(
                                    new IpAddress(row.getLong(1), row.getLong(2)),
                                    row.getDouble(3),
                                    row.getLong(4),
                                    common,
                                    row.getLong(6),
                                    Rows.second(row.getLong(7)),
                                    Rows.second(row.getLong(8))));
                    total = row.getLong(9);
                }
            }
            return new AlikeSources(searched, sources, total);
        });
    }

    private static ResultSet first(PreparedStatement ask, int limit) throws SQLException {
        ask.setInt(1, limit);
        return ask.executeQuery();
    }

    private static String alikeSql(Map<Port, Double> searched, Coverage coverage, Scope scope) {
        long from = Math.floorDiv(scope.from().getEpochSecond(), 86_400);
        long to = Math.ceilDiv(scope.to().getEpochSecond(), 86_400);
        String where = Rows.sensors(coverage) + " AND day >= " + from + " AND day < " + to;
        String ports = searched.keySet().stream().map(Rows::code).collect(Collectors.joining(","));
        String wanted =
                searched.entrySet().stream()
                        .map(e -> "(" + Rows.code(e.getKey()) + "," + e.getValue() + ")")
                        .collect(Collectors.joining(","));
        // Whoever asked none of these ports cannot be alike, which spares most of the table.
        return "WITH w(port, share) AS (VALUES "
                + wanted
                + "), who AS (SELECT DISTINCT high, low FROM source WHERE "
                + where
                + " AND port IN ("
                + ports
                + ")), used AS (SELECT high, low, port, sum("
                + Rows.ACCESSES
                + ") AS n, sum(mirai) AS mirai, min(first) AS first, max(last) AS last FROM source"
                + " SEMI JOIN who USING (high, low) WHERE "
                + where
                + " GROUP BY high, low, port), each AS (SELECT *, sum(n) OVER (PARTITION BY high,"
                + " low) AS whole FROM used), laid AS (SELECT high, low, sum(least(n / whole,"
                + " coalesce(w.share, 0))) AS likeness, max(whole)::BIGINT AS accesses,"
                + " list(each.port ORDER BY w.share DESC) FILTER (w.share IS NOT NULL AND n > 0) AS"
                + " common, sum(mirai)::BIGINT AS mirai, min(first) AS first, max(last) AS last"
                + " FROM each LEFT JOIN w ON w.port = each.port WHERE whole >= "
                + FEWEST_ACCESSES
                + " GROUP BY high, low) SELECT *, count(*) OVER () FROM laid WHERE likeness >= "
                + LIKENESS
                + " ORDER BY likeness DESC, accesses DESC, high, low LIMIT ?";
    }

    /// Shares of the attempts of its last run by port.
    private static Map<Port, Double> searched(Connection db, String sha256) throws SQLException {
        Map<Port, Double> attempts = new LinkedHashMap<>();
        try (PreparedStatement ask =
                db.prepareStatement(
                        "SELECT port, attempts FROM lab_search WHERE run = (SELECT id FROM lab_run"
                                + " r WHERE r.sha256 = ? AND EXISTS (FROM lab_search s WHERE s.run"
                                + " = r.id AND"
                                + SEARCH
                                + ") ORDER BY ran_at DESC, id LIMIT 1) AND"
                                + SEARCH
                                + " ORDER BY attempts DESC, port LIMIT 64")) {
            ask.setString(1, sha256);
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    attempts.put(Port.ofCode(row.getInt(1)), row.getDouble(2));
                }
            }
        }
        double whole = attempts.values().stream().mapToDouble(Double::doubleValue).sum();
        attempts.replaceAll((_, n) -> n / whole);
        return attempts;
    }
}

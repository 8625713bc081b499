package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The answers about samples. A sample's time is its first sighting, or where nobody saw it come, when it was stored.
///
/// What it is linked to is asked of [SampleLinks].
public final class SampleReadings {
    private final Store store;

    SampleReadings(Store store) {
        this.store = store;
    }

    /// Which samples a question is about; an empty word leaves that side open.
    public record Filter(String cpu, String family, String kind) {
        public static final Filter ALL = new Filter("", "", "");
    }

    /// What an answer about samples rests on.
    ///
    /// @param first time of the earliest sample; null when there is none
    /// @param ran samples that were run in the lab
    public record Counted(
            long samples,
            long sightings,
            long runs,
            long ran,
            boolean demo,
            @Nullable Instant first,
            @Nullable Instant last) {}

    /// One sample in a list.
    ///
    /// @param kind `elf`, `script`, `archive`, `other`
    /// @param linked whether it is statically linked: `yes`, `no`, `unknown`; likewise `stripped` and `packed`
    /// @param first its first sighting, or when it was stored
    /// @param sightings how often it came
    /// @param runs how often it ran in the lab
    /// @param searches ports that it searched there, `23/tcp`, the busiest first
    public record Line(
            String sha256,
            boolean demo,
            String kind,
            long size,
            String cpu,
            String width,
            String endianness,
            String isa,
            String linked,
            String stripped,
            String packed,
            boolean headerLies,
            List<String> families,
            Instant first,
            Instant last,
            long sightings,
            long runs,
            List<String> searches) {}

    /// How many samples of a CPU came first in the week that begins on that Monday.
    ///
    /// @param cpu for what is no program, its kind: `script`, `archive`, `other`
    public record CpuWeek(LocalDate week, String cpu, long samples) {}

    /// A sighting: the sensor or command that took it, its session and URL where they are known.
    public record Sighting(Instant time, String sensor, String session, String url) {}

    /// One run in the lab.
    ///
    /// @param behaviour the report, as `teiten lab run --json` prints it
    public record Run(Instant at, boolean demo, String behaviour) {}

    /// All about one sample.
    ///
    /// @param facts as `teiten sample --json` prints them
    /// @param runs the newest first
    public record Detail(
            Line line, String facts, List<Sighting> sightings, List<Run> runs, Counted counted) {}

    private static final String TIMES =
            "(SELECT s.*, coalesce(g.first, s.added) AS first, coalesce(g.last, s.added) AS last,"
                    + " coalesce(g.n, 0) AS sightings, coalesce(r.n, 0) AS runs FROM sample s LEFT"
                    + " JOIN (SELECT sha256, min(time) AS first, max(time) AS last, count(*) AS n"
                    + " FROM sample_sighting GROUP BY sha256) g USING (sha256) LEFT JOIN (SELECT"
                    + " sha256, count(*) AS n FROM lab_run GROUP BY sha256) r USING (sha256)) AS t";
    private static final String CHOSEN =
            " WHERE (? = '' OR cpu = ?) AND (? = '' OR list_contains(string_split(families, ','),"
                    + " ?)) AND (? = '' OR kind = ?)";

    /// What there is, over all samples of the filter.
    public Counted counted(Filter filter) {
        return store.read(db -> {
            try (PreparedStatement ask =
                    db.prepareStatement(
                            "SELECT count(*), sum(sightings)::BIGINT, sum(runs)::BIGINT, count(*)"
                                + " FILTER (runs > 0), bool_or(demo), min(first), max(last) FROM "
                                    + TIMES
                                    + CHOSEN)) {
                chosen(ask, 1, filter);
                try (ResultSet row = ask.executeQuery()) {
                    row.next();
                    long samples = row.getLong(1);
                    return new Counted(
                            samples,
                            row.getLong(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getBoolean(5),
                            samples == 0 ? null : Instant.ofEpochMilli(row.getLong(6)),
                            samples == 0 ? null : Instant.ofEpochMilli(row.getLong(7)));
                }
            }
        });
    }

    private static void chosen(PreparedStatement ask, int at, Filter filter) throws SQLException {
        ask.setString(at, filter.cpu());
        ask.setString(at + 1, filter.cpu());
        ask.setString(at + 2, filter.family());
        ask.setString(at + 3, filter.family());
        ask.setString(at + 4, filter.kind());
        ask.setString(at + 5, filter.kind());
    }

    /// Samples, those seen last first.
    ///
    /// @param limit how many; 0 for all
    public List<Line> list(Filter filter, int limit) {
        return store.read(db ->
                lines(
                        db,
                        CHOSEN
                                + " ORDER BY last DESC, sha256"
                                + (limit == 0 ? "" : " LIMIT " + limit),
                        ask -> chosen(ask, 1, filter)));
    }

    /// How many samples there are of each value of a filter, most first: `cpu`, `family`, `kind`.
    public Map<String, Map<String, Long>> choices() {
        return store.read(db -> {
            Map<String, Map<String, Long>> choices = new LinkedHashMap<>();
            Map<String, String> asked = new LinkedHashMap<>();
            asked.put("cpu", "SELECT cpu AS v FROM sample");
            asked.put(
                    "family",
                    "SELECT unnest(string_split(families, ',')) AS v FROM sample WHERE families <>"
                            + " ''");
            asked.put("kind", "SELECT kind AS v FROM sample");
            for (Map.Entry<String, String> one : asked.entrySet()) {
                Map<String, Long> counts = new LinkedHashMap<>();
                try (PreparedStatement ask =
                                db.prepareStatement(
                                        "SELECT v, count(*) AS n FROM ("
                                                + one.getValue()
                                                + ") GROUP BY v ORDER BY n DESC, v");
                        ResultSet row = ask.executeQuery()) {
                    while (row.next()) {
                        counts.put(row.getString(1), row.getLong(2));
                    }
                }
                choices.put(one.getKey(), counts);
            }
            return choices;
        });
    }

    /// New samples by week and CPU, in the order of weeks and names; weeks begin on Monday in that zone.
    public List<CpuWeek> weeks(Filter filter, ZoneId zone) {
        Map<LocalDate, Map<String, Long>> weeks = new java.util.TreeMap<>();
        store.read(db -> {
            try (PreparedStatement ask =
                    db.prepareStatement(
                            "SELECT first, CASE WHEN kind = 'elf' THEN cpu ELSE kind END FROM "
                                    + TIMES
                                    + CHOSEN)) {
                chosen(ask, 1, filter);
                try (ResultSet row = ask.executeQuery()) {
                    while (row.next()) {
                        LocalDate day =
                                LocalDate.ofInstant(Instant.ofEpochMilli(row.getLong(1)), zone);
                        LocalDate monday =
                                day.minus(day.getDayOfWeek().getValue() - 1L, ChronoUnit.DAYS);
                        weeks.computeIfAbsent(monday, _ -> new java.util.TreeMap<>())
                                .merge(row.getString(2), 1L, Long::sum);
                    }
                }
            }
            return true;
        });
        List<CpuWeek> all = new ArrayList<>();
        weeks.forEach((week, cpus) ->
                cpus.forEach((cpu, samples) -> all.add(new CpuWeek(week, cpu, samples))));
        return all;
    }

    /// All about the one sample that begins so.
    ///
    /// @param prefix at least 8 hexadecimal digits of its SHA-256
    /// @throws OperatorMistake when it is no SHA-256, or none or several samples begin so
    public Detail find(String prefix) {
        String lower = prefix.toLowerCase(Locale.ROOT);
        if (!lower.matches("[0-9a-f]{8,64}")) {
            throw new OperatorMistake(
                    "\""
                            + prefix.replaceAll("\\P{Print}", "?")
                            + "\" is no SHA-256; give at least its first 8 hexadecimal digits");
        }
        return store.read(db -> {
            List<Line> found =
                    lines(
                            db,
                            " WHERE starts_with(sha256, ?) ORDER BY sha256 LIMIT 2",
                            ask -> ask.setString(1, lower));
            if (found.size() != 1) {
                throw new OperatorMistake(
                        (found.isEmpty() ? "no sample" : "more than one sample")
                                + " of the store begins with "
                                + lower
                                + "; see teiten top samples, and bring files in with teiten sample"
                                + " --store");
            }
            Line line = found.getFirst();
            return new Detail(
                    line,
                    facts(db, line.sha256()),
                    sightings(db, line.sha256()),
                    runs(db, line.sha256()),
                    new Counted(
                            1,
                            line.sightings(),
                            line.runs(),
                            Math.min(1, line.runs()),
                            line.demo(),
                            line.first(),
                            line.last()));
        });
    }

    /// What connects a sample with the rest of the store.
    public SampleLinks links() {
        return new SampleLinks(store);
    }

    private interface Fill {
        void parameters(PreparedStatement ask) throws SQLException;
    }

    private static List<Line> lines(Connection db, String rest, Fill fill) throws SQLException {
        Map<String, List<String>> searches = searches(db);
        List<Line> lines = new ArrayList<>();
        try (PreparedStatement ask =
                db.prepareStatement(
                        "SELECT sha256, demo, kind, size, cpu, class, endianness, isa, linked,"
                                + " stripped, packed, header_lies, families, first, last,"
                                + " sightings, runs FROM "
                                + TIMES
                                + rest)) {
            fill.parameters(ask);
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    String families = row.getString(13);
                    lines.add(
                            new Line(
                                    row.getString(1),
                                    row.getBoolean(2),
                                    row.getString(3),
                                    row.getLong(4),
                                    row.getString(5),
                                    row.getString(6),
                                    row.getString(7),
                                    row.getString(8),
                                    row.getString(9),
                                    row.getString(10),
                                    row.getString(11),
                                    row.getBoolean(12),
                                    families.isEmpty() ? List.of() : List.of(families.split(",")),
                                    Instant.ofEpochMilli(row.getLong(14)),
                                    Instant.ofEpochMilli(row.getLong(15)),
                                    row.getLong(16),
                                    row.getLong(17),
                                    searches.getOrDefault(row.getString(1), List.of())));
                }
            }
        }
        return lines;
    }

    private static Map<String, List<String>> searches(Connection db) throws SQLException {
        Map<String, List<String>> searches = new HashMap<>();
        try (PreparedStatement ask =
                        db.prepareStatement(
                                "SELECT sha256, port, max(attempts) AS n FROM lab_search WHERE"
                                        + SampleLinks.SEARCH
                                        + " GROUP BY sha256, port ORDER BY n DESC, port");
                ResultSet row = ask.executeQuery()) {
            while (row.next()) {
                List<String> ports =
                        searches.computeIfAbsent(row.getString(1), _ -> new ArrayList<>());
                if (ports.size() < 6) {
                    ports.add(teiten.net.Port.ofCode(row.getInt(2)).toString());
                }
            }
        }
        return searches;
    }

    private static String facts(Connection db, String sha256) throws SQLException {
        try (PreparedStatement ask =
                db.prepareStatement("SELECT facts FROM sample WHERE sha256 = ?")) {
            ask.setString(1, sha256);
            try (ResultSet row = ask.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private static List<Sighting> sightings(Connection db, String sha256) throws SQLException {
        List<Sighting> all = new ArrayList<>();
        try (PreparedStatement ask =
                db.prepareStatement(
                        "SELECT time, sensor, session, url FROM sample_sighting WHERE sha256 = ?"
                                + " ORDER BY time")) {
            ask.setString(1, sha256);
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    all.add(
                            new Sighting(
                                    Instant.ofEpochMilli(row.getLong(1)),
                                    row.getString(2),
                                    row.getString(3),
                                    row.getString(4)));
                }
            }
        }
        return all;
    }

    private static List<Run> runs(Connection db, String sha256) throws SQLException {
        List<Run> all = new ArrayList<>();
        try (PreparedStatement ask =
                db.prepareStatement(
                        "SELECT ran_at, demo, behaviour FROM lab_run WHERE sha256 = ? ORDER BY"
                                + " ran_at DESC, id LIMIT 20")) {
            ask.setString(1, sha256);
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    all.add(
                            new Run(
                                    Instant.ofEpochMilli(row.getLong(1)),
                                    row.getBoolean(2),
                                    row.getString(3)));
                }
            }
        }
        return all;
    }

    /// Which of these hashes the store has; for links from sessions.
    public Set<String> known(Set<String> hashes) {
        return store.read(db -> {
            Set<String> known = new java.util.TreeSet<>();
            try (PreparedStatement ask =
                    db.prepareStatement("SELECT count(*) FROM sample WHERE sha256 = ?")) {
                for (String hash : hashes) {
                    ask.setString(1, hash);
                    try (ResultSet row = ask.executeQuery()) {
                        row.next();
                        if (row.getLong(1) > 0) {
                            known.add(hash);
                        }
                    }
                }
            }
            return known;
        });
    }
}

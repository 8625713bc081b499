package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.session.Session;
import teiten.session.SessionImage;
import teiten.session.understand.Chain;
import teiten.session.understand.RecordJson;
import teiten.session.understand.SessionRecord;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The answers about sessions, part of the one query path ([Readings#sessions]).
public final class SessionReadings {
    static final int REFUSED = 0;
    static final int UNKNOWN = 1;
    static final int ACCEPTED = 2;

    /// The most sessions that are looked at for links between scanners and loaders.
    public static final int MOST_LINKED = 50_000;

    /// A log may state any time; this one lies after every other.
    private static final Instant END_OF_TIME = Instant.ofEpochMilli(253_402_300_800_000L);

    private final Store store;

    SessionReadings(Store store) {
        this.store = store;
    }

    /// A session's row.
    ///
    /// @param demo true when it was simulated
    public record Line(SessionRecord record, boolean demo) {}

    /// A session with all its events.
    public record Found(Session session, SessionRecord record, boolean demo) {}

    /// How an answer about sessions was counted.
    ///
    /// @param sensors that have sessions in the scope
    /// @param sessions that the filter leaves
    /// @param all sessions of the scope, without the filter
    /// @param sources that the filter leaves
    /// @param readings logs, segments and captures that sessions were read from, of the whole store
    public record Counted(
            Scope scope,
            List<String> sensors,
            long sessions,
            long all,
            long sources,
            int readings) {}

    /// One step of the funnel.
    public record StepLine(AttackStep step, long sessions, long sources) {}

    /// One family's share of the funnel: sessions by furthest step, in the order of [AttackStep].
    public record FamilyLine(String family, List<Long> furthest) {
        public FamilyLine {
            furthest = List.copyOf(furthest);
        }
    }

    /// One script: sessions of the same shape.
    ///
    /// @param example id of one of its sessions
    public record LoaderLine(
            String fingerprint,
            String family,
            long sessions,
            long sources,
            Instant first,
            Instant last,
            String sensor,
            String example) {}

    /// One pair.
    ///
    /// @param tries how often it was typed
    /// @param accepted of those, how often it opened the door
    public record CredentialLine(
            String user,
            String password,
            long tries,
            long accepted,
            long sessions,
            long sources,
            Instant first,
            Instant last) {}

    /// Sessions that were after one CPU in one week.
    ///
    /// @param week its Monday in the asked zone
    public record CpuWeek(LocalDate week, String cpu, long sessions, long sources) {}

    /// What sessions were read from.
    ///
    /// @param counters JSON, as the reading told them
    public record ReadingLine(
            String file,
            String format,
            String sensor,
            boolean whole,
            String counters,
            Instant storedAt) {}

    /// From the first to the last beginning of a session; null while there is none.
    public @Nullable Scope span(Set<String> sensors) {
        List<Scope> found =
                store.read(db -> {
                    known(db, sensors);
                    SessionWhere where = new SessionWhere().sensors(sensors);
                    try (PreparedStatement ask =
                                    where.prepare(
                                            db, "SELECT min(began), max(began) FROM session", "");
                            ResultSet row = ask.executeQuery()) {
                        row.next();
                        long first = row.getLong(1);
                        if (row.wasNull()) {
                            return List.of();
                        }
                        return List.of(
                                new Scope(
                                        Instant.ofEpochMilli(first),
                                        Instant.ofEpochMilli(row.getLong(2) + 1),
                                        sensors));
                    }
                });
        return found.isEmpty() ? null : found.getFirst();
    }

    /// A loader with the scanner that is thought to have found its password.
    ///
    /// @param scanner null when none fits
    public record Linked(Chain.Link link, SessionRecord loader, @Nullable SessionRecord scanner) {}

    /// Names of the sensors that have sessions, with whether theirs were simulated.
    public Map<String, Boolean> sensors() {
        return store.read(db -> {
            Map<String, Boolean> names = new LinkedHashMap<>();
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT sensor, bool_or(demo) FROM session GROUP BY sensor"
                                            + " ORDER BY sensor")) {
                while (row.next()) {
                    names.put(row.getString(1), row.getBoolean(2));
                }
            }
            return names;
        });
    }

    private static void known(Connection db, Set<String> sensors) throws SQLException {
        if (sensors.isEmpty()) {
            return;
        }
        List<String> names = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT sensor FROM session UNION SELECT name FROM sensor ORDER BY"
                                        + " 1")) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        for (String sensor : sensors) {
            if (!names.contains(sensor)) {
                throw new OperatorMistake(
                        "there is no sensor \""
                                + sensor.replaceAll("\\p{C}", "?")
                                + "\"; known are: "
                                + String.join(", ", names).replaceAll("\\p{C}", "?"));
            }
        }
    }

    public Counted counted(SessionFilter filter) {
        return store.read(db -> {
            known(db, filter.scope().sensors());
            List<String> sensors = new ArrayList<>();
            long all = 0;
            SessionWhere scope = new SessionWhere().scope(filter.scope());
            try (PreparedStatement ask =
                            scope.prepare(
                                    db,
                                    "SELECT sensor, count(*) FROM session",
                                    " GROUP BY sensor ORDER BY sensor");
                    ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    sensors.add(row.getString(1));
                    all += row.getLong(2);
                }
            }
            try (PreparedStatement ask =
                            SessionWhere.of(filter)
                                    .prepare(
                                            db,
                                            "SELECT count(*), count(DISTINCT (high, low)), (SELECT"
                                                    + " count(*) FROM session_import) FROM session",
                                            "");
                    ResultSet row = ask.executeQuery()) {
                row.next();
                return new Counted(
                        filter.scope(),
                        sensors,
                        row.getLong(1),
                        all,
                        row.getLong(2),
                        row.getInt(3));
            }
        });
    }

    /// Sessions that came furthest first, then those with most commands, then the newest.
    ///
    /// @param limit how many; 0 for all
    public List<Line> furthest(SessionFilter filter, int limit) {
        return lines(
                filter,
                " ORDER BY " + AttackStep.SQL + " DESC, commands DESC, began DESC, id",
                limit,
                0);
    }

    /// The newest sessions first.
    ///
    /// @param limit how many; 0 for all
    /// @param skip how many to pass over before
    public List<Line> newest(SessionFilter filter, int limit, int skip) {
        return lines(filter, " ORDER BY began DESC, id DESC", limit, skip);
    }

    private List<Line> lines(SessionFilter filter, String order, int limit, int skip) {
        return store.read(db -> {
            known(db, filter.scope().sensors());
            List<Line> lines = new ArrayList<>();
            String cut = limit == 0 ? "" : " LIMIT " + limit + " OFFSET " + skip;
            try (PreparedStatement ask =
                            SessionWhere.of(filter)
                                    .prepare(db, "SELECT record, demo FROM session", order + cut);
                    ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    lines.add(new Line(RecordJson.read(row.getString(1)), row.getBoolean(2)));
                }
            }
            return lines;
        });
    }

    /// The sessions of that id, of all sensors or of one; one id is unique within a sensor only.
    public List<Found> find(String id, String sensor) {
        return store.read(db -> {
            List<Found> found = new ArrayList<>();
            SessionWhere where = new SessionWhere().and("session = ?", id);
            if (!sensor.isEmpty()) {
                where.and("sensor = ?", sensor);
            }
            try (PreparedStatement ask =
                            where.prepare(
                                    db,
                                    "SELECT id, record, demo FROM session",
                                    " ORDER BY sensor LIMIT 20");
                    ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    Session session = whole(db, row.getLong(1));
                    if (session != null) {
                        found.add(
                                new Found(
                                        session,
                                        RecordJson.read(row.getString(2)),
                                        row.getBoolean(3)));
                    }
                }
            }
            return found;
        });
    }

    private static @Nullable Session whole(Connection db, long id) throws SQLException {
        Session whole = null;
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT image FROM session_part WHERE session = "
                                        + id
                                        + " ORDER BY import")) {
            while (row.next()) {
                Session part = SessionImage.read(row.getBytes(1));
                whole = whole == null ? part : whole.merge(part);
            }
        }
        return whole;
    }

    /// Sessions and sources that came to each step, the first step first.
    public List<StepLine> funnel(SessionFilter filter) {
        return store.read(db -> {
            known(db, filter.scope().sensors());
            List<StepLine> steps = new ArrayList<>();
            for (AttackStep step : AttackStep.values()) {
                SessionWhere where =
                        SessionWhere.of(filter).and(AttackStep.SQL + " >= " + step.ordinal());
                try (PreparedStatement ask =
                                where.prepare(
                                        db,
                                        "SELECT count(*), count(DISTINCT (high, low)) FROM session",
                                        "");
                        ResultSet row = ask.executeQuery()) {
                    row.next();
                    steps.add(new StepLine(step, row.getLong(1), row.getLong(2)));
                }
            }
            return steps;
        });
    }

    /// Families by sessions, most first, with how far they came.
    public List<FamilyLine> families(SessionFilter filter) {
        return store.read(db -> {
            Map<String, long[]> families = new LinkedHashMap<>();
            try (PreparedStatement ask =
                            SessionWhere.of(filter)
                                    .prepare(
                                            db,
                                            "SELECT family, "
                                                    + AttackStep.SQL
                                                    + " AS step, count(*), sum(count(*)) OVER"
                                                    + " (PARTITION BY family) AS n FROM session",
                                            " GROUP BY family, step ORDER BY n DESC, family, step");
                    ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    families.computeIfAbsent(
                                            row.getString(1),
                                            _ -> new long[AttackStep.values().length])[
                                    row.getInt(2)] =
                            row.getLong(3);
                }
            }
            List<FamilyLine> lines = new ArrayList<>();
            families.forEach((family, counts) -> {
                List<Long> furthest = new ArrayList<>();
                for (long count : counts) {
                    furthest.add(count);
                }
                lines.add(new FamilyLine(family, furthest));
            });
            return lines;
        });
    }

    /// Scripts that several sessions share, most sessions first.
    public List<LoaderLine> loaders(SessionFilter filter, int limit) {
        return store.read(db -> {
            List<LoaderLine> lines = new ArrayList<>();
            try (PreparedStatement ask =
                            SessionWhere.of(filter)
                                    .and("fingerprint <> ''")
                                    .prepare(
                                            db,
                                            "SELECT fingerprint, mode(family), count(*) AS n,"
                                                    + " count(DISTINCT (high, low)), min(began),"
                                                    + " max(began), arg_min(sensor, began),"
                                                    + " arg_min(session, began) FROM session",
                                            " GROUP BY fingerprint ORDER BY n DESC, fingerprint"
                                                    + (limit == 0 ? "" : " LIMIT " + limit));
                    ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    lines.add(
                            new LoaderLine(
                                    row.getString(1),
                                    row.getString(2),
                                    row.getLong(3),
                                    row.getLong(4),
                                    Instant.ofEpochMilli(row.getLong(5)),
                                    Instant.ofEpochMilli(row.getLong(6)),
                                    row.getString(7),
                                    row.getString(8)));
                }
            }
            return lines;
        });
    }

    /// The links scanner → loader → file host of the newest loaders, the newest first.
    ///
    /// At most [#MOST_LINKED] sessions that were let in are looked at, the newest ones.
    public List<Linked> links(SessionFilter filter, int limit) {
        Instant from = filter.scope().from();
        // A loader at the beginning of the span may use what a scanner found just before it.
        Instant before = from.isAfter(Instant.EPOCH) ? from.minus(Chain.WINDOW) : from;
        SessionFilter wide =
                new SessionFilter(
                        new Scope(before, filter.scope().to(), filter.scope().sensors()),
                        AttackStep.LOGIN,
                        filter.door(),
                        "",
                        "",
                        "",
                        null,
                        "");
        Map<String, SessionRecord> rows = new LinkedHashMap<>();
        for (Line line : newest(wide, MOST_LINKED, 0)) {
            rows.put(line.record().sensor() + '\n' + line.record().session(), line.record());
        }
        List<Linked> links = new ArrayList<>();
        for (Chain.Link link : Chain.links(List.copyOf(rows.values())).reversed()) {
            SessionRecord loader = rows.get(link.sensor() + '\n' + link.loader());
            if (loader == null
                    || loader.start().isBefore(from)
                    || !filter.family().isEmpty() && !filter.family().equals(loader.family())
                    || limit > 0 && links.size() >= limit) {
                continue;
            }
            links.add(new Linked(link, loader, rows.get(link.sensor() + '\n' + link.scanner())));
        }
        return links;
    }

    /// Pairs by tries, most first.
    ///
    /// @param limit how many; 0 for all
    public List<CredentialLine> credentials(SessionFilter filter, int limit) {
        return store.read(db -> {
            known(db, filter.scope().sensors());
            List<CredentialLine> lines = new ArrayList<>();
            String sql =
                    "SELECT name, password, sum(tries)::BIGINT AS n, sum(CASE WHEN result = "
                            + ACCEPTED
                            + " THEN tries ELSE 0 END)::BIGINT, count(DISTINCT login.session),"
                            + " count(DISTINCT (high, low)), min(first), max(last) FROM login JOIN"
                            + " session ON login.session = session.id";
            try (PreparedStatement ask =
                            SessionWhere.of(filter)
                                    .prepare(
                                            db,
                                            sql,
                                            " GROUP BY name, password ORDER BY n DESC, name,"
                                                    + " password"
                                                    + (limit == 0 ? "" : " LIMIT " + limit));
                    ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    lines.add(
                            new CredentialLine(
                                    row.getString(1),
                                    row.getString(2),
                                    row.getLong(3),
                                    row.getLong(4),
                                    row.getLong(5),
                                    row.getLong(6),
                                    Instant.ofEpochMilli(row.getLong(7)),
                                    Instant.ofEpochMilli(row.getLong(8))));
                }
            }
            return lines;
        });
    }

    /// CPUs by week, in the order of weeks and names. The zone's offset at the end of the span holds for all of it.
    public List<CpuWeek> cpus(SessionFilter filter, ZoneId zone) {
        Instant end = filter.scope().to().isAfter(END_OF_TIME) ? END_OF_TIME : filter.scope().to();
        long offset =
                Duration.ofSeconds(zone.getRules().getOffset(end).getTotalSeconds()).toMillis();
        return store.read(db -> {
            known(db, filter.scope().sensors());
            List<CpuWeek> weeks = new ArrayList<>();
            // In whole numbers: 1970-01-01 was a Thursday, three days after a Monday.
            String week = "(began + " + (offset + 3 * 86_400_000L) + ") // " + 7 * 86_400_000L;
            try (PreparedStatement ask =
                            SessionWhere.of(filter)
                                    .and("cpus <> ''")
                                    .prepare(
                                            db,
                                            "SELECT week, cpu, count(*), count(DISTINCT (high,"
                                                    + " low)) FROM (SELECT "
                                                    + week
                                                    + " AS week, high, low,"
                                                    + " unnest(string_split(cpus, ',')) AS cpu FROM"
                                                    + " session",
                                            ") GROUP BY week, cpu ORDER BY week, cpu");
                    ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    weeks.add(
                            new CpuWeek(
                                    LocalDate.ofEpochDay(row.getLong(1) * 7 - 3),
                                    row.getString(2),
                                    row.getLong(3),
                                    row.getLong(4)));
                }
            }
            return weeks;
        });
    }

    /// What sessions were read from, the newest reading first.
    public List<ReadingLine> readings() {
        return store.read(db -> {
            List<ReadingLine> lines = new ArrayList<>();
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT file, format, sensor, whole, counters,"
                                            + " stored_at_millis FROM session_import ORDER BY"
                                            + " stored_at_millis DESC, id DESC LIMIT 1000")) {
                while (row.next()) {
                    lines.add(
                            new ReadingLine(
                                    row.getString(1),
                                    row.getString(2),
                                    row.getString(3),
                                    row.getBoolean(4),
                                    row.getString(5),
                                    Instant.ofEpochMilli(row.getLong(6))));
                }
            }
            return lines;
        });
    }
}

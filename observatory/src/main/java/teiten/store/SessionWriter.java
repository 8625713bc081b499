package teiten.store;

import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

import teiten.session.Event;
import teiten.session.Session;
import teiten.session.SessionImage;
import teiten.session.understand.FamilyRules;
import teiten.session.understand.RecordJson;
import teiten.session.understand.SessionRecord;
import teiten.session.understand.StageMark;
import teiten.session.understand.Understanding;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Writes the sessions of one reading of a log, segment or capture, a batch a transaction; the last one notes in the
/// ledger that the reading came to its end.
///
/// What is held is bounded by [#MOST_HELD] sessions and [#MOST_BYTES] bytes of events. A session that is given twice in one
/// reading (it was handed over early for want of room) grows. One thread owns it.
public final class SessionWriter implements Consumer<Session> {
    private static final int MOST_HELD = 1_000;
    private static final long MOST_BYTES = 32 << 20;

    private final Store store;
    private final SessionImports.Entry entry;
    private final long reading;
    private final boolean demo;
    private final FamilyRules rules;
    private final Map<String, Session> held = new LinkedHashMap<>();
    private final Set<Long> touched = new HashSet<>();
    private long heldBytes;
    private long fresh;
    private long changed;
    private long unchanged;

    /// @param own whether this reading's log holds it
    private record Part(long rowId, boolean own, long reading, String sha256, Session events) {}

    /// What is to be written of one session: its number, the part when it changed, the whole when it changed.
    private record Change(
            long id,
            boolean isNew,
            @org.jspecify.annotations.Nullable Session part,
            Session whole) {}

    SessionWriter(
            Store store,
            SessionImports.Entry entry,
            long reading,
            boolean demo,
            FamilyRules rules) {
        this.store = store;
        this.entry = entry;
        this.reading = reading;
        this.demo = demo;
        this.rules = rules;
    }

    @Override
    public void accept(Session session) {
        held.merge(session.visit().sensor() + '\n' + session.id(), session, Session::merge);
        heldBytes += session.weight();
        if (held.size() >= MOST_HELD || heldBytes >= MOST_BYTES) {
            flush();
        }
    }

    /// Sessions that the store did not know before this reading.
    public long fresh() {
        return fresh;
    }

    /// Sessions that the store knew and that this reading changed.
    public long changed() {
        return changed;
    }

    /// Sessions that the store knew as they are.
    public long unchanged() {
        return unchanged;
    }

    /// Stores the rest, takes away what this log held at an earlier reading and holds no longer, and notes in the
    /// ledger, in one transaction, that all of it is stored.
    ///
    /// @param length bytes of the content that were read
    /// @param sha256 of those
    /// @param counters as JSON
    public void finish(long length, String sha256, String counters) {
        if (held.size() > 0) {
            flush();
        }
        store.write(db -> {
            dropStale(db);
            try (PreparedStatement note =
                    db.prepareStatement(
                            "UPDATE session_import SET whole = true, file = ?, length = ?, sha256 ="
                                    + " ?, head_length = ?, head_sha256 = ?, counters = ?,"
                                    + " stored_at_millis = ? WHERE id = ?")) {
                note.setString(1, entry.file());
                note.setLong(2, length);
                note.setString(3, sha256);
                note.setLong(4, entry.headLength());
                note.setString(5, entry.headSha256());
                note.setString(6, counters);
                note.setLong(7, store.clock().millis());
                note.setInt(8, entry.id());
                note.execute();
            }
            return true;
        });
    }

    private void flush() {
        List<Change> changes = store.write(this::write);
        for (Change change : changes) {
            boolean first = touched.add(change.id);
            if (change.isNew) {
                fresh++;
            } else if (first && change.part == null) {
                unchanged++;
            } else if (first) {
                changed++;
            }
        }
        held.clear();
        heldBytes = 0;
    }

    private List<Change> write(Connection db) throws SQLException {
        Map<String, Long> ids = known(db);
        Map<Long, List<Part>> parts = ids.isEmpty() ? Map.of() : parts(db, ids.values());
        List<Change> changes = new ArrayList<>();
        List<Long> keptParts = new ArrayList<>();
        List<Long> lostParts = new ArrayList<>();
        Iterator<Long> numbers = numbers(db, held.size() - ids.size()).iterator();
        for (Map.Entry<String, Session> one : held.entrySet()) {
            Long id = ids.get(one.getKey());
            if (id == null) {
                changes.add(new Change(numbers.next(), true, one.getValue(), one.getValue()));
            } else {
                changes.add(
                        change(
                                id,
                                one.getValue(),
                                parts.getOrDefault(id, List.of()),
                                keptParts,
                                lostParts));
            }
        }
        List<Change> written = changes.stream().filter(c -> c.part != null).toList();
        try (Statement edit = db.createStatement()) {
            if (!keptParts.isEmpty()) {
                edit.execute(
                        "UPDATE session_part SET reading = "
                                + reading
                                + " WHERE rowid IN ("
                                + list(keptParts)
                                + ")");
            }
            if (!lostParts.isEmpty()) {
                edit.execute("DELETE FROM session_part WHERE rowid IN (" + list(lostParts) + ")");
            }
        }
        List<Long> old = written.stream().filter(c -> !c.isNew).map(Change::id).toList();
        deleteRows(db, old);
        append(db, written);
        return changes;
    }

    private Change change(
            long id,
            Session session,
            List<Part> parts,
            List<Long> keptParts,
            List<Long> lostParts) {
        Session others = null;
        Part own = null;
        for (Part part : parts) {
            if (part.own) {
                own = part;
            } else {
                others = others == null ? part.events : others.merge(part.events);
            }
        }
        Session mine = own != null && own.reading == reading ? own.events.merge(session) : session;
        if (own != null && own.sha256.equals(sha256(mine))) {
            keptParts.add(own.rowId);
            return new Change(id, false, null, session);
        }
        if (others != null
                && own == null
                && others.merge(mine).events().size() == others.events().size()) {
            return new Change(id, false, null, session);
        }
        if (own != null) {
            lostParts.add(own.rowId);
        }
        return new Change(id, false, mine, others == null ? mine : others.merge(mine));
    }

    /// Numbers of the sessions in hand that the store knows.
    private Map<String, Long> known(Connection db) throws SQLException {
        Map<String, Long> ids = new HashMap<>();
        String asked =
                held.values().stream()
                        .map(s -> "'" + s.id() + "'")
                        .collect(Collectors.joining(","));
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT id, sensor, session FROM session WHERE session IN ("
                                        + asked
                                        + ")")) {
            while (row.next()) {
                String key = row.getString(2) + '\n' + row.getString(3);
                if (held.containsKey(key)) {
                    ids.put(key, row.getLong(1));
                }
            }
        }
        return ids;
    }

    private Map<Long, List<Part>> parts(Connection db, Iterable<Long> sessions)
            throws SQLException {
        Map<Long, List<Part>> parts = new HashMap<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT rowid, session, import, reading, sha256, image FROM"
                                        + " session_part WHERE session IN ("
                                        + list(sessions)
                                        + ") ORDER BY import")) {
            while (row.next()) {
                parts.computeIfAbsent(row.getLong(2), _ -> new ArrayList<>())
                        .add(
                                new Part(
                                        row.getLong(1),
                                        row.getInt(3) == entry.id(),
                                        row.getLong(4),
                                        row.getString(5),
                                        SessionImage.read(row.getBytes(6))));
            }
        }
        return parts;
    }

    /// Sessions, or parts of them, that this log no longer holds: what its end had to guess when it was shorter.
    private void dropStale(Connection db) throws SQLException {
        List<Long> stale = new ArrayList<>();
        String where = " WHERE import = " + entry.id() + " AND reading <> " + reading;
        try (Statement ask = db.createStatement()) {
            try (ResultSet row = ask.executeQuery("SELECT session FROM session_part" + where)) {
                while (row.next()) {
                    stale.add(row.getLong(1));
                }
            }
            if (stale.isEmpty()) {
                return;
            }
            ask.execute("DELETE FROM session_part" + where);
        }
        deleteRows(db, stale);
        List<Change> left = new ArrayList<>();
        parts(db, stale)
                .forEach((id, parts) ->
                        parts.stream()
                                .map(Part::events)
                                .reduce(Session::merge)
                                .ifPresent(all -> left.add(new Change(id, false, null, all))));
        append(db, left);
    }

    private static void deleteRows(Connection db, List<Long> sessions) throws SQLException {
        if (sessions.isEmpty()) {
            return;
        }
        try (Statement edit = db.createStatement()) {
            edit.execute("DELETE FROM session WHERE id IN (" + list(sessions) + ")");
            edit.execute("DELETE FROM login WHERE session IN (" + list(sessions) + ")");
        }
    }

    /// Fresh numbers, taken in one question.
    private static List<Long> numbers(Connection db, int count) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery("SELECT nextval('ids') FROM range(" + count + ")")) {
            while (row.next()) {
                numbers.add(row.getLong(1));
            }
        }
        return numbers;
    }

    private void append(Connection db, List<Change> changes) throws SQLException {
        DuckDBConnection duck = db.unwrap(DuckDBConnection.class);
        try (DuckDBAppender parts = duck.createAppender("main", "session_part");
                DuckDBAppender sessions = duck.createAppender("main", "session");
                DuckDBAppender logins = duck.createAppender("main", "login")) {
            for (Change change : changes) {
                Session part = change.part;
                if (part != null) {
                    parts.beginRow()
                            .append(change.id)
                            .append(entry.id())
                            .append(reading)
                            .append(sha256(part))
                            .append(SessionImage.write(part))
                            .endRow();
                }
                appendSession(sessions, change);
                appendLogins(logins, change);
            }
        }
    }

    private void appendSession(DuckDBAppender sessions, Change change) throws SQLException {
        SessionRecord record = Understanding.of(change.whole, rules);
        int stages = 0;
        for (StageMark mark : record.stages()) {
            stages |= 1 << mark.stage().ordinal();
        }
        sessions.beginRow()
                .append(change.id)
                .append(record.sensor())
                .append(record.session())
                .append(demo)
                .append(record.source().high())
                .append(record.source().low())
                .append(millis(record.start()))
                .append(millis(record.end()))
                .append(record.door().label())
                .append(record.device())
                .append(stages)
                .append(record.family())
                .append(record.commands())
                .append(record.fingerprint())
                .append(String.join(",", record.cpuLabels()))
                .append(String.join(",", record.samples()))
                .append(change.whole.events().size())
                .append(RecordJson.write(record))
                .endRow();
    }

    private record Pair(String name, String password, int result) {}

    /// How often a pair was tried, and when.
    private record Tries(long count, long first, long last) {
        Tries and(Tries other) {
            return new Tries(
                    count + other.count, Math.min(first, other.first), Math.max(last, other.last));
        }
    }

    private static void appendLogins(DuckDBAppender logins, Change change) throws SQLException {
        Map<Pair, Tries> tried = new LinkedHashMap<>();
        for (Event event : change.whole.events()) {
            Pair pair =
                    switch (event) {
                        case Event.LoginTry e ->
                                new Pair(
                                        e.user().value(),
                                        e.password().value(),
                                        e.refused()
                                                ? SessionReadings.REFUSED
                                                : SessionReadings.UNKNOWN);
                        case Event.LoggedIn e ->
                                new Pair(
                                        e.user().value(),
                                        e.password().value(),
                                        SessionReadings.ACCEPTED);
                        default -> null;
                    };
            if (pair != null) {
                long at = millis(event.at());
                tried.merge(pair, new Tries(1, at, at), Tries::and);
            }
        }
        for (Map.Entry<Pair, Tries> one : tried.entrySet()) {
            logins.beginRow()
                    .append(change.id)
                    .append(one.getKey().name())
                    .append(one.getKey().password())
                    .append(one.getKey().result())
                    .append(one.getValue().count())
                    .append(one.getValue().first())
                    .append(one.getValue().last())
                    .endRow();
        }
    }

    /// A log may state any time; what does not fit stands at the end of time.
    static long millis(Instant time) {
        long seconds = Math.clamp(time.getEpochSecond(), -62_135_596_800L, 253_402_300_799L);
        return seconds * 1_000 + time.getNano() / 1_000_000;
    }

    /// Over the ids of all events, which stand for their content.
    private static String sha256(Session session) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Event event : session.events()) {
                digest.update(event.id().getBytes(StandardCharsets.US_ASCII));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private static String list(Iterable<Long> numbers) {
        StringBuilder list = new StringBuilder();
        for (Long number : numbers) {
            list.append(list.isEmpty() ? "" : ",").append(number);
        }
        return list.toString();
    }
}

package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.net.Prefix;
import teiten.store.PartWriter.Kind;
import teiten.telescope.Distinct;
import teiten.telescope.Mark;
import teiten.telescope.Outcome;
import teiten.telescope.ScanEventRule;
import teiten.telescope.Summary;
import teiten.telescope.SynShapes;
import teiten.telescope.Telescope;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The way in: sensors, the ledger of captures, and summaries with the place in the capture up to which they reach.
public final class Imports {
    /// The pseudo port that stands for all ports together.
    static final int ALL_PORTS = -1;

    private final Store store;

    public Imports(Store store) {
        this.store = store;
    }

    /// How far a capture was read. It is told again by its content, wherever it lies and however it is compressed:
    /// by the hash of its first bytes, and of the last ones before `position`.
    ///
    /// @param id the ledger's number; 0 before it was first stored
    /// @param headLength bytes under `headSha256`, at most 64 KiB
    /// @param position uncompressed offset up to which everything is stored
    /// @param outcomes packets by [Outcome] ordinal
    /// @param firstNanos null while no packet carried a time
    /// @param stoppedAt offset of damage, null when the capture ended well
    public record Progress(
            int id,
            int sensor,
            String file,
            long headLength,
            String headSha256,
            long position,
            String tailSha256,
            long bytes,
            List<Long> outcomes,
            @Nullable Long firstNanos,
            @Nullable Long lastNanos,
            @Nullable Long stoppedAt,
            @Nullable String stoppedReason) {

        /// The progress after another summary was read.
        ///
        /// @param consumed bytes of the file, as it lies on the disk, that were read
        public Progress plus(
                Summary summary,
                long reached,
                String tail,
                @Nullable Long damageAt,
                @Nullable String damage,
                long consumed) {
            long[] fresh = summary.outcomes();
            List<Long> sum = new ArrayList<>();
            for (int i = 0; i < fresh.length; i++) {
                sum.add((i < outcomes.size() ? outcomes.get(i) : 0) + fresh[i]);
            }
            boolean timed = !summary.isEmpty();
            return new Progress(
                    id,
                    sensor,
                    file,
                    headLength,
                    headSha256,
                    reached,
                    tail,
                    Math.max(bytes, consumed),
                    sum,
                    !timed || firstNanos != null && firstNanos < summary.firstTime()
                            ? firstNanos
                            : Long.valueOf(summary.firstTime()),
                    !timed || lastNanos != null && lastNanos > summary.lastTime()
                            ? lastNanos
                            : Long.valueOf(summary.lastTime()),
                    damageAt,
                    damage);
        }

        public Progress withId(int number) {
            return new Progress(
                    number,
                    sensor,
                    file,
                    headLength,
                    headSha256,
                    position,
                    tailSha256,
                    bytes,
                    outcomes,
                    firstNanos,
                    lastNanos,
                    stoppedAt,
                    stoppedReason);
        }

        public long packets() {
            return outcomes.stream().mapToLong(Long::longValue).sum();
        }
    }

    /// The sensor's number, made when the name is new. New addresses replace those given before; null keeps them.
    public int sensor(String name, @Nullable List<Prefix> prefixes, boolean demo) {
        checkName(name);
        String text =
                prefixes == null
                        ? ""
                        : prefixes.stream().map(Prefix::toString).collect(Collectors.joining(","));
        return sensor(name, prefixes, text, demo);
    }

    /// @throws OperatorMistake when it is no name for a sensor
    public static void checkName(String name) {
        if (!name.matches("[\\p{L}\\p{N}._-]{1,64}")) {
            throw new OperatorMistake(
                    "\""
                            + name.replaceAll("\\p{C}", "?")
                            + "\" is no name for a sensor: use 1 to 64 letters, digits, dots,"
                            + " dashes and underscores");
        }
    }

    private int sensor(String name, @Nullable List<Prefix> prefixes, String text, boolean demo) {
        return store.writeTables(db -> {
            try (PreparedStatement ask =
                    db.prepareStatement("SELECT id FROM sensor WHERE name = ?")) {
                ask.setString(1, name);
                try (ResultSet row = ask.executeQuery()) {
                    if (row.next()) {
                        int id = row.getInt(1);
                        if (prefixes != null) {
                            try (PreparedStatement update =
                                    db.prepareStatement(
                                            "UPDATE sensor SET prefixes = ? WHERE id = ?")) {
                                update.setString(1, text);
                                update.setInt(2, id);
                                update.execute();
                            }
                        }
                        return id;
                    }
                }
            }
            try (PreparedStatement insert =
                    db.prepareStatement(
                            "INSERT INTO sensor(id, name, prefixes, demo, targets, targets6)"
                                    + " VALUES (nextval('ids'), ?, ?, ?, ?, ?) RETURNING"
                                    + " id")) {
                insert.setString(1, name);
                insert.setString(2, text);
                insert.setBoolean(3, demo);
                insert.setBytes(4, new Distinct().image());
                insert.setBytes(5, new Distinct().image());
                try (ResultSet row = insert.executeQuery()) {
                    row.next();
                    return row.getInt(1);
                }
            }
        });
    }

    /// The ledger's entries of a sensor, the furthest read first, for finding a capture again.
    public List<Progress> ledger(int sensor) {
        return store.readTables(db -> {
            List<Progress> entries = new ArrayList<>();
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT id, sensor, file, head_length, head_sha256, position,"
                                            + " tail_sha256, bytes, array_to_string(outcomes, ','),"
                                            + " first_nanos, last_nanos, stopped_at, stopped_reason"
                                            + " FROM import WHERE sensor = "
                                            + sensor
                                            + " ORDER BY position DESC")) {
                while (row.next()) {
                    entries.add(
                            new Progress(
                                    row.getInt(1),
                                    row.getInt(2),
                                    row.getString(3),
                                    row.getLong(4),
                                    row.getString(5),
                                    row.getLong(6),
                                    row.getString(7),
                                    row.getLong(8),
                                    outcomes(row.getString(9)),
                                    nullable(row, 10),
                                    nullable(row, 11),
                                    nullable(row, 12),
                                    row.getString(13)));
                }
            }
            return entries;
        });
    }

    static List<Long> outcomes(String text) {
        return Arrays.stream(text.split(",")).map(Long::valueOf).toList();
    }

    static @Nullable Long nullable(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    /// Where one worker of an import of this sensor puts its rows.
    public PartWriter writer(int sensor) {
        return new PartWriter(
                store.spool(), String.valueOf(store.writers.incrementAndGet()), sensor);
    }

    /// Seconds of silence that end a scan event of this sensor, as far as is known before reading.
    public int timeout(int sensor) {
        return store.readTables(db -> {
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery("SELECT prefixes FROM sensor WHERE id = " + sensor)) {
                row.next();
                String text = row.getString(1);
                return text.isEmpty()
                        ? Telescope.SHORTEST_TIMEOUT
                        : ScanEventRule.timeout(addresses(text));
            }
        });
    }

    /// IPv4 addresses of prefixes; 1 when they are all IPv6, where no scan covers all there are.
    private static double addresses(String prefixes) {
        double sum = 0;
        for (String prefix : prefixes.split(",")) {
            Prefix parsed = Prefix.parse(prefix);
            sum += parsed.first().isV4() ? parsed.size() : 0;
        }
        return Math.max(1, sum);
    }

    /// Stores what was written together with the place up to which it reaches. Both or neither: a capture is never
    /// counted twice and never passed over.
    ///
    /// @param progress cumulative over the whole capture
    /// @param summary totals of what is new since the last call
    /// @param written the rows of it, by all workers
    /// @param timeout seconds at which the segments were cut
    /// @return the ledger's number of the capture
    public int store(
            Progress progress, Summary summary, List<PartWriter.Written> written, int timeout) {
        return store(progress, summary, written, timeout, null);
    }

    /// As the other, with what live capture notes beside it.
    public int store(
            Progress progress,
            Summary summary,
            List<PartWriter.Written> written,
            int timeout,
            Watching.@Nullable Note note) {
        List<PartWriter.Part> parts = new ArrayList<>();
        written.forEach(w -> parts.addAll(w.parts));
        try {
            return store.writeTables(db -> {
                store.parts.take(db, progress.sensor(), parts);
                noteTargets(db, progress.sensor(), "targets", summary.targets());
                noteTargets(db, progress.sensor(), "targets6", summary.targets6());
                noteShapes(db, summary.shapes());
                noteChanged(db, progress.sensor(), parts);
                if (note != null) {
                    Watching.put(db, note);
                }
                return noteProgress(db, progress, timeout, summary.closedEarly());
            });
        } finally {
            delete(parts.stream().map(PartWriter.Part::file).toList());
        }
    }

    /// Notes the days whose segments change, so that their events are joined anew.
    private static void noteChanged(Connection db, int sensor, List<PartWriter.Part> parts)
            throws SQLException {
        int first = Integer.MAX_VALUE;
        int last = Integer.MIN_VALUE;
        for (PartWriter.Part part : parts) {
            if (part.kind() == Kind.SEGMENT || part.kind() == Kind.SEGMENT6) {
                first = Math.min(first, part.first());
                last = Math.max(last, part.last());
            }
        }
        if (first <= last) {
            note(db, sensor, first, last);
        }
    }

    private static void note(Connection db, int sensor, long first, long last) throws SQLException {
        try (Statement insert = db.createStatement()) {
            insert.execute(
                    "INSERT INTO event_dirty VALUES (nextval('ids'), "
                            + sensor
                            + ", "
                            + first
                            + ", "
                            + last
                            + "); INSERT INTO rollup_dirty VALUES (nextval('ids'), "
                            + sensor
                            + ", "
                            + Math.max(0, first)
                            + ", "
                            + (first < 0 ? last - 1 : last)
                            + ")");
        }
    }

    private static void delete(List<Path> files) {
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException _) {
                // what no row names is deleted at the next opening
            }
        }
    }

    private static void noteShapes(Connection db, SynShapes shapes) throws SQLException {
        List<SynShapes.Shape> met = shapes.shapes();
        if (met.isEmpty()) {
            return;
        }
        StringBuilder values = new StringBuilder();
        for (SynShapes.Shape shape : met) {
            values.append(values.isEmpty() ? "(" : ", (")
                    .append(shape.code())
                    .append(", ")
                    .append(shape.key())
                    .append(", ")
                    .append(shape.window())
                    .append(", '")
                    .append(shape.options())
                    .append("')");
        }
        try (Statement insert = db.createStatement()) {
            insert.execute("INSERT INTO shape VALUES " + values + " ON CONFLICT (code) DO NOTHING");
        }
    }

    /// Takes away what is kept no longer ([Retention]): minutes become hours and days only, single sources become counts
    /// only. Hours, days and the pulse stay.
    public void retain(int sensor, int minutesDays, int sourcesDays) {
        if (!store.readTables(db -> outlived(db, sensor, minutesDays, sourcesDays))) {
            return;
        }
        List<Path> files =
                store.write(db -> {
                    List<Path> dropped = new ArrayList<>();
                    try (Statement statement = db.createStatement()) {
                        Instant now = store.clock().instant();
                        long minute = Retention.from(db, sensor, minutesDays, now) * 1_440;
                        long day = Retention.from(db, sensor, sourcesDays, now);
                        long minutes =
                                statement.executeUpdate(
                                        "DELETE FROM minute_row WHERE sensor = "
                                                + sensor
                                                + " AND minute < "
                                                + minute);
                        long gone = 0;
                        for (Kind kind : List.of(Kind.SEGMENT, Kind.SEGMENT6)) {
                            gone +=
                                    statement.executeUpdate(
                                            "DELETE FROM "
                                                    + kind.table()
                                                    + " WHERE sensor = "
                                                    + sensor
                                                    + " AND first < "
                                                    + day * 86_400);
                        }
                        dropped.addAll(
                                store.parts.drop(db, sensor, List.of(Kind.MINUTE), minute / 1_440));
                        if (minutes > 0 || !dropped.isEmpty()) {
                            statement.execute(
                                    "UPDATE sensor SET minutes_from = "
                                            + minute / 1_440
                                            + " WHERE id = "
                                            + sensor);
                        }
                        List<Path> sources =
                                store.parts.drop(
                                        db, sensor, List.of(Kind.SEGMENT, Kind.SEGMENT6), day);
                        dropped.addAll(sources);
                        if (gone > 0 || !sources.isEmpty()) {
                            note(db, sensor, -1, day);
                            statement.execute(
                                    "UPDATE sensor SET sources_from = "
                                            + day
                                            + " WHERE id = "
                                            + sensor);
                        }
                    }
                    return dropped;
                });
        delete(files);
    }

    /// Whether there is something to take away.
    private boolean outlived(Connection db, int sensor, int minutesDays, int sourcesDays)
            throws SQLException {
        Instant now = store.clock().instant();
        long minutes = Retention.from(db, sensor, minutesDays, now);
        long sources = Retention.from(db, sensor, sourcesDays, now);
        String rows = " WHERE sensor = " + sensor + " AND ";
        return EventKeeper.count(
                        db,
                        "SELECT (SELECT count(*) FROM minute_row"
                                + rows
                                + "minute < "
                                + minutes * 1_440
                                + ") + (SELECT count(*) FROM segment_row"
                                + rows
                                + "first < "
                                + sources * 86_400
                                + ") + (SELECT count(*) FROM segment6_row"
                                + rows
                                + "first < "
                                + sources * 86_400
                                + ") + (SELECT count(*) FROM part"
                                + rows
                                + "(kind = 'MINUTE' AND last_day < "
                                + minutes
                                + " OR kind IN ('SEGMENT', 'SEGMENT6') AND last_day < "
                                + sources
                                + "))")
                > 0;
    }

    private static void noteTargets(Connection db, int sensor, String column, Distinct targets)
            throws SQLException {
        Distinct all = new Distinct();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT " + column + " FROM sensor WHERE id = " + sensor)) {
            row.next();
            all.mergeImage(row.getBytes(1));
        }
        byte[] before = all.image();
        all.merge(targets);
        if (Arrays.equals(before, all.image())) {
            return;
        }
        try (PreparedStatement update =
                db.prepareStatement("UPDATE sensor SET " + column + " = ? WHERE id = ?")) {
            update.setBytes(1, all.image());
            update.setInt(2, sensor);
            update.execute();
        }
    }

    private int noteProgress(Connection db, Progress p, int timeout, long closedEarly)
            throws SQLException {
        String sql =
                p.id() == 0
                        ? "INSERT INTO import(sensor, file, head_length, head_sha256, position,"
                                + " tail_sha256, packets, bytes, outcomes, first_nanos, last_nanos,"
                                + " stopped_at, stopped_reason, rules_version, stored_at_millis,"
                                + " timeout_s, closed_early, id)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, CAST(string_split(?, ',') AS"
                                + " BIGINT[]), ?, ?, ?, ?, ?, ?, ?, ?, nextval('ids')) RETURNING id"
                        : "UPDATE import SET sensor = ?, file = ?, head_length = ?, head_sha256 ="
                              + " ?, position = ?, tail_sha256 = ?, packets = ?, bytes = ?,"
                              + " outcomes = CAST(string_split(?, ',') AS BIGINT[]), first_nanos ="
                              + " ?, last_nanos = ?, stopped_at = ?, stopped_reason = ?,"
                              + " rules_version = ?, stored_at_millis = ?, timeout_s ="
                              + " greatest(timeout_s, ?), closed_early = closed_early + ? WHERE id"
                              + " = "
                                + p.id()
                                + " RETURNING id";
        try (PreparedStatement note = db.prepareStatement(sql)) {
            note.setInt(1, p.sensor());
            note.setString(2, p.file());
            note.setLong(3, p.headLength());
            note.setString(4, p.headSha256());
            note.setLong(5, p.position());
            note.setString(6, p.tailSha256());
            note.setLong(7, p.packets());
            note.setLong(8, p.bytes());
            note.setString(
                    9, p.outcomes().stream().map(String::valueOf).collect(Collectors.joining(",")));
            note.setObject(10, p.firstNanos());
            note.setObject(11, p.lastNanos());
            note.setObject(12, p.stoppedAt());
            note.setString(13, p.stoppedReason());
            note.setInt(14, Mark.RULES_VERSION);
            note.setLong(15, store.clock().millis());
            note.setInt(16, timeout);
            note.setLong(17, closedEarly);
            try (ResultSet row = note.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }
}

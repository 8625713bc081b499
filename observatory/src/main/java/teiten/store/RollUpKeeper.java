package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.telescope.Mark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Brings the segments of whole days into files in order of sources, behind ([RollUps]).
///
/// An import notes the days that it changed, in its own transaction; from then on questions about them read segments
/// again. Later the days are rolled up anew: the files are written in the spool from one snapshot, renamed into `DIR/parts`,
/// and named in one transaction that drops the notes of that snapshot and no later ones. Whatever is killed when, a day is
/// answered from its segments or from a roll-up of just these segments.
final class RollUpKeeper {
    private static final System.Logger LOG = System.getLogger(RollUpKeeper.class.getName());

    private static final String LATER =
            "days were not rolled up and will be tried again; until then questions about them take"
                    + " longer";

    /// Notes wait so long for further ones.
    private static final Duration QUIET = Duration.ofSeconds(5);

    /// A day that changes again and again is rolled up anew in this share of the time.
    private static final int SHARE = 20;

    /// Questions that come before a day, or a part of it, keep it waiting so long at most.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /// Segments that are brought into order at once: what bounds the memory.
    private static final long AT_ONCE = 3_000_000;

    /// A day lies in at most 2^8 files of pairs.
    private static final int MOST_BITS = 8;

    /// Times that the lots are halved when memory does not suffice.
    private static final int FINER = 4;

    /// Rows of a row group.
    static final int GROUP = 20_480;

    /// Sums under the names of their columns; `%s` is the place of further ones.
    static final String SUMS =
            "sum(packets)::BIGINT AS packets, sum(bytes)::BIGINT AS bytes, %ssum(syn)::BIGINT AS"
                    + " syn, sum(backscatter)::BIGINT AS backscatter, sum(mirai)::BIGINT AS mirai,"
                    + " sum(masscan)::BIGINT AS masscan, sum(zmap)::BIGINT AS zmap,"
                    + " sum(zmap4)::BIGINT AS zmap4";

    private final Store store;
    private final LeftFiles left;
    private final ApartKeeper apart;
    private volatile boolean closing;
    private volatile @Nullable Statement running;
    private @Nullable Thread behind;

    RollUpKeeper(Store store) {
        this.store = store;
        left = new LeftFiles(store);
        apart = new ApartKeeper(store, this, left);
    }

    /// A sensor's day to be rolled up.
    ///
    /// @param notes numbers of the notes that this takes care of
    private record Work(int sensor, int day, List<Integer> notes) {}

    /// Begins to roll up what waits, and all that comes, behind the scenes.
    synchronized void start() {
        if (behind == null && !closing) {
            behind =
                    Thread.ofPlatform()
                            .daemon()
                            .name("roll-ups")
                            .priority(Thread.MIN_PRIORITY)
                            .start(this::run);
        }
    }

    /// Something that is done anew when something was stored, each of them in its own share of the time: days that take
    /// long do not keep what is quickly done waiting.
    private final class Turn {
        private final Runnable work;
        private long commits = -1;
        private long rested = System.nanoTime();

        Turn(Runnable work) {
            this.work = work;
        }

        /// @param now transactions stored when the quiet began
        void take(long now) {
            long begun = System.nanoTime();
            if (closing || now == commits || begun - rested < 0) {
                return;
            }
            try {
                work.run();
                commits = now;
            } catch (Store.NoMemory full) {
                LOG.log(System.Logger.Level.WARNING, LATER + ": " + full.getMessage());
            } catch (RuntimeException fault) {
                if (!closing) {
                    LOG.log(System.Logger.Level.WARNING, LATER, fault);
                }
            }
            rested = System.nanoTime() + SHARE * (System.nanoTime() - begun);
        }
    }

    private void run() {
        Turn days = new Turn(this::days);
        Turn investigators = new Turn(this::investigators);
        ready();
        try {
            while (!closing) {
                long now = store.commits.get();
                Thread.sleep(QUIET);
                days.take(now);
                investigators.take(now);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Makes the views before somebody waits for them.
    private void ready() {
        try {
            store.connection().close();
        } catch (SQLException | RuntimeException fault) {
            LOG.log(System.Logger.Level.WARNING, "views were not made ahead", fault);
        }
    }

    /// Rolls up every day that waits, and tells investigators apart in all of them.
    synchronized void catchUp() {
        days();
        investigators();
    }

    private synchronized void days() {
        left.tidy(false);
        spread();
        for (Work work : store.readBehind(RollUpKeeper::plan)) {
            store.questions.letPass(PATIENCE);
            if (closing) {
                return;
            }
            one(work);
            investigators();
        }
    }

    private synchronized void investigators() {
        apart.catchUp();
    }

    /// Ends what is under way; it is begun again the next time the store is open.
    void close() {
        closing = true;
        Statement statement = running;
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException _) {
                // it had just ended
            }
        }
        Thread thread;
        synchronized (this) {
            thread = behind;
            left.tidy(true);
        }
        if (thread != null) {
            thread.interrupt();
        }
    }

    /// Makes notes of several days notes of one day each, and drops days that have no segments any more.
    private void spread() {
        boolean wide =
                store.readBehind(db ->
                        EventKeeper.count(
                                        db,
                                        "SELECT count(*) FROM rollup_dirty WHERE first_day <"
                                                + " last_day")
                                > 0);
        if (!wide) {
            return;
        }
        store.write(db -> {
            try (Statement change = db.createStatement()) {
                change.execute(
                        "CREATE OR REPLACE TEMP TABLE wide AS SELECT * FROM rollup_dirty WHERE"
                                + " first_day < last_day");
                change.execute(
                        "INSERT INTO rollup_dirty SELECT nextval('ids'), sensor, day, day FROM"
                                + " (SELECT DISTINCT s.sensor, s.day FROM source s JOIN wide w ON"
                                + " s.sensor = w.sensor AND s.day BETWEEN w.first_day AND"
                                + " w.last_day UNION SELECT r.sensor, r.day FROM rollup r JOIN wide"
                                + " w ON r.sensor = w.sensor AND r.day BETWEEN w.first_day AND"
                                + " w.last_day)");
                change.execute("DELETE FROM rollup_dirty WHERE first_day < last_day");
                change.execute("DROP TABLE wide");
            }
            return true;
        });
    }

    private static List<Work> plan(Connection db) throws SQLException {
        Map<List<Integer>, Work> works = new HashMap<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT id, sensor, first_day FROM rollup_dirty WHERE first_day ="
                                        + " last_day")) {
            while (row.next()) {
                int sensor = row.getInt(2);
                int day = row.getInt(3);
                works.computeIfAbsent(
                                List.of(sensor, day), _ -> new Work(sensor, day, new ArrayList<>()))
                        .notes
                        .add(row.getInt(1));
            }
        }
        // The newest days are asked for most.
        return works.values().stream().sorted((a, b) -> Integer.compare(b.day, a.day)).toList();
    }

    private void one(Work work) {
        int id = store.readBehind(db -> (int) EventKeeper.count(db, "SELECT nextval('ids')"));
        Parts spool = Parts.in(store.spool());
        BusySets busy = new BusySets();
        List<Integer> notes = new ArrayList<>();
        List<Path> spooled = new ArrayList<>();
        try {
            int bits = written(work, id, notes, busy, spooled);
            left.add(
                    store.write(db -> {
                        List<Path> replaced = replace(db, work, notes);
                        if (bits >= 0) {
                            name(db, work, new RollUps.RollUp(id, bits), spool, busy);
                        }
                        return replaced;
                    }));
        } finally {
            // What was renamed is here no more.
            spooled.forEach(LeftFiles::delete);
        }
    }

    /// Writes the files, in smaller lots when memory does not suffice for larger ones beside what pages ask.
    ///
    /// @param spooled where the files go that were begun
    private int written(Work work, int id, List<Integer> notes, BusySets busy, List<Path> spooled) {
        for (int finer = 0; ; finer++) {
            int more = finer;
            notes.clear();
            busy.clear();
            try {
                return store.readBehind(db -> {
                    db.setAutoCommit(false);
                    try {
                        // What was noted since the plan is in this snapshot as well.
                        notes.addAll(notes(db, work));
                        return write(db, work, id, more, busy, spooled);
                    } finally {
                        running = null;
                        db.rollback();
                    }
                });
            } catch (Store.NoMemory fault) {
                if (finer == FINER) {
                    throw fault;
                }
            }
        }
    }

    private static List<Integer> notes(Connection db, Work work) throws SQLException {
        List<Integer> notes = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT id FROM rollup_dirty WHERE sensor = "
                                        + work.sensor
                                        + " AND first_day = "
                                        + work.day
                                        + " AND last_day = "
                                        + work.day)) {
            while (row.next()) {
                notes.add(row.getInt(1));
            }
        }
        return notes;
    }

    /// Writes the files into the spool.
    ///
    /// @return the roll-up's bits; −1 when the day has no segments
    private int write(
            Connection db, Work work, int id, int finer, BusySets busy, List<Path> spooled)
            throws SQLException, IOException {
        String day = " WHERE sensor = " + work.sensor + " AND day = " + work.day;
        long rows = EventKeeper.count(db, "SELECT count(*) FROM source" + day);
        if (rows == 0) {
            return -1;
        }
        int bits =
                Math.min(MOST_BITS, finer + 64 - Long.numberOfLeadingZeros((rows - 1) / AT_ONCE));
        Parts here = Parts.in(store.spool());
        RollUps.RollUp made = new RollUps.RollUp(id, bits);
        List<Path> pairs = made.pairs(here);
        List<Path> origins = lots("origins", here, id, bits);
        List<Path> marks = lots("marks", here, id, bits);
        spooled.addAll(made.files(here));
        spooled.addAll(origins);
        spooled.addAll(marks);
        try (SegmentPicks picks = picks(db, work)) {
            for (int bucket = 0; bucket < 1 << bits; bucket++) {
                if (bucket > 0) {
                    store.questions.letPass(PATIENCE);
                }
                long from = (long) bucket << 32 - bits;
                long below = bucket + 1L << 32 - bits;
                String segments = picks == null ? RollUps.SOURCE : picks.day(work.day, from, below);
                String which = day + " AND hash >= " + from + " AND hash < " + below;
                bucket(db, segments, which, pairs.get(bucket), origins.get(bucket));
                marks(db, segments, which, marks.get(bucket));
                if (picks != null) {
                    picks.forget();
                }
            }
        }
        Path origin = RollUps.Kind.ORIGIN.file(here, id);
        copy(
                db,
                "SELECT * FROM " + Parts.parquet(origins) + " ORDER BY hash, high, low",
                origin,
                GROUP);
        copy(
                db,
                "SELECT sensor, day, port, hash, high, low, access_ttl_min AS ttl_min,"
                        + " access_ttl_max AS ttl_max FROM "
                        + Parts.parquet(pairs)
                        + " WHERE "
                        + Rows.ACCESSES
                        + " > 0 ORDER BY port, hash, high, low",
                RollUps.Kind.PORT.file(here, id),
                GROUP);
        copy(
                db,
                "SELECT * FROM " + Parts.parquet(marks) + " ORDER BY mark, high, low",
                RollUps.Kind.MARK.file(here, id),
                GROUP);
        try (Statement ask = statement(db)) {
            busy.unite(
                    ask,
                    "SELECT hash, high, low FROM "
                            + Parts.parquet(List.of(origin))
                            + " ORDER BY packets DESC, high, low LIMIT "
                            + BusySets.MOST,
                    Parts.parquet(pairs));
        }
        return bits;
    }

    /// Files of the lots, which the files of the day are made from.
    private static List<Path> lots(String what, Parts spool, int id, int bits) {
        List<Path> lots = new ArrayList<>();
        for (int bucket = 0; bucket < 1 << bits; bucket++) {
            lots.add(spool.file(what + "-" + bucket, id));
        }
        return lots;
    }

    private @Nullable SegmentPicks picks(Connection db, Work work)
            throws SQLException, IOException {
        GroupScan scan =
                GroupScan.of(
                        store.parts.files(
                                db,
                                PartWriter.Kind.SEGMENT,
                                "sensor = "
                                        + work.sensor
                                        + " AND first_day <= "
                                        + work.day
                                        + " AND last_day >= "
                                        + work.day));
        return scan == null ? null : new SegmentPicks(db, store.spool(), RollUps.step(db), scan);
    }

    /// @param segments what to read them from
    private void bucket(Connection db, String segments, String which, Path pairs, Path origins)
            throws SQLException {
        copy(
                db,
                "SELECT sensor, day, hash, high, low, port, "
                        + SUMS.formatted("")
                        + ", min(first) AS first, max(last) AS last, min(ttl_min) AS ttl_min,"
                        + " max(ttl_max) AS ttl_max, min(access_ttl_min) AS access_ttl_min,"
                        + " max(access_ttl_max) AS access_ttl_max, list(targets) FILTER (WHERE"
                        + " octet_length(targets) > 0) AS targets FROM ("
                        + RollUps.segment(segments)
                        + ")"
                        + which
                        + " GROUP BY sensor, day, hash, high, low, port ORDER BY hash, high,"
                        + " low, port",
                pairs,
                GROUP);
        copy(
                db,
                "SELECT sensor, day, hash, high, low, "
                        + SUMS.formatted("sum(" + Rows.ACCESSES + ")::BIGINT AS accesses, ")
                        + ", min(first) AS first, max(last) AS last, min(ttl_min) AS ttl_min,"
                        + " max(ttl_max) AS ttl_max, coalesce(list(port) FILTER (WHERE "
                        + Rows.ACCESSES
                        + " > 0), []) AS ports FROM "
                        + Parts.parquet(List.of(pairs))
                        + " GROUP BY sensor, day, hash, high, low",
                origins,
                GROUP);
    }

    private void marks(Connection db, String segments, String which, Path marks)
            throws SQLException {
        List<String> labels = Stream.of(Mark.values()).map(Mark::label).toList();
        String borne =
                labels.stream()
                        .map(mark -> "CASE WHEN %1$s > 0 THEN '%1$s' END".formatted(mark))
                        .collect(Collectors.joining(", "));
        copy(
                db,
                "SELECT mark, sensor, day, high, low, "
                        + SUMS.formatted("sum(" + Rows.ACCESSES + ")::BIGINT AS accesses, ")
                        + " FROM (SELECT *, unnest(["
                        + borne
                        + "]) AS mark FROM "
                        + segments
                        + which
                        + " AND greatest("
                        + String.join(", ", labels)
                        + ") > 0) WHERE mark IS NOT NULL GROUP BY mark, sensor, day, high, low",
                marks,
                GROUP);
    }

    void copy(Connection db, String select, Path file, int group) throws SQLException {
        try (Statement statement = statement(db)) {
            statement.execute(
                    "COPY ("
                            + select
                            + ") TO '"
                            + file.toAbsolutePath().toString().replace("'", "''")
                            + "' (FORMAT parquet, ROW_GROUP_SIZE "
                            + group
                            + ")");
        }
    }

    /// @return files that are read no more once this is committed
    private List<Path> replace(Connection db, Work work, List<Integer> notes) throws SQLException {
        List<RollUps.RollUp> old = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        try (Statement change = db.createStatement()) {
            try (ResultSet row =
                    change.executeQuery(
                            "DELETE FROM rollup WHERE sensor = "
                                    + work.sensor
                                    + " AND day = "
                                    + work.day
                                    + " RETURNING id, bits")) {
                while (row.next()) {
                    old.add(new RollUps.RollUp(row.getInt(1), row.getInt(2)));
                }
            }
            for (RollUps.RollUp gone : old) {
                files.addAll(gone.files(store.parts));
                files.addAll(apart.drop(db, gone.id()));
                change.execute("DELETE FROM rollup_busy WHERE rollup = " + gone.id());
            }
            for (int note : notes) {
                change.execute("DELETE FROM rollup_dirty WHERE id = " + note);
            }
        }
        return files;
    }

    private void name(Connection db, Work work, RollUps.RollUp made, Parts spool, BusySets busy)
            throws SQLException, IOException {
        int id = made.id();
        List<Path> from = made.files(spool);
        List<Path> to = made.files(store.parts);
        for (int i = 0; i < from.size(); i++) {
            Files.move(from.get(i), to.get(i), StandardCopyOption.ATOMIC_MOVE);
        }
        try (PreparedStatement insert =
                db.prepareStatement("INSERT INTO rollup VALUES (?, ?, ?, ?)")) {
            insert.setInt(1, id);
            insert.setInt(2, work.sensor);
            insert.setInt(3, work.day);
            insert.setInt(4, made.bits());
            insert.execute();
        }
        busy.store(db, id);
    }

    boolean closing() {
        return closing;
    }

    /// Nothing is left to cancel.
    void ended() {
        running = null;
    }

    /// A statement that closing the store cancels.
    Statement statement(Connection db) throws SQLException {
        if (closing) {
            throw new SQLException("the store is being closed");
        }
        Statement statement = db.createStatement();
        running = statement;
        return statement;
    }
}

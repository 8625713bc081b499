package teiten.store;

import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/// Keeps `scan_event`, `dos_victim` and `hitter` what the segments say.
///
/// An import notes the days that it changed, in its own transaction. To catch up, the sources of these days are taken; for each
/// the span is widened day by day as long as it has segments within the timeout on both sides of a midnight, so that no
/// event of it reaches over the span's ends; its events in the span are forgotten and joined anew. What was not touched stays.
/// The result is what joining everything would give (`EventsKeptTest`), whatever the order of files and questions.
///
/// When the sensor's addresses, and with them the timeout, are others than before, everything is joined anew.
///
/// One transaction reads its snapshot and writes the result; imports go on meanwhile and note new days, which the next
/// catching up takes.
final class EventKeeper {
    private static final System.Logger LOG = System.getLogger(EventKeeper.class.getName());

    /// A share of addresses by which the inferred number may move before hitters are worked out anew.
    private static final double MOVED = 0.01;

    /// Segments whose joining takes longer than anyone waits without a word: some seconds.
    private static final long LONG = 4_000_000;

    private final Store store;
    private volatile LongConsumer longJoin = _ -> {};
    private final ReentrantLock one = new ReentrantLock();
    private final AtomicBoolean behindTheScenes = new AtomicBoolean();
    private volatile boolean closing;
    private volatile @Nullable Statement running;

    EventKeeper(Store store) {
        this.store = store;
    }

    /// What is to be done for one sensor.
    ///
    /// @param whole everything is joined anew
    /// @param notes numbers of the notes that this takes care of
    /// @param forget the day before which segments are kept no longer; −1 for none
    private record Work(
            int sensor,
            EventReadings.Timing timing,
            boolean whole,
            int firstDay,
            int lastDay,
            int forget,
            List<Integer> notes) {}

    void onLongJoin(LongConsumer segments) {
        longJoin = segments;
    }

    /// Catches up, however long it takes.
    void catchUp() {
        one.lock();
        try {
            if (!closing) {
                work();
            }
        } catch (SQLException fault) {
            throw new IllegalStateException(
                    "scan events could not be joined: " + fault.getMessage(), fault);
        } finally {
            running = null;
            one.unlock();
        }
    }

    /// Catches up when there is little to do; otherwise begins to, behind the scenes.
    ///
    /// @param most segments that are little
    /// @return whether everything is up to date
    boolean catchUp(long most) {
        if (!one.tryLock()) {
            return false;
        }
        try {
            long rows = store.read(db -> waiting(db, plan(db)));
            if (rows == 0) {
                return true;
            }
            if (rows <= most) {
                catchUp();
                return true;
            }
        } finally {
            one.unlock();
        }
        if (!closing && behindTheScenes.compareAndSet(false, true)) {
            Thread.ofPlatform()
                    .daemon()
                    .name("scan events")
                    .start(() -> {
                        try {
                            catchUp();
                        } catch (RuntimeException fault) {
                            if (!closing) {
                                LOG.log(
                                        System.Logger.Level.WARNING,
                                        "scan events were not joined",
                                        fault);
                            }
                        } finally {
                            behindTheScenes.set(false);
                        }
                    });
        }
        return false;
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
        one.lock();
        one.unlock();
    }

    /// Segments that wait to be joined; 0 when nothing does.
    private static long waiting(Connection db, List<Work> works) throws SQLException {
        long rows = 0;
        for (Work work : works) {
            rows +=
                    1
                            + count(
                                    db,
                                    "SELECT count(*) FROM source WHERE sensor = "
                                            + work.sensor
                                            + (work.whole
                                                    ? ""
                                                    : " AND first >= "
                                                            + work.firstDay * 86_400L
                                                            + " AND first < "
                                                            + (work.lastDay + 1) * 86_400L));
        }
        return rows;
    }

    private static List<Work> plan(Connection db) throws SQLException {
        Coverage coverage = Coverage.read(db);
        List<EventReadings.Timing> timings = EventReadings.timings(db, coverage);
        Map<Integer, List<int[]>> notes = new HashMap<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT sensor, id, first_day, last_day FROM event_dirty")) {
            while (row.next()) {
                notes.computeIfAbsent(row.getInt(1), _ -> new ArrayList<>())
                        .add(new int[] {row.getInt(2), row.getInt(3), row.getInt(4)});
            }
        }
        List<Work> works = new ArrayList<>();
        for (int i = 0; i < timings.size(); i++) {
            int sensor = coverage.sensors().get(i).id();
            boolean whole = moved(db, sensor, timings.get(i));
            List<int[]> mine = notes.getOrDefault(sensor, List.of());
            if (mine.isEmpty() && !whole) {
                continue;
            }
            int first = Integer.MAX_VALUE;
            int last = Integer.MIN_VALUE;
            int forget = -1;
            List<Integer> ids = new ArrayList<>();
            for (int[] note : mine) {
                ids.add(note[0]);
                if (note[1] < 0) {
                    forget = Math.max(forget, note[2]);
                }
                first = Math.min(first, note[1] < 0 ? note[2] : note[1]);
                last = Math.max(last, note[2]);
            }
            works.add(new Work(sensor, timings.get(i), whole, first, last, forget, ids));
        }
        return works;
    }

    private static boolean moved(Connection db, int sensor, EventReadings.Timing timing)
            throws SQLException {
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT timeout_s, fewest, addresses FROM event_state WHERE sensor"
                                        + " = "
                                        + sensor)) {
            return !row.next()
                    || row.getInt(1) != timing.timeout()
                    || row.getInt(2) != timing.fewestTargets()
                    || Math.abs(row.getDouble(3) - timing.addresses().value())
                            > MOVED * row.getDouble(3);
        }
    }

    private void work() throws SQLException {
        try (DuckDBConnection db = store.connection().unwrap(DuckDBConnection.class)) {
            db.setAutoCommit(false);
            try {
                List<Work> works = plan(db);
                long rows = waiting(db, works);
                if (rows >= LONG) {
                    longJoin.accept(rows);
                }
                for (Work work : works) {
                    one(db, work);
                }
                if (!works.isEmpty()) {
                    new CampaignSearch(db).run();
                }
                db.commit();
                if (!works.isEmpty()) {
                    store.commits.incrementAndGet();
                }
            } catch (SQLException | RuntimeException fault) {
                db.rollback();
                throw fault;
            }
        }
    }

    private void one(DuckDBConnection db, Work work) throws SQLException {
        String rows = "source";
        String sensor = "sensor = " + work.sensor;
        if (work.forget >= 0) {
            for (String table : List.of("scan_event", "dos_victim", "hitter")) {
                run(
                        db,
                        "DELETE FROM "
                                + table
                                + " WHERE "
                                + sensor
                                + " AND first < "
                                + work.forget * 86_400L);
            }
        }
        if (work.whole) {
            for (String table : List.of("scan_event", "dos_victim", "hitter")) {
                run(db, "DELETE FROM " + table + " WHERE " + sensor);
            }
        } else {
            rows = changed(db, work);
        }
        new EventJoin(this, db, work.sensor, work.timing).run(rows);
        new HitterSearch(db, work.sensor, work.timing.addresses().value())
                .run(work.whole, work.firstDay, work.lastDay);
        new ListMatch(db)
                .run(
                        work.whole
                                ? "SELECT DISTINCT high, low FROM source WHERE " + sensor
                                : "SELECT high, low FROM changed",
                        0);
        run(db, "DELETE FROM event_state WHERE " + sensor);
        run(
                db,
                "INSERT INTO event_state VALUES ("
                        + work.sensor
                        + ", "
                        + work.timing.timeout()
                        + ", "
                        + work.timing.fewestTargets()
                        + ", "
                        + work.timing.addresses().value()
                        + ", "
                        + store.clock().millis()
                        + ")");
        if (!work.notes.isEmpty()) {
            String ids = work.notes.toString();
            run(
                    db,
                    "DELETE FROM event_dirty WHERE id IN ("
                            + ids.substring(1, ids.length() - 1)
                            + ")");
        }
    }

    /// Makes the table `changed` of sources and the spans in which their events are joined anew, forgets these events, and
    /// gives the rows to join as a table expression.
    private String changed(Connection db, Work work) throws SQLException {
        String sensor = "sensor = " + work.sensor;
        run(
                db,
                "CREATE OR REPLACE TEMP TABLE changed AS SELECT DISTINCT high, low, "
                        + work.firstDay * 86_400L
                        + "::BIGINT AS a, "
                        + (work.lastDay + 1) * 86_400L
                        + "::BIGINT AS b FROM source WHERE "
                        + sensor
                        + " AND first >= "
                        + work.firstDay * 86_400L
                        + " AND first < "
                        + (work.lastDay + 1) * 86_400L);
        int timeout = Math.max(work.timing.timeout(), VictimSearch.TIMEOUT);
        widen(db, sensor, timeout, work.firstDay, -1);
        widen(db, sensor, timeout, work.lastDay + 1, 1);
        for (String table : List.of("scan_event", "dos_victim")) {
            run(
                    db,
                    "DELETE FROM "
                            + table
                            + " t USING changed c WHERE t."
                            + sensor
                            + " AND t.high = c.high AND t.low = c.low AND t.first >= c.a AND"
                            + " t.first < c.b");
        }
        long from = count(db, "SELECT coalesce(min(a), 0) FROM changed");
        long to = count(db, "SELECT coalesce(max(b), 0) FROM changed");
        return "(SELECT s.* FROM source s JOIN changed c ON s.high = c.high AND s.low = c.low WHERE"
                + " s.first >= c.a AND s.first < c.b AND s.first >= "
                + from
                + " AND s.first < "
                + to
                + ")";
    }

    /// Moves an end of the spans over every midnight that a source's segments may reach over.
    private void widen(Connection db, String sensor, int timeout, int day, int step)
            throws SQLException {
        run(db, "CREATE OR REPLACE TEMP TABLE pending AS SELECT high, low FROM changed");
        for (long at = day * 86_400L; ; at += step * 86_400L) {
            run(
                    db,
                    "CREATE OR REPLACE TEMP TABLE pending AS SELECT high, low FROM pending SEMI"
                            + " JOIN (SELECT high, low FROM source WHERE "
                            + sensor
                            + " AND first >= "
                            + (at - 86_400)
                            + " AND first < "
                            + at
                            + " AND last >= "
                            + (at - timeout)
                            + ") USING (high, low) SEMI JOIN (SELECT high, low FROM source WHERE "
                            + sensor
                            + " AND first >= "
                            + at
                            + " AND first < "
                            + (at + timeout)
                            + ") USING (high, low)");
            if (count(db, "SELECT count(*) FROM pending") == 0) {
                return;
            }
            run(
                    db,
                    "UPDATE changed SET "
                            + (step < 0 ? "a = a - 86400" : "b = b + 86400")
                            + " FROM pending p WHERE changed.high = p.high AND changed.low ="
                            + " p.low");
        }
    }

    void run(Connection db, String sql) throws SQLException {
        try (Statement statement = statement(db)) {
            statement.execute(sql);
        }
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

    static long count(Connection db, String sql) throws SQLException {
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}

package teiten.store;

import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.LongStream;

/// Joins a sensor's segments to scan events and victims.
///
/// Most sources knock a few times and make no event. So the first reading takes only the numbers, sums them up by source and
/// port, and keeps who may make an event; the second reads the sets of targets of these alone, sorted. Both go share by
/// share where memory would not hold all.
final class EventJoin {
    /// Segments whose sums, or which sorted, memory holds.
    private static final long ROWS_TOGETHER = 6_000_000;

    private final EventKeeper keeper;
    private final DuckDBConnection db;
    private final int sensor;
    private final EventReadings.Timing timing;

    EventJoin(EventKeeper keeper, DuckDBConnection db, int sensor, EventReadings.Timing timing) {
        this.keeper = keeper;
        this.db = db;
        this.sensor = sensor;
        this.timing = timing;
    }

    /// @param rows table expression of segments
    void run(String rows) throws SQLException {
        candidates(rows);
        String accesses = Rows.ACCESSES + " > 0";
        join(
                rows + " SEMI JOIN event_pair USING (high, low, port)",
                EventWalk.COLUMNS.replace("key", "port AS key"),
                accesses);
        join(
                rows + " SEMI JOIN event_many USING (high, low)",
                EventWalk.COLUMNS.replace("key", "-1 - (port >> 16) AS key"),
                accesses + " AND port >> 16 <= 1");
        String answers = "backscatter > 0";
        String from = rows + " SEMI JOIN victim_pair USING (high, low)";
        for (String share : shares(from, answers)) {
            keeper.run(
                    db,
                    "INSERT INTO dos_victim "
                            + VictimSearch.sql(sensor, from, share + " AND " + answers));
        }
        for (String table : List.of("event_pair", "event_many", "victim_pair")) {
            keeper.run(db, "DROP TABLE " + table);
        }
    }

    /// Makes the tables of who may make an event: by their sums alone, whatever the silences between.
    private void candidates(String rows) throws SQLException {
        keeper.run(
                db,
                "CREATE OR REPLACE TEMP TABLE event_pair(high BIGINT, low BIGINT, port INTEGER)");
        keeper.run(db, "CREATE OR REPLACE TEMP TABLE event_many(high BIGINT, low BIGINT)");
        keeper.run(db, "CREATE OR REPLACE TEMP TABLE victim_pair(high BIGINT, low BIGINT)");
        for (String share : shares(rows, "true")) {
            keeper.run(
                    db,
                    "CREATE OR REPLACE TEMP TABLE pair_sum AS SELECT high, low, port, sum("
                            + Rows.ACCESSES
                            + ")::BIGINT AS accesses, sum(backscatter)::BIGINT AS answers FROM "
                            + rows
                            + " WHERE "
                            + share
                            + " GROUP BY ALL");
            keeper.run(
                    db,
                    "INSERT INTO event_pair SELECT high, low, port FROM pair_sum WHERE accesses >= "
                            + timing.fewestTargets());
            keeper.run(
                    db,
                    "INSERT INTO event_many SELECT high, low FROM pair_sum WHERE accesses > 0 AND"
                            + " port >> 16 <= 1 GROUP BY ALL HAVING count(*) >= "
                            + EventReadings.MANY_PORTS);
            keeper.run(
                    db,
                    "INSERT INTO victim_pair SELECT high, low FROM pair_sum GROUP BY ALL HAVING"
                            + " sum(answers) >= "
                            + VictimSearch.PACKETS);
        }
        keeper.run(db, "DROP TABLE pair_sum");
    }

    /// Conditions that take the rows share by share, all of a source in one.
    private List<String> shares(String from, String condition) throws SQLException {
        String mine = "sensor = " + sensor;
        long count =
                EventKeeper.count(
                        db,
                        "SELECT count(*) FROM " + from + " WHERE " + mine + " AND " + condition);
        long parts = 1 + count / ROWS_TOGETHER;
        return LongStream.range(0, parts)
                .mapToObj(part ->
                        mine + (parts == 1 ? "" : " AND hash(low) % " + parts + " = " + part))
                .toList();
    }

    private void join(String from, String columns, String condition) throws SQLException {
        try (DuckDBAppender into =
                db.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "scan_event")) {
            EventWalk.Taker taker = event -> append(into, sensor, event);
            for (String share : shares(from, condition)) {
                EventWalk walk =
                        new EventWalk(
                                timing.timeout(), timing.fewestTargets(), EventReadings.MANY_PORTS);
                try (Statement ask = keeper.statement(db);
                        ResultSet row =
                                ask.executeQuery(
                                        "SELECT "
                                                + columns
                                                + " FROM "
                                                + from
                                                + " WHERE "
                                                + share
                                                + " AND "
                                                + condition
                                                + EventWalk.ORDER)) {
                    walk.walk(row, taker);
                }
                walk.end(taker);
            }
        }
    }

    private static void append(DuckDBAppender into, int sensor, EventWalk.Joined event)
            throws SQLException {
        into.beginRow();
        into.append(sensor);
        into.append(event.high);
        into.append(event.low);
        into.append(event.key);
        into.append(event.first);
        into.append(event.last);
        into.append(event.packets);
        for (long mark : event.marks) {
            into.append(mark);
        }
        into.append(event.ttlMin);
        into.append(event.ttlMax);
        into.append(event.ports());
        into.append(event.targets.estimate());
        into.append(event.targets.relativeError());
        into.append(event.shapes());
        into.endRow();
    }
}

package teiten.store;

import teiten.OperatorMistake;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// The tables, and the steps from each schema version to the next.
///
/// | table | one row is | key |
/// |---|---|---|
/// | `sensor` | a vantage point | id |
/// | `import` | a capture that was read, how far, with what outcome | id; content fingerprint |
/// | `pulse` | packets of one sensor and minute, skipped ones included | adds up |
/// | `minute_row` | the port image of one sensor and minute | merges |
/// | `hour_row`, `day_row` | one sensor, hour or UTC day, and destination port; port −1 is all ports together | adds up |
/// | `segment_row`, `segment6_row` | packets of one source to one port, without a long gap and within one UTC day | adds up |
/// | `part` | a Parquet file in `DIR/parts` with more rows of one of these kinds | id |
/// | `shape` | what a SYN shape's code stands for | code |
/// | `session` … | one conversation, see [SessionTables] | sensor and session |
/// | `sample` … | one sample and what it did in the lab, see [SampleTables] | SHA-256 |
/// | `scan_event` … | one scan event, victim or known scanner, see [EventTables] | |
/// | `rollup` … | days in files in order of sources, see [RollUpTables] | |
/// | `watched` … | a time of live capture, see [WatchTables] | id |
///
/// "Adds up" means: several rows of one key are parts of it, from several stretches of reading. Every query sums, takes
/// minimum and maximum, and unites the sets. Queries read the views `minute`, `hour`, `day` and `source`, which put rows
/// and parts together ([Parts]).
///
/// The sets are stored uncompressed: they are hashes, which do not shrink, and trying takes a third of the time of
/// storing.
final class Schema {
    static final int VERSION = 8;

    private static final List<String> STEPS =
            List.of(
                    """
                        CREATE TABLE meta(version INTEGER NOT NULL);
                        INSERT INTO meta VALUES (1);
                        CREATE SEQUENCE ids;
                        CREATE TABLE sensor(
                            id INTEGER PRIMARY KEY, name VARCHAR UNIQUE NOT NULL, prefixes VARCHAR NOT NULL,
                            demo BOOLEAN NOT NULL, targets BLOB NOT NULL, targets6 BLOB NOT NULL);
                        CREATE TABLE import(
                            id INTEGER PRIMARY KEY, sensor INTEGER NOT NULL, file VARCHAR NOT NULL,
                            head_length BIGINT NOT NULL, head_sha256 VARCHAR NOT NULL,
                            position BIGINT NOT NULL, tail_sha256 VARCHAR NOT NULL,
                            packets BIGINT NOT NULL, bytes BIGINT NOT NULL, outcomes BIGINT[] NOT NULL,
                            first_nanos BIGINT, last_nanos BIGINT, stopped_at BIGINT, stopped_reason VARCHAR,
                            rules_version INTEGER NOT NULL, stored_at_millis BIGINT NOT NULL,
                            timeout_s INTEGER NOT NULL, closed_early BIGINT NOT NULL);
                        CREATE TABLE pulse(sensor INTEGER NOT NULL, minute INTEGER NOT NULL, packets BIGINT NOT NULL);
                        CREATE TABLE part(
                            id INTEGER PRIMARY KEY, kind VARCHAR NOT NULL, sensor INTEGER NOT NULL, rows BIGINT NOT NULL,
                            first_day INTEGER NOT NULL, last_day INTEGER NOT NULL);
                        CREATE TABLE shape(code INTEGER PRIMARY KEY, key BIGINT NOT NULL, seen_window INTEGER NOT NULL,
                            options VARCHAR NOT NULL);
                        CREATE TABLE minute_row(
                            sensor INTEGER NOT NULL, minute INTEGER NOT NULL, packets BIGINT NOT NULL,
                            image BLOB NOT NULL USING COMPRESSION uncompressed);
                        CREATE TABLE hour_row(
                            sensor INTEGER NOT NULL, hour INTEGER NOT NULL, port INTEGER NOT NULL,
                            packets BIGINT NOT NULL, bytes BIGINT NOT NULL, accesses BIGINT NOT NULL,
                            syn BIGINT NOT NULL, backscatter BIGINT NOT NULL,
                            mirai BIGINT NOT NULL, masscan BIGINT NOT NULL, zmap BIGINT NOT NULL, zmap4 BIGINT NOT NULL,
                            sources BLOB NOT NULL USING COMPRESSION uncompressed);
                        CREATE TABLE day_row(
                            sensor INTEGER NOT NULL, day INTEGER NOT NULL, port INTEGER NOT NULL,
                            packets BIGINT NOT NULL, bytes BIGINT NOT NULL, accesses BIGINT NOT NULL,
                            syn BIGINT NOT NULL, backscatter BIGINT NOT NULL,
                            mirai BIGINT NOT NULL, masscan BIGINT NOT NULL, zmap BIGINT NOT NULL, zmap4 BIGINT NOT NULL,
                            sources BLOB NOT NULL USING COMPRESSION uncompressed);
                        CREATE TABLE segment_row(
                            sensor INTEGER NOT NULL, address UINTEGER NOT NULL, port INTEGER NOT NULL,
                            first UINTEGER NOT NULL, span INTEGER NOT NULL, bytes INTEGER NOT NULL,
                            packets INTEGER NOT NULL, syn INTEGER NOT NULL, backscatter INTEGER NOT NULL,
                            mirai INTEGER NOT NULL, masscan INTEGER NOT NULL, zmap INTEGER NOT NULL,
                            zmap4 INTEGER NOT NULL, ttl_min INTEGER NOT NULL, ttl_max INTEGER NOT NULL,
                            shape INTEGER NOT NULL, targets BLOB NOT NULL USING COMPRESSION uncompressed);
                        CREATE TABLE segment6_row(
                            sensor INTEGER NOT NULL, high BIGINT NOT NULL, low BIGINT NOT NULL, port INTEGER NOT NULL,
                            first UINTEGER NOT NULL, span INTEGER NOT NULL, bytes INTEGER NOT NULL,
                            packets INTEGER NOT NULL, syn INTEGER NOT NULL, backscatter INTEGER NOT NULL,
                            mirai INTEGER NOT NULL, masscan INTEGER NOT NULL, zmap INTEGER NOT NULL,
                            zmap4 INTEGER NOT NULL, ttl_min INTEGER NOT NULL, ttl_max INTEGER NOT NULL,
                            shape INTEGER NOT NULL, targets BLOB NOT NULL USING COMPRESSION uncompressed);
                    """,
                    SessionTables.STEP,
                    SampleTables.STEP,
                    EventTables.STEP,
                    WatchTables.STEP,
                    RollUpTables.STEP,
                    """
                        ALTER TABLE sensor ADD COLUMN sources_from INTEGER DEFAULT 0;
                        ALTER TABLE sensor ADD COLUMN minutes_from INTEGER DEFAULT 0;
                    """,
                    RollUpTables.APART_STEP);

    private Schema() {}

    /// Brings a database of any older version to [#VERSION], each step in a transaction of its own; an empty one in one.
    static void migrate(Connection db, String file) throws SQLException {
        int found = version(db);
        if (found > VERSION) {
            throw new OperatorMistake(
                    "the store "
                            + file
                            + " was written by a newer Teiten (schema version "
                            + found
                            + ", this one knows "
                            + VERSION
                            + "); update Teiten, or name another directory with --data");
        }
        for (int step = found; step < VERSION; ) {
            db.setAutoCommit(false);
            try (Statement statement = db.createStatement()) {
                do {
                    statement.execute(STEPS.get(step++));
                } while (found == 0 && step < VERSION);
                statement.execute("UPDATE meta SET version = " + step);
            }
            db.commit();
            db.setAutoCommit(true);
        }
    }

    private static int version(Connection db) throws SQLException {
        try (Statement statement = db.createStatement()) {
            try (ResultSet tables =
                    statement.executeQuery(
                            "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'meta'")) {
                tables.next();
                if (tables.getInt(1) == 0) {
                    return 0;
                }
            }
            try (ResultSet meta = statement.executeQuery("SELECT version FROM meta")) {
                return meta.next() ? meta.getInt(1) : 0;
            }
        }
    }
}

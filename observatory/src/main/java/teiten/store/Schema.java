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
/// | `minute` | the port image of one sensor and minute | merges |
/// | `hour`, `day` | one sensor, hour or UTC day, and destination port; port −1 is all ports together | adds up |
/// | `source` | one sensor, UTC day, source and destination port | adds up |
/// | `session` … | one conversation, see [SessionTables] | sensor and session |
/// | `sample` … | one sample and what it did in the lab, see [SampleTables] | SHA-256 |
///
/// "Adds up" means: several rows of one key are parts of it, from several stretches of reading. Every query sums, takes
/// minimum and maximum, and unites the sets.
///
/// The sets are stored uncompressed: they are hashes, which do not shrink, and trying takes a third of the time of
/// storing.
final class Schema {
    static final int VERSION = 3;

    private static final List<String> STEPS =
            List.of(
                    """
                        CREATE TABLE meta(version INTEGER NOT NULL);
                        INSERT INTO meta VALUES (1);
                        CREATE SEQUENCE ids;
                        CREATE TABLE sensor(
                            id INTEGER PRIMARY KEY, name VARCHAR UNIQUE NOT NULL, prefixes VARCHAR NOT NULL,
                            demo BOOLEAN NOT NULL, targets BLOB NOT NULL);
                        CREATE TABLE import(
                            id INTEGER PRIMARY KEY, sensor INTEGER NOT NULL, file VARCHAR NOT NULL,
                            head_length BIGINT NOT NULL, head_sha256 VARCHAR NOT NULL,
                            position BIGINT NOT NULL, tail_sha256 VARCHAR NOT NULL,
                            packets BIGINT NOT NULL, bytes BIGINT NOT NULL, outcomes BIGINT[] NOT NULL,
                            first_nanos BIGINT, last_nanos BIGINT, stopped_at BIGINT, stopped_reason VARCHAR,
                            rules_version INTEGER NOT NULL, stored_at_millis BIGINT NOT NULL);
                        CREATE TABLE pulse(sensor INTEGER NOT NULL, minute INTEGER NOT NULL, packets BIGINT NOT NULL);
                        CREATE TABLE minute(sensor INTEGER NOT NULL, minute INTEGER NOT NULL, image BLOB NOT NULL);
                        CREATE TABLE hour(
                            sensor INTEGER NOT NULL, hour INTEGER NOT NULL, port INTEGER NOT NULL,
                            packets BIGINT NOT NULL, bytes BIGINT NOT NULL, accesses BIGINT NOT NULL,
                            syn BIGINT NOT NULL, backscatter BIGINT NOT NULL,
                            mirai BIGINT NOT NULL, masscan BIGINT NOT NULL, zmap BIGINT NOT NULL, zmap4 BIGINT NOT NULL,
                            sources BLOB NOT NULL USING COMPRESSION uncompressed);
                        CREATE TABLE day(
                            sensor INTEGER NOT NULL, day INTEGER NOT NULL, port INTEGER NOT NULL,
                            packets BIGINT NOT NULL, bytes BIGINT NOT NULL, accesses BIGINT NOT NULL,
                            syn BIGINT NOT NULL, backscatter BIGINT NOT NULL,
                            mirai BIGINT NOT NULL, masscan BIGINT NOT NULL, zmap BIGINT NOT NULL, zmap4 BIGINT NOT NULL,
                            sources BLOB NOT NULL USING COMPRESSION uncompressed);
                        CREATE TABLE source(
                            sensor INTEGER NOT NULL, day INTEGER NOT NULL, high BIGINT NOT NULL, low BIGINT NOT NULL,
                            port INTEGER NOT NULL, packets BIGINT NOT NULL, bytes BIGINT NOT NULL, syn BIGINT NOT NULL,
                            backscatter BIGINT NOT NULL, mirai BIGINT NOT NULL, masscan BIGINT NOT NULL, zmap BIGINT NOT NULL,
                            zmap4 BIGINT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL,
                            ttl_min INTEGER NOT NULL, ttl_max INTEGER NOT NULL,
                    targets BLOB NOT NULL USING COMPRESSION uncompressed);
                    """,
                    SessionTables.STEP,
                    SampleTables.STEP);

    private Schema() {}

    /// Brings a database of any older version, or an empty one, to [#VERSION], each step in a transaction of its own.
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
        for (int step = found; step < VERSION; step++) {
            db.setAutoCommit(false);
            try (Statement statement = db.createStatement()) {
                statement.execute(STEPS.get(step));
                statement.execute("UPDATE meta SET version = " + (step + 1));
            }
            db.commit();
            db.setAutoCommit(true);
        }
    }

    private static int version(Connection db) throws SQLException {
        try (Statement statement = db.createStatement()) {
            try (ResultSet tables =
                    statement.executeQuery(
                            "SELECT count(*) FROM information_schema.tables WHERE table_name ="
                                    + " 'meta'")) {
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

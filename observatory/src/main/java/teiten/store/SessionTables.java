package teiten.store;

/// The tables of sessions.
///
/// | table | one row is | key |
/// |---|---|---|
/// | `session_import` | a log, segment or capture that sessions were read from, with its counters | id; content |
/// | `session_part` | the events of one session that one of them holds, packed | session, import |
/// | `session` | one session as it is understood, over all its parts | id; sensor and session |
/// | `login` | one pair tried in one session, with how often and how it ended | session, pair, result |
///
/// A part **replaces** its predecessor when its log is read again, and the session is the union of its parts by event
/// id. So reading a log twice changes nothing, a grown log takes the place of what it was, and a session that two logs
/// tell of (a log that was rotated) is one.
///
/// Stages are bits by [teiten.session.understand.Stage] ordinal. Times are milliseconds since 1970, for searching; the
/// exact ones stand in `record`. Words of a list are joined by commas, which none of them can hold.
final class SessionTables {
    static final String STEP =
            """
            CREATE TABLE session_import(
                id INTEGER PRIMARY KEY, sensor VARCHAR NOT NULL, format VARCHAR NOT NULL, file VARCHAR NOT NULL,
                capture INTEGER, head_length BIGINT NOT NULL, head_sha256 VARCHAR NOT NULL,
                length BIGINT NOT NULL, sha256 VARCHAR NOT NULL, whole BOOLEAN NOT NULL,
                counters VARCHAR NOT NULL, stored_at_millis BIGINT NOT NULL);
            CREATE TABLE session(
                id BIGINT NOT NULL, sensor VARCHAR NOT NULL, session VARCHAR NOT NULL, demo BOOLEAN NOT NULL,
                high BIGINT NOT NULL, low BIGINT NOT NULL, began BIGINT NOT NULL, ended BIGINT NOT NULL,
                door VARCHAR NOT NULL, device VARCHAR NOT NULL, stages INTEGER NOT NULL, family VARCHAR NOT NULL,
                commands INTEGER NOT NULL, fingerprint VARCHAR NOT NULL, cpus VARCHAR NOT NULL,
                samples VARCHAR NOT NULL, events INTEGER NOT NULL, record VARCHAR NOT NULL);
            CREATE TABLE session_part(
                session BIGINT NOT NULL, import INTEGER NOT NULL, reading BIGINT NOT NULL, sha256 VARCHAR NOT NULL,
                image BLOB NOT NULL USING COMPRESSION uncompressed);
            CREATE TABLE login(
                session BIGINT NOT NULL, name VARCHAR NOT NULL, password VARCHAR NOT NULL, result INTEGER NOT NULL,
                tries BIGINT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL);
            """;

    private SessionTables() {}
}

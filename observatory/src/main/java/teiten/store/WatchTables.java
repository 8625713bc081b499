package teiten.store;

/// The tables of live capture.
///
/// | table | one row is | key |
/// |---|---|---|
/// | `watched` | a time in which one source of a sensor was captured from, in milliseconds since 1970 | id |
/// | `loss` | packets that were lost in one minute, by who lost them | adds up |
/// | `followed` | a file of a followed directory as it was when it was last looked into | sensor, file |
///
/// A `watched` time is written on with every storing, so after a crash it ends where the figures end. Gaps are what lies
/// between the times of one sensor ([WatchedTime]).
final class WatchTables {
    static final String STEP =
            """
            CREATE TABLE watched(
                id INTEGER PRIMARY KEY, sensor INTEGER NOT NULL, source VARCHAR NOT NULL,
                began BIGINT NOT NULL, until BIGINT NOT NULL, ended VARCHAR NOT NULL);
            CREATE TABLE loss(
                sensor INTEGER NOT NULL, minute INTEGER NOT NULL,
                kernel BIGINT NOT NULL, device BIGINT NOT NULL, ours BIGINT NOT NULL);
            CREATE TABLE followed(
                sensor INTEGER NOT NULL, file VARCHAR NOT NULL, size BIGINT NOT NULL, modified BIGINT NOT NULL,
                PRIMARY KEY (sensor, file));
            """;

    private WatchTables() {}
}

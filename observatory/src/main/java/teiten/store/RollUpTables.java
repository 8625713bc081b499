package teiten.store;

/// The tables of roll-ups ([RollUpKeeper]).
///
/// | table | one row is | key |
/// |---|---|---|
/// | `rollup` | one sensor and UTC day whose segments lie in Parquet files in order of sources | id; sensor and day |
/// | `rollup_busy` | the set of targets of one of a roll-up's busiest sources | roll-up, address |
/// | `rollup_dirty` | days whose segments changed since they were rolled up | id |
/// | `rollup_seed` | the seed of the order, drawn once a store so that nobody outside knows who is in a sample | |
final class RollUpTables {
    static final String STEP =
            """
            CREATE TABLE rollup(
                id INTEGER PRIMARY KEY, sensor INTEGER NOT NULL, day INTEGER NOT NULL, bits INTEGER NOT NULL);
            CREATE TABLE rollup_busy(
                rollup INTEGER NOT NULL, high BIGINT NOT NULL, low BIGINT NOT NULL, targets BLOB NOT NULL);
            CREATE TABLE rollup_dirty(
                id INTEGER NOT NULL, sensor INTEGER NOT NULL, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL);
            CREATE TABLE rollup_seed(seed BIGINT NOT NULL);
            INSERT INTO rollup_seed SELECT (random() * 4294967295)::BIGINT;
            INSERT INTO rollup_dirty SELECT nextval('ids'), sensor, min(first_day), max(last_day) FROM (
                SELECT sensor, first_day, last_day FROM part WHERE kind IN ('SEGMENT', 'SEGMENT6')
                UNION ALL SELECT sensor, min(first // 86400)::INTEGER, max(first // 86400)::INTEGER
                    FROM segment_row GROUP BY sensor
                UNION ALL SELECT sensor, min(first // 86400)::INTEGER, max(first // 86400)::INTEGER
                    FROM segment6_row GROUP BY sensor) GROUP BY sensor;
            """;

    private RollUpTables() {}
}

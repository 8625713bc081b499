package teiten.store;

/// The tables of roll-ups ([RollUpKeeper]), and of what known investigators did in them ([ApartKeeper]).
///
/// | table | one row is | key |
/// |---|---|---|
/// | `rollup` | one sensor and UTC day whose segments lie in Parquet files in order of sources | id; sensor and day |
/// | `rollup_busy` | the set of targets of one of a roll-up's busiest sources | roll-up, address |
/// | `rollup_dirty` | days whose segments changed since they were rolled up | id |
/// | `rollup_seed` | the seed of the order, drawn once a store so that nobody outside knows who is in a sample | |
/// | `investigator` | a source that is a known investigator, of whatever time and sensor, or `gone`: was one; `number` is that of the change that made it so | address |
/// | `rollup_apart` | the files that tell investigators apart in a roll-up, up to date with all changes whose number is at most `upto` | roll-up; id |
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

    static final String APART_STEP =
            """
            CREATE TABLE investigator(
                high BIGINT NOT NULL, low BIGINT NOT NULL, number INTEGER NOT NULL, gone BOOLEAN NOT NULL);
            CREATE TABLE rollup_apart(rollup INTEGER NOT NULL, id INTEGER NOT NULL, upto INTEGER NOT NULL);
            """;

    private RollUpTables() {}
}

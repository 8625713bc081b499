package teiten.store;

/// The tables of samples and of what they did in the lab.
///
/// | table | one row is | key |
/// |---|---|---|
/// | `sample` | one sample's facts: what is searched for as columns, all of it as JSON | SHA-256 |
/// | `sample_text` | a controller, or a rare text, that its bytes hold | sample, kind, value |
/// | `sample_sighting` | how and when the sample came here | all columns |
/// | `lab_run` | one run in the lab: its behaviour as JSON | id, the SHA-256 of that JSON |
/// | `lab_search` | one port that a run searched | run, port |
/// | `lab_peer` | one controller of a run, by name where one was resolved | run, peer |
///
/// Storing a sample again **replaces** its facts and adds only sightings that are new; storing a run's report again
/// changes nothing. Times are milliseconds since 1970. What is not known is the word `unknown`.
final class SampleTables {
    static final String STEP =
            """
            CREATE TABLE sample(
                sha256 VARCHAR NOT NULL, demo BOOLEAN NOT NULL, added BIGINT NOT NULL, size BIGINT NOT NULL,
                kind VARCHAR NOT NULL, cpu VARCHAR NOT NULL, class VARCHAR NOT NULL, endianness VARCHAR NOT NULL,
                isa VARCHAR NOT NULL, linked VARCHAR NOT NULL, stripped VARCHAR NOT NULL, packed VARCHAR NOT NULL,
                header_lies BOOLEAN NOT NULL, families VARCHAR NOT NULL, tlsh VARCHAR NOT NULL, facts VARCHAR NOT NULL);
            CREATE TABLE sample_text(sha256 VARCHAR NOT NULL, kind VARCHAR NOT NULL, value VARCHAR NOT NULL);
            CREATE TABLE sample_sighting(
                sha256 VARCHAR NOT NULL, session VARCHAR NOT NULL, url VARCHAR NOT NULL, sensor VARCHAR NOT NULL,
                time BIGINT NOT NULL);
            CREATE TABLE lab_run(
                id VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, demo BOOLEAN NOT NULL, ran_at BIGINT NOT NULL,
                cpu VARCHAR NOT NULL, emulator VARCHAR NOT NULL, ended VARCHAR NOT NULL, wall_millis BIGINT NOT NULL,
                behaviour VARCHAR NOT NULL);
            CREATE TABLE lab_search(
                run VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, port INTEGER NOT NULL, attempts BIGINT NOT NULL,
                addresses BIGINT NOT NULL, mirai BIGINT NOT NULL, per_second DOUBLE NOT NULL);
            CREATE TABLE lab_peer(
                run VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, peer VARCHAR NOT NULL, port INTEGER NOT NULL);
            """;

    private SampleTables() {}
}

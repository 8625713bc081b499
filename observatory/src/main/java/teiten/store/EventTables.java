package teiten.store;

/// The tables of scan events, victims and investigation scanners.
///
/// | table | one row is | key |
/// |---|---|---|
/// | `scan_event` | one scan event; port −1 many TCP ports, −2 many UDP ports | sensor, source, port, first |
/// | `dos_victim` | one attack whose answers came | sensor, victim, first |
/// | `hitter` | a source that reached a tenth of a sensor's addresses, in a UTC day (port −3) or in one event | sensor, source, port, first |
/// | `event_state` | with which timeout a sensor's events were joined, and when | sensor |
/// | `event_dirty` | days whose segments changed since; first_day −1: what was before last_day is kept no longer | id |
/// | `scanner_list` | a list of scanners that the operator supplied | id; name |
/// | `scanner_entry` | one block of a list | list |
/// | `campaign`, `campaign_port`, `campaign_source` | one campaign of scanning ([CampaignSearch]), its ports, its sources | id |
/// | `listed_source` | a source of the store that lies in a list's block | list, source |
///
/// The first three are worked out from `source` alone, by [EventKeeper]; they can be thrown away at any time.
final class EventTables {
    static final String STEP =
            """
            CREATE TABLE scan_event(
                sensor INTEGER NOT NULL, high BIGINT NOT NULL, low BIGINT NOT NULL, port INTEGER NOT NULL,
                first BIGINT NOT NULL, last BIGINT NOT NULL, packets BIGINT NOT NULL, mirai BIGINT NOT NULL,
                masscan BIGINT NOT NULL, zmap BIGINT NOT NULL, zmap4 BIGINT NOT NULL, ttl_min INTEGER NOT NULL,
                ttl_max INTEGER NOT NULL, ports INTEGER NOT NULL, targets DOUBLE NOT NULL, error DOUBLE NOT NULL,
                shapes VARCHAR NOT NULL);
            CREATE TABLE dos_victim(
                sensor INTEGER NOT NULL, high BIGINT NOT NULL, low BIGINT NOT NULL, first BIGINT NOT NULL,
                last BIGINT NOT NULL, packets BIGINT NOT NULL, busiest BIGINT NOT NULL, ports INTEGER NOT NULL,
                services VARCHAR NOT NULL);
            CREATE TABLE hitter(
                sensor INTEGER NOT NULL, high BIGINT NOT NULL, low BIGINT NOT NULL, port INTEGER NOT NULL,
                first BIGINT NOT NULL, last BIGINT NOT NULL, packets BIGINT NOT NULL, mirai BIGINT NOT NULL,
                targets DOUBLE NOT NULL, error DOUBLE NOT NULL, addresses DOUBLE NOT NULL);
            CREATE TABLE event_state(
                sensor INTEGER NOT NULL, timeout_s INTEGER NOT NULL, fewest INTEGER NOT NULL, addresses DOUBLE NOT NULL,
                joined_at_millis BIGINT NOT NULL);
            CREATE TABLE event_dirty(
                id INTEGER NOT NULL, sensor INTEGER NOT NULL, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL);
            CREATE TABLE scanner_list(
                id INTEGER NOT NULL, name VARCHAR NOT NULL, kind VARCHAR NOT NULL, version VARCHAR NOT NULL,
                source VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, loaded_at_millis BIGINT NOT NULL, entries INTEGER NOT NULL);
            CREATE TABLE scanner_entry(
                list INTEGER NOT NULL, high BIGINT NOT NULL, low BIGINT NOT NULL, bits INTEGER NOT NULL,
                entry VARCHAR NOT NULL);
            CREATE TABLE listed_source(
                list INTEGER NOT NULL, high BIGINT NOT NULL, low BIGINT NOT NULL, entry VARCHAR NOT NULL);
            CREATE TABLE campaign(
                id VARCHAR NOT NULL, mark VARCHAR NOT NULL, ttl VARCHAR NOT NULL, shape VARCHAR NOT NULL,
                port INTEGER NOT NULL, began BIGINT NOT NULL, until BIGINT NOT NULL, first BIGINT NOT NULL,
                last BIGINT NOT NULL, middle BIGINT NOT NULL, sources BIGINT NOT NULL, packets BIGINT NOT NULL,
                expected DOUBLE NOT NULL, chance DOUBLE NOT NULL, elsewhere BIGINT NOT NULL, sensors INTEGER[] NOT NULL);
            CREATE TABLE campaign_port(
                id VARCHAR NOT NULL, port INTEGER NOT NULL, sources BIGINT NOT NULL, packets BIGINT NOT NULL,
                expected DOUBLE NOT NULL);
            CREATE TABLE campaign_source(
                id VARCHAR NOT NULL, high BIGINT NOT NULL, low BIGINT NOT NULL, first BIGINT NOT NULL,
                packets BIGINT NOT NULL, ports BIGINT NOT NULL);
            """;

    /// The port of an event over many TCP ports.
    static final int MANY_TCP = -1;

    static final int MANY_UDP = -2;

    /// The port of a hitter's whole day.
    static final int WHOLE_DAY = -3;

    private EventTables() {}
}

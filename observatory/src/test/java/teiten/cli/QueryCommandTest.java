package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import teiten.capture.CaptureWriter;
import teiten.net.IpAddress;
import teiten.store.Store;
import teiten.web.LiveFeed;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/// The user's own SQL sees the documented tables and reaches nothing else.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryCommandTest {
    private static final List<String> V6 =
            List.of(
                    "2001:db8::1",
                    "2001:db8:0:1:1:1:1:1",
                    "2001:0:0:1::1",
                    "::1",
                    "fe80::",
                    "2001:db8:a:b:c:d:e:f0");

    @TempDir static Path folder;

    @BeforeAll
    void import_a_capture_of_known_sources() throws IOException {
        Path file = folder.resolve("in.pcap");
        try (CaptureWriter out = CaptureWriter.create(file, false, 101)) {
            long time = 1_700_000_000L * 1_000_000_000L;
            out.packet(time, syn4(), 0, 40, 40);
            for (String source : V6) {
                out.packet(time, syn6(IpAddress.parse(source)), 0, 60, 60);
            }
        }
        Cli read = Cli.run("import", "--data", folder.resolve("store"), file);
        assertThat(read.status()).as(read.err()).isZero();
        Files.writeString(folder.resolve("secret.csv"), "word\nhidden\n");
    }

    private static byte[] syn4() {
        ByteBuffer b = ByteBuffer.allocate(40);
        b.putInt(0x45000028).putInt(0).putInt(0x40060000);
        b.putInt(0xC0000201).putInt(0xC6120001);
        return tcp(b).array();
    }

    private static byte[] syn6(IpAddress source) {
        ByteBuffer b = ByteBuffer.allocate(60);
        b.putInt(0x60000000).putShort((short) 20).put((byte) 6).put((byte) 64);
        b.putLong(source.high()).putLong(source.low());
        b.putLong(0x20010db8_00020000L).putLong(1);
        return tcp(b).array();
    }

    private static ByteBuffer tcp(ByteBuffer b) {
        return b.putShort((short) 40_000)
                .putShort((short) 23)
                .putInt(7)
                .putInt(0)
                .putInt(0x5002_4000)
                .putInt(0);
    }

    private Cli query(Object... words) {
        Object[] all = new Object[words.length + 3];
        all[0] = "query";
        all[1] = "--data";
        all[2] = folder.resolve("store");
        System.arraycopy(words, 0, all, 3, words.length);
        return Cli.run(all);
    }

    @Test
    void addresses_are_text_as_everywhere_else() {
        JsonNode rows = query("--json", "SELECT source FROM source_day").json();
        assertThat(rows.values().stream().map(row -> row.get("source").asString()))
                .containsExactlyInAnyOrder(
                        java.util.stream.Stream.concat(
                                        java.util.stream.Stream.of("192.0.2.1"), V6.stream())
                                .toArray(String[]::new));
    }

    @Test
    void ports_and_times_are_those_of_the_capture() {
        JsonNode row =
                query("--json", "SELECT * FROM port_hour WHERE protocol = 'tcp' AND port = 23")
                        .json()
                        .get(0);
        assertThat(row.get("packets").asLong()).isEqualTo(1 + V6.size());
        assertThat(row.get("hour").asString()).isEqualTo("2023-11-14T22:00Z");
        assertThat(row.get("sensor").asString()).isEqualTo("darknet");
    }

    @Test
    void every_listed_table_can_be_asked() {
        for (String table :
                List.of(
                        "sensor",
                        "capture",
                        "packet_minute",
                        "port_hour",
                        "port_day",
                        "source_day")) {
            assertThat(query("SELECT * FROM " + table).status()).as(table).isZero();
        }
        assertThat(query().out()).contains("source_day");
    }

    @Test
    void csv_has_a_header_and_order_is_kept_and_limit_is_told() {
        Cli cut =
                query(
                        "--csv",
                        "--limit",
                        "2",
                        "WITH n AS (SELECT unnest(range(50)) AS i) SELECT i FROM n ORDER BY i"
                                + " DESC");
        assertThat(cut.out()).isEqualTo("i\n49\n48\n");
        assertThat(cut.err()).contains("--limit 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COPY (SELECT 1) TO '%s/written.csv'",
                "SELECT 1; COPY (SELECT 1) TO '%s/written.csv'",
                "SELECT 1; SELECT 2",
                "ATTACH '%s/written.csv' AS x",
                "INSTALL httpfs",
                "LOAD httpfs",
                "PRAGMA database_list",
                "SET enable_external_access = true",
                "RESET lock_configuration",
                "DROP TABLE source",
                "DELETE FROM teiten.main.source",
                "INSERT INTO sensor VALUES (1)",
                "CREATE TABLE t AS SELECT 1",
                "EXPORT DATABASE '%s/written.csv'",
                "CALL enable_logging()",
                "SELECT * FROM '%s/secret.csv'",
                "SELECT * FROM \"%s/secret.csv\"",
                "SELECT * FROM read_csv('%s/secret.csv')",
                "SELECT * FROM READ_CSV_AUTO('%s/secret.csv')",
                "SELECT * FROM system.main.read_text('%s/secret.csv')",
                "SELECT content FROM read_blob('%s/secret.csv')",
                "SELECT * FROM glob('%s/*')",
                "SELECT * FROM sniff_csv('%s/secret.csv')",
                "SELECT * FROM query('SELECT * FROM read_csv(''%s/secret.csv'')')",
                "SELECT * FROM query_table('%s/secret.csv')",
                "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
                "SELECT (SELECT word FROM read_csv('%s/secret.csv'))",
                "SELECT 1 WHERE EXISTS (FROM '%s/secret.csv')",
                "FROM (WITH \"%s/secret.csv\" AS (SELECT 1) SELECT 1), \"%s/secret.csv\"",
                "WITH a AS (FROM read_text('%s/secret.csv')) FROM a",
                "SELECT * FROM sensor, LATERAL (FROM read_text('%s/secret.csv'))",
                "DESCRIBE '%s/secret.csv'",
                "SUMMARIZE '%s/secret.csv'",
                "SELECT * FROM enable_profiling(save_location = '%s/written.csv')",
                "SELECT * FROM enable_logging(storage_path = '%s/written.csv')",
                "SELECT * FROM checkpoint()",
                "SELECT * FROM duckdb_settings()",
                "SELECT * FROM duckdb_secrets()",
                "SELECT nextval('ids')",
                "SELECT nextval('teiten.main.ids')",
                "SELECT write_log('x')",
                "SELECT sleep_ms(100000)",
                "SELECT * FROM teiten.main.source",
                "SELECT * FROM main.meta",
                "SELECT * FROM information_schema.tables",
                "SELECT * FROM flowtuple",
                "SELECT $1",
                "SELEC 1",
                ""
            })
    void hostile_sql_ends_in_one_sentence_and_touches_nothing(String sql) throws IOException {
        Cli answer = query("--json", sql.replace("%s", folder.toString()));

        assertThat(answer.status()).as(answer.out()).isEqualTo(Main.MISTAKE);
        assertThat(answer.err().lines()).hasSize(1);
        assertThat(answer.out()).doesNotContain("hidden");
        try (var left = Files.list(folder)) {
            assertThat(left.map(p -> p.getFileName().toString()))
                    .containsExactlyInAnyOrder("in.pcap", "secret.csv", "store");
        }
    }

    @Test
    void a_query_that_takes_too_long_is_ended() {
        Cli answer =
                query("--timeout", "1", "SELECT count(*) FROM range(100000000) a, range(100000) b");
        assertThat(answer.status()).isEqualTo(Main.MISTAKE);
        assertThat(answer.err()).contains("ended after 1 s");
    }

    @Test
    void a_running_server_answers_in_place_of_the_command() throws IOException {
        Path data = folder.resolve("store");
        try (Store store = Store.open(data, "test", 256L << 20, InstantSource.system());
                ControlSocket _ = ControlSocket.open(store, new LiveFeed())) {
            Cli answer = query("--csv", "SELECT count(*) AS n FROM source_day");
            assertThat(answer.status()).as(answer.err()).isZero();
            assertThat(answer.out()).isEqualTo("n\n" + (1 + V6.size()) + "\n");
        }
    }

    @Test
    void a_column_that_is_not_there_is_named_with_those_that_may_be_meant() {
        Cli asked = Cli.run("query", "--data", folder.resolve("store"), "SELECT sorce FROM event");
        assertThat(asked.status()).isEqualTo(2);
        assertThat(asked.err()).contains("\"sorce\"").contains("\"source\"").hasLineCount(1);
    }

    @Test
    void flow_tuples_are_seen_once_there_are_any(@TempDir Path other) throws IOException {
        Cli none = query("--json", "SELECT count(*) AS n FROM flowtuple");
        assertThat(none.status()).isEqualTo(Main.MISTAKE);
        assertThat(none.err()).contains("flowtuple appears with the first stored flow tuples");

        Cli.run("import", "--quiet", "--tuples", "--data", other, folder.resolve("in.pcap"));
        JsonNode row =
                Cli.run(
                                "query",
                                "--json",
                                "--data",
                                other,
                                "SELECT count(*) AS n, min(source) FILTER (source_v4 IS NULL) AS"
                                        + " six FROM flowtuple")
                        .json()
                        .get(0);
        assertThat(row.get("n").asInt()).isEqualTo(1 + V6.size());
        assertThat(V6).contains(row.get("six").asString());
    }
}

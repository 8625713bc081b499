package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.session.SharedData;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/// Telnet conversations of real captures, through `teiten import`, against what tshark says of them.
class CaptureSessionsTest {
    @TempDir private Path folder = Path.of("");

    private static List<String[]> golden() throws IOException {
        List<String[]> rows = new ArrayList<>();
        List<String> lines = Files.readAllLines(SharedData.of("golden/telnet_client_text.tsv"));
        for (String line : lines.subList(1, lines.size())) {
            rows.add(line.split("\t", -1));
        }
        return rows;
    }

    private static JsonNode sessions(Path data) {
        return Cli.run("top", "sessions", "--limit", 0, "--json", "--data", data).json();
    }

    /// What the visitor sent, as tshark prints it.
    private static String said(Path data, JsonNode row) {
        StringBuilder text = new StringBuilder();
        Cli.run("show", "session", row.get("session").asString(), "--json", "--data", data)
                .json()
                .get("events")
                .forEach(event -> {
                    if (event.get("event").asString().equals("input")) {
                        byte[] bytes =
                                java.util.HexFormat.of().parseHex(event.get("bytes").asString());
                        text.append(new String(bytes, StandardCharsets.ISO_8859_1));
                    }
                });
        return text.toString().replace("\r", "\\r").replace("\n", "\\n");
    }

    @Test
    void every_conversation_that_tshark_follows_is_a_session_with_the_same_words()
            throws IOException {
        Map<String, List<String>> expected = new TreeMap<>();
        for (String[] row : golden()) {
            expected.computeIfAbsent(row[0], _ -> new ArrayList<>()).add(row[5]);
        }
        for (Map.Entry<String, List<String>> capture : expected.entrySet()) {
            Path data = folder.resolve("data" + capture.getKey().hashCode());
            Path file = SharedData.of(capture.getKey());
            Cli run = Cli.run("import", "--json", "--data", data, file);
            assertThat(run.status()).as(run.err()).isIn(Main.DONE, Main.DAMAGE);
            assertThat(run.json().get("files").get(0).get("conversations").asInt())
                    .as(capture.getKey())
                    .isEqualTo(capture.getValue().size());
            List<String> words = new ArrayList<>();
            JsonNode rows = sessions(data);
            rows.forEach(row -> words.add(said(data, row)));
            assertThat(words)
                    .as(capture.getKey())
                    .containsExactlyInAnyOrderElementsOf(capture.getValue());
            rows.forEach(row -> assertThat(row.get("door").asString()).isEqualTo("telnet"));

            // and again: nothing new; packed under another name: the same
            String before = rows.toString();
            assertThat(Cli.run("import", "--data", data, file).err()).contains("nothing new");
            Path packed = folder.resolve("packed.gz");
            try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(packed))) {
                gzip.write(Files.readAllBytes(file));
            }
            assertThat(Cli.run("import", "--data", data, packed).err()).contains("nothing new");
            assertThat(sessions(data).toString()).isEqualTo(before);

            Path fresh = folder.resolve("packed" + capture.getKey().hashCode());
            Cli.run("import", "--data", fresh, packed);
            assertThat(sessions(fresh)).hasSize(rows.size());
        }
    }

    @Test
    void a_capture_that_grew_ends_as_if_it_had_been_read_whole() throws IOException {
        byte[] bytes = Files.readAllBytes(SharedData.of("pcap-telnet/telnet-line-mode.pcap"));
        Path file = folder.resolve("live.pcap");
        Files.write(file, bytes);
        Path whole = folder.resolve("whole");
        Cli.run("import", "--data", whole, file);
        Path grown = folder.resolve("grown");

        for (int part = 1; part <= 4; part++) {
            Files.write(file, Arrays.copyOf(bytes, bytes.length * part / 4));
            Cli.run("import", "--data", grown, file);
        }

        assertThat(sessions(grown)).isEqualTo(sessions(whole)).hasSize(1);
        assertThat(said(grown, sessions(grown).get(0)))
                .isEqualTo(said(whole, sessions(whole).get(0)));
    }

    @Test
    void a_telescopes_capture_holds_no_conversation() throws IOException {
        Cli.run("simulate", "demo", "-o", folder, "--packets", 50_000);
        Path data = folder.resolve("data");
        Cli run = Cli.run("import", "--json", "--data", data, folder.resolve("demo.pcap"));
        assertThat(run.json().get("files").get(0).get("conversations").asInt()).isZero();
        assertThat(sessions(data)).isEmpty();
    }
}

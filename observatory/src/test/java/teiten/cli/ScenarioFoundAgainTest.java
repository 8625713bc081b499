package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import teiten.simulate.Scenario;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// Every simulated scenario goes in as a capture and is found again by the command line: figures equal to the truth that
/// was counted while the capture was written, estimates within their stated error.
class ScenarioFoundAgainTest {
    /// Four standard errors of the sketch, relative.
    private static final double ERROR = 4 * 0.01625;

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void what_was_simulated_is_found(Scenario scenario) throws IOException {
        // given the scenario's capture, short enough for a test
        String name = scenario.label();
        assertThat(Cli.run("simulate", name, "-o", folder, "--packets", 120_000).status()).isZero();
        JsonNode truth =
                JsonMapper.builder()
                        .build()
                        .readTree(Files.readString(folder.resolve(name + ".truth.json")));
        Path store = folder.resolve("store");

        // when it is imported
        Cli run =
                Cli.run(
                        "import",
                        "--json",
                        "--data",
                        store,
                        "--addresses",
                        truth.get("prefix").asString(),
                        folder.resolve(name + ".pcap"));
        assertThat(run.status()).as(run.err()).isZero();

        // then totals are the truth's
        JsonNode read = run.json().get("files").get(0);
        assertThat(read.get("packets").asLong())
                .isEqualTo(truth.get("totals").get("packets").asLong());

        // and every port's packets, SYNs, marks and sources
        Map<String, JsonNode> found = new HashMap<>();
        for (JsonNode port :
                Cli.run("top", "ports", "--json", "--limit", 0, "--data", store).json().values()) {
            found.put(port.get("port").asInt() + "/" + port.get("protocol").asString(), port);
        }
        for (JsonNode port : truth.get("ports").values()) {
            String key = port.get("port").asInt() + "/" + port.get("protocol").asString();
            JsonNode ours = found.getOrDefault(key, port);
            assertThat(found).containsKey(key);
            assertThat(ours.get("packets").asLong())
                    .as(key)
                    .isEqualTo(port.get("packets").asLong());
            assertThat(ours.get("syn").asLong()).as(key).isEqualTo(port.get("syn").asLong());
            long sources = port.get("sources").asLong();
            double slack = ours.get("sources_relative_error").asDouble() == 0 ? 0 : ERROR * sources;
            assertThat(ours.get("sources").asDouble())
                    .as(key + " sources")
                    .isCloseTo(sources, within(slack));
            if (port.get("protocol").asString().equals("tcp")
                    && port.get("packets").equals(port.get("syn"))) {
                for (String mark : new String[] {"mirai", "masscan", "zmap", "zmap4"}) {
                    assertThat(ours.get("marks").get(mark).asLong())
                            .as(key + " " + mark)
                            .isEqualTo(port.get("marks").get(mark).asLong());
                }
            }
        }

        // and the overlap of sources between ports
        for (JsonNode overlap : truth.get("overlaps").values()) {
            Cli show =
                    Cli.run("show", "port", overlap.get("a").asString(), "--json", "--data", store);
            JsonNode also = show.json().get("also_access");
            assertThat(show.json().get("also_access_of_sources").asLong())
                    .isEqualTo(overlap.get("sources_a").asLong());
            for (JsonNode other : also.values()) {
                String b = other.get("port").asInt() + "/" + other.get("protocol").asString();
                if (b.equals(overlap.get("b").asString())) {
                    assertThat(other.get("sources").asLong())
                            .isEqualTo(overlap.get("both").asLong());
                }
            }
        }

        // and the outages as gaps, to the minute where packets are dense enough to tell
        JsonNode gaps =
                Cli.run("show", "sensor", "darknet", "--json", "--data", store).json().get("gaps");
        double rate =
                truth.get("totals").get("packets").asDouble()
                        / Duration.between(time(truth.get("start")), time(truth.get("end")))
                                .toMinutes();
        for (JsonNode outage : truth.get("outages").values()) {
            double minutes =
                    Duration.between(time(outage.get("start")), time(outage.get("end")))
                            .toMinutes();
            if (minutes * rate < 60) {
                continue; // too short for this sensor to tell an outage from silence
            }
            double slack = Math.max(2, 12 / rate);
            boolean seen = false;
            for (JsonNode gap : gaps.values()) {
                seen |=
                        apart(gap.get("from"), outage.get("start")) <= slack
                                && apart(gap.get("to"), outage.get("end")) <= slack;
            }
            assertThat(seen).as(outage + " among " + gaps).isTrue();
        }
    }

    private static double apart(JsonNode a, JsonNode b) {
        return Math.abs(Duration.between(time(a), time(b)).toSeconds()) / 60.0;
    }

    private static Instant time(JsonNode text) {
        return Instant.parse(text.asString());
    }
}

package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Campaigns that were simulated are found again, each once; what goes on evenly is none.
class CampaignsTest {
    @TempDir Path folder;

    private Path simulated(String scenario) {
        assertThat(
                        Cli.run("simulate", scenario, "-o", folder, "--packets", 70_000, "--quiet")
                                .status())
                .isZero();
        return folder.resolve(scenario + ".pcap");
    }

    private JsonNode campaigns(Path capture) {
        Path store = folder.resolve("store");
        Cli run =
                Cli.run(
                        "import",
                        "--quiet",
                        "--addresses",
                        "192.0.2.0/24",
                        "--data",
                        store,
                        capture);
        assertThat(run.status()).as(run.err()).isLessThan(2);
        return Cli.run("top", "campaigns", "--json", "--limit", 0, "--data", store).json();
    }

    private static List<String> ports(JsonNode campaign) {
        List<String> ports = new ArrayList<>();
        for (JsonNode port : campaign.get("ports").values()) {
            ports.add(port.get("port").asInt() + "/" + port.get("protocol").asString());
        }
        return ports;
    }

    @ParameterizedTest
    @CsvSource({
        // scenario, its main port, another one, mark, its begin
        "mirai-2016, 23/tcp, 2323/tcp, mirai, 2016-09-02T12:00:00Z",
        "hajime-2017, 5358/tcp, 23/tcp, , 2017-01-21T07:00:00Z",
        "port-32-2017, 32/tcp, 3232/tcp, mirai, 2017-02-06T14:00:00Z"
    })
    void a_simulated_campaign_is_found_once(
            String scenario, String port, String other, String mark, Instant begin) {
        JsonNode found = campaigns(simulated(scenario));
        assertThat(found).hasSize(1);
        JsonNode campaign = found.get(0);
        assertThat(ports(campaign)).containsExactly(port, other);
        assertThat(campaign.get("mark").isNull() ? null : campaign.get("mark").asString())
                .isEqualTo(mark);
        assertThat(campaign.get("system").asString()).isEqualTo("linux");
        // growth is slow at first: it is told from chance within the first fifth of the capture
        assertThat(Instant.parse(campaign.get("first_onset").asString()))
                .isBetween(begin, begin.plus(Duration.ofDays(7)));
        assertThat(campaign.get("sources").asLong())
                .isGreaterThan(3 * campaign.get("expected_sources").asLong());
        assertThat(campaign.get("chance").asDouble()).isLessThan(1e-8);

        // and it can be asked for by its id
        JsonNode shown =
                Cli.run(
                                "show",
                                "campaign",
                                campaign.get("id").asString(),
                                "--json",
                                "--data",
                                folder.resolve("store"))
                        .json();
        assertThat(shown.get("members").size())
                .isEqualTo((int) Math.min(10_000, campaign.get("sources").asLong()));
    }

    @Test
    void four_campaigns_in_one_history_are_told_apart() {
        List<List<String>> ports = new ArrayList<>();
        campaigns(simulated("demo")).values().forEach(c -> ports.add(ports(c)));
        assertThat(ports)
                .containsExactlyInAnyOrder(
                        List.of("23/tcp", "2323/tcp"),
                        List.of("5358/tcp", "23/tcp"),
                        List.of("32/tcp", "3232/tcp"),
                        List.of("37215/tcp"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"npa-2015", "dos-backscatter", "sensor-outage"})
    void background_trends_victims_and_outages_are_no_campaign(String scenario) {
        assertThat(campaigns(simulated(scenario))).isEmpty();
    }

    @Test
    void an_id_stays_when_more_is_read() {
        Path capture = simulated("hajime-2017");
        Path early = folder.resolve("early.pcap");
        Path late = folder.resolve("late.pcap");
        String noon = "2017-02-12T12:00:00Z";
        assertThat(Cli.run("cut", "--to", noon, capture, "-w", early).status()).isZero();
        assertThat(Cli.run("cut", "--from", noon, capture, "-w", late).status()).isZero();
        JsonNode before = campaigns(early);
        JsonNode after = campaigns(late);
        assertThat(before).hasSize(1);
        assertThat(after).hasSize(1);
        assertThat(after.get(0).get("id")).isEqualTo(before.get(0).get("id"));
        assertThat(after.get(0).get("sources").asInt())
                .isGreaterThan(before.get(0).get("sources").asInt());
    }

    @Test
    void an_unknown_id_is_one_sentence() {
        Path store = folder.resolve("empty");
        Cli run = Cli.run("show", "campaign", "0123456789ab", "--data", store);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("there is no campaign \"0123456789ab\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pcap-scan/zmap-lab-2021.pcap",
                "pcap-scan/masscan-lab-2021.pcap",
                "pcap-scan/honeypot-aws-2017-02-01.pcapng",
                "pcap-iot/iot-infected-pi-2018-03-09.pcap"
            })
    void single_scanners_of_real_captures_are_no_campaign(String name) {
        Path data =
                Path.of(System.getProperty("teiten.root", ".."))
                        .toAbsolutePath()
                        .normalize()
                        .resolveSibling("shared")
                        .resolve("data");
        Assumptions.assumeTrue(Files.isDirectory(data), "skipped: needs ../shared/data");
        Path store = folder.resolve("store");
        Cli run = Cli.run("import", "--quiet", "--data", store, data.resolve(name));
        assertThat(run.status()).as(run.err()).isLessThan(2);
        assertThat(Cli.run("top", "campaigns", "--json", "--data", store).json()).isEmpty();
    }
}

package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What people read in a terminal of 80 columns, over two simulated sensors: a campaign at one, floods seen by the other.
class TerminalTest {
    @TempDir static Path folder;

    @BeforeAll
    static void simulate() {
        for (String scenario : List.of("hajime-2017", "dos-backscatter")) {
            assertThat(
                            Cli.run(
                                            "simulate",
                                            scenario,
                                            "-o",
                                            folder,
                                            "--packets",
                                            70_000,
                                            "--start",
                                            "2017-01-20",
                                            "--quiet")
                                    .status())
                    .isZero();
            Cli run =
                    Cli.run(
                            "import",
                            "--quiet",
                            "--sensor",
                            scenario.substring(0, 3),
                            "--addresses",
                            "192.0.2.0/24",
                            "--data",
                            folder.resolve("store"),
                            folder.resolve(scenario + ".pcap"));
            assertThat(run.status()).as(run.err()).isZero();
        }
    }

    private static Cli teiten(String line) {
        List<Object> words = new ArrayList<>(Arrays.asList((Object[]) line.split(" ")));
        words.addAll(List.of("--data", folder.resolve("store")));
        Cli said = Cli.run(words.toArray());
        assertThat(said.status()).as(said.err()).isZero();
        return said;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "top ports",
                "top sources",
                "top marks",
                "top events",
                "top victims",
                "top campaigns",
                "show port 5358/tcp",
                "show sensor"
            })
    void an_answer_fits_80_columns(String line) {
        assertThat(teiten(line).out().lines())
                .isNotEmpty()
                .allSatisfy(shown -> assertThat(Print.columnsOf(shown)).isLessThanOrEqualTo(80));
    }

    @Test
    void campaigns_say_what_the_sensors_cannot_see() {
        assertThat(teiten("top campaigns").out())
                .contains("5358/tcp 23/tcp", "haj: 256 addresses; an event ends after");
    }

    @Test
    void a_victim_of_denial_of_service_accessed_no_port() {
        // given
        JsonNode victim = teiten("top victims --json --limit 1").json().get(0);

        // then
        String shown = teiten("show ip " + victim.get("victim").asString()).out();
        assertThat(shown)
                .contains(" packets, 0 accesses to 0 addresses on 0 ports")
                .contains("packets are backscatter: answers, no accesses")
                .contains("A victim of denial of service, seen by dos");
        assertThat(shown.lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void a_capture_that_ended_in_damage_is_named_where_doctor_says_so() throws IOException {
        // given
        byte[] whole = Files.readAllBytes(folder.resolve("hajime-2017.pcap"));
        Path cut = Files.write(folder.resolve("cut.pcap"), Arrays.copyOf(whole, 5_000));
        Path store = folder.resolve("damaged");
        assertThat(Cli.run("import", "--quiet", "--data", store, cut).status()).isEqualTo(1);

        // then
        Cli doctor = Cli.run("doctor", "--data", store);
        assertThat(doctor.out().replaceAll("\\s+", " "))
                .contains("1 capture ended in damage; teiten show sensor darknet names them");
        assertThat(doctor.out().lines().filter(line -> !line.contains(folder.toString())))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
        assertThat(Cli.run("show", "sensor", "darknet", "--data", store).out())
                .contains("damaged ", "cut.pcap", "at byte ");
        JsonNode damaged =
                Cli.run("show", "sensor", "darknet", "--json", "--data", store)
                        .json()
                        .get("damaged");
        assertThat(damaged).hasSize(1);
        assertThat(damaged.get(0).get("file").asString()).endsWith("cut.pcap");
        assertThat(damaged.get(0).get("offset").asLong()).isBetween(24L, 5_000L);
    }

    @Test
    void one_of_a_kind_is_told_in_the_singular() {
        assertThat(Print.count(1, "source", "sources")).isEqualTo("1 source");
        assertThat(Print.count(0, "source", "sources")).isEqualTo("0 sources");
        assertThat(Print.count(1_200, "source", "sources")).isEqualTo("1,200 sources");
        assertThat(teiten("show sensor haj").out()).contains(" packets in 1 capture\n");
    }
}

package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.store.Estimate;
import teiten.store.Readings;
import teiten.store.Scope;
import teiten.store.Step;
import teiten.store.Store;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/// A million packets of two hours of a darknet by the generator `../shared/bench/darkgen.c`, a program of its own in C, which writes
/// down what it sent: totals are matched exactly, unique sources within the stated error; and too little memory
/// changes nothing but a counter.
class KnownTruthTest {
    private static final int PACKETS = 1_000_000;

    @TempDir static Path folder;

    private static Path store = Path.of("store");
    private static final Map<String, Long> truth = new TreeMap<>();

    @BeforeAll
    static void a_capture_is_made_and_imported() throws Exception {
        Path source =
                Path.of(System.getProperty("teiten.root", ".."))
                        .toAbsolutePath()
                        .normalize()
                        .resolveSibling("shared")
                        .resolve("bench")
                        .resolve("darkgen.c");
        Assumptions.assumeTrue(Files.exists(source), "skipped: needs ../shared/bench/darkgen.c");
        Path program = folder.resolve("darkgen");
        Assumptions.assumeTrue(
                run("cc", "-O2", "-o", program, source, "-lm") == 0, "skipped: needs cc");
        Path capture = folder.resolve("dark.pcap");
        assertThat(run(program, "-n", PACKETS, "-d", 7_200, "-o", capture)).isZero();
        for (String line : Files.readAllLines(folder.resolve("dark.pcap.truth"))) {
            int cut = line.lastIndexOf(' ');
            if (!line.startsWith("cat ")) {
                truth.put(line.substring(0, cut), Long.valueOf(line.substring(cut + 1)));
            }
        }
        Files.writeString(folder.resolve("teiten.toml"), "");
        store = folder.resolve("store");
        Cli read = imported(store);
        assertThat(read.status()).as(read.err()).isZero();
    }

    private static Cli imported(Path into) {
        return Cli.run(
                "import",
                "--quiet",
                "--addresses",
                "198.18.0.0/16",
                "--settings",
                folder.resolve("teiten.toml"),
                "--data",
                into,
                folder.resolve("dark.pcap"));
    }

    private static int run(Object... words) throws InterruptedException {
        String[] command = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            command[i] = words[i].toString();
        }
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException _) {
            return -1;
        }
    }

    private static long truth(String name) {
        return Objects.requireNonNull(truth.get(name), name);
    }

    @Test
    void packets_by_port_are_those_that_were_sent() {
        Map<String, Long> found = new TreeMap<>();
        for (JsonNode line :
                Cli.run("top", "ports", "--json", "--limit", "0", "--data", store).json()) {
            int protocol =
                    switch (line.get("protocol").asString()) {
                        case "tcp" -> 6;
                        case "udp" -> 17;
                        case "icmp" -> 1;
                        default -> 58; // router advertisements, of which the truth has no list
                    };
            found.put(
                    "port " + protocol + " " + line.get("port").asInt(),
                    line.get("packets").asLong());
        }
        List<String> differences = new ArrayList<>();
        truth.forEach((name, packets) -> {
            if (name.startsWith("port ")) {
                Long ours = found.remove(name);
                if (!packets.equals(ours)) {
                    differences.add(name + ": sent " + packets + ", found " + ours);
                }
            }
        });
        assertThat(truth).hasSizeGreaterThan(50_000);
        assertThat(differences.stream().limit(20)).isEmpty();
        assertThat(found.keySet()).allMatch(name -> name.startsWith("port 58 "));
    }

    @Test
    void totals_and_marks_are_those_that_were_sent() {
        JsonNode sensor = Cli.run("show", "sensor", "--json", "--data", store).json().get(0);
        assertThat(sensor.get("packets").asLong()).isEqualTo(truth("packets"));
        assertThat(sensor.get("skipped").get("later_fragment").asLong()).isEqualTo(truth("frag"));
        assertThat(sensor.get("outcomes").get("scan").asLong()).isEqualTo(truth("flags 0x02"));
        for (JsonNode mark : Cli.run("top", "marks", "--json", "--data", store).json()) {
            long packets = mark.get("packets").asLong();
            switch (mark.get("mark").asString()) {
                case "mirai" -> assertThat(packets).isEqualTo(truth("mirai"));
                case "masscan" -> assertThat(packets).isEqualTo(truth("masscan"));
                // The generator counts it in TCP only; we also meet it in UDP and ICMP, where
                // 1 packet of 65,536 bears it by chance.
                case "zmap" -> assertThat(packets).isBetween(truth("zmap"), truth("zmap") + 10);
                default -> assertThat(packets).isZero();
            }
        }
    }

    @Test
    void unique_sources_are_within_three_stated_errors() {
        try (Store opened = Store.open(store, "a test", 256L << 20, InstantSource.system())) {
            Readings readings = new Readings(opened);
            Scope all = Objects.requireNonNull(readings.span(Set.of()));
            Estimate sources =
                    readings.series(null, all, Step.DAY, ZoneOffset.UTC)
                            .buckets()
                            .getFirst()
                            .sources();
            double sent = truth("unique_src");
            assertThat(sources.relativeError()).isLessThan(0.017);
            assertThat(sources.value())
                    .isBetween(
                            sent * (1 - 3 * sources.relativeError()),
                            sent * (1 + 3 * sources.relativeError()));
        }
    }

    @Test
    void too_little_memory_changes_a_counter_and_no_answer() throws IOException {
        // given an import with a thirtieth of the memory that the sources' lines would take
        Files.writeString(folder.resolve("teiten.toml"), "[import]\ntable_memory_mib = 16\n");
        Path small = folder.resolve("small");
        assertThat(imported(small).status()).isZero();

        // then it says that it was short of memory
        assertThat(closedEarly(store)).isZero();
        assertThat(closedEarly(small)).isGreaterThan(100_000);

        // and answers the same
        for (String question : new String[] {"ports", "sources", "events", "victims"}) {
            assertThat(top(question, small).equals(top(question, store))).as(question).isTrue();
        }
    }

    private static long closedEarly(Path store) {
        Cli answer =
                Cli.run("query", "--json", "SELECT closed_early FROM capture", "--data", store);
        return answer.json().get(0).get("closed_early").asLong();
    }

    private static String top(String question, Path store) {
        Cli answer = Cli.run("top", question, "--json", "--limit", "20000", "--data", store);
        assertThat(answer.status()).as(answer.err()).isZero();
        // The busiest minute of an attack is worked out of segments that may span several minutes,
        // and so depends on where they were cut.
        return answer.out().replaceAll("\"busiest_minute\" : [0-9]+", "");
    }
}

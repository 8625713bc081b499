package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import teiten.store.Store;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/// What users' scripts rely on: the words of the JSON, the exit statuses, and that importing twice changes nothing.
class ImportContractTest {
    private static final List<Object> EVERYTHING =
            List.of("top", "ports", "--json", "--limit", "0");

    @TempDir Path folder;

    private static Path data() {
        Path data =
                Path.of(System.getProperty("teiten.root", ".."))
                        .toAbsolutePath()
                        .normalize()
                        .resolveSibling("shared")
                        .resolve("data");
        Assumptions.assumeTrue(Files.isDirectory(data), "skipped: needs ../shared/data");
        return data;
    }

    private static String ports(Path store) {
        Object[] words = Stream.concat(EVERYTHING.stream(), Stream.of("--data", store)).toArray();
        Cli top = Cli.run(words);
        assertThat(top.status()).as(top.err()).isZero();
        return top.out();
    }

    @Test
    void json_counters_add_up_to_the_packets_of_the_file() {
        Path file = data().resolve("pcap-iot/iot-infected-pi-2018-03-09.pcap");
        Cli run = Cli.run("import", "--json", "--data", folder, file);
        assertThat(run.status()).isZero();
        JsonNode read = run.json().get("files").get(0);
        long sum = 0;
        for (String part : List.of("outcomes", "skipped")) {
            for (JsonNode n : read.get(part).values()) {
                sum += n.asLong();
            }
        }
        // tshark: 2,000 packets, first and last as in golden/summary.tsv
        assertThat(sum).isEqualTo(2_000).isEqualTo(read.get("packets").asLong());
        assertThat(read.get("first").asString()).isEqualTo("2018-03-09T20:49:16.520001Z");
        assertThat(read.get("stopped_at").isNull()).isTrue();
    }

    @Test
    void the_infected_devices_story_is_told_by_the_command_line() {
        Path file = data().resolve("pcap-iot/iot-infected-pi-2018-03-09.pcap");
        Cli.run("import", "--data", folder, file);
        JsonNode device = Cli.run("show", "ip", "192.168.2.16", "--json", "--data", folder).json();
        Map<String, Long> syn = new HashMap<>();
        Map<String, Long> targets = new HashMap<>();
        for (JsonNode port : device.get("ports").values()) {
            String name = port.get("port").asInt() + "/" + port.get("protocol").asString();
            syn.put(name, port.get("syn").asLong());
            targets.put(name, port.get("targets").asLong());
        }
        // golden/source_port_targets.tsv, row by row
        assertThat(syn)
                .containsEntry("23/tcp", 255L)
                .containsEntry("2323/tcp", 128L)
                .containsEntry("8080/tcp", 180L)
                .containsEntry("9527/tcp", 48L);
        assertThat(targets)
                .containsEntry("23/tcp", 54L)
                .containsEntry("2323/tcp", 27L)
                .containsEntry("8080/tcp", 40L)
                .containsEntry("9527/tcp", 10L);
        assertThat(device.get("marks").get("mirai").asLong()).isZero();
    }

    @Test
    void importing_twice_changes_nothing_and_says_so() {
        Path file = data().resolve("pcap-scan/zmap-lab-2021.pcap");
        Cli.run("import", "--data", folder, file);
        String once = ports(folder);
        Cli again = Cli.run("import", "--data", folder, file);
        assertThat(again.status()).isZero();
        assertThat(again.err()).contains("nothing new");
        assertThat(ports(folder)).isEqualTo(once);
    }

    @Test
    void the_same_capture_compressed_and_under_another_name_is_known_again() throws IOException {
        Path file = data().resolve("pcap-scan/masscan-lab-2021.pcap");
        Path packed = folder.resolve("other-name");
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            in.transferTo(out);
        }
        Path store = folder.resolve("store");
        Cli.run("import", "--data", store, file);
        String once = ports(store);
        assertThat(Cli.run("import", "--data", store, packed).err()).contains("nothing new");
        assertThat(ports(store)).isEqualTo(once);
    }

    @Test
    void a_file_that_has_grown_is_taken_on_from_where_it_ended() throws IOException {
        byte[] whole = Files.readAllBytes(data().resolve("pcap-scan/zmap-lab-2021.pcap"));
        Path growing = folder.resolve("growing.pcap");
        Path store = folder.resolve("store");
        int[] cuts = {30, 5_000, 70_001, 400_003, whole.length};
        for (int cut : cuts) {
            Files.write(growing, Arrays.copyOf(whole, cut));
            Cli run = Cli.run("import", "--data", store, growing);
            assertThat(run.status()).as(run.err()).isIn(0, 1);
        }
        Path fresh = folder.resolve("fresh");
        Cli.run("import", "--data", fresh, data().resolve("pcap-scan/zmap-lab-2021.pcap"));
        assertThat(ports(store)).isEqualTo(ports(fresh));
    }

    @Test
    void a_cut_file_gives_its_packets_one_sentence_and_status_1() throws IOException {
        byte[] whole = Files.readAllBytes(data().resolve("pcap-scan/zmap-lab-2021.pcap"));
        Path cut = folder.resolve("cut.pcap");
        Files.write(cut, Arrays.copyOf(whole, 10_000));
        Cli run = Cli.run("import", "--json", "--data", folder.resolve("store"), cut);
        assertThat(run.status()).isEqualTo(Main.DAMAGE);
        JsonNode read = run.json().get("files").get(0);
        assertThat(read.get("stopped_at").get("offset").asLong()).isBetween(9_900L, 10_000L);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("damaged at offset").contains("cut.pcap");
    }

    @Test
    void what_is_no_capture_is_the_operators_mistake() {
        Path folderWithText = Path.of(System.getProperty("teiten.root", ".."), "pom.xml");
        for (List<Object> words :
                List.<List<Object>>of(
                        List.of("import", "--data", folder, folderWithText),
                        List.of("import", "--data", folder, folder.resolve("missing.pcap")),
                        List.of(
                                "import",
                                "--data",
                                folder,
                                "--addresses",
                                "10.0.0.0/99",
                                folderWithText),
                        List.of("import", "--data", folder, "--sensor", "a b", folderWithText),
                        List.of("top", "ports", "--data", folder, "--from", "yesterday"),
                        List.of("show", "port", "telnet", "--data", folder),
                        List.of("show", "ip", "1.2.3", "--data", folder),
                        List.of("top", "nonsense", "--data", folder),
                        List.of("import", "--data", folder))) {
            Cli run = Cli.run(words.toArray());
            assertThat(run.status()).as(words + ": " + run.err()).isEqualTo(Main.MISTAKE);
            assertThat(run.err()).doesNotContain("\tat ");
            assertThat(run.out()).isEmpty();
        }
    }

    @Test
    void a_directory_held_by_another_process_gives_a_clear_sentence() {
        try (Store held = Store.open(folder, "a test", 64 << 20, InstantSource.system())) {
            assertThat(held.directory()).isEqualTo(folder);
            Cli run = Cli.run("top", "ports", "--data", folder);
            assertThat(run.status()).isEqualTo(Main.MISTAKE);
            assertThat(run.err())
                    .contains("in use by process")
                    .contains("a test")
                    .contains("--data");
        }
    }

    @TestFactory
    Stream<DynamicTest> damaged_files_never_crash_and_their_counters_add_up() throws IOException {
        List<Path> files;
        try (Stream<Path> list = Files.list(data().resolve("pcap-corrupt"))) {
            files = list.sorted().toList();
        }
        Path store = folder.resolve("store");
        return files.stream()
                .map(file ->
                        DynamicTest.dynamicTest(
                                file.getFileName().toString(),
                                () -> {
                                    Cli run = Cli.run("import", "--json", "--data", store, file);
                                    assertThat(run.status())
                                            .as(run.err())
                                            .isIn(Main.DONE, Main.DAMAGE);
                                    JsonNode read = run.json().get("files").get(0);
                                    long sum = 0;
                                    for (String part : List.of("outcomes", "skipped")) {
                                        for (JsonNode n : read.get(part).values()) {
                                            sum += n.asLong();
                                        }
                                    }
                                    assertThat(sum).isEqualTo(read.get("packets").asLong());
                                    assertThat(read.get("stopped_at").isNull())
                                            .isEqualTo(run.status() == Main.DONE);
                                }));
    }
}

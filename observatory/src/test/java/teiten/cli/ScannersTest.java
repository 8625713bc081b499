package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/// Investigation scanners are known by lists and by behaviour, can be told apart in every view, and are never dropped.
class ScannersTest {
    @TempDir static Path folder;

    private static Path store;
    private static JsonNode truth;

    @BeforeAll
    static void simulate() throws IOException {
        store = folder.resolve("store");
        String name = "investigation-scans";
        assertThat(Cli.run("simulate", name, "-o", folder, "--packets", 70_000, "--quiet").status())
                .isZero();
        truth =
                JsonMapper.builder()
                        .build()
                        .readTree(Files.readString(folder.resolve(name + ".truth.json")));
        Cli run =
                Cli.run(
                        "import",
                        "--quiet",
                        "--addresses",
                        "192.0.2.0/24",
                        "--data",
                        store,
                        folder.resolve(name + ".pcap"));
        assertThat(run.status()).as(run.err()).isZero();
        Path list = folder.resolve("research.txt");
        Files.writeString(
                list, "# shared address space\n100.64.0.0/11   # half of it\n\n3fff::/20\n");
        assertThat(Cli.run("scanners", "add", list, "--data", store).status()).isZero();
    }

    private static JsonNode ask(Object... words) {
        Object[] all = new Object[words.length + 3];
        System.arraycopy(words, 0, all, 0, words.length);
        all[words.length] = "--json";
        all[words.length + 1] = "--data";
        all[words.length + 2] = store;
        Cli run = Cli.run(all);
        assertThat(run.status()).as(run.err()).isZero();
        return run.json();
    }

    @Test
    void hitters_of_a_day_are_those_of_the_simulations_truth() {
        TreeSet<String> expected = new TreeSet<>();
        truth.get("aggressive").values().forEach(a -> expected.add(a.get("source").asString()));
        TreeSet<String> found = new TreeSet<>();
        ask("query", "SELECT DISTINCT source FROM scanner WHERE reason = 'day'", "--limit", 0)
                .values()
                .forEach(row -> found.add(row.get("source").asString()));
        assertThat(found).isEqualTo(expected).hasSizeGreaterThan(50);
    }

    @ParameterizedTest
    @CsvSource({"ports", "sources"})
    void without_and_only_add_up_to_all(String what) {
        Map<String, long[]> sums = new HashMap<>();
        String[] modes = {"all", "without", "only"};
        for (int mode = 0; mode < 3; mode++) {
            for (JsonNode line :
                    ask("top", what, "--limit", 0, "--scanners", modes[mode]).values()) {
                String key =
                        what.equals("ports")
                                ? line.get("port").asInt() + line.get("protocol").asString()
                                : line.get("source").asString();
                sums.computeIfAbsent(key, _ -> new long[3])[mode] += line.get("packets").asLong();
            }
        }
        assertThat(sums)
                .isNotEmpty()
                .allSatisfy((key, sum) -> assertThat(sum[1] + sum[2]).as(key).isEqualTo(sum[0]));
        assertThat(sums.values().stream().mapToLong(s -> s[2]).sum()).isPositive();
    }

    @Test
    void a_ports_days_events_and_marks_can_be_told_apart() {
        JsonNode all = ask("show", "port", "80/tcp", "--by", "day");
        JsonNode without = ask("show", "port", "80/tcp", "--scanners", "without");
        JsonNode only = ask("show", "port", "80/tcp", "--scanners", "only");
        assertThat(without.get("packets").asLong() + only.get("packets").asLong())
                .isEqualTo(all.get("packets").asLong());
        assertThat(without.get("counted").get("scanners").asString()).isEqualTo("without");
        for (int day = 0; day < all.get("series").size(); day++) {
            assertThat(
                            without.get("series").get(day).get("accesses").asLong()
                                    + only.get("series").get(day).get("accesses").asLong())
                    .isEqualTo(all.get("series").get(day).get("accesses").asLong());
        }
        int events = ask("top", "events", "--limit", 0).size();
        int left = ask("top", "events", "--limit", 0, "--scanners", "without").size();
        int kept = ask("top", "events", "--limit", 0, "--scanners", "only").size();
        assertThat(left + kept).isEqualTo(events);
        assertThat(kept).isPositive();
        assertThat(ask("top", "marks", "--scanners", "only")).hasSize(4);
    }

    @Test
    void hours_cannot_be_told_apart_and_say_so() {
        Cli run =
                Cli.run(
                        "show",
                        "port",
                        "80/tcp",
                        "--by",
                        "hour",
                        "--scanners",
                        "without",
                        "--data",
                        store);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("hours hold no single sources");
    }

    @Test
    void a_source_is_shown_with_the_list_and_entry_that_name_it_and_how_far_it_reached() {
        String source =
                ask(
                                "query",
                                "SELECT source FROM scanner WHERE reason = 'list' AND source IN"
                                    + " (SELECT source FROM scanner WHERE reason = 'day') LIMIT 1")
                        .get(0)
                        .get("source")
                        .asString();
        JsonNode known = ask("show", "ip", source).get("scanner");
        assertThat(known.get("investigator").asBoolean()).isTrue();
        assertThat(known.get("lists").get(0).get("list").asString()).isEqualTo("research");
        assertThat(known.get("lists").get(0).get("entry").asString()).isEqualTo("100.64.0.0/11");
        assertThat(known.get("hits").get(0).get("addresses").asInt()).isEqualTo(256);
        assertThat(known.get("hits").get(0).get("share").asDouble()).isGreaterThanOrEqualTo(0.1);
        Cli text = Cli.run("show", "ip", source, "--data", store);
        assertThat(text.out())
                .contains("Known scanner by list: research, entry 100.64.0.0/11")
                .contains("of 256 addresses of darknet");
    }

    @Test
    void a_misp_warning_list_is_read_replaced_and_removed() throws IOException {
        Path other = folder.resolve("misp-store");
        Path list = folder.resolve("list.json");
        Files.writeString(
                list,
                """
                {"name": "Known scanners", "version": 20240101, "description": "d", "type": "cidr",
                 "matching_attributes": ["ip-src"], "list": ["192.0.2.0/24", "2001:db8::1"]}
                """);
        for (int again = 0; again < 2; again++) {
            assertThat(Cli.run("scanners", "add", list, "--data", other).status()).isZero();
        }
        JsonNode lists = Cli.run("scanners", "list", "--json", "--data", other).json();
        assertThat(lists).hasSize(1);
        assertThat(lists.get(0).get("kind").asString()).isEqualTo("misp");
        assertThat(lists.get(0).get("version").asString()).isEqualTo("20240101");
        assertThat(lists.get(0).get("entries").asInt()).isEqualTo(2);
        assertThat(Cli.run("scanners", "remove", "Known scanners", "--data", other).status())
                .isZero();
        assertThat(Cli.run("scanners", "list", "--json", "--data", other).json()).isEmpty();
        assertThat(Cli.run("scanners", "remove", "Known scanners", "--data", other).status())
                .isEqualTo(2);
    }

    @Test
    void the_settings_file_names_lists_too() throws IOException {
        Path other = Files.createDirectories(folder.resolve("with-settings"));
        Files.writeString(other.resolve("mine.txt"), "198.51.100.0/24\n");
        Files.writeString(other.resolve("teiten.toml"), "[scanners]\nlists = [\"mine.txt\"]\n");
        assertThat(
                        Cli.run("scanners", "list", "--json", "--data", other)
                                .json()
                                .get(0)
                                .get("name")
                                .asString())
                .isEqualTo("mine");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.0/24\\n300.1.1.1/8 | line 2",
                "192.0.2.0/33 | line 1",
                "0.0.0.0/0 | line 1",
                "host.example | line 1",
                "# nothing | holds no address",
                "{\"name\": \"x\", \"list\": [\"1.2.3.4\", \"www\"], \"type\": \"cidr\"} | entry 2",
                "{\"name\": \"x\", \"list\": [\"a\"], \"type\": \"regex\"} | no MISP warning list",
                "{\"name\": | broken JSON"
            })
    void a_broken_list_is_one_sentence(String content, String where) throws IOException {
        Path list = folder.resolve("broken.txt");
        Files.writeString(list, content.replace("\\n", "\n"));
        Cli run = Cli.run("scanners", "add", list, "--data", folder.resolve("unused"));
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("broken.txt").contains(where);
    }
}

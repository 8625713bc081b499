package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.session.Event;
import teiten.session.SharedData;
import teiten.session.understand.Urls;
import teiten.store.Readings;
import teiten.store.Store;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The real logs go through the command line into a store; what is read back equals the counts that a Python script
/// made of the files (`golden/COMMANDS.md`).
class GoldenSessionsTest {
    private static final String TELNET = "logs/telnet-honeypot-2017/2017-03-31.log";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir static Path store = Path.of("");

    /// By log: the sensor's name in the store, the counters of the import, the rows, the events.
    private static final Map<String, Log> LOGS = new LinkedHashMap<>();

    private record Log(JsonNode counters, List<JsonNode> rows, List<Event> events) {}

    @BeforeAll
    static void import_every_log() throws IOException {
        Map<String, String> sensors = new LinkedHashMap<>();
        Map<String, JsonNode> counters = new LinkedHashMap<>();
        for (String[] row : rows("logs.tsv")) {
            String name = row[0];
            boolean cowrie =
                    name.contains("cowrie.json.") || name.matches(".*/cowrie-cowrie\\..*\\.json");
            if (sensors.containsKey(name) || !cowrie && !name.equals(TELNET)) {
                continue;
            }
            String sensor = "log-" + sensors.size();
            sensors.put(name, sensor);
            Path file = SharedData.of(name);
            Cli run =
                    Cli.run(
                            "import",
                            "--data",
                            store,
                            "--sensor",
                            sensor,
                            "--format",
                            cowrie ? "cowrie" : "telnet-log",
                            "--json",
                            file);
            assertThat(run.status()).as(run.err()).isEqualTo(Main.DONE);
            counters.put(name, run.json().path("files").path(0));
        }
        Map<String, List<JsonNode>> rows = new LinkedHashMap<>();
        for (String sensor : sensors.values()) {
            List<JsonNode> all = new ArrayList<>();
            Cli.run("top", "sessions", "--data", store, "--sensor", sensor, "--limit", 0, "--json")
                    .json()
                    .forEach(all::add);
            rows.put(sensor, all);
        }
        try (Store open = Store.open(store, "a test", 256 << 20, InstantSource.system())) {
            var readings = new Readings(open).sessions();
            sensors.forEach((name, sensor) -> {
                List<Event> events = new ArrayList<>();
                for (JsonNode row : rows.getOrDefault(sensor, List.of())) {
                    events.addAll(
                            readings.find(row.get("session").asString(), sensor)
                                    .getFirst()
                                    .session()
                                    .events());
                }
                LOGS.put(
                        name,
                        new Log(
                                requireNonNull(counters.get(name)),
                                rows.getOrDefault(sensor, List.of()),
                                events));
            });
        }
    }

    @Test
    void lines_events_sessions_and_sources_equal_logs_tsv() throws IOException {
        int compared = 0;
        for (String[] row : rows("logs.tsv")) {
            Log log = LOGS.get(row[0]);
            if (log != null) {
                assertThat(figure(log, row[1])).as(row[0] + " " + row[1]).isEqualTo(row[2]);
                compared++;
            }
        }
        assertThat(LOGS).hasSize(9);
        assertThat(compared).isGreaterThan(80);
    }

    private static String figure(Log log, String key) {
        String what = key.substring(key.indexOf(':') + 1);
        JsonNode kinds = log.counters.path("kinds");
        if (key.startsWith("event:")) {
            return kinds.path(what).asString();
        }
        if (key.startsWith("sessions:")) {
            // A session whose connect stands in an older file has no known door in this one.
            return ""
                    + log.rows.stream().filter(r -> r.get("door").asString().equals(what)).count();
        }
        if (key.startsWith("uniq_src:")) {
            Set<String> sources = new HashSet<>();
            log.rows.stream()
                    .filter(r -> r.get("door").asString().equals(what))
                    .forEach(r -> sources.add(r.get("source").asString()));
            return "" + sources.size();
        }
        return switch (key) {
            case "lines" -> log.counters.path("lines").asString();
            case "bad_json_lines" -> log.counters.path("bad").asString();
            case "opened_connections" -> kinds.path("opened").asString();
            case "lost_connections" -> kinds.path("lost").asString();
            case "logins" -> kinds.path("login").asString();
            case "input_lines" -> kinds.path("input").asString();
            case "uniq_src_opened" -> "" + sources(log, Event.Connected.class);
            case "uniq_src_logged_in" -> "" + sources(log, Event.LoggedIn.class);
            case "uniq_urls" -> "" + urls(log).size();
            case "first" -> time(log.counters.path("first").asString());
            case "last" -> time(log.counters.path("last").asString());
            default -> throw new AssertionError("no figure for " + key);
        };
    }

    private static int sources(Log log, Class<? extends Event> kind) {
        Set<Object> sources = new HashSet<>();
        log.events.stream().filter(kind::isInstance).forEach(e -> sources.add(e.visit().source()));
        return sources.size();
    }

    private static String time(String iso) {
        return iso.replace('T', ' ').replace('.', ',').replace("Z", "");
    }

    @Test
    void every_session_has_its_stages() {
        LOGS.forEach((name, log) -> {
            assertThat(log.rows).as(name).isNotEmpty();
            for (JsonNode row : log.rows) {
                assertThat(row.get("stages").get(0).asString()).isEqualTo("probe");
                boolean commands = row.get("commands").asInt() > 0;
                assertThat(row.get("stages").toString().contains("\"login\""))
                        .as(row.get("session").asString())
                        .isEqualTo(
                                commands
                                        || row.get("credentials")
                                                .toString()
                                                .contains("\"accepted\":true"));
            }
        });
        assertThat(LOGS.values().stream().mapToInt(l -> l.rows.size()).sum()).isEqualTo(3_294);
    }

    @Test
    void tries_of_every_pair_equal_log_credentials_tsv() throws IOException {
        Map<String, Long> expected = new TreeMap<>();
        for (String[] row : rows("log_credentials.tsv")) {
            if (LOGS.containsKey(row[0])) {
                boolean joined = row[0].equals(TELNET);
                boolean accepted = !row[4].equals("failed");
                String pair = joined ? row[2] : row[2] + "-" + row[3];
                expected.merge(
                        row[0] + "|" + pair + "|" + accepted, Long.parseLong(row[5]), Long::sum);
            }
        }
        Map<String, Long> counted = new TreeMap<>();
        int number = 0;
        for (String name : LOGS.keySet()) {
            Cli top =
                    Cli.run(
                            "top",
                            "credentials",
                            "--data",
                            store,
                            "--sensor",
                            "log-" + number++,
                            "--limit",
                            0,
                            "--reveal",
                            "--json");
            for (JsonNode row : top.json()) {
                String pair = row.get("user").asString() + "-" + row.get("password").asString();
                long accepted = row.get("accepted").asLong();
                long refused = row.get("tries").asLong() - accepted;
                if (accepted > 0) {
                    counted.merge(name + "|" + pair + "|true", accepted, Long::sum);
                }
                if (refused > 0 && !name.equals(TELNET)) {
                    counted.merge(name + "|" + pair + "|false", refused, Long::sum);
                }
            }
        }

        assertThat(counted).isEqualTo(expected);
    }

    @Test
    void commands_of_the_transcripts_equal_log_commands_tsv() throws IOException {
        List<String> expected = new ArrayList<>();
        for (String[] row : rows("log_commands.tsv")) {
            expected.add(
                    String.join(
                            "|",
                            row[0],
                            row[2],
                            Instant.parse(row[3]).toString(),
                            JSON.readTree(row[4]).stringValue()));
        }
        List<String> counted = new ArrayList<>();
        LOGS.forEach((name, log) -> {
            for (Event event : log.events) {
                if (event instanceof Event.Command e && !name.equals(TELNET)) {
                    counted.add(
                            String.join(
                                    "|",
                                    name,
                                    e.visit().session(),
                                    e.at().toString(),
                                    e.line().value()));
                }
            }
        });
        assertThat(counted).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void urls_equal_log_urls_tsv() throws IOException {
        Map<String, Long> counted = new TreeMap<>();
        LOGS.forEach(
                (name, log) -> urls(log).forEach((url, n) -> counted.put(name + "|" + url, n)));
        assertThat(counted).isEqualTo(golden("log_urls.tsv"));
    }

    @Test
    void busybox_tokens_equal_log_busybox_tokens_tsv() throws IOException {
        Pattern token = Pattern.compile("/bin/busybox ([A-Z]{4,10})\\b");
        Map<String, Long> counted = new TreeMap<>();
        LOGS.forEach((name, log) -> {
            for (Event event : log.events) {
                for (String text : words(event)) {
                    Set<String> here = new TreeSet<>();
                    for (Matcher m = token.matcher(text); m.find(); ) {
                        here.add(m.group(1));
                    }
                    here.forEach(t -> counted.merge(name + "|" + t, 1L, Long::sum));
                }
            }
        });
        assertThat(counted).isEqualTo(golden("log_busybox_tokens.tsv"));
    }

    private static Map<String, Long> golden(String file) throws IOException {
        Map<String, Long> expected = new TreeMap<>();
        for (String[] row : rows(file)) {
            if (LOGS.containsKey(row[0])) {
                expected.put(row[0] + "|" + row[1], Long.parseLong(row[2]));
            }
        }
        return expected;
    }

    /// URL to the number of lines that hold it. A tunnel's data and a client's own words are no place where a file is
    /// fetched from, but the golden script read whole lines: they are looked at here too.
    private static Map<String, Long> urls(Log log) {
        Map<String, Long> counted = new TreeMap<>();
        for (Event event : log.events) {
            Set<String> here = new TreeSet<>();
            words(event).forEach(text -> here.addAll(Urls.in(text)));
            here.forEach(url -> counted.merge(url, 1L, Long::sum));
        }
        return counted;
    }

    private static List<String> words(Event event) {
        return switch (event) {
            case Event.Command e -> List.of(e.line().value());
            case Event.CommandAnswer e -> List.of(e.command().value());
            case Event.Download e -> List.of(e.url().value());
            case Event.LoginTry e -> List.of(e.user().value(), e.password().value());
            case Event.LoggedIn e -> List.of(e.user().value(), e.password().value());
            case Event.ClientTrait e -> List.of(e.value().value());
            case Event.Forward e -> List.of(e.payload().text().value());
            case Event.FileCaptured e -> List.of(e.path().value());
            default -> List.of();
        };
    }

    private static List<String[]> rows(String golden) throws IOException {
        List<String[]> rows = new ArrayList<>();
        for (String line : Files.readString(SharedData.of("golden/" + golden)).split("\n")) {
            rows.add(line.split("\t", -1));
        }
        rows.removeFirst();
        return rows;
    }
}

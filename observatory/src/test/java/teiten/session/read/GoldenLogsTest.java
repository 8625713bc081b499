package teiten.session.read;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import teiten.net.IpAddress;
import teiten.session.Door;
import teiten.session.Event;
import teiten.session.SharedData;
import teiten.session.understand.Urls;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The real logs, imported, against counts that a Python script made (`golden/COMMANDS.md`).
class GoldenLogsTest {
    private static final String TELNET = "logs/telnet-honeypot-2017/2017-03-31.log";
    private static final Map<String, Imported> LOGS = new LinkedHashMap<>();

    record Imported(ReadCounts counts, List<Event> events) {}

    @BeforeAll
    static void import_every_log() throws IOException {
        for (String[] row : rows("logs.tsv")) {
            String name = row[0];
            if (!LOGS.containsKey(name) && (name.equals(TELNET) || isCowrieJson(name))) {
                LOGS.put(name, read(SharedData.of(name), name.equals(TELNET)));
            }
        }
    }

    static boolean isCowrieJson(String name) {
        return name.contains("cowrie.json.") || name.matches(".*/cowrie-cowrie\\..*\\.json");
    }

    static Imported read(Path file, boolean telnet) {
        List<Event> events = new ArrayList<>();
        try (LogLines lines = LogLines.open(file)) {
            ReadCounts counts =
                    telnet
                            ? new TelnetLog("honey", ZoneOffset.UTC, events::add).read(lines)
                            : new CowrieLog("", events::add).read(lines);
            return new Imported(counts, events);
        }
    }

    @Test
    void every_figure_of_logs_tsv_is_met() throws IOException {
        int compared = 0;
        for (String[] row : rows("logs.tsv")) {
            Imported log = LOGS.get(row[0]);
            if (log != null) {
                assertThat(figure(log, row[1])).as(row[0] + " " + row[1]).isEqualTo(row[2]);
                compared++;
            }
        }
        assertThat(LOGS).hasSize(9);
        assertThat(compared).isGreaterThan(80);
    }

    private static String figure(Imported log, String key) {
        ReadCounts counts = log.counts();
        String what = key.substring(key.indexOf(':') + 1);
        if (key.startsWith("event:")) {
            return "" + counts.kind(what);
        }
        if (key.startsWith("sessions:")) {
            return "" + connected(log, what).size();
        }
        if (key.startsWith("uniq_src:")) {
            Set<IpAddress> sources = new HashSet<>();
            for (Event event : log.events()) {
                if (event instanceof Event.Connected && event.visit().door() == Door.of(what)) {
                    sources.add(event.visit().source());
                }
            }
            return "" + sources.size();
        }
        return switch (key) {
            case "lines" -> "" + counts.lines();
            case "bad_json_lines" -> "" + counts.bad();
            case "opened_connections" -> "" + counts.kind("opened");
            case "lost_connections" -> "" + counts.kind("lost");
            case "logins" -> "" + counts.kind("login");
            case "input_lines" -> "" + counts.kind("input");
            case "uniq_src_opened" -> "" + sources(log, Event.Connected.class);
            case "uniq_src_logged_in" -> "" + sources(log, Event.LoggedIn.class);
            case "uniq_urls" -> "" + urls(log).size();
            case "first" -> time(log.events().getFirst());
            case "last" -> time(log.events().getLast());
            default -> throw new AssertionError("no figure for " + key);
        };
    }

    private static String time(Event event) {
        return event.at().toString().replace('T', ' ').replace('.', ',').replace("Z", "");
    }

    private static Set<String> connected(Imported log, String protocol) {
        Set<String> sessions = new HashSet<>();
        for (Event event : log.events()) {
            if (event instanceof Event.Connected && event.visit().door() == Door.of(protocol)) {
                sessions.add(event.visit().session());
            }
        }
        return sessions;
    }

    private static int sources(Imported log, Class<? extends Event> kind) {
        Set<IpAddress> sources = new HashSet<>();
        for (Event event : log.events()) {
            if (kind.isInstance(event)) {
                sources.add(event.visit().source());
            }
        }
        return sources.size();
    }

    @Test
    void every_credential_is_counted_as_in_the_log() throws IOException {
        Map<String, Long> expected = new TreeMap<>();
        for (String[] row : rows("log_credentials.tsv")) {
            if (LOGS.containsKey(row[0])) {
                boolean joined = row[0].equals(TELNET);
                String pair = joined ? row[2] : row[2] + "-" + row[3];
                expected.merge(
                        String.join("|", row[0], row[1], pair, row[4]),
                        Long.parseLong(row[5]),
                        Long::sum);
            }
        }

        Map<String, Long> counted = new TreeMap<>();
        LOGS.forEach((name, log) -> {
            for (Event event : log.events()) {
                String door =
                        event.visit().door() == Door.OTHER
                                ? "unknown"
                                : event.visit().door().label();
                String pair =
                        switch (event) {
                            case Event.LoginTry e when e.refused() ->
                                    e.user().value() + "-" + e.password().value();
                            case Event.LoggedIn e -> e.user().value() + "-" + e.password().value();
                            default -> null;
                        };
                if (pair != null) {
                    String result =
                            event instanceof Event.LoginTry
                                    ? "failed"
                                    : name.equals(TELNET) ? "logged_in" : "success";
                    counted.merge(String.join("|", name, door, pair, result), 1L, Long::sum);
                }
            }
        });

        assertThat(counted).isEqualTo(expected);
    }

    @Test
    void every_command_stands_in_its_session_at_its_time() throws IOException {
        List<String> expected = new ArrayList<>();
        JsonMapper json = JsonMapper.builder().build();
        for (String[] row : rows("log_commands.tsv")) {
            String input = json.readTree(row[4]).stringValue();
            expected.add(String.join("|", row[0], row[1], row[2], micros(row[3]), input));
        }

        List<String> counted = new ArrayList<>();
        LOGS.forEach((name, log) -> {
            for (Event event : log.events()) {
                if (event instanceof Event.Command e && !name.equals(TELNET)) {
                    counted.add(
                            String.join(
                                    "|",
                                    name,
                                    e.visit().door().label(),
                                    e.visit().session(),
                                    micros(e.at().toString()),
                                    e.line().value()));
                }
            }
        });

        assertThat(counted).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static String micros(String time) {
        return java.time.Instant.parse(time).toString();
    }

    @Test
    void every_url_is_seen_on_as_many_lines_as_in_the_log() throws IOException {
        Map<String, Long> expected = new TreeMap<>();
        for (String[] row : rows("log_urls.tsv")) {
            if (LOGS.containsKey(row[0])) {
                expected.put(row[0] + "|" + row[1], Long.parseLong(row[2]));
            }
        }

        Map<String, Long> counted = new TreeMap<>();
        LOGS.forEach(
                (name, log) -> urls(log).forEach((url, n) -> counted.put(name + "|" + url, n)));

        assertThat(counted).isEqualTo(expected);
    }

    /// URL to the number of events whose words hold it. A tunnel's data and a client's own words are no place where a
    /// file is fetched from, but the golden script read whole lines: they are looked at here too.
    private static Map<String, Long> urls(Imported log) {
        Map<String, Long> counted = new HashMap<>();
        for (Event event : log.events()) {
            Set<String> here = new TreeSet<>();
            for (String text : words(event)) {
                here.addAll(Urls.in(text));
            }
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

    @Test
    void every_busybox_token_is_seen_on_as_many_lines_as_in_the_log() throws IOException {
        Map<String, Long> expected = new TreeMap<>();
        for (String[] row : rows("log_busybox_tokens.tsv")) {
            if (LOGS.containsKey(row[0])) {
                expected.put(row[0] + "|" + row[1], Long.parseLong(row[2]));
            }
        }

        Pattern token = Pattern.compile("/bin/busybox ([A-Z]{4,10})\\b");
        Map<String, Long> counted = new TreeMap<>();
        LOGS.forEach((name, log) -> {
            for (Event event : log.events()) {
                // One event is one line; but for a login, which two lines make.
                for (String text : words(event)) {
                    Matcher matcher = token.matcher(text);
                    Set<String> here = new TreeSet<>();
                    while (matcher.find()) {
                        here.add(matcher.group(1));
                    }
                    here.forEach(t -> counted.merge(name + "|" + t, 1L, Long::sum));
                }
            }
        });

        counted.entrySet().removeAll(expected.entrySet());
        assertThat(counted).isEqualTo(Map.of());
    }

    @Test
    void counters_add_up_and_a_second_reading_gives_the_same_ids() {
        LOGS.forEach((name, log) -> {
            ReadCounts c = log.counts();
            assertThat(c.accepted() + c.blank() + c.passedOver() + c.bad())
                    .as(name)
                    .isEqualTo(c.lines());
            assertThat(c.events()).isEqualTo(log.events().size());
            Set<String> ids = new HashSet<>();
            log.events().forEach(e -> ids.add(e.id()));
            assertThat(ids).as(name + ": ids").hasSize(log.events().size());
            Imported again = read(SharedData.of(name), name.equals(TELNET));
            assertThat(again.events()).isEqualTo(log.events());
        });
    }

    @Test
    void the_other_texts_hold_as_many_lines_urls_and_tokens_as_the_script_found()
            throws IOException {
        Pattern token = Pattern.compile("/bin/busybox ([A-Z]{4,10})\\b");
        Map<String, Long> found = new TreeMap<>();
        Map<String, Long> expected = new TreeMap<>();
        for (String[] row : rows("logs.tsv")) {
            if (row[1].equals("lines") && !LOGS.containsKey(row[0])) {
                expected.put(row[0] + "|lines", Long.parseLong(row[2]));
                try (LogLines lines = LogLines.open(SharedData.of(row[0]))) {
                    for (LogLines.Line l = lines.next(); l != null; l = lines.next()) {
                        found.merge(row[0] + "|lines", 1L, Long::sum);
                        Set<String> here = new TreeSet<>(Urls.in(l.text()));
                        Matcher matcher = token.matcher(l.text());
                        while (matcher.find()) {
                            here.add(matcher.group(1));
                        }
                        here.forEach(x -> found.merge(row[0] + "|" + x, 1L, Long::sum));
                    }
                }
            }
        }
        for (String golden : List.of("log_urls.tsv", "log_busybox_tokens.tsv")) {
            for (String[] row : rows(golden)) {
                if (!LOGS.containsKey(row[0])) {
                    expected.put(row[0] + "|" + row[1], Long.parseLong(row[2]));
                }
            }
        }

        assertThat(found).isEqualTo(expected);
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

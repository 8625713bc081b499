package teiten.decoy;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import org.junit.jupiter.api.Test;

import teiten.decoy.device.DeviceCatalog;
import teiten.decoy.telnet.TelnetConversation;
import teiten.session.Door;
import teiten.session.Event;
import teiten.session.Gatherer;
import teiten.session.Session;
import teiten.session.SharedData;
import teiten.session.read.LogFormat;
import teiten.session.understand.FamilyRules;
import teiten.session.understand.SessionRecord;
import teiten.session.understand.Stage;
import teiten.session.understand.StageMark;
import teiten.session.understand.Understanding;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What real attackers typed, played line by line against the decoy over Telnet: each session reaches the stage that it
/// reached in its log.
class PlayedLogsTest {
    private static final Path ROOT = Path.of(System.getProperty("teiten.root", ".."));
    private static final FamilyRules RULES = FamilyRules.builtIn();
    private static final int AT_ONCE = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /// The question by which loaders find the end of an answer; they go on when they read that there is no such applet.
    private static final Pattern TOKEN = Pattern.compile("/bin/busybox ([A-Z]{4,10})\\b");

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();

    private final Map<String, List<Event>> seen = new ConcurrentHashMap<>();
    private final Evidence evidence =
            new Evidence() {
                @Override
                public void record(Event event) {
                    seen.computeIfAbsent(
                                    event.visit().source().toString(),
                                    _ -> Collections.synchronizedList(new ArrayList<>()))
                            .add(event);
                }

                @Override
                public void keep(String sha256, byte[] bytes) {}
            };

    private record Played(Session session, SessionRecord log, SessionRecord ours) {
        Stage furthest(SessionRecord row) {
            return row.stages().stream().map(StageMark::stage).max(Stage::compareTo).orElseThrow();
        }

        boolean asFar() {
            return furthest(ours).compareTo(furthest(log)) >= 0;
        }

        boolean everyStage() {
            return log.stages().stream().allMatch(mark -> ours.reached(mark.stage()));
        }
    }

    @Test
    void real_sessions_reach_the_stage_that_they_reached_in_their_log() throws Exception {
        List<Session> sessions = sessions();
        List<Played> played = new ArrayList<>();
        Counters counters = new Counters();
        try (House house =
                        new House(
                                "test",
                                DeviceCatalog.bundled(1),
                                LoginPolicy.ANY,
                                Limits.DEFAULT,
                                counters,
                                evidence,
                                InstantSource.system());
                TcpDoor door =
                        new TcpDoor(
                                house,
                                Door.TELNET,
                                "telnet",
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                false,
                                TelnetConversation::hold);
                ExecutorService players = Executors.newVirtualThreadPerTaskExecutor()) {
            Semaphore places = new Semaphore(AT_ONCE);
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < sessions.size(); i++) {
                Session session = sessions.get(i);
                String source = source(i);
                places.acquire();
                futures.add(
                        players.submit(() -> {
                            try {
                                play(session, door.port(), source);
                                return source;
                            } finally {
                                places.release();
                            }
                        }));
            }
            for (Future<?> future : futures) {
                future.get();
            }
            house.gate().awaitEmpty(Duration.ofSeconds(10));
            for (int i = 0; i < sessions.size(); i++) {
                Session ours = Session.of(requireNonNull(seen.get(source(i))));
                played.add(
                        new Played(
                                sessions.get(i),
                                Understanding.of(sessions.get(i), RULES),
                                Understanding.of(ours, RULES)));
            }
        }

        assertThat(counters.get(Counter.FAULTS)).isZero();
        Map<Stage, int[]> table = new EnumMap<>(Stage.class);
        for (Played one : played) {
            int[] row = table.computeIfAbsent(one.furthest(one.log()), _ -> new int[3]);
            row[0]++;
            row[1] += one.asFar() ? 1 : 0;
            row[2] += one.everyStage() ? 1 : 0;
        }
        Map<Stage, int[]> expected = new EnumMap<>(Stage.class);
        // stage that the log's session came to: sessions, as far here, and with every stage between
        expected.put(Stage.PROBE, new int[] {842, 842, 842});
        expected.put(Stage.LOGIN_TRY, new int[] {1543, 1543, 1543});
        expected.put(Stage.LOGIN, new int[] {86, 86, 86});
        expected.put(Stage.RECONNAISSANCE, new int[] {172, 172, 172});
        expected.put(Stage.DOWNLOAD, new int[] {1, 1, 1});
        expected.put(Stage.RUN, new int[] {1, 1, 1});
        expected.put(Stage.CLEAN_UP, new int[] {651, 651, 651});
        assertThat(table).usingRecursiveComparison().isEqualTo(expected);
        assertThat(asked).hasValue(4535);
        assertThat(answered).hasValue(4535);
    }

    private static String source(int i) {
        return "127." + (1 + i / 62_500) + "." + i / 250 % 250 + "." + (1 + i % 250);
    }

    /// Logs in as the log did, until the decoy opens, and sends the lines one by one, each after the answer to the last.
    private void play(Session session, int port, String source) throws IOException {
        List<String> lines = new ArrayList<>();
        List<String[]> logins = new ArrayList<>();
        for (Event event : session.events()) {
            switch (event) {
                case Event.LoginTry e ->
                        logins.add(new String[] {e.user().value(), e.password().value()});
                case Event.LoggedIn e ->
                        logins.add(new String[] {e.user().value(), e.password().value()});
                case Event.Command e -> lines.add(e.line().value());
                default -> {}
            }
        }
        if (logins.isEmpty() && !lines.isEmpty()) {
            logins.add(new String[] {"root", "root"});
        }
        try (TelnetClient client = new TelnetClient(port, source)) {
            client.until("login: ");
            client.send("\u00ff\u00fc\u0001\u00ff\u00fc\u001f\u00ff\u00fe\u0001\u00ff\u00fe\u0003");
            boolean in = false;
            for (int i = 0; i < logins.size() && !in; i++) {
                client.send(wire(logins.get(i)[0].isBlank() ? "root" : logins.get(i)[0]));
                client.until("assword: ");
                client.send(wire(logins.get(i)[1]));
                in = client.until("# ", "$ ", "login: ").matches("(?s).*[#$] ");
            }
            for (int i = 0; i < lines.size(); i++) {
                client.send(wire(lines.get(i)));
                String answer = client.answer(PATIENCE);
                Matcher token = TOKEN.matcher(lines.get(i));
                while (token.find()) {
                    asked.incrementAndGet();
                    String wanted = token.group(1) + ": applet not found";
                    if (answer != null && answer.contains(wanted)) {
                        answered.incrementAndGet();
                    }
                }
                if (answer == null) {
                    return;
                }
            }
        }
    }

    /// A line as a Telnet client sends it: UTF-8, FF doubled, CR LF.
    private static String wire(String line) {
        String bytes =
                new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return bytes.replace("\u00ff", "\u00ff\u00ff").replaceAll("\r?\n", "\r\n") + "\r\n";
    }

    private static List<Session> sessions() throws IOException {
        List<Session> sessions = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(SharedData.of("logs"))) {
            for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                String name = file.getFileName().toString();
                boolean log =
                        name.startsWith("cowrie.json.")
                                || name.startsWith("cowrie-cowrie.") && name.endsWith(".json")
                                || name.equals("2017-03-31.log");
                LogFormat format = log ? LogFormat.sniff(file) : null;
                if (format != null) {
                    Gatherer gatherer = new Gatherer(sessions::add);
                    format.read(file, "", ZoneOffset.UTC, gatherer);
                    gatherer.finish();
                }
            }
        }
        return sessions;
    }
}

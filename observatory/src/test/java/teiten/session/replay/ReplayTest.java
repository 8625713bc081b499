package teiten.session.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import teiten.session.Event.Side;
import teiten.session.Payload;
import teiten.session.SharedData;
import teiten.session.replay.Transcript.Chunk;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Transcripts played again, safely.
class ReplayTest {
    private static final Transcript TALK =
            new Transcript(
                    "t",
                    Instant.parse("2026-11-23T00:00:00Z"),
                    Transcript.echoes(
                            List.of(
                                    chunk(0, Side.SENSOR, "# "),
                                    chunk(500, Side.VISITOR, "id\r\n"),
                                    chunk(510, Side.SENSOR, "id\r\nuid=0\u001b]0;evil\u0007\r\n"),
                                    chunk(60_510, Side.VISITOR, "exit\r\n"))));

    private static Chunk chunk(long millis, Side side, String text) {
        return new Chunk(Duration.ofMillis(millis), side, Payload.ofText(text), false);
    }

    @Test
    void it_plays_in_time_with_long_silences_cut_and_shows_echoed_input_once()
            throws InterruptedException {
        StringWriter out = new StringWriter();
        List<Duration> pauses = new ArrayList<>();
        new Player(new PrintWriter(out), 2, Duration.ofSeconds(3), false, pauses::add).play(TALK);

        assertThat(out.toString().replace(System.lineSeparator(), "\n"))
                .isEqualTo("# id\nuid=0^[]0;evil^G\nexit\n\n");
        assertThat(pauses)
                .containsExactly(
                        Duration.ofMillis(250), Duration.ofMillis(5), Duration.ofMillis(1500));
    }

    @Test
    void an_asciicast_has_a_header_and_events_in_order() throws IOException {
        StringWriter out = new StringWriter();
        Asciicast.write(TALK, out);
        JsonMapper json = JsonMapper.builder().build();
        List<JsonNode> lines = out.toString().lines().map(json::readTree).toList();

        assertThat(lines.get(0).path("version").intValue()).isEqualTo(2);
        assertThat(lines.subList(1, lines.size()).stream().map(JsonNode::toString))
                .containsExactly(
                        "[0.0,\"o\",\"# \"]",
                        "[0.5,\"i\",\"id\\r\\n\"]",
                        "[0.51,\"o\",\"id\\r\\nuid=0^[]0;evil^G\\r\\n\"]",
                        "[60.51,\"i\",\"exit\\r\\n\"]",
                        "[60.51,\"o\",\"exit\\r\\n\"]");
    }

    @Test
    void no_control_byte_of_an_attacker_reaches_the_terminal() {
        for (int seed = 0; seed < 2000; seed++) {
            byte[] noise = new byte[200];
            new Random(seed).nextBytes(noise);
            String safe = SafeText.of(Payload.of(noise), "\n");
            assertThat(safe.chars().filter(c -> c < 32 && c != '\n' && c != '\t')).isEmpty();
            assertThat(safe.chars().filter(c -> c >= 127 && c < 160)).isEmpty();
        }
        assertThat(SafeText.line("a\u202Eb\u009Bc\n\u0000")).isEqualTo("a\\u{202e}b\\u{9b}c^J^@");
    }

    @Test
    void every_real_recording_is_read_whole_and_cut_at_any_byte() throws IOException {
        int read = 0;
        try (Stream<Path> files = Files.list(SharedData.of("logs/cowrie-2018-tty"))) {
            for (Path file : files.sorted().toList()) {
                byte[] bytes = Files.readAllBytes(file);
                assertThat(TtyRecording.recognises(bytes)).isTrue();
                TtyRecording.Reading whole = TtyRecording.read(bytes, "x");
                assertThat(whole.damage()).as(file.toString()).isNull();
                assertThat(whole.transcript().chunks()).isNotEmpty();
                for (int end = 0; end < bytes.length; end += 1 + end / 512) {
                    List<Chunk> cut =
                            TtyRecording.read(Arrays.copyOf(bytes, end), "x").transcript().chunks();
                    assertThat(cut.size()).isLessThanOrEqualTo(whole.transcript().chunks().size());
                }
                read++;
            }
        }
        assertThat(read).isEqualTo(15);
    }
}

package teiten.session.replay;

import teiten.session.Event.Side;
import teiten.session.replay.Transcript.Chunk;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.Writer;
import java.time.Duration;

/// A transcript as asciicast v2, the form that asciinema plays: a header line, then one line an event,
/// `[seconds, "o"|"i", text]`.
///
/// Output is made safe ([SafeText]), so a player's terminal is safe too. Input is written as `i`, and also as `o` where
/// the sensor did not echo it: otherwise a viewer would not see what the visitor did.
public final class Asciicast {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int WIDTH = 100;
    private static final int HEIGHT = 30;

    private Asciicast() {}

    /// @throws IOException when the writer does
    public static void write(Transcript transcript, Writer out) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        header.put("version", 2);
        header.put("width", WIDTH);
        header.put("height", HEIGHT);
        header.put("timestamp", transcript.start().getEpochSecond());
        header.put("title", SafeText.line(transcript.title()));
        out.write(JSON.writeValueAsString(header));
        out.write('\n');
        for (Chunk chunk : transcript.chunks()) {
            String text = SafeText.of(chunk.payload(), "\r\n");
            if (chunk.side() == Side.VISITOR) {
                line(out, chunk.after(), "i", text);
            }
            if (chunk.side() == Side.SENSOR || !chunk.echoed()) {
                line(out, chunk.after(), "o", text);
            }
        }
    }

    private static void line(Writer out, Duration after, String kind, String text)
            throws IOException {
        ArrayNode line = JSON.createArrayNode();
        line.add(java.math.BigDecimal.valueOf(after.toMillis(), 3));
        line.add(kind);
        line.add(text);
        out.write(JSON.writeValueAsString(line));
        out.write('\n');
    }
}

package teiten.session;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A whole session with its transcript in few bytes, as a store keeps it.
///
/// ```
///  0      4     5      6        10
/// +------+-----+------+--------+------------------------------+
/// | TTSE |  1  |  0   | length | zstd of JSON lines, UTF-8    |
/// +------+-----+------+--------+------------------------------+
///  magic  major minor  of the JSON, big-endian
/// ```
/// The first line is the visit; each other line an event without its visit ([EventJson]). A reader refuses another
/// major version. Events of another visit of the same session (a part whose beginning was not seen) bear their visit.
public final class SessionImage {
    private static final byte[] MAGIC = {'T', 'T', 'S', 'E'};
    private static final int MAJOR = 1;
    private static final int HEADER = 10;

    /// The most JSON that is unpacked: no image of ours is larger, and none can make a small file cost much.
    private static final int MOST_JSON = 256 << 20;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SessionImage() {}

    public static byte[] write(Session session) {
        StringBuilder lines = new StringBuilder();
        ObjectNode first = JSON.createObjectNode();
        EventJson.putVisit(first, session.visit());
        lines.append(JSON.writeValueAsString(first));
        for (Event event : session.events()) {
            ObjectNode node = JSON.createObjectNode();
            node.put("event", event.kind());
            if (!event.visit().equals(session.visit())) {
                EventJson.putVisit(node, event.visit());
            }
            EventJson.putBody(node, event);
            lines.append('\n').append(JSON.writeValueAsString(node));
        }
        byte[] json = lines.toString().getBytes(StandardCharsets.UTF_8);
        byte[] packed = Zstd.compress(json, 6);
        return ByteBuffer.allocate(HEADER + packed.length)
                .put(MAGIC)
                .put((byte) MAJOR)
                .put((byte) 0)
                .putInt(json.length)
                .put(packed)
                .array();
    }

    /// @throws IllegalArgumentException with one sentence when it is no image, damaged, or of another major version
    public static Session read(byte[] image) {
        if (!isImage(image)) {
            throw new IllegalArgumentException("the bytes are no stored session");
        }
        if (image[4] != MAJOR) {
            throw new IllegalArgumentException(
                    "the session is stored in version "
                            + image[4]
                            + " of the form; this program reads version "
                            + MAJOR);
        }
        int length = ByteBuffer.wrap(image).getInt(6);
        if (length < 0 || length > MOST_JSON) {
            throw new IllegalArgumentException("the stored session states an impossible length");
        }
        byte[] json;
        try {
            json =
                    Zstd.decompress(
                            java.util.Arrays.copyOfRange(image, HEADER, image.length), length);
        } catch (ZstdException damaged) {
            throw new IllegalArgumentException("the stored session is damaged", damaged);
        }
        if (json.length != length) {
            throw new IllegalArgumentException("the stored session is damaged");
        }
        return parse(new String(json, StandardCharsets.UTF_8));
    }

    /// Whether these bytes begin like an image.
    public static boolean isImage(byte[] bytes) {
        return bytes.length > HEADER
                && bytes[0] == MAGIC[0]
                && bytes[1] == MAGIC[1]
                && bytes[2] == MAGIC[2]
                && bytes[3] == MAGIC[3];
    }

    private static Session parse(String lines) {
        try {
            Visit visit = null;
            List<Event> events = new ArrayList<>();
            for (String line : lines.split("\n")) {
                JsonNode node = JSON.readTree(line);
                if (visit == null) {
                    visit = EventJson.readVisit(node);
                } else {
                    events.add(
                            EventJson.readBody(
                                    node, node.has("sensor") ? EventJson.readVisit(node) : visit));
                }
            }
            return Session.of(events);
        } catch (JacksonException damaged) {
            throw new IllegalArgumentException("the stored session is damaged", damaged);
        }
    }
}

package teiten.session.read;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;
import teiten.session.Door;
import teiten.session.Event;
import teiten.session.Payload;
import teiten.session.Recorder;
import teiten.session.Text;
import teiten.session.Visit;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.function.Consumer;

/// Cowrie's JSON log, every vintage since 2018, into events: one JSON object a line.
///
/// | eventid | event |
/// |---|---|
/// | `cowrie.session.connect` | `connected` |
/// | `cowrie.login.failed`, `.success` | `login-try` (refused), `logged-in` |
/// | `cowrie.command.input` | `command` |
/// | `cowrie.command.failed`, `.success` | `command-answer` |
/// | `cowrie.client.version`, `.kex`, `.size`, `.var`, `.fingerprint`, `cowrie.session.params` | `client-trait` |
/// | `cowrie.session.file_download`, `.failed` | `download` |
/// | `cowrie.session.file_upload` | `file-captured` |
/// | `cowrie.direct-tcpip.request`, `.data` | `forward` |
/// | `cowrie.log.open`, `.closed` | `recording` |
/// | `cowrie.session.closed` | `closed` |
///
/// Other event ids are passed over and counted by name. Times without a zone are UTC, as Cowrie writes them.
public final class CowrieLog {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String sensor;
    private final ReadCounts counts = new ReadCounts();
    private final Desk desk;

    /// @param sensor the vantage point's id; empty takes each line's own `sensor`
    public CowrieLog(String sensor, Consumer<Event> sink) {
        this.sensor = sensor;
        this.desk = new Desk(counts, sink);
    }

    public ReadCounts counts() {
        return counts;
    }

    /// Reads all lines.
    public ReadCounts read(LogLines lines) {
        for (LogLines.Line line = lines.next(); line != null; line = lines.next()) {
            read(line);
        }
        String damage = lines.damage();
        if (damage != null) {
            counts.note("the file breaks off: " + damage);
        }
        return counts;
    }

    void read(LogLines.Line line) {
        if (line.tooLong()) {
            counts.badLine(line.number(), "longer than " + LogLines.LONGEST + " bytes");
        } else if (line.text().isBlank()) {
            counts.blankLine();
        } else {
            JsonNode node = parse(line.text());
            String trouble = node == null ? "no JSON object" : take(node);
            if (trouble != null) {
                counts.badLine(
                        line.number(),
                        line.ended() ? trouble : trouble + ", and the file ends within it");
            }
        }
    }

    private static @Nullable JsonNode parse(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            return node != null && node.isObject() ? node : null;
        } catch (JacksonException _) {
            return null;
        }
    }

    /// @return what is wrong with the line, or null when it was counted
    private @Nullable String take(JsonNode node) {
        String eventid = string(node, "eventid");
        if (eventid.isEmpty()) {
            return "no eventid";
        }
        String session = string(node, "session");
        Instant time = time(string(node, "timestamp"));
        if (time == null) {
            return "no time that can be read";
        }
        if (!Visit.isSessionId(session)) {
            return "no session id";
        }
        String origin = sensor.isEmpty() ? string(node, "sensor") : sensor;
        if (origin.length() > Text.NAME) {
            return "a sensor's name that is too long";
        }
        String key = origin + '\n' + session;
        Recorder recorder = desk.find(key);
        if (recorder == null) {
            Visit visit = visit(node, origin, session);
            if (visit == null) {
                return "no source address";
            }
            recorder = desk.open(key, () -> visit);
        }
        desk.at(time);
        if (record(eventid, node, recorder)) {
            counts.acceptedLine(eventid);
        } else {
            counts.passedOverLine(Text.name(eventid).value());
        }
        return null;
    }

    private static @Nullable Visit visit(JsonNode node, String sensor, String session) {
        IpAddress source = address(string(node, "src_ip"));
        if (source == null) {
            return null;
        }
        boolean opening = string(node, "eventid").equals("cowrie.session.connect");
        return new Visit(
                sensor,
                session,
                source,
                opening ? port(node, "src_port") : 0,
                opening ? Door.of(string(node, "protocol")) : Door.OTHER,
                opening ? address(string(node, "dst_ip")) : null,
                opening ? port(node, "dst_port") : 0,
                "");
    }

    /// @return false when the kind is not one of ours
    private static boolean record(String eventid, JsonNode node, Recorder to) {
        switch (eventid) {
            case "cowrie.session.connect" -> to.connected();
            case "cowrie.login.failed" ->
                    to.loginTry(string(node, "username"), string(node, "password"), true);
            case "cowrie.login.success" ->
                    to.loggedIn(string(node, "username"), string(node, "password"));
            case "cowrie.command.input" -> to.command(Text.line(string(node, "input")));
            case "cowrie.command.failed" -> to.commandAnswer(string(node, "input"), false);
            case "cowrie.command.success" -> to.commandAnswer(string(node, "input"), true);
            case "cowrie.client.version" -> to.clientTrait("version", string(node, "version"));
            case "cowrie.client.kex" -> to.clientTrait("hassh", string(node, "hassh"));
            case "cowrie.client.fingerprint" -> to.clientTrait("key", string(node, "fingerprint"));
            case "cowrie.client.size" ->
                    to.clientTrait(
                            "terminal", string(node, "width") + "x" + string(node, "height"));
            case "cowrie.client.var" ->
                    to.clientTrait("variable", string(node, "name") + "=" + string(node, "value"));
            case "cowrie.session.params" -> to.clientTrait("arch", string(node, "arch"));
            case "cowrie.session.file_download" ->
                    to.download(
                            string(node, "url"), "", string(node, "destfile"), hash(node), true);
            case "cowrie.session.file_download.failed" ->
                    to.download(string(node, "url"), "", string(node, "destfile"), null, false);
            case "cowrie.session.file_upload" -> {
                String hash = hash(node);
                to.fileCaptured(
                        string(node, "filename"),
                        "upload",
                        hash == null ? "" : hash,
                        size(node),
                        Payload.EMPTY);
            }
            case "cowrie.direct-tcpip.request" ->
                    to.forward(string(node, "dst_ip"), port(node, "dst_port"), Payload.EMPTY);
            case "cowrie.direct-tcpip.data" ->
                    to.forward(
                            string(node, "dst_ip"),
                            port(node, "dst_port"),
                            Payload.ofText(string(node, "data")));
            case "cowrie.log.open" -> to.recording(string(node, "ttylog"), -1);
            case "cowrie.log.closed" -> to.recording(string(node, "ttylog"), size(node));
            case "cowrie.session.closed" -> to.closed("closed");
            default -> {
                return false;
            }
        }
        return true;
    }

    /// Text members as they are, numbers as their digits; anything else is empty.
    private static String string(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isString() ? value.stringValue() : value.isNumber() ? value.asString() : "";
    }

    private static long size(JsonNode node) {
        JsonNode value = node.path("size");
        return value.isIntegralNumber() && value.canConvertToLong()
                ? Math.max(-1, value.longValue())
                : -1;
    }

    private static int port(JsonNode node, String name) {
        JsonNode value = node.path(name);
        int port = value.isIntegralNumber() && value.canConvertToInt() ? value.intValue() : 0;
        return port >= 0 && port <= 65535 ? port : 0;
    }

    private static @Nullable String hash(JsonNode node) {
        String hash = string(node, "shasum");
        if (hash.length() != 64) {
            return null;
        }
        for (int i = 0; i < hash.length(); i++) {
            if (Character.digit(hash.charAt(i), 16) < 0 || hash.charAt(i) > 'f') {
                return null;
            }
        }
        return hash;
    }

    private static @Nullable IpAddress address(String text) {
        try {
            return text.length() > 64 ? null : IpAddress.parse(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static @Nullable Instant time(String text) {
        if (text.length() < 10 || text.length() > 40) {
            return null;
        }
        String zoned = text.replace(' ', 'T');
        int sign = Math.max(zoned.lastIndexOf('+'), zoned.lastIndexOf('-'));
        boolean offset = sign > zoned.indexOf('T') && zoned.indexOf('T') > 0;
        if (offset && zoned.length() == sign + 5) {
            zoned = zoned.substring(0, sign + 3) + ':' + zoned.substring(sign + 3);
        } else if (!offset && !zoned.endsWith("Z")) {
            zoned += "Z";
        }
        try {
            return Instant.parse(zoned);
        } catch (DateTimeException _) {
            return null;
        }
    }
}

package teiten.session;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;
import teiten.session.Event.Side;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;

/// Events as JSON, one object a line, and back.
///
/// ```
/// {"v":1,"id":"…","event":"command","sensor":"…","session":"…","source":"192.0.2.1","source_port":40001,
///  "door":"telnet","destination":"198.51.100.7","destination_port":23,"device":"…","at":"2026-…Z","n":4,
///  "line":"cat /proc/mounts"}
/// ```
/// A text that was cut has `"NAME_cut":true` beside it; a payload is `"NAME":"hex"` with `"NAME_length":bytes`. An
/// unknown version or kind is refused; unknown members are passed over.
public final class EventJson {
    /// The version of the form; a reader refuses any other.
    public static final int VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private EventJson() {}

    /// One line of JSON without line break. The id is spliced in before the kind, so that the content is written and
    /// hashed once: decoys write tens of thousands of events a second.
    public static String write(Event event) {
        String content = content(event);
        String id = Visit.digest(content).substring(0, 32);
        int at = content.indexOf("\"event\"");
        return content.substring(0, at) + "\"id\":\"" + id + "\"," + content.substring(at);
    }

    /// What the id is made of: everything but the id itself, in one fixed order.
    static String content(Event event) {
        ObjectNode node = JSON.createObjectNode();
        node.put("v", VERSION);
        node.put("event", event.kind());
        putVisit(node, event.visit());
        putBody(node, event);
        return JSON.writeValueAsString(node);
    }

    /// Puts an event without its visit into an object: `event`, `id`, `at`, `n` and its own members.
    public static void putEvent(ObjectNode node, Event event) {
        node.put("event", event.kind());
        node.put("id", event.id());
        putBody(node, event);
    }

    /// Reads one line.
    ///
    /// @throws IllegalArgumentException with one sentence when the line is no event of this version
    public static Event read(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            if (node.path("v").asInt(0) != VERSION) {
                throw new IllegalArgumentException(
                        "the line is no event of version " + VERSION + " of the form");
            }
            return readBody(node, readVisit(node));
        } catch (JacksonException notJson) {
            throw new IllegalArgumentException("the line is not JSON", notJson);
        }
    }

    static void putVisit(ObjectNode node, Visit visit) {
        node.put("sensor", visit.sensor());
        node.put("session", visit.session());
        node.put("source", visit.source().toString());
        node.put("source_port", visit.sourcePort());
        node.put("door", visit.door().label());
        IpAddress destination = visit.destination();
        if (destination != null) {
            node.put("destination", destination.toString());
        }
        node.put("destination_port", visit.destinationPort());
        node.put("device", visit.device());
    }

    static Visit readVisit(JsonNode node) {
        JsonNode destination = node.path("destination");
        return new Visit(
                string(node, "sensor"),
                string(node, "session"),
                IpAddress.parse(string(node, "source")),
                (int) number(node, "source_port"),
                Door.of(string(node, "door")),
                destination.isString() ? IpAddress.parse(destination.stringValue()) : null,
                (int) number(node, "destination_port"),
                string(node, "device"));
    }

    /// All members but the version, the id and the visit.
    static void putBody(ObjectNode node, Event event) {
        node.put("at", event.at().toString());
        node.put("n", event.number());
        switch (event) {
            case Event.Connected _ -> {}
            case Event.Negotiated e -> {
                node.put("side", e.side().label());
                put(node, "words", e.words());
            }
            case Event.ClientTrait e -> {
                put(node, "name", e.name());
                put(node, "value", e.value());
            }
            case Event.LoginTry e -> {
                put(node, "user", e.user());
                put(node, "password", e.password());
                node.put("refused", e.refused());
            }
            case Event.LoggedIn e -> {
                put(node, "user", e.user());
                put(node, "password", e.password());
            }
            case Event.Command e -> put(node, "line", e.line());
            case Event.CommandAnswer e -> {
                put(node, "command", e.command());
                node.put("found", e.found());
            }
            case Event.Download e -> {
                put(node, "url", e.url());
                put(node, "tool", e.tool());
                put(node, "path", e.path());
                String sha256 = e.sha256();
                if (sha256 != null) {
                    node.put("sha256", sha256);
                }
                node.put("fetched", e.fetched());
            }
            case Event.FileCaptured e -> {
                put(node, "path", e.path());
                put(node, "how", e.how());
                node.put("sha256", e.sha256());
                node.put("size", e.size());
                put(node, "head", e.head());
            }
            case Event.Request e -> {
                put(node, "method", e.method());
                put(node, "target", e.target());
                put(node, "head", e.head());
                put(node, "body", e.body());
                node.put("rule", e.rule());
            }
            case Event.Probe e -> {
                node.put("side", e.side().label());
                put(node, "bytes", e.payload());
                node.put("reading", e.reading());
            }
            case Event.Forward e -> {
                put(node, "host", e.host());
                node.put("port", e.port());
                put(node, "bytes", e.payload());
            }
            case Event.Input e -> put(node, "bytes", e.payload());
            case Event.Output e -> put(node, "bytes", e.payload());
            case Event.Recording e -> {
                put(node, "file", e.file());
                node.put("size", e.size());
            }
            case Event.Limited e -> {
                node.put("limit", e.limit());
                node.put("dropped", e.dropped());
            }
            case Event.Closed e -> node.put("reason", e.reason());
        }
    }

    /// The event that [#putBody] wrote, of that visit.
    static Event readBody(JsonNode node, Visit visit) {
        Instant at;
        try {
            at = Instant.parse(string(node, "at"));
        } catch (DateTimeException noTime) {
            throw new IllegalArgumentException("\"at\" is no time of ISO 8601", noTime);
        }
        int n = (int) number(node, "n");
        String kind = string(node, "event");
        return switch (kind) {
            case "connected" -> new Event.Connected(visit, at, n);
            case "negotiated" ->
                    new Event.Negotiated(visit, at, n, side(node), text(node, "words"));
            case "client-trait" ->
                    new Event.ClientTrait(visit, at, n, text(node, "name"), text(node, "value"));
            case "login-try" ->
                    new Event.LoginTry(
                            visit,
                            at,
                            n,
                            text(node, "user"),
                            text(node, "password"),
                            truth(node, "refused"));
            case "logged-in" ->
                    new Event.LoggedIn(visit, at, n, text(node, "user"), text(node, "password"));
            case "command" -> new Event.Command(visit, at, n, text(node, "line"));
            case "command-answer" ->
                    new Event.CommandAnswer(
                            visit, at, n, text(node, "command"), truth(node, "found"));
            case "download" ->
                    new Event.Download(
                            visit,
                            at,
                            n,
                            text(node, "url"),
                            text(node, "tool"),
                            text(node, "path"),
                            optional(node, "sha256"),
                            truth(node, "fetched"));
            case "file-captured" ->
                    new Event.FileCaptured(
                            visit,
                            at,
                            n,
                            text(node, "path"),
                            text(node, "how"),
                            string(node, "sha256"),
                            number(node, "size"),
                            payload(node, "head"));
            case "request" ->
                    new Event.Request(
                            visit,
                            at,
                            n,
                            text(node, "method"),
                            text(node, "target"),
                            text(node, "head"),
                            payload(node, "body"),
                            string(node, "rule"));
            case "probe" ->
                    new Event.Probe(
                            visit,
                            at,
                            n,
                            side(node),
                            payload(node, "bytes"),
                            string(node, "reading"));
            case "forward" ->
                    new Event.Forward(
                            visit,
                            at,
                            n,
                            text(node, "host"),
                            (int) number(node, "port"),
                            payload(node, "bytes"));
            case "input" -> new Event.Input(visit, at, n, payload(node, "bytes"));
            case "output" -> new Event.Output(visit, at, n, payload(node, "bytes"));
            case "recording" ->
                    new Event.Recording(visit, at, n, text(node, "file"), number(node, "size"));
            case "limited" ->
                    new Event.Limited(visit, at, n, string(node, "limit"), number(node, "dropped"));
            case "closed" -> new Event.Closed(visit, at, n, string(node, "reason"));
            default ->
                    throw new IllegalArgumentException(
                            "\"" + Text.name(kind).value() + "\" is no kind of event");
        };
    }

    private static void put(ObjectNode node, String name, Text text) {
        node.put(name, text.value());
        if (text.truncated()) {
            node.put(name + "_cut", true);
        }
    }

    private static void put(ObjectNode node, String name, Payload payload) {
        node.put(name, payload.hex());
        node.put(name + "_length", payload.length());
    }

    private static Text text(JsonNode node, String name) {
        Text text = Text.of(string(node, name), 4 * Payload.BOUND);
        return node.path(name + "_cut").asBoolean(false) ? new Text(text.value(), true) : text;
    }

    private static Payload payload(JsonNode node, String name) {
        return Payload.ofHex(string(node, name), number(node, name + "_length"));
    }

    private static Side side(JsonNode node) {
        String label = string(node, "side");
        for (Side side : Side.values()) {
            if (side.label().equals(label.toLowerCase(Locale.ROOT))) {
                return side;
            }
        }
        throw new IllegalArgumentException("\"side\" is visitor or sensor");
    }

    private static String string(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.isString()) {
            throw new IllegalArgumentException("\"" + name + "\" is missing or no text");
        }
        return value.stringValue();
    }

    private static @Nullable String optional(JsonNode node, String name) {
        return node.has(name) ? string(node, name) : null;
    }

    private static long number(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException("\"" + name + "\" is missing or no whole number");
        }
        return value.longValue();
    }

    private static boolean truth(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.isBoolean()) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is missing or neither true nor false");
        }
        return value.booleanValue();
    }
}

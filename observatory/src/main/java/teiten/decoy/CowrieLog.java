package teiten.decoy;

import teiten.OperatorMistake;
import teiten.session.Event;
import teiten.session.Visit;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;

/// Writes the events that Cowrie knows as Cowrie writes them, for tools that already read its log. Events without a
/// counterpart are left out. Used by one thread.
public final class CowrieLog implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int MOST_SESSIONS = 65_536;

    private final BufferedWriter out;
    private final Map<String, Instant> starts = new HashMap<>();

    /// Appends to the file.
    public CowrieLog(Path file) {
        try {
            this.out =
                    Files.newBufferedWriter(
                            file,
                            StandardCharsets.UTF_8,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND);
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "--cowrie-json "
                            + file
                            + " cannot be written to: "
                            + fault.getMessage()
                            + "; give a file in a directory that this user may write.",
                    fault);
        }
    }

    /// Writes one event, or nothing when Cowrie has no such event.
    public void write(Event event) throws IOException {
        ObjectNode node = node(event);
        if (node != null) {
            out.write(JSON.writeValueAsString(node));
            out.write('\n');
        }
    }

    @org.jspecify.annotations.Nullable
    ObjectNode node(Event event) {
        Visit visit = event.visit();
        return switch (event) {
            case Event.Connected _ -> {
                if (starts.size() < MOST_SESSIONS) {
                    starts.put(visit.session(), event.at());
                }
                String to = visit.destination() + ":" + visit.destinationPort();
                ObjectNode node =
                        begin(
                                event,
                                "cowrie.session.connect",
                                "New connection: "
                                        + visit.source()
                                        + ":"
                                        + visit.sourcePort()
                                        + " ("
                                        + to
                                        + ") [session: "
                                        + visit.session()
                                        + "]");
                node.put("src_port", visit.sourcePort());
                node.put("dst_ip", String.valueOf(visit.destination()));
                node.put("dst_port", visit.destinationPort());
                yield node.put("protocol", visit.door().label());
            }
            case Event.LoginTry login ->
                    begin(
                                    event,
                                    "cowrie.login.failed",
                                    "login attempt ["
                                            + login.user().value()
                                            + "/"
                                            + login.password().value()
                                            + "] failed")
                            .put("username", login.user().value())
                            .put("password", login.password().value());
            case Event.LoggedIn login ->
                    begin(
                                    event,
                                    "cowrie.login.success",
                                    "login attempt ["
                                            + login.user().value()
                                            + "/"
                                            + login.password().value()
                                            + "] succeeded")
                            .put("username", login.user().value())
                            .put("password", login.password().value());
            case Event.Command command ->
                    begin(event, "cowrie.command.input", "CMD: " + command.line().value())
                            .put("input", command.line().value());
            case Event.Download download ->
                    begin(
                                    event,
                                    "cowrie.session.file_download.failed",
                                    "Attempt to download file(s) from URL ("
                                            + download.url().value()
                                            + ") failed")
                            .put("url", download.url().value());
            case Event.FileCaptured file ->
                    begin(
                                    event,
                                    "cowrie.session.file_upload",
                                    "Saved file with SHA-256 "
                                            + file.sha256()
                                            + " as "
                                            + file.path().value())
                            .put("filename", file.path().value())
                            .put("outfile", "files/" + file.sha256())
                            .put("shasum", file.sha256());
            case Event.ClientTrait trait ->
                    trait.name().value().equals("version")
                            ? begin(
                                            event,
                                            "cowrie.client.version",
                                            "Remote SSH version: " + trait.value().value())
                                    .put("version", trait.value().value())
                            : null;
            case Event.Forward forward ->
                    begin(
                                    event,
                                    "cowrie.direct-tcpip.request",
                                    "direct-tcp connection request to "
                                            + forward.host().value()
                                            + ":"
                                            + forward.port())
                            .put("dst_ip", forward.host().value())
                            .put("dst_port", forward.port());
            case Event.Closed _ -> {
                Instant start = starts.remove(visit.session());
                double seconds =
                        start == null ? 0 : Duration.between(start, event.at()).toNanos() / 1e9;
                yield begin(
                                event,
                                "cowrie.session.closed",
                                "Connection lost after " + (long) seconds + " seconds")
                        .put("duration", seconds);
            }
            case Event.Negotiated _,
                    Event.CommandAnswer _,
                    Event.Request _,
                    Event.Probe _,
                    Event.Input _,
                    Event.Output _,
                    Event.Recording _,
                    Event.Limited _ ->
                    null;
        };
    }

    private static ObjectNode begin(Event event, String id, String message) {
        ObjectNode node = JSON.createObjectNode();
        node.put("eventid", id);
        node.put("timestamp", TIME.format(event.at()));
        node.put("src_ip", event.visit().source().toString());
        node.put("session", event.visit().session());
        node.put("sensor", event.visit().sensor());
        node.put("message", message);
        return node;
    }

    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException _) {
            // the last lines could not be written; the counters of the segment writer tell of a
            // full disk
        }
    }
}

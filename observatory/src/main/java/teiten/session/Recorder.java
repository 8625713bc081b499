package teiten.session;

import org.jspecify.annotations.Nullable;

import teiten.session.Event.Side;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;

/// Writes down one conversation: gives every event the visit, the time and the next number, and holds the bounds.
///
/// One thread owns it (the conversation's). It keeps no event; 5,000 of them weigh next to nothing. After
/// [#MOST_EVENTS] events or [#MOST_BYTES] bytes of the visitor's words the rest is counted, and told once by `limited`
/// events at the end.
public final class Recorder {
    /// The most events of one conversation.
    public static final int MOST_EVENTS = 20_000;

    /// The most bytes of texts and payloads (both sides together) of one conversation.
    public static final long MOST_BYTES = 4L << 20;

    private final Visit visit;
    private final InstantSource clock;
    private final Consumer<Event> sink;
    private int number;
    private long bytes;
    private long droppedEvents;
    private long droppedBytes;
    private boolean closed;

    public Recorder(Visit visit, InstantSource clock, Consumer<Event> sink) {
        this.visit = visit;
        this.clock = clock;
        this.sink = sink;
    }

    public Visit visit() {
        return visit;
    }

    public void connected() {
        if (room(0)) {
            sink.accept(new Event.Connected(visit, now(), number++));
        }
    }

    public void negotiated(Side side, String words) {
        if (room(words.length())) {
            Text text = Text.path(words);
            sink.accept(new Event.Negotiated(visit, now(), number++, side, text));
        }
    }

    public void clientTrait(String name, String value) {
        if (room(name.length() + value.length())) {
            sink.accept(
                    new Event.ClientTrait(
                            visit, now(), number++, Text.name(name), Text.path(value)));
        }
    }

    public void loginTry(String user, String password, boolean refused) {
        if (room(user.length() + password.length())) {
            sink.accept(
                    new Event.LoginTry(
                            visit, now(), number++, Text.name(user), Text.name(password), refused));
        }
    }

    public void loggedIn(String user, String password) {
        if (room(user.length() + password.length())) {
            sink.accept(
                    new Event.LoggedIn(
                            visit, now(), number++, Text.name(user), Text.name(password)));
        }
    }

    public void command(Text line) {
        if (room(line.value().length())) {
            sink.accept(new Event.Command(visit, now(), number++, line));
        }
    }

    public void commandAnswer(String command, boolean found) {
        if (room(command.length())) {
            sink.accept(new Event.CommandAnswer(visit, now(), number++, Text.line(command), found));
        }
    }

    public void download(
            String url, String tool, String path, @Nullable String sha256, boolean fetched) {
        if (room(url.length() + path.length())) {
            sink.accept(
                    new Event.Download(
                            visit,
                            now(),
                            number++,
                            Text.path(url),
                            Text.name(tool),
                            Text.path(path),
                            sha256,
                            fetched));
        }
    }

    public void fileCaptured(String path, String how, String sha256, long size, Payload head) {
        if (room(path.length() + head.kept())) {
            sink.accept(
                    new Event.FileCaptured(
                            visit,
                            now(),
                            number++,
                            Text.path(path),
                            Text.name(how),
                            sha256,
                            size,
                            head));
        }
    }

    public void request(String method, String target, String head, Payload body, String rule) {
        if (room(target.length() + head.length() + body.kept())) {
            sink.accept(
                    new Event.Request(
                            visit,
                            now(),
                            number++,
                            Text.name(method),
                            Text.line(target),
                            Text.line(head),
                            body,
                            rule));
        }
    }

    public void probe(Side side, Payload payload, String reading) {
        if (room(payload.kept())) {
            sink.accept(new Event.Probe(visit, now(), number++, side, payload, reading));
        }
    }

    public void forward(String host, int port, Payload payload) {
        if (room(host.length() + payload.kept())) {
            sink.accept(new Event.Forward(visit, now(), number++, Text.name(host), port, payload));
        }
    }

    public void input(Payload payload) {
        if (room(payload.length())) {
            sink.accept(new Event.Input(visit, now(), number++, payload));
        }
    }

    public void output(Payload payload) {
        if (room(payload.length())) {
            sink.accept(new Event.Output(visit, now(), number++, payload));
        }
    }

    public void recording(String file, long size) {
        if (room(file.length())) {
            sink.accept(new Event.Recording(visit, now(), number++, Text.path(file), size));
        }
    }

    /// A bound of the caller's own was met.
    public void limited(String limit, long dropped) {
        if (room(0)) {
            sink.accept(new Event.Limited(visit, now(), number++, limit, dropped));
        }
    }

    /// The end; a second call changes nothing. Always written, beyond the bound too. What a log tells after it is
    /// still written down.
    public void closed(String reason) {
        if (closed) {
            return;
        }
        closed = true;
        if (droppedEvents > 0) {
            sink.accept(new Event.Limited(visit, now(), number++, "session-events", droppedEvents));
        }
        if (droppedBytes > 0) {
            sink.accept(new Event.Limited(visit, now(), number++, "session-bytes", droppedBytes));
        }
        sink.accept(new Event.Closed(visit, now(), number++, reason));
    }

    /// Whether its end was written down.
    public boolean ended() {
        return closed;
    }

    /// How many events were left out so far.
    public long droppedEvents() {
        return droppedEvents;
    }

    private boolean room(long size) {
        if (number < MOST_EVENTS && bytes + size <= MOST_BYTES) {
            bytes += size;
            return true;
        }
        droppedEvents++;
        droppedBytes += size;
        return false;
    }

    private Instant now() {
        return clock.instant();
    }
}

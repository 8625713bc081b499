package teiten.session.replay;

import teiten.session.Event;
import teiten.session.Event.Side;
import teiten.session.Payload;
import teiten.session.Session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What was said in a session, in time: enough to play it again.
///
/// @param title for a player; no line breaks
/// @param start when it was, or the epoch when nobody knows
/// @param chunks in order
public record Transcript(String title, Instant start, List<Chunk> chunks) {
    public Transcript {
        chunks = List.copyOf(chunks);
    }

    /// @param after since the start, never negative, never less than the chunk before
    /// @param echoed for input: the sensor's next output shows it, so a player must not show it twice
    public record Chunk(Duration after, Side side, Payload payload, boolean echoed) {}

    /// Of a session with a transcript its input and output; of one without (a log) its logins and commands, as they
    /// would have stood on the visitor's screen.
    public static Transcript of(Session session) {
        List<Chunk> chunks = new ArrayList<>();
        boolean recorded = false;
        for (Event event : session.events()) {
            recorded |= event instanceof Event.Output;
        }
        for (Event event : session.events()) {
            if (recorded) {
                switch (event) {
                    case Event.Input e -> add(chunks, session, e, Side.VISITOR, e.payload());
                    case Event.Output e ->
                            add(
                                    chunks,
                                    session,
                                    e,
                                    Side.SENSOR,
                                    chunks.isEmpty() ? withoutOptions(e.payload()) : e.payload());
                    default -> {}
                }
            } else {
                String line = spoken(event);
                if (line != null) {
                    add(chunks, session, event, Side.VISITOR, Payload.ofText(line + "\r\n"));
                }
            }
        }
        return new Transcript(
                "session " + session.id() + ", " + session.visit().door().label(),
                session.start(),
                echoes(chunks));
    }

    /// A decoy's first words with the Telnet options taken off that stand in front of them (`IAC WILL ECHO` …). Later
    /// ones are left alone: a byte FF there is as likely a file's.
    private static Payload withoutOptions(Payload payload) {
        int at = 0;
        while (at + 2 < payload.kept()
                && payload.at(at) == 255
                && payload.at(at + 1) >= 251
                && payload.at(at + 1) <= 254) {
            at += 3;
        }
        return at == 0 ? payload : Payload.of(payload.bytes(), at, payload.kept());
    }

    private static void add(
            List<Chunk> chunks, Session session, Event event, Side side, Payload payload) {
        Duration after = Duration.between(session.start(), event.at());
        Duration least = chunks.isEmpty() ? Duration.ZERO : chunks.getLast().after();
        chunks.add(new Chunk(after.compareTo(least) < 0 ? least : after, side, payload, false));
    }

    private static @org.jspecify.annotations.Nullable String spoken(Event event) {
        return switch (event) {
            case Event.LoginTry e ->
                    "login: "
                            + e.user()
                            + "\r\npassword: "
                            + e.password()
                            + (e.refused() ? "\r\n(refused)" : "");
            case Event.LoggedIn e ->
                    "login: " + e.user() + "\r\npassword: " + e.password() + "\r\n(logged in)";
            case Event.Command e -> "# " + e.line();
            case Event.Download e -> e.url().isEmpty() ? null : "(download " + e.url() + ")";
            case Event.FileCaptured e -> "(file " + e.path() + ")";
            case Event.Request e -> e.method() + " " + e.target();
            case Event.Probe e -> "(" + e.side().label() + ") " + e.payload().text();
            case Event.Forward e -> "(tunnel to " + e.host() + ":" + e.port() + ")";
            case Event.Connected _,
                    Event.Negotiated _,
                    Event.ClientTrait _,
                    Event.CommandAnswer _,
                    Event.Input _,
                    Event.Output _,
                    Event.Recording _,
                    Event.Limited _,
                    Event.Closed _ ->
                    null;
        };
    }

    /// Marks input that the next output begins with, line ends aside.
    static List<Chunk> echoes(List<Chunk> chunks) {
        List<Chunk> marked = new ArrayList<>(chunks.size());
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            Chunk next = i + 1 < chunks.size() ? chunks.get(i + 1) : null;
            boolean echoed =
                    chunk.side() == Side.VISITOR
                            && next != null
                            && next.side() == Side.SENSOR
                            && beginsWith(next.payload(), chunk.payload());
            marked.add(
                    echoed ? new Chunk(chunk.after(), chunk.side(), chunk.payload(), true) : chunk);
        }
        return marked;
    }

    private static boolean beginsWith(Payload output, Payload input) {
        int length = input.kept();
        while (length > 0 && input.at(length - 1) <= 13) {
            length--;
        }
        if (length == 0) {
            return output.kept() > 0 && (output.at(0) == '\r' || output.at(0) == '\n');
        }
        if (output.kept() < length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (output.at(i) != input.at(i)) {
                return false;
            }
        }
        return true;
    }
}

package teiten.decoy;

import teiten.decoy.shell.Budget;
import teiten.decoy.shell.Witness;
import teiten.session.Event;
import teiten.session.Payload;
import teiten.session.Text;
import teiten.session.Visit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/// Writes down one visitor's conversation as events. The identity is bound when the visitor comes in; the number of
/// events and the bytes of the transcript are bounded, and what is left out is counted and said. Used by one thread.
public final class VisitLog implements Witness {
    private static final int LARGEST_CAPTURE = 4 << 20;
    private static final int HEAD = 256;

    private final Visit visit;
    private final Recorder recorder;
    private final Counters counters;
    private final Limits limits;
    private final InstantSource clock;
    private final Set<String> captured = new HashSet<>(4);
    private int next;
    private long transcript;
    private long droppedBytes;
    private long droppedEvents;

    VisitLog(Visit visit, Recorder recorder, Counters counters, Limits limits, InstantSource clock) {
        this.visit = visit;
        this.recorder = recorder;
        this.counters = counters;
        this.limits = limits;
        this.clock = clock;
        note(Event.Connected::new);
    }

    public Visit visit() {
        return visit;
    }

    public Counters counters() {
        return counters;
    }

    public Limits limits() {
        return limits;
    }

    /// Makes an event out of the identity, the time and the next number.
    @FunctionalInterface
    public interface Making {
        Event make(Visit visit, Instant at, int number);
    }

    /// Writes one event down, unless the session has written its share.
    public void note(Making making) {
        if (next >= limits.events()) {
            droppedEvents++;
            counters.add(Counter.EVENTS_OVER_BOUND);
            return;
        }
        write(making);
    }

    private void write(Making making) {
        recorder.record(making.make(visit, clock.instant(), next++));
    }

    /// ISO-8859-1 text, one char a byte, as the catalogue's text.
    static Text text(String bytes, int bound) {
        byte[] raw = bytes.getBytes(StandardCharsets.ISO_8859_1);
        return Text.ofBytes(raw, 0, raw.length, bound);
    }

    public static Text name(String bytes) {
        return text(bytes, Text.NAME);
    }

    public static Text path(String bytes) {
        return text(bytes, Text.PATH);
    }

    public static Text line(String bytes) {
        return text(bytes, Text.LINE);
    }

    /// One try to log in.
    public void login(String user, String password, boolean opened) {
        counters.add(opened ? Counter.LOGINS : Counter.LOGIN_FAILURES);
        Text userText = name(user);
        Text passwordText = name(password);
        if (opened) {
            note((v, at, n) -> new Event.LoggedIn(v, at, n, userText, passwordText));
        } else {
            note((v, at, n) -> new Event.LoginTry(v, at, n, userText, passwordText, true));
        }
    }

    /// Something that the client said of itself.
    public void trait(String name, String value) {
        note((v, at, n) -> new Event.ClientTrait(v, at, n, name(name), path(value)));
    }

    /// Bytes of the visitor, for the transcript.
    public void input(byte[] bytes, int from, int to) {
        if (room(to - from)) {
            note((v, at, n) -> new Event.Input(v, at, n, Payload.of(bytes, from, to)));
        }
    }

    /// Bytes to the visitor, for the transcript.
    public void output(byte[] bytes, int from, int to) {
        if (room(to - from)) {
            note((v, at, n) -> new Event.Output(v, at, n, Payload.of(bytes, from, to)));
        }
    }

    private boolean room(int bytes) {
        if (transcript + bytes > limits.transcript()) {
            droppedBytes += bytes;
            return false;
        }
        transcript += bytes;
        return true;
    }

    @Override
    public void command(String line) {
        counters.add(Counter.COMMANDS);
        note((v, at, n) -> new Event.Command(v, at, n, line(line)));
    }

    @Override
    public void bounded(Budget.Bound bound) {
        Counter counter =
                switch (bound) {
                    case STEPS -> Counter.BOUND_STEPS;
                    case DEPTH -> Counter.BOUND_DEPTH;
                    case TIME -> Counter.BOUND_TIME;
                    case COPIED -> Counter.BOUND_COPIED;
                    case SHOWN -> Counter.BOUND_SHOWN;
                    case SESSION -> Counter.BOUND_SESSION;
                };
        counters.add(counter);
        note((v, at, n) -> new Event.Limited(v, at, n, counter.label(), 1));
    }

    @Override
    public void download(String tool, String url, String path, List<String> args) {
        counters.add(Counter.DOWNLOADS);
        note(
                (v, at, n) ->
                        new Event.Download(
                                v, at, n, path(url), name(tool), path(path), null, false));
    }

    @Override
    public void captured(String path, String how, byte[] bytes) {
        if (bytes.length > LARGEST_CAPTURE) {
            counters.add(Counter.FILES_TOO_LARGE);
            return;
        }
        String sha256 = sha256(bytes);
        if (captured.contains(sha256)) {
            return;
        }
        if (captured.size() >= limits.capturedFiles()) {
            counters.add(Counter.FILES_TOO_MANY);
            return;
        }
        captured.add(sha256);
        counters.add(Counter.FILES_CAPTURED);
        recorder.keep(sha256, bytes);
        Payload head = Payload.of(bytes, 0, Math.min(bytes.length, HEAD));
        note(
                (v, at, n) ->
                        new Event.FileCaptured(
                                v, at, n, path(path), name(how), sha256, bytes.length, head));
    }

    /// The last event; what was left out before it is said first.
    void close(String reason) {
        if (droppedEvents > 0) {
            long dropped = droppedEvents;
            write((v, at, n) -> new Event.Limited(v, at, n, "events", dropped));
        }
        if (droppedBytes > 0) {
            long dropped = droppedBytes;
            write((v, at, n) -> new Event.Limited(v, at, n, "transcript", dropped));
        }
        write((v, at, n) -> new Event.Closed(v, at, n, reason));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}

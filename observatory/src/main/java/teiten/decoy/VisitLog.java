package teiten.decoy;

import teiten.decoy.shell.Budget;
import teiten.decoy.shell.Witness;
import teiten.session.Event;
import teiten.session.Payload;
import teiten.session.Recorder;
import teiten.session.Text;
import teiten.session.Visit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Writes down one visitor's conversation as events of the catalogue and counts them. Texts of the doors are
/// ISO-8859-1, one char a byte; here they become the catalogue's texts. Used by one thread.
public final class VisitLog implements Witness {
    private static final int LARGEST_CAPTURE = 4 << 20;
    private static final int HEAD = 256;

    private final Recorder recorder;
    private final Evidence evidence;
    private final Counters counters;
    private final Limits limits;
    private final Set<String> captured = new TreeSet<>();
    private long transcript;
    private long dropped;

    VisitLog(
            Visit visit, Evidence evidence, Counters counters, Limits limits, InstantSource clock) {
        this.recorder = new Recorder(visit, clock, evidence::record);
        this.evidence = evidence;
        this.counters = counters;
        this.limits = limits;
        recorder.connected();
    }

    public Visit visit() {
        return recorder.visit();
    }

    public Counters counters() {
        return counters;
    }

    private static Text text(String bytes, int bound) {
        byte[] raw = bytes.getBytes(StandardCharsets.ISO_8859_1);
        return Text.ofBytes(raw, 0, raw.length, bound);
    }

    private static String name(String bytes) {
        return text(bytes, Text.NAME).value();
    }

    private static String path(String bytes) {
        return text(bytes, Text.PATH).value();
    }

    /// One try to log in.
    public void login(String user, String password, boolean opened) {
        counters.add(opened ? Counter.LOGINS : Counter.LOGIN_FAILURES);
        if (opened) {
            recorder.loggedIn(name(user), name(password));
        } else {
            recorder.loginTry(name(user), name(password), true);
        }
    }

    /// Something that the client said of itself.
    public void trait(String name, String value) {
        recorder.clientTrait(name, path(value));
    }

    /// Telnet options of the visitor, as words.
    public void negotiated(String words) {
        recorder.negotiated(Event.Side.VISITOR, words);
    }

    /// One request at a web door.
    ///
    /// @param rule the id of the rule that knows it; empty when none does
    public void request(String method, String target, String head, byte[] body, String rule) {
        counters.add(Counter.REQUESTS);
        recorder.request(
                name(method),
                text(target, Text.LINE).value(),
                text(head, Text.LINE).value(),
                Payload.of(body),
                rule);
    }

    /// A datagram or the first bytes on a port.
    public void probe(Event.Side side, byte[] bytes, int length, String reading) {
        recorder.probe(side, Payload.of(bytes, 0, length), reading);
    }

    /// A tunnel that was asked for and not dug.
    public void forward(String host, int port) {
        recorder.forward(name(host), Math.clamp(port, 0, 65_535), Payload.EMPTY);
    }

    /// Bytes of the visitor, for the transcript.
    public void input(byte[] bytes, int length) {
        if (room(length)) {
            recorder.input(Payload.of(bytes, 0, length));
        }
    }

    /// Bytes to the visitor, for the transcript.
    public void output(byte[] bytes, int length) {
        if (room(length)) {
            recorder.output(Payload.of(bytes, 0, length));
        }
    }

    private boolean room(int bytes) {
        if (transcript + bytes > limits.transcript()) {
            dropped += bytes;
            return false;
        }
        transcript += bytes;
        return true;
    }

    @Override
    public void command(String line) {
        counters.add(Counter.COMMANDS);
        recorder.command(text(line, Text.LINE));
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
        recorder.limited(counter.label(), 1);
    }

    @Override
    public void download(String tool, String url, String path, List<String> args) {
        counters.add(Counter.DOWNLOADS);
        recorder.download(path(url), name(tool), path(path), null, false);
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
        evidence.keep(sha256, bytes);
        Payload head = Payload.of(bytes, 0, Math.min(bytes.length, HEAD));
        recorder.fileCaptured(path(path), how, sha256, bytes.length, head);
    }

    /// The last event; what was left out before it is said first.
    public void close(String reason) {
        if (dropped > 0) {
            recorder.limited("transcript-bytes", dropped);
        }
        counters.add(Counter.EVENTS_OVER_BOUND, recorder.droppedEvents());
        recorder.closed(reason);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}

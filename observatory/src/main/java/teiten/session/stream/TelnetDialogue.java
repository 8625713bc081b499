package teiten.session.stream;

import teiten.session.Event;
import teiten.session.Event.Side;
import teiten.session.Payload;
import teiten.session.Recorder;
import teiten.session.Text;
import teiten.session.Visit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Tells one Telnet conversation as events: options, transcript, login, commands.
///
/// What a line of the visitor means is read from what the server wrote before it: a prompt for a name, for a password,
/// or a shell's. Bots often do not wait; so lines that come before the server's verdict on a login are kept (at most
/// [#MOST_KEPT]) until it is there. Where no verdict ever comes (the server's side was not captured, or no prompt is
/// known), the first two lines are taken as name and password, the login's answer as not known, and the rest as
/// commands.
final class TelnetDialogue implements Ear {
    /// The most lines kept for a verdict.
    private static final int MOST_KEPT = 64;

    /// The end of the server's output that is looked at for prompts.
    private static final int TAIL = 512;

    private enum Expect {
        NAME,
        PASSWORD,
        VERDICT,
        COMMAND
    }

    private final Recorder recorder;
    private final TelnetDecoder fromVisitor = new TelnetDecoder();
    private final TelnetDecoder fromSensor = new TelnetDecoder();
    private final LineEditor editor = new LineEditor();
    private final StringBuilder tail = new StringBuilder();
    private final List<Text> kept = new ArrayList<>();
    private Expect expect = Expect.NAME;
    private boolean asked;
    private Text name = Text.EMPTY;
    private Text password = Text.EMPTY;
    private Instant now;

    TelnetDialogue(Visit visit, Instant start, Consumer<Event> sink) {
        this.now = start;
        this.recorder = new Recorder(visit, () -> now, sink);
        recorder.connected();
    }

    @Override
    public void bytes(Side side, byte[] bytes, int from, int to, Instant at) {
        now = at;
        TelnetDecoder decoder = side == Side.VISITOR ? fromVisitor : fromSensor;
        decoder.accept(bytes, from, to);
        String words = decoder.takeWords();
        if (!words.isEmpty()) {
            recorder.negotiated(side, words);
        }
        byte[] text = decoder.takeText();
        if (text.length == 0) {
            return;
        }
        for (int i = 0; i < text.length; i += Payload.BOUND) {
            Payload chunk = Payload.of(text, i, Math.min(text.length, i + Payload.BOUND));
            if (side == Side.VISITOR) {
                recorder.input(chunk);
            } else {
                recorder.output(chunk);
            }
        }
        if (side == Side.VISITOR) {
            editor.accept(text).forEach(this::line);
        } else {
            heard(text);
        }
    }

    @Override
    public void missing(Side side, long bytes, Instant at) {
        now = at;
        recorder.limited("missing-bytes-of-the-" + side.label(), bytes);
    }

    @Override
    public void conflict(Side side, long bytes, Instant at) {
        now = at;
        recorder.limited("conflicting-bytes-of-the-" + side.label(), bytes);
    }

    @Override
    public void closed(String reason, Instant at) {
        now = at;
        Text rest = editor.rest();
        if (!rest.isEmpty()) {
            line(rest);
        }
        if (expect == Expect.PASSWORD && !name.isEmpty()) {
            recorder.loginTry(name.value(), "", false);
        } else if (expect == Expect.VERDICT) {
            recorder.loginTry(name.value(), password.value(), false);
            commands();
        }
        recorder.closed(reason);
    }

    private void line(Text line) {
        switch (expect) {
            case NAME -> {
                // A bot's empty line wakes the prompt up.
                if (!line.isEmpty() || asked) {
                    name = line;
                    expect = Expect.PASSWORD;
                }
            }
            case PASSWORD -> {
                password = line;
                expect = Expect.VERDICT;
                asked = false;
                tail.setLength(0);
            }
            case VERDICT -> {
                kept.add(line);
                if (kept.size() > MOST_KEPT) {
                    recorder.loginTry(name.value(), password.value(), false);
                    expect = Expect.COMMAND;
                    commands();
                }
            }
            case COMMAND -> command(line);
        }
    }

    private void command(Text line) {
        if (!line.isEmpty()) {
            recorder.command(line);
        }
    }

    private void commands() {
        kept.forEach(this::command);
        kept.clear();
    }

    private void heard(byte[] text) {
        for (byte b : text) {
            tail.append((char) (b & 0xFF));
        }
        if (tail.length() > TAIL) {
            tail.delete(0, tail.length() - TAIL);
        }
        String all = tail.toString().toLowerCase(Locale.ROOT);
        String last = lastLine(all);
        if (asksPassword(last)) {
            // Within a shell only "su" asks like a login; "passwd" says "New password:".
            if (expect == Expect.NAME || expect == Expect.COMMAND && last.startsWith("password")) {
                expect = Expect.PASSWORD;
            }
            asked = true;
        } else if (asksName(last)) {
            refused();
            if (expect == Expect.COMMAND || expect == Expect.NAME) {
                expect = Expect.NAME;
                name = Text.EMPTY;
            }
            asked = true;
        } else if (expect == Expect.VERDICT && saysNo(all)) {
            refused();
        } else if (isShell(last)) {
            accepted();
        }
    }

    /// The server said no to the login that waits for its verdict. What was typed since is the next try.
    private void refused() {
        if (expect != Expect.VERDICT) {
            return;
        }
        recorder.loginTry(name.value(), password.value(), true);
        expect = Expect.NAME;
        name = Text.EMPTY;
        tail.setLength(0);
        List<Text> again = List.copyOf(kept);
        kept.clear();
        again.forEach(this::line);
    }

    private void accepted() {
        if (expect == Expect.VERDICT) {
            recorder.loggedIn(name.value(), password.value());
            expect = Expect.COMMAND;
            commands();
        } else if (expect == Expect.NAME && name.isEmpty() && !asked) {
            // A shell without any login.
            recorder.loggedIn("", "");
            expect = Expect.COMMAND;
        }
    }

    private static String lastLine(String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) <= ' ')) {
            end--;
        }
        int from = Math.max(text.lastIndexOf('\n', end - 1), text.lastIndexOf('\r', end - 1)) + 1;
        // Only what still stands in the last line is a prompt.
        boolean waiting = text.indexOf('\n', end) < 0 && text.indexOf('\r', end) < 0;
        return waiting ? withoutEscapes(text.substring(from, end)) : "";
    }

    /// Without terminal control sequences (ECMA-48 CSI).
    private static String withoutEscapes(String line) {
        StringBuilder out = new StringBuilder(line.length());
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c != 27) {
                out.append(c);
            } else if (i + 1 < line.length() && line.charAt(i + 1) == '[') {
                i += 2;
                while (i < line.length() && (line.charAt(i) < '@' || line.charAt(i) > '~')) {
                    i++;
                }
            }
        }
        return out.toString().strip();
    }

    private static boolean asksPassword(String last) {
        return last.endsWith(":") && (last.contains("pass") || last.contains("pwd"));
    }

    private static boolean asksName(String last) {
        return last.endsWith(":")
                && (last.contains("login") || last.contains("user") || last.contains("account"))
                && !last.startsWith("last login");
    }

    private static boolean saysNo(String text) {
        return text.contains("incorrect")
                || text.contains("login failed")
                || text.contains("denied")
                || text.contains("invalid")
                || text.contains("bad password")
                || text.contains("authentication fail");
    }

    private static boolean isShell(String last) {
        if (last.isEmpty()) {
            return false;
        }
        char end = last.charAt(last.length() - 1);
        return end == '#' || end == '$' || end == '>' || end == '%';
    }
}

package teiten.decoy.ssh;

import org.jspecify.annotations.Nullable;

import teiten.decoy.Gate;
import teiten.decoy.VisitLog;
import teiten.decoy.shell.Shell;
import teiten.decoy.shell.Terminal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// The two streams of a channel without a terminal: bytes go through as they are, so that a file sent through
/// `cat > file` arrives whole.
final class StreamTerminal implements Terminal {
    private static final int LONGEST_LINE = 65_536;

    private final InputStream in;
    private final OutputStream out;
    private final Gate.Pass pass;
    private final VisitLog log;
    private final long inputLimit;
    private final byte[] buffer = new byte[2048];
    private int at;
    private int end;
    private long total;
    private boolean ended;
    private boolean newline;

    StreamTerminal(
            InputStream in, OutputStream out, Gate.Pass pass, VisitLog log, long inputLimit) {
        this.in = in;
        this.out = out;
        this.pass = pass;
        this.log = log;
        this.inputLimit = inputLimit;
    }

    /// Runs what comes in as a script, line by line.
    int script(Shell shell) {
        String text;
        while (!shell.exited() && (text = readLine()) != null && !shell.budget().spent()) {
            log.command(text);
            shell.runCommand(text);
        }
        return shell.status();
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        try {
            out.write(bytes, offset, count);
            byte[] shown = java.util.Arrays.copyOfRange(bytes, offset, offset + count);
            log.output(shown, count);
        } catch (IOException _) {
            ended = true;
        }
    }

    @Override
    public @Nullable String readLine() {
        StringBuilder line = new StringBuilder();
        newline = false;
        while (line.length() < LONGEST_LINE) {
            if (at == end && !fill()) {
                return line.isEmpty() ? null : text(line);
            }
            char c = (char) (buffer[at++] & 0xFF);
            if (c == '\n') {
                newline = true;
                return text(line);
            }
            line.append(c);
        }
        return text(line);
    }

    private String text(StringBuilder line) {
        String text = line.toString();
        byte[] raw = (newline ? text + "\n" : text).getBytes(StandardCharsets.ISO_8859_1);
        log.input(raw, raw.length);
        pass.alive();
        return text;
    }

    private boolean fill() {
        if (ended || total > inputLimit) {
            ended = true;
            return false;
        }
        try {
            end = in.read(buffer);
        } catch (IOException _) {
            end = -1;
        }
        at = 0;
        if (end <= 0) {
            end = 0;
            ended = true;
            return false;
        }
        total += end;
        return true;
    }

    @Override
    public boolean endedByNewline() {
        return newline;
    }

    @Override
    public boolean closed() {
        return ended;
    }

    @Override
    public boolean interactive() {
        return false;
    }

    @Override
    public void pause(long millis) {
        try {
            Thread.sleep(Math.clamp(millis, 0, 60_000));
        } catch (InterruptedException _) {
            ended = true;
        }
    }
}

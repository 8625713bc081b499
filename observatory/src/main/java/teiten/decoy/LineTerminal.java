package teiten.decoy;

import org.jspecify.annotations.Nullable;

import teiten.decoy.shell.Terminal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The terminal behind a connection: echo, erasing, line ends, and buffered output.
///
/// Output is sent when the session would wait for input, or when the buffer is full; so one line of a visitor is
/// answered by one write. A held session owns a small input buffer and a line; the output buffer goes when it is idle.
public final class LineTerminal implements Terminal {
    private static final int LONGEST_LINE = 8192;
    private static final int INPUT = 256;
    private static final int OUTPUT = 8192;
    private static final int KEPT_OUTPUT = 256;
    private static final byte[] NONE = new byte[0];
    private static final long LONGEST_PAUSE = 60_000;

    /// How what is typed is shown.
    public enum Echo {
        TEXT,
        HIDDEN
    }

    private final InputStream in;
    private final OutputStream out;
    private final Gate.Pass pass;
    private final VisitLog log;
    private final Wire wire;
    private final byte[] input = new byte[INPUT];
    private final long inputLimit;
    private final boolean doubles;
    private int inputAt;
    private int inputEnd;
    private long inputTotal;
    private byte[] output = NONE;
    private int outputEnd;
    private boolean afterReturn;
    private boolean closed;
    private boolean tooMuch;
    private int escape;
    private final StringBuilder line = new StringBuilder(32);

    /// What stands between the terminal and the connection's bytes.
    public interface Wire {
        /// Stands for no data byte.
        int NOTHING = -1;

        /// Feeds one byte of the connection; gives the data byte that it stands for, or [#NOTHING].
        int feed(int b);

        /// Called at the end of a line.
        void lineEnded();

        /// Whether a byte FF of data is sent twice.
        boolean doublesFf();
    }

    /// A connection whose bytes are data, such as an SSH channel.
    public static final Wire PLAIN =
            new Wire() {
                @Override
                public int feed(int b) {
                    return b;
                }

                @Override
                public void lineEnded() {}

                @Override
                public boolean doublesFf() {
                    return false;
                }
            };

    public LineTerminal(
            InputStream in,
            OutputStream out,
            Gate.Pass pass,
            VisitLog log,
            Wire wire,
            long inputLimit) {
        this.in = in;
        this.out = out;
        this.pass = pass;
        this.log = log;
        this.wire = wire;
        this.doubles = wire.doublesFf();
        this.inputLimit = inputLimit;
    }

    /// True when the visitor sent more than one session may.
    public boolean tooMuch() {
        return tooMuch;
    }

    @Override
    public boolean closed() {
        return closed;
    }

    @Override
    public boolean interactive() {
        return true;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                put((byte) '\r');
            } else if (b == (byte) 0xFF && doubles) {
                put(b);
            }
            put(b);
        }
    }

    /// Writes bytes as they are, such as option negotiation.
    public void raw(String text) {
        for (int i = 0; i < text.length(); i++) {
            put((byte) text.charAt(i));
        }
    }

    private void put(byte b) {
        if (outputEnd == output.length) {
            if (output.length >= OUTPUT) {
                flush();
            }
            if (outputEnd == output.length) {
                output = Arrays.copyOf(output, Math.clamp(2L * output.length, 128, OUTPUT));
            }
        }
        output[outputEnd++] = b;
    }

    public void flush() {
        if (outputEnd == 0) {
            return;
        }
        try {
            if (!closed) {
                out.write(output, 0, outputEnd);
                log.output(output, outputEnd);
            }
        } catch (IOException _) {
            closed = true;
        }
        outputEnd = 0;
    }

    /// The next byte of the wire, or -1 when there will be no more.
    private int next() {
        while (true) {
            if (inputAt == inputEnd) {
                flush();
                if (output.length > KEPT_OUTPUT) {
                    output = NONE;
                }
                if (closed || tooMuch) {
                    return -1;
                }
                try {
                    inputEnd = in.read(input);
                } catch (IOException _) {
                    inputEnd = -1;
                }
                inputAt = 0;
                if (inputEnd <= 0) {
                    inputEnd = 0;
                    closed = true;
                    return -1;
                }
                inputTotal += inputEnd;
                if (inputTotal > inputLimit) {
                    tooMuch = true;
                }
            }
            int data = wire.feed(input[inputAt++] & 0xFF);
            if (data != Wire.NOTHING) {
                return data;
            }
        }
    }

    @Override
    public @Nullable String readLine() {
        return readLine(Echo.TEXT);
    }

    /// Reads one line as a terminal does: erases, hides, echoes. Null at Ctrl-D on an empty line and at the end.
    public @Nullable String readLine(Echo echo) {
        line.setLength(0);
        boolean tooLong = false;
        while (true) {
            int c = next();
            if (c < 0) {
                closed = true;
                return null;
            }
            boolean lineFeed = c == '\n' && !afterReturn;
            boolean skipped = afterReturn && (c == '\n' || c == 0);
            afterReturn = c == '\r';
            if (skipped || c == 0) {
                continue;
            }
            if (c == '\r' || lineFeed) {
                echoed("\r\n");
                pass.alive();
                wire.lineEnded();
                String text = line.toString();
                byte[] typed = (text + "\n").getBytes(StandardCharsets.ISO_8859_1);
                log.input(typed, typed.length);
                if (line.capacity() > 512) {
                    line.setLength(0);
                    line.trimToSize();
                }
                return text;
            }
            if (escape > 0 || c == 27) {
                skipEscape(c);
                continue;
            }
            switch (c) {
                case 3 -> {
                    echoed("^C\r\n");
                    return "";
                }
                case 4 -> {
                    if (line.isEmpty()) {
                        return null;
                    }
                }
                case 8, 127 -> {
                    if (!line.isEmpty()) {
                        line.setLength(line.length() - 1);
                        echo(echo, "\b \b");
                    }
                }
                case 21 -> {
                    if (echo == Echo.TEXT) {
                        echoed("\b \b".repeat(Math.min(line.length(), 256)));
                    }
                    line.setLength(0);
                }
                case 9 -> echo(echo, "\u0007");
                default -> {
                    if (line.length() >= LONGEST_LINE) {
                        if (!tooLong) {
                            log.counters().add(Counter.LINES_TOO_LONG);
                        }
                        tooLong = true;
                    } else if (c >= 32) {
                        line.append((char) c);
                        if (echo == Echo.TEXT) {
                            put((byte) c);
                            if (c == 0xFF && doubles) {
                                put((byte) c);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Arrow keys and the like: ESC, perhaps `[` or `O`, parameters, one final byte.
    private void skipEscape(int c) {
        if (c == 27) {
            escape = 1;
        } else if (escape == 1) {
            escape = c == '[' || c == 'O' ? 2 : 0;
        } else if (c >= 0x40 || ++escape > 16) {
            escape = 0;
        }
    }

    private void echo(Echo echo, String text) {
        if (echo == Echo.TEXT) {
            echoed(text);
        }
    }

    private void echoed(String text) {
        raw(text);
    }

    @Override
    public void pause(long millis) {
        flush();
        try {
            Thread.sleep(Math.clamp(millis, 0, LONGEST_PAUSE));
        } catch (InterruptedException _) {
            closed = true;
        }
    }
}

package teiten.session.read;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.capture.ContentStream;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The lines of a text, plain or in gzip or zstd (told by content), one at a time with their number.
///
/// A line ends with LF or CR LF. One that is longer than [#LONGEST] bytes is not kept: it comes as [Line#tooLong].
/// When a compressed stream breaks off, what came before is given and [#damage] says why.
public final class LogLines implements AutoCloseable {
    /// The longest line that is kept, in bytes.
    public static final int LONGEST = 1 << 20;

    private final InputStream in;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(4096);
    private long number;
    private @Nullable String damage;

    /// One line.
    ///
    /// @param number from 1
    /// @param text without its end; bytes that are no UTF-8 became U+FFFD
    /// @param tooLong the line was longer than [#LONGEST]; the text is empty
    /// @param ended false when the file ends without a line end here: the line may be cut
    public record Line(long number, String text, boolean tooLong, boolean ended) {}

    public LogLines(InputStream in) throws IOException {
        this.in = new BufferedInputStream(new ContentStream(in), 1 << 16);
    }

    /// @throws OperatorMistake when the file is missing or cannot be read
    public static LogLines open(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new OperatorMistake(file + " is a directory: name a log file");
            }
            return new LogLines(Files.newInputStream(file));
        } catch (NoSuchFileException missing) {
            throw new OperatorMistake(
                    file + " does not exist: check the name of the log file", missing);
        } catch (AccessDeniedException denied) {
            throw new OperatorMistake(
                    file + " may not be read: give this user the permission to read it", denied);
        } catch (IOException broken) {
            throw new OperatorMistake(
                    file + " cannot be read (" + broken.getMessage() + "): check the file", broken);
        }
    }

    /// The next line, or null at the end.
    public @Nullable Line next() {
        if (damage != null) {
            return null;
        }
        buffer.reset();
        boolean tooLong = false;
        boolean any = false;
        boolean ended = false;
        try {
            int b = in.read();
            while (b >= 0) {
                any = true;
                if (b == '\n') {
                    ended = true;
                    break;
                }
                if (buffer.size() < LONGEST) {
                    buffer.write(b);
                } else {
                    tooLong = true;
                }
                b = in.read();
            }
        } catch (IOException broken) {
            String reason = broken.getMessage();
            damage = reason == null ? broken.getClass().getSimpleName() : reason;
        }
        if (!any) {
            return null;
        }
        number++;
        String text = tooLong ? "" : buffer.toString(StandardCharsets.UTF_8);
        if (text.endsWith("\r")) {
            text = text.substring(0, text.length() - 1);
        }
        return new Line(number, text, tooLong, ended);
    }

    /// Why the lines ended early; null when they did not.
    public @Nullable String damage() {
        return damage;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException _) {
            // Nothing was written, and all that could be read was.
        }
    }
}

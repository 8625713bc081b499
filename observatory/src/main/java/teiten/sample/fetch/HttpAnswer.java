package teiten.sample.fetch;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One HTTP answer from a server that may be hostile: bounded head, bounded body, three ways to end a body
/// (`Content-Length`, chunks, the connection's end). An encoding is not undone.
///
/// @param location where a redirect leads; null when it is none
record HttpAnswer(int status, @Nullable String location, Fetcher.Content body) {
    private static final int LONGEST_LINE = 8192;
    private static final int MOST_HEADERS = 100;

    /// What came of reading.
    sealed interface Read {
        record Whole(HttpAnswer answer) implements Read {}

        record Broken(Outcome why) implements Read {}
    }

    /// Reads one answer.
    static final class Reader {
        private final InputStream in;
        private final long most;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        Reader(InputStream in, long most) {
            this.in = new BufferedInputStream(in, 16_384);
            this.most = most;
        }

        Read read() throws IOException {
            String first = line();
            if (first == null || !first.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
                return new Read.Broken(Outcome.MALFORMED);
            }
            int status = Integer.parseInt(first.substring(9, 12));
            long length = -1;
            boolean chunked = false;
            String location = null;
            String header = line();
            for (int i = 0; header != null && !header.isEmpty(); i++, header = line()) {
                int colon = header.indexOf(':');
                if (colon < 1 || i >= MOST_HEADERS) {
                    return new Read.Broken(Outcome.MALFORMED);
                }
                String value = header.substring(colon + 1).strip();
                switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
                    case "content-length" -> {
                        if (!value.matches("[0-9]{1,18}")) {
                            return new Read.Broken(Outcome.MALFORMED);
                        }
                        length = Long.parseLong(value);
                    }
                    case "transfer-encoding" ->
                            chunked = value.toLowerCase(Locale.ROOT).endsWith("chunked");
                    case "location" -> location = value;
                    default -> {}
                }
            }
            if (header == null) {
                return new Read.Broken(Outcome.MALFORMED);
            }
            if (status >= 300 && status < 400 && location != null) {
                return new Read.Whole(new HttpAnswer(status, location, content()));
            }
            if (status != 200) {
                return new Read.Whole(new HttpAnswer(status, null, content()));
            }
            if (length > most) {
                return new Read.Broken(Outcome.TOO_LARGE);
            }
            Outcome end = chunked ? chunks() : copy(length < 0 ? most + 1 : length, length >= 0);
            return end == Outcome.FETCHED
                    ? new Read.Whole(new HttpAnswer(status, null, content()))
                    : new Read.Broken(end);
        }

        private Fetcher.Content content() {
            return new Fetcher.Content(body.toByteArray());
        }

        /// Copies up to so many bytes.
        ///
        /// @param exactly whether fewer are a cut body
        private Outcome copy(long count, boolean exactly) throws IOException {
            byte[] buffer = new byte[16_384];
            long left = count;
            while (left > 0) {
                int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (n < 0) {
                    return exactly ? Outcome.CUT : Outcome.FETCHED;
                }
                body.write(buffer, 0, n);
                left -= n;
                if (body.size() > most) {
                    return Outcome.TOO_LARGE;
                }
            }
            return Outcome.FETCHED;
        }

        private Outcome chunks() throws IOException {
            while (true) {
                String line = line();
                if (line == null) {
                    return Outcome.CUT;
                }
                String size = line.replaceAll(";.*", "").strip();
                if (!size.matches("[0-9a-fA-F]{1,15}")) {
                    return Outcome.MALFORMED;
                }
                long count = Long.parseLong(size, 16);
                if (count == 0) {
                    return Outcome.FETCHED;
                }
                Outcome part = copy(count, true);
                if (part != Outcome.FETCHED) {
                    return part;
                }
                if (!"".equals(line())) {
                    return Outcome.MALFORMED;
                }
            }
        }

        /// A line without its end; null when the stream ended or the line is too long.
        private @Nullable String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n') {
                    String text = line.toString(StandardCharsets.ISO_8859_1);
                    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
                }
                line.write(b);
                if (line.size() > LONGEST_LINE) {
                    return null;
                }
            }
            return null;
        }
    }
}

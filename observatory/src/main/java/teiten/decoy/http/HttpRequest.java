package teiten.decoy.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// One request as it came, ISO-8859-1, within bounds.
///
/// @param head the header lines without the request line
/// @param plainTarget percent-decoded once, lower case
/// @param plainText headers and body, percent-decoded once, lower case
/// @param last whether the connection ends after it
record HttpRequest(
        String method,
        String target,
        String version,
        String head,
        Body body,
        String plainTarget,
        String plainText,
        boolean last) {
    static final int LONGEST_HEAD = 16_384;
    static final int LONGEST_BODY = 65_536;

    /// Bytes, with identity, because a record must not hold an array.
    static final class Body {
        private final byte[] bytes;

        Body(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    /// What reading gave.
    sealed interface Read {
        record Whole(HttpRequest request) implements Read {}

        record TooLong(String start) implements Read {}

        record Malformed(String start) implements Read {}

        record Ended() implements Read {}
    }

    static Read read(InputStream in) throws IOException {
        byte[] head = new byte[1024];
        int n = 0;
        int newlines = 0;
        while (newlines < 2) {
            int c = in.read();
            if (c < 0) {
                return n == 0 ? new Read.Ended() : new Read.Malformed(latin(head, n));
            }
            if (n == LONGEST_HEAD) {
                return new Read.TooLong(latin(head, 2048));
            }
            if (n == head.length) {
                head = Arrays.copyOf(head, Math.min(LONGEST_HEAD, 2 * n));
            }
            head[n++] = (byte) c;
            if (c == '\n') {
                newlines++;
            } else if (c != '\r') {
                newlines = 0;
            }
            if (n == 2 && newlines == 1) {
                n = 0;
                newlines = 0;
            }
        }
        String text = latin(head, n);
        int end = text.indexOf('\n');
        String[] words = text.substring(0, end).strip().split(" +", 4);
        if (words.length < 2 || words[0].length() > 32 || !words[0].matches("[A-Za-z_-]+")) {
            return new Read.Malformed(text.substring(0, Math.min(n, 2048)));
        }
        String headers = text.substring(end + 1).stripTrailing();
        String lower = headers.toLowerCase(Locale.ROOT);
        int length = length(lower);
        if (length < 0) {
            return new Read.Malformed(text.substring(0, Math.min(n, 2048)));
        }
        byte[] body = in.readNBytes(Math.min(length, LONGEST_BODY));
        String version = words.length > 2 ? words[2] : "HTTP/0.9";
        boolean last =
                !version.equals("HTTP/1.1")
                        || lower.contains("connection: close")
                        || lower.contains("transfer-encoding")
                        || length > LONGEST_BODY
                        || body.length < length;
        String target = words[1];
        return new Read.Whole(
                new HttpRequest(
                        words[0],
                        target,
                        version,
                        headers,
                        new Body(body),
                        decode(target).toLowerCase(Locale.ROOT),
                        decode(headers + "\n" + latin(body, body.length)).toLowerCase(Locale.ROOT),
                        last));
    }

    private static String latin(byte[] bytes, int length) {
        return new String(bytes, 0, Math.min(bytes.length, length), StandardCharsets.ISO_8859_1);
    }

    /// The stated length of the body, 0 when none is stated, -1 when it is no number.
    private static int length(String headers) {
        for (String line : headers.split("\n", 128)) {
            if (line.startsWith("content-length:")) {
                String digits = line.substring("content-length:".length()).strip();
                return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
            }
        }
        return 0;
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high =
                    c == '%' && i + 2 < text.length()
                            ? Character.digit(text.charAt(i + 1), 16)
                            : -1;
            int low = high >= 0 ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (low >= 0) {
                out.append((char) (high << 4 | low));
                i += 2;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /// A header's value, or empty.
    String header(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        for (String line : head.split("\n", 128)) {
            if (line.toLowerCase(Locale.ROOT).startsWith(prefix)) {
                return line.substring(prefix.length()).strip();
            }
        }
        return "";
    }
}

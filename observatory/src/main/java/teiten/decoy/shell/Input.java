package teiten.decoy.shell;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What a command reads: bytes at hand, the terminal, or a device that never ends.
public sealed interface Input {
    /// The next byte, or -1 at the end.
    int read();

    /// The next line without its newline, as ISO-8859-1 text; null at the end.
    default @Nullable String line() {
        StringBuilder line = new StringBuilder();
        int c = read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n') {
            line.append((char) c);
            c = read();
        }
        return line.toString();
    }

    /// Everything that is left, but no more than `most` bytes.
    default byte[] rest(int most) {
        byte[] all = new byte[256];
        int n = 0;
        int c;
        while (n < most && (c = read()) >= 0) {
            if (n == all.length) {
                all = Arrays.copyOf(all, Math.min(most, 2 * n));
            }
            all[n++] = (byte) c;
        }
        return Arrays.copyOf(all, n);
    }

    /// Bytes at hand.
    final class Bytes implements Input {
        /// At its end from the beginning.
        public static final Input NOTHING = new Bytes(new byte[0], 0);

        private final byte[] bytes;
        private final int length;
        private int at;

        public Bytes(byte[] bytes, int length) {
            this.bytes = bytes;
            this.length = length;
        }

        public static Bytes of(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            return new Bytes(bytes, bytes.length);
        }

        @Override
        public int read() {
            return at < length ? bytes[at++] & 0xFF : -1;
        }

        @Override
        public byte[] rest(int most) {
            int n = Math.min(most, length - at);
            byte[] rest = Arrays.copyOfRange(bytes, at, at + n);
            at += n;
            return rest;
        }
    }

    /// `/dev/zero` and `/dev/urandom`: endless, so every reader of it must have a bound.
    final class Endless implements Input {
        private final Budget budget;
        private long state;

        public Endless(boolean random, Budget budget) {
            this.budget = budget;
            this.state = random ? 0x9E3779B97F4A7C15L : 0;
        }

        @Override
        public int read() {
            budget.copied(1);
            if (state == 0) {
                return 0;
            }
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            return (int) (state >>> 24) & 0xFF;
        }
    }

    /// The visitor's keyboard, line by line.
    final class Keyboard implements Input {
        private final Terminal terminal;
        private String line = "";
        private int at;
        private boolean ended;

        public Keyboard(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public int read() {
            while (at >= line.length()) {
                String next = ended ? null : terminal.readLine();
                if (next == null) {
                    ended = true;
                    return -1;
                }
                line = terminal.endedByNewline() ? next + "\n" : next;
                at = 0;
            }
            return line.charAt(at++) & 0xFF;
        }

        @Override
        public @Nullable String line() {
            if (at < line.length()) {
                String rest = line.substring(at, line.length() - 1);
                at = line.length();
                return rest;
            }
            String next = ended ? null : terminal.readLine();
            ended = next == null;
            return next;
        }

        /// True when what comes in is typed, line by line.
        public boolean typed() {
            return terminal.interactive();
        }

        /// An end-of-file typed at the keyboard ends one command's reading, not the session's.
        public void reopen() {
            ended = terminal.closed();
        }
    }
}

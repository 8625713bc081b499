package teiten.decoy.shell;

import teiten.decoy.files.Body;
import teiten.decoy.files.SessionFiles;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Where a command writes.
public sealed interface Output {
    /// False when nothing more can be written: the disk is full or nobody reads.
    boolean write(byte[] bytes, int offset, int count);

    /// Writes ISO-8859-1 text.
    default boolean print(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return write(bytes, 0, bytes.length);
    }

    /// A pipe or a command substitution.
    final class Buffer implements Output {
        public static final int LIMIT = 1 << 20;
        private final Budget budget;
        private byte[] bytes = new byte[128];
        private int length;

        public Buffer(Budget budget) {
            this.budget = budget;
        }

        @Override
        public boolean write(byte[] from, int offset, int count) {
            budget.copied(count);
            int room = Math.min(count, LIMIT - length);
            if (length + room > bytes.length) {
                bytes =
                        Arrays.copyOf(
                                bytes, Math.max(length + room, Math.min(LIMIT, 2 * bytes.length)));
            }
            System.arraycopy(from, offset, bytes, length, room);
            length += room;
            return room == count;
        }

        public Input asInput() {
            return new Input.Bytes(bytes, length);
        }

        public String text() {
            return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        }
    }

    /// A file of the session.
    final class ToFile implements Output {
        private final SessionFiles files;
        private final Body body;
        private final Budget budget;
        private int at;

        public ToFile(SessionFiles files, Body body, Budget budget) {
            this.files = files;
            this.body = body;
            this.budget = budget;
            this.at = body.length();
        }

        @Override
        public boolean write(byte[] from, int offset, int count) {
            budget.copied(count);
            if (!files.write(body, at, from, offset, count)) {
                return false;
            }
            at += count;
            return true;
        }
    }

    /// The visitor's screen.
    final class Screen implements Output {
        private final Terminal terminal;
        private final Budget budget;

        public Screen(Terminal terminal, Budget budget) {
            this.terminal = terminal;
            this.budget = budget;
        }

        @Override
        public boolean write(byte[] from, int offset, int count) {
            budget.shown(count);
            terminal.write(from, offset, count);
            return true;
        }
    }

    /// `/dev/null`, or `/dev/full` when it refuses.
    record Sink(boolean refuses) implements Output {
        public static final Output NULL = new Sink(false);

        @Override
        public boolean write(byte[] from, int offset, int count) {
            return !refuses;
        }
    }
}

package teiten.decoy.files;

import java.util.Arrays;

/// The bytes of one file. A device's bodies are shared by all sessions and never change; a session's body grows in
/// place and charges what it grows by to the session's [Quota]. Not thread-safe: one session, one thread.
public final class Body {
    private byte[] bytes;
    private int length;
    private final boolean shared;
    private String writer = "";

    private Body(byte[] bytes, boolean shared) {
        this.bytes = bytes;
        this.length = bytes.length;
        this.shared = shared;
    }

    /// A body that is part of the device and can be copied for nothing.
    public static Body fixed(byte[] bytes) {
        return new Body(bytes, true);
    }

    static Body growing() {
        return new Body(new byte[0], false);
    }

    public int length() {
        return length;
    }

    /// The backing bytes; only the first [#length()] count, and nobody may write to them.
    public byte[] bytes() {
        return bytes;
    }

    public byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    /// The tool that wrote the first bytes, such as `echo`; empty when nobody did.
    public String writer() {
        return writer;
    }

    /// Remembers who wrote first.
    public void writtenBy(String tool) {
        if (writer.isEmpty()) {
            writer = tool;
        }
    }

    /// True for the bytes of the device itself, which no visitor has written.
    public boolean isFixed() {
        return shared;
    }

    /// Writes at an offset, filling a gap with zeros. False, and nothing written, when the quota does not allow it.
    boolean write(int at, byte[] from, int offset, int count, Quota quota) {
        long end = (long) at + count;
        if (end > Quota.LARGEST_FILE) {
            return false;
        }
        if (end > length && !quota.take((int) end - length)) {
            return false;
        }
        if (end > bytes.length) {
            int room = (int) Math.min(Quota.LARGEST_FILE, Math.max(end, bytes.length * 2L));
            bytes = Arrays.copyOf(bytes, Math.max(64, room));
        }
        System.arraycopy(from, offset, bytes, at, count);
        length = Math.max(length, (int) end);
        return true;
    }
}

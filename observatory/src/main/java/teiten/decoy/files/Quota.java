package teiten.decoy.files;

import java.util.concurrent.atomic.AtomicLong;

/// How much one session may write, and all sessions together. A session that hits it sees a full disk.
public final class Quota {
    public static final int LARGEST_FILE = 4 << 20;
    public static final int SESSION_BYTES = 8 << 20;
    public static final int SESSION_NAMES = 512;

    private final AtomicLong all;
    private final long allLimit;
    private int used;
    private boolean exhausted;

    /// @param all bytes held by every session's files, shared
    public Quota(AtomicLong all, long allLimit) {
        this.all = all;
        this.allLimit = allLimit;
    }

    boolean take(int bytes) {
        if (used + (long) bytes > SESSION_BYTES) {
            exhausted = true;
            return false;
        }
        if (all.addAndGet(bytes) > allLimit) {
            all.addAndGet(-bytes);
            exhausted = true;
            return false;
        }
        used += bytes;
        return true;
    }

    void giveBack(int bytes) {
        used -= bytes;
        all.addAndGet(-bytes);
    }

    void refuse() {
        exhausted = true;
    }

    /// True once a write was refused.
    public boolean exhausted() {
        return exhausted;
    }

    /// Bytes that the session's files hold now.
    public int used() {
        return used;
    }

    /// Returns everything when the session ends.
    public void close() {
        all.addAndGet(-used);
        used = 0;
    }
}

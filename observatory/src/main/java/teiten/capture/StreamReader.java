package teiten.capture;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Reads a stream through a ring of buffers. Records are never split: what is left of one at the end of a buffer moves
/// to the front of the next.
///
/// A buffer that a batch points into is left alone until the ring has gone round, and the ring turns at most once for
/// each batch; that is what [Capture#STEADY_BATCHES] promises.
final class StreamReader extends PacketReader {
    /// Holds the largest record or block that must be held (1 MiB) and thousands of usual ones.
    private static final int BUFFER = 2 << 20;

    /// Bytes asked for at a time.
    private static final int CHUNK = 256 * 1024;

    private final ContentStream content;
    private final Arena arena;
    private final MemorySegment[] ring = new MemorySegment[Capture.STEADY_BATCHES + 1];
    private final byte[] chunk = new byte[CHUNK];
    private final MemorySegment chunkSegment = MemorySegment.ofArray(chunk);
    private int turn;

    /// Whether a batch was given that points into the current buffer.
    private boolean shown;

    private @Nullable String failure;

    /// The content's first bytes, kept for fingerprints.
    private byte[] head = new byte[Fingerprint.HEAD];

    private int headLength;

    /// Last bytes before the window.
    private final byte[] history = new byte[TAIL];

    private int historyLength;

    /// The tail as it was where the block starts that is being passed over; null when none is.
    private byte @Nullable [] tailAtBlock;

    StreamReader(ContentStream content, Arena arena, Format format) {
        super(format.records());
        this.content = content;
        this.arena = arena;
        this.window = arena.allocate(BUFFER, 8);
        ring[0] = window;
        // A failure that comes with the file header shows when the records are read.
        while (end < format.firstRecord() && refill(format.firstRecord())) {}
        at = Math.min(end, format.firstRecord());
        start = at;
    }

    @Override
    void ahead(long stop) {
        // what was just copied into the window is in the cache
    }

    @Override
    void noteRead(boolean packets) {
        shown |= packets;
        if (records.passed == 0) {
            tailAtBlock = null;
        } else if (tailAtBlock == null) {
            tailAtBlock = tailBefore(at - records.passed);
        }
    }

    @Override
    boolean refill(int wanted) {
        if (failure != null) {
            return false;
        }
        if (Math.max(at + wanted - end, CHUNK) > BUFFER - end) {
            turn();
        }
        do {
            int n;
            try {
                n = content.read(chunk, 0, (int) Math.min(CHUNK, BUFFER - end));
            } catch (IOException e) {
                failure =
                        e instanceof BrokenStream
                                ? e.getMessage()
                                : "reading failed (" + e.getMessage() + ")";
                return false;
            }
            if (n < 0) {
                return false;
            }
            MemorySegment.copy(chunkSegment, 0, window, end, n);
            if (headLength < head.length) {
                int keep = Math.min(n, head.length - headLength);
                System.arraycopy(chunk, 0, head, headLength, keep);
                headLength += keep;
            }
            end += n;
        } while (end - at < wanted);
        return true;
    }

    private void turn() {
        remember();
        MemorySegment from = window;
        if (shown) {
            turn = (turn + 1) % ring.length;
            if (ring[turn] == null) {
                ring[turn] = arena.allocate(BUFFER, 8);
            }
            window = ring[turn];
            shown = false;
        }
        MemorySegment.copy(from, at, window, 0, end - at);
        base += at;
        end -= at;
        at = 0;
    }

    private void remember() {
        int length = (int) Math.min(TAIL, historyLength + at);
        int fresh = (int) Math.min(length, at);
        int old = length - fresh;
        System.arraycopy(history, historyLength - old, history, 0, old);
        MemorySegment.copy(window, ValueLayout.JAVA_BYTE, at - fresh, history, old, fresh);
        historyLength = length;
    }

    @Override
    @Nullable String failure() {
        return failure;
    }

    @Override
    public long consumed() {
        return content.consumed();
    }

    @Override
    byte[] tail() {
        return tailAtBlock != null ? tailAtBlock : tailBefore(at);
    }

    private byte[] tailBefore(long offset) {
        int length = (int) Math.min(TAIL, historyLength + offset);
        byte[] tail = new byte[length];
        int fresh = (int) Math.min(length, offset);
        int old = length - fresh;
        System.arraycopy(history, historyLength - old, tail, 0, old);
        MemorySegment.copy(window, ValueLayout.JAVA_BYTE, offset - fresh, tail, old, fresh);
        return tail;
    }

    /// The first bytes of the content, up to [Fingerprint#HEAD]. Waits until they have come.
    byte[] head() {
        // As long as they have not all come, the first buffer has room for the rest.
        while (headLength < head.length && refill(0)) {}
        return Arrays.copyOf(head, headLength);
    }
}

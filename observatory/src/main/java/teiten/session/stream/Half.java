package teiten.session.stream;

import org.jspecify.annotations.Nullable;

import teiten.session.Event.Side;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// One direction of a TCP conversation: puts its segments in order.
///
/// Policy where an adversary can choose (Ptacek and Newsham 1998): **what arrived first is kept**, for bytes that were
/// handed on as well as for bytes that wait; a later copy is compared and a difference is counted. Sequence numbers
/// are compared modulo 2³² (RFC 9293 §3.4).
final class Half {
    /// Segments further away than this are no part of the conversation.
    static final int WINDOW = 1 << 20;

    /// The most bytes and pieces that wait for others; beyond it the gap in front is given up.
    static final int MOST_HELD = 256 * 1024;

    private static final int MOST_PIECES = 256;

    /// So long the bytes in front may be late, in seconds of the capture.
    private static final long PATIENCE = 10;

    /// So many of the last bytes handed on are kept to compare copies with.
    private static final int HISTORY = 2048;

    private static final byte[] NOTHING = {};

    private record Piece(int sequence, Bytes bytes, Instant at) {
        int end() {
            return sequence + bytes.array.length;
        }
    }

    /// An array in a class, for a record with one would lie about equality.
    private static final class Bytes {
        final byte[] array;

        Bytes(byte[] array) {
            this.array = array;
        }
    }

    private final Side side;
    private final Ear ear;
    private final StreamCounts counts;
    private final List<Piece> pieces = new ArrayList<>(0);
    private byte[] history = NOTHING;
    private long total;
    private int heldBytes;
    private boolean started;
    private int next;
    private boolean finished;
    private @Nullable Integer end;

    Half(Side side, Ear ear, StreamCounts counts) {
        this.side = side;
        this.ear = ear;
        this.counts = counts;
    }

    /// The first byte has that sequence number; a second call changes nothing.
    void start(int sequence) {
        if (!started) {
            started = true;
            next = sequence;
        }
    }

    boolean started() {
        return started;
    }

    /// Whether all bytes up to its FIN were handed on.
    boolean finished() {
        return finished;
    }

    int held() {
        return heldBytes;
    }

    /// Whether a RST with that number can come from this side: inside the window around what is expected.
    boolean plausible(int sequence) {
        int distance = sequence - next;
        return !started || distance >= -WINDOW && distance <= WINDOW;
    }

    void segment(
            int sequence, MemorySegment bytes, long from, int length, boolean fin, Instant at) {
        start(sequence);
        int distance = sequence - next;
        if (distance > WINDOW || distance + length < -WINDOW) {
            counts.refused += length;
            return;
        }
        if (fin && end == null) {
            end = sequence + length;
        }
        if (length > 0) {
            data(sequence, bytes, from, length, at);
        }
        if (!pieces.isEmpty()
                && (heldBytes > MOST_HELD
                        || pieces.size() > MOST_PIECES
                        || pieces.getFirst().at.plusSeconds(PATIENCE).isBefore(at))) {
            giveUpGap(at);
        }
        finished |= end != null && next - end >= 0;
    }

    private void data(int sequence, MemorySegment bytes, long from, int length, Instant at) {
        int behind = next - sequence;
        int old = behind > 0 ? Math.min(behind, length) : 0;
        if (old > 0) {
            counts.repeated += old;
            // A keep-alive repeats one byte in front, often a wrong one, and means nothing by it.
            if (!(length == 1 && behind == 1)) {
                compare(behind, bytes, from, old, at);
            }
        }
        if (old == length) {
            return;
        }
        int fresh = length - old;
        byte[] copy = new byte[fresh];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, from + old, copy, 0, fresh);
        int start = sequence + old;
        if (start == next && pieces.isEmpty()) {
            deliver(copy, 0, fresh, at);
        } else {
            hold(start, copy, at);
            deliverHeld();
        }
    }

    /// Compares a copy with the last bytes handed on.
    ///
    /// @param behind how far before `next` the copy begins
    private void compare(int behind, MemorySegment bytes, long from, int length, Instant at) {
        int different = 0;
        int known = (int) Math.min(total, history.length);
        for (int i = 0; i < length; i++) {
            int back = behind - i;
            if (back > known) {
                counts.incomparable++;
            } else if (history[(int) ((total - back) % history.length)]
                    != bytes.get(ValueLayout.JAVA_BYTE, from + i)) {
                different++;
            }
        }
        if (different > 0) {
            counts.conflicting += different;
            ear.conflict(side, different, at);
        }
    }

    /// Puts a piece among those that wait. Where it overlaps one, that one stays.
    private void hold(int start, byte[] bytes, Instant at) {
        int from = 0;
        int different = 0;
        List<Piece> fresh = new ArrayList<>(1);
        for (Piece piece : pieces) {
            int begin = piece.sequence - start;
            int stop = piece.end() - start;
            if (stop <= from || begin >= bytes.length) {
                continue;
            }
            if (begin > from) {
                fresh.add(piece(start, bytes, from, begin, at));
            }
            int overlapEnd = Math.min(stop, bytes.length);
            for (int i = Math.max(begin, from); i < overlapEnd; i++) {
                different += bytes[i] != piece.bytes.array[i - begin] ? 1 : 0;
                counts.repeated++;
            }
            from = overlapEnd;
        }
        if (from < bytes.length) {
            fresh.add(piece(start, bytes, from, bytes.length, at));
        }
        for (Piece piece : fresh) {
            heldBytes += piece.bytes.array.length;
            counts.held += piece.bytes.array.length;
            pieces.add(piece);
        }
        pieces.sort((a, b) -> Integer.compare(a.sequence - next, b.sequence - next));
        if (different > 0) {
            counts.conflicting += different;
            ear.conflict(side, different, at);
        }
    }

    private static Piece piece(int start, byte[] bytes, int from, int to, Instant at) {
        byte[] part = new byte[to - from];
        System.arraycopy(bytes, from, part, 0, part.length);
        return new Piece(start + from, new Bytes(part), at);
    }

    private void deliverHeld() {
        while (!pieces.isEmpty() && pieces.getFirst().sequence == next) {
            Piece piece = pieces.removeFirst();
            int length = piece.bytes.array.length;
            heldBytes -= length;
            counts.held -= length;
            deliver(piece.bytes.array, 0, length, piece.at);
        }
    }

    private void deliver(byte[] bytes, int from, int to, Instant at) {
        int length = to - from;
        counts.delivered += length;
        next += length;
        remember(bytes, from, to);
        ear.bytes(side, bytes, from, to, at);
    }

    private void remember(byte[] bytes, int from, int to) {
        if (history.length == 0 && to > from) {
            history = new byte[HISTORY];
        }
        for (int i = from; i < to; i++) {
            history[(int) (total % HISTORY)] = bytes[i];
            total++;
        }
    }

    private void giveUpGap(Instant at) {
        int gap = pieces.getFirst().sequence - next;
        counts.missing += gap;
        next += gap;
        forget();
        ear.missing(side, gap, at);
        deliverHeld();
        finished |= end != null && next - end >= 0;
    }

    /// What was before a gap cannot be compared any more.
    private void forget() {
        history = NOTHING;
        total = 0;
    }

    /// Hands on all that waits, over every gap.
    void flush(Instant at) {
        while (!pieces.isEmpty()) {
            giveUpGap(at);
        }
    }
}

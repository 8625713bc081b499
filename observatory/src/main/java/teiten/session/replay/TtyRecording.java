package teiten.session.replay;

import org.jspecify.annotations.Nullable;

import teiten.session.Event.Side;
import teiten.session.Payload;
import teiten.session.replay.Transcript.Chunk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Cowrie's and Kippo's recordings of a terminal, in the form of User-mode Linux:
///
/// ```
///  0    4     8        12          16      20      24
/// +----+-----+--------+-----------+-------+-------+--------+
/// | op | tty | length | direction |  sec  | usec  |  data  |   little-endian, 24 bytes and the data
/// +----+-----+--------+-----------+-------+-------+--------+
/// op 1 open, 2 close, 3 write, 4 exec; direction 1 input, 2 output, 3 interact
/// ```
/// A recording names no visitor, so it makes a transcript and no session. One that is cut gives what is whole.
public final class TtyRecording {
    private static final int HEADER = 24;
    private static final int OPEN = 1;
    private static final int CLOSE = 2;
    private static final int WRITE = 3;
    private static final int EXEC = 4;

    /// The most records that are read.
    private static final int MOST = 1_000_000;

    /// @param transcript of all whole records
    /// @param damage what is wrong behind them; null when the file ends well
    public record Reading(Transcript transcript, @Nullable String damage) {}

    private TtyRecording() {}

    /// Whether these bytes begin like a recording.
    public static boolean recognises(byte[] bytes) {
        if (bytes.length < HEADER) {
            return false;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int op = in.getInt(0);
        int length = in.getInt(8);
        int direction = in.getInt(12);
        int micros = in.getInt(20);
        return op == OPEN
                && length == 0
                && direction >= 0
                && direction <= 3
                && micros >= 0
                && micros < 1_000_000;
    }

    public static Reading read(byte[] bytes, String title) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Chunk> chunks = new ArrayList<>();
        Instant start = null;
        Duration last = Duration.ZERO;
        String damage = null;
        int at = 0;
        while (at < bytes.length && chunks.size() < MOST) {
            if (bytes.length - at < HEADER) {
                damage = "the recording ends within the header at offset " + at;
                break;
            }
            int op = in.getInt(at);
            int length = in.getInt(at + 8);
            int direction = in.getInt(at + 12);
            long seconds = in.getInt(at + 16) & 0xFFFFFFFFL;
            int micros = in.getInt(at + 20);
            if (op < OPEN || op > EXEC || micros < 0 || micros >= 1_000_000 || length < 0) {
                damage = "no record of a recording at offset " + at;
                break;
            }
            if (length > bytes.length - at - HEADER) {
                damage = "the recording ends within the record at offset " + at;
                break;
            }
            Instant time = Instant.ofEpochSecond(seconds, micros * 1000L);
            start = start == null ? time : start;
            Duration after = Duration.between(start, time);
            last = after.compareTo(last) > 0 ? after : last;
            if (op == WRITE && length > 0) {
                Side side = direction == 2 ? Side.SENSOR : Side.VISITOR;
                int from = at + HEADER;
                for (int i = 0; i < length; i += Payload.BOUND) {
                    chunks.add(
                            new Chunk(
                                    last,
                                    side,
                                    Payload.of(
                                            bytes,
                                            from + i,
                                            from + Math.min(length, i + Payload.BOUND)),
                                    false));
                }
            }
            at += HEADER + length;
            if (op == CLOSE) {
                if (at < bytes.length) {
                    damage = "bytes follow the end of the recording at offset " + at;
                }
                break;
            }
        }
        return new Reading(
                new Transcript(
                        title, start == null ? Instant.EPOCH : start, Transcript.echoes(chunks)),
                damage);
    }
}

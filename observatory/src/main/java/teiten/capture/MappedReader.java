package teiten.capture;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Hot lane. Reads a capture that is mapped as a whole, or a range of it between two boundaries.
final class MappedReader extends PacketReader {
    /// Bytes that are loaded ahead: about a batch of bare SYNs.
    private static final int AHEAD = 96 << 10;

    private volatile long consumed;
    private long touched;

    MappedReader(MemorySegment file, Records records, long from, long to) {
        super(records);
        this.window = file;
        this.at = from;
        this.start = from;
        this.end = to;
        this.consumed = from;
    }

    /// Loads what the next batch will need, line by line: records can only be walked one after the other, but memory
    /// can be asked for many at once.
    @Override
    void ahead(long stop) {
        long sum = 0;
        for (long p = at; p < Math.min(stop, at + AHEAD) - 8; p += 64) {
            sum += window.get(ValueLayout.JAVA_BYTE, p);
        }
        touched += sum;
    }

    @Override
    void noteRead(boolean packets) {
        consumed = at + (touched == 42 ? 0 : 0);
    }

    @Override
    boolean refill(int wanted) {
        return false;
    }

    @Override
    @Nullable String failure() {
        return null;
    }

    @Override
    public boolean skipTo(long position) {
        if (!records.startsAnywhere()) {
            return super.skipTo(position);
        }
        if (position > end) {
            return false;
        }
        at = Math.max(at, position);
        noteRead(false);
        return at == Math.max(start, position);
    }

    @Override
    public long consumed() {
        return consumed;
    }

    @Override
    byte[] tail() {
        long position = position();
        long length = Math.min(TAIL, position);
        return window.asSlice(position - length, length).toArray(ValueLayout.JAVA_BYTE);
    }
}

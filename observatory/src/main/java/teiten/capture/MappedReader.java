package teiten.capture;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Hot lane. Reads a capture that is mapped as a whole, or a range of it between two boundaries.
final class MappedReader extends PacketReader {
    private volatile long consumed;

    MappedReader(MemorySegment file, Records records, long from, long to) {
        super(records);
        this.window = file;
        this.at = from;
        this.start = from;
        this.end = to;
        this.consumed = from;
    }

    @Override
    void noteRead(boolean packets) {
        consumed = at;
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

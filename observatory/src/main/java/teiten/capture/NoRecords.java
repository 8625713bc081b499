package teiten.capture;

import java.lang.foreign.MemorySegment;

/// A capture whose file header cannot be read: recognised, but cut.
final class NoRecords extends Records {
    private final String reason;

    NoRecords(String reason) {
        this.reason = reason;
    }

    @Override
    long read(Batch batch, MemorySegment window, long at, long end) {
        broken = reason;
        return at;
    }

    @Override
    String cutShort() {
        return reason;
    }

    @Override
    boolean startsAnywhere() {
        return false;
    }
}

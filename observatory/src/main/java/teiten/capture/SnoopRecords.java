package teiten.capture;

import java.lang.foreign.MemorySegment;

/// The records of a Sun snoop file, version 2 (RFC 1761). All numbers are big-endian.
///
/// ```
///   +0  length on the wire        +4  captured length
///   +8  length of this record with padding
///  +12  drops so far             +16  seconds since 1970   +20  microseconds
///  +24  the packet, padding
/// ```
final class SnoopRecords extends Records {
    private static final int HEADER = 24;
    private static final long LAST_MICROSECOND = 999_999;

    /// A record is no longer than its header, the longest packet and room for padding.
    private static final long MAX_RECORD = HEADER + MAX_CAPTURED + 64;

    private final byte link;

    SnoopRecords(byte link) {
        this.link = link;
    }

    @Override
    long read(Batch batch, MemorySegment window, long at, long end) {
        while (batch.size < Batch.CAPACITY) {
            wanted = HEADER;
            if (at + HEADER > end) {
                break;
            }
            long captured = window.get(BIG_INT, at + 4) & 0xFFFFFFFFL;
            long length = window.get(BIG_INT, at + 8) & 0xFFFFFFFFL;
            if (captured > MAX_CAPTURED) {
                broken = "a record claims " + Phrases.count(captured) + " captured bytes";
                break;
            }
            if (length < HEADER + captured || length > MAX_RECORD) {
                broken = "a record claims to be " + Phrases.count(length) + " bytes long";
                break;
            }
            wanted = (int) length;
            if (at + length > end) {
                break;
            }
            int n = batch.size++;
            long seconds = window.get(BIG_INT, at + 16) & 0xFFFFFFFFL;
            long fraction = window.get(BIG_INT, at + 20) & 0xFFFFFFFFL;
            batch.offset[n] = at + HEADER;
            batch.captured[n] = (int) captured;
            batch.wire[n] = Math.max(window.get(BIG_INT, at), (int) captured);
            batch.time[n] = seconds * NANOS + Math.min(fraction, LAST_MICROSECOND) * 1000;
            batch.link[n] = link;
            at += length;
        }
        return at;
    }

    @Override
    String cutShort() {
        return "the file ends inside a packet record";
    }

    @Override
    boolean startsAnywhere() {
        return true;
    }
}

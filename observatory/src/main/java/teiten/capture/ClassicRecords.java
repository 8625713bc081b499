package teiten.capture;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Hot lane. The records of a classic pcap file (draft-ietf-opsawg-pcap).
///
/// ```
///   +0  seconds since 1970, unsigned
///   +4  microseconds, or nanoseconds when the file's magic says so
///   +8  captured length
///  +12  length on the wire
///  +16  the packet, captured length bytes    (+24 in Kuznetzov's format: interface, protocol, packet type between)
/// ```
///
/// Little-endian files are walked by a loop of their own, [#readLittle], because walking is what every worker thread
/// does with every byte. [#readAny] is its clear twin; a test holds them equal.
final class ClassicRecords extends Records {
    private static final int CAPTURED = 8;
    private static final int WIRE = 12;

    private final ValueLayout.OfInt order;
    private final boolean fast;
    private final int header;
    private final byte link;

    /// Nanoseconds a unit of the fraction.
    private final int scale;

    /// The greatest fraction that is below one second. A greater one is damage of this field only: it is taken as
    /// this one, as tshark does, and the seconds are kept.
    private final int lastFraction;

    ClassicRecords(Format.Classic format) {
        this(format, format.little() && format.recordHeader() == 16);
    }

    /// @param fast whether little-endian records go through the loop made for them
    ClassicRecords(Format.Classic format, boolean fast) {
        this.order = format.little() ? LITTLE_INT : BIG_INT;
        this.fast = fast;
        this.header = format.recordHeader();
        this.link = LinkType.code(format.linkNumber());
        this.scale = format.nanoseconds() ? 1 : 1000;
        this.lastFraction = format.nanoseconds() ? 999_999_999 : 999_999;
    }

    @Override
    long read(Batch batch, MemorySegment window, long at, long end) {
        int first = batch.size;
        long next = fast ? readLittle(batch, window, at, end) : readAny(batch, window, at, end);
        Arrays.fill(batch.link, first, batch.size, link);
        if (batch.size < Batch.CAPACITY) {
            stop(window, next, end);
        }
        return next;
    }

    private long readLittle(Batch batch, MemorySegment window, long at, long end) {
        long[] offsets = batch.offset;
        int[] captureds = batch.captured;
        int[] wires = batch.wire;
        long[] times = batch.time;
        int unit = scale;
        int last = lastFraction;
        int n = batch.size;
        while (n < Batch.CAPACITY && at + 16 <= end) {
            long lengths = window.get(LITTLE_LONG, at + CAPTURED);
            long captured = lengths & 0xFFFFFFFFL;
            long next = at + 16 + captured;
            if (captured > MAX_CAPTURED || next > end) {
                break;
            }
            long time = window.get(LITTLE_LONG, at);
            long fraction = Math.min(time >>> 32, last);
            offsets[n] = at + 16;
            captureds[n] = (int) captured;
            wires[n] = Math.max((int) (lengths >>> 32), (int) captured);
            times[n] = (time & 0xFFFFFFFFL) * NANOS + fraction * unit;
            n++;
            at = next;
        }
        batch.size = n;
        return at;
    }

    private long readAny(Batch batch, MemorySegment window, long at, long end) {
        int n = batch.size;
        while (n < Batch.CAPACITY && at + header <= end) {
            int captured = window.get(order, at + CAPTURED);
            if (captured < 0 || captured > MAX_CAPTURED || at + header + captured > end) {
                break;
            }
            long seconds = window.get(order, at) & 0xFFFFFFFFL;
            long fraction = window.get(order, at + 4) & 0xFFFFFFFFL;
            batch.offset[n] = at + header;
            batch.captured[n] = captured;
            batch.wire[n] = Math.max(window.get(order, at + WIRE), captured);
            batch.time[n] = seconds * NANOS + Math.min(fraction, lastFraction) * scale;
            n++;
            at += header + captured;
        }
        batch.size = n;
        return at;
    }

    private void stop(MemorySegment window, long at, long end) {
        wanted = header;
        if (at + header <= end) {
            long captured = window.get(order, at + CAPTURED) & 0xFFFFFFFFL;
            if (captured > MAX_CAPTURED) {
                broken = "a record claims " + Phrases.count(captured) + " captured bytes";
            } else {
                wanted += (int) captured;
            }
        }
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

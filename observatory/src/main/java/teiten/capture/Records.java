package teiten.capture;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Hot lane. Finds the packet records of one container format in a window of bytes.
///
/// The window may be a whole mapped file or a part of a stream; the caller moves it and calls again. One instance
/// belongs to one reader, for pcapng it carries the interfaces described so far.
abstract sealed class Records permits ClassicRecords, PcapngRecords, SnoopRecords, NoRecords {
    /// The most bytes one packet may hold, as libpcap and Wireshark set it (MAXIMUM_SNAPLEN). A record that claims
    /// more is damage: nothing behind it can be trusted.
    static final int MAX_CAPTURED = 262_144;

    /// The first instant that is no longer told, 2262-01-01T00:00:00Z in seconds: nanoseconds in a long end in April
    /// of that year.
    static final long END_OF_TIME = 9_214_646_400L;

    static final long NANOS = 1_000_000_000L;

    static final ValueLayout.OfInt LITTLE_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt BIG_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong LITTLE_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// After [#read]: how many bytes from the returned offset must be in the window before anything more can be read.
    int wanted = 1;

    /// After [#read]: why the record at the returned offset, less [#passed], can never be read, or null.
    @Nullable String broken;

    /// After [#read]: how many bytes before the returned offset belong to a block that holds no packet, is being passed
    /// over and has not ended yet. The last boundary of records lies that far back.
    long passed;

    /// Reads whole records from `at` on and appends their packets to the batch, until it is full, the window holds no
    /// further whole record, or a record is [#broken].
    ///
    /// @param end first byte of the window that is not there
    /// @return offset just after the last record read
    abstract long read(Batch batch, MemorySegment window, long at, long end);

    /// Why nothing more can be read when the data end although [#wanted] bytes more are needed.
    abstract String cutShort();

    /// Whether a record can be read without having read those before it.
    abstract boolean startsAnywhere();
}

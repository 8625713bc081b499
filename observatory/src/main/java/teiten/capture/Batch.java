package teiten.capture;

import java.lang.foreign.MemorySegment;

/// Hot lane. Up to [#CAPACITY] packets as columns of offsets into the bytes that hold them; a packet is never an
/// object.
///
/// A reader fills it, any number of workers may then read it at the same time. Column `i` of every array belongs to
/// packet `i`; only `0 .. size-1` are valid.
public final class Batch {
    public static final int CAPACITY = 1024;

    /// In [#time]: the capture keeps no timestamp for this packet (pcapng's Simple Packet Block).
    public static final long NO_TIME = Long.MIN_VALUE;

    /// In [#time]: the capture states a time that cannot be used: outside the years 1970 to 2261, or in the units of
    /// an interface that was never described.
    public static final long BAD_TIME = Long.MIN_VALUE + 1;

    /// What all offsets point into; may change from batch to batch.
    public MemorySegment bytes = MemorySegment.NULL;

    public int size;

    /// First byte of the link-layer header.
    public final long[] offset = new long[CAPACITY];

    /// Bytes present in the capture, never reaching beyond `bytes`.
    public final int[] captured = new int[CAPACITY];

    /// Bytes the packet had on the wire; never less than [#captured], which replaces a claim that is smaller or
    /// does not fit 31 bits.
    public final int[] wire = new int[CAPACITY];

    /// Nanoseconds since 1970-01-01T00:00:00Z, or [#NO_TIME] or [#BAD_TIME].
    public final long[] time = new long[CAPACITY];

    /// [LinkType] ordinal, or -1 where the capture names a link type that is not known.
    public final byte[] link = new byte[CAPACITY];
}

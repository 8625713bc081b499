package teiten.telescope;

import teiten.capture.Batch;

/// Hot lane. What the decoder read of those packets of a batch whose sources one worker owns, as columns; column `i`
/// belongs to the `i`-th of them.
final class Headers {
    /// Set in `source` when the address is IPv6; the low 32 bits are then meaningless and [#high], [#low] hold it.
    static final long V6 = 1L << 32;

    /// Mark bits, `1 << Mark.ordinal()`.
    static final int MIRAI = 1;

    static final int MASSCAN = 2;
    static final int ZMAP = 4;
    static final int ZMAP_4 = 8;

    int size;

    /// Nanoseconds since 1970; below zero when the capture states none that can be used.
    final long[] time = new long[Batch.CAPACITY];

    /// [Outcome] ordinal.
    final byte[] outcome = new byte[Batch.CAPACITY];

    /// IPv4 source address as unsigned 32 bits, or [#V6].
    final long[] source = new long[Batch.CAPACITY];

    final long[] high = new long[Batch.CAPACITY];
    final long[] low = new long[Batch.CAPACITY];

    /// The destination as [Distinct] counts it.
    final int[] target = new int[Batch.CAPACITY];

    /// The IPv4 destination itself; of IPv6 [#toHigh], [#toLow].
    final int[] to = new int[Batch.CAPACITY];

    final long[] toHigh = new long[Batch.CAPACITY];
    final long[] toLow = new long[Batch.CAPACITY];

    /// [teiten.net.Port#code()] of the destination.
    final int[] port = new int[Batch.CAPACITY];

    /// [teiten.net.Port#code()] of the source: the service that answers, where the packet is an answer.
    final int[] service = new int[Batch.CAPACITY];

    /// Length of the IP packet as its header states it, in bytes.
    final int[] length = new int[Batch.CAPACITY];

    /// Of TCP: CWR to FIN; else 0.
    final byte[] flags = new byte[Batch.CAPACITY];

    final byte[] ttl = new byte[Batch.CAPACITY];
    final byte[] marks = new byte[Batch.CAPACITY];

    /// Code of [SynShapes]; [SynShapes#NONE] unless the packet is TCP with SYN and without ACK.
    final short[] shape = new short[Batch.CAPACITY];

    /// 1 when the packet is TCP with SYN and without ACK.
    final byte[] syn = new byte[Batch.CAPACITY];
}

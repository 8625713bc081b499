package teiten.telescope;

import teiten.capture.Batch;

/// Hot lane. What the decoder read of a batch, as columns; column `i` belongs to packet `i` of the batch.
final class Headers {
    /// A packet that belongs to another worker's sources.
    static final byte NOT_MINE = -1;

    /// Set in `source` when the address is IPv6; the low 32 bits are then meaningless and [#high], [#low] hold it.
    static final long V6 = 1L << 32;

    /// Mark bits, `1 << Mark.ordinal()`.
    static final int MIRAI = 1;

    static final int MASSCAN = 2;
    static final int ZMAP = 4;
    static final int ZMAP_4 = 8;

    /// The packets of the batch that are this worker's, in their order.
    final int[] own = new int[Batch.CAPACITY];

    /// [Outcome] ordinal, or [#NOT_MINE].
    final byte[] outcome = new byte[Batch.CAPACITY];

    /// IPv4 source address as unsigned 32 bits, or [#V6].
    final long[] source = new long[Batch.CAPACITY];

    final long[] high = new long[Batch.CAPACITY];
    final long[] low = new long[Batch.CAPACITY];

    /// The destination as [Distinct] counts it.
    final int[] target = new int[Batch.CAPACITY];

    /// [teiten.net.Port#code()] of the destination.
    final int[] port = new int[Batch.CAPACITY];

    /// [teiten.net.Port#code()] of the source: the service that answers, where the packet is an answer.
    final int[] service = new int[Batch.CAPACITY];

    /// Length of the IP packet as its header states it, in bytes.
    final int[] length = new int[Batch.CAPACITY];

    final byte[] ttl = new byte[Batch.CAPACITY];
    final byte[] marks = new byte[Batch.CAPACITY];

    /// Code of [SynShapes]; [SynShapes#NONE] unless the packet is TCP with SYN and without ACK.
    final short[] shape = new short[Batch.CAPACITY];

    /// 1 when the packet is TCP with SYN and without ACK.
    final byte[] syn = new byte[Batch.CAPACITY];
}

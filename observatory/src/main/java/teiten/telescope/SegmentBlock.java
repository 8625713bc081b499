package teiten.telescope;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Hot lane. Closed [segments][SegmentTable] as columns, ready to be written out: bytes in little-endian order, row `i`
/// of every column belongs to one segment.
///
/// A block is of IPv4 or of IPv6 sources, never of both.
public final class SegmentBlock {
    public static final int CAPACITY = 65_536;

    static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// The columns of one byte a row, in the order in which they are stored.
    public enum Small {
        PACKETS,
        SYN,
        BACKSCATTER,
        MIRAI,
        MASSCAN,
        ZMAP,
        ZMAP4,
        TTL_MIN,
        TTL_MAX
    }

    private static final int SMALL = Small.values().length;

    final boolean six;
    int rows;

    /// IPv4 address as unsigned 32 bits; for IPv6 the address's two halves.
    final byte[] address;

    final byte[] low;
    final byte[] port = new byte[4 * CAPACITY];

    /// Seconds since 1970, and how many seconds later the last packet came.
    final byte[] first = new byte[4 * CAPACITY];

    final byte[] span = new byte[4 * CAPACITY];
    final byte[] bytes = new byte[4 * CAPACITY];
    final byte[] shape = new byte[4 * CAPACITY];
    final byte[][] small = new byte[SMALL][CAPACITY + 8];

    /// Bytes of each row's targets, and the targets' coupons, 4 bytes each, in the order in which they came.
    final int[] targetLength = new int[CAPACITY];

    byte[] targets = new byte[8 * CAPACITY];

    int targetBytes;

    SegmentBlock(boolean six) {
        this.six = six;
        address = new byte[(six ? 8 : 4) * CAPACITY];
        low = six ? new byte[8 * CAPACITY] : new byte[0];
    }

    boolean isFull() {
        return rows == CAPACITY;
    }

    void reset() {
        rows = 0;
        targetBytes = 0;
    }

    /// Makes room for so many rows' targets.
    void roomForTargets(int more) {
        int most = targetBytes + more * 4 * SegmentTable.TARGETS;
        if (most > targets.length) {
            targets = Arrays.copyOf(targets, Math.max(targets.length * 2, most));
        }
    }

    /// A copy as long as its rows, for keeping.
    SegmentBlock copy() {
        SegmentBlock copy = new SegmentBlock(six, this);
        return copy;
    }

    private SegmentBlock(boolean six, SegmentBlock of) {
        this.six = six;
        rows = of.rows;
        address = Arrays.copyOf(of.address, (six ? 8 : 4) * rows);
        low = Arrays.copyOf(of.low, six ? 8 * rows : 0);
        System.arraycopy(of.port, 0, port, 0, 4 * rows);
        System.arraycopy(of.first, 0, first, 0, 4 * rows);
        System.arraycopy(of.span, 0, span, 0, 4 * rows);
        System.arraycopy(of.bytes, 0, bytes, 0, 4 * rows);
        System.arraycopy(of.shape, 0, shape, 0, 4 * rows);
        for (int i = 0; i < SMALL; i++) {
            System.arraycopy(of.small[i], 0, small[i], 0, rows);
        }
        System.arraycopy(of.targetLength, 0, targetLength, 0, rows);
        targets = Arrays.copyOf(of.targets, of.targetBytes);
        targetBytes = of.targetBytes;
    }

    public int rows() {
        return rows;
    }

    /// Whether the sources are IPv6 addresses.
    public boolean six() {
        return six;
    }

    /// IPv4: 4 bytes a row, the address. IPv6: 8 bytes a row, its upper half.
    public byte[] address() {
        return address;
    }

    /// The lower half of IPv6 addresses, 8 bytes a row.
    public byte[] low() {
        return low;
    }

    /// [teiten.net.Port#code()], 4 bytes a row.
    public byte[] port() {
        return port;
    }

    /// First seen, seconds since 1970, unsigned, 4 bytes a row.
    public byte[] first() {
        return first;
    }

    /// Seconds from first to last seen, 4 bytes a row.
    public byte[] span() {
        return span;
    }

    /// Bytes of IP, headers included, 4 bytes a row.
    public byte[] bytes() {
        return bytes;
    }

    /// [SynShape#code], 4 bytes a row.
    public byte[] shape() {
        return shape;
    }

    /// One byte a row, unsigned; eight bytes of room behind the last.
    public byte[] small(Small column) {
        return small[column.ordinal()];
    }

    /// Bytes of each row's [#targets()].
    public int[] targetLength() {
        return targetLength;
    }

    /// Each row's distinct targets' coupons, little-endian; in rows of backscatter the codes of the services that answered.
    public byte[] targets() {
        return targets;
    }

    public int targetBytes() {
        return targetBytes;
    }
}

package teiten.telescope;

import java.util.Arrays;

/// Hot lane. Flow tuples as columns, ready to be written out: bytes in little-endian order, row `i` of every column
/// belongs to one tuple. A block is of IPv4 or of IPv6, never of both.
public final class TupleBlock {
    public static final int CAPACITY = 65_536;

    private final boolean six;
    private final int addresses;
    private int rows;
    private final byte[] minute = new byte[4 * CAPACITY];
    private final byte[][] address;
    private final byte[] ports = new byte[4 * CAPACITY];
    private final byte[] header = new byte[4 * CAPACITY];
    private final byte[] evidence = new byte[4 * CAPACITY];
    private final byte[] packets = new byte[CAPACITY + 8];

    TupleBlock(boolean six) {
        this.six = six;
        addresses = six ? 4 : 2;
        address = new byte[addresses][(six ? 8 : 4) * CAPACITY];
    }

    /// Takes rows of a [TupleTable], of which there is room for.
    void add(int minuteOf, long[] table, int from, int to, int row) {
        int n = rows;
        for (int at = from; at < to; at += row, n++) {
            int rest = at + row - 2;
            SegmentBlock.INT.set(minute, 4 * n, minuteOf);
            SegmentBlock.INT.set(ports, 4 * n, (int) (table[rest] >>> 32));
            SegmentBlock.INT.set(header, 4 * n, (int) table[rest]);
            SegmentBlock.INT.set(evidence, 4 * n, (int) (table[rest + 1] >>> 32));
            packets[n] = (byte) table[rest + 1];
        }
        n = rows;
        if (six) {
            for (int at = from; at < to; at += row, n++) {
                for (int w = 0; w < 4; w++) {
                    SegmentBlock.LONG.set(address[w], 8 * n, table[at + w]);
                }
            }
        } else {
            for (int at = from; at < to; at += row, n++) {
                SegmentBlock.INT.set(address[0], 4 * n, (int) (table[at] >>> 32));
                SegmentBlock.INT.set(address[1], 4 * n, (int) table[at]);
            }
        }
        rows = n;
    }

    void reset() {
        rows = 0;
    }

    public int rows() {
        return rows;
    }

    /// Whether the addresses are IPv6.
    public boolean six() {
        return six;
    }

    /// Minute since 1970, 4 bytes a row.
    public byte[] minute() {
        return minute;
    }

    /// IPv4: source and destination, 4 bytes a row each. IPv6: the upper and lower halves of both, 8 bytes a row each.
    public byte[][] addresses() {
        return address;
    }

    /// Source port (upper 16 bits) and destination port; of ICMP type and code, as CAIDA has it. 4 bytes a row.
    public byte[] ports() {
        return ports;
    }

    /// Length of the IP packet (upper 16 bits), IANA protocol number (8), TTL (8). 4 bytes a row.
    public byte[] header() {
        return header;
    }

    /// TCP flags (upper 8 bits), marks that match, `1 << Mark.ordinal()` (8), code of [SynShapes] (16). 4 bytes a row.
    public byte[] evidence() {
        return evidence;
    }

    /// Packets, 1 to 255, a byte a row, and eight bytes of room.
    public byte[] packets() {
        return packets;
    }

    long bytes() {
        return Arrays.stream(address).mapToLong(a -> a.length).sum() + 17L * CAPACITY;
    }
}

package teiten.session.stream;

import teiten.capture.Batch;
import teiten.capture.LinkType;
import teiten.net.IpAddress;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Set;

/// Finds the TCP segments between certain ports among the packets of a capture.
///
/// It walks link headers (Ethernet with VLAN tags, MPLS and PPPoE; raw IP; BSD null; Linux cooked), IPv4 and IPv6 with
/// extension headers. A packet that is none of these, is cut before its TCP header, or contradicts itself is passed
/// over; what its outcome is, the telescope counts. Fragments are passed over too. Nothing is allocated for a packet
/// that is not wanted.
public final class TcpPackets {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final LinkType[] LINKS = LinkType.values();
    private static final int TCP = 6;
    private static final int MOST_STEPS = 8;

    private final boolean[] wanted = new boolean[65536];

    // The packet in hand: where its IP header begins and how many bytes of it there are.
    private long ip;
    private int left;

    // Where its TCP header begins, and the bytes from there to the end of the IP packet that were
    // captured.
    private long tcp;
    private int rest;

    /// Takes each segment that is found; see [TcpStreams#segment].
    @FunctionalInterface
    public interface Sink {
        void segment(
                IpAddress source,
                int sourcePort,
                IpAddress destination,
                int destinationPort,
                int sequence,
                int flags,
                MemorySegment bytes,
                long from,
                int length,
                Instant at);
    }

    public TcpPackets(Set<Integer> ports) {
        ports.forEach(port -> wanted[port] = true);
    }

    /// Whether a batch holds a segment with data between wanted ports: without one there is no conversation.
    public boolean holdsData(Batch batch) {
        for (int i = 0; i < batch.size; i++) {
            if (find(batch, i) && length(batch.bytes) > 0) {
                return true;
            }
        }
        return false;
    }

    /// Gives the segments of a batch that are wanted, in order.
    public void read(Batch batch, Sink sink) {
        MemorySegment bytes = batch.bytes;
        for (int i = 0; i < batch.size; i++) {
            long time = batch.time[i];
            if (time == Batch.NO_TIME || time == Batch.BAD_TIME || !find(batch, i)) {
                continue;
            }
            boolean v6 = (bytes.get(ValueLayout.JAVA_BYTE, ip) >> 4 & 15) == 6;
            int length = length(bytes);
            sink.segment(
                    v6 ? v6(bytes, ip + 8) : IpAddress.v4(bytes.get(INT, ip + 12)),
                    bytes.get(SHORT, tcp) & 0xFFFF,
                    v6 ? v6(bytes, ip + 24) : IpAddress.v4(bytes.get(INT, ip + 16)),
                    bytes.get(SHORT, tcp + 2) & 0xFFFF,
                    bytes.get(INT, tcp + 4),
                    bytes.get(ValueLayout.JAVA_BYTE, tcp + 13) & 0x3F,
                    bytes,
                    tcp + rest - length,
                    length,
                    Instant.ofEpochSecond(
                            Math.floorDiv(time, 1_000_000_000L),
                            Math.floorMod(time, 1_000_000_000L)));
        }
    }

    private static IpAddress v6(MemorySegment bytes, long at) {
        return new IpAddress(bytes.get(LONG, at), bytes.get(LONG, at + 8));
    }

    /// Bytes of data behind the TCP header that were captured.
    private int length(MemorySegment bytes) {
        int header = (bytes.get(ValueLayout.JAVA_BYTE, tcp + 12) >> 4 & 15) * 4;
        return header < 20 ? 0 : Math.max(0, rest - header);
    }

    private boolean find(Batch batch, int i) {
        MemorySegment bytes = batch.bytes;
        long at = batch.offset[i];
        int captured = batch.captured[i];
        int link = batch.link[i];
        // The common case first: an Ethernet frame with a plain IPv4 header, of which most are not
        // wanted.
        if (link == 0 && captured >= 38 && (bytes.get(INT, at + 12) & 0xFFFFFF00) == 0x08004500) {
            int ports = bytes.get(INT, at + 34);
            if (bytes.get(ValueLayout.JAVA_BYTE, at + 23) != TCP
                    || !wanted[ports >>> 16] && !wanted[ports & 0xFFFF]) {
                return false;
            }
        }
        if (link < 0 || !link(bytes, at, captured, LINKS[link]) || left < 20) {
            return false;
        }
        return switch (bytes.get(ValueLayout.JAVA_BYTE, ip) >> 4 & 15) {
            case 4 -> v4(bytes);
            case 6 -> v6(bytes);
            default -> false;
        };
    }

    private boolean link(MemorySegment bytes, long at, int captured, LinkType link) {
        int header =
                switch (link) {
                    case ETHERNET -> 14;
                    case RAW_IP -> 0;
                    case BSD_NULL, BSD_LOOP -> 4;
                    case LINUX_COOKED_V1 -> 16;
                    case LINUX_COOKED_V2 -> 20;
                };
        ip = at + header;
        left = captured - header;
        if (left < 20) {
            return false;
        }
        return switch (link) {
            case RAW_IP, BSD_NULL, BSD_LOOP -> true;
            case ETHERNET -> payload(bytes, bytes.get(SHORT, at + 12) & 0xFFFF);
            case LINUX_COOKED_V1 -> payload(bytes, bytes.get(SHORT, at + 14) & 0xFFFF);
            case LINUX_COOKED_V2 -> payload(bytes, bytes.get(SHORT, at) & 0xFFFF);
        };
    }

    private boolean payload(MemorySegment bytes, int first) {
        int type = first;
        for (int step = 0; step < MOST_STEPS && left >= 20; step++) {
            switch (type) {
                case 0x0800, 0x86DD -> {
                    return true;
                }
                case 0x8100, 0x88A8, 0x9100, 0x9200, 0x9300 -> {
                    type = bytes.get(SHORT, ip + 2) & 0xFFFF;
                    advance(4);
                }
                case 0x8847, 0x8848 -> {
                    boolean bottom = (bytes.get(ValueLayout.JAVA_BYTE, ip + 2) & 1) != 0;
                    advance(4);
                    if (bottom) {
                        return left >= 20 && bytes.get(ValueLayout.JAVA_BYTE, ip) != 0;
                    }
                }
                case 0x8864 -> {
                    int ppp = bytes.get(SHORT, ip + 6) & 0xFFFF;
                    type = ppp == 0x0021 ? 0x0800 : ppp == 0x0057 ? 0x86DD : 0;
                    advance(8);
                }
                default -> {
                    return false;
                }
            }
        }
        return false;
    }

    private void advance(int bytes) {
        ip += bytes;
        left -= bytes;
    }

    private boolean v4(MemorySegment bytes) {
        if (bytes.get(ValueLayout.JAVA_BYTE, ip + 9) != TCP
                || (bytes.get(SHORT, ip + 6) & 0x3FFF) != 0) {
            return false;
        }
        int header = (bytes.get(ValueLayout.JAVA_BYTE, ip) & 15) * 4;
        int total = bytes.get(SHORT, ip + 2) & 0xFFFF;
        // A sending host's own capture before segmentation offload leaves the length zero.
        int whole = total == 0 ? left : Math.min(total, left);
        return header >= 20 && tcp(bytes, header, whole);
    }

    private boolean v6(MemorySegment bytes) {
        if (left < 40) {
            return false;
        }
        int payload = bytes.get(SHORT, ip + 4) & 0xFFFF;
        int whole = payload == 0 ? left : Math.min(40 + payload, left);
        int next = bytes.get(ValueLayout.JAVA_BYTE, ip + 6) & 0xFF;
        int header = 40;
        for (int step = 0; step < MOST_STEPS && next != TCP; step++) {
            if (whole < header + 8) {
                return false;
            }
            int length = bytes.get(ValueLayout.JAVA_BYTE, ip + header + 1) & 0xFF;
            int skipped =
                    switch (next) {
                        case 0, 43, 60 -> 8 + length * 8;
                        case 51 -> 8 + length * 4;
                        default -> 0;
                    };
            if (skipped == 0) {
                return false;
            }
            next = bytes.get(ValueLayout.JAVA_BYTE, ip + header) & 0xFF;
            header += skipped;
        }
        return next == TCP && tcp(bytes, header, whole);
    }

    private boolean tcp(MemorySegment bytes, int header, int whole) {
        rest = whole - header;
        tcp = ip + header;
        return rest >= 20
                && (wanted[bytes.get(SHORT, tcp) & 0xFFFF]
                        || wanted[bytes.get(SHORT, tcp + 2) & 0xFFFF]);
    }
}

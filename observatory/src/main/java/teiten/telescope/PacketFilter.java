package teiten.telescope;

import org.jspecify.annotations.Nullable;

import teiten.capture.Batch;
import teiten.capture.LinkType;
import teiten.net.Port;
import teiten.net.Prefix;
import teiten.net.Protocol;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Hot lane. Tells which packets of a batch are about given addresses, ports and times; nothing is allocated for a
/// packet.
///
/// It looks at the outermost IP header and at what follows it. A packet matches when one of the prefixes holds its
/// source or destination, **and** one of the ports is its source or destination port (for ICMP: type and code; else the
/// protocol's number), **and** its time lies in the span. Empty lists ask nothing. A later fragment has no ports, so no
/// port matches it.
public final class PacketFilter {
    private static final LinkType[] LINKS = LinkType.values();
    private static final int NO_PORT = -1;
    private static final int MOST_STEPS = 8;

    /// Four longs a prefix: high and low mask, high and low value, IPv4 mapped into IPv6.
    private final long[] prefixes;

    /// Codes of [Port].
    private final int[] ports;

    private final long from;
    private final long to;
    private final boolean timed;

    /// Of the packet looked at last.
    private long sourceHigh;

    private long sourceLow;
    private long targetHigh;
    private long targetLow;

    /// Transport header, how many of its bytes are there, and the protocol; -1 for a later fragment.
    private long transport;

    private int inside;
    private int protocol;
    private boolean v6;

    /// @param from nanoseconds since 1970, inclusive; null for no bound
    /// @param to exclusive; null for no bound
    public PacketFilter(
            List<Prefix> prefixes, List<Port> ports, @Nullable Long from, @Nullable Long to) {
        this.prefixes = new long[prefixes.size() * 4];
        for (int i = 0; i < prefixes.size(); i++) {
            Prefix prefix = prefixes.get(i);
            int bits = prefix.first().isV4() ? 96 + prefix.bits() : prefix.bits();
            this.prefixes[4 * i] = bits >= 64 ? -1 : bits == 0 ? 0 : -1L << (64 - bits);
            this.prefixes[4 * i + 1] = bits >= 128 ? -1 : bits <= 64 ? 0 : -1L << (128 - bits);
            this.prefixes[4 * i + 2] = prefix.first().high();
            this.prefixes[4 * i + 3] = prefix.first().low();
        }
        this.ports = ports.stream().mapToInt(Port::code).toArray();
        this.timed = from != null || to != null;
        this.from = from == null ? Long.MIN_VALUE : from;
        this.to = to == null ? Long.MAX_VALUE : to;
    }

    /// Whether packet `i` is asked for. One thread at a time.
    public boolean matches(Batch batch, int i) {
        if (timed) {
            long time = batch.time[i];
            if (time < 0 || time < from || time >= to) {
                return false;
            }
        }
        if (prefixes.length == 0 && ports.length == 0) {
            return true;
        }
        int link = batch.link[i];
        if (link < 0 || !read(batch.bytes, batch.offset[i], batch.captured[i], LINKS[link])) {
            return false;
        }
        return addressed() && (ports.length == 0 || ported(batch.bytes));
    }

    private boolean addressed() {
        if (prefixes.length == 0) {
            return true;
        }
        for (int p = 0; p < prefixes.length; p += 4) {
            long highMask = prefixes[p];
            long lowMask = prefixes[p + 1];
            long high = prefixes[p + 2];
            long low = prefixes[p + 3];
            if ((sourceHigh & highMask) == high && (sourceLow & lowMask) == low
                    || (targetHigh & highMask) == high && (targetLow & lowMask) == low) {
                return true;
            }
        }
        return false;
    }

    private boolean ported(MemorySegment bytes) {
        int one = NO_PORT;
        int other = NO_PORT;
        switch (protocol) {
            case 6, 17 -> {
                if (inside >= 4) {
                    Protocol kind = protocol == 6 ? Protocol.TCP : Protocol.UDP;
                    one = kind.ordinal() << 16 | unsigned(bytes, transport);
                    other = kind.ordinal() << 16 | unsigned(bytes, transport + 2);
                }
            }
            case 1, 58 -> {
                // Each belongs to one version of IP; in the other it is a protocol like any.
                if ((protocol == 58) != v6) {
                    one = Protocol.OTHER.ordinal() << 16 | protocol;
                } else if (inside >= 2) {
                    Protocol kind = v6 ? Protocol.ICMP6 : Protocol.ICMP;
                    one = kind.ordinal() << 16 | unsigned(bytes, transport);
                }
            }
            default -> {
                if (protocol >= 0) {
                    one = Protocol.OTHER.ordinal() << 16 | protocol;
                }
            }
        }
        for (int port : ports) {
            if (port == one || port == other) {
                return true;
            }
        }
        return false;
    }

    private boolean read(MemorySegment bytes, long at, int left, LinkType link) {
        return switch (link) {
            case RAW_IP -> ip(bytes, at, left);
            case BSD_NULL, BSD_LOOP -> left > 4 && family(bytes, at) && ip(bytes, at + 4, left - 4);
            case ETHERNET ->
                    left >= 14 && payload(bytes, at + 14, left - 14, unsigned(bytes, at + 12));
            case LINUX_COOKED_V1 ->
                    left >= 16 && payload(bytes, at + 16, left - 16, unsigned(bytes, at + 14));
            case LINUX_COOKED_V2 ->
                    left >= 20 && payload(bytes, at + 20, left - 20, unsigned(bytes, at));
        };
    }

    /// As the decoder takes it: the family in whichever byte order makes it small, or an Ethernet type.
    private static boolean family(MemorySegment bytes, long at) {
        int word = bytes.get(Decoder.INT, at);
        int type = word & 0xFFFF;
        int family = (word & 0xFFFF0000) != 0 ? Integer.reverseBytes(word) : word;
        return switch (family) {
            case 2, 10, 24, 28, 30 -> true;
            default -> type == 0x0800 || type == 0x86DD;
        };
    }

    /// Through VLAN tags, MPLS labels and PPPoE to IP.
    private boolean payload(MemorySegment bytes, long at, int left, int type) {
        for (int step = 0; step < MOST_STEPS; step++) {
            switch (type) {
                case 0x0800, 0x86DD -> {
                    return ip(bytes, at, left);
                }
                case 0x8100, 0x88A8, 0x9100, 0x9200, 0x9300 -> {
                    if (left < 4) {
                        return false;
                    }
                    type = unsigned(bytes, at + 2);
                    at += 4;
                    left -= 4;
                }
                case 0x8847, 0x8848 -> {
                    return belowLabels(bytes, at, left);
                }
                case 0x8864 -> {
                    if (left < 8) {
                        return false;
                    }
                    int ppp = unsigned(bytes, at + 6);
                    type = ppp == 0x0021 ? 0x0800 : ppp == 0x0057 ? 0x86DD : 0;
                    at += 8;
                    left -= 8;
                }
                default -> {
                    return false;
                }
            }
        }
        return false;
    }

    private boolean belowLabels(MemorySegment bytes, long at, int left) {
        boolean bottom = false;
        for (int label = 0; label < MOST_STEPS && !bottom; label++) {
            if (left < 4) {
                return false;
            }
            bottom = (bytes.get(ValueLayout.JAVA_BYTE, at + 2) & 1) != 0;
            at += 4;
            left -= 4;
        }
        if (!bottom || left < 1) {
            return false;
        }
        // A zero nibble may be a pseudowire's control word before an Ethernet frame (RFC 4385).
        if (bytes.get(ValueLayout.JAVA_BYTE, at) >> 4 == 0 && left >= 18) {
            int type = unsigned(bytes, at + 16);
            return (type == 0x0800 || type == 0x86DD) && ip(bytes, at + 18, left - 18);
        }
        return ip(bytes, at, left);
    }

    private boolean ip(MemorySegment bytes, long at, int left) {
        if (left < 1) {
            return false;
        }
        return switch (bytes.get(ValueLayout.JAVA_BYTE, at) >> 4 & 15) {
            case 4 -> left >= 20 && ipv4(bytes, at, left);
            case 6 -> left >= 40 && ipv6(bytes, at, left);
            default -> false;
        };
    }

    private boolean ipv4(MemorySegment bytes, long at, int left) {
        v6 = false;
        sourceHigh = 0;
        targetHigh = 0;
        sourceLow = 0xFFFF_0000_0000L | bytes.get(Decoder.INT, at + 12) & 0xFFFFFFFFL;
        targetLow = 0xFFFF_0000_0000L | bytes.get(Decoder.INT, at + 16) & 0xFFFFFFFFL;
        int header = (bytes.get(ValueLayout.JAVA_BYTE, at) & 15) * 4;
        int total = unsigned(bytes, at + 2);
        boolean later = (unsigned(bytes, at + 6) & 0x1FFF) != 0;
        // Without a believable header there are addresses, but nothing behind them.
        if (later || header < 20 || header > left || total != 0 && total < header) {
            protocol = -1;
            return true;
        }
        protocol = bytes.get(ValueLayout.JAVA_BYTE, at + 9) & 0xFF;
        transport = at + header;
        inside = (total == 0 ? left : Math.min(left, total)) - header;
        return true;
    }

    private boolean ipv6(MemorySegment bytes, long at, int left) {
        v6 = true;
        sourceHigh = bytes.get(Decoder.LONG, at + 8);
        sourceLow = bytes.get(Decoder.LONG, at + 16);
        targetHigh = bytes.get(Decoder.LONG, at + 24);
        targetLow = bytes.get(Decoder.LONG, at + 32);
        int payload = unsigned(bytes, at + 4);
        int next = bytes.get(ValueLayout.JAVA_BYTE, at + 6) & 0xFF;
        transport = at + 40;
        inside = payload == 0 ? left - 40 : Math.min(left - 40, payload);
        protocol = -1;
        for (int step = 0; step <= MOST_STEPS; step++) {
            switch (next) {
                case 0, 43, 60, 135, 139, 140, 51, 44 -> {
                    if (inside < 8) {
                        return true;
                    }
                    int words = bytes.get(ValueLayout.JAVA_BYTE, transport + 1) & 0xFF;
                    int length = next == 44 ? 8 : next == 51 ? (words + 2) * 4 : (words + 1) * 8;
                    boolean later = next == 44 && (unsigned(bytes, transport + 2) & 0xFFF8) != 0;
                    if (later || inside < length) {
                        return true;
                    }
                    next = bytes.get(ValueLayout.JAVA_BYTE, transport) & 0xFF;
                    transport += length;
                    inside -= length;
                }
                default -> {
                    protocol = next;
                    return true;
                }
            }
        }
        return true;
    }

    private static int unsigned(MemorySegment bytes, long at) {
        return bytes.get(Decoder.SHORT, at) & 0xFFFF;
    }
}

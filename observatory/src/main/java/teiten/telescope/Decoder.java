package teiten.telescope;

import teiten.capture.Batch;
import teiten.capture.LinkType;
import teiten.net.Protocol;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Hot lane. Reads link, IP and transport headers in place and tells each packet's outcome.
///
/// Hostile bytes end as an [Outcome], never as an exception: every read is preceded by a comparison with the captured
/// length. Checksums are not verified: captures on `lo`, and cards that fill them in, carry wrong ones (lab facts,
/// trap 6).
///
/// One worker sees all packets and keeps those whose source falls into its share, so that all state of a source has one
/// owner; packets without a source belong to worker 0.
final class Decoder {
    static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final LinkType[] LINKS = LinkType.values();
    private static final int TCP = Protocol.TCP.ordinal() << 16;
    private static final int UDP = Protocol.UDP.ordinal() << 16;
    private static final int ICMP = Protocol.ICMP.ordinal() << 16;
    private static final int ICMP6 = Protocol.ICMP6.ordinal() << 16;
    private static final int OTHER = Protocol.OTHER.ordinal() << 16;

    private static final byte O_SCAN = (byte) Outcome.SCAN.ordinal();
    private static final byte O_BACKSCATTER = (byte) Outcome.BACKSCATTER.ordinal();
    private static final byte O_ECHO = (byte) Outcome.ICMP_ECHO.ordinal();
    private static final byte O_UDP = (byte) Outcome.UDP.ordinal();
    private static final byte O_OTHER = (byte) Outcome.OTHER.ordinal();
    private static final byte O_NOT_IP = (byte) Outcome.NOT_IP.ordinal();
    private static final byte O_UNKNOWN_LINK = (byte) Outcome.UNKNOWN_LINK.ordinal();
    private static final byte O_CUT_LINK = (byte) Outcome.CUT_LINK.ordinal();
    private static final byte O_CUT_IP = (byte) Outcome.CUT_IP.ordinal();
    private static final byte O_BAD_IP = (byte) Outcome.BAD_IP.ordinal();
    private static final byte O_LATER = (byte) Outcome.LATER_FRAGMENT.ordinal();
    private static final byte O_CUT_TRANSPORT = (byte) Outcome.CUT_TRANSPORT.ordinal();
    private static final byte O_BAD_TRANSPORT = (byte) Outcome.BAD_TRANSPORT.ordinal();

    /// IPv6 extension headers that are walked at most; a longer chain is a bad header.
    private static final int MAX_EXTENSIONS = 8;

    /// Tags, labels and PPPoE headers that are walked at most.
    private static final int MAX_LINK_STEPS = 8;

    /// ICMP types that a DoS victim's side sends: 0, 3, 4, 5, 11, 12, 14, 16, 18; CAIDA corsaro3.
    private static final int ICMP_REPLIES =
            1 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 11 | 1 << 12 | 1 << 14 | 1 << 16 | 1 << 18;

    private final int shard;
    private final int shards;
    private final long seed;
    private SynShapes shapes = new SynShapes();
    private long talk;

    Decoder(int shard, int shards, long seed) {
        this.shard = shard;
        this.shards = shards;
        this.seed = seed;
    }

    /// @return how many packets of the batch are this worker's; they are listed in [Headers#own]
    int decode(Batch batch, Headers out) {
        MemorySegment bytes = batch.bytes;
        int n = 0;
        for (int i = 0; i < batch.size; i++) {
            long at = batch.offset[i];
            int left = batch.captured[i];
            int link = batch.link[i];
            byte outcome;
            // The common case first: an Ethernet frame with a plain IPv4 header, told by one
            // comparison.
            if (link == 0 && left >= 34 && (bytes.get(INT, at + 12) & 0xFFFFFF00) == 0x08004500) {
                outcome = ipv4(bytes, at + 14, left - 14, out, i);
            } else {
                outcome =
                        link < 0
                                ? unowned(O_UNKNOWN_LINK)
                                : link(bytes, at, left, LINKS[link], out, i);
            }
            out.outcome[i] = outcome;
            out.own[n] = i;
            n += outcome >= 0 ? 1 : 0;
        }
        return n;
    }

    private static boolean telnet(int port) {
        return port == 23 || port == 2323;
    }

    /// TCP packets of Telnet's ports that may belong to a conversation, since this was last asked: all but bare SYNs.
    long takeTalk() {
        long taken = talk;
        talk = 0;
        return taken;
    }

    /// The shapes met since this was last asked.
    SynShapes takeShapes() {
        SynShapes taken = shapes;
        shapes = new SynShapes();
        return taken;
    }

    private byte unowned(byte outcome) {
        return shard == 0 ? outcome : Headers.NOT_MINE;
    }

    private boolean mine(long key) {
        long h = (key ^ seed) * 0x9E3779B97F4A7C15L;
        return (((h ^ h >>> 29) & 0x7FFFFFFFL) * shards >>> 31) == shard;
    }

    private byte link(MemorySegment bytes, long at, int left, LinkType link, Headers out, int i) {
        return switch (link) {
            case ETHERNET ->
                    left < 14
                            ? unowned(O_CUT_LINK)
                            : payload(
                                    bytes,
                                    at + 14,
                                    left - 14,
                                    bytes.get(SHORT, at + 12) & 0xFFFF,
                                    out,
                                    i);
            case RAW_IP -> ip(bytes, at, left, out, i);
            case BSD_NULL, BSD_LOOP -> {
                if (left < 4) {
                    yield unowned(O_CUT_LINK);
                }
                // The family stands in the capturing host's byte order, which the file need not
                // share; some writers
                // put an Ethernet type into its last two bytes instead.
                int word = bytes.get(INT, at);
                int type = word & 0xFFFF;
                int family = (word & 0xFFFF0000) != 0 ? Integer.reverseBytes(word) : word;
                boolean ip =
                        switch (family) {
                            case 2, 10, 24, 28, 30 -> true;
                            default -> type == 0x0800 || type == 0x86DD;
                        };
                yield ip ? ip(bytes, at + 4, left - 4, out, i) : unowned(O_NOT_IP);
            }
            case LINUX_COOKED_V1 ->
                    left < 16
                            ? unowned(O_CUT_LINK)
                            : payload(
                                    bytes,
                                    at + 16,
                                    left - 16,
                                    bytes.get(SHORT, at + 14) & 0xFFFF,
                                    out,
                                    i);
            case LINUX_COOKED_V2 ->
                    left < 20
                            ? unowned(O_CUT_LINK)
                            : payload(
                                    bytes,
                                    at + 20,
                                    left - 20,
                                    bytes.get(SHORT, at) & 0xFFFF,
                                    out,
                                    i);
        };
    }

    /// Walks VLAN tags (802.1Q, 802.1ad and the older 0x9100 kin), MPLS labels and PPPoE session headers to IP.
    private byte payload(MemorySegment bytes, long at, int left, int type, Headers out, int i) {
        for (int step = 0; step < MAX_LINK_STEPS; step++) {
            switch (type) {
                case 0x0800, 0x86DD -> {
                    return ip(bytes, at, left, out, i);
                }
                case 0x8100, 0x88A8, 0x9100, 0x9200, 0x9300 -> {
                    if (left < 4) {
                        return unowned(O_CUT_LINK);
                    }
                    type = bytes.get(SHORT, at + 2) & 0xFFFF;
                    at += 4;
                    left -= 4;
                }
                case 0x8847, 0x8848 -> {
                    boolean bottom = false;
                    for (int label = 0; label < MAX_LINK_STEPS && !bottom; label++) {
                        if (left < 4) {
                            return unowned(O_CUT_LINK);
                        }
                        bottom = (bytes.get(ValueLayout.JAVA_BYTE, at + 2) & 1) != 0;
                        at += 4;
                        left -= 4;
                    }
                    return bottom ? afterLabels(bytes, at, left, out, i) : unowned(O_NOT_IP);
                }
                case 0x8864 -> {
                    if (left < 8) {
                        return unowned(O_CUT_LINK);
                    }
                    int ppp = bytes.get(SHORT, at + 6) & 0xFFFF;
                    at += 8;
                    left -= 8;
                    type = ppp == 0x0021 ? 0x0800 : ppp == 0x0057 ? 0x86DD : 0;
                }
                default -> {
                    return unowned(O_NOT_IP);
                }
            }
        }
        return unowned(O_NOT_IP);
    }

    /// Below the last MPLS label nothing names the protocol: a nibble of 4 or 6 is IP, and a zero word may be a
    /// pseudowire's control word before an Ethernet frame (RFC 4385, RFC 4448).
    private byte afterLabels(MemorySegment bytes, long at, int left, Headers out, int i) {
        if (left < 1) {
            return unowned(O_CUT_IP);
        }
        int nibble = bytes.get(ValueLayout.JAVA_BYTE, at) >> 4 & 15;
        if (nibble == 4 || nibble == 6) {
            return ip(bytes, at, left, out, i);
        }
        if (nibble == 0 && left >= 18) {
            int type = bytes.get(SHORT, at + 16) & 0xFFFF;
            if (type == 0x0800 || type == 0x86DD) {
                return ip(bytes, at + 18, left - 18, out, i);
            }
        }
        return unowned(O_NOT_IP);
    }

    private byte ip(MemorySegment bytes, long at, int left, Headers out, int i) {
        if (left < 1) {
            return unowned(O_CUT_IP);
        }
        return switch (bytes.get(ValueLayout.JAVA_BYTE, at) >> 4 & 15) {
            case 4 -> left < 20 ? unowned(O_CUT_IP) : ipv4(bytes, at, left, out, i);
            case 6 -> left < 40 ? unowned(O_CUT_IP) : ipv6(bytes, at, left, out, i);
            default -> unowned(O_BAD_IP);
        };
    }

    /// ```
    /// 0  version 4 bits, header length in words 4 bits     8  time to live
    /// 1  service                                           9  protocol
    /// 2  total length                                     10  checksum (not verified)
    /// 4  identification                                   12  source
    /// 6  flags 3 bits, fragment offset 13 bits            16  destination
    /// ```
    private byte ipv4(MemorySegment bytes, long at, int left, Headers out, int i) {
        int source = bytes.get(INT, at + 12);
        long key = source & 0xFFFFFFFFL;
        if (shards > 1 && !mine(key)) {
            return Headers.NOT_MINE;
        }
        int word = bytes.get(INT, at);
        int header = (word >>> 24 & 15) * 4;
        int total = word & 0xFFFF;
        if (header < 20) {
            return O_BAD_IP;
        }
        if (total == 0) {
            // A sending host's own capture before segmentation offload (TSO) leaves the length
            // zero.
            total = left;
        }
        if (total < header) {
            return O_BAD_IP;
        }
        if (left < header) {
            return O_CUT_IP;
        }
        int fragment = bytes.get(SHORT, at + 6);
        int protocol = bytes.get(ValueLayout.JAVA_BYTE, at + 9) & 0xFF;
        int destination = bytes.get(INT, at + 16);
        out.source[i] = key;
        out.target[i] = Distinct.coupon(destination);
        out.length[i] = total;
        out.ttl[i] = bytes.get(ValueLayout.JAVA_BYTE, at + 8);
        out.syn[i] = 0;
        out.shape[i] = SynShapes.NONE;
        int ipId = bytes.get(SHORT, at + 4) & 0xFFFF;
        out.marks[i] = (byte) (ipId == 54321 ? Headers.ZMAP : 0);
        if ((fragment & 0x1FFF) != 0) {
            return O_LATER;
        }
        int inside = Math.min(left, total) - header;
        long from = at + header;
        return switch (protocol) {
            case 6 -> {
                if (inside < 20) {
                    yield O_CUT_TRANSPORT;
                }
                byte outcome = tcp(bytes, from, inside, out, i);
                if (out.syn[i] != 0) {
                    out.marks[i] |=
                            (byte)
                                    synMarks(
                                            bytes,
                                            from,
                                            inside,
                                            destination,
                                            ipId,
                                            out.ttl[i] & 0xFF);
                }
                yield outcome;
            }
            case 17 -> udp(bytes, from, inside, out, i);
            case 1 -> icmp(bytes, from, inside, ICMP, out, i);
            default -> {
                out.port[i] = OTHER | protocol;
                yield O_OTHER;
            }
        };
    }

    private byte ipv6(MemorySegment bytes, long at, int left, Headers out, int i) {
        long high = bytes.get(LONG, at + 8);
        long low = bytes.get(LONG, at + 16);
        if (shards > 1 && !mine(high * 31 + low)) {
            return Headers.NOT_MINE;
        }
        int payload = bytes.get(SHORT, at + 4) & 0xFFFF;
        int next = bytes.get(ValueLayout.JAVA_BYTE, at + 6) & 0xFF;
        out.source[i] = Headers.V6;
        out.high[i] = high;
        out.low[i] = low;
        out.target[i] = Distinct.coupon(bytes.get(LONG, at + 24), bytes.get(LONG, at + 32));
        out.length[i] = 40 + payload;
        out.ttl[i] = bytes.get(ValueLayout.JAVA_BYTE, at + 7);
        out.syn[i] = 0;
        out.shape[i] = SynShapes.NONE;
        out.marks[i] = 0;
        long from = at + 40;
        // A payload length of zero announces a jumbogram (RFC 2675) or offload: the captured bytes
        // decide.
        int inside = payload == 0 ? left - 40 : Math.min(left - 40, payload);
        for (int step = 0; step <= MAX_EXTENSIONS; step++) {
            switch (next) {
                case 6 -> {
                    return inside < 20 ? O_CUT_TRANSPORT : tcp(bytes, from, inside, out, i);
                }
                case 17 -> {
                    return udp(bytes, from, inside, out, i);
                }
                case 58 -> {
                    return icmp(bytes, from, inside, ICMP6, out, i);
                }
                case 0, 43, 60, 135, 139, 140, 51, 44 -> {
                    if (inside < 8) {
                        return O_CUT_IP;
                    }
                    int length =
                            switch (next) {
                                case 44 -> 8;
                                case 51 ->
                                        ((bytes.get(ValueLayout.JAVA_BYTE, from + 1) & 0xFF) + 2)
                                                * 4;
                                default ->
                                        ((bytes.get(ValueLayout.JAVA_BYTE, from + 1) & 0xFF) + 1)
                                                * 8;
                            };
                    if (next == 44 && (bytes.get(SHORT, from + 2) & 0xFFF8) != 0) {
                        return O_LATER;
                    }
                    next = bytes.get(ValueLayout.JAVA_BYTE, from) & 0xFF;
                    if (inside < length) {
                        return O_CUT_IP;
                    }
                    from += length;
                    inside -= length;
                }
                default -> {
                    out.port[i] = OTHER | next;
                    return O_OTHER;
                }
            }
        }
        return O_BAD_IP;
    }

    private byte tcp(MemorySegment bytes, long at, int inside, Headers out, int i) {
        int word = bytes.get(SHORT, at + 12);
        int ports = bytes.get(INT, at);
        out.port[i] = TCP | ports & 0xFFFF;
        out.service[i] = TCP | ports >>> 16;
        if ((word >> 12 & 15) < 5) {
            return O_BAD_TRANSPORT;
        }
        boolean syn = (word & 2) != 0;
        boolean ack = (word & 16) != 0;
        boolean reset = (word & 4) != 0;
        if ((!syn || ack || (word >> 12 & 15) * 4 < inside)
                && (telnet(ports & 0xFFFF) || telnet(ports >>> 16))) {
            talk++;
        }
        if (syn && !ack) {
            out.syn[i] = 1;
            out.shape[i] = (short) shapes.code(shape(bytes, at, inside, word >> 12 & 15));
            return O_SCAN;
        }
        return syn || reset ? O_BACKSCATTER : O_OTHER;
    }

    /// The key of [SynShapes]: window, then the options' kinds. What is cut off or malformed ends the list.
    private static long shape(MemorySegment bytes, long at, int inside, int words) {
        long key = (long) SynShapes.window(bytes.get(SHORT, at + 14) & 0xFFFF) << 48;
        long end = at + Math.min(inside, words * 4);
        long option = at + 20;
        for (int shift = 44; shift >= 0 && option < end; shift -= 4) {
            int kind = bytes.get(ValueLayout.JAVA_BYTE, option) & 0xFF;
            key |= (long) SynShapes.nibble(kind) << shift;
            if (kind == 0) {
                break;
            }
            if (kind == 1) {
                option++;
            } else {
                int length =
                        option + 1 < end ? bytes.get(ValueLayout.JAVA_BYTE, option + 1) & 0xFF : 0;
                if (length < 2) {
                    break;
                }
                option += length;
            }
        }
        return key;
    }

    /// Mirai, Masscan and the shape of ZMap since 4.1.0 in a SYN; field facts §3.
    private static int synMarks(
            MemorySegment bytes, long at, int inside, int destination, int ipId, int ttl) {
        int sequence = bytes.get(INT, at + 4);
        int port = bytes.get(SHORT, at + 2) & 0xFFFF;
        int marks = sequence == destination ? Headers.MIRAI : 0;
        if (((destination ^ port ^ sequence) & 0xFFFF) == ipId) {
            marks |= Headers.MASSCAN;
        }
        // 40 bytes of header: MSS (any value), NOP, WS 8, NOP, NOP, SACK permitted would be 32;
        // window 65535.
        if (ttl > 200 && inside >= 32 && bytes.get(INT, at + 12) == 0x8002FFFF) {
            boolean options =
                    bytes.get(SHORT, at + 20) == 0x0204
                            && bytes.get(INT, at + 24) == 0x01030308
                            && bytes.get(INT, at + 28) == 0x01010402;
            marks |= options ? Headers.ZMAP_4 : 0;
        }
        return marks;
    }

    private static byte udp(MemorySegment bytes, long at, int inside, Headers out, int i) {
        if (inside < 8) {
            return O_CUT_TRANSPORT;
        }
        int ports = bytes.get(INT, at);
        int from = ports >>> 16;
        int to = ports & 0xFFFF;
        out.port[i] = UDP | to;
        out.service[i] = UDP | from;
        int stated = bytes.get(SHORT, at + 4) & 0xFFFF;
        if (stated < 8 && stated != 0) {
            return O_BAD_TRANSPORT;
        }
        return answersFrom(from) && to >= 1024 && to != from ? O_BACKSCATTER : O_UDP;
    }

    /// UDP services whose answers reach a telescope when somebody spoofs its addresses at them: quote of the day,
    /// character generator, DNS, TFTP, portmapper, NTP, NetBIOS, SNMP, CLDAP, SSDP, WS-Discovery, mDNS, memcached.
    private static boolean answersFrom(int port) {
        return switch (port) {
            case 17, 19, 53, 69, 111, 123, 137, 161, 389, 1900, 3702, 5353, 11211 -> true;
            default -> false;
        };
    }

    private static byte icmp(
            MemorySegment bytes, long at, int inside, int protocol, Headers out, int i) {
        if (inside < 4) {
            return O_CUT_TRANSPORT;
        }
        int typeAndCode = bytes.get(SHORT, at) & 0xFFFF;
        int type = typeAndCode >>> 8;
        out.port[i] = protocol | typeAndCode;
        out.service[i] = protocol | typeAndCode;
        if (protocol == ICMP) {
            return type == 8
                    ? O_ECHO
                    : type < 32 && (ICMP_REPLIES >>> type & 1) != 0 ? O_BACKSCATTER : O_OTHER;
        }
        return type == 128
                ? O_ECHO
                : type >= 1 && type <= 4 || type == 129 ? O_BACKSCATTER : O_OTHER;
    }
}

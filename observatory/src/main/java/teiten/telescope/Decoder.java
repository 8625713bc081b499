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
/// trap 6). Headers are read eight bytes at a time, because each read of a mapped file pays for its checks.
///
/// Each packet goes into the share of the worker that owns its source, so that all state of a source has one owner;
/// packets without a source go to worker 0. One thread uses a decoder.
public final class Decoder {
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

    private static final int O_SCAN = Outcome.SCAN.ordinal();
    private static final int O_BACKSCATTER = Outcome.BACKSCATTER.ordinal();
    private static final int O_ECHO = Outcome.ICMP_ECHO.ordinal();
    private static final int O_UDP = Outcome.UDP.ordinal();
    private static final int O_OTHER = Outcome.OTHER.ordinal();
    private static final int O_UNKNOWN_LINK = Outcome.UNKNOWN_LINK.ordinal();
    private static final int O_CUT_IP = Outcome.CUT_IP.ordinal();
    private static final int O_BAD_IP = Outcome.BAD_IP.ordinal();
    private static final int O_LATER = Outcome.LATER_FRAGMENT.ordinal();
    private static final int O_CUT_TRANSPORT = Outcome.CUT_TRANSPORT.ordinal();
    private static final int O_BAD_TRANSPORT = Outcome.BAD_TRANSPORT.ordinal();

    /// IPv6 extension headers that are walked at most; a longer chain is a bad header.
    private static final int MAX_EXTENSIONS = 8;

    /// ICMP types that a DoS victim's side sends: 0, 3, 4, 5, 11, 12, 14, 16, 18; CAIDA corsaro3.
    private static final int ICMP_REPLIES =
            1 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 11 | 1 << 12 | 1 << 14 | 1 << 16 | 1 << 18;

    private static final long LAST_TIME = 0xFFFFFFFFL * 1_000_000_000L;

    private final int workers;
    private final long seed;
    private SynShapes shapes = new SynShapes();
    private final OptionLayouts layouts = new OptionLayouts();
    private long talk;

    // What a transport header says beside its outcome.
    private int port;
    private int service;
    private int evidence;

    /// @param workers that share the sources
    /// @param seed the same for all decoders of a run
    public Decoder(int workers, long seed) {
        this.workers = workers;
        this.seed = seed;
    }

    /// The clock that the batch leaves to the next: the time of its last packet that states one.
    public static long clock(Batch batch, long before) {
        for (int i = batch.size - 1; i >= 0; i--) {
            long time = batch.time[i];
            if (time >= 0 && time <= LAST_TIME) {
                return time;
            }
        }
        return before;
    }

    /// Reads a whole batch.
    ///
    /// @param clock the time of packets that carry none and come before any that does: what [#clock] said of the batch
    ///     before
    public void decode(Batch batch, long clock, Decoded into) {
        into.clear();
        talk = 0;
        MemorySegment bytes = batch.bytes;
        Headers[] shares = into.shares;
        long now = clock;
        for (int i = 0; i < batch.size; i++) {
            long time = batch.time[i];
            if (time >= 0 && time <= LAST_TIME) {
                now = time;
            } else {
                time = time == Batch.NO_TIME ? now : -1;
            }
            long at = batch.offset[i];
            int left = batch.captured[i];
            int link = batch.link[i];
            // The common case first: an Ethernet frame with a plain IPv4 header, told by one
            // comparison.
            if (link == 0 && left >= 34 && (bytes.get(INT, at + 12) & 0xFFFFFF00) == 0x08004500) {
                ipv4(bytes, at + 14, left - 14, time, shares);
            } else {
                any(bytes, at, left, link, time, shares);
            }
        }
        into.talk = talk;
    }

    private void any(
            MemorySegment bytes, long at, int left, int link, long time, Headers[] shares) {
        if (link < 0) {
            shares[0].add(O_UNKNOWN_LINK, time);
            return;
        }
        long ip = LinkLayer.ip(bytes, at, left, LINKS[link]);
        if (ip < 0) {
            shares[0].add(LinkLayer.outcome(ip), time);
            return;
        }
        int inside = left - (int) (ip - at);
        int version = inside < 1 ? -1 : bytes.get(ValueLayout.JAVA_BYTE, ip) >> 4 & 15;
        if (version == 4 && inside >= 20) {
            ipv4(bytes, ip, inside, time, shares);
        } else if (version == 6 && inside >= 40) {
            ipv6(bytes, ip, inside, time, shares);
        } else {
            boolean known = version == -1 || version == 4 || version == 6;
            shares[0].add(known ? O_CUT_IP : O_BAD_IP, time);
        }
    }

    private static boolean telnet(int port) {
        return port == 23 || port == 2323;
    }

    /// The shapes met since this was last asked.
    SynShapes takeShapes() {
        SynShapes taken = shapes;
        shapes = new SynShapes();
        return taken;
    }

    private Headers share(Headers[] shares, long key) {
        if (workers == 1) {
            return shares[0];
        }
        long h = (key ^ seed) * 0x9E3779B97F4A7C15L;
        return shares[(int) (((h ^ h >>> 29) & 0x7FFFFFFFL) * workers >>> 31)];
    }

    /// ```
    /// 0  version 4 bits, header length in words 4 bits     8  time to live
    /// 1  service                                           9  protocol
    /// 2  total length                                     10  checksum (not verified)
    /// 4  identification                                   12  source
    /// 6  flags 3 bits, fragment offset 13 bits            16  destination
    /// ```
    private void ipv4(MemorySegment bytes, long at, int left, long time, Headers[] shares) {
        long first = bytes.get(LONG, at);
        long second = bytes.get(LONG, at + 8);
        int destination = bytes.get(INT, at + 16);
        Headers out = share(shares, second & 0xFFFFFFFFL);
        int header = (int) (first >>> 56 & 15) * 4;
        int total = (int) (first >>> 32) & 0xFFFF;
        if (total == 0) {
            // A sending host's own capture before segmentation offload (TSO) leaves the length
            // zero.
            total = left;
        }
        if (header < 20 || total < header || left < header || (first & 0x1FFF) != 0) {
            boolean bad = header < 20 || total < header;
            out.add(bad ? O_BAD_IP : left < header ? O_CUT_IP : O_LATER, time);
            return;
        }
        int inside = Math.min(left, total) - header;
        int protocol = (int) (second >>> 48) & 0xFF;
        int ipId = (int) (first >>> 16) & 0xFFFF;
        int ttl = (int) (second >>> 56);
        int marks = ipId == 54321 ? Headers.ZMAP : 0;
        long transport = at + header;
        int outcome;
        if (protocol == 6) {
            outcome = inside < 20 ? O_CUT_TRANSPORT : tcp(bytes, transport, inside);
            if (outcome == O_SCAN) {
                marks |= synMarks(bytes, transport, inside, destination, ipId, ttl);
            }
        } else {
            outcome = other(bytes, transport, inside, protocol);
        }
        if (outcome > O_OTHER) {
            out.add(outcome, time);
            return;
        }
        out.add(
                second << 32 | destination & 0xFFFFFFFFL,
                time,
                port,
                note(outcome, protocol == 6, total, marks),
                rest(ttl, marks));
    }

    private int other(MemorySegment bytes, long at, int inside, int protocol) {
        return switch (protocol) {
            case 17 -> udp(bytes, at, inside);
            case 1 -> icmp(bytes, at, inside, ICMP);
            default -> unknown(protocol);
        };
    }

    private int unknown(int protocol) {
        port = OTHER | protocol;
        service = 0;
        evidence = SynShapes.NONE;
        return O_OTHER;
    }

    /// See [Headers]. Every TCP packet that scans is a SYN without ACK; an answer that happens to bear a scanner's number is
    /// no scan.
    private static int note(int outcome, boolean tcp, int length, int marks) {
        int syn = outcome == O_SCAN ? 1 : 0;
        int backscatter = outcome == O_BACKSCATTER ? 1 : 0;
        int access = tcp ? syn : 1 - backscatter;
        return Math.min(length, Headers.LENGTH)
                | syn << Headers.SYN
                | backscatter << Headers.BACKSCATTER
                | access << Headers.ACCESS
                | (marks & -access) << Headers.MARKS
                | outcome << Headers.OUTCOME;
    }

    private long rest(int ttl, int marks) {
        return (long) service << Headers.SERVICE
                | (long) ttl << Headers.TTL
                | (evidence | marks << 16) & 0xFFFFFFFFL;
    }

    private void ipv6(MemorySegment bytes, long at, int left, long time, Headers[] shares) {
        long high = bytes.get(LONG, at + 8);
        long low = bytes.get(LONG, at + 16);
        Headers out = share(shares, high * 31 + low);
        int payload = bytes.get(SHORT, at + 4) & 0xFFFF;
        int ttl = bytes.get(ValueLayout.JAVA_BYTE, at + 7) & 0xFF;
        // A payload length of zero announces a jumbogram (RFC 2675) or offload: the captured bytes
        // decide.
        int inside = payload == 0 ? left - 40 : Math.min(left - 40, payload);
        int next = bytes.get(ValueLayout.JAVA_BYTE, at + 6) & 0xFF;
        int outcome = transport6(bytes, at + 40, inside, next);
        if (outcome > O_OTHER) {
            out.add(outcome, time);
            return;
        }
        out.addSix(
                high,
                low,
                bytes.get(LONG, at + 24),
                bytes.get(LONG, at + 32),
                time,
                port,
                note(outcome, port >>> 16 == TCP >>> 16, 40 + payload, 0),
                rest(ttl, 0));
    }

    private int transport6(MemorySegment bytes, long at, int left, int first) {
        long from = at;
        int inside = left;
        int next = first;
        for (int step = 0; step <= MAX_EXTENSIONS; step++) {
            switch (next) {
                case 6 -> {
                    return inside < 20 ? O_CUT_TRANSPORT : tcp(bytes, from, inside);
                }
                case 17 -> {
                    return udp(bytes, from, inside);
                }
                case 58 -> {
                    return icmp(bytes, from, inside, ICMP6);
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
                    return unknown(next);
                }
            }
        }
        return O_BAD_IP;
    }

    private int tcp(MemorySegment bytes, long at, int inside) {
        long last = bytes.get(LONG, at + 12);
        int ports = bytes.get(INT, at);
        int words = (int) (last >>> 60);
        if (words < 5) {
            return O_BAD_TRANSPORT;
        }
        port = TCP | ports & 0xFFFF;
        service = TCP | ports >>> 16;
        int flags = (int) (last >>> 48) & 0xFF;
        if (words * 4 < inside && (telnet(ports & 0xFFFF) || telnet(ports >>> 16))) {
            talk++;
        }
        if ((flags & 18) == 2) {
            int options = words * 4 - 20;
            long kinds = layouts.kinds(bytes, at + 20, options, Math.min(inside - 20, options));
            long window = SynShapes.window((int) (last >>> 32) & 0xFFFF);
            evidence = flags << 24 | shapes.code(window << 48 | kinds);
            return O_SCAN;
        }
        evidence = flags << 24 | SynShapes.NONE;
        return (flags & 6) != 0 ? O_BACKSCATTER : O_OTHER;
    }

    /// Mirai, Masscan and the shape of ZMap since 4.1.0 in a SYN; field facts §3.
    private static int synMarks(
            MemorySegment bytes, long at, int inside, int destination, int ipId, int ttl) {
        long first = bytes.get(LONG, at);
        int sequence = (int) first;
        int port = (int) (first >>> 32) & 0xFFFF;
        int marks = sequence == destination ? Headers.MIRAI : 0;
        marks |= ((destination ^ port ^ sequence) & 0xFFFF) == ipId ? Headers.MASSCAN : 0;
        // 32 bytes of header: MSS (any value), NOP, WS 8, NOP, NOP, SACK permitted; window 65535.
        if (ttl > 200 && inside >= 32 && bytes.get(INT, at + 12) == 0x8002FFFF) {
            boolean options =
                    bytes.get(SHORT, at + 20) == 0x0204
                            && bytes.get(INT, at + 24) == 0x01030308
                            && bytes.get(INT, at + 28) == 0x01010402;
            marks |= options ? Headers.ZMAP_4 : 0;
        }
        return marks;
    }

    private int udp(MemorySegment bytes, long at, int inside) {
        if (inside < 8) {
            return O_CUT_TRANSPORT;
        }
        int ports = bytes.get(INT, at);
        int from = ports >>> 16;
        int to = ports & 0xFFFF;
        int stated = bytes.get(SHORT, at + 4) & 0xFFFF;
        if (stated < 8 && stated != 0) {
            return O_BAD_TRANSPORT;
        }
        port = UDP | to;
        service = UDP | from;
        evidence = SynShapes.NONE;
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

    private int icmp(MemorySegment bytes, long at, int inside, int protocol) {
        if (inside < 4) {
            return O_CUT_TRANSPORT;
        }
        int typeAndCode = bytes.get(SHORT, at) & 0xFFFF;
        int type = typeAndCode >>> 8;
        port = protocol | typeAndCode;
        service = protocol | typeAndCode;
        evidence = SynShapes.NONE;
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

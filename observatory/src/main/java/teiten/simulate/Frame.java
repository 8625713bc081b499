package teiten.simulate;

import java.util.Arrays;

/// Hot lane. One Ethernet frame under construction, with right lengths and checksums (RFC 1071), padded to the 60 bytes
/// that Ethernet needs.
///
/// ```
///  0 destination MAC   14 IPv4: version, header length   34 TCP, UDP or ICMP
///  6 source MAC        16   total length                 (54 with IPv6)
/// 12 ethertype         18   identification
///                      22   TTL, protocol, checksum
///                      26   source, destination
/// ```
final class Frame {
    static final int IP = 14;
    private static final int MINIMUM = 60;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int ICMP6 = 58;

    // Locally administered addresses: no maker's.
    private static final byte[] MACS = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};

    final byte[] bytes = new byte[1514];

    /// Room for options and quoted headers that are put together packet by packet.
    final byte[] options = new byte[20];

    final byte[] quote = new byte[28];

    /// Bytes of the frame, padding included.
    int length;

    /// The TTL with which the packet left its source.
    int initialTtl;

    private int transport;
    private int protocol;
    private boolean v6;

    /// Begins an IPv4 packet.
    ///
    /// @param dontFragment as stacks set it; raw-socket tools mostly leave it
    Frame ipv4(int source, int target, int initialTtl, int hops, int id, boolean dontFragment) {
        Arrays.fill(bytes, 0, MINIMUM, (byte) 0);
        System.arraycopy(MACS, 0, bytes, 0, 12);
        put16(12, 0x0800);
        bytes[IP] = 0x45;
        put16(IP + 4, id);
        put16(IP + 6, dontFragment ? 0x4000 : 0);
        bytes[IP + 8] = (byte) (initialTtl - hops);
        put32(IP + 12, source);
        put32(IP + 16, target);
        this.initialTtl = initialTtl;
        transport = IP + 20;
        v6 = false;
        return this;
    }

    /// Begins an IPv6 packet.
    Frame ipv6(
            long sourceHigh, long sourceLow, long targetHigh, long targetLow, int ttl, int hops) {
        Arrays.fill(bytes, 0, MINIMUM, (byte) 0);
        System.arraycopy(MACS, 0, bytes, 0, 12);
        put16(12, 0x86DD);
        bytes[IP] = 0x60;
        bytes[IP + 7] = (byte) (ttl - hops);
        put64(IP + 8, sourceHigh);
        put64(IP + 16, sourceLow);
        put64(IP + 24, targetHigh);
        put64(IP + 32, targetLow);
        initialTtl = ttl;
        transport = IP + 40;
        v6 = true;
        return this;
    }

    /// Ends the frame with a TCP header without data.
    ///
    /// @param options their length is a multiple of 4
    void tcp(int from, int to, int sequence, int ack, int flags, int window, byte[] options) {
        int at = transport;
        put16(at, from);
        put16(at + 2, to);
        put32(at + 4, sequence);
        put32(at + 8, ack);
        bytes[at + 12] = (byte) ((5 + options.length / 4) << 4);
        bytes[at + 13] = (byte) flags;
        put16(at + 14, window);
        put32(at + 16, 0);
        System.arraycopy(options, 0, bytes, at + 20, options.length);
        finish(TCP, 20 + options.length, 16);
    }

    void udp(int from, int to, byte[] payload) {
        int at = transport;
        put16(at, from);
        put16(at + 2, to);
        put16(at + 4, 8 + payload.length);
        put16(at + 6, 0);
        System.arraycopy(payload, 0, bytes, at + 8, payload.length);
        finish(UDP, 8 + payload.length, 6);
    }

    /// ICMP or ICMPv6, by the IP version begun.
    void icmp(int type, int code, int rest, byte[] payload) {
        int at = transport;
        bytes[at] = (byte) type;
        bytes[at + 1] = (byte) code;
        put16(at + 2, 0);
        put32(at + 4, rest);
        System.arraycopy(payload, 0, bytes, at + 8, payload.length);
        finish(v6 ? ICMP6 : ICMP, 8 + payload.length, 2);
    }

    private void finish(int protocol, int inside, int checksumAt) {
        this.protocol = protocol;
        int at = transport;
        int sum;
        if (v6) {
            put16(IP + 4, inside);
            bytes[IP + 6] = (byte) protocol;
            sum = sum(IP + 8, 32) + protocol + inside;
        } else {
            put16(IP + 2, 20 + inside);
            bytes[IP + 9] = (byte) protocol;
            put16(IP + 10, 0);
            put16(IP + 10, fold(sum(IP, 20)));
            sum = protocol == ICMP ? 0 : sum(IP + 12, 8) + protocol + inside;
        }
        int checksum = fold(sum + sum(at, inside));
        // A UDP checksum of zero would mean "none" (RFC 768).
        put16(at + checksumAt, protocol == UDP && checksum == 0 ? 0xFFFF : checksum);
        int end = at + inside;
        if (end < MINIMUM) {
            Arrays.fill(bytes, end, MINIMUM, (byte) 0);
        }
        length = Math.max(MINIMUM, end);
    }

    boolean isV6() {
        return v6;
    }

    boolean isTcp() {
        return protocol == TCP;
    }

    boolean isUdp() {
        return protocol == UDP;
    }

    /// Offset of the TCP, UDP or ICMP header.
    int transport() {
        return transport;
    }

    int get8(int at) {
        return bytes[at] & 0xFF;
    }

    int get16(int at) {
        return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
    }

    int get32(int at) {
        return (get16(at) << 16) | get16(at + 2);
    }

    private void put16(int at, int value) {
        bytes[at] = (byte) (value >>> 8);
        bytes[at + 1] = (byte) value;
    }

    private void put32(int at, int value) {
        put16(at, value >>> 16);
        put16(at + 2, value);
    }

    private void put64(int at, long value) {
        put32(at, (int) (value >>> 32));
        put32(at + 4, (int) value);
    }

    private int sum(int at, int length) {
        int sum = 0;
        int even = length & ~1;
        for (int i = 0; i < even; i += 2) {
            sum += get16(at + i);
        }
        return even < length ? sum + (get8(at + even) << 8) : sum;
    }

    private static int fold(int sum) {
        int s = (sum & 0xFFFF) + (sum >>> 16);
        return ~(s + (s >>> 16)) & 0xFFFF;
    }
}

package teiten.simulate;

import teiten.net.Protocol;

/// Hot lane. One planned packet in hand; the same object is refilled for each.
final class Row {
    static final int TCP = Protocol.TCP.ordinal() << 16;
    static final int UDP = Protocol.UDP.ordinal() << 16;
    static final int ICMP = Protocol.ICMP.ordinal() << 16;
    static final int ICMP6 = Protocol.ICMP6.ordinal() << 16;

    /// IPv4 address, or a host number within the IPv6 range for senders that speak IPv6.
    int source;

    int target;

    /// As [teiten.net.Port#code()].
    int port;

    /// Hash that makes a device itself: its kernel, its distance, its habits. Constant as long as the device keeps its
    /// address.
    long device;

    /// Hash of the visit that the packet belongs to: what a tool keeps constant during one scan.
    long visit;

    int number() {
        return port & 0xFFFF;
    }

    boolean isTcp() {
        return port >>> 16 == 0;
    }

    /// Routers between the device and the sensor: 5 to 24.
    int hops() {
        return 5 + (int) (device >>> 48 & 0xFFFF) % 20;
    }
}

package teiten.telescope;

/// The one way in which each packet ends: used, with its class, or skipped, with the reason. The order is stored.
public enum Outcome {
    SCAN(PacketClass.SCAN.label(), true),
    BACKSCATTER(PacketClass.BACKSCATTER.label(), true),
    ICMP_ECHO(PacketClass.ICMP_ECHO.label(), true),
    UDP(PacketClass.UDP.label(), true),
    OTHER(PacketClass.OTHER.label(), true),
    /// ARP, spanning tree, IPX … : decoded as far as the link layer.
    NOT_IP("not_ip", false),
    /// The capture names a link type that is not understood.
    UNKNOWN_LINK("unknown_link_type", false),
    /// The captured bytes end inside the link-layer header.
    CUT_LINK("cut_in_link_header", false),
    /// The captured bytes end inside the IP header or its extensions.
    CUT_IP("cut_in_ip_header", false),
    /// Version, header length or total length of the IP header contradict each other.
    BAD_IP("bad_ip_header", false),
    /// A fragment that is not the first: it carries no ports.
    LATER_FRAGMENT("later_fragment", false),
    /// The captured bytes, or a first fragment, end inside the TCP, UDP or ICMP header.
    CUT_TRANSPORT("cut_in_transport_header", false),
    /// The TCP header's length or the UDP length is impossible.
    BAD_TRANSPORT("bad_transport_header", false),
    /// The timestamp is no time between 1970 and 2106.
    BAD_TIME("bad_time", false);

    private final String label;
    private final boolean used;

    Outcome(String label, boolean used) {
        this.label = label;
        this.used = used;
    }

    public String label() {
        return label;
    }

    /// True when the packet entered the figures.
    public boolean used() {
        return used;
    }
}

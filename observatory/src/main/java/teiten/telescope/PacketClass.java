package teiten.telescope;

/// What kind of traffic a packet is to a telescope. The ordinal is stored: append only.
public enum PacketClass {
    /// TCP with SYN and without ACK, RST: somebody tries to open a connection.
    SCAN("scan"),
    /// A DoS victim's reply to a spoofed packet: TCP SYN+ACK or RST; ICMP 0, 3, 4, 5, 11, 12, 14, 16, 18; UDP from a
    /// service port that answers; CAIDA corsaro3 `libcorsaro_filtering.c`.
    BACKSCATTER("backscatter"),
    /// ICMP or ICMPv6 echo request.
    ICMP_ECHO("icmp_echo"),
    /// UDP that is not backscatter.
    UDP("udp"),
    /// Everything else that was decoded.
    OTHER("other");

    private final String label;

    PacketClass(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}

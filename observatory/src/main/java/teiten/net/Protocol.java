package teiten.net;

/// The transport an access used, as the store keeps it. The ordinal is stored: append only.
public enum Protocol {
    TCP("tcp"),
    UDP("udp"),
    /// IPv4 ICMP; the "port" is type × 256 + code.
    ICMP("icmp"),
    /// ICMPv6; the "port" is type × 256 + code.
    ICMP6("icmp6"),
    /// Any other IP protocol; the "port" is the protocol number of IANA's list.
    OTHER("ip");

    private final String label;

    Protocol(String label) {
        this.label = label;
    }

    /// The lower-case word used in commands, JSON and addresses of pages.
    public String label() {
        return label;
    }
}

package teiten.capture;

/// The link-layer header types that are understood (numbers of the tcpdump group's registry).
public enum LinkType {
    ETHERNET,
    /// Starts with the IP header, version 4 or 6 told by its first nibble.
    RAW_IP,
    /// Four bytes of protocol family in the capturing host's byte order.
    BSD_NULL,
    /// Four bytes of protocol family in network byte order.
    BSD_LOOP,
    LINUX_COOKED_V1,
    LINUX_COOKED_V2
}

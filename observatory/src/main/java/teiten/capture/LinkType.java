package teiten.capture;

import org.jspecify.annotations.Nullable;

/// The link-layer header types that are understood. Captures name them by the numbers of the tcpdump group's registry
/// (<https://www.tcpdump.org/linktypes.html>); several numbers may mean the same layout.
public enum LinkType {
    ETHERNET(1),
    /// Starts with the IP header, version 4 or 6 told by its first nibble.
    RAW_IP(101),
    /// Four bytes of protocol family in the capturing host's byte order. A capture does not say that order reliably
    /// (files are converted and merged), so a decoder takes the family in whichever order makes it a small number:
    /// families are below 256, so only one order does.
    BSD_NULL(0),
    /// Four bytes of protocol family in network byte order.
    BSD_LOOP(108),
    LINUX_COOKED_V1(113),
    LINUX_COOKED_V2(276);

    private final int number;

    LinkType(int number) {
        this.number = number;
    }

    /// The LINKTYPE_ number to write into a capture.
    public int number() {
        return number;
    }

    /// The type that a LINKTYPE_ number of the registry names, or null when it is not understood.
    public static @Nullable LinkType of(int number) {
        return switch (number) {
            case 0 -> BSD_NULL;
            case 1 -> ETHERNET;
            // 101 is LINKTYPE_RAW; 12 and 14 are what hosts wrote that stored their own DLT_RAW;
            // 228 and 229 promise one version of IP, which the first nibble tells as well.
            case 12, 14, 101, 228, 229 -> RAW_IP;
            case 108 -> BSD_LOOP;
            case 113 -> LINUX_COOKED_V1;
            case 276 -> LINUX_COOKED_V2;
            default -> null;
        };
    }

    /// What stands in [Batch#link]: the ordinal, or -1 for a number that is not understood.
    static byte code(int number) {
        LinkType type = of(number);
        return type == null ? -1 : (byte) type.ordinal();
    }
}

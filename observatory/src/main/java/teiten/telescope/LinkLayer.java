package teiten.telescope;

import teiten.capture.LinkType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Hot lane. Finds the IP header behind the link layer: VLAN tags, MPLS labels and PPPoE session headers are walked.
final class LinkLayer {
    /// Tags, labels and PPPoE headers that are walked at most.
    private static final int MAX_LINK_STEPS = 8;

    private static final long NOT_IP = fail(Outcome.NOT_IP);
    private static final long CUT_LINK = fail(Outcome.CUT_LINK);
    private static final long CUT_IP = fail(Outcome.CUT_IP);

    private LinkLayer() {}

    private static long fail(Outcome outcome) {
        return -1L - outcome.ordinal();
    }

    /// The outcome of a packet in which no IP header was found.
    static int outcome(long found) {
        return (int) (-1 - found);
    }

    /// Where the IP packet begins, or, below zero, what [#outcome] explains.
    static long ip(MemorySegment bytes, long at, int left, LinkType link) {
        return switch (link) {
            case ETHERNET ->
                    left < 14
                            ? CUT_LINK
                            : payload(
                                    bytes,
                                    at + 14,
                                    left - 14,
                                    bytes.get(Decoder.SHORT, at + 12) & 0xFFFF);
            case RAW_IP -> at;
            case BSD_NULL, BSD_LOOP -> {
                if (left < 4) {
                    yield CUT_LINK;
                }
                // The family stands in the capturing host's byte order, which the file need not
                // share; some writers
                // put an Ethernet type into its last two bytes instead.
                int word = bytes.get(Decoder.INT, at);
                int type = word & 0xFFFF;
                int family = (word & 0xFFFF0000) != 0 ? Integer.reverseBytes(word) : word;
                boolean ip =
                        switch (family) {
                            case 2, 10, 24, 28, 30 -> true;
                            default -> type == 0x0800 || type == 0x86DD;
                        };
                yield ip ? at + 4 : NOT_IP;
            }
            case LINUX_COOKED_V1 ->
                    left < 16
                            ? CUT_LINK
                            : payload(
                                    bytes,
                                    at + 16,
                                    left - 16,
                                    bytes.get(Decoder.SHORT, at + 14) & 0xFFFF);
            case LINUX_COOKED_V2 ->
                    left < 20
                            ? CUT_LINK
                            : payload(
                                    bytes,
                                    at + 20,
                                    left - 20,
                                    bytes.get(Decoder.SHORT, at) & 0xFFFF);
        };
    }

    /// Walks VLAN tags (802.1Q, 802.1ad and the older 0x9100 kin), MPLS labels and PPPoE session headers to IP.
    private static long payload(MemorySegment bytes, long at, int left, int type) {
        for (int step = 0; step < MAX_LINK_STEPS; step++) {
            switch (type) {
                case 0x0800, 0x86DD -> {
                    return at;
                }
                case 0x8100, 0x88A8, 0x9100, 0x9200, 0x9300 -> {
                    if (left < 4) {
                        return CUT_LINK;
                    }
                    type = bytes.get(Decoder.SHORT, at + 2) & 0xFFFF;
                    at += 4;
                    left -= 4;
                }
                case 0x8847, 0x8848 -> {
                    boolean bottom = false;
                    for (int label = 0; label < MAX_LINK_STEPS && !bottom; label++) {
                        if (left < 4) {
                            return CUT_LINK;
                        }
                        bottom = (bytes.get(ValueLayout.JAVA_BYTE, at + 2) & 1) != 0;
                        at += 4;
                        left -= 4;
                    }
                    return bottom ? afterLabels(bytes, at, left) : NOT_IP;
                }
                case 0x8864 -> {
                    if (left < 8) {
                        return CUT_LINK;
                    }
                    int ppp = bytes.get(Decoder.SHORT, at + 6) & 0xFFFF;
                    at += 8;
                    left -= 8;
                    type = ppp == 0x0021 ? 0x0800 : ppp == 0x0057 ? 0x86DD : 0;
                }
                default -> {
                    return NOT_IP;
                }
            }
        }
        return NOT_IP;
    }

    /// Below the last MPLS label nothing names the protocol: a nibble of 4 or 6 is IP, and a zero word may be a
    /// pseudowire's control word before an Ethernet frame (RFC 4385, RFC 4448).
    private static long afterLabels(MemorySegment bytes, long at, int left) {
        if (left < 1) {
            return CUT_IP;
        }
        int nibble = bytes.get(ValueLayout.JAVA_BYTE, at) >> 4 & 15;
        if (nibble == 4 || nibble == 6) {
            return at;
        }
        if (nibble == 0 && left >= 18) {
            int type = bytes.get(Decoder.SHORT, at + 16) & 0xFFFF;
            if (type == 0x0800 || type == 0x86DD) {
                return at + 18;
            }
        }
        return NOT_IP;
    }
}

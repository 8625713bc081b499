package teiten.capture.live;

import teiten.OperatorMistake;

/// How an interface is captured from.
///
/// @param device its name, such as `eth0`
/// @param filter in the language of pcap-filter(7); empty for none
/// @param snaplen bytes kept of each packet, 64 to 262,144
/// @param bufferMib the kernel's ring between the network and us, in MiB: what it can hold while we store
/// @param promiscuous whether packets for other link-layer addresses are asked for too
/// @param outgoing whether packets that this machine sends are captured as well
public record LiveOptions(
        String device,
        String filter,
        int snaplen,
        int bufferMib,
        boolean promiscuous,
        boolean outgoing) {
    /// Every header that is decoded, its options and extensions included, lies in so many bytes.
    public static final int SNAPLEN = 256;

    public static final int BUFFER_MIB = 64;

    public LiveOptions {
        if (snaplen < 64 || snaplen > 262_144) {
            throw new OperatorMistake(
                    "the snapshot length " + snaplen + " is outside 64 to 262144 bytes");
        }
        if (bufferMib < 1 || bufferMib > 2_047) {
            throw new OperatorMistake("the buffer of " + bufferMib + " MiB is outside 1 to 2047");
        }
        if (filter.matches("(?s).*\\b(inbound|outbound)\\b.*")) {
            // libpcap itself filters the first block of the ring, and cannot tell the direction
            // there.
            throw new OperatorMistake(
                    "the filter \""
                            + filter
                            + "\" names a direction: only incoming packets are captured anyway,"
                            + " unless --outgoing is given");
        }
        if (!device.matches("[\\p{Graph}&&[^/]]{1,15}")) {
            throw new OperatorMistake(
                    "\"" + device.replaceAll("\\p{C}", "?") + "\" is no name of an interface");
        }
    }
}

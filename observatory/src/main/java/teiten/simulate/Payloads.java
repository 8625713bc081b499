package teiten.simulate;

import java.nio.charset.StandardCharsets;

/// The bytes that probes carry. All of them ask, none of them does anything.
final class Payloads {
    private static final byte[] EMPTY = {};

    /// Field facts §6: what scanners send to 53413/UDP to see whether a Netis router answers.
    private static final byte[] NETIS = {
        0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0x9E, 0x21, (byte) 0xBD, (byte) 0xAD
    };

    /// An NTP client's request for the time, version 3 (RFC 5905).
    private static final byte[] NTP = new byte[48];

    static {
        NTP[0] = 0x1B;
    }

    private static final byte[] SSDP =
            lines(
                    """
                    M-SEARCH * HTTP/1.1
                    HOST: 239.255.255.250:1900
                    MAN: "ssdp:discover"
                    MX: 1
                    ST: ssdp:all

                    """);

    private static final byte[] SIP =
            lines(
                    """
                    OPTIONS sip:100@192.0.2.1 SIP/2.0
                    Via: SIP/2.0/UDP 192.0.2.1:5060
                    CSeq: 1 OPTIONS
                    Content-Length: 0

                    """);

    private static final byte[] SYSLOG = ascii("<30>Jan  1 00:00:00 device daemon: interface up");

    static final byte[] PING_LINUX = counting(56);
    static final byte[] PING_WINDOWS = alphabet();

    private Payloads() {}

    /// What a probe to this UDP port carries; do not change the array.
    static byte[] probe(int port) {
        return switch (port) {
            case 53413 -> NETIS;
            case 123 -> NTP;
            case 1900 -> SSDP;
            case 5060 -> SIP;
            case 514 -> SYSLOG;
            default -> EMPTY;
        };
    }

    /// Lines that end as these protocols' do.
    private static byte[] lines(String text) {
        return ascii(text.replace("\n", "\r\n"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    private static byte[] alphabet() {
        byte[] bytes = new byte[32];
        for (int i = 0; i < 32; i++) {
            bytes[i] = (byte) ('a' + i % 23);
        }
        return bytes;
    }
}

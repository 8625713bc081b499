package teiten.net;

import java.util.Locale;

/// A destination as the field writes it: `23/tcp`, `53413/udp`, `8.0/icmp` (type.code), `47/ip` (IP protocol 47).
public record Port(Protocol protocol, int number) implements Comparable<Port> {
    public static final Port TELNET = new Port(Protocol.TCP, 23);

    public Port {
        if (number < 0 || number > 65535) {
            throw new IllegalArgumentException("port " + number + " is outside 0..65535");
        }
    }

    /// Protocol and number in one int, dense enough to index arrays: `protocol.ordinal() << 16 | number`.
    public int code() {
        return protocol.ordinal() << 16 | number;
    }

    public static Port ofCode(int code) {
        return new Port(Protocol.values()[code >>> 16], code & 0xFFFF);
    }

    /// Reads `23/tcp`, `tcp/23`, `23` (TCP is meant), `8.0/icmp`.
    ///
    /// @throws IllegalArgumentException with one sentence for the user when the text is no port
    public static Port parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        int slash = lower.indexOf('/');
        String left = slash < 0 ? lower : lower.substring(0, slash);
        String right = slash < 0 ? "tcp" : lower.substring(slash + 1);
        if (!left.isEmpty() && !Character.isDigit(left.charAt(0))) {
            String swap = left;
            left = right;
            right = swap;
        }
        for (Protocol protocol : Protocol.values()) {
            if (protocol.label().equals(right)) {
                return new Port(protocol, number(text, protocol, left));
            }
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" is no port: write it like 23/tcp, 53413/udp or 8.0/icmp");
    }

    private static int number(String text, Protocol protocol, String digits) {
        try {
            int dot = digits.indexOf('.');
            boolean dotted = dot >= 0 && (protocol == Protocol.ICMP || protocol == Protocol.ICMP6);
            int number =
                    dotted
                            ? Integer.parseInt(digits.substring(0, dot)) << 8
                                    | Integer.parseInt(digits.substring(dot + 1))
                            : Integer.parseInt(digits);
            if (number >= 0 && number <= 65535) {
                return number;
            }
        } catch (NumberFormatException _) {
            // falls through to the sentence below
        }
        throw new IllegalArgumentException(
                "\""
                        + text
                        + "\" is no port: the number must lie between 0 and 65535, like 23/tcp");
    }

    @Override
    public int compareTo(Port other) {
        return Integer.compare(code(), other.code());
    }

    @Override
    public String toString() {
        boolean typed = protocol == Protocol.ICMP || protocol == Protocol.ICMP6;
        return (typed ? (number >> 8) + "." + (number & 0xFF) : Integer.toString(number))
                + "/"
                + protocol.label();
    }
}

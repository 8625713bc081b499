package teiten.net;

import org.jspecify.annotations.Nullable;

/// An IPv4 or IPv6 address as two longs. IPv4 stands as `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2), so one order and one
/// stored width serve both; it is always written as `a.b.c.d`.
public record IpAddress(long high, long low) implements Comparable<IpAddress> {
    private static final long V4_PREFIX = 0xFFFFL << 32;

    public static IpAddress v4(int address) {
        return new IpAddress(0, V4_PREFIX | (address & 0xFFFFFFFFL));
    }

    public boolean isV4() {
        return high == 0 && (low & 0xFFFFFFFF_00000000L) == V4_PREFIX;
    }

    /// The 32 bits of an IPv4 address in network order.
    public int v4Bits() {
        return (int) low;
    }

    /// Reads dotted IPv4 or RFC 4291 IPv6 text. Never asks a name server.
    ///
    /// @throws IllegalArgumentException with one sentence for the user when the text is no address
    public static IpAddress parse(String text) {
        IpAddress address = text.indexOf(':') >= 0 ? parseV6(text) : parseV4(text);
        if (address == null) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no IP address: write it like 192.0.2.1 or 2001:db8::1");
        }
        return address;
    }

    private static @Nullable IpAddress parseV4(String text) {
        int bits = 0;
        int octets = 0;
        int value = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (value < 0 || ++octets > 4) {
                    return null;
                }
                bits = bits << 8 | value;
                value = -1;
            } else if (c >= '0' && c <= '9') {
                value = (value < 0 ? 0 : value * 10) + (c - '0');
                if (value > 255) {
                    return null;
                }
            } else {
                return null;
            }
        }
        return octets == 4 ? v4(bits) : null;
    }

    private static @Nullable IpAddress parseV6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return null;
        }
        int[] words = new int[8];
        int front = words(gap >= 0 ? text.substring(0, gap) : text, words, 0);
        if (front < 0) {
            return null;
        }
        if (gap < 0) {
            return front == 8 ? of(words) : null;
        }
        int[] tail = new int[8];
        int back = words(text.substring(gap + 2), tail, 0);
        if (back < 0 || front + back > 7) {
            return null;
        }
        System.arraycopy(tail, 0, words, 8 - back, back);
        return of(words);
    }

    private static int words(String text, int[] into, int from) {
        if (text.isEmpty()) {
            return 0;
        }
        int n = from;
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (i == parts.length - 1 && part.indexOf('.') >= 0) {
                IpAddress v4 = parseV4(part);
                if (v4 == null || n + 2 > 8) {
                    return -1;
                }
                into[n++] = v4.v4Bits() >>> 16;
                into[n++] = v4.v4Bits() & 0xFFFF;
            } else {
                if (part.isEmpty() || part.length() > 4 || n >= 8) {
                    return -1;
                }
                int word = 0;
                for (int k = 0; k < part.length(); k++) {
                    int digit = Character.digit(part.charAt(k), 16);
                    if (digit < 0 || part.charAt(k) > 'f') {
                        return -1;
                    }
                    word = word << 4 | digit;
                }
                into[n++] = word;
            }
        }
        return n - from;
    }

    private static IpAddress of(int[] w) {
        long high = (long) w[0] << 48 | (long) w[1] << 32 | (long) w[2] << 16 | w[3];
        long low = (long) w[4] << 48 | (long) w[5] << 32 | (long) w[6] << 16 | w[7];
        return new IpAddress(high, low);
    }

    @Override
    public int compareTo(IpAddress other) {
        int c = Long.compareUnsigned(high, other.high);
        return c != 0 ? c : Long.compareUnsigned(low, other.low);
    }

    /// IPv4 dotted; IPv6 in RFC 5952's canonical form.
    @Override
    public String toString() {
        if (isV4()) {
            int b = v4Bits();
            return (b >>> 24) + "." + (b >>> 16 & 255) + "." + (b >>> 8 & 255) + "." + (b & 255);
        }
        int bestAt = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int run = 0;
            while (i + run < 8 && word(i + run) == 0) {
                run++;
            }
            if (run > bestLength) {
                bestAt = i;
                bestLength = run;
            }
        }
        StringBuilder out = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == bestAt) {
                out.append("::");
                i += bestLength - 1;
            } else {
                if (i > 0 && !(i == bestAt + bestLength && bestAt >= 0)) {
                    out.append(':');
                }
                out.append(Integer.toHexString(word(i)));
            }
        }
        return out.toString();
    }

    private int word(int i) {
        return (int) ((i < 4 ? high >>> (48 - 16 * i) : low >>> (112 - 16 * i)) & 0xFFFF);
    }
}

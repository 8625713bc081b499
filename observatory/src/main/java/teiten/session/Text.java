package teiten.session;

/// Words of an attacker, bounded: what was longer is cut and says so.
///
/// @param value well-formed UTF-16 (a lone surrogate becomes U+FFFD), never longer than the bound it was made with
/// @param truncated whether something was cut off at the end
public record Text(String value, boolean truncated) {
    public static final Text EMPTY = new Text("", false);

    /// The longest name (user, password, host), in UTF-16 units.
    public static final int NAME = 256;

    /// The longest URL or path.
    public static final int PATH = 2048;

    /// The longest command line.
    public static final int LINE = 16384;

    public static Text of(String value, int bound) {
        boolean longer = value.length() > bound;
        int end = longer ? bound : value.length();
        if (longer && end > 0 && Character.isHighSurrogate(value.charAt(end - 1))) {
            end--;
        }
        return new Text(wellFormed(value, end), longer);
    }

    public static Text name(String value) {
        return of(value, NAME);
    }

    public static Text path(String value) {
        return of(value, PATH);
    }

    public static Text line(String value) {
        return of(value, LINE);
    }

    /// Bytes as text without loss: valid UTF-8 stands as it is, every other byte as `\xNN`.
    public static Text ofBytes(byte[] bytes, int from, int to, int bound) {
        StringBuilder out = new StringBuilder(Math.min(to - from, bound));
        int at = from;
        while (at < to && out.length() <= bound) {
            int length = sequence(bytes, at, to);
            if (length == 0) {
                int b = bytes[at++] & 0xFF;
                out.append("\\x")
                        .append(Character.forDigit(b >> 4, 16))
                        .append(Character.forDigit(b & 15, 16));
            } else if (length == 1) {
                out.append((char) bytes[at++]);
            } else {
                out.appendCodePoint(codePoint(bytes, at, length));
                at += length;
            }
        }
        Text text = of(out.toString(), bound);
        return at < to ? new Text(text.value, true) : text;
    }

    /// The length of the valid UTF-8 sequence (RFC 3629) at `at`, or 0 when there is none.
    private static int sequence(byte[] bytes, int at, int to) {
        int lead = bytes[at] & 0xFF;
        if (lead < 0x80) {
            return 1;
        }
        int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || at + length > to) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        int code = codePoint(bytes, at, length);
        boolean shortest = length == 2 || code >= (length == 3 ? 0x800 : 0x10000);
        return shortest && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF) ? length : 0;
    }

    private static int codePoint(byte[] bytes, int at, int length) {
        int code = bytes[at] & (length == 4 ? 0x07 : length == 3 ? 0x0F : 0x1F);
        for (int i = 1; i < length; i++) {
            code = code << 6 | bytes[at + i] & 0x3F;
        }
        return code;
    }

    private static String wellFormed(String value, int end) {
        StringBuilder repaired = null;
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            boolean paired =
                    Character.isHighSurrogate(c)
                                    && i + 1 < end
                                    && Character.isLowSurrogate(value.charAt(i + 1))
                            || Character.isLowSurrogate(c)
                                    && i > 0
                                    && Character.isHighSurrogate(value.charAt(i - 1));
            if (Character.isSurrogate(c) && !paired) {
                repaired = repaired == null ? new StringBuilder(value.substring(0, end)) : repaired;
                repaired.setCharAt(i, '\uFFFD');
            }
        }
        return repaired == null ? value.substring(0, end) : repaired.toString();
    }

    public boolean isEmpty() {
        return value.isEmpty();
    }

    @Override
    public String toString() {
        return truncated ? value + "…" : value;
    }
}

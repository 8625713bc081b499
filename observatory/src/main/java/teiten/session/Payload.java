package teiten.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// Bytes that went over the wire, bounded: the first ones are kept, the full length is known.
///
/// A class and no record, because a record with an array lies about equality.
public final class Payload {
    public static final Payload EMPTY = new Payload(new byte[0], 0);

    /// The most bytes one chunk keeps.
    public static final int BOUND = 16384;

    private final byte[] kept;
    private final long length;

    private Payload(byte[] kept, long length) {
        this.kept = kept;
        this.length = length;
    }

    /// Copies at most [#BOUND] bytes.
    public static Payload of(byte[] bytes, int from, int to) {
        return new Payload(
                Arrays.copyOfRange(bytes, from, Math.min(to, from + BOUND)), (long) to - from);
    }

    public static Payload of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    public static Payload ofText(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /// From stored hexadecimal digits.
    ///
    /// @throws IllegalArgumentException when the digits are none, or more than `length` says
    public static Payload ofHex(String hex, long length) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (bytes.length > BOUND || bytes.length > length) {
            throw new IllegalArgumentException(
                    "a payload of " + bytes.length + " bytes that says it has " + length);
        }
        return new Payload(bytes, length);
    }

    /// A copy of what is kept.
    public byte[] bytes() {
        return kept.clone();
    }

    public int kept() {
        return kept.length;
    }

    public int at(int index) {
        return kept[index] & 0xFF;
    }

    /// How many bytes there were on the wire.
    public long length() {
        return length;
    }

    public boolean truncated() {
        return kept.length < length;
    }

    public String hex() {
        return HexFormat.of().formatHex(kept);
    }

    /// As [Text#ofBytes].
    public Text text() {
        Text text = Text.ofBytes(kept, 0, kept.length, 4 * BOUND);
        return truncated() ? new Text(text.value(), true) : text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that
                && length == that.length
                && Arrays.equals(kept, that.kept);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(kept) * 31 + Long.hashCode(length);
    }

    @Override
    public String toString() {
        return text().toString();
    }
}

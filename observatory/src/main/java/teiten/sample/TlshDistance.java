package teiten.sample;

import java.util.HexFormat;

/// The distance between two TLSH hashes, by the algorithm's paper (Oliver, Cheng, Chen: TLSH, 2013), length included:
/// 0 for equal, below 30 very alike, about 300 for unrelated.
///
/// The library compares digests it has just built; hashes read back from text are compared here. A test holds both equal.
///
/// ```
/// hex: 2 checksum, 2 length, 2 quartile ratios (each byte's two digits swapped), 64 body (32 bytes of 2-bit pairs)
/// ```
public final class TlshDistance {
    /// At or under this two files are called alike.
    public static final int ALIKE = 70;

    /// At or under this two files are called very alike: usually one source built twice.
    public static final int VERY_ALIKE = 30;

    private static final int BYTES = 35;
    private static final int RANGE_LENGTH = 256;
    private static final int RANGE_RATIO = 16;
    private static final byte[] PAIRS = pairs();

    private TlshDistance() {}

    /// A hash as 35 bytes with the head's digits put right, or an empty array when the text is none.
    static byte[] parse(String hash) {
        String hex = hash.startsWith("T1") ? hash.substring(2) : hash;
        if (hex.length() != 2 * BYTES || !hex.matches("[0-9A-Fa-f]+")) {
            return new byte[0];
        }
        byte[] bytes = HexFormat.of().parseHex(hex);
        for (int i = 0; i < 3; i++) {
            bytes[i] = (byte) ((bytes[i] & 15) << 4 | (bytes[i] & 0xff) >>> 4);
        }
        return bytes;
    }

    /// The distance of two hashes as text, or -1 when one of them is none.
    public static int between(String a, String b) {
        byte[] left = parse(a);
        byte[] right = parse(b);
        return left.length == 0 || right.length == 0 ? -1 : between(left, right);
    }

    static int between(byte[] a, byte[] b) {
        int distance = a[0] == b[0] ? 0 : 1;
        int length = modular(a[1] & 0xff, b[1] & 0xff, RANGE_LENGTH);
        distance += length <= 1 ? length : length * 12;
        distance += ratio((a[2] & 0xff) >>> 4, (b[2] & 0xff) >>> 4);
        distance += ratio(a[2] & 15, b[2] & 15);
        for (int i = 3; i < BYTES; i++) {
            distance += PAIRS[(a[i] & 0xff) << 8 | b[i] & 0xff];
        }
        return distance;
    }

    private static int ratio(int a, int b) {
        int difference = modular(a, b, RANGE_RATIO);
        return difference <= 1 ? difference : (difference - 1) * 12;
    }

    private static int modular(int a, int b, int range) {
        int difference = Math.abs(a - b);
        return Math.min(difference, range - difference);
    }

    /// For each two bytes the sum over their four 2-bit pairs; a difference of 3 counts 6.
    private static byte[] pairs() {
        byte[] table = new byte[1 << 16];
        for (int a = 0; a < 256; a++) {
            for (int b = 0; b < 256; b++) {
                int sum = 0;
                for (int shift = 0; shift < 8; shift += 2) {
                    int difference = Math.abs((a >>> shift & 3) - (b >>> shift & 3));
                    sum += difference == 3 ? 6 : difference;
                }
                table[a << 8 | b] = (byte) sum;
            }
        }
        return table;
    }
}

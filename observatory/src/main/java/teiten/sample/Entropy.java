package teiten.sample;

/// Shannon entropy of bytes: 0 for one repeated byte, 8 for bytes that look random.
final class Entropy {
    private Entropy() {}

    static double of(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length <= 0) {
            return 0;
        }
        int[] counts = new int[256];
        for (int i = from; i < to; i++) {
            counts[bytes[i] & 0xff]++;
        }
        double bits = 0;
        for (int count : counts) {
            if (count > 0) {
                double share = (double) count / length;
                bits -= share * Math.log(share);
            }
        }
        return bits / Math.log(2);
    }
}

package teiten.sample;

import com.idealista.tlsh.buckets.ProcessedBuckets;
import com.idealista.tlsh.buckets.Quartiles;

import java.util.HexFormat;

/// The counting half of TLSH, without a list of boxed numbers for every byte; the library still makes the digest.
///
/// The library's own counting takes about 80 ns a byte, half of all the time a sample takes. It stays the oracle:
/// a test holds both equal on every fixture and on random bytes. (Oliver, Cheng, Chen: TLSH, 2013.)
final class TlshCounts {
    /// Pearson's permutation as TLSH defines it.
    private static final byte[] PEARSON =
            HexFormat.of()
                    .parseHex(
                            "0157310cb0b266a679c10654f9e62ca30ec5d5b5a155da5040ef18e2ec8e26c8"
                                + "6eb168678dfdff324d6551122d601fde196bbe4656edf02248f214d6f4e395eb"
                                + "61ea39163cfa52afd0057fc76f3e87f8aea9d33a429a6ac3f5ab11bbb6b300f3"
                                + "8438944b80859e64827e5b0d99f6d8db7744df4e5358c9637a0b5c208872340a"
                                + "8a1e30b79c233d1a8f4afb5e81a23f98aa0773a7f1ce0396373b97dc5a351783"
                                + "7dad0fee4f5f59106989e1e0d9a0257b7649029d2e74099186e4cfd4cad745e5"
                                + "1bbc437ca8fc2a041d6c15f713cd27cbe928ba93c6c09b21a4bf62cca5b4754c"
                                + "8c24d2ac29369f08b9e871c4e72f927833411c90fedd5dbdc28b702b476db8d1");

    private TlshCounts() {}

    static ProcessedBuckets of(byte[] bytes) {
        int[] buckets = new int[256];
        int checksum = 0;
        int salt0 = PEARSON[0] & 0xff;
        int salt2 = PEARSON[2] & 0xff;
        int salt3 = PEARSON[3] & 0xff;
        int salt5 = PEARSON[5] & 0xff;
        int salt7 = PEARSON[7] & 0xff;
        int salt11 = PEARSON[11] & 0xff;
        int salt13 = PEARSON[13] & 0xff;
        for (int i = 4; i < bytes.length; i++) {
            int a = bytes[i] & 0xff;
            int b = bytes[i - 1] & 0xff;
            int c = bytes[i - 2] & 0xff;
            int d = bytes[i - 3] & 0xff;
            int e = bytes[i - 4] & 0xff;
            checksum = hash(salt0, a, b, checksum);
            buckets[hash(salt2, a, b, c)]++;
            buckets[hash(salt3, a, b, d)]++;
            buckets[hash(salt5, a, c, d)]++;
            buckets[hash(salt7, a, c, e)]++;
            buckets[hash(salt11, a, b, e)]++;
            buckets[hash(salt13, a, d, e)]++;
        }
        return new ProcessedBuckets(
                new int[] {checksum}, buckets, bytes.length, new Quartiles(buckets));
    }

    private static int hash(int salted, int x, int y, int z) {
        return PEARSON[(PEARSON[(PEARSON[salted ^ x] & 0xff) ^ y] & 0xff) ^ z] & 0xff;
    }
}

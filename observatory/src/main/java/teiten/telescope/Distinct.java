package teiten.telescope;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/// How many distinct addresses were seen: exact up to [#EXACT], a HyperLogLog beyond.
///
/// **State.** A function of the *set* of addresses alone: which order they came in, how they were split over threads,
/// files or machines, and how often each came, leaves no trace. Merging is therefore associative, commutative and
/// idempotent, with the empty set as identity, and the estimate after any merge equals the estimate of one pass.
///
/// **Coupons.** An address enters as 32 bits ([#coupon(int)]). For IPv4 the mapping is a bijection, so small sets are
/// exact; IPv6 addresses are hashed to 32 bits, where two of a thousand meet with probability 2⁻¹³.
///
/// **Beyond 1024** the coupons become 4096 registers (p = 12). The estimate is Ertl's improved estimator ("New
/// cardinality estimation algorithms for HyperLogLog sketches", 2017, §4), one standard error 1.04/√4096 = 1.6 %.
///
/// **Adversary.** The mapping is public, so somebody who can spoof addresses can also choose registers. He can raise
/// this count anyway by spoofing more of them; he cannot make it larger than 4 KiB or slow it down.
///
/// ```
/// image   byte 0      magic and version: 0xD1 exact, 0xD2 registers
///         exact       4 bytes a coupon, little-endian, ascending as signed ints
///         registers   4096 bytes
/// ```
public final class Distinct {
    /// Sets up to this size are counted exactly.
    public static final int EXACT = 1024;

    static final int P = 12;
    static final int REGISTERS = 1 << P;

    /// One standard error of the registers' estimate, relative.
    public static final double RELATIVE_ERROR = 1.04 / 64;

    static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final byte EXACT_V1 = (byte) 0xD1;
    static final byte REGISTERS_V1 = (byte) 0xD2;

    private static final int[] GAPS = {701, 301, 132, 57, 23, 10, 4, 1};

    /// Bits of a coupon left for the rank.
    private static final int Q = 32 - P;

    /// Coupons of which putting them in order is not the longer way to find repeats.
    private static final int FEW = 64;

    private static final long SEED = new SplittableRandom().nextLong();

    private int[] coupons = new int[4];
    private int size;

    /// Whether no coupon stands there twice, and whether they also stand in order.
    private boolean distinct = true;

    private boolean sorted = true;
    private byte[] registers = {};

    /// The 32 bits under which an IPv4 address is counted: MurmurHash3's finaliser, a bijection.
    public static int coupon(int v4) {
        int h = v4 ^ 0x5EED_1E5D;
        h = (h ^ h >>> 16) * 0x85EBCA6B;
        h = (h ^ h >>> 13) * 0xC2B2AE35;
        return h ^ h >>> 16;
    }

    /// The 32 bits under which an IPv6 address is counted.
    public static int coupon(long high, long low) {
        long h = (high * 0x9E3779B97F4A7C15L ^ low) * 0xBF58476D1CE4E5B9L;
        h = (h ^ h >>> 31) * 0x94D049BB133111EBL;
        return (int) (h >>> 32);
    }

    public boolean isEmpty() {
        return size == 0 && registers.length == 0;
    }

    public void add(int coupon) {
        if (registers.length != 0) {
            raise(registers, 0, coupon);
            return;
        }
        if (size == coupons.length) {
            if (size >= 2 * EXACT) {
                order();
                add(coupon);
                return;
            }
            coupons = Arrays.copyOf(coupons, size * 2);
        }
        coupons[size++] = coupon;
        distinct = false;
        sorted = false;
    }

    /// Adds the first `n`.
    void addAll(int[] from, int n) {
        int i = 0;
        while (i < n && registers.length == 0) {
            add(from[i++]);
        }
        byte[] r = registers;
        for (; i < n; i++) {
            raise(r, 0, from[i]);
        }
    }

    /// Adds the lower halves of a stretch of pairs.
    void addAll(long[] pairs, int from, int to) {
        int i = from;
        while (i < to && registers.length == 0) {
            add((int) pairs[i++]);
        }
        byte[] r = registers;
        for (; i < to; i++) {
            raise(r, 0, (int) pairs[i]);
        }
    }

    public void merge(Distinct other) {
        other.settle();
        if (other.registers.length != 0) {
            dense();
            for (int i = 0; i < REGISTERS; i++) {
                if (other.registers[i] > registers[i]) {
                    registers[i] = other.registers[i];
                }
            }
        } else {
            for (int i = 0; i < other.size; i++) {
                add(other.coupons[i]);
            }
        }
    }

    /// Lifts one register of many that lie in one array.
    static void raise(byte[] registers, int at, int coupon) {
        int index = at + (coupon >>> Q);
        int rest = coupon << P;
        byte rank = (byte) (rest == 0 ? Q + 1 : Integer.numberOfLeadingZeros(rest) + 1);
        if (rank > registers[index]) {
            registers[index] = rank;
        }
    }

    void raiseAll(byte[] from, int at) {
        dense();
        for (int i = 0; i < REGISTERS; i++) {
            if (from[at + i] > registers[i]) {
                registers[i] = from[at + i];
            }
        }
    }

    /// Drops repeats; makes registers of coupons that are too many.
    private void settle() {
        if (registers.length != 0 || distinct) {
            return;
        }
        if (size <= FEW) {
            order();
            return;
        }
        int left = new Repeats(SEED).drop(coupons, size);
        if (left > EXACT) {
            dense();
        } else {
            size = left;
            distinct = true;
        }
    }

    /// The same, and puts coupons in order; takes no memory.
    private void order() {
        if (registers.length != 0 || sorted) {
            return;
        }
        size = sortDistinct(coupons, size);
        sorted = true;
        distinct = true;
        if (size > EXACT) {
            dense();
        }
    }

    /// Sorts the first `n`, drops repeats and returns how many remain.
    private static int sortDistinct(int[] values, int n) {
        if (n < 2) {
            return n;
        }
        // Shell's sort (gaps: Ciura 2001), for two thousand at most: the library's is compiled for
        // longer than all of an
        // import's sets take to be sorted.
        for (int gap : GAPS) {
            for (int i = gap; i < n; i++) {
                int value = values[i];
                int k = i - gap;
                while (k >= 0 && values[k] > value) {
                    values[k + gap] = values[k];
                    k -= gap;
                }
                values[k + gap] = value;
            }
        }
        int kept = 0;
        for (int i = 1; i < n; i++) {
            if (values[i] != values[kept]) {
                values[++kept] = values[i];
            }
        }
        return kept + 1;
    }

    private void dense() {
        if (registers.length != 0) {
            return;
        }
        registers = new byte[REGISTERS];
        for (int i = 0; i < size; i++) {
            raise(registers, 0, coupons[i]);
        }
        coupons = new int[0];
        size = 0;
    }

    /// True when [#estimate()] is a count and not an estimate.
    public boolean isExact() {
        settle();
        return registers.length == 0;
    }

    public double relativeError() {
        return isExact() ? 0 : RELATIVE_ERROR;
    }

    /// Distinct addresses; a whole number when exact.
    public double estimate() {
        settle();
        if (registers.length == 0) {
            return size;
        }
        int[] histogram = new int[Q + 2];
        for (byte rank : registers) {
            histogram[rank]++;
        }
        double m = REGISTERS;
        double z = m * tau(1 - histogram[Q + 1] / m);
        for (int k = Q; k >= 1; k--) {
            z = 0.5 * (z + histogram[k]);
        }
        z += m * sigma(histogram[0] / m);
        return m * m / (2 * Math.log(2) * z);
    }

    private static double sigma(double x) {
        if (x == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double y = 1;
        double z = x;
        double before;
        do {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        } while (z != before);
        return z;
    }

    private static double tau(double x) {
        if (x == 0 || x == 1) {
            return 0;
        }
        double y = 1;
        double z = 1 - x;
        double before;
        do {
            x = Math.sqrt(x);
            before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        } while (z != before);
        return z / 3;
    }

    /// The stored form; equal sets give equal images.
    public byte[] image() {
        order();
        if (registers.length != 0) {
            byte[] image = new byte[1 + REGISTERS];
            image[0] = REGISTERS_V1;
            System.arraycopy(registers, 0, image, 1, REGISTERS);
            return image;
        }
        byte[] image = new byte[1 + 4 * size];
        image[0] = EXACT_V1;
        for (int i = 0; i < size; i++) {
            INT.set(image, 1 + 4 * i, coupons[i]);
        }
        return image;
    }

    /// Writes the image of a few coupons, or of many.
    ///
    /// @param coupons in any order, repeats allowed; up to [#EXACT] of them stand in it as they came: readers do not mind
    /// @param into of 1 + [#REGISTERS] bytes; those beyond the length mean nothing
    /// @return the image's length
    static int image(int[] coupons, int n, byte[] into, Repeats repeats) {
        int left = n <= EXACT ? n : repeats.drop(coupons, n);
        if (left <= EXACT) {
            into[0] = EXACT_V1;
            for (int i = 0; i < left; i++) {
                INT.set(into, 1 + 4 * i, coupons[i]);
            }
            return 1 + 4 * left;
        }
        into[0] = REGISTERS_V1;
        Arrays.fill(into, 1, 1 + REGISTERS, (byte) 0);
        for (int i = 0; i < n; i++) {
            raise(into, 1, coupons[i]);
        }
        return 1 + REGISTERS;
    }

    /// Merges a stored image into this set.
    ///
    /// @throws IllegalStateException when the image is none of ours or of a newer major version
    public void mergeImage(byte[] image) {
        boolean exact =
                image.length > 0
                        && image[0] == EXACT_V1
                        && (image.length - 1) % 4 == 0
                        && image.length <= 1 + 4 * EXACT;
        boolean dense = image.length == 1 + REGISTERS && image[0] == REGISTERS_V1;
        if (exact) {
            for (int at = 1; at < image.length; at += 4) {
                add((int) INT.get(image, at));
            }
        } else if (dense) {
            raiseAll(image, 1);
        } else {
            throw new IllegalStateException(
                    "not the image of a set of addresses (first byte "
                            + (image.length == 0 ? "missing" : Integer.toHexString(image[0] & 0xFF))
                            + ", "
                            + image.length
                            + " bytes); it may come from a newer version of Teiten");
        }
    }

    /// Merges coupons as a [SegmentBlock] keeps them: 4 bytes each, little-endian.
    public void mergeCoupons(byte[] coupons) {
        for (int at = 0; at + 4 <= coupons.length; at += 4) {
            add((int) INT.get(coupons, at));
        }
    }

    public static Distinct ofImage(byte[] image) {
        Distinct set = new Distinct();
        set.mergeImage(image);
        return set;
    }
}

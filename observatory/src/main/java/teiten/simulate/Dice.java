package teiten.simulate;

/// Hot lane. Seeded random numbers by SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). Written out here because captures
/// must come out byte for byte the same on every JDK, for ever.
final class Dice {
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private long state;

    Dice(long seed) {
        state = seed;
    }

    /// A well-mixed value of `x`; the same for the same `x`.
    static long mix(long x) {
        long z = x + STEP;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    long next() {
        long z = mix(state);
        state += STEP;
        return z;
    }

    /// Uniform over 0 .. bound-1.
    int below(int bound) {
        return (int) (((next() >>> 32) * bound) >>> 32);
    }

    /// Uniform over [0, 1).
    double unit() {
        return unit(next());
    }

    /// 64 random bits as a number in [0, 1).
    static double unit(long bits) {
        return (bits >>> 11) * 0x1p-53;
    }

    boolean chance(double p) {
        return unit() < p;
    }

    /// How many trials until the first success: 1, 2, … with the given mean, at most 64 times it.
    ///
    /// @param logOfMiss logarithm of the chance that one trial misses, 1 - 1/mean
    int geometric(double mean, double logOfMiss) {
        if (mean <= 1) {
            return 1;
        }
        // StrictMath: the last bit of Math.log may differ between machines.
        double trials = 1 + Math.floor(StrictMath.log(1 - unit()) / logOfMiss);
        return (int) Math.min(trials, 64 * mean);
    }
}

package teiten.trend;

/// Whether something rare was seen more often than chance alone allows.
public final class Chance {
    /// A count that chance reaches less often than this is not laid to chance.
    public static final double SELDOM = 0.001;

    private Chance() {}

    /// Probability that a Poisson variable reaches `count` or more.
    ///
    /// @param expected its mean, not negative
    public static double atLeast(long count, double expected) {
        if (count <= 0) {
            return 1;
        }
        if (expected <= 0) {
            return 0;
        }
        if (expected > 500) {
            // Beyond this the normal approximation, with half a step of continuity, is closer than
            // the bound needs.
            double z = (count - 0.5 - expected) / Math.sqrt(expected);
            return z <= 0 ? 0.5 : 0.5 * Math.exp(-z * z / 2);
        }
        double term = Math.exp(-expected);
        double below = 0;
        for (long k = 0; k < count && k < 2000; k++) {
            below += term;
            term *= expected / (k + 1);
        }
        return Math.max(0, 1 - below);
    }

    /// True when so many cannot well be chance.
    public static boolean excludes(long count, double expected) {
        return atLeast(count, expected) < SELDOM;
    }
}

package teiten.store;

/// A count of distinct things with what is known of its error.
///
/// @param value the estimate; a whole number when exact
/// @param relativeError one standard error divided by the value; 0 when the count is exact
public record Estimate(double value, double relativeError) {
    public static final Estimate ZERO = new Estimate(0, 0);

    public static Estimate exact(long value) {
        return new Estimate(value, 0);
    }

    public boolean isExact() {
        return relativeError == 0;
    }
}

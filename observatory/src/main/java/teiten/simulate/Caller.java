package teiten.simulate;

/// Hot lane. The source that is about to visit; the same object is refilled for each.
final class Caller {
    // Fractional parts of irrational numbers: multiples of one fill [0, 1) evenly, so that a share
    // holds among any few
    // hundred sources and not only on average.
    private static final double[] STRIDES = {0.6180339887498949, 0.41421356237309515};

    int slot;
    int generation;
    long device;

    /// Whether this source belongs to the given fraction of its crowd.
    ///
    /// @param feature 0 or 1: which of two independent properties
    boolean isAmong(double fraction, int feature) {
        double x = (slot + 1 + generation * 7919L) * STRIDES[feature];
        return x - Math.floor(x) < fraction;
    }
}

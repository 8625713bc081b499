package teiten.capture.live;

/// Packets of a live capture since it began.
///
/// @param received that passed the filter, dropped ones included
/// @param kernel dropped because the ring was full
/// @param device dropped by the network card or its driver, whether or not they would have passed the filter
public record LiveCounts(long received, long kernel, long device) {
    public static final LiveCounts NONE = new LiveCounts(0, 0, 0);

    /// Moves on to what the library's 32-bit counters show now; they start again at zero after 2³² − 1.
    LiveCounts on(int received, int kernel, int device) {
        return new LiveCounts(
                on(this.received, received), on(this.kernel, kernel), on(this.device, device));
    }

    private static long on(long before, int now) {
        return before + ((now - (int) before) & 0xFFFFFFFFL);
    }
}

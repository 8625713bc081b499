package teiten.capture;

/// What a pcapng Interface Description Block says about the packets that name it.
///
/// @param link as in [Batch#link]
/// @param longest most bytes captured of a packet (unsigned), 0 for no limit
/// @param resolution if_tsresol as written: n for units of 10⁻ⁿ s, 0x80 + n for units of 2⁻ⁿ s
/// @param offset if_tsoffset, seconds to add to every timestamp
record CaptureInterface(byte link, int longest, int resolution, long offset) {
    static final int MICROSECONDS = 6;

    private static final long[] TEN = new long[20];

    static {
        TEN[0] = 1;
        for (int i = 1; i < TEN.length; i++) {
            // 10¹⁹ fits an unsigned long only, and is used as one.
            TEN[i] = TEN[i - 1] * 10;
        }
    }

    /// @param ticks unsigned count of units
    /// @return nanoseconds since 1970, or [Batch#BAD_TIME]
    long nanoseconds(long ticks) {
        int n = resolution & 0x7F;
        long seconds;
        long nanos;
        if (resolution >= 0x80) {
            // remainder × 10⁹ needs up to 94 bits
            seconds = n < 64 ? ticks >>> n : 0;
            long rest = n < 64 ? ticks & ((1L << n) - 1) : ticks;
            long high = Math.unsignedMultiplyHigh(rest, Records.NANOS);
            long low = rest * Records.NANOS;
            nanos = n == 0 ? 0 : n < 64 ? (high << (64 - n)) | (low >>> n) : high >>> (n - 64);
        } else if (n <= 9) {
            seconds = Long.divideUnsigned(ticks, TEN[n]);
            nanos = Long.remainderUnsigned(ticks, TEN[n]) * TEN[9 - n];
        } else if (n <= 19) {
            seconds = Long.divideUnsigned(ticks, TEN[n]);
            nanos = Long.divideUnsigned(Long.remainderUnsigned(ticks, TEN[n]), TEN[n - 9]);
        } else {
            seconds = 0;
            nanos = n - 9 < TEN.length ? Long.divideUnsigned(ticks, TEN[n - 9]) : 0;
        }
        long sum = seconds + offset;
        // A sum that wraps round is beyond the bounds as well, but for a count that is itself too
        // great.
        boolean wrapped = seconds < 0 || (offset > 0 && sum < seconds);
        if (wrapped || sum < 0 || sum >= Records.END_OF_TIME) {
            return Batch.BAD_TIME;
        }
        return sum * Records.NANOS + nanos;
    }
}

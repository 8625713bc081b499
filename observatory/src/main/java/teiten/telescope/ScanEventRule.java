package teiten.telescope;

/// When packets of one source to one port are one scan event, and what a sensor of `n` addresses can see of it.
///
/// A scan of `r` packets a second over all of IPv4 reaches the sensor `r · n / 2³²` times a second, so the gap between two
/// packets is longer than `T = ln(1/ε) · 2³² / (r · n)` with probability `ε` (Moore et al. 2004; Merit's darknet events
/// use r = 100 and ε = 0.001, which for their 475,136 addresses gives 624 s). A small sensor must wait longer, up to
/// [#LONGEST]; then it sees only faster scans, which [#detectionLimit] states.
public final class ScanEventRule {
    /// Packets a second over all of IPv4 of the slowest scan that shall stay one event.
    public static final double RATE = 100;

    /// Probability that such a scan is cut in two at one gap.
    public static final double EPSILON = 0.001;

    /// Seconds.
    public static final int LONGEST = 86_400;

    public static final int SHORTEST = 10;

    private static final double IPV4 = 0x1p32;

    private ScanEventRule() {}

    /// Seconds of silence that end an event.
    ///
    /// @param addresses monitored by the sensor
    public static int timeout(double addresses) {
        double seconds = Math.log(1 / EPSILON) * IPV4 / (RATE * Math.max(1, addresses));
        return (int) Math.clamp(Math.ceil(seconds), SHORTEST, LONGEST);
    }

    /// Packets a second over all of IPv4 of the slowest scan that stays one event at this sensor with probability
    /// 1 − [#EPSILON] a gap.
    public static double detectionLimit(double addresses, int timeout) {
        return Math.log(1 / EPSILON) * IPV4 / (timeout * Math.max(1, addresses));
    }

    /// Packets a second over all of IPv4; the duration is never taken as less than a second a packet gap allows.
    ///
    /// @param packets seen by the sensor
    /// @param seconds from the first to the last
    /// @param addresses monitored
    public static double ratePerSecond(long packets, double seconds, double addresses) {
        return packets * IPV4 / Math.max(1, addresses) / Math.max(seconds, 1);
    }
}

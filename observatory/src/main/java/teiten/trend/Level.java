package teiten.trend;

import teiten.store.Readings.Bucket;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Where a daily series stands against its own past.
///
/// **Rule.** Days observed for at least half of their time count; a gap is no day, so an outage is never a fall. The
/// last quarter of these days is *recent*: at least [#LEAST_PART] days, at most [#MOST_RECENT], and whole weeks when it
/// has seven or more, so that weekdays do not tilt it. The days before are halved into *early* and *before*. Two parts
/// differ when their medians differ by a factor of [#FACTOR] **and** the rank-sum test gives [#BEYOND_CHANCE] standard
/// deviations in the same direction (one chance in a hundred on one side).
///
/// ```
/// recent > before                       RISING
/// recent < before                       FALLING
/// recent ≈ before, recent > early       STAYS_HIGH
/// recent ≈ before, recent < early       STAYS_LOW
/// recent ≈ before, recent ≈ early       UNCHANGED
/// fewer than 3 × LEAST_PART days        TOO_LITTLE_DATA
/// ```
///
/// **Limits.** Days are taken as independent, which they are not quite: hence the factor. A rise of one or two days is
/// no level; it is the peak. A level that was high before the first day is invisible here.
///
/// @param usableDays days that count
/// @param early empty part when there is too little data; so are the other two
public record Level(Kind kind, int usableDays, Part early, Part before, Part recent) {
    public enum Kind {
        RISING,
        FALLING,
        STAYS_HIGH,
        STAYS_LOW,
        UNCHANGED,
        TOO_LITTLE_DATA
    }

    /// Some days in a row, gaps skipped.
    ///
    /// @param from begin of its first day
    /// @param to end of its last day
    /// @param days how many count
    /// @param median of the days' accesses per day and monitored address
    /// @param accesses on these days together; what the median's rounding rests on
    public record Part(Instant from, Instant to, int days, double median, long accesses) {
        private static final Part NONE = new Part(Instant.EPOCH, Instant.EPOCH, 0, Double.NaN, 0);
    }

    /// A bucket that was observed for less than this share of its time says too little.
    public static final double LEAST_OBSERVED = 0.5;

    public static final int LEAST_PART = 5;
    public static final int LEAST_DAYS = 3 * LEAST_PART;
    public static final int MOST_RECENT = 28;
    public static final double FACTOR = 1.2;

    /// One-sided 1 % of the normal distribution.
    public static final double BEYOND_CHANCE = 2.33;

    private static final int WEEK = 7;

    public static boolean usable(Bucket bucket) {
        return bucket.observed() >= LEAST_OBSERVED && Double.isFinite(bucket.perDayAndAddress());
    }

    /// @param days buckets of one day, in order of time
    public static Level of(List<Bucket> days) {
        List<Bucket> usable = new ArrayList<>();
        for (Bucket day : days) {
            if (usable(day)) {
                usable.add(day);
            }
        }
        int n = usable.size();
        if (n < LEAST_DAYS) {
            return new Level(Kind.TOO_LITTLE_DATA, n, Part.NONE, Part.NONE, Part.NONE);
        }
        int last = Math.clamp(n / 4, LEAST_PART, MOST_RECENT);
        last -= last >= WEEK ? last % WEEK : 0;
        int middle = (n - last) / 2;
        List<Bucket> early = usable.subList(0, middle);
        List<Bucket> before = usable.subList(middle, n - last);
        List<Bucket> recent = usable.subList(n - last, n);
        return new Level(kind(early, before, recent), n, part(early), part(before), part(recent));
    }

    private static Kind kind(List<Bucket> early, List<Bucket> before, List<Bucket> recent) {
        int moved = compare(values(recent), values(before));
        if (moved != 0) {
            return moved > 0 ? Kind.RISING : Kind.FALLING;
        }
        int since = compare(values(recent), values(early));
        return since > 0 ? Kind.STAYS_HIGH : since < 0 ? Kind.STAYS_LOW : Kind.UNCHANGED;
    }

    /// 1 when `a` is higher by the rule, -1 when it is lower, 0 when neither can be said.
    private static int compare(double[] a, double[] b) {
        double z = RankSum.z(a, b);
        double ma = median(a);
        double mb = median(b);
        if (z >= BEYOND_CHANCE && ma > 0 && ma >= mb * FACTOR) {
            return 1;
        }
        return z <= -BEYOND_CHANCE && mb > 0 && mb >= ma * FACTOR ? -1 : 0;
    }

    private static Part part(List<Bucket> days) {
        return new Part(
                days.getFirst().start(),
                days.getLast().end(),
                days.size(),
                median(values(days)),
                days.stream().mapToLong(d -> d.tally().accesses()).sum());
    }

    private static double[] values(List<Bucket> days) {
        return days.stream().mapToDouble(Bucket::perDayAndAddress).toArray();
    }

    /// @return NaN when there are no values
    public static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

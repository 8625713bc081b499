package teiten.store;

import org.jspecify.annotations.Nullable;

/// Finds the stretch of time in which something begins far more often than at other times: Kulldorff's scan statistic
/// ("A spatial scan statistic", 1997) in one dimension.
///
/// Every window of bins is tried; the one whose counts are least likely at a steady rate is taken. Whether it is worth telling
/// is asked separately: at least [#TIMES] the rate outside, and a chance of [#CHANCE] at most after all windows and groups
/// that were tried are allowed for.
final class OnsetScan {
    /// Rate inside over rate outside, at least: less is a trend or the hours of a day.
    static final double TIMES = 3;

    /// The most that chance may explain.
    static final double CHANCE = 1e-8;

    /// Share of the observed time that a window may take: what always is has no onset.
    private static final double LONGEST = 0.75;

    private OnsetScan() {}

    /// @param from first bin
    /// @param to the bin after the last
    /// @param expected sources that would have begun in it at the rate outside
    /// @param chance at most, that a steady rate gives so many somewhere; 0 stands for less than can be written
    record Found(int from, int to, double expected, double chance) {}

    /// @param counts beginnings a bin
    /// @param exposure how much each bin was looked at, in any unit; 0 is not
    /// @param repeats beginnings a source, on average: those of one source are no independent witnesses
    /// @param groups how many series are tried in all
    static @Nullable Found best(
            long[] counts, double[] exposure, int fewest, double repeats, int groups) {
        long all = 0;
        double whole = 0;
        for (int i = 0; i < counts.length; i++) {
            if (exposure[i] > 0) {
                all += counts[i];
                whole += exposure[i];
            }
        }
        double best = 0;
        int from = -1;
        int to = -1;
        for (int i = 0; i < counts.length; i++) {
            if (exposure[i] <= 0 || counts[i] == 0) {
                continue;
            }
            long inside = 0;
            double seen = 0;
            for (int j = i; j < counts.length; j++) {
                if (exposure[j] <= 0) {
                    continue;
                }
                inside += counts[j];
                seen += exposure[j];
                if (seen > LONGEST * whole) {
                    break;
                }
                if (inside < fewest || counts[j] == 0) {
                    continue;
                }
                double expected = all * seen / whole;
                if (inside <= expected) {
                    continue;
                }
                double rest = all - inside;
                double likelihood =
                        inside * Math.log(inside / expected)
                                + (rest == 0 ? 0 : rest * Math.log(rest / (all - expected)));
                if (likelihood > best) {
                    best = likelihood;
                    from = i;
                    to = j + 1;
                }
            }
        }
        return from < 0 ? null : judged(counts, exposure, from, to, all, whole, repeats, groups);
    }

    private static @Nullable Found judged(
            long[] counts,
            double[] exposure,
            int from,
            int to,
            long all,
            double whole,
            double repeats,
            int groups) {
        long inside = 0;
        double seen = 0;
        for (int i = from; i < to; i++) {
            if (exposure[i] > 0) {
                inside += counts[i];
                seen += exposure[i];
            }
        }
        // One more than was seen outside: none at all in a short time proves little.
        double expected = (all - inside + 1) / (whole - seen) * seen;
        if (inside < TIMES * expected) {
            return null;
        }
        // Chernoff's bound of the Poisson tail, times how often it was tried.
        double bound = (inside - expected - inside * Math.log(inside / expected)) / repeats;
        double tried = counts.length * (counts.length + 1) / 2.0 * groups;
        double chance = Math.min(1, Math.exp(bound + Math.log(tried)));
        return chance > CHANCE ? null : new Found(from, to, expected / repeats, chance);
    }
}

package teiten.trend;

import java.util.Arrays;

/// The rank-sum test of Mann and Whitney ("On a test of whether one of two random variables is stochastically larger
/// than the other", 1947), normal approximation with the correction for ties and without that for continuity.
///
/// It asks only which days were higher than which others, so neither one wild day nor the shape of the distribution
/// can carry the answer. It does take days as independent; that is why [Level] asks for a size of the change as well.
final class RankSum {
    private RankSum() {}

    /// How many standard deviations `a` lies above what ranks alone would give if `a` and `b` were alike.
    ///
    /// @return positive when `a` is higher; 0 when one is empty or all values are equal
    static double z(double[] a, double[] b) {
        int n = a.length + b.length;
        if (a.length == 0 || b.length == 0) {
            return 0;
        }
        double[] all = Arrays.copyOf(a, n);
        System.arraycopy(b, 0, all, a.length, b.length);
        Arrays.sort(all);
        double ranks = 0;
        double ties = 0;
        for (int i = 0; i < n; ) {
            int j = i;
            while (j < n && all[j] == all[i]) {
                j++;
            }
            double t = j - i;
            double rank = (i + 1 + j) / 2.0;
            for (double value : a) {
                if (value == all[i]) {
                    ranks += rank;
                }
            }
            ties += t * t * t - t;
            i = j;
        }
        double u = ranks - a.length * (a.length + 1) / 2.0;
        double product = (double) a.length * b.length;
        double variance = product / 12 * (n + 1 - ties / ((double) n * (n - 1)));
        return variance <= 0 ? 0 : (u - product / 2) / Math.sqrt(variance);
    }
}

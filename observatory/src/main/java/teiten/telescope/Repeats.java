package teiten.telescope;

import java.util.Arrays;

/// Hot lane. Drops the repeats among coupons as long as the distinct ones are few, without sorting: beyond
/// [Distinct#EXACT] they become registers anyway, to which repeats do nothing.
///
/// A seeded open-addressing table, a quarter full at most; a stamp says which places are taken in this call, so nothing
/// has to be cleared.
final class Repeats {
    private static final int BITS = 12;
    private static final int MASK = (1 << BITS) - 1;

    /// Up to so many, comparing all pairs is cheaper.
    private static final int PAIRS = 8;

    private final int seed;
    private final int[] values = new int[1 << BITS];
    private final int[] stamps = new int[1 << BITS];
    private int stamp;

    /// @param seed not guessable from outside
    Repeats(long seed) {
        this.seed = (int) (seed ^ seed >>> 32) | 1;
    }

    /// Moves the distinct ones among the first `n` to the front, in the order in which they came.
    ///
    /// @return how many they are; [Distinct#EXACT] + 1 when there are more than that many, and then nothing was moved
    int drop(int[] coupons, int n) {
        return n <= PAIRS ? few(coupons, n) : many(coupons, n);
    }

    private static int few(int[] coupons, int n) {
        int kept = Math.min(n, 1);
        for (int i = 1; i < n; i++) {
            int k = 0;
            while (k < kept && coupons[k] != coupons[i]) {
                k++;
            }
            if (k == kept) {
                coupons[kept++] = coupons[i];
            }
        }
        return kept;
    }

    private int many(int[] coupons, int n) {
        int distinct = 0;
        int now = next();
        for (int i = 0; i < n && distinct <= Distinct.EXACT; i++) {
            distinct += enter(coupons[i], now);
        }
        if (distinct > Distinct.EXACT) {
            return distinct;
        }
        int kept = 0;
        now = next();
        for (int i = 0; kept < distinct; i++) {
            int coupon = coupons[i];
            coupons[kept] = coupon;
            kept += enter(coupon, now);
        }
        return kept;
    }

    /// 1 when the coupon is new under this stamp.
    private int enter(int coupon, int now) {
        int at = coupon * seed >>> 32 - BITS;
        while (stamps[at] == now) {
            if (values[at] == coupon) {
                return 0;
            }
            at = at + 1 & MASK;
        }
        stamps[at] = now;
        values[at] = coupon;
        return 1;
    }

    private int next() {
        if (++stamp == 0) {
            Arrays.fill(stamps, 0);
            stamp = 1;
        }
        return stamp;
    }
}

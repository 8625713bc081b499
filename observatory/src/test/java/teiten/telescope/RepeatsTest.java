package teiten.telescope;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;

/// What remains is what a set keeps, in the order in which it came, whatever the seed; beyond the limit nothing moves.
class RepeatsTest {
    @Test
    void repeatsAreDroppedLikeASetDropsThem() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 20_000; round++) {
            Repeats repeats = new Repeats(random.nextLong());
            check(repeats, coupons(random, random.nextInt(40), 1 + random.nextInt(40)));
        }
        Repeats one = new Repeats(3);
        for (int round = 0; round < 500; round++) {
            check(one, coupons(random, random.nextInt(4_000), 1 + random.nextInt(2_000)));
        }
    }

    @Test
    void couponsThatShareTheirPlaceAreStillToldApart() {
        int[] same = new int[Distinct.EXACT];
        // Multiples of 2²⁰ have the same low bits, and of an odd seed the same hash but for few
        // bits.
        for (int i = 0; i < same.length; i++) {
            same[i] = i << 20;
        }
        check(new Repeats(1), same);
        int[] zeros = new int[5_000];
        check(new Repeats(1), zeros);
    }

    private static int[] coupons(SplittableRandom random, int n, int values) {
        int[] coupons = new int[n];
        for (int i = 0; i < n; i++) {
            coupons[i] = random.nextInt(values) * 0x9E3779B9;
        }
        return coupons;
    }

    private static void check(Repeats repeats, int[] coupons) {
        Set<Integer> set = new LinkedHashSet<>();
        for (int coupon : coupons) {
            set.add(coupon);
        }
        int[] left = coupons.clone();
        int n = repeats.drop(left, left.length);
        if (set.size() > Distinct.EXACT) {
            assertThat(n).isEqualTo(Distinct.EXACT + 1);
            assertThat(left).isEqualTo(coupons);
        } else {
            assertThat(n).isEqualTo(set.size());
            assertThat(Arrays.copyOf(left, n))
                    .containsExactly(set.stream().mapToInt(Integer::intValue).toArray());
        }
    }
}

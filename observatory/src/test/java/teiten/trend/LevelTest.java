package teiten.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import teiten.store.Estimate;
import teiten.store.Readings.Bucket;
import teiten.store.Tally;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

class LevelTest {
    private static final Instant FIRST = Instant.parse("2015-09-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        // shape, days, answer
        "flat, 60, UNCHANGED",
        "doubled in the last two weeks, 60, RISING",
        "halved in the last two weeks, 60, FALLING",
        "doubled after the first third, 60, STAYS_HIGH",
        "halved after the first third, 60, STAYS_LOW",
        "ramp, 60, RISING",
        "one wild day, 60, UNCHANGED",
        "flat, 15, UNCHANGED",
        "flat, 14, TOO_LITTLE_DATA",
        "nothing, 60, UNCHANGED"
    })
    void the_level_follows_the_stated_rule(String shape, int days, Level.Kind answer) {
        IntToDoubleFunction rate =
                switch (shape) {
                    case "flat" -> _ -> 20;
                    case "doubled in the last two weeks" -> day -> day < days - 14 ? 20 : 40;
                    case "halved in the last two weeks" -> day -> day < days - 14 ? 20 : 10;
                    case "doubled after the first third" -> day -> day < days / 3 ? 20 : 40;
                    case "halved after the first third" -> day -> day < days / 3 ? 20 : 10;
                    case "ramp" -> day -> 5 + day;
                    case "one wild day" -> day -> day == days - 3 ? 5000 : 20;
                    default -> _ -> 0;
                };
        assertThat(Level.of(days(days, rate, 0.05)).kind()).isEqualTo(answer);
    }

    @Test
    void an_outage_is_never_a_fall() {
        List<Bucket> days = new ArrayList<>(days(60, _ -> 20, 0.05));
        for (int day = 50; day < 60; day++) {
            Bucket seen = days.get(day);
            days.set(
                    day,
                    new Bucket(seen.start(), seen.end(), 0, Tally.ZERO, Estimate.ZERO, Double.NaN));
        }

        Level level = Level.of(days);

        assertThat(level.kind()).isEqualTo(Level.Kind.UNCHANGED);
        assertThat(level.usableDays()).isEqualTo(50);
    }

    @Test
    void noise_alone_moves_the_level_in_less_than_one_of_twenty_series() {
        Random random = new Random(7);
        int moved = 0;
        for (int i = 0; i < 500; i++) {
            long seed = random.nextLong();
            if (Level.of(days(60, _ -> 20, 0.3, seed)).kind() != Level.Kind.UNCHANGED) {
                moved++;
            }
        }
        // Two tests of 1 % on either side give 4 % at most; the factor of 1.2 takes from it.
        assertThat(moved).isLessThan(25);
    }

    @Test
    void the_parts_are_the_days_that_count_and_nothing_else() {
        Level level = Level.of(days(60, day -> day, 0));

        assertThat(level.recent().days()).isEqualTo(14);
        assertThat(level.before().days() + level.early().days()).isEqualTo(46);
        assertThat(level.recent().median()).isEqualTo(52.5); // of 46 … 59
        assertThat(level.recent().from()).isEqualTo(FIRST.plus(Duration.ofDays(46)));
        assertThat(level.recent().to()).isEqualTo(FIRST.plus(Duration.ofDays(60)));
    }

    @Test
    void a_rise_from_nothing_is_a_rise() {
        assertThat(Level.of(days(60, day -> day < 46 ? 0 : 3, 0)).kind())
                .isEqualTo(Level.Kind.RISING);
    }

    @Test
    void ranks_are_summed_as_mann_and_whitney_do() {
        // U = 0 of a mean 2, variance 2·2·5/12
        assertThat(RankSum.z(new double[] {1, 2}, new double[] {3, 4}))
                .isCloseTo(-2 / Math.sqrt(5 / 3.0), within(1e-12));
        // One tie of two: U = 0.5 of a mean 2, variance 4/12 · (5 − 6/12)
        assertThat(RankSum.z(new double[] {1, 2}, new double[] {2, 3}))
                .isCloseTo(-1.5 / Math.sqrt(1.5), within(1e-12));
        double z = RankSum.z(new double[] {1, 2, 2, 3, 5}, new double[] {2, 3, 4, 4, 6, 7});
        double same = RankSum.z(new double[] {2, 3, 4, 4, 6, 7}, new double[] {1, 2, 2, 3, 5});
        assertThat(z).isNegative().isCloseTo(-same, within(1e-12));
        assertThat(RankSum.z(new double[] {1, 1}, new double[] {1, 1})).isZero();
        assertThat(RankSum.z(new double[0], new double[] {1})).isZero();
    }

    @Test
    void chance_is_excluded_only_beyond_its_odds() {
        assertThat(Chance.atLeast(1, 1)).isCloseTo(1 - Math.exp(-1), within(1e-12));
        assertThat(Chance.atLeast(0, 0)).isEqualTo(1);
        assertThat(Chance.excludes(1, 1e6 * 0x1p-32)).isTrue();
        assertThat(Chance.excludes(20, 1e6 * 0x1p-16)).isFalse();
        assertThat(Chance.excludes(40, 1e6 * 0x1p-16)).isTrue();
        assertThat(Chance.excludes(1000, 1000)).isFalse();
        assertThat(Chance.excludes(1200, 1000)).isTrue();
    }

    private static List<Bucket> days(int days, IntToDoubleFunction rate, double noise) {
        return days(days, rate, noise, 2015);
    }

    private static List<Bucket> days(int days, IntToDoubleFunction rate, double noise, long seed) {
        Random random = new Random(seed);
        List<Bucket> buckets = new ArrayList<>();
        for (int day = 0; day < days; day++) {
            double value = rate.applyAsDouble(day) * (1 + noise * random.nextGaussian());
            long accesses = Math.round(value * 256);
            buckets.add(
                    new Bucket(
                            FIRST.plus(Duration.ofDays(day)),
                            FIRST.plus(Duration.ofDays(day + 1)),
                            1,
                            new Tally(accesses, 0, accesses, accesses, 0, Map.of()),
                            Estimate.exact(10),
                            value));
        }
        return buckets;
    }
}

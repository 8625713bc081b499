package teiten.telescope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// The laws of the set of addresses, its error, and how it stands beside Apache DataSketches' HyperLogLog.
class DistinctTest {
    @Test
    void up_to_1024_addresses_are_counted_exactly_however_often_they_come() {
        Random random = new Random(1);
        for (int n : new int[] {0, 1, 2, 3, 100, 1023, 1024}) {
            Set<Integer> addresses = new HashSet<>();
            while (addresses.size() < n) {
                addresses.add(random.nextInt());
            }
            Distinct set = new Distinct();
            for (int repeat = 0; repeat < 5; repeat++) {
                addresses.forEach(a -> set.add(Distinct.coupon(a)));
            }
            assertThat(set.isExact()).isTrue();
            assertThat(set.estimate()).isEqualTo(n);
        }
    }

    @Test
    void the_mapping_of_ipv4_addresses_is_a_bijection() {
        // every step of the finaliser can be undone; here it is undone for a million addresses
        Random random = new Random(2);
        for (int i = 0; i < 1_000_000; i++) {
            int address = random.nextInt();
            int h = Distinct.coupon(address);
            h ^= h >>> 16;
            h *= 0x7ED1B41D; // inverse of 0xC2B2AE35 modulo 2³²
            h ^= h >>> 13 ^ h >>> 26;
            h *= 0xA5CB9243; // inverse of 0x85EBCA6B modulo 2³²
            h ^= h >>> 16;
            assertThat(h ^ 0x5EED_1E5D).isEqualTo(address);
        }
    }

    @Test
    void merging_in_any_order_and_any_split_gives_the_same_image() {
        Random random = new Random(3);
        for (int n : new int[] {10, 900, 1_100, 5_000, 50_000}) {
            int[] coupons = random.ints(n).map(Distinct::coupon).toArray();
            Distinct whole = new Distinct();
            for (int coupon : coupons) {
                whole.add(coupon);
            }
            for (int parts : new int[] {1, 2, 7, 64}) {
                List<Distinct> pieces = new ArrayList<>();
                for (int i = 0; i < parts; i++) {
                    pieces.add(new Distinct());
                }
                for (int coupon : coupons) {
                    pieces.get(random.nextInt(parts)).add(coupon);
                    pieces.get(random.nextInt(parts)).add(coupon);
                }
                Collections.shuffle(pieces, random);
                Distinct merged = new Distinct();
                merged.merge(new Distinct());
                for (Distinct piece : pieces) {
                    if (random.nextBoolean()) {
                        merged.merge(piece);
                    } else {
                        merged.mergeImage(piece.image());
                    }
                }
                merged.merge(merged); // idempotent
                assertThat(merged.image()).isEqualTo(whole.image());
                assertThat(merged.estimate()).isEqualTo(whole.estimate());
            }
        }
    }

    @Test
    void the_error_beyond_1024_is_the_stated_one() {
        Random random = new Random(4);
        double squares = 0;
        int trials = 0;
        for (int n : new int[] {1_500, 4_000, 10_000, 100_000, 1_000_000}) {
            for (int trial = 0; trial < 20; trial++) {
                Distinct set = new Distinct();
                int start = random.nextInt();
                for (int i = 0; i < n; i++) {
                    set.add(Distinct.coupon(start + i * 257)); // distinct: 257 is odd
                }
                double error = set.estimate() / n - 1;
                assertThat(Math.abs(error)).as("n = " + n).isLessThan(5 * Distinct.RELATIVE_ERROR);
                squares += error * error;
                trials++;
            }
        }
        assertThat(Math.sqrt(squares / trials)).isCloseTo(Distinct.RELATIVE_ERROR, within(0.006));
    }

    @Test
    void estimates_stand_beside_those_of_apache_datasketches_after_a_merge() {
        Random random = new Random(5);
        for (int n : new int[] {3_000, 30_000, 300_000}) {
            HllUnion union = new HllUnion(12);
            Distinct merged = new Distinct();
            for (int part = 0; part < 4; part++) {
                HllSketch theirs = new HllSketch(12);
                Distinct ours = new Distinct();
                for (int i = 0; i < n / 4; i++) {
                    int address = random.nextInt();
                    theirs.update(address);
                    ours.add(Distinct.coupon(address));
                }
                union.update(theirs);
                merged.merge(ours);
            }
            double gap = merged.estimate() / union.getEstimate() - 1;
            assertThat(Math.abs(gap)).isLessThan(6 * Distinct.RELATIVE_ERROR);
        }
    }

    @ParameterizedTest
    @CsvSource({"40, 800, 2097152", "4000, 300, 2097152", "4000, 300, 131072"})
    void sources_noted_port_by_port_give_the_same_sets(int ports, int sources, int limit) {
        Random random = new Random(6);
        PortTable table = new PortTable(64, limit, new SourceLog.Room(new Repeats(7)));
        Distinct[] plain = new Distinct[ports];
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < plain.length; i++) {
                plain[i] = new Distinct();
            }
            for (int step = 0; step < 400_000; step++) {
                int which = (int) Math.min(ports - 1, Math.abs(random.nextGaussian()) * ports / 4);
                int coupon = Distinct.coupon(random.nextInt(which < 5 ? 50_000 : sources));
                table.source(which * 80, coupon);
                plain[which].add(coupon);
            }
            // Few ports become registers, many ports stay pairs: only they can be too many.
            assertThat(table.isFull()).isEqualTo(ports > 40 && limit < 1 << 20);
            int met = 0;
            for (PortTable.Walk port = table.walk(); port.next(); met++) {
                int length = port.sources();
                assertThat(Distinct.ofImage(Arrays.copyOf(port.image(), length)).image())
                        .isEqualTo(plain[port.port() / 80].image());
            }
            assertThat(met)
                    .isEqualTo(Arrays.stream(plain).filter(set -> set.estimate() > 0).count());
            table.reset();
        }
    }

    @Test
    void a_foreign_image_is_refused_with_a_clear_sentence() {
        for (byte[] image :
                List.of(new byte[0], new byte[] {1, 2, 3}, new byte[] {(byte) 0xD1, 1, 2})) {
            assertThatThrownBy(() -> Distinct.ofImage(image))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("newer version of Teiten");
        }
    }
}

package teiten.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Faults: whatever stands in a file, the reader answers, and what it answers is bounded.
final class ElfReaderFuzzTest {
    private static final int[] INTERESTING = {0, 1, 0x7f, 0x80, 0xff};

    @Test
    void a_million_mutated_headers_give_bounded_facts_and_no_exception() throws IOException {
        // given the first kilobyte of every small fixture: headers, program headers, some code
        List<byte[]> seeds = new ArrayList<>();
        for (Path file : Fixtures.all()) {
            byte[] bytes = Files.readAllBytes(file);
            seeds.add(Arrays.copyOf(bytes, Math.min(bytes.length, 1024)));
        }
        Random random = new Random(20261123);
        long anomalies = 0;
        for (int i = 0; i < 1_000_000; i++) {
            // when one to eight header bytes are replaced, and the file is sometimes cut
            byte[] mutant = seeds.get(i % seeds.size()).clone();
            int reach = Math.min(mutant.length, random.nextInt(4) == 0 ? 512 : 64);
            for (int n = 1 + random.nextInt(8); n > 0; n--) {
                int at = 4 + random.nextInt(Math.max(1, reach - 4));
                if (at < mutant.length) {
                    mutant[at] =
                            (byte)
                                    (random.nextBoolean()
                                            ? INTERESTING[random.nextInt(5)]
                                            : random.nextInt());
                }
            }
            if (random.nextInt(16) == 0) {
                mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length + 1));
            }
            // then
            ElfFacts facts = ElfReader.read(mutant);
            anomalies += facts.anomalies().size();
            if (facts.anomalies().size() > 64
                    || facts.segments().size() > mutant.length / 32
                    || facts.sections() > mutant.length / 40
                    || facts.needed().size() > 64) {
                throw new AssertionError("unbounded answer for mutant " + i);
            }
        }
        assertThat(anomalies).isPositive();
    }

    @Test
    void a_file_cut_at_any_byte_is_read_to_where_it_ends() {
        for (String name :
                List.of(
                        "own/tiny.armv5te",
                        "own/tiny.x86_64",
                        "debian/klibc-cat.mipsel",
                        "debian/crt1.o.hppa")) {
            byte[] whole = Fixtures.bytes(name);
            for (int length = 4; length <= whole.length; length++) {
                ElfFacts facts = ElfReader.read(Arrays.copyOf(whole, length));
                if (length >= 64) {
                    assertThat(facts.cpu().family())
                            .as(name + " " + length)
                            .isEqualTo(ElfReader.read(whole).cpu().family());
                }
            }
        }
    }

    @Test
    void a_whole_sample_cut_at_any_byte_gives_facts_of_some_kind() {
        SampleReader reader = new SampleReader(FamilyRules.builtIn());
        byte[] whole = Fixtures.bytes("own/tiny.m68k");
        for (int length = 0; length <= whole.length; length += 1) {
            SampleFacts facts = reader.read(Arrays.copyOf(whole, length));
            assertThat(facts.size()).isEqualTo(length);
            assertThat(facts.content().kind()).isEqualTo(length < 4 ? "other" : "elf");
        }
    }

    @Test
    void a_thousand_segments_that_each_span_the_file_cost_no_more_than_a_few_readings() {
        // given 1,024 program headers of type LOAD over all of 8 MB
        byte[] file = new byte[8 << 20];
        byte[] head = {0x7f, 'E', 'L', 'F', 1, 1, 1};
        System.arraycopy(head, 0, file, 0, head.length);
        file[16] = 2;
        file[18] = 40;
        file[20] = 1;
        file[28] = 52;
        file[40] = 52;
        file[42] = 32;
        file[45] = 4;
        for (int i = 0; i < 1024; i++) {
            int at = 52 + 32 * i;
            file[at] = 1;
            file[at + 18] = (byte) 0x80;
        }
        // when
        ElfFacts facts = ElfReader.read(file);
        // then at most four of them were measured
        assertThat(facts.segments()).hasSize(1024);
        assertThat(facts.segments().stream().filter(segment -> segment.entropy() > 0).count())
                .isBetween(1L, 4L);
    }
}

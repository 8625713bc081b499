package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import picocli.CommandLine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Every command says what it is for, on a terminal of 80 columns.
class HelpTest {
    @TestFactory
    Stream<DynamicTest> every_command_and_subcommand_answers_help() {
        List<List<String>> all = new ArrayList<>();
        gather(List.of(), new Main().line(), all);
        assertThat(all).hasSizeGreaterThan(20).contains(List.of("import"), List.of("lab", "run"));
        return all.stream()
                .map(path -> DynamicTest.dynamicTest(String.join(" ", path), () -> says(path)));
    }

    private static void gather(List<String> at, CommandLine line, List<List<String>> into) {
        for (Map.Entry<String, CommandLine> command : line.getSubcommands().entrySet()) {
            List<String> path = new ArrayList<>(at);
            path.add(command.getKey());
            into.add(path);
            gather(path, command.getValue(), into);
        }
    }

    @Test
    void options_of_every_command_may_stand_before_it() {
        assertThat(Main.commandFirst(words("--data d import a --json")))
                .containsExactly("import", "a", "--json", "--data", "d");
        assertThat(Main.commandFirst(words("--settings=s --data d lab run -- x -y")))
                .containsExactly("lab", "run", "--settings=s", "--data", "d", "--", "x", "-y");
        for (String line : List.of("--help", "import a --data d", "")) {
            assertThat(Main.commandFirst(words(line))).containsExactly(words(line));
        }
    }

    @Test
    void options_without_a_command_ask_for_one() {
        assertThat(Main.commandFirst(words("--data d"))).isEmpty();
        assertThat(Main.commandFirst(words("--data"))).isEmpty();
    }

    private static String[] words(String line) {
        return line.isEmpty() ? new String[0] : line.split(" ");
    }

    private static void says(List<String> path) {
        List<Object> words = new ArrayList<>(path);
        words.add("--help");
        Cli help = Cli.run(words.toArray());
        assertThat(help.status()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).contains("Usage: teiten " + String.join(" ", path));
        assertThat(help.out().lines().allMatch(line -> line.length() <= 80))
                .as(help.out())
                .isTrue();
    }
}

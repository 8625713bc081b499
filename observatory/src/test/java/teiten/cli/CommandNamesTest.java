package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Names of commands that are written down beside the commands themselves.
class CommandNamesTest {
    @Test
    void commands_that_open_the_store_exist() {
        for (String name : Main.OF_THE_STORE) {
            assertThat(new Main().line(name).getSubcommands().keySet()).containsExactly(name);
        }
    }
}

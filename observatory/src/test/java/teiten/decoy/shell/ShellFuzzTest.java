package teiten.decoy.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import teiten.decoy.applet.Applets;
import teiten.decoy.device.Device;
import teiten.decoy.device.DeviceCatalog;
import teiten.decoy.files.Quota;
import teiten.decoy.files.SessionFiles;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/// Hostile text must give an answer or a bound, and never an exception. The seed is fixed: a failure repeats.
class ShellFuzzTest {
    /// `-Dteiten.fuzz=N` tries N times as many.
    private static final int TIMES = Integer.getInteger("teiten.fuzz", 1);

    private static final List<String> WORDS =
            List.of(
                    "echo",
                    "cat",
                    "if",
                    "then",
                    "fi",
                    "else",
                    "while",
                    "do",
                    "done",
                    "for",
                    "in",
                    "case",
                    "esac",
                    ";;",
                    "(",
                    ")",
                    "{",
                    "}",
                    "|",
                    "||",
                    "&&",
                    "&",
                    ";",
                    "\n",
                    ">",
                    ">>",
                    "<",
                    "<<",
                    "<<-",
                    "2>&1",
                    "'",
                    "\"",
                    "`",
                    "$(",
                    "$((",
                    "))",
                    "${",
                    "${x:-",
                    "${x%%*",
                    "${#",
                    "$x",
                    "$@",
                    "$?",
                    "\\",
                    "*",
                    "?",
                    "[a-",
                    "]",
                    "!",
                    "#",
                    "=",
                    "x=1",
                    "/bin/busybox",
                    "/tmp/f",
                    "/dev/zero",
                    "/proc/mounts",
                    "-n",
                    "-e",
                    "-c",
                    "\\x7f",
                    "\\0",
                    "EOF",
                    "f()",
                    "break",
                    "continue",
                    "return",
                    "exit",
                    "eval",
                    "sh",
                    "read",
                    "test",
                    "[",
                    "]",
                    "-eq",
                    "1",
                    "99999999999",
                    "-1",
                    "0x",
                    "08",
                    "+",
                    "*",
                    "/",
                    "%",
                    "dd",
                    "if=/bin/ls",
                    "bs=9",
                    "count=",
                    "sed",
                    "s/a/b/g",
                    "s/\\(a*\\)*b/\\1/",
                    "grep",
                    "-E",
                    "(a+)+$",
                    "awk",
                    "{print $1}",
                    "cut",
                    "-d:",
                    "-f1-",
                    "tr",
                    "a-z",
                    "A-Z",
                    "head",
                    "-c",
                    "tail",
                    "sort",
                    "uniq",
                    "find",
                    "/",
                    "-name",
                    "*a*a*a*b",
                    "wget",
                    "http://192.0.2.1/x",
                    "tftp",
                    "-g",
                    "ls",
                    "-la",
                    "cp",
                    "mv",
                    "rm",
                    "-rf",
                    "mkdir",
                    "-p",
                    "chmod",
                    "777",
                    "printf",
                    "%s%d%x%%",
                    "xargs",
                    "seq",
                    "yes",
                    "hexdump",
                    "-C",
                    "od",
                    "base64",
                    "-d",
                    "ln",
                    "-s",
                    "..",
                    ".",
                    "~",
                    "\u00ff\u00fe",
                    "\u0001",
                    "expr",
                    "let",
                    "set",
                    "--",
                    "shift",
                    "unset",
                    "export",
                    "ps",
                    "kill",
                    "sleep",
                    "0");

    private static final Map<String, Applet> APPLETS = Applets.all();

    private static Shell shell(Device device) {
        Terminal silent = new Silent();
        Budget budget = new Budget(new Workbench(1));
        Quota quota = new Quota(new AtomicLong(), 1 << 24);
        SessionFiles files = new SessionFiles(device.root(), device.mounts(), quota);
        return new Shell(
                new Shell.World(
                        device,
                        files,
                        budget,
                        silent,
                        new Input.Keyboard(silent),
                        new Output.Screen(silent, budget),
                        new NobodyLooks(),
                        InstantSource.system(),
                        APPLETS));
    }

    @Test
    void four_hundred_thousand_texts_are_parsed_without_an_exception() {
        SplittableRandom random = new SplittableRandom(20261123);
        int whole = 0;
        for (int i = 0; i < 400_000 * TIMES; i++) {
            String text = i % 3 == 0 ? bytes(random) : words(random, 24);
            whole += Parser.parse(text) instanceof Parsed.Whole ? 1 : 0;
        }
        // The generator would be worthless if nearly nothing were well-formed.
        assertThat(whole).isGreaterThan(20_000);
    }

    @Test
    void a_hundred_thousand_texts_are_run_without_an_exception() {
        SplittableRandom random = new SplittableRandom(42);
        List<Device> devices = DeviceCatalog.bundled(1).devices();
        Shell shell = shell(devices.getFirst());
        for (int i = 0; i < 100_000 * TIMES; i++) {
            if (i % 50 == 0 || shell.budget().spent() || shell.exited()) {
                shell = shell(devices.get(i / 50 % devices.size()));
            }
            shell.runCommand(words(random, 12));
        }
    }

    @Test
    void deep_nesting_is_a_syntax_error_and_no_overflow() {
        for (String opener :
                List.of(
                        "(",
                        "{ ",
                        "$(",
                        "`",
                        "\"$(",
                        "if ",
                        "while ",
                        "${x:-",
                        "$((1+",
                        "f() ",
                        "! ",
                        "case x in x) ",
                        "a && ",
                        "a | ",
                        "-",
                        "<<E\n")) {
            assertThat(Parser.parse(opener.repeat(50_000))).isNotNull();
            shell(DeviceCatalog.bundled(1).devices().getFirst())
                    .runCommand("echo " + opener.repeat(20_000));
        }
    }

    private static String bytes(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String words(SplittableRandom random, int most) {
        StringBuilder text = new StringBuilder();
        int n = 1 + random.nextInt(most);
        for (int i = 0; i < n; i++) {
            text.append(WORDS.get(random.nextInt(WORDS.size())));
            if (random.nextInt(4) != 0) {
                text.append(' ');
            }
        }
        return text.toString();
    }

    private static final class Silent implements Terminal {
        @Override
        public void write(byte[] bytes, int offset, int count) {}

        @Override
        public @Nullable String readLine() {
            return null;
        }

        @Override
        public boolean closed() {
            return true;
        }

        @Override
        public boolean interactive() {
            return false;
        }

        @Override
        public void pause(long millis) {}
    }

    private static final class NobodyLooks implements Witness {
        @Override
        public void command(String line) {}

        @Override
        public void bounded(Budget.Bound bound) {}

        @Override
        public void download(String tool, String url, String path, List<String> args) {}

        @Override
        public void captured(String path, String how, byte[] bytes) {}
    }
}

package teiten.decoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import teiten.decoy.device.Device;
import teiten.decoy.device.DeviceCatalog;
import teiten.decoy.telnet.TelnetConversation;
import teiten.session.Door;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The public files of `conformance/`, each on every device over a real loopback connection.
class ConformanceTest {
    private static final Path SUITE =
            Path.of(System.getProperty("teiten.root", "..")).resolve("conformance");

    @TestFactory
    Stream<DynamicTest> every_loader_finds_what_it_expects_on_every_device() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(SUITE)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".txt")).sorted().toList()) {
                for (Device device : DeviceCatalog.bundled(1).devices()) {
                    tests.add(
                            DynamicTest.dynamicTest(
                                    file.getFileName() + " on " + device.name(),
                                    () -> play(file, device)));
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(60);
        return tests.stream();
    }

    private static void play(Path file, Device device) throws IOException {
        Collected collected = new Collected();
        DeviceCatalog catalog = DeviceCatalog.bundled(1).only(device.name());
        try (House house =
                        new House(
                                "test",
                                catalog,
                                LoginPolicy.LISTED,
                                Limits.DEFAULT,
                                new Counters(),
                                collected,
                                InstantSource.system());
                TcpDoor door =
                        new TcpDoor(
                                house,
                                Door.TELNET,
                                "telnet",
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                false,
                                TelnetConversation::hold);
                TelnetClient client = new TelnetClient(door.port())) {
            client.login("root", "xc3511");
            String answer = "";
            String sent = "";
            int from = 0;
            for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String rest = line.length() > 2 ? line.substring(2) : "";
                switch (line.charAt(0)) {
                    case '>' -> {
                        sent = rest;
                        answer = client.ask(rest);
                        from = 0;
                    }
                    case '<' -> {
                        String expected = unescape(fill(rest, device));
                        int at = answer.indexOf(expected, from);
                        assertThat(at)
                                .as(
                                        "after \"%s\" expecting \"%s\" in:%n%s",
                                        sent, rest, shown(answer))
                                .isGreaterThanOrEqualTo(0);
                        from = at + expected.length();
                    }
                    case '~' -> {
                        Matcher matcher = Pattern.compile(fill(rest, device)).matcher(answer);
                        assertThat(matcher.find(from))
                                .as(
                                        "after \"%s\" expecting /%s/ in:%n%s",
                                        sent, rest, shown(answer))
                                .isTrue();
                        from = matcher.end();
                    }
                    case '!' ->
                            assertThat(answer.substring(Math.min(answer.length(), sent.length())))
                                    .as("after \"%s\"", sent)
                                    .doesNotContain(unescape(rest));
                    default ->
                            fail("the suite's line \"" + line + "\" begins with none of > < ~ !");
                }
            }
            assertThat(house.counters().get(Counter.FAULTS)).isZero();
        }
    }

    private static String shown(String text) {
        return text.length() > 1500 ? text.substring(0, 1500) + "…" : text;
    }

    private static String fill(String text, Device device) {
        String elf = new String(device.program().bytes(), 0, 20, StandardCharsets.ISO_8859_1);
        // A terminal writes LF as CR LF; the header has none, or the loaders would not find the CPU
        // either.
        assertThat(elf).doesNotContain("\n");
        return text.replace("${elf}", elf)
                .replace("${machine}", device.machine().uname())
                .replace("${size}", Integer.toString(device.busyBox().size()))
                .replace("${host}", device.hostname());
    }

    private static String unescape(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                out.append(c);
                continue;
            }
            char next = text.charAt(++i);
            switch (next) {
                case 'r' -> out.append('\r');
                case 'n' -> out.append('\n');
                case 'x' -> {
                    out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> out.append(next);
            }
        }
        return out.toString();
    }
}

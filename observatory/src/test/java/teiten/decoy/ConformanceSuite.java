package teiten.decoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import teiten.decoy.device.Device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Plays the public files of `conformance/` over a Telnet connection.
final class ConformanceSuite {
    private static final Path SUITE =
            Path.of(System.getProperty("teiten.root", "..")).resolve("conformance");

    private ConformanceSuite() {}

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(SUITE)) {
            return files.filter(f -> f.toString().endsWith(".txt")).sorted().toList();
        }
    }

    static void play(Path file, Device device, TelnetClient client) throws IOException {
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
                            .as("after \"%s\" expecting \"%s\" in:%n%s", sent, rest, shown(answer))
                            .isGreaterThanOrEqualTo(0);
                    from = at + expected.length();
                }
                case '~' -> {
                    Matcher matcher =
                            Pattern.compile(fill(rest.replace("${host}", "\\Q${host}\\E"), device))
                                    .matcher(answer);
                    assertThat(matcher.find(from))
                            .as("after \"%s\" expecting /%s/ in:%n%s", sent, rest, shown(answer))
                            .isTrue();
                    from = matcher.end();
                }
                case '!' ->
                        assertThat(answer.substring(Math.min(answer.length(), sent.length())))
                                .as("after \"%s\"", sent)
                                .doesNotContain(unescape(rest));
                default -> fail("the suite's line \"" + line + "\" begins with none of > < ~ !");
            }
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

package teiten.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/// The folder listing is the data flow: packages import those above them in the list, never one below. What `jdeps`
/// finds in the compiled classes is held against the list.
class LayersTest {
    private static final List<String> FLOW =
            List.of(
                    "net",
                    "capture",
                    "simulate",
                    "telescope",
                    "session",
                    "decoy",
                    "sample",
                    "lab",
                    "store",
                    "trend",
                    "advisory",
                    "export",
                    "web",
                    "run",
                    "cli");

    /// Beyond the order: what a package must not know although it stands above.
    private static final Map<String, Set<String>> NEVER =
            Map.of(
                    "telescope", Set.of("simulate"),
                    "session", Set.of("simulate"),
                    "store", Set.of("simulate", "decoy", "lab"),
                    "web", Set.of("simulate", "capture", "decoy", "lab"));

    private record Arrow(String from, String to) {}

    private static final Set<Arrow> ARROWS = new HashSet<>();

    @BeforeAll
    static void ask_jdeps() {
        Path classes =
                Path.of(
                        System.getProperty("teiten.root", ".."),
                        "observatory",
                        "target",
                        "classes");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        int status =
                jdeps.run(
                        print,
                        print,
                        "-verbose:package",
                        "--ignore-missing-deps",
                        "-filter:none",
                        "--multi-release",
                        "base",
                        classes.toString());
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(status).as(text).isZero();
        Pattern line = Pattern.compile("^\\s+teiten\\.([a-z]+)\\S*\\s+-> teiten\\.([a-z]+)\\S*\\s");
        for (String row : text.lines().toList()) {
            Matcher match = line.matcher(row);
            if (match.find() && !match.group(1).equals(match.group(2))) {
                ARROWS.add(new Arrow(match.group(1), match.group(2)));
            }
        }
    }

    @Test
    void jdeps_sees_the_arrows_that_are_known_to_be_there() {
        assertThat(ARROWS).contains(new Arrow("telescope", "capture"), new Arrow("cli", "run"));
    }

    @Test
    void packages_import_downwards_only() {
        List<String> upwards = new ArrayList<>();
        for (Arrow arrow : ARROWS) {
            if (FLOW.indexOf(arrow.from) < FLOW.indexOf(arrow.to)
                    || NEVER.getOrDefault(arrow.from, Set.of()).contains(arrow.to)) {
                upwards.add(arrow.from + " -> " + arrow.to);
            }
        }
        assertThat(upwards).isEmpty();
    }

    @Test
    void every_package_has_its_place_in_the_flow() {
        Set<String> strangers = new TreeSet<>();
        for (Arrow arrow : ARROWS) {
            if (!FLOW.contains(arrow.from)) {
                strangers.add(arrow.from);
            }
            if (!FLOW.contains(arrow.to)) {
                strangers.add(arrow.to);
            }
        }
        assertThat(strangers).isEmpty();
    }
}

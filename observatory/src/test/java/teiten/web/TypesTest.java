package teiten.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The page's sources hold to their types. The bundler leaves types away unread, so TypeScript's own compiler reads them here:
/// it comes as a jar from Maven's repository and runs in the Node of Playwright's driver; no package manager of the web is
/// asked.
class TypesTest {
    private static final String COMPILER = "/META-INF/resources/_static/typescript/5.9.2/";

    @TempDir Path folder;

    private static @Nullable InputStream resource(String name) {
        return TypesTest.class.getResourceAsStream(name);
    }

    private Path unpacked(@Nullable InputStream from, String name) throws IOException {
        Assumptions.assumeTrue(from != null, "skipped: needs " + name + " on the class path");
        Path to = folder.resolve(name);
        Files.createDirectories(to.getParent());
        try (from) {
            Files.copy(from, to);
        }
        return to;
    }

    private static String run(Path at, List<String> words)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(words).directory(at.toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : "exit " + process.exitValue() + "\n" + said;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    @Test
    void the_pages_sources_hold_to_their_types() throws IOException, InterruptedException {
        Path libraries = Path.of("target", "page", "node_modules").toAbsolutePath();
        Assumptions.assumeTrue(
                Files.isDirectory(libraries),
                "skipped: needs the page's libraries, mvn process-classes");
        String machine = System.getProperty("os.arch").equals("aarch64") ? "linux-arm64" : "linux";
        Path node = unpacked(resource("/driver/" + machine + "/node"), "node");
        assertThat(node.toFile().setExecutable(true)).isTrue();
        unpacked(resource(COMPILER + "lib/_tsc.js"), "lib/_tsc.js");
        Path compiler = unpacked(resource(COMPILER + "lib/tsc.js"), "lib/tsc.js");
        // What TypeScript knows of browsers lies packed in the jar.
        Path archive = unpacked(archive(), "more.tgz");
        assertThat(
                        run(
                                folder,
                                List.of(
                                        "tar",
                                        "xzf",
                                        archive.toString(),
                                        "--strip-components=5",
                                        "-C",
                                        folder.resolve("lib").toString(),
                                        "resources/_static/typescript/5.9.2/lib")))
                .isEmpty();

        Path sources =
                libraries.resolveSibling("checked"); // beside the libraries, so that they are found
        copy(Path.of("src", "main", "web"), sources);
        List<String> words = new ArrayList<>(List.of(node.toString(), compiler.toString()));
        words.addAll(
                Arrays.asList(
                        ("--noEmit --strict --noUnusedLocals --skipLibCheck --target es2022"
                             + " --module esnext --moduleResolution bundler --resolveJsonModule"
                             + " --lib es2023,dom,dom.iterable main.ts")
                                .split(" ")));
        assertThat(run(sources, words)).isEmpty();
    }

    /// The archive of TypeScript's jar: others have one of the same name.
    private static @Nullable InputStream archive() throws IOException {
        var all = TypesTest.class.getClassLoader().getResources("META-INF/.more.tgz");
        while (all.hasMoreElements()) {
            var each = all.nextElement();
            if (each.toString().contains("typescript")) {
                return each.openStream();
            }
        }
        return null;
    }
}

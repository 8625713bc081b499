package teiten.lab;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Benign programs for the lab's tests, built here from the sources in `src/test/resources/lab` by the host's (cross)
/// compilers, or taken from the fixtures beside the project where they are there.
final class Programs {
    private static final List<String> FREESTANDING =
            List.of(
                    "-static",
                    "-nostdlib",
                    "-nostartfiles",
                    "-ffreestanding",
                    "-fno-builtin",
                    "-fno-stack-protector",
                    "-fno-pic",
                    "-no-pie",
                    "-fno-asynchronous-unwind-tables",
                    "-s",
                    "-Wl,-e,_start",
                    "-Wl,--build-id=none",
                    "-Wl,-z,max-page-size=4096");

    private Programs() {}

    static Path resource(String name) {
        return Path.of(
                System.getProperty("teiten.root", ".."),
                "observatory/src/test/resources/lab",
                name);
    }

    /// The network-shape program for one CPU; Debian's SuperH compiler only works at `-O0`.
    static byte[] shape(Path folder, String compiler, List<String> flags)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(compiler));
        line.addAll(flags);
        line.addAll(FREESTANDING);
        return build(folder, line, "shape.c");
    }

    /// One of the programs that lean on a wall.
    static byte[] act(Path folder, String act) throws IOException, InterruptedException {
        return build(folder, List.of("gcc", "-static", "-O1", "-w", "-DACT=" + act), "acts.c");
    }

    private static byte[] build(Path folder, List<String> line, String source)
            throws IOException, InterruptedException {
        Path program = Files.createTempFile(folder, "program", "");
        List<String> all = new ArrayList<>(line);
        all.addAll(List.of("-o", program.toString(), resource(source).toString()));
        try {
            Process compiler = new ProcessBuilder(all).redirectErrorStream(true).start();
            String said = new String(compiler.getInputStream().readAllBytes());
            compiler.waitFor(30, TimeUnit.SECONDS);
            if (compiler.exitValue() != 0) {
                throw new AssertionError(String.join(" ", all) + "\n" + said);
            }
        } catch (IOException absent) {
            Assumptions.abort("skipped: needs " + line.getFirst());
        }
        return Files.readAllBytes(program);
    }

    static Path shared() {
        Path data = Path.of(System.getProperty("teiten.root", "..")).toAbsolutePath().normalize();
        Path shared = data.resolveSibling("shared").resolve("data");
        Assumptions.assumeTrue(Files.isDirectory(shared), "skipped: needs ../shared/data");
        return shared;
    }

    /// Skips where a part of the seal is missing on this machine, and says which.
    static void needLab() {
        for (Part part : Tools.parts()) {
            Assumptions.assumeTrue(
                    part.holds(),
                    "skipped: needs " + part.name() + " (" + part.debianPackage() + ")");
        }
    }
}

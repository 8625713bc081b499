package teiten.sample;

import teiten.OperatorMistake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs the `yara` program, where it is installed, with the user's rules, in a bounded process of its own. Teiten brings
/// no YARA rules and needs none.
public final class Yara {
    private static final int SECONDS = 20;
    private static final int MOST_OUTPUT = 64 << 10;
    private static final int MOST_RULES = 100;

    private final Path program;
    private final Path rules;

    private Yara(Path program, Path rules) {
        this.program = program;
        this.rules = rules;
    }

    /// What yara said about one file.
    ///
    /// @param state `matched`, `none`, `timed out`, or `failed: …`
    public record Answer(String state, List<String> rules) {}

    /// Whether a `yara` is found on the search path `path` (the value of `PATH`).
    public static boolean isInstalled(String path) {
        return !find(path).toString().isEmpty();
    }

    /// @throws OperatorMistake when the rules cannot be read
    public static Yara with(String path, Path rules) {
        if (!Files.isReadable(rules)) {
            throw new OperatorMistake(
                    "the YARA rules "
                            + rules
                            + " cannot be read; give a readable file with --yara");
        }
        return new Yara(find(path), rules.toAbsolutePath());
    }

    private static Path find(String path) {
        for (String directory : path.split(":")) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, "yara"))) {
                return Path.of(directory, "yara");
            }
        }
        return Path.of("");
    }

    /// Scans one file; its own failure is an answer, not an exception.
    public Answer scan(Path file) {
        // the shell only sets the bounds: 2 GB of memory, seconds of CPU
        ProcessBuilder builder =
                new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "ulimit -v 2097152; ulimit -t " + (SECONDS + 2) + "; exec \"$@\"",
                        "yara",
                        program.toString(),
                        "--timeout=" + SECONDS,
                        "--no-warnings",
                        "--threads=1",
                        rules.toString(),
                        file.toAbsolutePath().toString());
        builder.redirectErrorStream(true);
        builder.environment().clear();
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            // a watchdog, because reading the output blocks as long as the process lives
            Thread watchdog =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    if (!process.waitFor(SECONDS + 2, TimeUnit.SECONDS)) {
                                        process.destroyForcibly();
                                    }
                                } catch (InterruptedException done) {
                                    process.destroyForcibly();
                                }
                            });
            String output;
            try (InputStream in = process.getInputStream()) {
                output = new String(in.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
            }
            boolean ended = process.waitFor(SECONDS + 2, TimeUnit.SECONDS);
            watchdog.join();
            return ended ? answer(process.exitValue(), output) : new Answer("timed out", List.of());
        } catch (IOException cannot) {
            return new Answer("failed: yara could not be started", List.of());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Answer("failed: interrupted", List.of());
        }
    }

    private static Answer answer(int status, String output) {
        if (status != 0) {
            String first = output.lines().findFirst().orElse("exit status " + status);
            return new Answer("failed: " + first.replaceAll("[^ -~]", "?"), List.of());
        }
        List<String> names = new ArrayList<>();
        for (String line : output.lines().toList()) {
            int space = line.indexOf(' ');
            if (space > 0 && names.size() < MOST_RULES) {
                names.add(line.substring(0, space).replaceAll("[^ -~]", "?"));
            }
        }
        return new Answer(names.isEmpty() ? "none" : "matched", List.copyOf(names));
    }
}

package teiten.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import teiten.OperatorMistake;
import teiten.store.SampleImports;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// `teiten lab store REPORT…`: reports of runs into the store. The lab itself runs in a process of its own, perhaps on a
/// machine of its own, and the store may be held by `teiten serve`; between them stand only files.
@Command(
        name = "store",
        description = {
            "Bring reports of runs into the store.",
            "",
            "A report is a report.json of a run's folder, or what teiten lab run --json printed."
        })
final class LabStoreCommand implements Callable<Integer> {
    private static final long LARGEST = 64L << 20;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "REPORT", description = "Files of JSON lines.")
    private List<Path> reports = List.of();

    @Option(names = "--quiet", description = "Say only what went wrong.")
    private boolean quiet;

    @Mixin private StoreOptions place = new StoreOptions();

    @Override
    public Integer call() {
        try (Desk.OpenStore open = place.open("teiten lab store")) {
            SampleImports imports = new SampleImports(open.store());
            int runs = 0;
            int fresh = 0;
            for (Path given : reports) {
                Path report = Desk.current().folder().resolve(given);
                long at = time(report);
                for (String line : lines(report)) {
                    runs++;
                    fresh += imports.storeRun(line, at, false) ? 1 : 0;
                }
            }
            if (quiet) {
                return Main.DONE;
            }
            spec.commandLine()
                    .getErr()
                    .println(
                            runs
                                    + (runs == 1 ? " run" : " runs")
                                    + ", "
                                    + fresh
                                    + " new to the store");
        }
        return Main.DONE;
    }

    private static long time(Path report) {
        try {
            if (Files.size(report) > LARGEST) {
                throw new OperatorMistake(
                        report + " is larger than " + (LARGEST >> 20) + " MB; split it");
            }
            return Files.getLastModifiedTime(report).toMillis();
        } catch (IOException absent) {
            throw new OperatorMistake("there is no report " + report + "; check the name", absent);
        }
    }

    private static List<String> lines(Path report) {
        try {
            return Files.readAllLines(report, StandardCharsets.UTF_8).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException unreadable) {
            throw new OperatorMistake(
                    report + " cannot be read as text; give a report of teiten lab run",
                    unreadable);
        }
    }

    /// What `teiten lab run --store` does when the runs are over, through whoever holds the store.
    static int keep(Path data, List<Path> samples, List<String> reports) throws IOException {
        List<String> take =
                new ArrayList<>(List.of("sample", "--store", "--quiet", "--data", data.toString()));
        samples.forEach(sample -> take.add(sample.toAbsolutePath().toString()));
        Path lines = Files.createTempFile("teiten-report-", ".json");
        try {
            Files.write(lines, reports);
            int status = quietly(take);
            int stored =
                    quietly(
                            List.of(
                                    "lab",
                                    "store",
                                    "--quiet",
                                    "--data",
                                    data.toString(),
                                    lines.toString()));
            return Math.max(status, stored);
        } finally {
            Files.deleteIfExists(lines);
        }
    }

    private static int quietly(List<String> words) {
        return Main.run(words.toArray(String[]::new));
    }
}

package teiten.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import teiten.OperatorMistake;
import teiten.sample.FamilyRules;
import teiten.sample.SampleFacts;
import teiten.sample.SampleJson;
import teiten.sample.SampleReader;
import teiten.sample.Yara;

import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// `teiten sample FILE…`: what captured files are, read without running them.
///
/// Files are read on all cores, answers come out in the order of the arguments, and no more than a few files a core are
/// in memory at once, so ten thousand files need no more memory than ten.
@Command(
        name = "sample",
        description =
                "Read captured files without running them: CPU, format, text, hidden tables,"
                        + " likeness.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A directory is walked. - reads file names from standard input, one a line.",
            "Exit status: 0 all read, 1 some could not be read, 2 a mistake in the command.",
            "Nothing is run, and nothing is contacted."
        })
public final class SampleCommand implements Callable<Integer> {
    private static final int SHEETS = 5;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Files or directories; - for names on standard input.")
    private List<String> names = List.of();

    @Option(
            names = "--json",
            description = "One JSON object a line for each file (docs/reference/sample.md).")
    private boolean json;

    @Option(
            names = "--full",
            description = "The whole fact sheet for each file even when there are many.")
    private boolean full;

    @Option(
            names = "--groups",
            description = "Also say which files are alike: bytes, TLSH, controllers, texts.")
    private boolean groups;

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description = "More family rules (TOML); may be given again.")
    private List<Path> rules = List.of();

    @Option(
            names = "--yara",
            paramLabel = "RULES",
            description = "Also run the yara program with these rules.")
    private @Nullable Path yaraRules;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Files read at once (default: the number of cores).")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--store",
            description =
                    "Keep the files in the vault and their facts in the store, for teiten top"
                            + " samples, teiten show sample and the pages.")
    private boolean keep;

    @Option(
            names = "--session",
            paramLabel = "ID",
            description = "With --store: the session in which they came.")
    private String session = "";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "With --store: where the attacker fetched them from.")
    private String url = "";

    @Option(names = "--quiet", description = "Say only what went wrong.")
    private boolean quiet;

    @Mixin private StoreOptions place = new StoreOptions();

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private sealed interface Read {
        record Done(Path file, SampleFacts facts, Yara.@Nullable Answer yara) implements Read {
            String name() {
                return file.toString();
            }
        }

        record Failed(String name, String why) implements Read {}
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!keep) {
            return read(null);
        }
        try (Desk.OpenStore open = place.open("teiten sample --store")) {
            SampleKeeper keeper = new SampleKeeper(open.store(), session, url);
            int status = read(keeper);
            keeper.finish(quiet ? null : spec.commandLine().getErr());
            return keeper.refused() == 0 ? status : Main.DAMAGE;
        }
    }

    private int read(@Nullable SampleKeeper keeper) throws InterruptedException {
        if (jobs < 1 || jobs > 256) {
            throw new OperatorMistake("--jobs " + jobs + " must lie between 1 and 256");
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        SampleReader reader = new SampleReader(FamilyRules.with(rules));
        String path = System.getenv().getOrDefault("PATH", "");
        Yara yara = null;
        if (yaraRules != null) {
            if (Yara.isInstalled(path)) {
                yara = Yara.with(path, yaraRules);
            } else {
                err.println("teiten: skipped: needs yara (Debian: apt-get install yara)");
            }
        }
        List<Path> files = files();
        SampleSummary summary = new SampleSummary();
        long begin = System.nanoTime();
        boolean sheets = full || files.size() <= SHEETS;
        if (!sheets && !json && !quiet) {
            out.println(SampleSummary.HEAD);
        }
        ExecutorService workers = Executors.newFixedThreadPool(jobs);
        try (ProgressBar bar = bar(files.size())) {
            ArrayDeque<Future<Read>> running = new ArrayDeque<>();
            int next = 0;
            while (next < files.size() || !running.isEmpty()) {
                while (next < files.size() && running.size() < 4 * jobs) {
                    Path file = files.get(next++);
                    Yara scanner = yara;
                    running.add(workers.submit(() -> read(reader, scanner, file)));
                }
                take(running.remove(), sheets, summary, keeper, out, err);
                bar.step();
            }
        } finally {
            workers.shutdownNow();
        }
        if (groups) {
            SampleGroups.print(summary.likeness, json, out);
        }
        out.flush();
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (files.size() > 1 && !quiet) {
            err.println(summary.line(files.size(), seconds, jobs));
        }
        err.flush();
        return summary.failed == 0 ? Main.DONE : Main.DAMAGE;
    }

    private static ProgressBar bar(int files) {
        boolean terminal = System.console() != null && System.console().isTerminal() && files > 20;
        ProgressBarBuilder builder =
                new ProgressBarBuilder()
                        .setTaskName("samples")
                        .setInitialMax(files)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setMaxRenderedLength(78)
                        .setUpdateIntervalMillis(terminal ? 200 : 3_600_000);
        if (!terminal) {
            // a consumer that shows nothing: in a pipe or a log a bar is noise
            builder.setConsumer(new SilentBar());
        }
        return builder.build();
    }

    private static final class SilentBar implements me.tongfei.progressbar.ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return 78;
        }

        @Override
        public void accept(String rendered) {}

        @Override
        public void close() {}
    }

    private static Read read(SampleReader reader, @Nullable Yara yara, Path file) {
        try {
            SampleFacts facts = reader.read(file);
            return new Read.Done(file, facts, yara == null ? null : yara.scan(file));
        } catch (IOException unreadable) {
            return new Read.Failed(file.toString(), unreadable.getClass().getSimpleName());
        }
    }

    private void take(
            Future<Read> future,
            boolean sheets,
            SampleSummary summary,
            @Nullable SampleKeeper keeper,
            PrintWriter out,
            PrintWriter err)
            throws InterruptedException {
        switch (result(future)) {
            case Read.Failed(String name, String why) -> {
                summary.failed++;
                err.println(
                        "teiten: "
                                + Print.safe(name)
                                + " cannot be read ("
                                + why
                                + "); check that it is a file you may read");
            }
            case Read.Done(Path file, SampleFacts facts, Yara.Answer yara) -> {
                String name = file.toString();
                if (keeper != null) {
                    keeper.take(file, facts, err);
                }
                summary.count(name, facts, groups);
                if (quiet) {
                    return;
                }
                if (json) {
                    Map<String, Object> object = SampleJson.of(name, facts);
                    if (yaraRules != null) {
                        object.put("yara", yara == null ? "skipped: needs yara" : yara(yara));
                    }
                    out.println(JSON.writeValueAsString(object));
                } else if (sheets) {
                    SampleSheet.of(name, facts).forEach(out::println);
                    if (yara != null) {
                        out.println(
                                "  yara         "
                                        + yara.state()
                                        + " "
                                        + String.join(", ", yara.rules()));
                    }
                    out.println();
                } else {
                    out.println(SampleSummary.row(name, facts));
                }
            }
        }
    }

    private static Map<String, Object> yara(Yara.Answer answer) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("state", answer.state());
        object.put("rules", answer.rules());
        return object;
    }

    private static Read result(Future<Read> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException fault) {
            throw new IllegalStateException("reading a sample failed", fault.getCause());
        }
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            Path path = Desk.current().folder().resolve(name);
            if (name.equals("-")) {
                if (Desk.current().store() != null) {
                    throw new OperatorMistake(
                            "names on standard input do not reach the serving process; give files"
                                    + " or a directory, or stop teiten serve");
                }
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8));
                in.lines().filter(line -> !line.isBlank()).map(Path::of).forEach(files::add);
            } else if (Files.isDirectory(path)) {
                try (Stream<Path> walk = Files.walk(path)) {
                    walk.filter(Files::isRegularFile).sorted().forEach(files::add);
                } catch (IOException | java.io.UncheckedIOException unreadable) {
                    throw new OperatorMistake(
                            "the directory "
                                    + name
                                    + " cannot be walked; give one that you may read",
                            unreadable);
                }
            } else if (Files.notExists(path)) {
                throw new OperatorMistake("there is no file " + name + "; check the name");
            } else {
                files.add(path);
            }
        }
        return files;
    }
}

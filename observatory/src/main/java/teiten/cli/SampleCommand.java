package teiten.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import teiten.OperatorMistake;
import teiten.sample.Anomaly;
import teiten.sample.ElfFacts;
import teiten.sample.FamilyRules;
import teiten.sample.Likeness;
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
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
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
                "Reads captured files without running them: CPU, format, text, hidden tables,"
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

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private sealed interface Read {
        record Done(String name, SampleFacts facts, Yara.@Nullable Answer yara) implements Read {}

        record Failed(String name, String why) implements Read {}
    }

    @Override
    public Integer call() throws InterruptedException {
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
        Summary summary = new Summary();
        long begin = System.nanoTime();
        boolean sheets = full || files.size() <= SHEETS;
        if (!sheets && !json) {
            out.println(Summary.HEAD);
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
                take(running.remove(), sheets, summary, out, err);
                bar.step();
            }
        } finally {
            workers.shutdownNow();
        }
        if (groups) {
            groups(summary.likeness, out);
        }
        out.flush();
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (files.size() > 1) {
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
            return new Read.Done(file.toString(), facts, yara == null ? null : yara.scan(file));
        } catch (IOException unreadable) {
            return new Read.Failed(file.toString(), unreadable.getClass().getSimpleName());
        }
    }

    private void take(
            Future<Read> future, boolean sheets, Summary summary, PrintWriter out, PrintWriter err)
            throws InterruptedException {
        switch (result(future)) {
            case Read.Failed(String name, String why) -> {
                summary.failed++;
                err.println(
                        "teiten: "
                                + SampleSheet.harmless(name)
                                + " cannot be read ("
                                + why
                                + "); check that it is a file you may read");
            }
            case Read.Done(String name, SampleFacts facts, Yara.Answer yara) -> {
                summary.count(name, facts, groups);
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
                    out.println(Summary.row(name, facts));
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
            if (name.equals("-")) {
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8));
                in.lines().filter(line -> !line.isBlank()).map(Path::of).forEach(files::add);
            } else if (Files.isDirectory(Path.of(name))) {
                try (Stream<Path> walk = Files.walk(Path.of(name))) {
                    walk.filter(Files::isRegularFile).sorted().forEach(files::add);
                } catch (IOException | java.io.UncheckedIOException unreadable) {
                    throw new OperatorMistake(
                            "the directory "
                                    + name
                                    + " cannot be walked; give one that you may read",
                            unreadable);
                }
            } else if (Files.notExists(Path.of(name))) {
                throw new OperatorMistake("there is no file " + name + "; check the name");
            } else {
                files.add(Path.of(name));
            }
        }
        return files;
    }

    private void groups(Likeness likeness, PrintWriter out) {
        int number = 0;
        for (Likeness.Group group : likeness.groups()) {
            number++;
            if (json) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("group", number);
                object.put("files", group.members().stream().map(likeness::name).toList());
                object.put(
                        "links", group.links().stream().map(link -> link(likeness, link)).toList());
                out.println(JSON.writeValueAsString(object));
            } else {
                out.println("group " + number + ": " + group.members().size() + " files");
                for (Likeness.Link link : group.links().stream().limit(12).toList()) {
                    out.println("  " + SampleSheet.harmless(likeness.name(link.from())));
                    out.println("    and " + SampleSheet.harmless(likeness.name(link.to())));
                    out.println("    " + link.kind() + ": " + link.evidence());
                }
                if (group.links().size() > 12) {
                    out.println("  ... and " + (group.links().size() - 12) + " more links");
                }
            }
        }
        if (!json) {
            out.println(
                    number
                            + " groups among "
                            + likeness.size()
                            + " files"
                            + (likeness.left() > 0
                                    ? "; " + likeness.left() + " beyond the bound were not compared"
                                    : ""));
        }
    }

    private static Map<String, Object> link(Likeness likeness, Likeness.Link link) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("from", likeness.name(link.from()));
        object.put("to", likeness.name(link.to()));
        object.put("kind", link.kind());
        object.put("evidence", link.evidence());
        return object;
    }

    /// What is kept of many files: counts, and what likeness needs.
    private static final class Summary {
        static final String HEAD =
                String.format(
                        Locale.ROOT,
                        "%-10s %-6s %-6s %-12s %-7s %-7s %s",
                        "cpu",
                        "class",
                        "endian",
                        "isa",
                        "static",
                        "packed",
                        "file");

        private final Likeness likeness = new Likeness();
        private final Map<String, Integer> cpus = new TreeMap<>();
        private long bytes;
        private int failed;
        private int lies;
        private int odd;

        void count(String name, SampleFacts facts, boolean compare) {
            bytes += facts.size();
            String cpu = facts.content().kind();
            if (facts.content() instanceof SampleFacts.Elf(ElfFacts elf)) {
                cpu = elf.cpu().family().label();
                lies += elf.headerLies() ? 1 : 0;
            }
            odd +=
                    facts.anomalies().stream()
                                    .anyMatch(a -> a.kind() != Anomaly.Kind.TRAILING_BYTES)
                            ? 1
                            : 0;
            cpus.merge(cpu, 1, Integer::sum);
            if (compare) {
                likeness.add(name, facts);
            }
        }

        static String row(String name, SampleFacts facts) {
            String row =
                    switch (facts.content()) {
                        case SampleFacts.Elf(ElfFacts elf) ->
                                String.format(
                                        Locale.ROOT,
                                        "%-10s %-6s %-6s %-12.12s %-7s %-7s ",
                                        elf.cpu().family().label(),
                                        elf.elfClass().value(),
                                        elf.endianness().value(),
                                        elf.cpu().isa().value(),
                                        elf.staticallyLinked().value(),
                                        elf.packing().answer().value());
                        case SampleFacts.Script(_), SampleFacts.Archive(_), SampleFacts.Other(_) ->
                                String.format(
                                        Locale.ROOT,
                                        "%-10s %-6s %-6s %-12s %-7s %-7s ",
                                        facts.content().kind(),
                                        "-",
                                        "-",
                                        "-",
                                        "-",
                                        "-");
                    };
            return row + SampleSheet.harmless(name);
        }

        String line(int files, double seconds, int jobs) {
            StringBuilder kinds = new StringBuilder();
            cpus.forEach((cpu, count) ->
                    kinds.append(kinds.isEmpty() ? "" : ", ")
                            .append(cpu)
                            .append(' ')
                            .append(count));
            return String.format(
                    Locale.ROOT,
                    "%,d files, %,.1f MB in %.2f s: %,.0f files/s on %d threads; %d with lying"
                            + " headers, %d with anomalies, %d unreadable; %s",
                    files,
                    bytes / 1e6,
                    seconds,
                    files / Math.max(seconds, 1e-9),
                    jobs,
                    lies,
                    odd,
                    failed,
                    kinds);
        }
    }
}

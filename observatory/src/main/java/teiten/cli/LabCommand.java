package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import teiten.OperatorMistake;
import teiten.lab.Behaviour;
import teiten.lab.BehaviourJson;
import teiten.lab.BehaviourText;
import teiten.lab.Lab;
import teiten.lab.Part;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// `teiten lab check` and `teiten lab run`: samples watched where nothing they send can leave.
@Command(
        name = "lab",
        description = "Watch samples in a sealed lab (off unless called).",
        subcommands = {
            LabCommand.CheckCommand.class,
            LabCommand.RunCommand.class,
            LabStoreCommand.class
        })
final class LabCommand {
    private static final long LARGEST = 64L << 20;

    /// `teiten lab check [--json]`: exit status 0 when every part of the seal holds, 2 otherwise.
    @Command(
            name = "check",
            description = "Prove every part of the seal, without running any sample.")
    static final class CheckCommand implements Callable<Integer> {
        @Option(names = "--json", description = "One JSON object a part.")
        boolean json;

        @Override
        public Integer call() throws IOException, InterruptedException {
            List<Part> parts = Lab.check();
            boolean sealed = parts.stream().allMatch(Part::holds);
            for (Part part : parts) {
                System.out.println(json ? PartLine.json(part) : PartLine.text(part));
            }
            if (!sealed) {
                throw new OperatorMistake(PartLine.refusal(parts));
            }
            if (!json) {
                System.out.println("The seal holds.");
            }
            return Main.DONE;
        }
    }

    /// `teiten lab run FILE… [--json] [--out DIR]`
    @Command(name = "run", description = "Run samples behind the seal and report what they do.")
    static final class RunCommand implements Callable<Integer> {
        @Parameters(
                arity = "1..*",
                paramLabel = "FILE",
                description = "The samples: ELF programs of any CPU.")
        List<Path> files = List.of();

        @Option(names = "--json", description = "One JSON object a sample.")
        boolean json;

        @Option(
                names = "--out",
                paramLabel = "DIR",
                description = "Keep each run's folder here, named by the sample's SHA-256.")
        @Nullable Path out;

        @Option(
                names = "--seconds",
                paramLabel = "N",
                description = "How long a sample may run (default: 20).")
        int seconds = 20;

        @Option(
                names = "--at-once",
                paramLabel = "N",
                description = "How many samples run at the same time (default: one a processor).")
        int atOnce = Runtime.getRuntime().availableProcessors();

        @Option(
                names = "--store",
                description =
                        "Keep the samples in the vault, their facts and behaviour in the store, and"
                                + " each run's folder below the data directory.")
        boolean keep;

        @Mixin StoreOptions place = new StoreOptions();

        @Option(
                names = "--lang",
                paramLabel = "en|ja",
                description = "Language of the report (default: en).")
        String language = "en";

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (seconds < 1 || seconds > Lab.LONGEST) {
                throw new OperatorMistake(
                        "--seconds " + seconds + " is outside 1 to " + Lab.LONGEST + ".");
            }
            if (atOnce < 1 || atOnce > 64) {
                throw new OperatorMistake("--at-once " + atOnce + " is outside 1 to 64.");
            }
            if (!language.equals("en") && !language.equals("ja")) {
                throw new OperatorMistake("--lang " + language + " is not known; write en or ja.");
            }
            List<byte[]> samples = new ArrayList<>();
            for (Path file : files) {
                samples.add(bytes(file));
            }
            Path data = place.settings().data();
            Path folders = out == null && keep ? data.resolve("lab") : out;
            List<String> reports = new ArrayList<>();
            try (Lab lab = Lab.open();
                    // Platform threads: the kernel ends a warden with the thread that started it.
                    ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
                Thread leaving = new Thread(() -> close(lab));
                Runtime.getRuntime().addShutdownHook(leaving);
                List<Future<Behaviour>> runs = new ArrayList<>();
                for (byte[] sample : samples) {
                    runs.add(threads.submit(() -> lab.run(sample, seconds, folders)));
                }
                for (Future<Behaviour> run : runs) {
                    reports.add(print(run));
                }
                Runtime.getRuntime().removeShutdownHook(leaving);
            }
            return keep ? LabStoreCommand.keep(data, files, reports) : Main.DONE;
        }

        private String print(Future<Behaviour> run) throws IOException, InterruptedException {
            try {
                Behaviour behaviour = run.get();
                String report = BehaviourJson.of(behaviour);
                System.out.println(
                        json ? report : BehaviourText.of(behaviour, language.equals("ja")));
                System.out.flush();
                return report;
            } catch (ExecutionException fault) {
                switch (fault.getCause()) {
                    case OperatorMistake mistake -> throw mistake;
                    case IOException broken -> throw broken;
                    case null, default -> throw new IllegalStateException(fault);
                }
            }
        }

        private static void close(Lab lab) {
            try {
                lab.close();
            } catch (IOException _) {
                // The process is leaving; the wardens end with it.
            }
        }

        private static byte[] bytes(Path file) throws IOException {
            if (!Files.isRegularFile(file)) {
                throw new OperatorMistake(file + " is no file; name a sample to run.");
            }
            if (Files.size(file) > LARGEST) {
                throw new OperatorMistake(
                        file
                                + " is larger than "
                                + (LARGEST >> 20)
                                + " MB, more than any IoT program.");
            }
            return Files.readAllBytes(file);
        }
    }
}

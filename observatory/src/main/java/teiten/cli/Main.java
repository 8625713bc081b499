package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

import teiten.OperatorMistake;
import teiten.store.Store;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// The entry point: finds the command, runs it, turns what went wrong into one sentence and an exit status.
///
/// Exit statuses: 0 done, 1 done with damage reported, 2 the operator's mistake, 3 ours.
@Command(
        name = "teiten",
        description = "An Internet observatory for attacks on Linux-based IoT devices.",
        mixinStandardHelpOptions = true,
        version = "teiten 0.1.0",
        usageHelpAutoWidth = false)
public final class Main {
    /// All commands, in the order in which help lists them.
    private static final List<Class<?>> COMMANDS =
            List.of(
                    DemoCommand.class,
                    ImportCommand.class,
                    CutCommand.class,
                    QueryCommand.class,
                    TopCommand.class,
                    ShowCommand.class,
                    SimulateCommand.class,
                    NoticeCommand.class,
                    ScannersCommand.class,
                    ServeCommand.class,
                    WatchCommand.class,
                    SampleCommand.class,
                    VaultCommand.class,
                    LabCommand.class,
                    SenseCommand.class,
                    FetchCommand.class,
                    ReplayCommand.class,
                    DoctorCommand.class,
                    WarmUpCommand.class,
                    HelpCommand.class);

    /// Those that always open the store.
    static final Set<String> OF_THE_STORE =
            Set.of("import", "query", "top", "show", "notice", "scanners", "serve", "watch");

    public static final int DONE = 0;
    public static final int DAMAGE = 1;
    public static final int MISTAKE = 2;
    public static final int OURS = 3;

    private @Nullable HeldElsewhere held;

    Main() {}

    public static void main(String[] args) {
        String[] line = commandFirst(args);
        if (line.length > 0 && OF_THE_STORE.contains(line[0])) {
            Store.prepare();
        }
        // Or picocli looks for Groovy in every library, which takes as long as understanding the
        // command line.
        System.setProperty("picocli.disable.closures", "true");
        System.exit(run(line));
    }

    /// `teiten --data DIR import …` is `teiten import … --data DIR`: the options of every command may stand before it.
    static String[] commandFirst(String[] args) {
        int at = 0;
        while (at < args.length && args[at].matches("--(data|settings)(=.*)?")) {
            at += args[at].contains("=") ? 1 : 2;
        }
        if (at == 0) {
            return args;
        }
        if (at >= args.length) {
            return new String[0]; // which says what there is
        }
        List<String> line = new ArrayList<>(Arrays.asList(args).subList(at, args.length));
        int end = line.indexOf("--");
        line.addAll(end < 0 ? line.size() : end, Arrays.asList(args).subList(0, at));
        return line.toArray(String[]::new);
    }

    /// Runs one command line as the shell would, without ending the process. When another process serves the data
    /// directory, that one runs it.
    public static int run(String... args) {
        Main main = new Main();
        int status = main.execute(args);
        HeldElsewhere busy = main.held;
        if (busy == null) {
            return status;
        }
        return ControlSocket.hand(busy.data, args)
                .orElseGet(() -> {
                    System.err.println("teiten: " + busy.sentence);
                    return MISTAKE;
                });
    }

    /// The directory is held by another process, which may take the command over.
    static final class HeldElsewhere extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Path data;
        private final String sentence;

        HeldElsewhere(Path data, String sentence) {
            super(sentence, null, false, false);
            this.data = data;
            this.sentence = sentence;
        }
    }

    /// Runs a command line at the desk that is lent, or at this terminal; never hands it on.
    int execute(String[] args) {
        Desk desk = Desk.current();
        CommandLine line = line(args);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setOut(new PrintWriter(desk.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(desk.err(), true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler(Main::misspelt);
        line.setExecutionExceptionHandler((fault, _, _) -> explain(line.getErr(), fault));
        try {
            return line.execute(args);
        } catch (OutOfMemoryError _) {
            line.getErr()
                    .println(
                            "teiten: there is too little memory for this; ask for less"
                                    + " (--limit, --from, --to), or allow more:"
                                    + " TEITEN_JAVA_OPTIONS=-Xmx8g (now "
                                    + (Runtime.getRuntime().maxMemory() >> 20)
                                    + " MiB)");
            return OURS;
        } catch (Error fault) {
            return explain(line.getErr(), fault);
        }
    }

    /// The command that the line begins with; all of them when it begins with none, for help and suggestions. Looking at
    /// every command's options would take longer than many commands do.
    private static List<Class<?>> commands(String[] args) {
        return COMMANDS.stream()
                .filter(c ->
                        args.length > 0
                                && c != HelpCommand.class
                                && c.getAnnotation(Command.class).name().equals(args[0]))
                .findFirst()
                .<List<Class<?>>>map(List::of)
                .orElse(COMMANDS);
    }

    /// All that a command line may be, as far as its first word leaves it open.
    CommandLine line(String... args) {
        CommandLine line = new CommandLine(this);
        commands(args).forEach(line::addSubcommand);
        line.getSubcommands().values().forEach(Main::helpful);
        return line;
    }

    /// Lets every command answer to `--help`, as the messages about misspelt ones promise.
    private static void helpful(CommandLine command) {
        if (command.getCommandSpec().findOption("--help") == null) {
            command.getCommandSpec()
                    .addOption(
                            OptionSpec.builder("--help")
                                    .usageHelp(true)
                                    .description("Show this help and end.")
                                    .build());
        }
        command.getSubcommands().values().forEach(Main::helpful);
    }

    private static int misspelt(ParameterException mistake, String[] args) {
        PrintWriter err = mistake.getCommandLine().getErr();
        err.println("teiten: " + Print.safe(Misspelt.sentence(mistake)));
        return MISTAKE;
    }

    private int explain(PrintWriter err, Throwable fault) {
        if (fault instanceof HeldElsewhere busy) {
            held = busy;
            return MISTAKE;
        }
        if (fault instanceof OperatorMistake) {
            err.println("teiten: " + Print.safe(String.valueOf(fault.getMessage())));
            return MISTAKE;
        }
        err.println("teiten: a fault of our own; please report it with the lines below.");
        fault.printStackTrace(err);
        return OURS;
    }
}

package teiten.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;

import teiten.OperatorMistake;

import java.io.PrintWriter;

/// The entry point: finds the command, runs it, turns what went wrong into one sentence and an exit status.
///
/// Exit statuses: 0 done, 1 done with damage reported, 2 the operator's mistake, 3 ours.
@Command(
        name = "teiten",
        description = "An Internet observatory for attacks on Linux-based IoT devices.",
        mixinStandardHelpOptions = true,
        version = "teiten 0.1.0",
        subcommands = {HelpCommand.class, SenseCommand.class})
public final class Main {
    public static final int DONE = 0;
    public static final int DAMAGE = 1;
    public static final int MISTAKE = 2;
    public static final int OURS = 3;

    Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /// Runs one command line as the shell would, without ending the process.
    public static int run(String... args) {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(Main::misspelt);
        line.setExecutionExceptionHandler((fault, _, _) -> explain(line.getErr(), fault));
        return line.execute(args);
    }

    private static int misspelt(ParameterException mistake, String[] args) {
        CommandLine at = mistake.getCommandLine();
        PrintWriter err = at.getErr();
        err.println("teiten: " + mistake.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(mistake, err);
        err.println("See: " + at.getCommandSpec().qualifiedName() + " --help");
        return MISTAKE;
    }

    private static int explain(PrintWriter err, Exception fault) {
        if (fault instanceof OperatorMistake) {
            err.println("teiten: " + fault.getMessage());
            return MISTAKE;
        }
        err.println("teiten: a fault of our own; please report it with the lines below.");
        fault.printStackTrace(err);
        return OURS;
    }
}

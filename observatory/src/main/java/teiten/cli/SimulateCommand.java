package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import teiten.OperatorMistake;
import teiten.net.Prefix;
import teiten.simulate.Scenario;
import teiten.simulate.Settings;
import teiten.simulate.Simulation;
import teiten.simulate.Truth;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `teiten simulate SCENARIO -o DIR`
@Command(
        name = "simulate",
        description = {
            "Write captures of known truth, to try an installation with.",
            "",
            "Each NAME.pcap has its NAME.truth.json beside it: what is in it, counted"
                    + " while it was written. The same arguments give the same bytes."
                    + " Sources lie in address space that belongs to nobody, so nobody is"
                    + " accused; nothing is sent anywhere.",
            ""
        })
final class SimulateCommand implements Callable<Integer> {
    private static final String ALL = "all";

    @Spec @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "SCENARIO",
            arity = "0..1",
            description = "What to simulate, or \"all\"; --list shows the names.")
    @Nullable String scenario;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and end.")
    boolean help;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Where to write; made when missing.")
    @Nullable Path directory;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Another seed tells the story with other details (default: 1).")
    @Nullable Long seed;

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "Length, 1 to 3660 (default: the scenario's).")
    @Nullable Integer days;

    @Option(
            names = "--packets",
            paramLabel = "N",
            description =
                    "About how many, over all sensors; outages take theirs away (default: the"
                            + " scenario's).")
    @Nullable Long packets;

    @Option(
            names = "--start",
            paramLabel = "DATE",
            description = "First day, UTC, like 2015-08-01 (default: the scenario's).")
    @Nullable String start;

    @Option(
            names = "--prefix",
            paramLabel = "CIDR",
            split = ",",
            description =
                    "Monitored IPv4 addresses; repeat it for several sensors, each with a capture"
                            + " of its own (default: 192.0.2.0/24).")
    @Nullable List<String> prefixes;

    @Option(names = "--list", description = "Show the scenarios and end.")
    boolean list;

    @Option(
            names = {"-q", "--quiet"},
            description = "Say nothing but errors.")
    boolean quiet;

    @Override
    public Integer call() {
        if (list) {
            list();
            return Main.DONE;
        }
        if (scenario == null) {
            throw new OperatorMistake(
                    "name a scenario, like: teiten simulate npa-2015 -o DIR (--list shows all)");
        }
        List<Scenario> all = scenarios(scenario);
        if (directory == null) {
            throw new OperatorMistake("name a directory for the captures with -o DIR");
        }
        for (Scenario chosen : all) {
            for (Truth truth : Simulation.write(chosen, settings(chosen), directory)) {
                tell(truth);
            }
        }
        return Main.DONE;
    }

    private static List<Scenario> scenarios(String name) {
        if (name.equalsIgnoreCase(ALL)) {
            return List.of(Scenario.values());
        }
        List<String> names = new ArrayList<>();
        for (Scenario each : Scenario.values()) {
            if (each.label().equalsIgnoreCase(name)) {
                return List.of(each);
            }
            names.add(each.label());
        }
        throw new OperatorMistake(
                "there is no scenario \""
                        + name
                        + "\"; name one of "
                        + String.join(", ", names)
                        + ", or "
                        + ALL);
    }

    private Settings settings(Scenario chosen) {
        Settings defaults = chosen.defaults();
        return new Settings(
                seed != null ? seed : defaults.seed(),
                days != null ? days : defaults.days(),
                packets != null ? packets : defaults.packets(),
                start != null ? date(start) : defaults.start(),
                prefixes != null ? prefixes(prefixes) : defaults.prefixes());
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException _) {
            throw new OperatorMistake(
                    "--start \"" + text + "\" is no date; write it like 2015-08-01");
        }
    }

    private static List<Prefix> prefixes(List<String> texts) {
        try {
            return texts.stream().map(Prefix::parse).toList();
        } catch (IllegalArgumentException mistake) {
            throw new OperatorMistake("--prefix: " + mistake.getMessage(), mistake);
        }
    }

    private void list() {
        PrintWriter out = out();
        for (Scenario each : Scenario.values()) {
            Settings defaults = each.defaults();
            out.printf(
                    Locale.ROOT,
                    "%-20s %,d packets, %d days from %s%n",
                    each.label(),
                    defaults.packets(),
                    defaults.days(),
                    defaults.start());
            out.printf("    %s%n", wrapped(each.summary()));
        }
        out.printf("%-20s each of these in turn%n", ALL);
        out.flush();
    }

    /// Breaks a line before the 80th column and indents what follows.
    private static String wrapped(String text) {
        StringBuilder lines = new StringBuilder();
        int column = 4;
        for (String word : text.split(" ", -1)) {
            if (column > 4 && column + 1 + word.length() > 79) {
                lines.append(System.lineSeparator()).append("    ");
                column = 4;
            } else if (column > 4) {
                lines.append(' ');
                column++;
            }
            lines.append(word);
            column += word.length();
        }
        return lines.toString();
    }

    private void tell(Truth truth) {
        if (!quiet) {
            PrintWriter err = spec().commandLine().getErr();
            err.printf(
                    Locale.ROOT,
                    "%s: %,d packets by %,d sources to %s%n",
                    truth.capture(),
                    truth.totals().packets(),
                    truth.totals().sources(),
                    truth.prefix());
            err.flush();
        }
    }

    private PrintWriter out() {
        return spec().commandLine().getOut();
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("picocli did not set the command's own specification");
        }
        return spec;
    }
}

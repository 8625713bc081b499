package teiten.cli;

import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// A command line that means nothing, in one sentence that says what to write instead.
final class Misspelt {
    private Misspelt() {}

    static String sentence(ParameterException mistake) {
        CommandSpec command = mistake.getCommandLine().getCommandSpec();
        String help = "; " + command.qualifiedName() + " --help says more";
        if (mistake instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched, command) + help;
        }
        if (mistake instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            return missing(missing, command) + help;
        }
        ArgSpec asked = mistake.getArgSpec();
        String value = mistake.getValue();
        if (asked != null && value != null) {
            return value(asked, value) + help;
        }
        if (!command.subcommands().isEmpty() && command.positionalParameters().isEmpty()) {
            return "name a command of " + command.qualifiedName() + help;
        }
        return String.valueOf(mistake.getMessage()) + help;
    }

    private static String unmatched(UnmatchedArgumentException mistake, CommandSpec command) {
        String word = mistake.getUnmatched().getFirst();
        String what =
                mistake.isUnknownOption() || word.startsWith("-")
                        ? command.qualifiedName() + " has no option " + word
                        : command.subcommands().isEmpty()
                                ? "\""
                                        + word
                                        + "\" is one word too many for "
                                        + command.qualifiedName()
                                : "\"" + word + "\" is no command of " + command.qualifiedName();
        List<String> near =
                mistake.getSuggestions().stream()
                        .filter(name -> visible(command, name))
                        .map(name -> name.replaceAll(".*[ ,]", ""))
                        .filter(name -> alike(word, name))
                        .limit(3)
                        .toList();
        return what + (near.isEmpty() ? "" : " (perhaps " + String.join(", ", near) + ")");
    }

    private static boolean visible(CommandSpec command, String name) {
        var named = command.subcommands().get(name);
        return named == null || !named.getCommandSpec().usageMessage().hidden();
    }

    /// Suggestions are made for every word, even for one that resembles nothing.
    private static boolean alike(String word, String name) {
        int same = 0;
        while (same < Math.min(word.length(), name.length())
                && word.charAt(same) == name.charAt(same)) {
            same++;
        }
        return same >= 3 || same >= 2 && Math.abs(word.length() - name.length()) <= 1;
    }

    private static String missing(MissingParameterException mistake, CommandSpec command) {
        List<String> words = new ArrayList<>();
        for (ArgSpec arg : mistake.getMissing()) {
            if (!(arg instanceof OptionSpec option)) {
                words.add(label(arg));
            } else if (arg.required()) {
                words.add(option.longestName() + " " + arg.paramLabel());
            } else {
                return option.longestName() + " needs a value, " + arg.paramLabel();
            }
        }
        return command.qualifiedName() + " needs " + String.join(" and ", words);
    }

    private static String label(ArgSpec arg) {
        String label = arg.paramLabel();
        return arg.type().isEnum() ? "one of " + choices(arg.type()) : label;
    }

    private static String value(ArgSpec asked, String value) {
        Class<?> type =
                asked.auxiliaryTypes().length > 0 ? asked.auxiliaryTypes()[0] : asked.type();
        String name =
                asked instanceof OptionSpec option
                        ? option.longestName() + " \"" + value + "\""
                        : "\"" + value + "\"";
        if (type.isEnum()) {
            return name + " is none of " + choices(type);
        }
        if (type == int.class
                || type == Integer.class
                || type == long.class
                || type == Long.class) {
            return name + " is no whole number";
        }
        if (type == double.class || type == Double.class) {
            return name + " is no number";
        }
        String label = asked instanceof PositionalParamSpec ? "a " : "";
        return name + " cannot be read as " + label + asked.paramLabel();
    }

    private static String choices(Class<?> type) {
        return String.join(
                ", ",
                Arrays.stream(type.getEnumConstants())
                        .map(each -> each.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .toList());
    }
}

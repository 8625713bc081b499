package teiten.decoy.applet;

import org.jspecify.annotations.Nullable;

import teiten.decoy.shell.Applet;
import teiten.decoy.shell.Call;
import teiten.decoy.shell.Output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// `grep`, `sed` and `awk`, as far as loaders and reconnaissance scripts use them.
final class PatternApplets {
    private PatternApplets() {}

    static void install(Map<String, Applet> all) {
        all.put("grep", PatternApplets::grep);
        all.put("egrep", PatternApplets::grep);
        all.put("fgrep", PatternApplets::grep);
        all.put("sed", PatternApplets::sed);
        all.put("awk", PatternApplets::awk);
    }

    private static int grep(Call call) {
        Options options = Options.of(call.args(), "emABC");
        List<String> operands = new ArrayList<>(options.operands());
        if (!options.has("e") && operands.isEmpty()) {
            return Usage.show(call);
        }
        String text = options.has("e") ? options.value("e", "") : operands.removeFirst();
        boolean extended = options.has("E") || call.name().equals("egrep");
        boolean fixed = options.has("F") || call.name().equals("fgrep");
        Matcher matcher =
                Matcher.of(text, extended, fixed, options.has("i"), call.shell().budget());
        if (matcher == null) {
            call.fail("bad regex '" + text + "'");
            return 2;
        }
        int status = 1;
        for (String path : operands.isEmpty() ? List.of("-") : operands) {
            List<String> lines = TextApplets.lines(call, List.of(path));
            if (lines == null) {
                status = status == 0 ? 0 : 2;
                continue;
            }
            String label =
                    (operands.size() > 1 && !options.has("h")) || options.has("H")
                            ? path + ":"
                            : "";
            StringBuilder out = new StringBuilder();
            int count = 0;
            int number = 0;
            for (String line : lines) {
                number++;
                boolean hit = matcher.finds(line);
                if (hit && options.has("w")) {
                    hit = Arrays.asList(line.split("[^A-Za-z0-9_]+")).contains(text);
                }
                if (hit == options.has("v")) {
                    continue;
                }
                count++;
                if (options.has("o")) {
                    java.util.regex.Matcher found = matcher.on(line);
                    while (found.find() && found.end() > found.start()) {
                        out.append(label).append(line, found.start(), found.end()).append('\n');
                    }
                } else if (!options.has("c") && !options.has("q") && !options.has("l")) {
                    out.append(label)
                            .append(options.has("n") ? number + ":" : "")
                            .append(line)
                            .append('\n');
                }
                if (count >= options.number("m", Long.MAX_VALUE)) {
                    break;
                }
            }
            if (options.has("c")) {
                out.append(label).append(count).append('\n');
            }
            if (options.has("l") && count > 0) {
                out.append(path).append('\n');
            }
            call.print(out.toString());
            status = count > 0 ? 0 : status;
        }
        return status;
    }

    /// One `sed` command.
    private record Edit(
            int line,
            @Nullable Matcher address,
            char kind,
            @Nullable Matcher from,
            String to,
            boolean all,
            boolean print) {}

    private static int sed(Call call) {
        Options options = Options.of(call.args(), "ef");
        List<String> operands = new ArrayList<>(options.operands());
        if (!options.has("e") && operands.isEmpty()) {
            return Usage.show(call);
        }
        String script = options.has("e") ? options.value("e", "") : operands.removeFirst();
        boolean extended = options.has("r") || options.has("E");
        List<Edit> edits = new ArrayList<>();
        for (String command : commands(script)) {
            Edit edit = edit(call, command, extended);
            if (edit == null) {
                return call.fail("unsupported command " + command);
            }
            edits.add(edit);
        }
        boolean inPlace = options.has("i");
        List<String> lines = TextApplets.lines(call, operands);
        if (lines == null) {
            return 1;
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            call.shell().budget().step();
            String line = lines.get(i);
            boolean deleted = false;
            boolean quit = false;
            for (Edit edit : edits) {
                boolean here =
                        edit.line() > 0
                                ? edit.line() == i + 1
                                : edit.line() < 0
                                        ? i == lines.size() - 1
                                        : edit.address() == null || edit.address().finds(line);
                if (!here) {
                    continue;
                }
                switch (edit.kind()) {
                    case 'd' -> deleted = true;
                    case 'p' -> out.append(line).append('\n');
                    case 'q' -> quit = true;
                    default -> {
                        String replaced = substitute(edit, line);
                        if (edit.print() && !replaced.equals(line)) {
                            out.append(replaced).append('\n');
                        }
                        line = replaced;
                    }
                }
            }
            if (!deleted && !options.has("n")) {
                out.append(line).append('\n');
            }
            if (quit) {
                break;
            }
        }
        if (inPlace && !operands.isEmpty()) {
            Output file = Sources.create(call, operands.getFirst(), false);
            return file != null && file.print(out.toString()) ? 0 : 1;
        }
        call.print(out.toString());
        return 0;
    }

    private static List<String> commands(String script) {
        List<String> all = new ArrayList<>();
        StringBuilder one = new StringBuilder();
        char delimiter = '\0';
        int seen = 0;
        for (int i = 0; i < script.length(); i++) {
            char c = script.charAt(i);
            if (delimiter == '\0'
                    && c == 's'
                    && i + 1 < script.length()
                    && one.toString().isBlank()) {
                delimiter = script.charAt(i + 1);
                seen = 0;
            }
            if (c == '\\' && i + 1 < script.length()) {
                one.append(c).append(script.charAt(++i));
                continue;
            }
            if (delimiter != '\0' && c == delimiter && i > 0) {
                seen++;
            }
            if ((c == ';' || c == '\n') && (delimiter == '\0' || seen >= 3)) {
                all.add(one.toString());
                one.setLength(0);
                delimiter = '\0';
            } else {
                one.append(c);
            }
        }
        all.add(one.toString());
        all.removeIf(String::isBlank);
        return all;
    }

    private static @Nullable Edit edit(Call call, String command, boolean extended) {
        String text = command.strip();
        int line = 0;
        Matcher address = null;
        if (text.startsWith("/")) {
            int end = text.indexOf('/', 1);
            if (end < 0) {
                return null;
            }
            address =
                    Matcher.of(
                            text.substring(1, end), extended, false, false, call.shell().budget());
            if (address == null) {
                return null;
            }
            text = text.substring(end + 1);
        } else if (text.startsWith("$")) {
            line = -1;
            text = text.substring(1);
        } else {
            int digits = 0;
            while (digits < text.length() && digits < 9 && Character.isDigit(text.charAt(digits))) {
                digits++;
            }
            line = digits == 0 ? 0 : Integer.parseInt(text.substring(0, digits));
            text = text.substring(digits);
        }
        if (text.equals("d") || text.equals("p") || text.equals("q")) {
            return new Edit(line, address, text.charAt(0), null, "", false, false);
        }
        if (text.length() < 4 || text.charAt(0) != 's') {
            return null;
        }
        char delimiter = text.charAt(1);
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 2; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                part.append(next == delimiter ? "" : "\\").append(next);
            } else if (c == delimiter && parts.size() < 2) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        if (parts.size() < 2) {
            return null;
        }
        String flags = part.toString();
        Matcher from =
                Matcher.of(
                        parts.getFirst(),
                        extended,
                        false,
                        flags.contains("i") || flags.contains("I"),
                        call.shell().budget());
        return from == null
                ? null
                : new Edit(
                        line,
                        address,
                        's',
                        from,
                        parts.get(1),
                        flags.contains("g"),
                        flags.contains("p"));
    }

    private static String substitute(Edit edit, String line) {
        if (edit.from() == null) {
            return line;
        }
        java.util.regex.Matcher found = edit.from().on(line);
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (found.find() && out.length() < 1 << 16) {
            out.append(line, at, found.start());
            for (int i = 0; i < edit.to().length(); i++) {
                char c = edit.to().charAt(i);
                if (c == '&') {
                    out.append(line, found.start(), found.end());
                } else if (c == '\\' && i + 1 < edit.to().length()) {
                    char next = edit.to().charAt(++i);
                    if (next >= '1' && next <= '9') {
                        int group = next - '0';
                        if (group <= found.groupCount() && found.start(group) >= 0) {
                            out.append(line, found.start(group), found.end(group));
                        }
                    } else {
                        out.append(next == 'n' ? '\n' : next == 't' ? '\t' : next);
                    }
                } else {
                    out.append(c);
                }
            }
            at = found.end();
            if (!edit.all() || found.end() == found.start()) {
                break;
            }
        }
        return out.append(line, at, line.length()).toString();
    }

    /// `awk 'pattern {print $1, "text", $NF}'`: the one-line programs of reconnaissance. Others print nothing.
    private static int awk(Call call) {
        Options options = Options.of(call.args(), "Fvf");
        List<String> operands = new ArrayList<>(options.operands());
        if (operands.isEmpty()) {
            return Usage.show(call);
        }
        String program = operands.removeFirst().strip();
        int brace = program.indexOf('{');
        int close = program.lastIndexOf('}');
        String condition = brace < 0 ? program : program.substring(0, brace).strip();
        String action =
                brace < 0 || close < brace ? "print" : program.substring(brace + 1, close).strip();
        Matcher matcher = null;
        int wanted = 0;
        if (condition.length() > 1 && condition.startsWith("/") && condition.endsWith("/")) {
            matcher =
                    Matcher.of(
                            condition.substring(1, condition.length() - 1),
                            true,
                            false,
                            false,
                            call.shell().budget());
        } else if (condition.matches("NR *== *[0-9]{1,6}")) {
            wanted = Integer.parseInt(condition.replaceAll("[^0-9]", ""));
        } else if (condition.equals("BEGIN")) {
            call.print(print(action, new String[] {""}, 0, " ") + "\n");
            return 0;
        }
        List<String> lines = TextApplets.lines(call, operands);
        if (lines == null) {
            return 2;
        }
        String separator = options.value("F", "");
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            call.shell().budget().step();
            String line = lines.get(i);
            if ((matcher != null && !matcher.finds(line)) || (wanted > 0 && wanted != i + 1)) {
                continue;
            }
            String[] fields =
                    separator.isEmpty()
                            ? line.strip().split("[ \t]+", 512)
                            : line.split(java.util.regex.Pattern.quote(separator), 512);
            String[] all = new String[fields.length + 1];
            all[0] = line;
            System.arraycopy(fields, 0, all, 1, fields.length);
            for (String statement : action.split(";", 16)) {
                if (statement.strip().startsWith("print")) {
                    out.append(print(statement.strip(), all, i + 1, " ")).append('\n');
                }
            }
        }
        call.print(out.toString());
        return 0;
    }

    private static String print(String statement, String[] fields, int number, String between) {
        String what = statement.replaceFirst("^print", "").strip();
        if (what.isEmpty()) {
            return fields[0];
        }
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (String item : outsideQuotes(what, ",")) {
            if (!first) {
                out.append(between);
            }
            first = false;
            for (String piece : outsideQuotes(item.strip(), " \t")) {
                out.append(piece(piece, fields, number));
            }
        }
        return out.toString();
    }

    private static String piece(String piece, String[] fields, int number) {
        if (piece.startsWith("\"")) {
            return piece.replaceAll("^\"|\"$", "").replace("\\n", "\n").replace("\\t", "\t");
        }
        if (piece.equals("$NF")) {
            return fields[fields.length - 1];
        }
        if (piece.equals("NR")) {
            return Integer.toString(number);
        }
        if (piece.equals("NF")) {
            return Integer.toString(fields.length - 1);
        }
        if (piece.matches("\\$[0-9]{1,4}")) {
            int n = Integer.parseInt(piece.substring(1));
            return n < fields.length ? fields[n] : "";
        }
        return piece.matches("[0-9.]+") ? piece : "";
    }

    /// Splits at delimiters that stand outside of double quotes.
    private static List<String> outsideQuotes(String text, String delimiters) {
        List<String> all = new ArrayList<>();
        StringBuilder one = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            quoted ^= c == '"';
            if (!quoted && delimiters.indexOf(c) >= 0) {
                all.add(one.toString());
                one.setLength(0);
            } else {
                one.append(c);
            }
        }
        all.add(one.toString());
        return all;
    }
}

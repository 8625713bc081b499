package teiten.decoy.shell;

import org.jspecify.annotations.Nullable;

import teiten.decoy.files.Node;
import teiten.decoy.files.SessionFiles;
import teiten.decoy.shell.Syntax.Part;
import teiten.decoy.shell.Syntax.Word;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Turns words into the arguments that a command gets: variables, substitutions, arithmetic, fields, file names.
///
/// While a word is expanded, each char carries where it came from in the bits above the byte: quoted, or the result of
/// an expansion (which alone is split into fields).
final class Expansion {
    private static final char QUOTED = Glob.QUOTED;
    private static final char SPLITS = 0x200;
    private static final char FIELD_BREAK = 0x400;
    private static final char EMPTY_QUOTES = 0x800;
    private static final int MOST_NAMES = 512;
    private static final int LONGEST = 1 << 17;

    private final Shell shell;
    private final Evaluator evaluator;
    private boolean failed;

    Expansion(Shell shell, Evaluator evaluator) {
        this.shell = shell;
        this.evaluator = evaluator;
    }

    /// All arguments; null when an expansion failed, after its message.
    @Nullable List<String> fields(List<Word> words) {
        List<String> all = new ArrayList<>(words.size());
        failed = false;
        for (Word word : words) {
            String plain = word.plain();
            boolean quoted = !word.parts().isEmpty() && word.parts().getFirst().quoted();
            if (plain != null && (quoted || !Glob.isPattern(plain))) {
                all.add(plain);
                continue;
            }
            StringBuilder marked = new StringBuilder();
            for (Part part : word.parts()) {
                part(part, marked);
            }
            split(marked, all);
            if (failed) {
                return null;
            }
        }
        return all;
    }

    /// The text of a word without splitting, as in an assignment or a redirection.
    String text(Word word) {
        String plain = word.plain();
        if (plain != null) {
            return plain;
        }
        StringBuilder marked = new StringBuilder();
        for (Part part : word.parts()) {
            part(part, marked);
        }
        return bare(marked, ' ');
    }

    /// A pattern with its quoted chars marked.
    String pattern(Word word) {
        StringBuilder marked = new StringBuilder();
        for (Part part : word.parts()) {
            part(part, marked);
        }
        StringBuilder out = new StringBuilder(marked.length());
        for (int i = 0; i < marked.length(); i++) {
            char c = marked.charAt(i);
            if ((c & (FIELD_BREAK | EMPTY_QUOTES)) == 0) {
                out.append((char) (c & (QUOTED | 0xFF)));
            }
        }
        return out.toString();
    }

    private static String bare(CharSequence marked, char fieldBreak) {
        StringBuilder out = new StringBuilder(marked.length());
        for (int i = 0; i < marked.length(); i++) {
            char c = marked.charAt(i);
            if ((c & FIELD_BREAK) != 0) {
                out.append(fieldBreak);
            } else if ((c & EMPTY_QUOTES) == 0) {
                out.append((char) (c & 0xFF));
            }
        }
        return out.toString();
    }

    private void add(StringBuilder out, String value, char mark) {
        shell.budget().copied(value.length());
        int room = Math.max(0, Math.min(value.length(), LONGEST - out.length()));
        for (int i = 0; i < room; i++) {
            out.append((char) ((value.charAt(i) & 0xFF) | mark));
        }
        if (value.isEmpty() && mark == QUOTED) {
            out.append(EMPTY_QUOTES);
        }
    }

    private void part(Part part, StringBuilder out) {
        char expanded = part.quoted() ? QUOTED : SPLITS;
        switch (part) {
            case Syntax.Text text -> add(out, text.text(), text.quoted() ? QUOTED : 0);
            case Syntax.Variable variable -> variable(variable, out);
            case Syntax.Substitution substitution -> {
                shell.budget().step();
                Output.Buffer buffer = new Output.Buffer(shell.budget());
                Io io = new Io(Input.Bytes.NOTHING, buffer, shell.world().screen());
                shell.status = evaluator.inSubshell(substitution.body(), io);
                String value = buffer.text();
                int end = value.length();
                while (end > 0 && value.charAt(end - 1) == '\n') {
                    end--;
                }
                add(out, value.substring(0, end).replace("\0", ""), expanded);
            }
            case Syntax.Arithmetic arithmetic -> {
                shell.budget().step();
                Long value = Sum.of(text(arithmetic.expression()), shell::variable);
                if (value == null) {
                    shell.world().screen().print(shell.name() + ": arithmetic syntax error\n");
                    failed = true;
                } else {
                    add(out, Long.toString(value), expanded);
                }
            }
        }
    }

    private void variable(Syntax.Variable variable, StringBuilder out) {
        String name = variable.name();
        char mark = variable.quoted() ? QUOTED : SPLITS;
        if ((name.equals("@") || name.equals("*")) && variable.operator().isEmpty()) {
            boolean separate = name.equals("@") || !variable.quoted();
            for (int i = 0; i < shell.positional.size(); i++) {
                if (i > 0) {
                    out.append(separate ? FIELD_BREAK : (char) (' ' | QUOTED));
                }
                add(out, shell.positional.get(i), mark);
            }
            return;
        }
        String value = value(name);
        boolean unset = value == null;
        String now = value == null ? "" : value;
        String operator = variable.operator();
        boolean missing = operator.startsWith(":") ? now.isEmpty() : unset;
        switch (operator) {
            case "length" -> add(out, Integer.toString(now.length()), mark);
            case "-", ":-" -> {
                if (missing) {
                    operand(variable, out);
                } else {
                    add(out, now, mark);
                }
            }
            case "=", ":=" -> {
                if (missing) {
                    now = text(variable.operand());
                    shell.set(name, now);
                }
                add(out, now, mark);
            }
            case "+", ":+" -> {
                if (!missing) {
                    operand(variable, out);
                }
            }
            case "?", ":?" -> {
                if (missing) {
                    String said = text(variable.operand());
                    shell.world()
                            .screen()
                            .print(
                                    shell.name()
                                            + ": "
                                            + name
                                            + ": "
                                            + (said.isEmpty() ? "parameter not set" : said)
                                            + "\n");
                    failed = true;
                } else {
                    add(out, now, mark);
                }
            }
            case "%", "%%", "#", "##" -> add(out, trim(now, operator, variable.operand()), mark);
            case "/", "//" -> add(out, replace(now, operator, text(variable.operand())), mark);
            case ":" -> add(out, slice(now, text(variable.operand())), mark);
            default -> add(out, now, mark);
        }
    }

    private void operand(Syntax.Variable variable, StringBuilder out) {
        for (Part part : variable.operand().parts()) {
            if (variable.quoted()) {
                StringBuilder inner = new StringBuilder();
                part(part, inner);
                add(out, bare(inner, ' '), QUOTED);
            } else {
                part(part, out);
            }
        }
    }

    private @Nullable String value(String name) {
        char c = name.charAt(0);
        if (c >= '0' && c <= '9') {
            int n = name.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(name);
            return n == 0
                    ? shell.name()
                    : n <= shell.positional.size() ? shell.positional.get(n - 1) : null;
        }
        return switch (name) {
            case "?" -> Integer.toString(shell.status);
            case "#" -> Integer.toString(shell.positional.size());
            case "$" -> Integer.toString(shell.device().tasks().getLast().pid() + 113);
            case "!" -> Integer.toString(shell.device().tasks().getLast().pid() + 127);
            case "-" -> "smi";
            case "@", "*" -> String.join(" ", shell.positional);
            case "RANDOM" -> Integer.toString((int) (System.nanoTime() >>> 7 & 0x7FFF));
            default -> shell.isSet(name) ? shell.variable(name) : null;
        };
    }

    private String trim(String value, String operator, Word operand) {
        String pattern = pattern(operand);
        boolean suffix = operator.charAt(0) == '%';
        boolean longest = operator.length() == 2;
        int n = value.length();
        shell.budget().work((long) (pattern.length() + 1) * (n + 1) * Math.min(n + 1, 64));
        for (int i = 0; i <= n; i++) {
            int cut = longest == suffix ? i : n - i;
            boolean fits =
                    suffix
                            ? Glob.matches(pattern, value, cut, n)
                            : Glob.matches(pattern, value, 0, cut);
            if (fits) {
                return suffix ? value.substring(0, cut) : value.substring(cut);
            }
        }
        return value;
    }

    private String replace(String value, String operator, String operand) {
        int slash = operand.indexOf('/');
        String from = slash < 0 ? operand : operand.substring(0, slash);
        String to = slash < 0 ? "" : operand.substring(slash + 1);
        if (from.isEmpty()) {
            return value;
        }
        if (operator.equals("/")) {
            int at = value.indexOf(from);
            return at < 0
                    ? value
                    : value.substring(0, at) + to + value.substring(at + from.length());
        }
        int times = 0;
        for (int at = value.indexOf(from); at >= 0; at = value.indexOf(from, at + from.length())) {
            times++;
        }
        shell.budget().copied(value.length() + (long) times * to.length());
        return value.replace(from, to);
    }

    private String slice(String value, String operand) {
        String[] parts = operand.split(":", 2);
        Long start = Sum.of(parts[0], shell::variable);
        Long count = parts.length > 1 ? Sum.of(parts[1], shell::variable) : null;
        if (start == null) {
            return value;
        }
        int n = value.length();
        long from = start < 0 ? Math.max(0, n + start) : Math.min(start, n);
        long to = count == null ? n : count < 0 ? n + count : Math.min(n, from + count);
        return to <= from ? "" : value.substring((int) from, (int) to);
    }

    /// Cuts marked text into fields and expands file names.
    private void split(StringBuilder marked, List<String> into) {
        String ifs = shell.variable("IFS");
        StringBuilder field = new StringBuilder();
        boolean any = false;
        for (int i = 0; i < marked.length(); i++) {
            char c = marked.charAt(i);
            boolean separator =
                    (c & SPLITS) != 0 && (c & FIELD_BREAK) == 0 && ifs.indexOf(c & 0xFF) >= 0;
            if ((c & FIELD_BREAK) != 0 || separator) {
                if (any) {
                    names(field, into);
                }
                field.setLength(0);
                any = false;
            } else {
                any = true;
                if ((c & EMPTY_QUOTES) == 0) {
                    field.append((char) (c & (QUOTED | 0xFF)));
                }
            }
        }
        if (any) {
            names(field, into);
        }
    }

    private void names(CharSequence field, List<String> into) {
        String pattern = field.toString();
        if (Glob.isPattern(pattern)) {
            List<String> found = new ArrayList<>();
            match(pattern, 0, pattern.startsWith("/") ? "/" : "", found);
            if (!found.isEmpty()) {
                into.addAll(found);
                return;
            }
        }
        into.add(bare(pattern, ' '));
    }

    private void match(String pattern, int from, String prefix, List<String> found) {
        shell.budget().step();
        int start = from;
        while (start < pattern.length() && pattern.charAt(start) == '/') {
            start++;
        }
        int slash = pattern.indexOf('/', start);
        String item = pattern.substring(start, slash < 0 ? pattern.length() : slash);
        if (!Glob.isPattern(item)) {
            String path = prefix + bare(item, ' ');
            if (slash >= 0) {
                match(pattern, slash, path + "/", found);
            } else if (shell.files().find(shell.cwd(), path, false).node() != null
                    && found.size() < MOST_NAMES) {
                found.add(path);
            }
            return;
        }
        SessionFiles.Found at =
                shell.files().find(shell.cwd(), prefix.isEmpty() ? "." : prefix, true);
        if (!(at.node() instanceof Node.Directory)) {
            return;
        }
        for (Map.Entry<String, Node> entry : shell.files().list(at.path()).entrySet()) {
            String name = entry.getKey();
            shell.budget().work(name.length() + item.length());
            if (found.size() >= MOST_NAMES
                    || (name.startsWith(".") && item.charAt(0) != '.')
                    || !Glob.matches(item, name)) {
                continue;
            }
            if (slash < 0) {
                found.add(prefix + name);
            } else if (!(entry.getValue() instanceof Node.Plain)) {
                match(pattern, slash, prefix + name + "/", found);
            }
        }
    }
}

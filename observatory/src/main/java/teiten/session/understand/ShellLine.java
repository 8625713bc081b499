package teiten.session.understand;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Splits a line for a Bourne shell into its simple commands, tolerantly: whatever an attacker typed gives some
/// commands and never an error. It reads, and runs nothing: variables stay as they are, and what stands in `$( )` or
/// back quotes is both part of its word and a command of its own.
public final class ShellLine {
    /// The most commands read from one line; the rest is left out.
    public static final int MOST_COMMANDS = 512;

    private static final int MOST_WORDS = 1024;
    private static final int DEEPEST = 4;

    private static final Set<String> KEYWORDS =
            Set.of(
                    "if", "then", "else", "elif", "fi", "while", "until", "do", "done", "{", "}",
                    "!");

    /// One simple command.
    ///
    /// @param words without quotes; assignments in front and keywords are left out
    /// @param redirects such as `>` and its target, in order
    /// @param after what joins it to the command before: "", ";", "&&", "||", "|", "&"
    public record Simple(List<String> words, List<Redirect> redirects, String after) {
        public Simple {
            words = List.copyOf(words);
            redirects = List.copyOf(redirects);
        }

        /// The program's name without its directory; `busybox X` gives `X`; empty when only redirections stand there.
        public String program() {
            int first = first();
            return first < words.size() ? baseName(words.get(first)) : "";
        }

        /// The words behind the program's name.
        public List<String> arguments() {
            int first = first();
            return first < words.size() ? words.subList(first + 1, words.size()) : List.of();
        }

        /// The program as it was written, with its directory.
        public String written() {
            int first = first();
            return first < words.size() ? words.get(first) : "";
        }

        /// Whether the program stands behind `busybox`.
        public boolean ofBusyBox() {
            int first = first();
            return first > 0 && baseName(words.get(first - 1)).equals("busybox");
        }

        private int first() {
            int i = 0;
            while (i + 1 < words.size() && WRAPPERS.contains(baseName(words.get(i)))) {
                i++;
                while (i + 1 < words.size()
                        && words.get(i).startsWith("-")
                        && !baseName(words.get(i - 1)).equals("busybox")) {
                    i++;
                }
            }
            return i;
        }
    }

    /// @param operator `>`, `>>`, `<` or `<<`
    public record Redirect(String operator, String target) {
        public boolean writes() {
            return operator.startsWith(">");
        }
    }

    /// Programs that run the program named behind them.
    private static final Set<String> WRAPPERS =
            Set.of("busybox", "sudo", "nohup", "exec", "command", "setsid", "time", "env");

    private final String line;
    private final int end;
    private final int depth;
    private final List<Simple> commands;
    private final StringBuilder word = new StringBuilder();
    private List<String> words = new ArrayList<>();
    private List<Redirect> redirects = new ArrayList<>();
    private String after = "";
    private String pending = "";
    private boolean inWord;
    private int at;

    private ShellLine(String line, int depth, List<Simple> commands) {
        this.line = line;
        this.end = line.length();
        this.depth = depth;
        this.commands = commands;
    }

    public static List<Simple> split(String line) {
        List<Simple> commands = new ArrayList<>();
        new ShellLine(line, 0, commands).walk();
        return commands;
    }

    static String baseName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private void walk() {
        while (at < end && commands.size() < MOST_COMMANDS) {
            char c = line.charAt(at++);
            switch (c) {
                case '\'' -> quoted('\'');
                case '"' -> quoted('"');
                case '\\' -> {
                    inWord = true;
                    if (at < end) {
                        // Kept: echo's escapes are read from the word later.
                        char next = line.charAt(at++);
                        if (next == '\\') {
                            word.append('\\');
                        } else if (next != '\n') {
                            word.append(next);
                        }
                    }
                }
                case '$' -> dollar();
                case '`' -> {
                    inWord = true;
                    nested(until('`'));
                }
                case ' ', '\t', '\0' -> endWord();
                case '\n', '\r', ';', '(', ')' -> endCommand(";");
                case '&' -> {
                    if (at < end && line.charAt(at) == '>') {
                        endWord();
                    } else if (!pending.isEmpty() && !inWord) {
                        word.append('&');
                        inWord = true;
                    } else {
                        endCommand(take('&') ? "&&" : "&");
                    }
                }
                case '|' -> endCommand(take('|') ? "||" : "|");
                case '>' -> redirect(take('>') ? ">>" : ">");
                case '<' -> redirect(take('<') ? "<<" : "<");
                case '#' -> {
                    if (inWord) {
                        word.append(c);
                    } else {
                        until('\n');
                        endCommand(";");
                    }
                }
                default -> {
                    inWord = true;
                    word.append(c);
                }
            }
        }
        endCommand("");
    }

    private void quoted(char quote) {
        inWord = true;
        while (at < end) {
            char c = line.charAt(at++);
            if (c == quote) {
                return;
            }
            if (c == '\\' && quote == '"' && at < end && "\"\\$`".indexOf(line.charAt(at)) >= 0) {
                word.append(line.charAt(at++));
            } else if (c == '$' && quote == '"' && at < end && line.charAt(at) == '(') {
                dollar();
            } else if (c == '`' && quote == '"') {
                nested(until('`'));
            } else {
                word.append(c);
            }
        }
    }

    /// Behind a `$`: `$( )` is walked, anything else stays text.
    private void dollar() {
        inWord = true;
        if (at < end && line.charAt(at) == '\'') {
            at++;
            quoted('\'');
            return;
        }
        word.append('$');
        boolean arithmetic = line.startsWith("((", at);
        if (at < end && line.charAt(at) == '(') {
            int open = 0;
            int from = at + 1;
            while (at < end) {
                char c = line.charAt(at++);
                open += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (open == 0) {
                    break;
                }
            }
            String inner = line.substring(from, open == 0 ? at - 1 : at);
            word.append('(').append(inner).append(')');
            if (!arithmetic) {
                walkInner(inner);
            }
        }
    }

    private void nested(String inner) {
        word.append('`').append(inner).append('`');
        walkInner(inner);
    }

    private void walkInner(String inner) {
        if (depth < DEEPEST) {
            new ShellLine(inner, depth + 1, commands).walk();
        }
    }

    private String until(char stop) {
        int found = line.indexOf(stop, at);
        String text = line.substring(at, found < 0 ? end : found);
        at = found < 0 ? end : found + 1;
        return text;
    }

    private boolean take(char c) {
        if (at < end && line.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void redirect(String operator) {
        // A digit directly in front is a file descriptor, not a word.
        if (inWord && word.length() == 1 && Character.isDigit(word.charAt(0))) {
            word.setLength(0);
            inWord = false;
        }
        endWord();
        pending = operator;
    }

    private void endWord() {
        if (!inWord) {
            return;
        }
        String text = word.toString();
        word.setLength(0);
        inWord = false;
        if (!pending.isEmpty()) {
            if (!text.startsWith("&")) {
                redirects.add(new Redirect(pending, text));
            }
            pending = "";
        } else if (words.size() < MOST_WORDS && !(words.isEmpty() && prefix(text))) {
            words.add(text);
        }
    }

    /// Keywords and assignments in front of a command.
    private static boolean prefix(String text) {
        if (KEYWORDS.contains(text)) {
            return true;
        }
        int equals = text.indexOf('=');
        if (equals <= 0 || text.charAt(0) >= '0' && text.charAt(0) <= '9') {
            return false;
        }
        for (int i = 0; i < equals; i++) {
            char c = text.charAt(i);
            if (c != '_' && (c >= 128 || !Character.isLetterOrDigit(c))) {
                return false;
            }
        }
        return true;
    }

    private void endCommand(String joint) {
        endWord();
        pending = "";
        if (!words.isEmpty() || !redirects.isEmpty()) {
            commands.add(new Simple(words, redirects, after));
            words = new ArrayList<>();
            redirects = new ArrayList<>();
        }
        if (!joint.isEmpty()) {
            after = joint;
        }
    }
}

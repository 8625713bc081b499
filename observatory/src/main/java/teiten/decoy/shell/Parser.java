package teiten.decoy.shell;

import org.jspecify.annotations.Nullable;

import teiten.decoy.shell.Syntax.Kind;
import teiten.decoy.shell.Syntax.Part;
import teiten.decoy.shell.Syntax.Redirect;
import teiten.decoy.shell.Syntax.Word;

import java.util.ArrayList;
import java.util.List;

/// Reads the shell language of BusyBox ash, top down.
///
/// Adversary: anything at all. Nesting is bounded by [#DEEPEST] and the text by the caller; every text gives one of the
/// three kinds of [Parsed], and never an exception.
public final class Parser {
    static final int DEEPEST = 48;
    private static final String[] RESERVED = {
        "then", "else", "elif", "fi", "do", "done", "esac", "}", "in"
    };

    private final String text;
    private int at;
    private int depth;
    private final List<Pending> hereDocuments = new ArrayList<>();

    private Parser(String text) {
        this.text = text;
    }

    public static Parsed parse(String text) {
        Parser parser = new Parser(text);
        try {
            Syntax all = parser.list(true);
            parser.takeHereDocuments();
            return parser.hereDocuments.isEmpty() ? new Parsed.Whole(all) : new Parsed.NeedsMore();
        } catch (Stop stop) {
            return stop.message == null ? new Parsed.NeedsMore() : new Parsed.Wrong(stop.message);
        }
    }

    /// Leaves the recursion at once; holds no stack trace, so that hostile text costs nothing.
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final @Nullable String message;

        Stop(@Nullable String message) {
            super(null, null, false, false);
            this.message = message;
        }
    }

    /// A here-document whose text follows the line. The redirection's place is filled in when the text is known.
    private record Pending(
            String end, boolean literal, boolean tabs, List<Redirect> into, int index, int fd) {}

    private static Stop unexpected(String token) {
        return new Stop("syntax error: unexpected " + token);
    }

    private void enter() {
        if (++depth > DEEPEST) {
            throw new Stop("syntax error: nesting too deep");
        }
    }

    private boolean ended() {
        return at >= text.length();
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
    }

    private void blanks() {
        while (!ended()) {
            char c = peek();
            if (c == ' ' || c == '\t' || c == '\r') {
                at++;
            } else if (c == '\\' && peek(1) == '\n') {
                at += 2;
            } else if (c == '\\' && at + 1 == text.length()) {
                throw new Stop(null);
            } else if (c == '#') {
                while (!ended() && peek() != '\n') {
                    at++;
                }
            } else {
                return;
            }
        }
    }

    private void newlines() {
        blanks();
        while (peek() == '\n' && !ended()) {
            at++;
            takeHereDocuments();
            blanks();
        }
    }

    /// @param top whether the end of the text ends the list, and a closing word is an error
    private Syntax list(boolean top) {
        enter();
        List<Syntax> commands = new ArrayList<>();
        newlines();
        while (!ended() && (top || !closes())) {
            if (peek() == ')') {
                throw unexpected("\")\"");
            }
            if (top && closes()) {
                throw unexpected("\"" + reserved() + "\"");
            }
            Syntax command = andOr();
            blanks();
            char c = peek();
            if (c == '&' && !ended()) {
                at++;
                command = new Syntax.Background(command);
            } else if (c == ';' && peek(1) != ';') {
                at++;
            } else if (c != '\n' && !ended() && c != ')' && !(c == ';' && !top)) {
                throw unexpected(c == ';' ? "\";;\"" : "\"" + c + "\"");
            }
            commands.add(command);
            newlines();
            if (!top && (peek() == ')' || (peek() == ';' && peek(1) == ';'))) {
                break;
            }
            if (top && peek() == ';' && !ended()) {
                throw unexpected(peek(1) == ';' ? "\";;\"" : "\";\"");
            }
        }
        depth--;
        return commands.size() == 1 ? commands.getFirst() : new Syntax.Sequence(commands);
    }

    /// True when a word that ends a compound stands here.
    private boolean closes() {
        return (peek() == ')' && !ended())
                || (peek() == ';' && peek(1) == ';')
                || reserved() != null;
    }

    private @Nullable String reserved() {
        for (String word : RESERVED) {
            if (!word.equals("in") && looksAt(word)) {
                return word;
            }
        }
        return null;
    }

    private boolean looksAt(String word) {
        return text.startsWith(word, at) && breaks(at + word.length());
    }

    private boolean breaks(int index) {
        return index >= text.length() || " \t\r\n;&|()<>".indexOf(text.charAt(index)) >= 0;
    }

    private void expect(String word) {
        newlines();
        if (ended()) {
            throw new Stop(null);
        }
        if (!looksAt(word)) {
            throw unexpected(describe() + " (expecting \"" + word + "\")");
        }
        at += word.length();
    }

    private String describe() {
        if (ended()) {
            return "end of file";
        }
        String word = reserved();
        if (word != null) {
            return "\"" + word + "\"";
        }
        char c = peek();
        return c == '\n' ? "newline" : ";&|()<>".indexOf(c) >= 0 ? "\"" + c + "\"" : "word";
    }

    private Syntax andOr() {
        Syntax left = pipeline();
        while (true) {
            blanks();
            boolean and = peek() == '&' && peek(1) == '&';
            if (!and && !(peek() == '|' && peek(1) == '|')) {
                return left;
            }
            at += 2;
            newlines();
            if (ended()) {
                throw new Stop(null);
            }
            left = new Syntax.Both(left, and, pipeline());
        }
    }

    private Syntax pipeline() {
        blanks();
        boolean negated = false;
        while (peek() == '!' && breaks(at + 1) && !ended()) {
            negated = !negated;
            at++;
            blanks();
        }
        Syntax first = command();
        blanks();
        if (!(peek() == '|' && peek(1) != '|')) {
            return negated ? new Syntax.Pipeline(true, List.of(first)) : first;
        }
        List<Syntax> stages = new ArrayList<>();
        stages.add(first);
        while (peek() == '|' && peek(1) != '|') {
            at++;
            newlines();
            if (ended()) {
                throw new Stop(null);
            }
            stages.add(command());
            blanks();
        }
        return new Syntax.Pipeline(negated, stages);
    }

    private Syntax command() {
        blanks();
        enter();
        Syntax command = oneCommand();
        depth--;
        return command;
    }

    private Syntax oneCommand() {
        if (ended()) {
            throw unexpected("end of file");
        }
        if (peek() == '(') {
            at++;
            Syntax body = list(false);
            if (ended()) {
                throw new Stop(null);
            }
            if (peek() != ')') {
                throw unexpected(describe());
            }
            at++;
            return new Syntax.Subshell(body, redirects());
        }
        if (looksAt("{")) {
            at++;
            Syntax body = list(false);
            expect("}");
            return new Syntax.Group(body, redirects());
        }
        if (looksAt("if")) {
            at += 2;
            return ifCommand();
        }
        if (looksAt("while") || looksAt("until")) {
            boolean until = peek() == 'u';
            at += 5;
            Syntax condition = list(false);
            expect("do");
            Syntax body = list(false);
            expect("done");
            return new Syntax.While(condition, until, body, redirects());
        }
        if (looksAt("for")) {
            at += 3;
            return forCommand();
        }
        if (looksAt("case")) {
            at += 4;
            return caseCommand();
        }
        String closing = reserved();
        if (closing != null || ";&|)\n".indexOf(peek()) >= 0) {
            throw unexpected(describe());
        }
        return simple();
    }

    private Syntax ifCommand() {
        Syntax condition = list(false);
        expect("then");
        Syntax then = list(false);
        newlines();
        Syntax otherwise = null;
        if (looksAt("elif")) {
            at += 4;
            enter();
            otherwise = ifCommand();
            depth--;
            return new Syntax.If(condition, then, otherwise, List.of());
        }
        if (looksAt("else")) {
            at += 4;
            otherwise = list(false);
        }
        expect("fi");
        return new Syntax.If(condition, then, otherwise, redirects());
    }

    private Syntax forCommand() {
        blanks();
        String name = name();
        if (name.isEmpty()) {
            if (ended()) {
                throw new Stop(null);
            }
            throw new Stop("syntax error: bad for loop variable");
        }
        newlines();
        List<Word> words = null;
        if (looksAt("in")) {
            at += 2;
            words = new ArrayList<>();
            blanks();
            while (!ended() && ";\n&|()".indexOf(peek()) < 0) {
                words.add(word());
                blanks();
            }
        }
        if (peek() == ';' && !ended()) {
            at++;
        }
        expect("do");
        Syntax body = list(false);
        expect("done");
        return new Syntax.For(name, words, body, redirects());
    }

    private Syntax caseCommand() {
        blanks();
        if (ended()) {
            throw new Stop(null);
        }
        Word subject = word();
        expect("in");
        List<Syntax.Arm> arms = new ArrayList<>();
        newlines();
        while (!looksAt("esac")) {
            if (ended()) {
                throw new Stop(null);
            }
            if (peek() == '(') {
                at++;
            }
            List<Word> patterns = new ArrayList<>();
            do {
                blanks();
                if (ended()) {
                    throw new Stop(null);
                }
                patterns.add(word());
                blanks();
            } while (peek() == '|' && at++ >= 0);
            if (ended()) {
                throw new Stop(null);
            }
            if (peek() != ')') {
                throw unexpected(describe() + " (expecting \")\")");
            }
            at++;
            arms.add(new Syntax.Arm(patterns, list(false)));
            newlines();
            if (peek() == ';' && peek(1) == ';') {
                at += 2;
                newlines();
            } else if (!looksAt("esac")) {
                if (ended()) {
                    throw new Stop(null);
                }
                throw unexpected(describe());
            }
        }
        at += 4;
        return new Syntax.Case(subject, arms, redirects());
    }

    private Syntax simple() {
        List<Syntax.Assignment> assignments = new ArrayList<>();
        List<Word> words = new ArrayList<>();
        List<Redirect> redirects = new ArrayList<>();
        while (true) {
            blanks();
            if (ended() || "\n;&|)".indexOf(peek()) >= 0) {
                break;
            }
            if (redirect(redirects)) {
                continue;
            }
            if (peek() == '(') {
                if (words.size() == 1 && redirects.isEmpty()) {
                    String name = words.getFirst().plain();
                    at++;
                    blanks();
                    if (ended()) {
                        throw new Stop(null);
                    }
                    if (peek() == ')' && name != null) {
                        at++;
                        newlines();
                        if (ended()) {
                            throw new Stop(null);
                        }
                        if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,63}")) {
                            throw new Stop("syntax error: bad function name");
                        }
                        return new Syntax.Function(name, command());
                    }
                    throw unexpected("word (expecting \")\")");
                }
                throw unexpected("\"(\"");
            }
            int start = at;
            String name = words.isEmpty() ? name() : "";
            if (!name.isEmpty() && peek() == '=') {
                at++;
                Word value = breaks(at) ? new Word(List.of(new Syntax.Text("", true))) : word();
                assignments.add(new Syntax.Assignment(name, value));
                continue;
            }
            at = start;
            words.add(word());
        }
        return new Syntax.Simple(assignments, words, redirects);
    }

    private String name() {
        int start = at;
        while (!ended()
                && ((Character.isLetter(peek()) && peek() < 128)
                        || peek() == '_'
                        || (at > start && peek() >= '0' && peek() <= '9'))) {
            at++;
        }
        return text.substring(start, at);
    }

    private List<Redirect> redirects() {
        List<Redirect> all = new ArrayList<>();
        do {
            blanks();
        } while (redirect(all));
        return all;
    }

    private boolean redirect(List<Redirect> into) {
        int start = at;
        int fd = -1;
        if (peek() >= '0' && peek() <= '9' && (peek(1) == '<' || peek(1) == '>')) {
            fd = peek() - '0';
            at++;
        }
        char c = peek();
        if (ended() || (c != '<' && c != '>')) {
            at = start;
            return false;
        }
        at++;
        Kind kind = c == '<' ? Kind.READ : Kind.WRITE;
        if (c == '>' && peek() == '>') {
            at++;
            kind = Kind.APPEND;
        } else if (c == '<' && peek() == '<') {
            at++;
            kind = Kind.HERE;
        } else if (peek() == '&') {
            at++;
            kind = Kind.DUPLICATE;
        } else if (c == '>' && peek() == '|') {
            at++;
        } else if (c == '<' && peek() == '>') {
            at++;
            kind = Kind.READ_WRITE;
        }
        if (fd < 0) {
            fd = c == '<' ? 0 : 1;
        }
        boolean tabs = kind == Kind.HERE && peek() == '-';
        if (tabs) {
            at++;
        }
        blanks();
        if (ended() || "\n;&|()<>".indexOf(peek()) >= 0) {
            throw unexpected(ended() ? "newline" : describe());
        }
        int from = at;
        Word target = word();
        if (kind == Kind.HERE) {
            String raw = text.substring(from, at);
            String end = raw.replaceAll("[\"'\\\\]", "");
            hereDocuments.add(new Pending(end, !end.equals(raw), tabs, into, into.size(), fd));
        }
        into.add(new Redirect(fd, kind, target));
        return true;
    }

    private void takeHereDocuments() {
        while (!hereDocuments.isEmpty() && !ended()) {
            Pending pending = hereDocuments.getFirst();
            StringBuilder body = new StringBuilder();
            while (true) {
                if (ended()) {
                    throw new Stop(null);
                }
                int end = text.indexOf('\n', at);
                String line = text.substring(at, end < 0 ? text.length() : end);
                String shown = pending.tabs() ? line.replaceFirst("^\t+", "") : line;
                at = end < 0 ? text.length() : end + 1;
                if (shown.equals(pending.end())) {
                    break;
                }
                if (end < 0) {
                    throw new Stop(null);
                }
                body.append(shown).append('\n');
            }
            hereDocuments.removeFirst();
            Word target =
                    pending.literal() ? Word.literal(body.toString()) : hereText(body.toString());
            pending.into().set(pending.index(), new Redirect(pending.fd(), Kind.HERE, target));
        }
    }

    private Word hereText(String body) {
        Parser inner = new Parser(body);
        inner.depth = depth;
        inner.enter();
        List<Part> parts = new ArrayList<>();
        inner.doubleQuoted(parts, '\0');
        return new Word(parts);
    }

    /// Reads one word, at least a char long.
    private Word word() {
        enter();
        List<Part> parts = new ArrayList<>();
        StringBuilder plain = new StringBuilder();
        int start = at;
        while (!ended()) {
            char c = peek();
            if (" \t\r\n;&|()<>".indexOf(c) >= 0) {
                break;
            }
            at++;
            switch (c) {
                case '\'' -> {
                    int end = text.indexOf('\'', at);
                    if (end < 0) {
                        throw new Stop(null);
                    }
                    flush(parts, plain);
                    parts.add(new Syntax.Text(text.substring(at, end), true));
                    at = end + 1;
                }
                case '"' -> {
                    flush(parts, plain);
                    int before = parts.size();
                    doubleQuoted(parts, '"');
                    if (parts.size() == before) {
                        parts.add(new Syntax.Text("", true));
                    }
                }
                case '\\' -> {
                    if (ended()) {
                        throw new Stop(null);
                    }
                    if (peek() == '\n') {
                        at++;
                    } else {
                        flush(parts, plain);
                        parts.add(new Syntax.Text(String.valueOf(text.charAt(at++)), true));
                    }
                }
                case '$', '`' -> {
                    flush(parts, plain);
                    dollar(parts, c, false);
                }
                case '~' -> {
                    if (at - 1 == start && (breaks(at) || peek() == '/')) {
                        parts.add(new Syntax.Variable("HOME", "", new Word(List.of()), true));
                    } else {
                        plain.append(c);
                    }
                }
                default -> plain.append(c);
            }
        }
        if (at == start) {
            throw ended() ? new Stop(null) : unexpected(describe());
        }
        flush(parts, plain);
        depth--;
        return new Word(parts);
    }

    private static void flush(List<Part> parts, StringBuilder plain) {
        if (!plain.isEmpty()) {
            parts.add(new Syntax.Text(plain.toString(), false));
            plain.setLength(0);
        }
    }

    /// @param end the closing quote; NUL reads to the end of the text
    private void doubleQuoted(List<Part> parts, char end) {
        StringBuilder plain = new StringBuilder();
        while (true) {
            if (ended()) {
                if (end == '\0') {
                    break;
                }
                throw new Stop(null);
            }
            char c = text.charAt(at++);
            if (c == end && end != '\0') {
                break;
            }
            if (c == '\\' && !ended()) {
                char next = text.charAt(at++);
                if (next == '\n') {
                    continue;
                }
                if (next != '$' && next != '`' && next != '\\' && next != end) {
                    plain.append('\\');
                }
                plain.append(next);
            } else if (c == '$' || c == '`') {
                flushQuoted(parts, plain);
                dollar(parts, c, true);
            } else {
                plain.append(c);
            }
        }
        flushQuoted(parts, plain);
    }

    private static void flushQuoted(List<Part> parts, StringBuilder plain) {
        if (!plain.isEmpty()) {
            parts.add(new Syntax.Text(plain.toString(), true));
            plain.setLength(0);
        }
    }

    private void dollar(List<Part> parts, char opener, boolean quoted) {
        if (opener == '`') {
            StringBuilder inside = new StringBuilder();
            while (peek() != '`' || ended()) {
                if (ended()) {
                    throw new Stop(null);
                }
                char c = text.charAt(at++);
                if (c == '\\' && "$`\\".indexOf(peek()) >= 0 && !ended()) {
                    c = text.charAt(at++);
                }
                inside.append(c);
            }
            at++;
            parts.add(new Syntax.Substitution(nested(inside.toString()), quoted));
            return;
        }
        char c = peek();
        if (c == '(' && peek(1) == '(') {
            int end = arithmeticEnd();
            if (end >= 0) {
                Parser inner = new Parser(text.substring(at + 2, end));
                inner.depth = depth;
                inner.enter();
                List<Part> expression = new ArrayList<>();
                inner.doubleQuoted(expression, '\0');
                at = end + 2;
                parts.add(new Syntax.Arithmetic(new Word(expression), quoted));
                return;
            }
        }
        if (c == '(') {
            at++;
            Syntax body = list(false);
            if (ended()) {
                throw new Stop(null);
            }
            if (peek() != ')') {
                throw unexpected(describe());
            }
            at++;
            parts.add(new Syntax.Substitution(body, quoted));
        } else if (c == '{') {
            at++;
            braced(parts, quoted);
        } else {
            String name = name();
            if (name.isEmpty() && !ended() && "@*#?$!-0123456789".indexOf(peek()) >= 0) {
                name = String.valueOf(text.charAt(at++));
            }
            if (name.isEmpty()) {
                parts.add(new Syntax.Text("$", quoted));
            } else {
                parts.add(new Syntax.Variable(name, "", new Word(List.of()), quoted));
            }
        }
    }

    private Syntax nested(String source) {
        Parser inner = new Parser(source);
        inner.depth = depth;
        Syntax body = inner.list(true);
        inner.takeHereDocuments();
        return body;
    }

    /// Where the `))` of `$((` stands; -1 when it is a command substitution of a subshell instead.
    private int arithmeticEnd() {
        int open = 0;
        for (int i = at + 2; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(') {
                open++;
            } else if (c == ')') {
                if (open == 0) {
                    return i + 1 < text.length() && text.charAt(i + 1) == ')' ? i : -1;
                }
                open--;
            }
        }
        throw new Stop(null);
    }

    private void braced(List<Part> parts, boolean quoted) {
        boolean length = peek() == '#' && peek(1) != '}';
        if (length) {
            at++;
        }
        String name = name();
        if (name.isEmpty()) {
            if (ended()) {
                throw new Stop(null);
            }
            int start = at;
            while (!ended() && Character.isDigit(peek())) {
                at++;
            }
            if (at == start && "@*#?$!-".indexOf(peek()) >= 0) {
                at++;
            }
            name = text.substring(start, at);
        }
        if (ended()) {
            throw new Stop(null);
        }
        if (name.isEmpty()) {
            throw new Stop("syntax error: bad substitution");
        }
        String operator = length ? "length" : "";
        Word operand = new Word(List.of());
        if (peek() != '}') {
            if (length) {
                throw new Stop("syntax error: bad substitution");
            }
            int start = at;
            char c = text.charAt(at++);
            if (((c == ':' && "-=+?".indexOf(peek()) >= 0)
                            || ((c == '%' || c == '#' || c == '/') && peek() == c))
                    && !ended()) {
                at++;
            }
            operator = text.substring(start, at);
            if ("-:=+?%#/".indexOf(c) < 0) {
                throw new Stop("syntax error: bad substitution");
            }
            operand = operandWord();
        }
        if (ended()) {
            throw new Stop(null);
        }
        at++;
        parts.add(new Syntax.Variable(name, operator, operand, quoted));
    }

    private Word operandWord() {
        enter();
        List<Part> parts = new ArrayList<>();
        StringBuilder plain = new StringBuilder();
        while (peek() != '}' || ended()) {
            if (ended()) {
                throw new Stop(null);
            }
            char c = text.charAt(at++);
            if (c == '\'') {
                int end = text.indexOf('\'', at);
                if (end < 0) {
                    throw new Stop(null);
                }
                flush(parts, plain);
                parts.add(new Syntax.Text(text.substring(at, end), true));
                at = end + 1;
            } else if (c == '"') {
                flush(parts, plain);
                doubleQuoted(parts, '"');
            } else if (c == '\\' && !ended()) {
                flush(parts, plain);
                parts.add(new Syntax.Text(String.valueOf(text.charAt(at++)), true));
            } else if (c == '$' || c == '`') {
                flush(parts, plain);
                dollar(parts, c, false);
            } else {
                plain.append(c);
            }
        }
        flush(parts, plain);
        depth--;
        return new Word(parts);
    }
}

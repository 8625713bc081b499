package teiten.decoy.shell;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a line of shell means, as a tree. Text is ISO-8859-1: one char, one byte that the visitor sent.
public sealed interface Syntax {
    /// A simple command: assignments, words, redirections; any of them may be empty.
    record Simple(List<Assignment> assignments, List<Word> words, List<Redirect> redirects)
            implements Syntax {}

    /// `a | b | c`, perhaps negated by `!`.
    record Pipeline(boolean negated, List<Syntax> stages) implements Syntax {}

    /// `left && right` or `left || right`.
    record Both(Syntax left, boolean and, Syntax right) implements Syntax {}

    /// Commands one after the other.
    record Sequence(List<Syntax> commands) implements Syntax {}

    /// `command &`
    record Background(Syntax command) implements Syntax {}

    /// `( … )`
    record Subshell(Syntax body, List<Redirect> redirects) implements Syntax {}

    /// `{ …; }`
    record Group(Syntax body, List<Redirect> redirects) implements Syntax {}

    record If(Syntax condition, Syntax then, @Nullable Syntax otherwise, List<Redirect> redirects)
            implements Syntax {}

    /// `while` or `until`.
    record While(Syntax condition, boolean until, Syntax body, List<Redirect> redirects)
            implements Syntax {}

    /// @param words null means `"$@"`
    record For(String name, @Nullable List<Word> words, Syntax body, List<Redirect> redirects)
            implements Syntax {}

    record Case(Word subject, List<Arm> arms, List<Redirect> redirects) implements Syntax {}

    record Arm(List<Word> patterns, Syntax body) {}

    record Function(String name, Syntax body) implements Syntax {}

    record Assignment(String name, Word value) {}

    /// @param parts in order; an empty list is the empty word
    record Word(List<Part> parts) {
        static Word literal(String text) {
            return new Word(List.of(new Text(text, true)));
        }

        /// The word's text when nothing in it has to be expanded; otherwise null.
        @Nullable String plain() {
            if (parts.size() == 1 && parts.getFirst() instanceof Text text) {
                return text.text();
            }
            return null;
        }
    }

    /// A piece of a word. `quoted` pieces are neither split into fields nor read as patterns.
    sealed interface Part {
        boolean quoted();
    }

    record Text(String text, boolean quoted) implements Part {}

    /// `$name`, `${name}`, `${name:-word}`, `${#name}`, `${name%pattern}` …
    ///
    /// @param operator empty, or one of `-` `:-` `=` `:=` `+` `:+` `?` `:?` `%` `%%` `#` `##` `length` `/` `//` `:`
    record Variable(String name, String operator, Word operand, boolean quoted) implements Part {}

    /// `$( … )` or back quotes.
    record Substitution(Syntax body, boolean quoted) implements Part {}

    /// `$(( … ))`
    record Arithmetic(Word expression, boolean quoted) implements Part {}

    /// @param fd the descriptor that is redirected
    record Redirect(int fd, Kind kind, Word target) {}

    enum Kind {
        READ,
        WRITE,
        APPEND,
        READ_WRITE,
        /// `n>&m`, `n<&m`, `n>&-`
        DUPLICATE,
        /// A here-document; the target is its text.
        HERE
    }
}

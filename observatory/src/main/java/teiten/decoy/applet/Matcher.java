package teiten.decoy.applet;

import org.jspecify.annotations.Nullable;

import teiten.decoy.shell.Budget;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A regular expression of `grep`, `sed` or `awk`.
///
/// Adversary: expressions that backtrack for ever. Every char that the matcher looks at is charged to the session's
/// budget, which ends the line; pattern and text are short, so that the recursion stays shallow.
final class Matcher {
    private static final int LONGEST_PATTERN = 256;
    private static final int LONGEST_TEXT = 1024;

    private final Pattern pattern;
    private final Budget budget;

    private Matcher(Pattern pattern, Budget budget) {
        this.pattern = pattern;
        this.budget = budget;
    }

    /// @param extended whether `+`, `?`, `|`, `(`, `{` are operators without a backslash
    /// @return null when the text is no expression
    static @Nullable Matcher of(
            String text, boolean extended, boolean fixed, boolean ignoreCase, Budget budget) {
        if (text.length() > LONGEST_PATTERN) {
            return null;
        }
        try {
            String regex = fixed ? Pattern.quote(text) : extended ? posix(text) : basic(text);
            return new Matcher(
                    Pattern.compile(regex, ignoreCase ? Pattern.CASE_INSENSITIVE : 0), budget);
        } catch (PatternSyntaxException _) {
            return null;
        }
    }

    private static String posix(String text) {
        return text.replace("[[:space:]]", "\\s")
                .replace("[:space:]", "\\s")
                .replace("[:digit:]", "0-9")
                .replace("[:alpha:]", "A-Za-z")
                .replace("[:alnum:]", "A-Za-z0-9")
                .replace("[:upper:]", "A-Z")
                .replace("[:lower:]", "a-z");
    }

    /// A basic expression: `\(`, `\{`, `\|`, `\+`, `\?` are the operators, the bare chars are not.
    private static String basic(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                out.append("(){}|+?".indexOf(next) >= 0 ? "" : "\\").append(next);
            } else if (c == '[') {
                int end = text.indexOf(']', i + 2);
                end = end < 0 ? text.length() - 1 : end;
                out.append(text, i, end + 1);
                i = end;
            } else if (c == '*' && i == 0) {
                out.append("\\*");
            } else {
                out.append("(){}|+?".indexOf(c) >= 0 ? "\\" : "").append(c);
            }
        }
        return posix(out.toString());
    }

    java.util.regex.Matcher on(String text) {
        String shortened = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
        return pattern.matcher(new Charged(shortened, budget));
    }

    boolean finds(String text) {
        budget.step();
        return on(text).find();
    }

    private record Charged(String text, Budget budget) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            budget.work(1);
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}

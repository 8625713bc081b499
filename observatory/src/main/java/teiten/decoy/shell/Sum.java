package teiten.decoy.shell;

import java.util.function.Function;

/// `$(( … ))` and `expr`-free arithmetic: 64-bit signed integers, C's operators and precedence, without assignment
/// operators other than `=`. What cannot be read gives null, and the shell says "arithmetic syntax error".
final class Sum {
    private static final String[][] LEVELS = {
        {"||"},
        {"&&"},
        {"|"},
        {"^"},
        {"&"},
        {"==", "!="},
        {"<=", ">=", "<", ">"},
        {"<<", ">>"},
        {"+", "-"},
        {"*", "/", "%"}
    };
    private static final int DEEPEST = 40;

    private final String text;
    private final Function<String, String> variables;
    private int at;
    private int depth;
    private boolean wrong;

    private Sum(String text, Function<String, String> variables) {
        this.text = text;
        this.variables = variables;
    }

    /// @return the value, or null when the text is no sum
    static @org.jspecify.annotations.Nullable Long of(
            String text, Function<String, String> variables) {
        Sum sum = new Sum(text, variables);
        sum.blanks();
        if (sum.at == text.length()) {
            return 0L;
        }
        long value = sum.ternary();
        sum.blanks();
        return sum.wrong || sum.at < text.length() ? null : value;
    }

    private void blanks() {
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
    }

    private boolean take(String symbol) {
        blanks();
        if (!text.startsWith(symbol, at)) {
            return false;
        }
        at += symbol.length();
        return true;
    }

    private long ternary() {
        if (++depth > DEEPEST) {
            wrong = true;
            depth--;
            return 0;
        }
        long condition = level(0);
        if (take("?")) {
            long yes = ternary();
            if (!take(":")) {
                wrong = true;
            }
            long no = ternary();
            depth--;
            return condition != 0 ? yes : no;
        }
        depth--;
        return condition;
    }

    private long level(int n) {
        if (n == LEVELS.length) {
            return unary();
        }
        long left = level(n + 1);
        while (!wrong) {
            String symbol = operator(n);
            if (symbol.isEmpty()) {
                break;
            }
            left = apply(symbol, left, level(n + 1));
        }
        return left;
    }

    private String operator(int n) {
        blanks();
        for (String symbol : LEVELS[n]) {
            if (text.startsWith(symbol, at) && !partOfLonger(symbol)) {
                at += symbol.length();
                return symbol;
            }
        }
        return "";
    }

    private boolean partOfLonger(String symbol) {
        char next = at + symbol.length() < text.length() ? text.charAt(at + symbol.length()) : ' ';
        return switch (symbol) {
            case "|", "&" -> next == symbol.charAt(0);
            case "<", ">" -> next == symbol.charAt(0);
            default -> false;
        };
    }

    private long apply(String symbol, long a, long b) {
        return switch (symbol) {
            case "||" -> a != 0 || b != 0 ? 1 : 0;
            case "&&" -> a != 0 && b != 0 ? 1 : 0;
            case "|" -> a | b;
            case "^" -> a ^ b;
            case "&" -> a & b;
            case "==" -> a == b ? 1 : 0;
            case "!=" -> a != b ? 1 : 0;
            case "<=" -> a <= b ? 1 : 0;
            case ">=" -> a >= b ? 1 : 0;
            case "<" -> a < b ? 1 : 0;
            case ">" -> a > b ? 1 : 0;
            case "<<" -> a << b;
            case ">>" -> a >> b;
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            default -> {
                if (b == 0) {
                    wrong = true;
                    yield 0;
                }
                yield symbol.equals("/") ? a / b : a % b;
            }
        };
    }

    private long unary() {
        int signs = 0;
        long value;
        StringBuilder prefix = new StringBuilder();
        blanks();
        while (at < text.length() && "+-!~".indexOf(text.charAt(at)) >= 0 && signs++ < DEEPEST) {
            prefix.append(text.charAt(at++));
            blanks();
        }
        if (take("(")) {
            value = ternary();
            if (!take(")")) {
                wrong = true;
            }
        } else {
            value = operand();
        }
        for (int i = prefix.length() - 1; i >= 0; i--) {
            value =
                    switch (prefix.charAt(i)) {
                        case '-' -> -value;
                        case '!' -> value == 0 ? 1 : 0;
                        case '~' -> ~value;
                        default -> value;
                    };
        }
        return value;
    }

    private long operand() {
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        String word = text.substring(start, at);
        if (word.isEmpty()) {
            wrong = true;
            return 0;
        }
        if (!Character.isDigit(word.charAt(0))) {
            word = variables.apply(word).strip();
            if (word.isEmpty()) {
                return 0;
            }
        }
        return number(word);
    }

    private long number(String word) {
        try {
            if (word.startsWith("0x") || word.startsWith("0X")) {
                return Long.parseUnsignedLong(word.substring(2), 16);
            }
            if (word.length() > 1 && word.charAt(0) == '0') {
                return Long.parseLong(word, 8);
            }
            return Long.parseLong(word);
        } catch (NumberFormatException _) {
            wrong = true;
            return 0;
        }
    }
}

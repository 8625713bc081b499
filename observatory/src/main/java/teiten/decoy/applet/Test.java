package teiten.decoy.applet;

import teiten.decoy.files.Node;
import teiten.decoy.shell.Call;

import java.util.List;

/// `test`: gives 0 for true, 1 for false, 2 for what cannot be read.
final class Test {
    private final Call call;
    private final List<String> args;
    private int at;
    private int depth;
    private boolean wrong;

    private Test(Call call, List<String> args) {
        this.call = call;
        this.args = args;
    }

    static int run(Call call, List<String> args) {
        if (args.isEmpty()) {
            return 1;
        }
        Test test = new Test(call, args);
        boolean value = test.or();
        if (test.wrong || test.at < args.size()) {
            call.io()
                    .err()
                    .print(
                            call.shell().name()
                                    + ": "
                                    + (test.at < args.size() ? args.get(test.at) : "test")
                                    + ": unknown operand\n");
            return 2;
        }
        return value ? 0 : 1;
    }

    private boolean or() {
        boolean left = and();
        while (at < args.size() && (args.get(at).equals("-o") || args.get(at).equals("||"))) {
            at++;
            left |= and();
        }
        return left;
    }

    private boolean and() {
        boolean left = not();
        while (at < args.size() && (args.get(at).equals("-a") || args.get(at).equals("&&"))) {
            at++;
            left &= not();
        }
        return left;
    }

    private boolean not() {
        boolean negated = false;
        while (at < args.size() - 1 && args.get(at).equals("!")) {
            negated = !negated;
            at++;
        }
        return negated != primary();
    }

    private boolean primary() {
        if (at >= args.size() || ++depth > 64) {
            wrong = true;
            return false;
        }
        String first = args.get(at);
        if (at + 2 < args.size() && isBinary(args.get(at + 1))) {
            String operator = args.get(at + 1);
            String second = args.get(at + 2);
            at += 3;
            return binary(first, operator, second);
        }
        if (first.equals("(")) {
            at++;
            boolean value = or();
            if (at < args.size() && args.get(at).equals(")")) {
                at++;
            } else {
                wrong = true;
            }
            return value;
        }
        if (first.length() == 2 && first.charAt(0) == '-' && at + 1 < args.size()) {
            at += 2;
            return unary(first.charAt(1), args.get(at - 1));
        }
        at++;
        return !first.isEmpty();
    }

    private static boolean isBinary(String word) {
        return switch (word) {
            case "=", "==", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef" ->
                    true;
            default -> false;
        };
    }

    private boolean binary(String a, String operator, String b) {
        return switch (operator) {
            case "=", "==" -> a.equals(b);
            case "!=" -> !a.equals(b);
            case "-nt", "-ot", "-ef" -> false;
            default -> {
                long x = number(a);
                long y = number(b);
                yield switch (operator) {
                    case "-eq" -> x == y;
                    case "-ne" -> x != y;
                    case "-lt" -> x < y;
                    case "-le" -> x <= y;
                    case "-gt" -> x > y;
                    default -> x >= y;
                };
            }
        };
    }

    private long number(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException _) {
            wrong = true;
            return 0;
        }
    }

    private boolean unary(char operator, String operand) {
        if (operator == 'z') {
            return operand.isEmpty();
        }
        if (operator == 'n') {
            return !operand.isEmpty();
        }
        if (operator == 't') {
            return true;
        }
        boolean link = operator == 'L' || operator == 'h';
        Node node = call.shell().files().find(call.shell().cwd(), operand, !link).node();
        if (node == null) {
            return false;
        }
        return switch (operator) {
            case 'd' -> node instanceof Node.Directory;
            case 'f' -> node instanceof Node.Plain || node instanceof Node.Computed;
            case 'L', 'h' -> node instanceof Node.Link;
            case 'x' -> (node.mode() & 0111) != 0;
            case 's' -> ListApplets.size(node) > 0;
            case 'c', 'b' -> node instanceof Node.Special;
            case 'e', 'r', 'w' -> true;
            default -> false;
        };
    }
}

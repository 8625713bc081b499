package teiten.session.understand;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The bytes that `echo` and `printf` write for their arguments.
final class EchoBytes {
    private EchoBytes() {}

    /// `echo [-n] [-e] [-E] words`. Escapes are read with `-e` only, as BusyBox does.
    static byte[] echo(List<String> arguments) {
        boolean escapes = false;
        boolean newline = true;
        int first = 0;
        while (first < arguments.size() && isOption(arguments.get(first))) {
            String option = arguments.get(first++);
            escapes = option.indexOf('e') > 0 || escapes && option.indexOf('E') < 0;
            newline &= option.indexOf('n') < 0;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = first; i < arguments.size(); i++) {
            if (i > first) {
                out.write(' ');
            }
            if (!escapes) {
                out.writeBytes(arguments.get(i).getBytes(StandardCharsets.UTF_8));
            } else if (!unescape(arguments.get(i), out)) {
                return out.toByteArray();
            }
        }
        if (newline) {
            out.write('\n');
        }
        return out.toByteArray();
    }

    /// `printf FORMAT`, its escapes alone.
    static byte[] printf(List<String> arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!arguments.isEmpty()) {
            unescape(arguments.getFirst(), out);
        }
        return out.toByteArray();
    }

    private static boolean isOption(String word) {
        if (word.length() < 2 || word.charAt(0) != '-') {
            return false;
        }
        for (int i = 1; i < word.length(); i++) {
            if ("neE".indexOf(word.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /// @return false when `\c` ends the output
    private static boolean unescape(String text, ByteArrayOutputStream out) {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '\\' || at >= text.length()) {
                put(c, out);
                continue;
            }
            char e = text.charAt(at++);
            switch (e) {
                case 'x' -> {
                    int digits = run(text, at, 2, 16);
                    if (digits == 0) {
                        out.write('\\');
                        out.write('x');
                    } else {
                        out.write(Integer.parseInt(text.substring(at, at + digits), 16));
                        at += digits;
                    }
                }
                case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                    // \0NNN and \NNN
                    int from = e == '0' ? at : at - 1;
                    int digits = run(text, from, 3, 8);
                    out.write(digits == 0 ? 0 : Integer.parseInt(text, from, from + digits, 8));
                    at = from + digits;
                }
                case 'n' -> out.write('\n');
                case 'r' -> out.write('\r');
                case 't' -> out.write('\t');
                case 'a' -> out.write(7);
                case 'b' -> out.write(8);
                case 'f' -> out.write(12);
                case 'v' -> out.write(11);
                case 'e' -> out.write(27);
                case '\\' -> out.write('\\');
                case 'c' -> {
                    return false;
                }
                default -> {
                    out.write('\\');
                    put(e, out);
                }
            }
        }
        return true;
    }

    private static void put(char c, ByteArrayOutputStream out) {
        if (c < 128) {
            out.write(c);
        } else {
            out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static int run(String text, int from, int most, int radix) {
        int n = 0;
        while (n < most
                && from + n < text.length()
                && text.charAt(from + n) < 128
                && Character.digit(text.charAt(from + n), radix) >= 0) {
            n++;
        }
        return n;
    }
}

package teiten.decoy.applet;

import teiten.decoy.shell.Applet;
import teiten.decoy.shell.Call;

import java.util.List;
import java.util.Map;

/// `echo`, `printf` and `test`, which are both builtins of the shell and applets. Loaders assemble files with the first
/// two, so their escapes are BusyBox's to the byte.
final class EchoApplets {
    private static final int MOST_FORMAT_TURNS = 4096;

    private EchoApplets() {}

    static void install(Map<String, Applet> all) {
        all.put("echo", EchoApplets::echo);
        all.put("printf", EchoApplets::printf);
        all.put("test", call -> Test.run(call, call.args()));
        all.put("[", call -> bracket(call, "]"));
        all.put("[[", call -> bracket(call, "]]"));
    }

    private static int bracket(Call call, String closing) {
        List<String> args = call.args();
        if (args.isEmpty() || !args.getLast().equals(closing)) {
            call.fail("missing " + closing);
            return 2;
        }
        return Test.run(call, args.subList(0, args.size() - 1));
    }

    private static int echo(Call call) {
        List<String> args = call.args();
        boolean newline = true;
        boolean escapes = false;
        int i = 0;
        while (i < args.size() && args.get(i).matches("-[neE]+")) {
            String flags = args.get(i++);
            newline &= flags.indexOf('n') < 0;
            for (int k = 1; k < flags.length(); k++) {
                escapes = flags.charAt(k) == 'e' || (flags.charAt(k) != 'E' && escapes);
            }
        }
        StringBuilder out = new StringBuilder();
        for (int k = i; k < args.size(); k++) {
            if (k > i) {
                out.append(' ');
            }
            if (!escapes) {
                out.append(args.get(k));
            } else if (!escape(args.get(k), out, true)) {
                newline = false;
                break;
            }
        }
        if (newline) {
            out.append('\n');
        }
        if (!call.io().out().print(out.toString())) {
            return call.fail("write error: No space left on device");
        }
        return 0;
    }

    /// Appends a text with its escapes carried out; false when `\c` ended the output.
    ///
    /// @param leadingZero whether octal is `\0nnn` as well as `\nnn`
    static boolean escape(String text, StringBuilder out, boolean leadingZero) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                out.append(c);
                continue;
            }
            char e = text.charAt(++i);
            switch (e) {
                case 'a' -> out.append('\u0007');
                case 'b' -> out.append('\b');
                case 'c' -> {
                    return false;
                }
                case 'e' -> out.append('\u001b');
                case 'f' -> out.append('\f');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'v' -> out.append('\u000b');
                case '\\' -> out.append('\\');
                case 'x' -> {
                    int value = 0;
                    int digits = 0;
                    while (digits < 2
                            && i + 1 < text.length()
                            && Character.digit(text.charAt(i + 1), 16) >= 0) {
                        value = value * 16 + Character.digit(text.charAt(++i), 16);
                        digits++;
                    }
                    if (digits == 0) {
                        out.append("\\x");
                    } else {
                        out.append((char) value);
                    }
                }
                case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                    int value = e - '0';
                    int most = e == '0' && leadingZero ? 3 : 2;
                    for (int digits = 0;
                            digits < most
                                    && i + 1 < text.length()
                                    && text.charAt(i + 1) >= '0'
                                    && text.charAt(i + 1) <= '7';
                            digits++) {
                        value = value * 8 + text.charAt(++i) - '0';
                    }
                    out.append((char) (value & 0xFF));
                }
                default -> out.append('\\').append(e);
            }
        }
        return true;
    }

    private static int printf(Call call) {
        if (call.args().isEmpty()) {
            return Usage.show(call);
        }
        String format = call.args().getFirst();
        List<String> args = call.args().subList(1, call.args().size());
        StringBuilder out = new StringBuilder();
        int next = 0;
        int turns = 0;
        do {
            call.shell().budget().step();
            next = format(format, args, next, out);
        } while (next < args.size()
                && next > 0
                && ++turns < MOST_FORMAT_TURNS
                && out.length() < 1 << 18);
        return call.io().out().print(out.toString())
                ? 0
                : call.fail("write error: No space left on device");
    }

    /// One pass over the format; gives the index of the next argument, or the size when `\c` ended it or none was used.
    private static int format(String format, List<String> args, int first, StringBuilder out) {
        int next = first;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c == '\\') {
                int end = i + 1;
                while (end < format.length()
                        && end < i + 5
                        && format.charAt(end) != '%'
                        && (end == i + 1 || format.charAt(end) != '\\')) {
                    end++;
                }
                StringBuilder one = new StringBuilder();
                if (!escape(format.substring(i, end), one, false)) {
                    return args.size();
                }
                out.append(one);
                i = end - 1;
                continue;
            }
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            int start = i + 1;
            int at = start;
            while (at < format.length() && "-+ #0123456789.".indexOf(format.charAt(at)) >= 0) {
                at++;
            }
            if (at == format.length()) {
                out.append(format, i, at);
                break;
            }
            char kind = format.charAt(at);
            String flags = format.substring(start, at);
            i = at;
            if (kind == '%') {
                out.append('%');
                continue;
            }
            String arg = next < args.size() ? args.get(next) : "";
            next++;
            out.append(one(kind, flags, arg));
        }
        return next == first ? args.size() : next;
    }

    private static String one(char kind, String flags, String arg) {
        String text;
        switch (kind) {
            case 'b' -> {
                StringBuilder escaped = new StringBuilder();
                escape(arg, escaped, true);
                text = escaped.toString();
            }
            case 'c' -> text = arg.isEmpty() ? "" : arg.substring(0, 1);
            case 'd', 'i', 'u' -> text = Long.toString(number(arg));
            case 'x' -> text = Long.toHexString(number(arg));
            case 'X' -> text = Long.toHexString(number(arg)).toUpperCase(java.util.Locale.ROOT);
            case 'o' -> text = Long.toOctalString(number(arg));
            default -> text = arg;
        }
        boolean left = flags.contains("-");
        String width = flags.replaceAll("\\..*$", "").replaceAll("[^0-9]", "");
        int wide =
                width.isEmpty() || width.length() > 4 ? 0 : Math.min(1024, Integer.parseInt(width));
        String fill = width.startsWith("0") && !left ? "0" : " ";
        String pad = fill.repeat(Math.max(0, wide - text.length()));
        return left ? text + pad : pad + text;
    }

    private static long number(String arg) {
        String text = arg.strip();
        try {
            if (text.startsWith("'") || text.startsWith("\"")) {
                return text.length() > 1 ? text.charAt(1) : 0;
            }
            return text.isEmpty() ? 0 : Long.decode(text);
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}

package teiten.decoy.applet;

import org.jspecify.annotations.Nullable;

import teiten.decoy.shell.Applet;
import teiten.decoy.shell.Call;
import teiten.decoy.shell.Input;
import teiten.decoy.shell.Output;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Applets that read text and write text.
final class TextApplets {
    private TextApplets() {}

    static void install(Map<String, Applet> all) {
        all.put("head", call -> ends(call, true));
        all.put("tail", call -> ends(call, false));
        all.put("wc", TextApplets::wc);
        all.put("cut", TextApplets::cut);
        all.put("tr", TextApplets::tr);
        all.put("sort", TextApplets::sort);
        all.put("uniq", TextApplets::uniq);
        all.put("tee", TextApplets::tee);
        all.put("more", call -> pour(call));
        all.put("less", call -> pour(call));
        all.put("seq", TextApplets::seq);
        all.put("yes", TextApplets::yes);
        all.put("expr", TextApplets::expr);
        all.put("basename", TextApplets::basename);
        all.put("dirname", TextApplets::dirname);
        all.put("strings", TextApplets::strings);
        all.put("cmp", TextApplets::cmp);
        all.put("diff", TextApplets::cmp);
    }

    /// The lines of the operands, or of standard input; null after a complaint.
    static @Nullable List<String> lines(Call call, List<String> paths) {
        List<String> all = new ArrayList<>();
        for (String path : paths.isEmpty() ? List.of("-") : paths) {
            String text = Sources.text(call, path);
            if (text == null) {
                return null;
            }
            if (!text.isEmpty()) {
                String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
                all.addAll(Arrays.asList(body.split("\n", -1)));
            }
        }
        call.shell().budget().copied(8L * all.size());
        return all;
    }

    private static void show(Call call, List<String> lines) {
        StringBuilder out = new StringBuilder();
        for (String line : lines) {
            out.append(line).append('\n');
        }
        call.print(out.toString());
    }

    private static int pour(Call call) {
        List<String> lines = lines(call, call.args());
        if (lines == null) {
            return 1;
        }
        show(call, lines);
        return 0;
    }

    private static int ends(Call call, boolean head) {
        List<String> args = new ArrayList<>(call.args());
        if (!args.isEmpty() && args.getFirst().matches("-[0-9]{1,9}")) {
            args.set(0, "-n" + args.getFirst().substring(1));
        }
        Options options = Options.of(args, "nc");
        if (options.has("f") && !head) {
            call.shell().world().terminal().pause(2000);
        }
        List<String> paths = options.operands().isEmpty() ? List.of("-") : options.operands();
        int status = 0;
        for (String path : paths) {
            if (options.has("c")) {
                int count = (int) Math.min(Sources.MOST, Math.max(0, options.number("c", 0)));
                Input input = Sources.open(call, path);
                if (input == null) {
                    status = 1;
                    continue;
                }
                byte[] bytes = input.rest(head ? count : Sources.MOST);
                int from = head ? 0 : Math.max(0, bytes.length - count);
                call.io().out().write(bytes, from, bytes.length - from);
                continue;
            }
            int count = (int) Math.min(1 << 20, Math.max(0, options.number("n", 10)));
            if (head && path.equals("-")) {
                for (int i = 0; i < count; i++) {
                    String line = call.io().in().line();
                    if (line == null) {
                        break;
                    }
                    call.shell().budget().step();
                    call.print(line + "\n");
                }
                continue;
            }
            List<String> lines = lines(call, List.of(path));
            if (lines == null) {
                status = 1;
                continue;
            }
            int n = lines.size();
            show(
                    call,
                    head
                            ? lines.subList(0, Math.min(n, count))
                            : lines.subList(Math.max(0, n - count), n));
        }
        return status;
    }

    private static int wc(Call call) {
        Options options = Options.of(call.args(), "");
        boolean all = !options.has("l") && !options.has("w") && !options.has("c");
        int status = 0;
        for (String path : options.operands().isEmpty() ? List.of("-") : options.operands()) {
            byte[] bytes = Sources.bytes(call, path);
            if (bytes == null) {
                status = 1;
                continue;
            }
            long lines = 0;
            long words = 0;
            boolean inWord = false;
            for (byte b : bytes) {
                boolean blank = b == ' ' || (b >= 9 && b <= 13);
                lines += b == '\n' ? 1 : 0;
                words += inWord || blank ? 0 : 1;
                inWord = !blank;
            }
            List<String> shown = new ArrayList<>();
            if (all || options.has("l")) {
                shown.add(Long.toString(lines));
            }
            if (all || options.has("w")) {
                shown.add(Long.toString(words));
            }
            if (all || options.has("c")) {
                shown.add(Integer.toString(bytes.length));
            }
            StringBuilder out = new StringBuilder();
            for (String value : shown) {
                out.append(shown.size() == 1 ? value : String.format(Locale.ROOT, "%9s ", value));
            }
            call.print(
                    out.toString().stripTrailing() + (path.equals("-") ? "\n" : " " + path + "\n"));
        }
        return status;
    }

    private static int cut(Call call) {
        Options options = Options.of(call.args(), "dfcb");
        String list = options.value("f", options.value("c", options.value("b", "")));
        List<String> lines = lines(call, options.operands());
        if (list.isEmpty() || lines == null) {
            return list.isEmpty() ? Usage.show(call) : 1;
        }
        String delimiter = options.value("d", "\t");
        char by = delimiter.isEmpty() ? '\t' : delimiter.charAt(0);
        boolean fields = options.has("f");
        List<String> out = new ArrayList<>();
        for (String line : lines) {
            call.shell().budget().step();
            if (fields && line.indexOf(by) < 0) {
                if (!options.has("s")) {
                    out.add(line);
                }
                continue;
            }
            String[] parts =
                    line.split(fields ? java.util.regex.Pattern.quote(String.valueOf(by)) : "", -1);
            List<String> kept = new ArrayList<>();
            for (int i = 0; i < parts.length; i++) {
                if (inList(list, i + 1)) {
                    kept.add(parts[i]);
                }
            }
            out.add(String.join(fields ? String.valueOf(by) : "", kept));
        }
        show(call, out);
        return 0;
    }

    private static boolean inList(String list, int n) {
        for (String range : list.split(",", 32)) {
            int dash = range.indexOf('-');
            long low =
                    dash == 0 ? 1 : Options.number0(dash < 0 ? range : range.substring(0, dash), 0);
            long high =
                    dash < 0
                            ? low
                            : dash == range.length() - 1
                                    ? Long.MAX_VALUE
                                    : Options.number0(range.substring(dash + 1), 0);
            if (n >= low && n <= high) {
                return true;
            }
        }
        return false;
    }

    private static int tr(Call call) {
        Options options = Options.of(call.args(), "");
        if (options.operands().isEmpty()) {
            return Usage.show(call);
        }
        String from = set(options.operands().getFirst());
        String to = options.operands().size() > 1 ? set(options.operands().get(1)) : "";
        byte[] bytes = call.io().in().rest(Sources.MOST);
        call.shell().budget().copied(bytes.length);
        boolean[] inFrom = new boolean[256];
        int[] map = new int[256];
        for (int i = 0; i < 256; i++) {
            map[i] = i;
        }
        for (int i = 0; i < from.length(); i++) {
            inFrom[from.charAt(i) & 0xFF] = true;
            if (!to.isEmpty()) {
                map[from.charAt(i) & 0xFF] = to.charAt(Math.min(i, to.length() - 1)) & 0xFF;
            }
        }
        boolean complement = options.has("c");
        byte[] out = new byte[bytes.length];
        int n = 0;
        int last = -1;
        for (byte b : bytes) {
            boolean hit = inFrom[b & 0xFF] != complement;
            if (hit && options.has("d")) {
                continue;
            }
            int value =
                    hit
                            ? complement && !to.isEmpty()
                                    ? to.charAt(to.length() - 1) & 0xFF
                                    : map[b & 0xFF]
                            : b & 0xFF;
            if (hit && options.has("s") && value == last) {
                continue;
            }
            out[n++] = (byte) value;
            last = value;
        }
        call.io().out().write(out, 0, n);
        return 0;
    }

    private static String set(String text) {
        StringBuilder plain = new StringBuilder();
        EchoApplets.escape(text, plain, false);
        String named =
                plain.toString()
                        .replace("[:lower:]", "a-z")
                        .replace("[:upper:]", "A-Z")
                        .replace("[:digit:]", "0-9")
                        .replace("[:alpha:]", "A-Za-z")
                        .replace("[:alnum:]", "A-Za-z0-9")
                        .replace("[:space:]", " \t\n\r");
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < named.length(); i++) {
            char low = named.charAt(i);
            if (i + 2 < named.length()
                    && named.charAt(i + 1) == '-'
                    && named.charAt(i + 2) >= low) {
                for (int c = low; c <= (named.charAt(i + 2) & 0xFF); c++) {
                    out.append((char) c);
                }
                i += 2;
            } else {
                out.append(low);
            }
        }
        return out.toString();
    }

    private static int sort(Call call) {
        Options options = Options.of(call.args(), "kto");
        List<String> lines = lines(call, options.operands());
        if (lines == null) {
            return 1;
        }
        call.shell().budget().copied(lines.size() * 64L);
        Comparator<String> order = Comparator.naturalOrder();
        if (options.has("n")) {
            order = Comparator.comparingDouble(TextApplets::leadingNumber);
        }
        List<String> sorted =
                new ArrayList<>(options.has("u") ? new LinkedHashSet<>(lines) : lines);
        sorted.sort(options.has("r") ? order.reversed() : order);
        show(call, sorted);
        return 0;
    }

    private static double leadingNumber(String line) {
        String digits = line.strip().replaceAll("^(-?[0-9]{1,15}(\\.[0-9]{1,9})?).*$|^.*$", "$1");
        return digits.isEmpty() ? 0 : Double.parseDouble(digits);
    }

    private static int uniq(Call call) {
        Options options = Options.of(call.args(), "fsw");
        List<String> lines = lines(call, options.operands());
        if (lines == null) {
            return 1;
        }
        List<String> out = new ArrayList<>();
        int i = 0;
        while (i < lines.size()) {
            int run = 1;
            while (i + run < lines.size() && lines.get(i + run).equals(lines.get(i))) {
                run++;
            }
            boolean shown = options.has("d") ? run > 1 : !options.has("u") || run == 1;
            if (shown) {
                out.add(
                        options.has("c")
                                ? String.format(Locale.ROOT, "%7d %s", run, lines.get(i))
                                : lines.get(i));
            }
            i += run;
        }
        show(call, out);
        return 0;
    }

    private static int tee(Call call) {
        Options options = Options.of(call.args(), "");
        List<Output> outputs = new ArrayList<>();
        outputs.add(call.io().out());
        int status = 0;
        for (String path : options.operands()) {
            Output output = Sources.create(call, path, options.has("a"));
            if (output == null) {
                status = 1;
            } else {
                outputs.add(output);
            }
        }
        byte[] bytes = call.io().in().rest(Sources.MOST);
        for (Output output : outputs) {
            output.write(bytes, 0, bytes.length);
        }
        return status;
    }

    private static int seq(Call call) {
        List<String> args = Options.of(call.args(), "s").operands();
        if (args.isEmpty()) {
            return Usage.show(call);
        }
        long first = args.size() > 1 ? Options.number0(args.getFirst(), 1) : 1;
        long step = args.size() > 2 ? Options.number0(args.get(1), 1) : 1;
        long last = Options.number0(args.getLast(), 0);
        for (long i = first; step > 0 ? i <= last : step < 0 && i >= last; i += step) {
            call.shell().budget().step();
            call.print(i + "\n");
        }
        return 0;
    }

    private static int yes(Call call) {
        String line = (call.args().isEmpty() ? "y" : String.join(" ", call.args())) + "\n";
        while (call.io().out().print(line)) {
            call.shell().budget().step();
        }
        return 1;
    }

    private static int expr(Call call) {
        List<String> args = call.args();
        if (args.size() == 3) {
            long a = Options.number0(args.getFirst(), Long.MIN_VALUE);
            long b = Options.number0(args.get(2), Long.MIN_VALUE);
            boolean numbers = a != Long.MIN_VALUE && b != Long.MIN_VALUE;
            String result =
                    switch (args.get(1)) {
                        case "+" -> numbers ? Long.toString(a + b) : null;
                        case "-" -> numbers ? Long.toString(a - b) : null;
                        case "*" -> numbers ? Long.toString(a * b) : null;
                        case "/" -> numbers && b != 0 ? Long.toString(a / b) : null;
                        case "%" -> numbers && b != 0 ? Long.toString(a % b) : null;
                        case "=" -> args.getFirst().equals(args.get(2)) ? "1" : "0";
                        case "!=" -> args.getFirst().equals(args.get(2)) ? "0" : "1";
                        case "<" -> numbers && a < b ? "1" : "0";
                        case ">" -> numbers && a > b ? "1" : "0";
                        default -> null;
                    };
            if (result == null) {
                call.fail(
                        args.get(1).equals("/") || args.get(1).equals("%")
                                ? "division by zero"
                                : "non-numeric argument");
                return 2;
            }
            call.print(result + "\n");
            return result.equals("0") ? 1 : 0;
        }
        if (args.size() == 1) {
            call.print(args.getFirst() + "\n");
            return args.getFirst().isEmpty() || args.getFirst().equals("0") ? 1 : 0;
        }
        call.fail("syntax error");
        return 2;
    }

    private static int basename(Call call) {
        if (call.args().isEmpty()) {
            return Usage.show(call);
        }
        String path = call.args().getFirst().replaceAll("(?<=.)/+$", "");
        String name = path.substring(path.lastIndexOf('/') + 1);
        String suffix = call.args().size() > 1 ? call.args().get(1) : "";
        call.print(
                (!suffix.isEmpty() && name.endsWith(suffix)
                                ? name.substring(0, name.length() - suffix.length())
                                : name)
                        + "\n");
        return 0;
    }

    private static int dirname(Call call) {
        if (call.args().isEmpty()) {
            return Usage.show(call);
        }
        String path = call.args().getFirst().replaceAll("(?<=.)/+$", "");
        int slash = path.lastIndexOf('/');
        call.print((slash < 0 ? "." : slash == 0 ? "/" : path.substring(0, slash)) + "\n");
        return 0;
    }

    private static int strings(Call call) {
        Options options = Options.of(call.args(), "n");
        int least = (int) Math.max(1, Math.min(1024, options.number("n", 4)));
        for (String path : options.operands().isEmpty() ? List.of("-") : options.operands()) {
            byte[] bytes = Sources.bytes(call, path);
            if (bytes == null) {
                return 1;
            }
            StringBuilder out = new StringBuilder();
            int start = 0;
            for (int i = 0; i <= bytes.length; i++) {
                boolean text = i < bytes.length && bytes[i] >= 32 && bytes[i] < 127;
                if (!text) {
                    if (i - start >= least) {
                        out.append(new String(bytes, start, i - start, StandardCharsets.ISO_8859_1))
                                .append('\n');
                    }
                    start = i + 1;
                }
            }
            call.print(out.toString());
        }
        return 0;
    }

    private static int cmp(Call call) {
        List<String> paths = Options.of(call.args(), "").operands();
        if (paths.size() < 2) {
            return Usage.show(call);
        }
        byte[] one = Sources.bytes(call, paths.getFirst());
        byte[] two = Sources.bytes(call, paths.get(1));
        if (one == null || two == null) {
            return 2;
        }
        int at = Arrays.mismatch(one, two);
        if (at < 0) {
            return 0;
        }
        call.print(
                call.name().equals("cmp")
                        ? paths.getFirst()
                                + " "
                                + paths.get(1)
                                + " differ: char "
                                + (at + 1)
                                + ", line 1\n"
                        : "Files " + paths.getFirst() + " and " + paths.get(1) + " differ\n");
        return 1;
    }
}

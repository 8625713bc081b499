package teiten.cli;

import teiten.store.Estimate;
import teiten.store.Readings.Bucket;

import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.json.JsonMapper;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Tables, sparklines, JSON and CSV on standard output. Text that came from a packet, a file name or a sender is made
/// harmless here: no control character reaches the terminal, no cell of a CSV begins a formula.
final class Print {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);
    private static final String BARS = "▁▂▃▄▅▆▇█";
    private static final int WIDTH = 80;

    /// Apart, because most commands write none, and it takes long to load.
    private static final class Json {
        static final JsonMapper MAPPER =
                JsonMapper.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();
    }

    private final PrintWriter out;

    Print() {
        out =
                new PrintWriter(
                        new OutputStreamWriter(Desk.current().out(), StandardCharsets.UTF_8),
                        false);
    }

    /// Replaces control characters, among them those that steer terminals, and bidirectional overrides.
    static String safe(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> {
                    int type = Character.getType(c);
                    boolean harmless =
                            !Character.isISOControl(c)
                                    && type != Character.FORMAT
                                    && type != Character.SURROGATE
                                    && type != Character.LINE_SEPARATOR
                                    && type != Character.PARAGRAPH_SEPARATOR;
                    safe.appendCodePoint(harmless ? c : 0xFFFD);
                });
        return safe.toString();
    }

    /// Written as it arises: rows may be millions, given as an iterator.
    void json(Object value) {
        Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(new HarmlessWriter(out), value);
        out.println();
        out.flush();
    }

    /// One line of JSON that no terminal obeys.
    static String oneLine(Object value) {
        StringWriter line = new StringWriter();
        Json.MAPPER.writeValue(new HarmlessWriter(line), value);
        return line.toString();
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /// A sentence or more, broken at spaces so that a terminal of 80 columns shows it whole.
    void note(String text) {
        text.lines().forEach(line -> wrapped(line).forEach(out::println));
        out.flush();
    }

    /// Text beside a label; what does not fit goes on below itself.
    void hanging(String label, String text) {
        String below = " ".repeat(label.length());
        List<String> lines = wrapped(below + text);
        out.println(label + lines.getFirst().substring(below.length()));
        lines.subList(1, lines.size()).forEach(out::println);
        out.flush();
    }

    /// What is indented stays so, on every line.
    private static List<String> wrapped(String text) {
        String words = text.stripLeading();
        String indent = text.substring(0, text.length() - words.length());
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(indent);
        for (String word : words.split(" ")) {
            boolean begun = line.length() > indent.length();
            if (begun && columnsOf(line.toString()) + 1 + columnsOf(word) > WIDTH) {
                lines.add(line.toString());
                line.setLength(indent.length());
                begun = false;
            }
            line.append(begun ? " " : "").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /// One cell of CSV (RFC 4180); a leading `=`, `+`, `-`, `@`, tab or carriage return would start a formula in a
    /// spreadsheet and is preceded by an apostrophe, unless the cell is a number.
    static String cell(String text) {
        boolean number = text.matches("-?\\d+(\\.\\d+)?([eE]-?\\d+)?");
        String guarded =
                !number && !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0
                        ? "'" + text
                        : text;
        return guarded.matches("(?s).*[\",\\r\\n].*")
                ? '"' + guarded.replace("\"", "\"\"") + '"'
                : guarded;
    }

    void csv(List<String> header, Iterable<List<String>> rows) {
        out.println(String.join(",", header));
        for (List<String> row : rows) {
            out.println(String.join(",", row.stream().map(Print::cell).toList()));
        }
        out.flush();
    }

    /// A table whose columns are as wide as they need; `left` tells which are text and stand flush left. One that would be
    /// wider than the terminal has its columns closer together.
    void table(List<String> header, List<List<String>> rows, boolean... left) {
        int columns = header.size();
        int[] width = new int[columns];
        List<List<String>> all = new ArrayList<>();
        all.add(header);
        rows.forEach(row -> all.add(row.stream().map(Print::safe).toList()));
        for (List<String> row : all) {
            for (int c = 0; c < columns; c++) {
                width[c] = Math.max(width[c], columnsOf(row.get(c)));
            }
        }
        String gap = Arrays.stream(width).sum() + 2 * (columns - 1) > WIDTH ? " " : "  ";
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                String pad = " ".repeat(width[c] - columnsOf(row.get(c)));
                line.append(c > 0 ? gap : "").append(left[c] ? row.get(c) + pad : pad + row.get(c));
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }

    /// How many columns a terminal gives the text: East Asian characters take two.
    static int columnsOf(String text) {
        return text.codePoints()
                .map(c ->
                        c >= 0x1100
                                        && (c <= 0x115F
                                                || c >= 0x2E80 && c <= 0xA4CF
                                                || c >= 0xAC00 && c <= 0xD7A3
                                                || c >= 0xF900 && c <= 0xFAFF
                                                || c >= 0xFE30 && c <= 0xFE6F
                                                || c >= 0xFF00 && c <= 0xFF60
                                                || c >= 0xFFE0 && c <= 0xFFE6)
                                ? 2
                                : 1)
                .sum();
    }

    /// One character a step, `·` where the sensors did not look; at most as wide as the terminal.
    static String sparkline(List<Bucket> buckets) {
        int steps = Math.min(buckets.size(), WIDTH - 4);
        if (steps == 0) {
            return "";
        }
        double[] value = new double[steps];
        double most = 0;
        for (int i = 0; i < steps; i++) {
            int a = (int) ((long) i * buckets.size() / steps);
            int b = Math.max(a + 1, (int) ((long) (i + 1) * buckets.size() / steps));
            double sum = 0;
            int seen = 0;
            for (Bucket bucket : buckets.subList(a, b)) {
                if (!Double.isNaN(bucket.perDayAndAddress())) {
                    sum += bucket.perDayAndAddress();
                    seen++;
                }
            }
            value[i] = seen == 0 ? Double.NaN : sum / seen;
            most = Math.max(most, seen == 0 ? 0 : value[i]);
        }
        StringBuilder line = new StringBuilder();
        for (double v : value) {
            line.append(
                    Double.isNaN(v)
                            ? '·'
                            : most == 0
                                    ? BARS.charAt(0)
                                    : BARS.charAt((int) Math.min(7, v / most * 7.999)));
        }
        return line.toString();
    }

    static String time(Instant time, ZoneId zone) {
        return TIME.format(time.atZone(zone));
    }

    /// To the minute: where a column says how long something lasted beside it.
    static String minute(Instant time, ZoneId zone) {
        return MINUTE.format(time.atZone(zone));
    }

    /// Two significant digits or three, in the largest unit that leaves one before the point.
    static String lasted(Duration span) {
        long seconds = span.toSeconds();
        return seconds < 120
                ? seconds + " s"
                : seconds < 7_200
                        ? seconds / 60 + " min"
                        : seconds < 172_800
                                ? String.format(Locale.ROOT, "%.1f h", seconds / 3_600.0)
                                : String.format(Locale.ROOT, "%.1f d", seconds / 86_400.0);
    }

    /// Three significant digits with k, M or G for thousands, millions and milliards.
    static String scaled(double n) {
        if (Double.isNaN(n)) {
            return "-";
        }
        double value = n;
        int unit = 0;
        while (value >= 999.5 && unit < 3) {
            value /= 1_000;
            unit++;
        }
        String format = value >= 99.95 ? "%.0f" : value >= 9.995 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value) + List.of("", "k", "M", "G").get(unit);
    }

    /// `1 source`, `2,000 sources`.
    static String count(long n, String one, String many) {
        return count(n) + " " + (n == 1 ? one : many);
    }

    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /// Three significant digits, so that no more is claimed than is known.
    static String rate(double perDay) {
        if (Double.isNaN(perDay)) {
            return "-";
        }
        return perDay >= 100
                ? String.format(Locale.ROOT, "%,.0f", perDay)
                : perDay >= 10
                        ? String.format(Locale.ROOT, "%.1f", perDay)
                        : perDay >= 1
                                ? String.format(Locale.ROOT, "%.2f", perDay)
                                : String.format(Locale.ROOT, "%.3f", perDay);
    }

    static String estimate(Estimate estimate, String one, String many) {
        return estimate(estimate) + " " + (Math.round(estimate.value()) == 1 ? one : many);
    }

    static String estimate(Estimate estimate) {
        return (estimate.isExact() ? "" : "~") + count(Math.round(estimate.value()));
    }

    static String share(long part, long whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f%%", 100.0 * part / whole);
    }
}

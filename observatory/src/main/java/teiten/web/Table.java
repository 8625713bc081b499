package teiten.web;

import org.jspecify.annotations.Nullable;

import teiten.store.Readings.Counted;
import teiten.telescope.Mark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// A table on its way to a spreadsheet: RFC 4180 with CRLF, UTF-8 with a byte order mark.
///
/// Spreadsheets run what begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a formula, and much of what
/// stands here was written by strangers. Such text gets an apostrophe in front; numbers are ours and stay numbers.
final class Table {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final List<String> columns;
    private final @Nullable Counted counted;
    private final List<List<@Nullable Object>> rows = new ArrayList<>();

    /// @param counted when given, every row ends with how it was counted
    Table(@Nullable Counted counted, String... columns) {
        this.counted = counted;
        this.columns = new ArrayList<>(Arrays.asList(columns));
    }

    /// Adds one column for each mark, named as the mark is.
    Table withMarks() {
        for (Mark mark : Mark.values()) {
            columns.add(mark.label());
        }
        return this;
    }

    Row row() {
        List<@Nullable Object> cells = new ArrayList<>();
        rows.add(cells);
        return new Row(cells);
    }

    /// One line in the making.
    record Row(List<@Nullable Object> cells) {
        Row add(@Nullable Object cell) {
            cells.add(cell);
            return this;
        }
    }

    String csv() {
        StringBuilder out = new StringBuilder(BYTE_ORDER_MARK);
        List<String> head = new ArrayList<>(columns);
        List<@Nullable Object> tail = new ArrayList<>();
        if (counted != null) {
            head.addAll(
                    List.of(
                            "counted_sensors",
                            "counted_addresses",
                            "counted_addresses_inferred",
                            "counted_from",
                            "counted_to",
                            "counted_observed_seconds"));
            tail.add(String.join(" ", counted.sensors()));
            tail.add(counted.addresses());
            tail.add(counted.addressesInferred());
            tail.add(counted.scope().from());
            tail.add(counted.scope().to());
            tail.add(counted.observed().toSeconds());
        }
        line(out, head);
        for (List<@Nullable Object> row : rows) {
            List<@Nullable Object> whole = new ArrayList<>(row);
            whole.addAll(tail);
            line(out, whole);
        }
        return out.toString();
    }

    private static void line(StringBuilder out, List<? extends @Nullable Object> cells) {
        out.append(cells.stream().map(Table::cell).collect(Collectors.joining(","))).append("\r\n");
    }

    static String cell(@Nullable Object cell) {
        return switch (cell) {
            case null -> "";
            case Double number ->
                    Double.isFinite(number)
                            ? number == Math.rint(number) && Math.abs(number) < 0x1p53
                                    ? Long.toString(number.longValue())
                                    : Double.toString(number)
                            : "";
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            case Object other -> quoted(harmless(other.toString()));
        };
    }

    private static String harmless(String text) {
        return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String quoted(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}

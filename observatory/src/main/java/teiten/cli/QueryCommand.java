package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import teiten.OperatorMistake;
import teiten.store.ReadOnlySql;
import teiten.store.Views;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// `teiten query "SELECT …"`
@Command(
        name = "query",
        description = {
            "Ask the store one SELECT of your own (DuckDB's SQL), read-only.",
            "",
            "Without SQL it lists the tables. Times are UTC."
        })
final class QueryCommand implements Callable<Integer> {
    @Mixin StoreOptions store = new StoreOptions();

    @Mixin Format format = new Format();

    @Parameters(paramLabel = "SQL", arity = "0..1", description = "One SELECT.")
    @Nullable String sql;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Rows shown at most; 0 for all (default: 1000).")
    int limit = 1_000;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "When the query is ended (default: 60).")
    int timeout = 60;

    @Override
    public Integer call() {
        if (limit < 0) {
            throw new OperatorMistake("--limit " + limit + " is negative; write 0 for all rows");
        }
        if (timeout < 1 || timeout > 86_400) {
            throw new OperatorMistake("--timeout " + timeout + " is outside 1..86400");
        }
        try (Desk.OpenStore open = store.open("teiten query")) {
            String asked = sql;
            if (asked == null) {
                boolean tuples = Files.isDirectory(open.store().directory().resolve("tuples"));
                new Print()
                        .table(
                                List.of("table", "holds"),
                                Views.of(open.store().directory(), tuples).stream()
                                        .map(view -> List.of(view.name(), view.about()))
                                        .toList(),
                                true,
                                true);
                return Main.DONE;
            }
            Answer answer = new Answer();
            new ReadOnlySql(open.store()).run(asked, Duration.ofSeconds(timeout), answer);
            answer.end();
        }
        return Main.DONE;
    }

    /// Writes rows as they come; only a table waits for all of them, to know its widths.
    private final class Answer implements ReadOnlySql.Rows {
        private final PrintWriter out =
                new PrintWriter(Desk.current().out(), false, StandardCharsets.UTF_8);
        private final Print print = new Print();
        private List<String> columns = List.of();
        private final List<List<String>> rows = new ArrayList<>();
        private boolean[] left = {};
        private int count;
        private boolean cut;

        @Override
        public void header(List<String> names) {
            columns = names;
            left = new boolean[names.size()];
            if (format.csv) {
                out.println(String.join(",", names.stream().map(Print::cell).toList()));
            }
        }

        @Override
        public boolean row(List<@Nullable Object> values) {
            if (limit > 0 && count == limit) {
                cut = true;
                return false;
            }
            count++;
            if (format.json) {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                for (int c = 0; c < values.size(); c++) {
                    object.put(columns.get(c), plain(values.get(c)));
                }
                out.print(count == 1 ? "[" : ",\n ");
                out.print(Print.oneLine(object));
                return true;
            }
            List<String> texts = new ArrayList<>(values.size());
            for (int c = 0; c < values.size(); c++) {
                Object value = values.get(c);
                left[c] |= value != null && !(value instanceof Number);
                texts.add(text(value));
            }
            if (format.csv) {
                out.println(String.join(",", texts.stream().map(Print::cell).toList()));
            } else {
                rows.add(texts);
            }
            return true;
        }

        void end() {
            if (format.json) {
                out.println(count == 0 ? "[]" : "]");
            } else if (!format.csv) {
                print.table(columns.stream().map(Print::safe).toList(), rows, left);
            }
            out.flush();
            if (cut) {
                Desk.current()
                        .err()
                        .println(
                                "teiten: only the first "
                                        + limit
                                        + " rows are shown; --limit 0 shows all");
            }
        }

        /// Numbers and truth values as they are, the rest as text.
        private @Nullable Object plain(@Nullable Object value) {
            return switch (value) {
                case null -> null;
                case Double d when d.isNaN() || d.isInfinite() -> null;
                case Float f when f.isNaN() || f.isInfinite() -> null;
                case BigDecimal n -> n;
                case Number n -> n;
                case Boolean b -> b;
                default -> text(value);
            };
        }

        private String text(@Nullable Object value) {
            return switch (value) {
                case null -> "";
                case java.sql.Timestamp time -> time.toLocalDateTime() + "Z";
                default -> value.toString();
            };
        }
    }
}

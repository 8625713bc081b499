package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/// The user's own SQL over the [Views], and nothing else.
///
/// The adversary is the statement itself: it may come from a page or a script that somebody else wrote. Three walls,
/// each enough against writing:
/// 1. the database's own parser must find exactly one SELECT, and its tree may name only our views, its own common table
///    expressions, and table functions that read nothing; so no file is reached, whatever the spelling;
/// 2. it runs in a transaction that the database holds to reading;
/// 3. the database as a whole may open no file outside the data directory's own folders ([Store]).
///
/// It is cancelled after its time; memory is the store's bound.
public final class ReadOnlySql {
    private static final int MOST_LENGTH = 64 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Set<String> TABLE_FUNCTIONS =
            Set.of("range", "generate_series", "unnest", "repeat");
    private static final Set<String> TABLE_KINDS =
            Set.of(
                    "BASE_TABLE",
                    "TABLE_FUNCTION",
                    "SHOW_REF",
                    "JOIN",
                    "SUBQUERY",
                    "EMPTY",
                    "EMPTY_FROM",
                    "EXPRESSION_LIST",
                    "PIVOT");

    /// Volatile, but touching nothing.
    private static final Set<String> HARMLESS =
            Set.of("random", "uuid", "uuidv4", "uuidv7", "gen_random_uuid", "error");

    private final Store store;

    public ReadOnlySql(Store store) {
        this.store = store;
    }

    /// Takes the answer row by row.
    public interface Rows {
        void header(List<String> columns) throws IOException;

        /// @param values as the driver gives them: String, Long, Double, Boolean, BigDecimal, java.sql and java.time
        ///     types, or null
        /// @return false to end
        boolean row(List<@Nullable Object> values) throws IOException;
    }

    /// @throws OperatorMistake when it is no single SELECT over the views, fails, or takes longer than `most`
    public void run(String sql, Duration most, Rows into) {
        if (sql.length() > MOST_LENGTH) {
            throw new OperatorMistake(
                    "the SQL is longer than " + MOST_LENGTH + " characters; shorten it");
        }
        if (EventViews.joined(sql)) {
            store.events.catchUp();
        }
        try (Connection db = store.connection();
                Statement prepare = db.createStatement()) {
            Set<String> views = new HashSet<>();
            for (Views view : Views.of(store.directory(), hasTuples(store.directory()))) {
                prepare.execute("CREATE OR REPLACE TEMP VIEW " + view.name() + " AS " + view.sql());
                views.add(view.name());
            }
            check(db, sql, views);
            prepare.execute("BEGIN TRANSACTION READ ONLY");
            answer(db, sql, most, into);
        } catch (SQLException fault) {
            throw mistake(String.valueOf(fault.getMessage()), fault);
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "the answer could not be written ("
                            + fault.getMessage()
                            + "); send it elsewhere",
                    fault);
        }
    }

    private static void answer(Connection db, String sql, Duration most, Rows into)
            throws SQLException, IOException {
        CountDownLatch finished = new CountDownLatch(1);
        AtomicBoolean late = new AtomicBoolean();
        try (Statement statement = db.createStatement()) {
            Thread clock =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    if (!finished.await(most.toMillis(), TimeUnit.MILLISECONDS)) {
                                        late.set(true);
                                        statement.cancel();
                                    }
                                } catch (InterruptedException | SQLException _) {
                                    // it has ended by itself
                                }
                            });
            try (ResultSet answer = statement.executeQuery(sql)) {
                give(answer, into, late);
            } catch (SQLException fault) {
                if (late.get()) {
                    throw tooLong(most);
                }
                throw fault;
            } finally {
                finished.countDown();
                clock.interrupt();
            }
            if (late.get()) {
                throw tooLong(most);
            }
        }
    }

    private static OperatorMistake tooLong(Duration most) {
        return new OperatorMistake(
                "the query was ended after "
                        + most.toSeconds()
                        + " s; narrow it, or allow more with --timeout");
    }

    private static void give(ResultSet answer, Rows into, AtomicBoolean late)
            throws SQLException, IOException {
        ResultSetMetaData about = answer.getMetaData();
        int columns = about.getColumnCount();
        List<String> names = new ArrayList<>();
        for (int c = 1; c <= columns; c++) {
            names.add(about.getColumnLabel(c));
        }
        into.header(names);
        while (!late.get() && answer.next()) {
            List<@Nullable Object> values = new ArrayList<>(columns);
            for (int c = 1; c <= columns; c++) {
                values.add(answer.getObject(c));
            }
            if (!into.row(values)) {
                return;
            }
        }
    }

    private static boolean hasTuples(Path directory) throws IOException {
        Path tuples = directory.resolve("tuples");
        if (!Files.isDirectory(tuples)) {
            return false;
        }
        try (var files = Files.find(tuples, 3, (p, _) -> p.toString().endsWith(".parquet"))) {
            return files.findAny().isPresent();
        }
    }

    private static void check(Connection db, String sql, Set<String> views) throws SQLException {
        JsonNode tree;
        try (PreparedStatement parse =
                db.prepareStatement("SELECT json_serialize_sql(?::VARCHAR)")) {
            parse.setString(1, sql);
            try (ResultSet parsed = parse.executeQuery()) {
                parsed.next();
                tree = JSON.readTree(String.valueOf(parsed.getString(1)));
            }
        } catch (JacksonException fault) {
            throw new OperatorMistake("the SQL is nested too deeply; write it flatter", fault);
        }
        if (tree.path("error").asBoolean(true)) {
            String message = tree.path("error_message").asString("it cannot be parsed");
            throw new OperatorMistake(
                    message.startsWith("Only SELECT")
                            ? "only one SELECT is run here; the store is changed by teiten import"
                                    + " alone"
                            : "the SQL is not understood: " + firstLine(message));
        }
        if (tree.path("statements").size() != 1) {
            throw new OperatorMistake("only one SELECT is run here; ask one at a time");
        }
        Set<String> denied = new HashSet<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT DISTINCT function_name FROM duckdb_functions() WHERE"
                                        + " has_side_effects")) {
            while (row.next()) {
                denied.add(row.getString(1).toLowerCase(Locale.ROOT));
            }
        }
        denied.removeAll(HARMLESS);
        Set<String> tables = new HashSet<>(views);
        collectNames(tree, tables);
        walk(tree, tables, views, denied);
    }

    /// Names of common table expressions. Only plain words: another one could name a file outside its own scope.
    private static void collectNames(JsonNode node, Set<String> tables) {
        JsonNode map = node.path("cte_map").path("map");
        for (JsonNode entry : map) {
            String name = entry.path("key").asString("");
            if (!PLAIN_NAME.matcher(name).matches()) {
                throw new OperatorMistake(
                        "WITH \"" + shown(name) + "\": name it with letters, digits and _ only");
            }
            tables.add(name.toLowerCase(Locale.ROOT));
        }
        String recursive = node.path("cte_name").asString("");
        if (PLAIN_NAME.matcher(recursive).matches()) {
            tables.add(recursive.toLowerCase(Locale.ROOT));
        }
        for (JsonNode child : node) {
            collectNames(child, tables);
        }
    }

    private static void walk(
            JsonNode node, Set<String> tables, Set<String> views, Set<String> denied) {
        if (node.isObject()) {
            String type = node.path("type").asString("");
            boolean table = node.has("alias") && node.has("sample");
            if (table && !TABLE_KINDS.contains(type)) {
                throw new OperatorMistake("FROM " + type + " is not possible here");
            }
            if (type.equals("BASE_TABLE")) {
                table(node, tables, views);
            }
            if (type.equals("SHOW_REF") && node.path("query").isNull()) {
                throw new OperatorMistake(
                        "SHOW is not possible here; teiten query without SQL lists the tables");
            }
            if (type.equals("TABLE_FUNCTION")) {
                String name = node.path("function").path("function_name").asString("");
                if (!TABLE_FUNCTIONS.contains(name.toLowerCase(Locale.ROOT))) {
                    throw new OperatorMistake(
                            "FROM "
                                    + shown(name)
                                    + "(…) is not possible here: no file and no setting is read");
                }
            }
            String function = node.path("function_name").asString("").toLowerCase(Locale.ROOT);
            if (denied.contains(function)) {
                throw new OperatorMistake(function + "(…) is not possible here: only reading is");
            }
        }
        for (JsonNode child : node) {
            walk(child, tables, views, denied);
        }
    }

    private static void table(JsonNode node, Set<String> tables, Set<String> views) {
        String name = node.path("table_name").asString("");
        boolean bare =
                node.path("schema_name").asString("").isEmpty()
                        && node.path("catalog_name").asString("").isEmpty()
                        && node.path("qualified_name").path("path").size() <= 1;
        if (!bare || !tables.contains(name.toLowerCase(Locale.ROOT))) {
            throw new OperatorMistake(
                    "there is no table \""
                            + shown(name)
                            + "\"; there are "
                            + String.join(", ", views.stream().sorted().toList())
                            + (views.contains("flowtuple")
                                    ? ""
                                    : " (flowtuple appears with the first stored flow tuples)"));
        }
    }

    private static OperatorMistake mistake(String message, SQLException fault) {
        String line = firstLine(message);
        return new OperatorMistake(
                line.contains("Out of Memory")
                        ? "the query needs more memory than the store may use ("
                                + line
                                + "); narrow it, or raise store.memory_mib"
                        : "the query failed: " + line + candidates(message),
                fault);
    }

    /// What the database thinks was meant, where it thinks so.
    private static String candidates(String message) {
        return message.lines()
                .filter(line -> line.startsWith("Candidate"))
                .map(line -> "; " + Character.toLowerCase(line.charAt(0)) + line.substring(1))
                .map(ReadOnlySql::shown)
                .findFirst()
                .orElse("");
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return shown(end < 0 ? message : message.substring(0, end));
    }

    private static String shown(String text) {
        return text.replaceAll("\\p{C}", "?");
    }
}

package teiten.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// Which sources of the store lie in the blocks of the operator's lists: one hash join a prefix length, so that the cost
/// is that of the sources and not of the lists.
final class ListMatch {
    private final Connection db;

    ListMatch(Connection db) {
        this.db = db;
    }

    /// @param sources a SELECT of `high, low`
    /// @param list its number; 0 for all lists
    void run(String sources, int list) throws SQLException {
        String chosen = list == 0 ? "" : " WHERE list = " + list;
        List<Integer> lengths = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery("SELECT DISTINCT bits FROM scanner_entry" + chosen)) {
            while (row.next()) {
                lengths.add(row.getInt(1));
            }
        }
        if (lengths.isEmpty()) {
            return;
        }
        try (Statement statement = db.createStatement()) {
            statement.execute("CREATE OR REPLACE TEMP TABLE candidate AS " + sources);
            for (int bits : lengths) {
                String join =
                        bits > 64
                                ? "c.high = e.high AND c.low >> "
                                        + (128 - bits)
                                        + " = e.low >> "
                                        + (128 - bits)
                                : bits == 0
                                        ? "true"
                                        : "c.high >> "
                                                + (64 - bits)
                                                + " = e.high >> "
                                                + (64 - bits);
                statement.execute(
                        "INSERT INTO listed_source SELECT DISTINCT e.list, c.high, c.low, e.entry"
                                + " FROM candidate c JOIN scanner_entry e ON "
                                + join
                                + " WHERE e.bits = "
                                + bits
                                + (list == 0 ? "" : " AND e.list = " + list)
                                + " AND NOT EXISTS (SELECT 1 FROM listed_source l WHERE l.list ="
                                + " e.list AND l.high = c.high AND l.low = c.low AND l.entry ="
                                + " e.entry)");
            }
            statement.execute("DROP TABLE candidate");
        }
    }
}

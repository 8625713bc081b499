package teiten.store;

import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

import teiten.telescope.Distinct;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/// Sets of targets of a roll-up's busiest sources, kept united: a set of very many segments takes long to unite.
final class BusySets {
    /// Sources of a day, and of those that are no investigators, whose sets are kept.
    static final int MOST = 300;

    private record Address(long high, long low) {}

    private final Map<Address, Distinct> sets = new HashMap<>();

    void clear() {
        sets.clear();
    }

    /// Unites the sets of the sources.
    ///
    /// @param sources a SELECT of `hash, high, low`
    /// @param pairs rows that hold what they did
    void unite(Statement ask, String sources, String pairs) throws SQLException {
        ask.execute("CREATE OR REPLACE TEMP TABLE busiest AS " + sources);
        try (ResultSet row = ask.executeQuery("SELECT high, low FROM busiest")) {
            while (row.next()) {
                sets.put(new Address(row.getLong(1), row.getLong(2)), new Distinct());
            }
        }
        try (ResultSet row =
                ask.executeQuery(
                        "SELECT high, low, unnest(targets) FROM "
                                + pairs
                                + " SEMI JOIN busiest USING (hash, high, low)")) {
            while (row.next()) {
                sets.computeIfAbsent(
                                new Address(row.getLong(1), row.getLong(2)), _ -> new Distinct())
                        .mergeCoupons(row.getBytes(3));
            }
        }
    }

    /// Stores them, within the caller's transaction.
    void store(Connection db, int rollUp) throws SQLException {
        try (DuckDBAppender rows =
                db.unwrap(DuckDBConnection.class).createAppender("main", "rollup_busy")) {
            for (Map.Entry<Address, Distinct> each : sets.entrySet()) {
                rows.beginRow();
                rows.append(rollUp);
                rows.append(each.getKey().high);
                rows.append(each.getKey().low);
                rows.append(each.getValue().image());
                rows.endRow();
            }
        }
    }
}

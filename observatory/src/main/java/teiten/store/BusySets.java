package teiten.store;

import teiten.telescope.Distinct;

import java.sql.Connection;
import java.sql.PreparedStatement;
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
        try (PreparedStatement insert =
                db.prepareStatement("INSERT INTO rollup_busy VALUES (?, ?, ?, ?)")) {
            for (Map.Entry<Address, Distinct> each : sets.entrySet()) {
                insert.setInt(1, rollUp);
                insert.setLong(2, each.getKey().high);
                insert.setLong(3, each.getKey().low);
                insert.setBytes(4, each.getValue().image());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}

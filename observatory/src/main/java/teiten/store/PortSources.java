package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.net.Port;
import teiten.store.Readings.Os;
import teiten.store.Readings.Overlap;
import teiten.store.SegmentCopy.Columns;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The sources that accessed one port: their systems, and where else they went. The connection keeps them in a table of its
/// own as long as it is open.
final class PortSources implements AutoCloseable {
    private static final int FEW = 1_000;

    /// A sample is small when it is this part of all sources: it costs less to pick all that they did at once.
    private static final int SMALL = 16;

    private static final double HASHES = 0x1p32;

    private final Connection db;
    private final RollUps rolled;
    private final @Nullable SegmentPicks picks;
    private final String known;

    /// All that the sources of a small sample did; null when it must be picked anew.
    private @Nullable RollUps sample;

    private final String where;
    private final Port port;

    /// How many are looked at.
    final long count;

    /// Whether there are more than those.
    final boolean sampled;

    /// @param where condition on rows that the caller asks about
    /// @param known a further one on the sources; begins with AND, or is empty
    /// @param expected about how many accessed the port
    /// @param most how many are looked at; 0 for all
    PortSources(
            Connection db,
            RollUps rolled,
            String where,
            String known,
            Port port,
            double expected,
            int most)
            throws SQLException {
        this.db = db;
        this.rolled = rolled;
        this.where = where;
        this.known = known;
        this.port = port;
        SegmentScan scan = most == 0 ? null : rolled.scan(db);
        picks = scan == null ? null : new SegmentPicks(db, rolled.parts.spool, rolled.step(), scan);
        // Hashes are spread evenly: more sources than are asked for lie below this one, or the next
        // is tried.
        double below = most == 0 ? HASHES : HASHES * Math.min(1, (1.5 * most + 100) / expected);
        long found = collect(below);
        while (below < HASHES && found <= most) {
            below = Math.min(HASHES, 4 * below);
            found = collect(below);
        }
        sampled = most > 0 && found > most;
        if (sampled) {
            try (Statement ask = db.createStatement()) {
                ask.execute(
                        "DELETE FROM accessing WHERE hash >= (SELECT hash FROM accessing ORDER BY"
                                + " hash LIMIT 1 OFFSET "
                                + most
                                + ")");
            }
            found = EventKeeper.count(db, "SELECT count(*) FROM accessing");
        }
        count = found;
    }

    /// Makes the table of the sources whose hashes are below this one.
    ///
    /// @return how many there are
    private long collect(double below) throws SQLException {
        RollUps from = rolled;
        if (picks != null) {
            boolean small = below <= HASHES / SMALL;
            from =
                    rolled.over(
                            small
                                    ? picks.hashes(0, (long) below, Columns.ACCESSES)
                                    : picks.port(port.code(), (long) below));
            sample = small ? from : null;
        }
        try (Statement ask = db.createStatement()) {
            ask.execute(
                    "CREATE OR REPLACE TEMP TABLE accessing AS SELECT hash, high, low,"
                            + " min(ttl_min) AS a, max(ttl_max) AS b"
                            + " FROM "
                            + from.accessing(List.of(port.code()))
                            + " WHERE "
                            + where
                            + known
                            + (below < HASHES ? " AND hash < " + (long) below : "")
                            + " GROUP BY hash, high, low");
        }
        return EventKeeper.count(db, "SELECT count(*) FROM accessing");
    }

    /// The hashes of few sources as a condition: what has none of them is not even unpacked. Segments know no hashes.
    private String few() throws SQLException {
        if (count == 0 || count > FEW || rolled.ids.isEmpty()) {
            return "";
        }
        List<String> hashes = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery("SELECT DISTINCT hash FROM accessing")) {
            while (row.next()) {
                hashes.add(row.getString(1));
            }
        }
        return " AND hash IN (" + String.join(",", hashes) + ")";
    }

    /// Largest share first. Of few sources many ports have the same: those with more accesses come first then.
    List<Overlap> overlaps(int limit) throws SQLException {
        RollUps rolled = this.rolled;
        if (sample != null) {
            rolled = sample;
        } else if (picks != null) {
            rolled = rolled.over(picks.sources("accessing"));
        }
        String where = this.where + few();
        String these =
                " SEMI JOIN accessing USING ("
                        + (rolled.ids.isEmpty() ? "" : "hash, ")
                        + "high, low) WHERE "
                        + where;
        if (count <= FEW) {
            return overlaps(
                    "SELECT port, count(*) FROM (SELECT port, high, low, sum("
                            + Rows.ACCESSES
                            + ") AS accesses FROM "
                            + rolled.pairs()
                            + these
                            + " AND "
                            + Rows.ACCESSES
                            + " > 0 AND port <> "
                            + port.code()
                            + " GROUP BY port, high, low) GROUP BY port ORDER BY 2 DESC,"
                            + " sum(accesses) DESC, port LIMIT "
                            + limit);
        }
        String others =
                rolled.inOrder()
                        ? "SELECT unnest(ports) AS port, high, low FROM " + rolled.origins() + these
                        : "SELECT port, high, low FROM "
                                + rolled.pairs()
                                + these
                                + " AND "
                                + Rows.ACCESSES
                                + " > 0";
        String sql =
                "SELECT port, count(*) FROM ("
                        + (rolled.single() && !rolled.ids.isEmpty()
                                ? others
                                : "SELECT DISTINCT port, high, low FROM (" + others + ")")
                        + ") WHERE port <> "
                        + port.code()
                        + " GROUP BY port ORDER BY 2 DESC, port LIMIT "
                        + limit;
        return overlaps(sql);
    }

    private List<Overlap> overlaps(String sql) throws SQLException {
        List<Overlap> overlaps = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            while (row.next()) {
                overlaps.add(
                        new Overlap(
                                Port.ofCode(row.getInt(1)),
                                row.getLong(2),
                                (double) row.getLong(2) / Math.max(1, count)));
            }
        }
        return overlaps;
    }

    /// Share of the port's sources by the system that the TTLs of their accesses to this port allow.
    Map<Os, Double> osShares() throws SQLException {
        Map<Os, Double> counts = new EnumMap<>(Os.class);
        for (Os os : Os.values()) {
            counts.put(os, 0.0);
        }
        double all = 0;
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery("SELECT a, b, count(*) FROM accessing GROUP BY a, b")) {
            while (row.next()) {
                Os os = SourceQueries.guess(row.getInt(1), row.getInt(2)).os();
                counts.merge(os, (double) row.getLong(3), Double::sum);
                all += row.getLong(3);
            }
        }
        Map<Os, Double> shares = new LinkedHashMap<>();
        for (Map.Entry<Os, Double> count : counts.entrySet()) {
            shares.put(count.getKey(), all == 0 ? 0 : count.getValue() / all);
        }
        return shares;
    }

    @Override
    public void close() {
        if (picks != null) {
            picks.close();
        }
    }
}

package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.net.Port;
import teiten.store.Readings.Os;
import teiten.store.Readings.Overlap;

import java.io.IOException;
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

    /// A sample is small when it is this part of all sources, and has no more segments than that: it costs less to pick all
    /// that they did at once than to find them first.
    private static final int SMALL = 16;

    private static final long SMALL_SEGMENTS = 500_000;

    private static final double HASHES = 0x1p32;

    private final Connection db;
    private final RollUps rolled;
    private @Nullable SegmentPicks picks;
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
        try {
            picks = most == 0 ? null : picks(db, rolled);
            // Hashes are spread evenly: more sources than are asked for lie below this one, or the
            // next is tried.
            double below = most == 0 ? HASHES : HASHES * Math.min(1, (1.5 * most + 100) / expected);
            long found = collect(below);
            while (below < HASHES && found <= most) {
                below = Math.min(HASHES, 4 * below);
                found = collect(below);
            }
            sampled = most > 0 && found > most;
            count = sampled ? cut(most) : found;
        } catch (SQLException | RuntimeException fault) {
            close();
            throw fault;
        }
    }

    private static @Nullable SegmentPicks picks(Connection db, RollUps rolled) throws SQLException {
        try {
            GroupScan scan = rolled.scan(db);
            return scan == null
                    ? null
                    : new SegmentPicks(db, rolled.parts.spool, rolled.step(), scan);
        } catch (IOException fault) {
            throw new SQLException("segments could not be read", fault);
        }
    }

    private interface Pick {
        String from(SegmentPicks picks) throws SQLException, IOException;
    }

    /// What to read: what is picked, or, when the disk has no room for that, everything, which takes longer.
    private RollUps picked(Pick pick) throws SQLException {
        SegmentPicks from = picks;
        if (from == null) {
            return rolled;
        }
        try {
            return rolled.over(pick.from(from));
        } catch (IOException _) {
            close();
            picks = null;
            return rolled;
        }
    }

    /// Keeps so many with the smallest hashes.
    private long cut(int most) throws SQLException {
        try (Statement ask = db.createStatement()) {
            ask.execute(
                    "DELETE FROM accessing WHERE hash >= (SELECT hash FROM accessing ORDER BY"
                            + " hash LIMIT 1 OFFSET "
                            + most
                            + ")");
        }
        return EventKeeper.count(db, "SELECT count(*) FROM accessing");
    }

    /// Makes the table of the sources whose hashes are below this one.
    ///
    /// @return how many there are
    private long collect(double below) throws SQLException {
        double part = below / HASHES;
        boolean small = picks != null && part * SMALL <= 1 && part * picks.rows() <= SMALL_SEGMENTS;
        RollUps from =
                picked(p -> small ? p.hashes((long) below) : p.port(port.code(), (long) below));
        sample = small && picks != null ? from : null;
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
        RollUps rolled = sample != null ? sample : picked(p -> p.sources("accessing"));
        String where = this.where + few();
        String these =
                " SEMI JOIN accessing USING ("
                        + (rolled.ids.isEmpty() ? "" : "hash, ")
                        + "high, low) WHERE "
                        + where;
        boolean once = rolled.single() && !rolled.ids.isEmpty();
        if (count <= FEW) {
            String accesses =
                    rolled.pairs()
                            + these
                            + " AND "
                            + Rows.ACCESSES
                            + " > 0 AND port <> "
                            + port.code();
            String each =
                    once
                            ? "SELECT port, " + Rows.ACCESSES + " AS accesses FROM " + accesses
                            : "SELECT port, sum("
                                    + Rows.ACCESSES
                                    + ") AS accesses FROM "
                                    + accesses
                                    + " GROUP BY port, high, low";
            return overlaps(
                    "SELECT port, count(*) FROM ("
                            + each
                            + ") GROUP BY port ORDER BY 2 DESC, sum(accesses) DESC, port LIMIT "
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
                        + (once ? others : "SELECT DISTINCT port, high, low FROM (" + others + ")")
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

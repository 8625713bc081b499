package teiten.store;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What known investigators did to each port in days that are rolled up, and what all others did, added up beforehand.
///
/// ```
/// DIR/parts/apart-ID.parquet   one row a port, once of investigators (known) and once of all others   by known, port
/// DIR/parts/known-ID.parquet   one row an investigator and port                                        by hash, address, port
/// DIR/parts/busiest-ID.parquet one row of each of the busiest sources, investigators or not          by packets
/// ```
///
/// Port −1 stands for all ports together; `sources` is how many of them accessed the port. The files tell apart whoever is
/// an investigator at any time and for any sensor ([ApartKeeper]). A question knows fewer: hitters of its own span and
/// sensors only. What the others of them did is taken back, from `known`: figures stay those of single sources.
final class ApartRows {
    /// Sources up to which their hashes are told, so that what has none of them is not even unpacked.
    private static final int FEW = 1_000;

    private static final String COLUMNS =
            "packets, bytes, accesses, syn, backscatter, mirai, masscan, zmap, zmap4, sources";

    private final Parts parts;
    private final List<Integer> ids;
    private final boolean only;

    /// Condition on rows of `known` whose sources are no investigators to this question; empty when there are none.
    private final String unknown;

    private ApartRows(Parts parts, List<Integer> ids, boolean only, String unknown) {
        this.parts = parts;
        this.ids = ids;
        this.only = only;
        this.unknown = unknown;
    }

    static Path apart(Parts parts, int id) {
        return parts.file("apart", id);
    }

    static Path known(Parts parts, int id) {
        return parts.file("known", id);
    }

    /// What the roll-up's origins say of its busiest sources, the number of ports instead of the ports.
    static Path busiest(Parts parts, int id) {
        return parts.file("busiest", id);
    }

    static List<Path> files(Parts parts, int id) {
        return List.of(apart(parts, id), known(parts, id), busiest(parts, id));
    }

    /// @param scope that leaves investigators out or shows them alone
    /// @return null unless every roll-up has files that are up to date with all that the question knows
    static @Nullable ApartRows of(
            Connection db, Parts parts, Coverage coverage, Scope scope, RollUps rolled)
            throws SQLException {
        // Of one moment: who is forgotten as an investigator is in no file any more.
        db.setAutoCommit(false);
        try {
            String known = Investigators.select(scope, coverage);
            List<Integer> ids = upToDate(db, known, rolled);
            if (ids.isEmpty() || ids.size() < rolled.ids.size()) {
                return null;
            }
            List<String> hashes = hashes(db, known);
            String these =
                    hashes.size() > FEW ? "" : " AND hash IN (" + String.join(",", hashes) + ")";
            Scope without = scope.with(Scanners.WITHOUT);
            return new ApartRows(
                    parts,
                    ids,
                    scope.scanners() == Scanners.ONLY,
                    hashes.isEmpty()
                            ? ""
                            : these + Investigators.condition(without, coverage, "known"));
        } finally {
            db.commit();
            db.setAutoCommit(true);
        }
    }

    /// Numbers of the files that know of everybody whom the question knows.
    private static List<Integer> upToDate(Connection db, String known, RollUps rolled)
            throws SQLException {
        List<Integer> ids = new ArrayList<>();
        if (rolled.ids.isEmpty()) {
            return ids;
        }
        String rollUps =
                rolled.ids.stream().map(String::valueOf).collect(Collectors.joining(",", "(", ")"));
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT id FROM rollup_apart WHERE rollup IN "
                                        + rollUps
                                        + " AND upto >= (SELECT coalesce(max(CASE WHEN gone IS"
                                        + " NULL OR gone THEN 2147483647 ELSE number END), 0) FROM"
                                        + " ("
                                        + known
                                        + ") LEFT JOIN investigator USING (high, low))")) {
            while (row.next()) {
                ids.add(row.getInt(1));
            }
        }
        return ids;
    }

    /// Hashes of investigators whom the question does not know; one more than [#FEW] when there are more.
    private static List<String> hashes(Connection db, String known) throws SQLException {
        List<String> hashes = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT DISTINCT source_hash(high, low) FROM investigator ANTI JOIN"
                                        + " ("
                                        + known
                                        + ") USING (high, low) LIMIT "
                                        + (FEW + 1))) {
            while (row.next()) {
                hashes.add(row.getString(1));
            }
        }
        return hashes;
    }

    /// A SELECT of `sensor, day, port`, the sums and `sources`: rows that add up to the asked sources' share of the roll-ups.
    ///
    /// @param ports condition on their ports
    String select(String ports) {
        String rows =
                "SELECT sensor, day, port, "
                        + COLUMNS
                        + " FROM "
                        + Parts.parquet(ids.stream().map(id -> apart(parts, id)).toList())
                        + " WHERE known = "
                        + only
                        + " AND "
                        + ports;
        return unknown.isEmpty()
                ? rows
                : rows
                        + " UNION ALL SELECT sensor, day, port, "
                        + (only ? "-" + COLUMNS.replace(", ", ", -") : COLUMNS)
                        + " FROM "
                        + Parts.parquet(ids.stream().map(id -> known(parts, id)).toList())
                        + " known WHERE "
                        + ports
                        + unknown;
    }
}

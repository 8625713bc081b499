package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.net.Prefix;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Investigation scanners: the operator's lists, and who was recognised by them or by behaviour.
///
/// What is known of a source is evidence, each piece with where it comes from; that somebody is in a list or scans widely
/// says nothing of what he wants. A tool's mark is evidence of the tool and makes nobody an investigator.
public final class ScannerReadings {
    /// Blocks of one list at most.
    public static final int MOST_ENTRIES = 1_000_000;

    private final Store store;

    ScannerReadings(Store store) {
        this.store = store;
    }

    /// A list as it was loaded.
    ///
    /// @param kind `misp` or `cidr`
    /// @param version as the list itself says; empty when it says none
    /// @param source the file
    /// @param matched sources of the store that lie in it
    public record ScannerList(
            String name,
            String kind,
            String version,
            String source,
            String sha256,
            Instant loaded,
            int entries,
            long matched) {}

    /// One block, and how it stands in the list.
    public record Entry(Prefix prefix, String text) {}

    /// A list that a source lies in.
    public record Listed(String list, String version, String entry, Instant loaded) {}

    /// That a source reached a tenth of a sensor's addresses or more.
    ///
    /// @param port null for all ports of a UTC day together; otherwise one scan event
    /// @param targets addresses reached, of `addresses` monitored
    /// @param mirai packets that bear Mirai's mark
    public record Hit(
            String sensor,
            @Nullable Port port,
            Instant start,
            Instant end,
            long packets,
            long mirai,
            Estimate targets,
            double addresses) {
        public double share() {
            return Math.min(1, targets.value() / addresses);
        }

        /// A tenth of Mirai's mark or more: an infected device, and no investigator.
        public boolean infected() {
            return mirai * 10 >= packets;
        }
    }

    /// What is known of one source.
    public record Known(List<Listed> lists, List<Hit> hits) {
        public boolean investigator() {
            return !lists.isEmpty() || hits.stream().anyMatch(hit -> !hit.infected());
        }
    }

    /// Known investigators that were seen in a scope.
    ///
    /// @param listed by a list
    /// @param hitters by behaviour, some of them listed as well
    /// @param allSources of the scope
    /// @param allPackets of the scope
    public record Seen(
            long sources,
            long packets,
            long listed,
            long hitters,
            long allSources,
            long allPackets) {}

    /// Takes a list in; one of the same name is replaced.
    ///
    /// @throws OperatorMistake when it holds nothing, or too much
    public void add(
            String name,
            String kind,
            String version,
            String source,
            String sha256,
            List<Entry> entries) {
        if (entries.isEmpty() || entries.size() > MOST_ENTRIES) {
            throw new OperatorMistake(
                    "the list "
                            + source
                            + " holds "
                            + (entries.isEmpty()
                                    ? "no address"
                                    : "more than " + MOST_ENTRIES + " entries")
                            + "; give one with addresses or CIDR blocks");
        }
        store.events.catchUp();
        store.write(db -> {
            drop(db, name);
            int id;
            try (PreparedStatement insert =
                    db.prepareStatement(
                            "INSERT INTO scanner_list VALUES (nextval('ids'), ?, ?, ?, ?, ?, ?, ?)"
                                    + " RETURNING id")) {
                insert.setString(1, name);
                insert.setString(2, kind);
                insert.setString(3, version);
                insert.setString(4, source);
                insert.setString(5, sha256);
                insert.setLong(6, store.clock().millis());
                insert.setInt(7, entries.size());
                try (ResultSet row = insert.executeQuery()) {
                    row.next();
                    id = row.getInt(1);
                }
            }
            try (PreparedStatement insert =
                    db.prepareStatement("INSERT INTO scanner_entry VALUES (?, ?, ?, ?, ?)")) {
                for (Entry entry : entries) {
                    IpAddress first = entry.prefix.first();
                    insert.setInt(1, id);
                    insert.setLong(2, first.high());
                    insert.setLong(3, first.low());
                    insert.setInt(4, entry.prefix.bits() + (first.isV4() ? 96 : 0));
                    insert.setString(5, entry.text);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            new ListMatch(db).run("SELECT DISTINCT high, low FROM source", id);
            return id;
        });
    }

    /// @throws OperatorMistake when there is none of this name
    public void remove(String name) {
        boolean found = store.write(db -> drop(db, name));
        if (!found) {
            throw new OperatorMistake(
                    "there is no scanner list \""
                            + name.replaceAll("\\p{C}", "?")
                            + "\"; teiten scanners list shows them");
        }
    }

    private static boolean drop(Connection db, String name) throws SQLException {
        try (PreparedStatement ask =
                db.prepareStatement("SELECT id FROM scanner_list WHERE name = ?")) {
            ask.setString(1, name);
            try (ResultSet row = ask.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                int id = row.getInt(1);
                try (Statement delete = db.createStatement()) {
                    delete.execute("DELETE FROM scanner_entry WHERE list = " + id);
                    delete.execute("DELETE FROM listed_source WHERE list = " + id);
                    delete.execute("DELETE FROM scanner_list WHERE id = " + id);
                }
                return true;
            }
        }
    }

    /// All lists by name.
    public List<ScannerList> lists() {
        return store.read(db -> {
            List<ScannerList> lists = new ArrayList<>();
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT name, kind, version, source, sha256, loaded_at_millis,"
                                        + " entries, (SELECT count(DISTINCT (high, low)) FROM"
                                        + " listed_source s WHERE s.list = l.id) FROM scanner_list"
                                        + " l ORDER BY name")) {
                while (row.next()) {
                    lists.add(
                            new ScannerList(
                                    row.getString(1),
                                    row.getString(2),
                                    row.getString(3),
                                    row.getString(4),
                                    row.getString(5),
                                    Instant.ofEpochMilli(row.getLong(6)),
                                    row.getInt(7),
                                    row.getLong(8)));
                }
            }
            return lists;
        });
    }

    /// What is known of a source, by all lists and by its hits that overlap the scope.
    public Known known(IpAddress source, Scope scope) {
        return store.read(db -> new Known(listed(db, source), hits(db, source, scope)));
    }

    private static List<Listed> listed(Connection db, IpAddress source) throws SQLException {
        List<Listed> found = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT l.name, l.version, e.entry, l.loaded_at_millis, e.high,"
                                    + " e.low, e.bits FROM scanner_entry e JOIN scanner_list l ON"
                                    + " l.id = e.list WHERE e.bits > 64 AND e.high = "
                                        + source.high()
                                        + " OR e.bits <= 64 AND e.high >> greatest(0, 64 - e.bits)"
                                        + " = "
                                        + source.high()
                                        + "::BIGINT >> greatest(0, 64 - e.bits) ORDER BY l.name,"
                                        + " e.bits DESC, e.entry")) {
            while (row.next()) {
                IpAddress first = new IpAddress(row.getLong(5), row.getLong(6));
                int bits = row.getInt(7) - (first.isV4() ? 96 : 0);
                if (bits >= 0 && new Prefix(first, bits).contains(source)) {
                    found.add(
                            new Listed(
                                    row.getString(1),
                                    row.getString(2),
                                    row.getString(3),
                                    Instant.ofEpochMilli(row.getLong(4))));
                }
            }
        }
        return found;
    }

    private List<Hit> hits(Connection db, IpAddress source, Scope scope) throws SQLException {
        Coverage coverage = store.coverage(db, scope.sensors());
        List<Hit> hits = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT n.name, h.port, h.first, h.last, h.packets, h.mirai,"
                                    + " h.targets, h.error, h.addresses FROM hitter h JOIN sensor n"
                                    + " ON n.id = h.sensor WHERE "
                                        + Rows.sensors(coverage).replace("sensor", "h.sensor")
                                        + " AND h.high = "
                                        + source.high()
                                        + " AND h.low = "
                                        + source.low()
                                        + " AND h.first < "
                                        + scope.to().getEpochSecond()
                                        + " AND h.last >= "
                                        + scope.from().getEpochSecond()
                                        + " ORDER BY h.targets / h.addresses DESC, h.first, h.port"
                                        + " LIMIT 200")) {
            while (row.next()) {
                int port = row.getInt(2);
                hits.add(
                        new Hit(
                                row.getString(1),
                                port < 0 ? null : Port.ofCode(port),
                                Rows.second(row.getLong(3)),
                                Rows.second(row.getLong(4)),
                                row.getLong(5),
                                row.getLong(6),
                                new Estimate(row.getDouble(7), row.getDouble(8)),
                                row.getDouble(9)));
            }
        }
        return hits;
    }

    /// Known investigators of the scope, widened to whole UTC days, whatever it says of them.
    public Seen seen(Scope asked) {
        return store.read(db -> {
            Coverage coverage = store.coverage(db, asked.sensors());
            Scope scope = ScannedPorts.toDays(asked).with(Scanners.ONLY);
            String days =
                    Rows.sensors(coverage)
                            + " AND day >= "
                            + scope.from().getEpochSecond() / 86_400
                            + " AND day < "
                            + scope.to().getEpochSecond() / 86_400;
            RollUps rolled =
                    RollUps.of(
                            db,
                            store.parts,
                            coverage,
                            scope.from().getEpochSecond() / 86_400,
                            scope.to().getEpochSecond() / 86_400);
            String rows = rolled.inOrder() ? rolled.origins() : rolled.pairs();
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "WITH mine AS (SELECT high, low, sum(packets)::BIGINT AS p FROM"
                                            + " "
                                            + rows
                                            + " WHERE "
                                            + days
                                            + Investigators.condition(scope, coverage, "source")
                                            + " GROUP BY high, low) SELECT count(*),"
                                            + " coalesce(sum(p), 0)::BIGINT, count(*) FILTER"
                                            + " (EXISTS (SELECT 1 FROM listed_source l WHERE l.high"
                                            + " = mine.high AND l.low = mine.low)), count(*) FILTER"
                                            + " (EXISTS (SELECT 1 FROM hitter h WHERE h.high ="
                                            + " mine.high AND h.low = mine.low AND h.mirai * 10 <"
                                            + " h.packets)) FROM mine")) {
                row.next();
                return new Seen(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        EventKeeper.count(
                                db,
                                rolled.inOrder() && rolled.single()
                                        ? "SELECT count(*) FROM " + rows + " WHERE " + days
                                        : "SELECT count(*) FROM (SELECT DISTINCT high, low FROM "
                                                + rows
                                                + " WHERE "
                                                + days
                                                + ")"),
                        EventKeeper.count(
                                db,
                                "SELECT coalesce(sum(packets), 0)::BIGINT FROM "
                                        + rows
                                        + " WHERE "
                                        + days));
            }
        });
    }
}

package teiten.store;

import teiten.store.PartWriter.Kind;
import teiten.store.PartWriter.Part;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The rows that lie in files of their own beside the database.
///
/// A part of many rows stays the file it was written as, in `DIR/parts`: the database reads Parquet where it lies, so
/// storing costs a rename and a row in `part`. A part of few rows goes into the table of its kind, so that files never
/// become many. The views `source`, `minute`, `hour` and `day` put both together. They name absolute paths, so that the
/// directory may be moved, and are made anew when somebody asks for the first time after the opening or after new parts:
/// the database opens files to make them, for which an import that nobody watches need not wait.
///
/// A file is moved to `parts` before the transaction that names it, and deleted after the one that drops it: what a
/// crash leaves over is a file that no row names, deleted at the next opening.
final class Parts {
    /// Rows, or bytes, from which on a part stays a file.
    private static final long MANY = 60_000;

    private static final long LARGE = 8 << 20;

    private static final String COUNTS =
            "packets::BIGINT AS packets, bytes::BIGINT AS bytes, accesses::BIGINT AS accesses,"
                    + " syn::BIGINT AS syn, backscatter::BIGINT AS backscatter, mirai::BIGINT AS"
                    + " mirai, masscan::BIGINT AS masscan, zmap::BIGINT AS zmap, zmap4::BIGINT AS"
                    + " zmap4, sources";
    private static final String SEGMENT =
            "port, packets::BIGINT AS packets, bytes::BIGINT AS bytes, syn::BIGINT AS syn,"
                    + " backscatter::BIGINT AS backscatter, mirai::BIGINT AS mirai,"
                    + " masscan::BIGINT AS masscan, zmap::BIGINT AS zmap, zmap4::BIGINT AS zmap4,"
                    + " first::BIGINT AS first, first::BIGINT + span AS last, ttl_min, ttl_max,"
                    + " shape, CASE WHEN backscatter > 0 THEN ''::BLOB ELSE targets END AS targets,"
                    + " CASE WHEN backscatter > 0 THEN targets ELSE ''::BLOB END AS services";

    private static final String FOUR =
            "sensor, (first // 86400)::INTEGER AS day, 0::BIGINT AS high,"
                    + " 281470681743360 + address::BIGINT AS low,"
                    + " source_hash4(address)::UINTEGER AS hash, "
                    + SEGMENT;
    private static final String SIX =
            "sensor, (first // 86400)::INTEGER AS day, high, low,"
                    + " source_hash(high, low)::UINTEGER AS hash, "
                    + SEGMENT;

    private final Path folder;

    /// Where files lie that nothing names.
    final Path spool;

    /// Whether the views do not name what there is; changed by whoever writes to the store.
    private volatile boolean stale = true;

    private Parts(Path folder, Path spool) {
        this.folder = folder;
        this.spool = spool;
    }

    static Parts of(Path directory) {
        return new Parts(directory.resolve("parts"), directory.resolve("spool"));
    }

    /// Only names files in the folder.
    static Parts in(Path folder) {
        return new Parts(folder, folder);
    }

    Path file(String kind, int id) {
        return folder.resolve(kind + "-" + id + ".parquet");
    }

    /// Deletes what no row names.
    void open(Connection db) throws SQLException, IOException {
        Files.createDirectories(folder);
        Set<Path> named = new HashSet<>();
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery("SELECT kind, id FROM part")) {
            while (row.next()) {
                named.add(file(row.getString(1), row.getInt(2)));
            }
        }
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery("SELECT id, bits FROM rollup")) {
            while (row.next()) {
                named.addAll(new RollUps.RollUp(row.getInt(1), row.getInt(2)).files(this));
            }
        }
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery("SELECT id FROM rollup_apart")) {
            while (row.next()) {
                named.addAll(ApartRows.files(this, row.getInt(1)));
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (!named.contains(file)) {
                    Files.delete(file);
                }
            }
        }
    }

    /// Whether [#views] must be called before a view is read.
    boolean stale() {
        return stale;
    }

    /// They name what there is: the transaction that made them is stored.
    void fresh() {
        stale = false;
    }

    /// Makes the views and the functions that they need, within the caller's transaction.
    void views(Connection db) throws SQLException {
        RollUps.functions(db);
        for (Kind kind : List.of(Kind.MINUTE, Kind.HOUR, Kind.DAY)) {
            String name = kind.name().toLowerCase(java.util.Locale.ROOT);
            String columns =
                    kind == Kind.MINUTE
                            ? "sensor, minute, packets, image"
                            : "sensor, " + name + ", port, " + COUNTS;
            view(db, name, select(db, kind, columns));
        }
        String apart =
                "SELECT "
                        + FOUR
                        + " FROM "
                        + Kind.SEGMENT.table()
                        + " UNION ALL "
                        + select(db, Kind.SEGMENT6, SIX);
        view(db, "apart_source", apart);
        List<Path> files = files(db, Kind.SEGMENT, "true");
        view(db, RollUps.SOURCE, apart + (files.isEmpty() ? "" : " UNION ALL " + segments(files)));
    }

    /// Segments of IPv4 sources in files as rows of `source`; all others are in `apart_source`.
    static String segments(List<Path> files) {
        return "SELECT " + FOUR + " FROM " + parquet(files);
    }

    /// Takes finished parts in, within the caller's transaction.
    void take(Connection db, int sensor, List<Part> parts) throws SQLException, IOException {
        List<Path> minutes =
                parts.stream().filter(p -> p.kind() == Kind.MINUTE).map(Part::file).toList();
        if (!minutes.isEmpty()) {
            run(db, "INSERT INTO pulse SELECT sensor, minute, packets FROM " + parquet(minutes));
        }
        List<Part> kept = new ArrayList<>();
        for (Part part : parts) {
            if (!part.kind().tuples() && part.rows() < MANY && Files.size(part.file()) < LARGE) {
                run(
                        db,
                        "INSERT INTO "
                                + part.kind().table()
                                + " SELECT * FROM "
                                + parquet(List.of(part.file())));
                continue;
            }
            kept.add(part);
        }
        if (!kept.isEmpty()) {
            name(db, sensor, kept);
            stale = true;
        }
    }

    private void name(Connection db, int sensor, List<Part> parts)
            throws SQLException, IOException {
        StringBuilder rows = new StringBuilder();
        try (Statement statement = db.createStatement()) {
            try (ResultSet id =
                    statement.executeQuery(
                            "SELECT nextval('ids') FROM range(" + parts.size() + ")")) {
                for (Part part : parts) {
                    id.next();
                    String kind = part.kind().name();
                    Files.move(
                            part.file(), file(kind, id.getInt(1)), StandardCopyOption.ATOMIC_MOVE);
                    rows.append(rows.isEmpty() ? "(" : ", (")
                            .append(id.getInt(1))
                            .append(", '")
                            .append(kind)
                            .append("', ")
                            .append(sensor)
                            .append(", ")
                            .append(part.rows())
                            .append(", ")
                            .append(part.first())
                            .append(", ")
                            .append(part.last())
                            .append(')');
                }
            }
            statement.execute("INSERT INTO part VALUES " + rows);
        }
    }

    /// Drops parts that end before the day, within the caller's transaction.
    ///
    /// @return files to delete once it is committed
    List<Path> drop(Connection db, int sensor, List<Kind> kinds, long day) throws SQLException {
        List<Path> files = new ArrayList<>();
        for (Kind kind : kinds) {
            try (Statement delete = db.createStatement();
                    ResultSet row =
                            delete.executeQuery(
                                    "DELETE FROM part WHERE sensor = "
                                            + sensor
                                            + " AND kind = '"
                                            + kind.name()
                                            + "' AND last_day < "
                                            + day
                                            + " RETURNING id")) {
                while (row.next()) {
                    files.add(file(kind.name(), row.getInt(1)));
                }
            }
        }
        if (!files.isEmpty()) {
            // Whoever asks next must not be sent to files that are gone.
            views(db);
        }
        return files;
    }

    private String select(Connection db, Kind kind, String columns) throws SQLException {
        List<Path> files = files(db, kind, "true");
        String rows = "SELECT " + columns + " FROM " + kind.table();
        return files.isEmpty()
                ? rows
                : rows + " UNION ALL SELECT " + columns + " FROM " + parquet(files);
    }

    /// The files of a kind.
    ///
    /// @param where condition on `part`
    List<Path> files(Connection db, Kind kind, String where) throws SQLException {
        List<Path> files = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT id FROM part WHERE kind = '"
                                        + kind.name()
                                        + "' AND "
                                        + where
                                        + " ORDER BY id")) {
            while (row.next()) {
                files.add(file(kind.name(), row.getInt(1)));
            }
        }
        return files;
    }

    private static void view(Connection db, String name, String select) throws SQLException {
        run(db, "CREATE OR REPLACE VIEW " + name + " AS " + select);
    }

    private static void run(Connection db, String sql) throws SQLException {
        try (Statement statement = db.createStatement()) {
            statement.execute(sql);
        }
    }

    static String parquet(List<Path> files) {
        StringBuilder list = new StringBuilder("read_parquet([");
        for (Path file : files) {
            list.append(list.charAt(list.length() - 1) == '[' ? "'" : ", '")
                    .append(file.toAbsolutePath().toString().replace("'", "''"))
                    .append('\'');
        }
        return list.append("])").toString();
    }
}

package teiten.store;

import teiten.store.ParquetFile.Type;
import teiten.store.PartWriter.Kind;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The files of flow tuples that users read with whatever reads Parquet.
///
/// ```
/// DIR/tuples/day=2024-05-01/hour=13/s1-42-0.parquet     sensor's number, part's number, file
/// ```
///
/// An import writes tuples as plain columns, parts of kind `TUPLE` and `TUPLE6`, and stores them with everything else of
/// the stretch. They are turned into compressed Parquet behind that: written into a folder of their own, moved to their
/// places by rename, and only then is the part dropped. A turning that is cut off anywhere is done again under the same
/// names, so no tuple is lost or doubled.
public final class Tuples {
    /// Rows that are turned at a time: what is done again when a turning was cut off.
    private static final long AT_ONCE = 32_000_000;

    /// Hours that are turned one by one, and files that are open at once.
    private static final int MOST_HOURS = 48;

    private static final String DAY = "day=";

    private static final String DAY_AND_HOUR =
            ", (DATE '1970-01-01' + (minute // 1440)::INTEGER) AS day"
                    + ", lpad((minute // 60 % 24)::VARCHAR, 2, '0') AS hour";

    private final Store store;

    /// Parts of one sensor and kind that are turned together.
    private record Group(Kind kind, int sensor, String name, List<Integer> parts, long rows) {
        boolean takes(Group part) {
            return kind == part.kind && sensor == part.sensor && rows + part.rows <= AT_ONCE;
        }

        Group with(Group part) {
            List<Integer> all = new ArrayList<>(parts);
            all.addAll(part.parts);
            return new Group(kind, sensor, name, all, rows + part.rows);
        }
    }

    public Tuples(Store store) {
        this.store = store;
    }

    static ParquetFile columns(ParquetFile file, boolean six) {
        file.column("minute", Type.UINT32);
        if (six) {
            file.column("source_high", Type.INT64).column("source_low", Type.INT64);
            file.column("target_high", Type.INT64).column("target_low", Type.INT64);
        } else {
            file.column("source", Type.UINT32).column("target", Type.UINT32);
        }
        return file.column("ports", Type.UINT32)
                .column("header", Type.UINT32)
                .column("evidence", Type.UINT32)
                .column("packets", Type.INT32);
    }

    /// Tuples that wait to be turned.
    public long waiting() {
        return store.readTables(db -> {
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT coalesce(sum(rows), 0) FROM part WHERE kind LIKE"
                                            + " 'TUPLE%'")) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    /// Turns all parts that wait, oldest first. One turning at a time: a second one would do the first one's work again
    /// from parts that are gone.
    public void turn() {
        store.turning.lock();
        try {
            groups().forEach(this::turn);
        } finally {
            store.turning.unlock();
        }
    }

    /// A group's first part never changes, so a turning that is done again gives its files the same names.
    private List<Group> groups() {
        return store.read(db -> {
            List<Group> groups = new ArrayList<>();
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT p.id, p.kind, p.sensor, n.name, p.rows FROM part p JOIN"
                                            + " sensor n ON n.id = p.sensor WHERE kind LIKE"
                                            + " 'TUPLE%' ORDER BY p.sensor, p.kind, p.id")) {
                while (row.next()) {
                    Group part =
                            new Group(
                                    Kind.valueOf(row.getString(2)),
                                    row.getInt(3),
                                    row.getString(4),
                                    List.of(row.getInt(1)),
                                    row.getLong(5));
                    if (!groups.isEmpty() && groups.getLast().takes(part)) {
                        groups.add(groups.removeLast().with(part));
                    } else {
                        groups.add(part);
                    }
                }
            }
            return groups;
        });
    }

    private void turn(Group group) {
        String name = "s" + group.sensor + "-" + group.parts.getFirst() + "-";
        Path folder = folder();
        Path work = folder.resolve("work-" + group.parts.getFirst());
        List<Path> from =
                group.parts.stream().map(id -> store.parts.file(group.kind.name(), id)).toList();
        store.read(db -> {
            Files.createDirectories(folder);
            delete(work);
            for (Path left : published(name)) {
                Files.delete(folder.resolve(left));
            }
            copy(db, group, from, work);
            publish(work, folder, name);
            return 0;
        });
        store.write(db -> {
            try (Statement statement = db.createStatement()) {
                statement.execute(
                        "DELETE FROM part WHERE id IN ("
                                + String.join(
                                        ", ", group.parts.stream().map(String::valueOf).toList())
                                + ")");
            }
            return 0;
        });
        for (Path file : from) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException _) {
                // what no row names is deleted at the next opening
            }
        }
    }

    private Path folder() {
        return store.directory().resolve("tuples");
    }

    /// Each hour by itself, which takes half as long as parting the rows among files: the groups of the parts tell their
    /// minutes, so that little is read twice. Where the hours are very many, as many at once as files may be open.
    private static void copy(Connection db, Group group, List<Path> from, Path to)
            throws SQLException, IOException {
        List<Integer> hours = hours(db, from);
        if (hours.size() <= MOST_HOURS) {
            for (int hour : hours) {
                Path folder =
                        to.resolve(DAY + LocalDate.ofEpochDay(hour / 24))
                                .resolve("hour=%02d".formatted(hour % 24));
                Files.createDirectories(folder);
                copy(db, select(group, from, "", hour, hour), folder.resolve("0.parquet"), "");
            }
            return;
        }
        for (int at = 0; at < hours.size(); at += MOST_HOURS) {
            int last = hours.get(Math.min(at + MOST_HOURS, hours.size()) - 1);
            String select = select(group, from, DAY_AND_HOUR, hours.get(at), last);
            copy(db, select, to, ", PARTITION_BY (day, hour), OVERWRITE_OR_IGNORE");
        }
    }

    private static void copy(Connection db, String select, Path to, String how)
            throws SQLException {
        try (Statement statement = db.createStatement()) {
            statement.execute(
                    "COPY ("
                            + select
                            + ") TO '"
                            + to.toAbsolutePath().toString().replace("'", "''")
                            + "' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"
                            + how
                            + ")");
        }
    }

    /// The hours since 1970 of which there are tuples, in order.
    private static List<Integer> hours(Connection db, List<Path> from) throws SQLException {
        List<Integer> hours = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT DISTINCT (minute // 60)::INTEGER AS hour FROM "
                                        + Parts.parquet(from)
                                        + " ORDER BY hour")) {
            while (row.next()) {
                hours.add(row.getInt(1));
            }
        }
        return hours;
    }

    /// The rows of some hours, from the first to the last.
    ///
    /// @param more further columns
    private static String select(Group group, List<Path> from, String more, int first, int last) {
        boolean six = group.kind == Kind.TUPLE6;
        return "SELECT make_timestamp(minute::BIGINT * 60000000) AS time, '"
                + group.name.replace("'", "''")
                + "' AS sensor, "
                + (six
                        ? "6::UTINYINT AS family, 0::UINTEGER AS source, 0::UINTEGER AS"
                                + " target, "
                                + Views.address("source_high", "source_low")
                                + " AS source6, "
                                + Views.address("target_high", "target_low")
                                + " AS target6"
                        : "4::UTINYINT AS family, source, target, NULL::VARCHAR AS source6,"
                                + " NULL::VARCHAR AS target6")
                + ", (header >> 8 & 255)::UTINYINT AS protocol"
                + ", (ports >> 16)::USMALLINT AS source_port"
                + ", (ports & 65535)::USMALLINT AS port"
                + ", (header & 255)::UTINYINT AS ttl"
                + ", (evidence >> 24)::UTINYINT AS tcp_flags"
                + ", (header >> 16)::USMALLINT AS length"
                + ", packets::UINTEGER AS packets"
                + marks()
                + ", nullif(evidence & 65535, 32767)::USMALLINT AS shape"
                + ", s.seen_window::INTEGER AS syn_window, s.options AS syn_options"
                + more
                + " FROM "
                + Parts.parquet(from)
                + " LEFT JOIN shape s ON s.code = (evidence & 65535) WHERE minute >= "
                + first * 60L
                + " AND minute < "
                + (last + 1) * 60L;
    }

    private static String marks() {
        StringBuilder text = new StringBuilder();
        for (teiten.telescope.Mark mark : teiten.telescope.Mark.values()) {
            text.append(", (evidence >> ")
                    .append(16 + mark.ordinal())
                    .append(" & 1) = 1 AS ")
                    .append(mark.label());
        }
        return text.toString();
    }

    /// Moves each file to its place; readers see it whole or not at all.
    private static void publish(Path work, Path folder, String name) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(work)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        int number = 0;
        for (Path file : files) {
            Path place =
                    folder.resolve(work.relativize(file).toString())
                            .resolveSibling(name + number++ + ".parquet");
            Files.createDirectories(place.resolveSibling("."));
            Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
        }
        delete(work);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /// All files that users may read, of one sensor or of one turning: what their names begin with.
    private List<Path> published(String name) throws IOException {
        Path folder = folder();
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder, 3)) {
            return all.map(folder::relativize)
                    .filter(path ->
                            path.getNameCount() == 3
                                    && path.getName(0).toString().startsWith(DAY)
                                    && path.getName(2).toString().startsWith(name))
                    .toList();
        }
    }

    /// Deletes the sensor's files of days that are kept no longer ([Retention]).
    public void retain(int sensor, int keepDays) {
        store.readTables(db -> {
            List<Path> stored = published("s" + sensor + "-");
            if (stored.isEmpty()) {
                return 0;
            }
            LocalDate from =
                    LocalDate.ofEpochDay(
                            Retention.from(db, sensor, keepDays, store.clock().instant()));
            for (Path file : stored) {
                if (day(file).isBefore(from)) {
                    Files.delete(folder().resolve(file));
                }
            }
            return 0;
        });
    }

    private static LocalDate day(Path file) {
        return LocalDate.parse(file.getName(0).toString().substring(DAY.length()));
    }
}

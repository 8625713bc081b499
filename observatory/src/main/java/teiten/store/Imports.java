package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.net.Prefix;
import teiten.store.ParquetWriter.Type;
import teiten.telescope.Distinct;
import teiten.telescope.Mark;
import teiten.telescope.Outcome;
import teiten.telescope.PortFigures;
import teiten.telescope.PortImage;
import teiten.telescope.Summary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The way in: sensors, the ledger of captures, and summaries with the place in the capture up to which they reach.
public final class Imports {
    /// The pseudo port that stands for all ports together.
    static final int ALL_PORTS = -1;

    private final Store store;

    public Imports(Store store) {
        this.store = store;
    }

    /// How far a capture was read. It is told again by its content, wherever it lies and however it is compressed:
    /// by the hash of its first bytes, and of the last ones before `position`.
    ///
    /// @param id the ledger's number; 0 before it was first stored
    /// @param headLength bytes under `headSha256`, at most 64 KiB
    /// @param position uncompressed offset up to which everything is stored
    /// @param outcomes packets by [Outcome] ordinal
    /// @param firstNanos null while no packet carried a time
    /// @param stoppedAt offset of damage, null when the capture ended well
    public record Progress(
            int id,
            int sensor,
            String file,
            long headLength,
            String headSha256,
            long position,
            String tailSha256,
            long bytes,
            List<Long> outcomes,
            @Nullable Long firstNanos,
            @Nullable Long lastNanos,
            @Nullable Long stoppedAt,
            @Nullable String stoppedReason) {

        /// The progress after another summary was read.
        ///
        /// @param consumed bytes of the file, as it lies on the disk, that were read
        public Progress plus(
                Summary summary,
                long reached,
                String tail,
                @Nullable Long damageAt,
                @Nullable String damage,
                long consumed) {
            long[] fresh = summary.outcomes();
            List<Long> sum = new ArrayList<>();
            for (int i = 0; i < fresh.length; i++) {
                sum.add((i < outcomes.size() ? outcomes.get(i) : 0) + fresh[i]);
            }
            boolean timed = !summary.isEmpty();
            return new Progress(
                    id,
                    sensor,
                    file,
                    headLength,
                    headSha256,
                    reached,
                    tail,
                    Math.max(bytes, consumed),
                    sum,
                    !timed || firstNanos != null && firstNanos < summary.firstTime()
                            ? firstNanos
                            : Long.valueOf(summary.firstTime()),
                    !timed || lastNanos != null && lastNanos > summary.lastTime()
                            ? lastNanos
                            : Long.valueOf(summary.lastTime()),
                    damageAt,
                    damage);
        }

        public Progress withId(int number) {
            return new Progress(
                    number,
                    sensor,
                    file,
                    headLength,
                    headSha256,
                    position,
                    tailSha256,
                    bytes,
                    outcomes,
                    firstNanos,
                    lastNanos,
                    stoppedAt,
                    stoppedReason);
        }

        public long packets() {
            return outcomes.stream().mapToLong(Long::longValue).sum();
        }
    }

    /// The sensor's number, made when the name is new. New addresses replace those given before; null keeps them.
    public int sensor(String name, @Nullable List<Prefix> prefixes, boolean demo) {
        checkName(name);
        String text =
                prefixes == null
                        ? ""
                        : prefixes.stream().map(Prefix::toString).collect(Collectors.joining(","));
        return sensor(name, prefixes, text, demo);
    }

    /// @throws OperatorMistake when it is no name for a sensor
    public static void checkName(String name) {
        if (!name.matches("[\\p{L}\\p{N}._-]{1,64}")) {
            throw new OperatorMistake(
                    "\""
                            + name.replaceAll("\\p{C}", "?")
                            + "\" is no name for a sensor: use 1 to 64 letters, digits, dots,"
                            + " dashes and underscores");
        }
    }

    private int sensor(String name, @Nullable List<Prefix> prefixes, String text, boolean demo) {
        return store.write(db -> {
            try (PreparedStatement ask =
                    db.prepareStatement("SELECT id FROM sensor WHERE name = ?")) {
                ask.setString(1, name);
                try (ResultSet row = ask.executeQuery()) {
                    if (row.next()) {
                        int id = row.getInt(1);
                        if (prefixes != null) {
                            try (PreparedStatement update =
                                    db.prepareStatement(
                                            "UPDATE sensor SET prefixes = ? WHERE id = ?")) {
                                update.setString(1, text);
                                update.setInt(2, id);
                                update.execute();
                            }
                        }
                        return id;
                    }
                }
            }
            try (PreparedStatement insert =
                    db.prepareStatement(
                            "INSERT INTO sensor VALUES (nextval('ids'), ?, ?, ?, ?) RETURNING"
                                    + " id")) {
                insert.setString(1, name);
                insert.setString(2, text);
                insert.setBoolean(3, demo);
                insert.setBytes(4, new Distinct().image());
                try (ResultSet row = insert.executeQuery()) {
                    row.next();
                    return row.getInt(1);
                }
            }
        });
    }

    /// The ledger's entries of a sensor, the furthest read first, for finding a capture again.
    public List<Progress> ledger(int sensor) {
        return store.read(db -> {
            List<Progress> entries = new ArrayList<>();
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT id, sensor, file, head_length, head_sha256, position,"
                                            + " tail_sha256, bytes, array_to_string(outcomes, ','),"
                                            + " first_nanos, last_nanos, stopped_at, stopped_reason"
                                            + " FROM import WHERE sensor = "
                                            + sensor
                                            + " ORDER BY position DESC")) {
                while (row.next()) {
                    entries.add(
                            new Progress(
                                    row.getInt(1),
                                    row.getInt(2),
                                    row.getString(3),
                                    row.getLong(4),
                                    row.getString(5),
                                    row.getLong(6),
                                    row.getString(7),
                                    row.getLong(8),
                                    outcomes(row.getString(9)),
                                    nullable(row, 10),
                                    nullable(row, 11),
                                    nullable(row, 12),
                                    row.getString(13)));
                }
            }
            return entries;
        });
    }

    static List<Long> outcomes(String text) {
        return Arrays.stream(text.split(",")).map(Long::valueOf).toList();
    }

    static @Nullable Long nullable(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    /// Stores a summary together with the place up to which it reaches. Both or neither: a capture is never counted
    /// twice and never passed over.
    ///
    /// @param progress cumulative over the whole capture
    /// @param summary what is new since the last call
    /// @return the ledger's number of the capture
    public int store(Progress progress, Summary summary) {
        List<Path> spooled = new ArrayList<>();
        try {
            Path sources = spool(spooled, "source");
            Path hours = spool(spooled, "hour");
            Path days = spool(spooled, "day");
            Path minutes = spool(spooled, "minute");
            try {
                writeSources(sources, progress.sensor(), summary);
                writeMinutes(minutes, progress.sensor(), summary.minutes());
                writePorts(hours, "hour", progress.sensor(), summary.hours());
                writePorts(days, "day", progress.sensor(), summary.days());
            } catch (IOException fault) {
                throw new OperatorMistake(
                        "the spool "
                                + store.spool()
                                + " cannot be written ("
                                + fault.getMessage()
                                + "); free some space and repeat the command, nothing that was"
                                + " stored is lost",
                        fault);
            }
            return store.write(db -> {
                try (Statement insert = db.createStatement()) {
                    insert.execute("INSERT INTO source SELECT * FROM " + parquet(sources));
                    insert.execute("INSERT INTO hour SELECT * FROM " + parquet(hours));
                    insert.execute("INSERT INTO day SELECT * FROM " + parquet(days));
                    insert.execute(
                            "INSERT INTO minute SELECT sensor, minute, image FROM "
                                    + parquet(minutes));
                    insert.execute(
                            "INSERT INTO pulse SELECT sensor, minute, packets FROM "
                                    + parquet(minutes));
                }
                noteTargets(db, progress.sensor(), summary.targets());
                return noteProgress(db, progress);
            });
        } finally {
            for (Path file : spooled) {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException _) {
                    // the spool is emptied at the next opening
                }
            }
        }
    }

    /// Takes away what is kept no longer, counted back from the sensor's newest packet: minutes become hours and days
    /// only, single sources become counts only. Hours, days and the pulse stay.
    public void retain(int sensor, int minutesDays, int sourcesDays) {
        store.write(db -> {
            try (Statement delete = db.createStatement()) {
                delete.execute(
                        "DELETE FROM minute WHERE sensor = "
                                + sensor
                                + " AND minute < (SELECT max(minute) FROM pulse WHERE sensor = "
                                + sensor
                                + ") - "
                                + minutesDays * 1_440L);
                delete.execute(
                        "DELETE FROM source WHERE sensor = "
                                + sensor
                                + " AND day < (SELECT max(minute) // 1440 FROM pulse WHERE sensor ="
                                + " "
                                + sensor
                                + ") - "
                                + sourcesDays);
            }
            return sensor;
        });
    }

    private Path spool(List<Path> spooled, String name) {
        Path file =
                store.spool().resolve(name + "-" + Thread.currentThread().threadId() + ".parquet");
        spooled.add(file);
        return file;
    }

    private static String parquet(Path file) {
        return "read_parquet('" + file.toAbsolutePath().toString().replace("'", "''") + "')";
    }

    private static void noteTargets(Connection db, int sensor, Distinct targets)
            throws SQLException {
        Distinct all = new Distinct();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery("SELECT targets FROM sensor WHERE id = " + sensor)) {
            row.next();
            all.mergeImage(row.getBytes(1));
        }
        byte[] before = all.image();
        all.merge(targets);
        if (Arrays.equals(before, all.image())) {
            return;
        }
        try (PreparedStatement update =
                db.prepareStatement("UPDATE sensor SET targets = ? WHERE id = ?")) {
            update.setBytes(1, all.image());
            update.setInt(2, sensor);
            update.execute();
        }
    }

    private int noteProgress(Connection db, Progress p) throws SQLException {
        String sql =
                p.id() == 0
                        ? "INSERT INTO import(sensor, file, head_length, head_sha256, position,"
                              + " tail_sha256, packets, bytes, outcomes, first_nanos, last_nanos,"
                              + " stopped_at, stopped_reason, rules_version, stored_at_millis, id)"
                              + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, CAST(string_split(?, ',') AS"
                              + " BIGINT[]), ?, ?, ?, ?, ?, ?, nextval('ids')) RETURNING id"
                        : "UPDATE import SET sensor = ?, file = ?, head_length = ?, head_sha256 ="
                              + " ?, position = ?, tail_sha256 = ?, packets = ?, bytes = ?,"
                              + " outcomes = CAST(string_split(?, ',') AS BIGINT[]), first_nanos ="
                              + " ?, last_nanos = ?, stopped_at = ?, stopped_reason = ?,"
                              + " rules_version = ?, stored_at_millis = ? WHERE id = "
                                + p.id()
                                + " RETURNING id";
        try (PreparedStatement note = db.prepareStatement(sql)) {
            note.setInt(1, p.sensor());
            note.setString(2, p.file());
            note.setLong(3, p.headLength());
            note.setString(4, p.headSha256());
            note.setLong(5, p.position());
            note.setString(6, p.tailSha256());
            note.setLong(7, p.packets());
            note.setLong(8, p.bytes());
            note.setString(
                    9, p.outcomes().stream().map(String::valueOf).collect(Collectors.joining(",")));
            note.setObject(10, p.firstNanos());
            note.setObject(11, p.lastNanos());
            note.setObject(12, p.stoppedAt());
            note.setString(13, p.stoppedReason());
            note.setInt(14, Mark.RULES_VERSION);
            note.setLong(15, store.clock().millis());
            try (ResultSet row = note.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private static void writeSources(Path file, int sensor, Summary summary) throws IOException {
        try (ParquetWriter out = new ParquetWriter(file)) {
            out.column("sensor", Type.INT32)
                    .column("day", Type.INT32)
                    .column("high", Type.INT64)
                    .column("low", Type.INT64)
                    .column("port", Type.INT32)
                    .column("packets", Type.INT64)
                    .column("bytes", Type.INT64)
                    .column("syn", Type.INT64)
                    .column("backscatter", Type.INT64);
            for (Mark mark : Mark.values()) {
                out.column(mark.label(), Type.INT64);
            }
            out.column("first", Type.INT64)
                    .column("last", Type.INT64)
                    .column("ttl_min", Type.INT32)
                    .column("ttl_max", Type.INT32)
                    .column("targets", Type.BYTES);
            for (Summary.SourceCursor row = summary.sources(); row.next(); ) {
                out.put(sensor)
                        .put(row.day())
                        .put(row.high())
                        .put(row.low())
                        .put(row.port())
                        .put(row.packets())
                        .put(row.bytes())
                        .put(row.syn())
                        .put(row.backscatter());
                for (int m = 0; m < Mark.values().length; m++) {
                    out.put(row.mark(m));
                }
                out.put(row.first())
                        .put(row.last())
                        .put(row.ttlMin())
                        .put(row.ttlMax())
                        .put(row.targets());
                out.endRow();
            }
        }
    }

    private static void writeMinutes(Path file, int sensor, Map<Integer, byte[]> images)
            throws IOException {
        try (ParquetWriter out = new ParquetWriter(file)) {
            out.column("sensor", Type.INT32)
                    .column("minute", Type.INT32)
                    .column("packets", Type.INT64)
                    .column("image", Type.BYTES);
            for (Map.Entry<Integer, byte[]> minute : images.entrySet()) {
                out.put(sensor)
                        .put(minute.getKey())
                        .put(new PortImage.Reader(minute.getValue()).total())
                        .put(minute.getValue());
                out.endRow();
            }
        }
    }

    private static void writePorts(
            Path file, String interval, int sensor, Map<Integer, byte[]> images)
            throws IOException {
        try (ParquetWriter out = new ParquetWriter(file)) {
            out.column("sensor", Type.INT32)
                    .column(interval, Type.INT32)
                    .column("port", Type.INT32)
                    .column("packets", Type.INT64)
                    .column("bytes", Type.INT64)
                    .column("accesses", Type.INT64)
                    .column("syn", Type.INT64)
                    .column("backscatter", Type.INT64);
            for (Mark mark : Mark.values()) {
                out.column(mark.label(), Type.INT64);
            }
            out.column("sources", Type.BYTES);
            for (Map.Entry<Integer, byte[]> image : images.entrySet()) {
                PortImage.Reader reader = new PortImage.Reader(image.getValue());
                while (reader.next()) {
                    PortFigures f = reader.figures;
                    out.put(sensor)
                            .put(image.getKey())
                            .put(f.port == PortImage.ALL_PORTS ? ALL_PORTS : f.port)
                            .put(f.packets)
                            .put(f.bytes)
                            .put(f.accesses)
                            .put(f.syn)
                            .put(f.backscatter);
                    for (long mark : f.marks) {
                        out.put(mark);
                    }
                    out.put(reader.sourcesImage()).endRow();
                }
            }
        }
    }
}

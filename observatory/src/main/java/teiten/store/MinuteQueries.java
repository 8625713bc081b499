package teiten.store;

import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.store.PartWriter.Kind;
import teiten.store.PortQueries.Sum;
import teiten.telescope.PortImage;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What a port received minute by minute, from the images of `minute`, which are unpacked one by one.
///
/// Images in files are read by the files' index, see [MinuteScan]; files of earlier versions have none and are left to the
/// database, as are the images it holds itself.
///
/// It reads the time in slices: it makes all rows of an answer before it gives the first, and memory that it takes anew each
/// time costs more than reading the images. Two slices are read at once.
final class MinuteQueries {
    /// An answer in minutes spans at most this much.
    private static final Duration LONGEST = Duration.ofHours(25);

    /// Packets whose minutes' images the database reads together: some 3 bytes each.
    static final long MOST_AT_ONCE = 8_000_000;

    private static final int READERS = 2;

    private final Connection db;
    private final Parts parts;
    private final Coverage coverage;
    private final Scope scope;
    private final long mostAtOnce;

    MinuteQueries(Connection db, Parts parts, Coverage coverage, Scope scope) {
        this(db, parts, coverage, scope, MOST_AT_ONCE);
    }

    /// @param mostAtOnce packets whose minutes the database reads together; no answer depends on it
    MinuteQueries(Connection db, Parts parts, Coverage coverage, Scope scope, long mostAtOnce) {
        this.db = db;
        this.parts = parts;
        this.coverage = coverage;
        this.scope = scope;
        this.mostAtOnce = mostAtOnce;
    }

    /// First and last minute of a slice.
    private record Slice(int first, int last) {}

    /// @param code the port's, or [Imports#ALL_PORTS]
    /// @return sums by minute, of minutes that have packets
    Map<Instant, Sum> sums(int code) throws SQLException {
        if (Duration.between(scope.from(), scope.to()).compareTo(LONGEST) > 0) {
            throw new OperatorMistake(
                    "minutes are shown for at most "
                            + LONGEST.toHours()
                            + " hours at once; narrow the span with --from and --to, or ask by"
                            + " hour");
        }
        int port = code == Imports.ALL_PORTS ? PortImage.ALL_PORTS : code;
        Map<Instant, Sum> sums = new HashMap<>();
        try (GroupScan files = files()) {
            read(files == null ? "minute" : Kind.MINUTE.table(), port, sums);
            if (files != null) {
                for (MinuteScan part : files.each(() -> new MinuteScan(port, first(), last()))) {
                    add(part.sums, sums);
                }
            }
        } catch (IOException fault) {
            throw new SQLException("minutes could not be read", fault);
        }
        return sums;
    }

    private static void add(Map<Instant, Sum> these, Map<Instant, Sum> sums) {
        these.forEach((minute, sum) -> sums.merge(minute, sum, Sum::plus));
    }

    private long first() {
        return scope.from().getEpochSecond() / 60;
    }

    /// Inclusive.
    private long last() {
        return scope.to().getEpochSecond() / 60 - 1;
    }

    private @Nullable GroupScan files() throws SQLException, IOException {
        return GroupScan.of(
                parts.files(
                        db,
                        Kind.MINUTE,
                        Rows.sensors(coverage)
                                + " AND last_day >= "
                                + first() / 1_440
                                + " AND first_day <= "
                                + last() / 1_440));
    }

    /// What the database has to read.
    ///
    /// @param table of images
    private void read(String table, int port, Map<Instant, Sum> sums) throws SQLException {
        Queue<Slice> slices = slices(table);
        if (slices.size() <= 1) {
            read(db, table, slices, port, sums);
            return;
        }
        try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
            List<Future<Map<Instant, Sum>>> read = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                read.add(readers.submit(reader(table, slices, port)));
            }
            for (Future<Map<Instant, Sum>> part : read) {
                add(part.get(), sums);
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SQLException fault) {
                throw fault;
            }
            throw new IllegalStateException("minutes could not be read", failed.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new SQLException("reading minutes was interrupted");
        }
    }

    private Callable<Map<Instant, Sum>> reader(String table, Queue<Slice> slices, int port) {
        return () -> {
            Map<Instant, Sum> sums = new HashMap<>();
            try (Connection own = db.unwrap(DuckDBConnection.class).duplicate()) {
                read(own, table, slices, port, sums);
            }
            return sums;
        };
    }

    private void read(
            Connection own, String table, Queue<Slice> slices, int port, Map<Instant, Sum> sums)
            throws SQLException {
        // One array for all: each new one would be memory that was never touched before.
        byte[] image = {};
        for (Slice slice = slices.poll(); slice != null; slice = slices.poll()) {
            try (Statement ask = own.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT minute, image FROM "
                                            + table
                                            + " WHERE "
                                            + minutes(slice.first, slice.last))) {
                while (row.next()) {
                    Blob stored = row.getBlob(2);
                    int length = Math.toIntExact(stored.length());
                    image = image.length < length ? new byte[length + length / 4] : image;
                    copy(stored, image, length);
                    sums.computeIfAbsent(Coverage.minute(row.getInt(1)), _ -> new Sum())
                            .add(new PortImage.Reader(image, length, port), port);
                }
            }
        }
    }

    private static void copy(Blob stored, byte[] into, int length) throws SQLException {
        try (InputStream bytes = stored.getBinaryStream()) {
            bytes.readNBytes(into, 0, length);
        } catch (IOException fault) {
            throw new SQLException("an image could not be copied", fault);
        }
    }

    private Queue<Slice> slices(String table) throws SQLException {
        Queue<Slice> slices = new ConcurrentLinkedQueue<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT minute, sum(packets) FROM "
                                        + table
                                        + " WHERE "
                                        + minutes(first(), last())
                                        + " GROUP BY minute ORDER BY minute")) {
            int first = 0;
            int last = 0;
            long packets = 0;
            while (row.next()) {
                if (packets > 0 && packets + row.getLong(2) > mostAtOnce) {
                    slices.add(new Slice(first, last));
                    packets = 0;
                }
                last = row.getInt(1);
                first = packets == 0 ? last : first;
                packets += row.getLong(2);
            }
            if (packets > 0) {
                slices.add(new Slice(first, last));
            }
        }
        return slices;
    }

    private String minutes(long first, long last) {
        return Rows.sensors(coverage) + " AND minute >= " + first + " AND minute <= " + last;
    }
}

package teiten.store;

import org.duckdb.DuckDBConnection;

import teiten.OperatorMistake;
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
/// The time is read in slices: the database makes all rows of an answer before it gives the first, and memory that it takes anew
/// each time costs more than reading the images. Two slices are read at once.
final class MinuteQueries {
    /// An answer in minutes spans at most this much.
    private static final Duration LONGEST = Duration.ofHours(25);

    /// Packets whose minutes' images are read together: some 3 bytes each.
    static final long MOST_AT_ONCE = 4_000_000;

    private static final int READERS = 2;

    private final Connection db;
    private final Coverage coverage;
    private final Scope scope;
    private final long mostAtOnce;

    /// @param mostAtOnce packets whose minutes are read together; no answer depends on it
    MinuteQueries(Connection db, Coverage coverage, Scope scope, long mostAtOnce) {
        this.db = db;
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
        Queue<Slice> slices = new ConcurrentLinkedQueue<>(slices());
        if (slices.size() == 1) {
            return read(db, slices, code);
        }
        Map<Instant, Sum> sums = new HashMap<>();
        try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
            List<Future<Map<Instant, Sum>>> parts = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                parts.add(readers.submit(reader(slices, code)));
            }
            for (Future<Map<Instant, Sum>> part : parts) {
                // No minute is in two slices.
                sums.putAll(part.get());
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
        return sums;
    }

    private Callable<Map<Instant, Sum>> reader(Queue<Slice> slices, int code) {
        return () -> {
            try (Connection own = db.unwrap(DuckDBConnection.class).duplicate()) {
                return read(own, slices, code);
            }
        };
    }

    private Map<Instant, Sum> read(Connection own, Queue<Slice> slices, int code)
            throws SQLException {
        Map<Instant, Sum> sums = new HashMap<>();
        byte[] image = new byte[0];
        for (Slice slice = slices.poll(); slice != null; slice = slices.poll()) {
            try (Statement ask = own.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT minute, image FROM minute WHERE "
                                            + minutes(slice.first, slice.last))) {
                while (row.next()) {
                    // One array for all: each new one would be memory that was never touched
                    // before.
                    Blob stored = row.getBlob(2);
                    int length = Math.toIntExact(stored.length());
                    image = image.length < length ? new byte[length + length / 4] : image;
                    copy(stored, image, length);
                    add(
                            new PortImage.Reader(image, length),
                            code,
                            sums.computeIfAbsent(Coverage.minute(row.getInt(1)), _ -> new Sum()));
                }
            }
        }
        return sums;
    }

    private static void copy(Blob stored, byte[] into, int length) throws SQLException {
        try (InputStream bytes = stored.getBinaryStream()) {
            bytes.readNBytes(into, 0, length);
        } catch (IOException fault) {
            throw new SQLException("an image could not be copied", fault);
        }
    }

    /// Ports lie in ascending order.
    private static void add(PortImage.Reader image, int code, Sum sum) {
        while (image.next() && (code == Imports.ALL_PORTS || image.figures.port <= code)) {
            if (code == Imports.ALL_PORTS || image.figures.port == code) {
                sum.tally = sum.tally.plus(Rows.tally(image.figures));
                sum.sources.mergeImage(image.sourcesImage());
            }
        }
    }

    private List<Slice> slices() throws SQLException {
        List<Slice> slices = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT minute, sum(packets) FROM minute WHERE "
                                        + minutes(
                                                scope.from().getEpochSecond() / 60,
                                                scope.to().getEpochSecond() / 60 - 1)
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

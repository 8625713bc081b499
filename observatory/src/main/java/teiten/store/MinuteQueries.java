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
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/// What a port received minute by minute, from the images of `minute`, which are unpacked one by one.
///
/// Ports lie in an image in ascending order, so of a low one only the beginning is read; where it is not within that, the whole.
///
/// The time is read in slices: the database makes all rows of an answer before it gives the first, and memory that it takes anew
/// each time costs more than reading the images. Two slices are read at once.
final class MinuteQueries {
    /// An answer in minutes spans at most this much.
    private static final Duration LONGEST = Duration.ofHours(25);

    /// Packets whose minutes' images are read together: some 3 bytes each.
    private static final long MOST_AT_ONCE = 8_000_000;

    /// Of an image, what is read for port 0, and how much more for each port above: most have a packet, of some three bytes,
    /// in every other minute; ports of many sources have some thousand bytes.
    static final int BEGINNING = 32_768;

    static final int A_PORT = 4;

    /// Bytes from which on it does not pay.
    private static final int MOST_BEGINNING = 80_000;

    /// The beginnings of so many images are read together where whole ones would be one.
    private static final int BEGINNINGS = 2;

    private static final int READERS = 2;

    private final Connection db;
    private final Coverage coverage;
    private final Scope scope;
    private final long mostAtOnce;
    private final int least;

    MinuteQueries(Connection db, Coverage coverage, Scope scope) {
        this(db, coverage, scope, MOST_AT_ONCE, BEGINNING);
    }

    /// No answer depends on the last two.
    ///
    /// @param mostAtOnce packets whose minutes are read together
    /// @param least bytes of an image that are read for port 0; with what is added for each port, 16 at least
    MinuteQueries(Connection db, Coverage coverage, Scope scope, long mostAtOnce, int least) {
        this.db = db;
        this.coverage = coverage;
        this.scope = scope;
        this.mostAtOnce = mostAtOnce;
        this.least = least;
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
        int beginning = beginning(code);
        Queue<Slice> slices =
                new ConcurrentLinkedQueue<>(
                        slices(beginning == 0 ? mostAtOnce : BEGINNINGS * mostAtOnce));
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

    /// Bytes of an image within which the port is expected; 0 for all.
    private int beginning(int code) {
        int bytes = least + A_PORT * code;
        return code < 0 || code >= 1 << 16 || bytes > MOST_BEGINNING ? 0 : bytes;
    }

    private Map<Instant, Sum> read(Connection own, Queue<Slice> slices, int code)
            throws SQLException {
        Map<Instant, Sum> sums = new HashMap<>();
        Images images = new Images(own, code, sums);
        for (Slice slice = slices.poll(); slice != null; slice = slices.poll()) {
            String these = minutes(slice.first, slice.last);
            Set<Integer> cut = images.read(these, beginning(code));
            if (!cut.isEmpty()) {
                // A minute has an image of each sensor and part: all of them are read anew.
                cut.forEach(minute -> sums.remove(Coverage.minute(minute)));
                String again =
                        cut.stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining(",", " AND minute IN (", ")"));
                images.read(these + again, 0);
            }
        }
        return sums;
    }

    /// Reads images into one array: each new one would be memory that was never touched before.
    private static final class Images {
        private final Connection own;
        private final int code;
        private final Map<Instant, Sum> sums;
        private byte[] image = new byte[PortImage.Reader.BEHIND];

        Images(Connection own, int code, Map<Instant, Sum> sums) {
            this.own = own;
            this.code = code;
            this.sums = sums;
        }

        /// @param beginning how many bytes of each; 0 for all
        /// @return minutes of which that is not enough
        Set<Integer> read(String these, int beginning) throws SQLException {
            String bytes = beginning == 0 ? "image" : "array_slice(image, 1, " + beginning + ")";
            Set<Integer> cut = new HashSet<>();
            try (Statement ask = own.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT minute, "
                                            + bytes
                                            + ", octet_length(image) FROM minute WHERE "
                                            + these)) {
                while (row.next()) {
                    int length = copy(row.getBlob(2));
                    Sum sum = sums.computeIfAbsent(Coverage.minute(row.getInt(1)), _ -> new Sum());
                    PortImage.Reader reader = new PortImage.Reader(image, length);
                    if (!add(reader, code, sum) && length < row.getLong(3)) {
                        cut.add(row.getInt(1));
                    }
                }
            }
            return cut;
        }

        /// @return its length
        private int copy(Blob stored) throws SQLException {
            int length = Math.toIntExact(stored.length());
            int room = length + PortImage.Reader.BEHIND;
            image = image.length < room ? new byte[room + length / 4] : image;
            try (InputStream bytes = stored.getBinaryStream()) {
                bytes.readNBytes(image, 0, length);
            } catch (IOException fault) {
                throw new SQLException("an image could not be copied", fault);
            }
            Arrays.fill(image, length, room, (byte) 0);
            return length;
        }
    }

    /// Ports lie in ascending order.
    ///
    /// @return whether the port was found, or one behind it
    private static boolean add(PortImage.Reader image, int code, Sum sum) {
        while (image.next() && image.isWhole()) {
            int port = image.figures.port;
            if (code == Imports.ALL_PORTS || port == code) {
                sum.tally = sum.tally.plus(Rows.tally(image.figures));
                sum.sources.mergeImage(image.sourcesImage());
            }
            if (code != Imports.ALL_PORTS && port >= code) {
                return true;
            }
        }
        return false;
    }

    private List<Slice> slices(long mostAtOnce) throws SQLException {
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

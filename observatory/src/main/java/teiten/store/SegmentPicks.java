package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.telescope.SegmentBlock;
import teiten.telescope.SegmentBlock.Small;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Picks the segments that a question is about out of their files, so that the database need not go through all of them.
///
/// What is picked has the columns of `source`. Only those that tell who accessed which port on which day, and with which
/// TTLs, are filled; the others are 0.
final class SegmentPicks implements AutoCloseable {
    private static final AtomicLong NAMES = new AtomicLong();

    /// Upper half of the 64 bits behind `::` in which IPv4 addresses are kept: `::ffff:0:0`.
    private static final long FOUR = 0xFFFF;

    /// Added to unsigned numbers so that they compare as signed ones.
    private static final int MIN = Integer.MIN_VALUE;

    /// Which rows of a group are asked for.
    private interface Wanted {
        /// @param rows how many the group has
        /// @param hits where the numbers of those that are asked for go
        /// @return how many these are
        int in(Picker group, int rows, int[] hits) throws IOException;
    }

    private final Connection db;
    private final RollUps rolled;
    private final SegmentScan scan;
    private final List<Path> files = new ArrayList<>();

    SegmentPicks(Connection db, RollUps rolled, SegmentScan scan) {
        this.db = db;
        this.rolled = rolled;
        this.scan = scan;
    }

    /// Picks what came to the port from sources whose [hashes][RollUps#hash] are below this number.
    ///
    /// @return what to read instead of `source`
    String port(int code, long below) throws SQLException {
        int most = (int) (below - 1);
        int step = rolled.step();
        Wanted wanted =
                (group, rows, hits) -> {
                    int n = equal(group.ports(), code, rows, hits);
                    return n == 0 ? 0 : alsoBelow(group.addresses(), step, most, n, hits);
                };
        return pick(wanted, "WHERE port = " + code + " AND hash < " + below);
    }

    /// Picks all that sources did whose hashes are below this number.
    ///
    /// @return what to read instead of `source`
    String hashes(long below) throws SQLException {
        int most = (int) (below - 1);
        int step = rolled.step();
        Wanted wanted = (group, rows, hits) -> below(group.addresses(), step, most, rows, hits);
        return pick(wanted, "WHERE hash < " + below);
    }

    /// Picks all that the sources did.
    ///
    /// @param table that names them in columns `high` and `low`
    /// @return what to read instead of `source`
    String sources(String table) throws SQLException {
        AddressSet four = four(table);
        Wanted wanted = (group, rows, hits) -> among(group.addresses(), four, rows, hits);
        return pick(wanted, "SEMI JOIN " + table + " USING (high, low)");
    }

    // A loop a method, of arrays alone: the first answer of a process has no time to learn.

    private static int equal(int[] ports, int code, int rows, int[] hits) {
        int n = 0;
        for (int i = 0; i < rows; i++) {
            hits[n] = i;
            n += ports[i] == code ? 1 : 0;
        }
        return n;
    }

    private static int below(int[] addresses, int step, int most, int rows, int[] hits) {
        int n = 0;
        for (int i = 0; i < rows; i++) {
            hits[n] = i;
            n += RollUps.hash(addresses[i], step) + MIN <= most + MIN ? 1 : 0;
        }
        return n;
    }

    private static int alsoBelow(int[] addresses, int step, int most, int rows, int[] hits) {
        int n = 0;
        for (int i = 0; i < rows; i++) {
            int row = hits[i];
            hits[n] = row;
            n += RollUps.hash(addresses[row], step) + MIN <= most + MIN ? 1 : 0;
        }
        return n;
    }

    private static int among(int[] addresses, AddressSet set, int rows, int[] hits) {
        int n = 0;
        for (int i = 0; i < rows; i++) {
            hits[n] = i;
            n += set.contains(addresses[i]) ? 1 : 0;
        }
        return n;
    }

    private AddressSet four(String table) throws SQLException {
        int[] addresses = new int[1_024];
        int n = 0;
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT low FROM "
                                        + table
                                        + " WHERE high = 0 AND low >> 32 = "
                                        + FOUR)) {
            while (row.next()) {
                if (n == addresses.length) {
                    addresses = Arrays.copyOf(addresses, 2 * n);
                }
                addresses[n++] = (int) row.getLong(1);
            }
        }
        return new AddressSet(Arrays.copyOf(addresses, n));
    }

    private String pick(Wanted wanted, String others) throws SQLException {
        List<Path> picked = new ArrayList<>();
        for (Picker picker : scan.each(() -> new Picker(wanted, file()))) {
            if (picker.total() > 0) {
                picked.add(picker.path);
            }
        }
        return "(SELECT * FROM apart_source "
                + others
                + (picked.isEmpty() ? "" : " UNION ALL " + Parts.segments(picked))
                + ") source";
    }

    private Path file() {
        Path file = rolled.parts.spool.resolve("picked-" + NAMES.incrementAndGet() + ".parquet");
        synchronized (files) {
            files.add(file);
        }
        return file;
    }

    @Override
    public void close() {
        scan.close();
        files.forEach(LeftFiles::delete);
    }

    /// Copies wanted rows into a file of its own.
    private static final class Picker implements SegmentScan.Visitor {
        private static final ValueLayout.OfInt INT =
                ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

        /// Rows for which there is room at first.
        private static final int FEW = 1_024;

        private static final int SENSOR = 0;
        private static final int ADDRESS = 1;
        private static final int PORT = 2;
        private static final int FIRST = 3;

        /// The columns of one byte a row begin here.
        private static final int SMALL = 6;

        private static final int[] FILLED = {
            SENSOR,
            ADDRESS,
            PORT,
            FIRST,
            SMALL + Small.PACKETS.ordinal(),
            SMALL + Small.SYN.ordinal(),
            SMALL + Small.BACKSCATTER.ordinal(),
            SMALL + Small.TTL_MIN.ordinal(),
            SMALL + Small.TTL_MAX.ordinal()
        };

        private final Wanted wanted;
        final Path path;
        private final DiskBlocks disk = new DiskBlocks();
        private final ParquetFile out;

        private final int[] addresses = new int[SegmentBlock.CAPACITY];
        private final int[] ports = new int[SegmentBlock.CAPACITY];
        private final int[] hits = new int[SegmentBlock.CAPACITY + 1];
        private final int[] numbers = new int[SegmentBlock.CAPACITY];
        private final SegmentFile.Scratch scratch = new SegmentFile.Scratch();

        /// All but the targets, 4 bytes a row.
        private final byte[][] columns;

        private int rows;

        private @Nullable SegmentFile file;
        private int group;

        Picker(Wanted wanted, Path path) throws IOException {
            this.wanted = wanted;
            this.path = path;
            out = PartWriter.segments(new ParquetFile(new BlockFile(path, disk, true)), false);
            columns = new byte[out.columns() - 1][0];
            for (int c : FILLED) {
                columns[c] = new byte[4 * FEW];
            }
        }

        /// Rows that were picked.
        long total() {
            return out.rows();
        }

        private int[] column(int column, int[] into) throws IOException {
            if (file != null) {
                file.plain(group, column, into, scratch);
            }
            return into;
        }

        int[] addresses() throws IOException {
            return column(ADDRESS, addresses);
        }

        int[] ports() throws IOException {
            return column(PORT, ports);
        }

        @Override
        public void visit(SegmentFile file, int group) throws IOException {
            this.file = file;
            this.group = group;
            int n = wanted.in(this, file.rows(group), hits);
            if (n == 0) {
                return;
            }
            if (rows + n > SegmentBlock.CAPACITY) {
                flush();
            }
            for (int c : FILLED) {
                file.numbers(group, c, hits, n, numbers, scratch);
                put(c, n);
            }
            rows += n;
        }

        private void put(int c, int n) {
            if (4 * (rows + n) > columns[c].length) {
                columns[c] = Arrays.copyOf(columns[c], 4 * Math.max(rows + n, 4 * rows));
            }
            MemorySegment to = MemorySegment.ofArray(columns[c]);
            MemorySegment.copy(numbers, 0, to, INT, 4L * rows, n);
        }

        private void flush() throws IOException {
            for (byte[] column : columns) {
                if (column.length == 0) {
                    out.constant(rows, 0);
                } else {
                    out.numbers(rows, column);
                }
            }
            out.strings(rows, new int[rows], new byte[0], 0);
            out.endGroup(rows);
            rows = 0;
        }

        @Override
        public void close() throws IOException {
            try (disk;
                    out) {
                if (rows > 0) {
                    flush();
                }
            }
        }
    }
}

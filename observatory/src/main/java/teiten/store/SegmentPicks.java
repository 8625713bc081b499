package teiten.store;

import teiten.store.SegmentCopy.Columns;
import teiten.store.SegmentCopy.Wanted;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Picks the segments that a question is about out of their files, so that the database need not go through all of them.
///
/// What is picked has the columns of `source`; [Columns] says which of them are filled.
final class SegmentPicks implements AutoCloseable {
    private static final AtomicLong NAMES = new AtomicLong();

    /// Upper half of the 64 bits behind `::` in which IPv4 addresses are kept: `::ffff:0:0`.
    private static final long FOUR = 0xFFFF;

    /// Added to unsigned numbers so that they compare as signed ones.
    private static final int MIN = Integer.MIN_VALUE;

    private static final int DAY = 86_400;

    private final Connection db;
    private final Path spool;
    private final int step;
    private final GroupScan scan;
    private final List<Path> files = new ArrayList<>();
    private final Queue<SegmentCopy.Room> rooms = new ConcurrentLinkedQueue<>();

    /// @param step what hashes of sources are made with: [RollUps#step]
    SegmentPicks(Connection db, Path spool, int step, GroupScan scan) {
        this.db = db;
        this.spool = spool;
        this.step = step;
        this.scan = scan;
    }

    /// Rows that there are to pick from.
    long rows() {
        return scan.rows();
    }

    /// Picks what came to the port from sources whose [hashes][RollUps#hash] are below this number.
    ///
    /// @return what to read instead of `source`
    String port(int code, long below) throws IOException {
        Wanted wanted =
                (group, rows, hits) -> {
                    int n = equal(group.ports(), code, rows, hits);
                    return n == 0
                            ? 0
                            : alsoBelow(group.addresses(), step, (int) (below - 1), n, hits);
                };
        return pick(wanted, Columns.ACCESSES, "WHERE port = " + code + " AND hash < " + below);
    }

    /// Picks what sources accessed whose hashes are below this number.
    ///
    /// @return what to read instead of `source`
    String hashes(long below) throws IOException {
        int span = (int) (below - 1);
        Wanted wanted = (group, rows, hits) -> within(group.addresses(), step, 0, span, rows, hits);
        return pick(wanted, Columns.ACCESSES, "WHERE hash < " + below);
    }

    /// Picks all that sources did on that day whose hashes are from this number on and below that one.
    ///
    /// @param day of Unix
    /// @return what to read instead of `source`
    String day(int day, long from, long below) throws IOException {
        int begin = day * DAY;
        int least = (int) from;
        int span = (int) (below - from - 1);
        Wanted wanted =
                (group, rows, hits) -> {
                    if (!group.mayBegin(begin, DAY - 1)) {
                        return 0;
                    }
                    int n = within(group.addresses(), step, least, span, rows, hits);
                    return alsoBegun(group.firsts(hits, n), begin, DAY - 1, n, hits);
                };
        return pick(
                wanted,
                Columns.ALL,
                "WHERE day = " + day + " AND hash >= " + from + " AND hash < " + below);
    }

    /// Picks all that the sources did.
    ///
    /// @param table that names them in columns `high` and `low`
    /// @return what to read instead of `source`
    String sources(String table) throws SQLException, IOException {
        AddressSet four = four(table);
        Wanted wanted = (group, rows, hits) -> among(group.addresses(), four, rows, hits);
        return pick(wanted, Columns.ACCESSES, "SEMI JOIN " + table + " USING (high, low)");
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

    private static int within(
            int[] addresses, int step, int least, int span, int rows, int[] hits) {
        int n = 0;
        for (int i = 0; i < rows; i++) {
            hits[n] = i;
            n += RollUps.hash(addresses[i], step) - least + MIN <= span + MIN ? 1 : 0;
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

    /// @param firsts of the rows in `hits`
    private static int alsoBegun(int[] firsts, int from, int span, int rows, int[] hits) {
        int n = 0;
        for (int i = 0; i < rows; i++) {
            hits[n] = hits[i];
            n += firsts[i] - from + MIN <= span + MIN ? 1 : 0;
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

    private String pick(Wanted wanted, Columns columns, String others) throws IOException {
        List<Path> picked = new ArrayList<>();
        for (SegmentCopy copy : scan.each(() -> copy(wanted, columns))) {
            rooms.add(copy.room);
            if (copy.total() > 0) {
                picked.add(copy.path);
            }
        }
        return "(SELECT * FROM apart_source "
                + others
                + (picked.isEmpty() ? "" : " UNION ALL " + Parts.segments(picked))
                + ") source";
    }

    private SegmentCopy copy(Wanted wanted, Columns columns) throws IOException {
        Path file = spool.resolve("picked-" + NAMES.incrementAndGet() + ".parquet");
        synchronized (files) {
            files.add(file);
        }
        SegmentCopy.Room room = rooms.poll();
        return new SegmentCopy(wanted, columns, file, room == null ? new SegmentCopy.Room() : room);
    }

    /// What was picked is read no more.
    void forget() {
        files.forEach(LeftFiles::delete);
        files.clear();
    }

    @Override
    public void close() {
        scan.close();
        forget();
    }
}

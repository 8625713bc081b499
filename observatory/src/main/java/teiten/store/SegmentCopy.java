package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.telescope.SegmentBlock;
import teiten.telescope.SegmentBlock.Small;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Copies wanted segments into a file of its own, which looks like those it reads.
final class SegmentCopy implements GroupScan.Visitor {
    /// Which columns are copied; the others are 0.
    enum Columns {
        /// What tells who accessed which port on which day, and with which TTLs.
        ACCESSES,
        ALL
    }

    /// Which rows of a group are asked for.
    interface Wanted {
        /// @param rows how many the group has
        /// @param hits where the numbers of those that are asked for go, in ascending order
        /// @return how many these are
        int in(SegmentCopy group, int rows, int[] hits) throws IOException;
    }

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Rows for which there is room at first.
    private static final int FEW = 1_024;

    /// Bytes of targets after which a group ends.
    private static final int LARGE = 4 << 20;

    private static final int SENSOR = 0;
    private static final int ADDRESS = 1;
    private static final int PORT = 2;
    private static final int FIRST = 3;

    /// The columns of one byte a row begin here.
    private static final int SMALL = 6;

    private static final int[] ACCESSES = {
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

    /// What a thread needs room for; it is used again and again.
    static final class Room {
        private final int[] addresses = new int[SegmentBlock.CAPACITY];
        private final int[] ports = new int[SegmentBlock.CAPACITY];
        private final int[] hits = new int[SegmentBlock.CAPACITY + 1];
        private final int[] numbers = new int[SegmentBlock.CAPACITY];
        private final IndexedFile.Scratch scratch = new IndexedFile.Scratch();
        private final IndexedFile.Strings strings = new IndexedFile.Strings();

        /// What was copied: columns of numbers, 4 bytes a row, and the targets.
        private byte[][] columns = new byte[0][0];

        private final int[] lengths = new int[SegmentBlock.CAPACITY];
        private byte[] targets = new byte[0];
    }

    private final Wanted wanted;
    final Path path;
    final Room room;
    private final DiskBlocks disk = new DiskBlocks();
    private final ParquetFile out;

    /// Columns of numbers; that of the targets comes behind them.
    private final int numbered;

    private final int[] filled;
    private final boolean withTargets;
    private int targetBytes;
    private int rows;

    private @Nullable IndexedFile file;
    private int group;

    SegmentCopy(Wanted wanted, Columns columns, Path path, Room room) throws IOException {
        this.wanted = wanted;
        this.path = path;
        this.room = room;
        out = PartWriter.segments(new ParquetFile(new BlockFile(path, disk, true)), false);
        numbered = out.columns() - 1;
        withTargets = columns == Columns.ALL;
        filled = withTargets ? IntStream.range(0, numbered).toArray() : ACCESSES;
        room.columns = Arrays.copyOf(room.columns, numbered);
        for (int c : filled) {
            if (room.columns[c] == null) {
                room.columns[c] = new byte[4 * FEW];
            }
        }
    }

    /// Rows that were picked.
    long total() {
        return out.rows();
    }

    private int[] column(int column, int[] into) throws IOException {
        if (file != null) {
            file.plain(group, column, into, room.scratch);
        }
        return into;
    }

    int[] addresses() throws IOException {
        return column(ADDRESS, room.addresses);
    }

    int[] ports() throws IOException {
        return column(PORT, room.ports);
    }

    /// Whether a segment of the group may begin in these seconds.
    boolean mayBegin(int from, int span) {
        return file == null || file.mayHold(group, FIRST, from, span);
    }

    /// When these rows begin, one after the other.
    int[] firsts(int[] rows, int n) throws IOException {
        if (file != null) {
            file.numbers(group, FIRST, rows, n, room.numbers, room.scratch);
        }
        return room.numbers;
    }

    @Override
    public void visit(IndexedFile file, int group) throws IOException {
        this.file = file;
        this.group = group;
        int n = wanted.in(this, file.rows(group), room.hits);
        if (n == 0) {
            return;
        }
        if (rows + n > SegmentBlock.CAPACITY || targetBytes > LARGE) {
            flush();
        }
        for (int c : filled) {
            file.numbers(group, c, room.hits, n, room.numbers, room.scratch);
            put(c, n);
        }
        if (withTargets) {
            targets(file, group, n);
        }
        rows += n;
    }

    private void targets(IndexedFile file, int group, int n) throws IOException {
        file.strings(group, numbered, room.strings);
        int bytes = room.strings.lengths(room.hits, n, room.lengths, rows);
        if (targetBytes + bytes > room.targets.length) {
            int wanted = Math.max(targetBytes + bytes, 2 * room.targets.length);
            room.targets = Arrays.copyOf(room.targets, wanted);
        }
        room.strings.copy(room.hits, n, room.targets, targetBytes);
        targetBytes += bytes;
    }

    private void put(int c, int n) {
        byte[] column = room.columns[c];
        if (4 * (rows + n) > column.length) {
            column = Arrays.copyOf(column, 4 * Math.max(rows + n, 4 * rows));
            room.columns[c] = column;
        }
        MemorySegment to = MemorySegment.ofArray(column);
        MemorySegment.copy(room.numbers, 0, to, INT, 4L * rows, n);
    }

    private void flush() throws IOException {
        int next = 0;
        for (int c = 0; c < numbered; c++) {
            if (next < filled.length && filled[next] == c) {
                out.numbers(rows, room.columns[c]);
                next++;
            } else {
                out.constant(rows, 0);
            }
        }
        if (!withTargets) {
            Arrays.fill(room.lengths, 0, rows, 0);
        }
        out.strings(rows, room.lengths, room.targets, targetBytes);
        out.endGroup(rows);
        rows = 0;
        targetBytes = 0;
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

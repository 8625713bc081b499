package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.telescope.SegmentBlock;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// Reads the columns of a file by the index that [ParquetFile] puts into it.
///
/// The database reads these files too. But to work out a source's hash, or to look its address up among some thousands, costs
/// it 15 ns a row, and a day of a large sensor has tens of millions of segments; here it is about one. Of a minute's image it
/// reads all, where a port lies in some thousand bytes.
final class IndexedFile implements AutoCloseable {
    /// Length of Parquet's footer, and its magic.
    private static final int END = 8;

    private final FileChannel file;
    private final ByteBuffer index;
    private final int columns;

    /// Row groups.
    final int groups;

    private IndexedFile(FileChannel file, ByteBuffer index, int groups, int columns) {
        this.file = file;
        this.index = index;
        this.groups = groups;
        this.columns = columns;
    }

    /// @return null when the file has no index: an earlier version wrote it
    static @Nullable IndexedFile open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        IndexedFile opened = null;
        try {
            opened = open(file);
        } finally {
            if (opened == null) {
                file.close();
            }
        }
        return opened;
    }

    private static @Nullable IndexedFile open(FileChannel file) throws IOException {
        long size = file.size();
        if (size < END) {
            return null;
        }
        long footer = read(file, size - END, END).getInt(0) & 0xFFFF_FFFFL;
        long end = size - END - footer;
        if (end < ParquetFile.INDEX_END) {
            return null;
        }
        ByteBuffer tail = read(file, end - ParquetFile.INDEX_END, ParquetFile.INDEX_END);
        int groups = tail.getInt();
        int columns = tail.getInt();
        long length = tail.getLong();
        long told = (long) groups * sizeOfGroup(columns) + ParquetFile.INDEX_END;
        if (tail.getLong() != ParquetFile.INDEX || length != told || length > end) {
            return null;
        }
        return new IndexedFile(
                file, read(file, end - length, Math.toIntExact(length)), groups, columns);
    }

    private static ByteBuffer read(FileChannel file, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        fill(file, at, bytes);
        return bytes;
    }

    private static void fill(FileChannel file, long at, ByteBuffer bytes) throws IOException {
        for (long place = at; bytes.hasRemaining(); ) {
            int n = file.read(bytes, place);
            if (n < 0) {
                throw new EOFException("the file ends at " + place);
            }
            place += n;
        }
        bytes.flip();
    }

    private static int sizeOfGroup(int columns) {
        return ParquetFile.INDEX_GROUP + columns * ParquetFile.INDEX_COLUMN;
    }

    private int group(int group) {
        return group * sizeOfGroup(columns);
    }

    int rows(int group) {
        return index.getInt(group(group));
    }

    private int column(int group, int column) {
        return group(group) + ParquetFile.INDEX_GROUP + column * ParquetFile.INDEX_COLUMN;
    }

    /// Whether a number of the group's column may be one of these; some columns tell the bounds of their numbers.
    ///
    /// @param from the least
    /// @param span how much greater the greatest is
    boolean mayHold(int group, int column, int from, int span) {
        int where = column(group, column);
        int kind = index.getInt(where + 20);
        if (kind < 0 || (kind & ParquetFile.IN_A_ROW) == 0) {
            return true;
        }
        long least = Integer.toUnsignedLong(index.getInt(where + 16));
        long most = least + (1L << (kind & ~ParquetFile.IN_A_ROW)) - 1;
        long wanted = Integer.toUnsignedLong(from);
        return least <= wanted + Integer.toUnsignedLong(span) && wanted <= most;
    }

    /// All numbers of a column of 4 bytes that was written [as it is][ParquetFile#plain].
    ///
    /// @param scratch of the caller's thread
    void plain(int group, int column, int[] into, Scratch scratch) throws IOException {
        ints(index.getLong(column(group, column)), rows(group), into, scratch);
    }

    /// The numbers of these rows in a column of 4 bytes, however it was written.
    ///
    /// Columns are copied whole, and then read from arrays: that needs no warming up.
    void numbers(int group, int column, int[] rows, int n, int[] into, Scratch scratch)
            throws IOException {
        int where = column(group, column);
        long at = index.getLong(where);
        int kind = index.getInt(where + 20);
        if (kind == ParquetFile.PLAIN_VALUES) {
            ints(at, rows(group), scratch.numbers, scratch);
            pick(scratch.numbers, rows, n, into);
            return;
        }
        boolean inARow = (kind & ParquetFile.IN_A_ROW) != 0;
        int bits = kind & ~ParquetFile.IN_A_ROW;
        int least = index.getInt(where + 16);
        if (inARow && bits == 0) {
            Arrays.fill(into, 0, n, least);
            return;
        }
        int length = (rows(group) * bits + 7) / 8;
        fill(file, at, scratch.bytes.clear().limit(length));
        scratch.bytes.get(0, scratch.places, 0, length);
        if (bits == 16) {
            pickWide(scratch.places, rows, n, least, into);
        } else if (inARow) {
            pick(scratch.places, bits, rows, n, least, into);
        } else {
            pick(scratch.places, bits, rows, n, 0, into);
            ints(index.getLong(where + 8), least, scratch.numbers, scratch);
            replace(scratch.numbers, n, into);
        }
    }

    private void ints(long at, int n, int[] into, Scratch scratch) throws IOException {
        fill(file, at, scratch.bytes.clear().limit(4 * n));
        scratch.bytes.asIntBuffer().get(into, 0, n);
    }

    /// Room for a column of one group.
    static final class Scratch {
        private final ByteBuffer bytes =
                ByteBuffer.allocateDirect(4 * SegmentBlock.CAPACITY).order(ByteOrder.LITTLE_ENDIAN);
        private final byte[] places = new byte[2 * SegmentBlock.CAPACITY];

        /// Numbers, or a dictionary.
        private final int[] numbers = new int[SegmentBlock.CAPACITY];
    }

    /// The byte strings of a group.
    void strings(int group, int column, Strings into) throws IOException {
        lengths(group, column, into);
        fill(file, into.at, into.room(into.ends[rows(group)]));
    }

    /// Only how long they are; [#string] reads them one by one.
    void lengths(int group, int column, Strings into) throws IOException {
        int where = column(group, column);
        long at = index.getLong(where);
        into.at = index.getLong(where + 8);
        fill(file, at, into.room(Math.toIntExact(into.at - at)));
        into.end(rows(group));
    }

    /// Reads a piece of a string.
    ///
    /// @param of of which the lengths are known
    /// @param from within the string
    void string(Strings of, int row, int from, int length, byte[] into) throws IOException {
        fill(file, of.at + of.ends[row] + from, ByteBuffer.wrap(into, 0, length));
    }

    /// Room for byte strings of one group.
    static final class Strings {
        private byte[] bytes = new byte[1 << 16];
        private final int[] lengths = new int[SegmentBlock.CAPACITY];

        /// Where the first lies in the file.
        private long at;

        /// Where each ends, behind a first that is 0.
        private final int[] ends = new int[SegmentBlock.CAPACITY + 1];

        private ByteBuffer room(int length) {
            if (bytes.length < length) {
                bytes = new byte[Math.max(length, 2 * bytes.length)];
            }
            return ByteBuffer.wrap(bytes, 0, length);
        }

        private void end(int n) {
            ParquetPacking.unpack(bytes, n, lengths);
            for (int i = 0; i < n; i++) {
                ends[i + 1] = ends[i] + lengths[i];
            }
        }

        int length(int row) {
            return lengths[row];
        }

        /// The lengths of these strings.
        ///
        /// @return their sum
        int lengths(int[] rows, int n, int[] into, int at) {
            int sum = 0;
            for (int i = 0; i < n; i++) {
                int length = lengths[rows[i]];
                into[at + i] = length;
                sum += length;
            }
            return sum;
        }

        /// The strings, one behind the other.
        void copy(int[] rows, int n, byte[] into, int at) {
            int to = at;
            for (int i = 0; i < n; i++) {
                int length = lengths[rows[i]];
                System.arraycopy(bytes, ends[rows[i]], into, to, length);
                to += length;
            }
        }
    }

    private static void pick(int[] from, int[] rows, int n, int[] into) {
        for (int i = 0; i < n; i++) {
            into[i] = from[rows[i]];
        }
    }

    private static void pick(byte[] places, int bits, int[] rows, int n, int least, int[] into) {
        int mask = (1 << bits) - 1;
        for (int i = 0; i < n; i++) {
            int bit = rows[i] * bits;
            into[i] = least + ((places[bit >> 3] & 0xFF) >> (bit & 7) & mask);
        }
    }

    private static void pickWide(byte[] places, int[] rows, int n, int least, int[] into) {
        for (int i = 0; i < n; i++) {
            int at = 2 * rows[i];
            into[i] = least + (places[at] & 0xFF | (places[at + 1] & 0xFF) << 8);
        }
    }

    private static void replace(int[] dictionary, int n, int[] into) {
        for (int i = 0; i < n; i++) {
            into[i] = dictionary[into[i]];
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException _) {
            // it was only read
        }
    }
}

package teiten.store;

import teiten.store.ParquetFile.Type;

import java.io.IOException;
import java.util.Arrays;

/// Writes Parquet row by row.
final class ParquetWriter implements AutoCloseable {
    private static final int ROWS_A_GROUP = 30_720;

    /// Bytes of one column at which a group ends early.
    private static final int LARGE = 1 << 20;

    /// Bytes for which a column has room at first.
    private static final int FIRST = 1 << 12;

    /// Bytes by which the last byte string of a group may go beyond [#LARGE], as a rule.
    private static final int LAST = 1 << 14;

    private final ParquetFile file;
    private byte[][] data = new byte[0][];
    private int[] used = new int[0];

    /// Bytes of a number of the column; 0 where it holds byte strings.
    private int[] width = new int[0];

    /// Of columns of byte strings, the length of each.
    private int[][] lengths = new int[0][];

    private int column;
    private int rows;
    private boolean large;

    ParquetWriter(BlockFile to) throws IOException {
        file = new ParquetFile(to);
    }

    /// Puts the index into the file.
    ParquetWriter indexed() {
        file.indexed();
        return this;
    }

    ParquetWriter column(String name, Type type) {
        file.column(name, type);
        int n = file.columns();
        data = Arrays.copyOf(data, n);
        data[n - 1] = new byte[FIRST];
        used = Arrays.copyOf(used, n);
        lengths = Arrays.copyOf(lengths, n);
        lengths[n - 1] = new int[type == Type.BYTES ? 1 << 6 : 0];
        width = Arrays.copyOf(width, n);
        width[n - 1] = type == Type.BYTES ? 0 : type == Type.INT64 ? 8 : 4;
        return this;
    }

    /// Puts the row's next value; the values come in the order of the columns.
    ParquetWriter put(long value) {
        int c = column++;
        number(room(c, width[c]), c, value);
        return this;
    }

    ParquetWriter put(byte[] value, int length) {
        int c = column++;
        System.arraycopy(value, 0, room(c, length), used[c], length);
        used[c] += length;
        if (rows == lengths[c].length) {
            lengths[c] = Arrays.copyOf(lengths[c], Math.min(rows * 16, ROWS_A_GROUP));
        }
        lengths[c][rows] = length;
        large |= used[c] > LARGE;
        return this;
    }

    /// Puts a whole row but for its last column: `values` in the order of the columns, all of them numbers.
    ParquetWriter put(long[] values) {
        for (int c = 0; c < values.length; c++) {
            number(room(c, width[c]), c, values[c]);
        }
        column = values.length;
        return this;
    }

    private void number(byte[] into, int c, long value) {
        if (width[c] == 4) {
            ParquetPacking.INT.set(into, used[c], (int) value);
        } else {
            ParquetPacking.LONG.set(into, used[c], value);
        }
        used[c] += width[c];
    }

    private byte[] room(int c, int bytes) {
        if (used[c] + bytes > data[c].length) {
            // In one or two steps to what a group needs: what is left behind was memory too.
            int most = width[c] == 0 ? LARGE + LAST : ROWS_A_GROUP * width[c];
            int wanted = Math.min(data[c].length * 16, most);
            data[c] = Arrays.copyOf(data[c], Math.max(wanted, used[c] + bytes));
        }
        return data[c];
    }

    void endRow() throws IOException {
        column = 0;
        rows++;
        if (rows == ROWS_A_GROUP || large) {
            flush();
        }
    }

    long rows() {
        return file.rows() + rows;
    }

    private void flush() throws IOException {
        if (rows == 0) {
            return;
        }
        for (int c = 0; c < used.length; c++) {
            if (width[c] > 0) {
                file.numbers(rows, data[c]);
            } else {
                file.strings(rows, lengths[c], data[c], used[c]);
            }
            used[c] = 0;
        }
        file.endGroup(rows);
        rows = 0;
        large = false;
    }

    @Override
    public void close() throws IOException {
        try (file) {
            flush();
        }
    }
}

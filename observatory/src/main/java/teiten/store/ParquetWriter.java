package teiten.store;

import teiten.store.ParquetFile.Type;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/// Writes Parquet row by row.
final class ParquetWriter implements AutoCloseable {
    private static final int ROWS_A_GROUP = 122_880;

    /// Bytes of one column at which a group ends early.
    private static final int LARGE = 4 << 20;

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ParquetFile file;
    private byte[][] data = new byte[0][];
    private int[] used = new int[0];

    /// Whether the column is of 32 bits.
    private boolean[] narrow = new boolean[0];

    private int column;
    private int rows;
    private boolean large;

    ParquetWriter(Path path) throws IOException {
        file = new ParquetFile(path);
    }

    ParquetWriter column(String name, Type type) {
        file.column(name, type);
        int n = file.columns();
        data = Arrays.copyOf(data, n);
        data[n - 1] = new byte[1 << 12];
        used = Arrays.copyOf(used, n);
        narrow = Arrays.copyOf(narrow, n);
        narrow[n - 1] = type == Type.INT32 || type == Type.UINT32;
        return this;
    }

    /// Puts the row's next value; the values come in the order of the columns.
    ParquetWriter put(long value) {
        int c = column++;
        byte[] into = room(c, 8);
        if (narrow[c]) {
            INT.set(into, used[c], (int) value);
            used[c] += 4;
        } else {
            LONG.set(into, used[c], value);
            used[c] += 8;
        }
        return this;
    }

    ParquetWriter put(byte[] value, int length) {
        int c = column++;
        byte[] into = room(c, length + 4);
        INT.set(into, used[c], length);
        System.arraycopy(value, 0, into, used[c] + 4, length);
        used[c] += length + 4;
        large |= used[c] > LARGE;
        return this;
    }

    /// Puts a whole row but for its last column: `values` in the order of the columns.
    ParquetWriter put(long[] values) {
        for (int i = 0; i < values.length; i++) {
            put(values[i]);
        }
        return this;
    }

    private byte[] room(int c, int bytes) {
        if (used[c] + bytes > data[c].length) {
            data[c] = Arrays.copyOf(data[c], Math.max(data[c].length * 2, used[c] + bytes));
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
            file.plain(rows, data[c], used[c]);
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

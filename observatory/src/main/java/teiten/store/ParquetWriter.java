package teiten.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes plain Parquet: required columns of 32-bit and 64-bit integers and byte strings, PLAIN encoding, uncompressed.
///
/// It exists because rows come by the million: a database driver that takes them value by value costs a microsecond a
/// row, these columns 20 to 40 ns, and the database then reads them as fast as it can store them. What leaves the
/// product compressed is rewritten by the database.
///
/// ```
/// "PAR1"  row group: a column chunk each = page header (Thrift compact) + page …  footer (Thrift compact)
/// footer length (4, little-endian)  "PAR1"
/// ```
/// Format: apache/parquet-format, `parquet.thrift`, version 1 data pages.
final class ParquetWriter implements AutoCloseable {
    private static final int ROWS_A_GROUP = 122_880;
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// The physical types used, with Parquet's numbers.
    enum Type {
        INT32(1),
        INT64(2),
        BYTES(6);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    private record Column(String name, Type type) {}

    private record Chunk(long offset, int bytes) {}

    private record Group(long rows, List<Chunk> chunks) {}

    private final FileChannel file;
    private final List<Column> columns = new ArrayList<>();
    private byte[][] data = new byte[0][];
    private int[] used = new int[0];

    /// Whether the column is of 32 bits.
    private boolean[] narrow = new boolean[0];

    private int column;
    private int rows;
    private long total;
    private final List<Group> groups = new ArrayList<>();

    ParquetWriter(Path path) throws IOException {
        file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
        file.write(ByteBuffer.wrap(magic()));
    }

    ParquetWriter column(String name, Type type) {
        columns.add(new Column(name, type));
        data = Arrays.copyOf(data, columns.size());
        data[columns.size() - 1] = new byte[1 << 12];
        used = Arrays.copyOf(used, columns.size());
        narrow = Arrays.copyOf(narrow, columns.size());
        narrow[columns.size() - 1] = type == Type.INT32;
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

    ParquetWriter put(byte[] value) {
        int c = column++;
        byte[] into = room(c, value.length + 4);
        INT.set(into, used[c], value.length);
        System.arraycopy(value, 0, into, used[c] + 4, value.length);
        used[c] += value.length + 4;
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
        total++;
        if (rows == ROWS_A_GROUP || used[used.length - 1] > 64 << 20) {
            flush();
        }
    }

    long rows() {
        return total;
    }

    private void flush() throws IOException {
        if (rows == 0) {
            return;
        }
        List<Chunk> chunks = new ArrayList<>();
        for (int c = 0; c < columns.size(); c++) {
            Thrift header = new Thrift();
            header.i32(1, 0).i32(2, used[c]).i32(3, used[c]);
            header.struct(5).i32(1, rows).i32(2, 0).i32(3, 3).i32(4, 3).end();
            header.end();
            byte[] head = header.bytes();
            chunks.add(new Chunk(file.position(), head.length + used[c]));
            write(ByteBuffer.wrap(head));
            write(ByteBuffer.wrap(data[c], 0, used[c]));
            used[c] = 0;
        }
        groups.add(new Group(rows, chunks));
        rows = 0;
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        try (file) {
            flush();
            Thrift footer = new Thrift();
            footer.i32(1, 1).list(2, columns.size() + 1, 12);
            footer.element().bytes(4, "rows").i32(5, columns.size()).end();
            for (Column c : columns) {
                footer.element().i32(1, c.type.number).i32(3, 0).bytes(4, c.name).end();
            }
            footer.i64(3, total).list(4, groups.size(), 12);
            for (Group group : groups) {
                group(footer, group);
            }
            footer.bytes(6, "teiten").end();
            byte[] bytes = footer.bytes();
            ByteBuffer tail = ByteBuffer.allocate(bytes.length + 8).order(ByteOrder.LITTLE_ENDIAN);
            tail.put(bytes).putInt(bytes.length).put(magic()).flip();
            write(tail);
        }
    }

    private void group(Thrift out, Group group) {
        long bytes = 0;
        out.element().list(1, columns.size(), 12);
        for (int c = 0; c < columns.size(); c++) {
            Chunk chunk = group.chunks.get(c);
            bytes += chunk.bytes;
            out.element().i64(2, chunk.offset).struct(3).i32(1, columns.get(c).type.number);
            out.list(2, 1, 5).item(0);
            out.list(3, 1, 8).item(columns.get(c).name);
            out.i32(4, 0)
                    .i64(5, group.rows)
                    .i64(6, chunk.bytes)
                    .i64(7, chunk.bytes)
                    .i64(9, chunk.offset);
            out.end().end();
        }
        out.i64(2, bytes).i64(3, group.rows).end();
    }

    private static byte[] magic() {
        return "PAR1".getBytes(StandardCharsets.US_ASCII);
    }

    /// As much of Thrift's compact protocol as Parquet's headers need.
    private static final class Thrift {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private int[] last = new int[8];
        private int depth;

        private Thrift field(int id, int type) {
            int delta = id - last[depth];
            last[depth] = id;
            out.write(delta << 4 | type);
            return this;
        }

        Thrift i32(int id, int value) {
            field(id, 5);
            return item(value);
        }

        Thrift i64(int id, long value) {
            field(id, 6);
            varint(value << 1 ^ value >> 63);
            return this;
        }

        Thrift bytes(int id, String value) {
            field(id, 8);
            return item(value);
        }

        Thrift item(int value) {
            varint(((long) value << 1 ^ value >> 31) & 0xFFFFFFFFL);
            return this;
        }

        Thrift item(String value) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            varint(utf8.length);
            out.writeBytes(utf8);
            return this;
        }

        Thrift list(int id, int size, int type) {
            field(id, 9);
            if (size < 15) {
                out.write(size << 4 | type);
            } else {
                out.write(0xF0 | type);
                varint(size);
            }
            return this;
        }

        Thrift struct(int id) {
            field(id, 12);
            return element();
        }

        /// Begins a struct that is a list's element.
        Thrift element() {
            if (++depth == last.length) {
                last = Arrays.copyOf(last, depth * 2);
            }
            last[depth] = 0;
            return this;
        }

        Thrift end() {
            out.write(0);
            if (depth > 0) {
                depth--;
            }
            return this;
        }

        private void varint(long value) {
            while ((value & ~0x7FL) != 0) {
                out.write((int) (value & 0x7F | 0x80));
                value >>>= 7;
            }
            out.write((int) value);
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}

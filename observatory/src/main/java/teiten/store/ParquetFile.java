package teiten.store;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes Parquet from columns that are already bytes, packed ([ParquetPacking]) but uncompressed: required columns of
/// integers and byte strings.
///
/// It exists because rows come by the million: a database driver that takes them value by value costs a microsecond a
/// row, these columns 10 to 40 ns, and the database reads them where they lie.
///
/// ```
/// "PAR1"  row group: a column chunk each = [dictionary page] page header (Thrift compact) + page …
/// [index]  footer (Thrift compact)  footer length (4, little-endian)  "PAR1"
/// ```
/// Format: apache/parquet-format, `parquet.thrift`, version 1 data pages. The index says where the values themselves lie, for
/// [IndexedFile]; readers of Parquet pass it over.
///
/// ```
/// index: a group each = rows (4), then a column each = values (8), dictionary or bytes (8), entries or least number (4),
///        [#PLAIN_VALUES], [#STRINGS] or the bits of a place in the dictionary (4), [#IN_A_ROW] added
///        groups (4)  columns (4)  length of the index (8)  INDEX (8), all little-endian
/// ```
final class ParquetFile implements AutoCloseable {
    private static final int DATA_PAGE = 0;
    private static final int DICTIONARY_PAGE = 2;
    private static final int PLAIN = 0;
    private static final int RLE = 3;
    private static final int DELTA_LENGTH = 6;
    private static final int RLE_DICTIONARY = 8;

    /// How values lie, in the index: as they are; as lengths and bytes; else the bits of a place in the dictionary.
    static final int PLAIN_VALUES = -1;

    static final int STRINGS = -2;

    /// The dictionary has all numbers from the least one on, which is told instead of how many there are.
    static final int IN_A_ROW = 0x100;

    /// "TEITENIX"
    static final long INDEX = 0x5849_4E45_5449_4554L;

    /// Bytes of the index about a group, about a column of it, and behind all groups.
    static final int INDEX_GROUP = 4;

    static final int INDEX_COLUMN = 24;
    static final int INDEX_END = 24;

    /// What a column holds: Parquet's physical type and, for unsigned integers, its converted type.
    enum Type {
        INT32(1, -1),
        UINT32(1, 13),
        INT64(2, -1),
        BYTES(6, -1);

        private final int physical;
        private final int converted;

        Type(int physical, int converted) {
            this.physical = physical;
            this.converted = converted;
        }
    }

    private record Column(String name, Type type) {}

    /// The least and the greatest number, little-endian, as the footer tells them.
    private record Bounds(byte[] least, byte[] greatest) {}

    /// Where values lie, as the index tells it.
    ///
    /// @param other where the dictionary or the bytes of the strings lie
    private record Values(long at, long other, int entries, int kind) {}

    /// @param dictionary where it begins; 0 without one
    /// @param bounds null where the footer does not tell them
    private record Chunk(
            long dictionary,
            long offset,
            long bytes,
            int encoding,
            Values values,
            @Nullable Bounds bounds) {
        Chunk(long dictionary, long offset, long bytes, int encoding, Values values) {
            this(dictionary, offset, bytes, encoding, values, null);
        }

        Chunk within(Bounds bounds) {
            return new Chunk(dictionary, offset, bytes, encoding, values, bounds);
        }
    }

    private record Group(long rows, List<Chunk> chunks) {}

    private final BlockFile file;
    private final List<Column> columns = new ArrayList<>();
    private List<Chunk> chunks = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private long total;
    private boolean indexed;

    private final ParquetPacking packing = new ParquetPacking();

    ParquetFile(BlockFile file) throws IOException {
        this.file = file;
        file.write(magic(), 4);
    }

    ParquetFile column(String name, Type type) {
        columns.add(new Column(name, type));
        return this;
    }

    /// Puts the index into the file.
    ParquetFile indexed() {
        indexed = true;
        return this;
    }

    int columns() {
        return columns.size();
    }

    /// Rows of all groups that were ended.
    long rows() {
        return total;
    }

    /// The group's next column, its values as Parquet's PLAIN encoding has them, written as they are: for what does not
    /// shrink.
    void plain(int rows, byte[] values, int length) throws IOException {
        long offset = file.position();
        page(DATA_PAGE, length, rows, PLAIN);
        Values where = new Values(file.position(), 0, 0, PLAIN_VALUES);
        file.write(values, length);
        chunks.add(new Chunk(0, offset, file.position() - offset, PLAIN, where));
    }

    /// The group's next column of numbers, little-endian, as wide as the column's type.
    void numbers(int rows, byte[] values) throws IOException {
        int width = columns.get(chunks.size()).type == Type.INT64 ? 8 : 4;
        if (packing.numbers(rows, values, width)) {
            packed(rows, width);
        } else {
            plain(rows, values, rows * width);
        }
    }

    /// The group's next column of unsigned numbers of four bytes, its least and greatest told in the footer, so that who
    /// looks for some of them skips the other groups.
    void bounded(int rows, byte[] values) throws IOException {
        int least = -1;
        int greatest = 0;
        for (int i = 0; i < rows; i++) {
            int value = (int) ParquetPacking.INT.get(values, 4 * i);
            least = Integer.compareUnsigned(value, least) < 0 ? value : least;
            greatest = Integer.compareUnsigned(value, greatest) > 0 ? value : greatest;
        }
        numbers(rows, values);
        byte[][] bounds = new byte[2][4];
        ParquetPacking.INT.set(bounds[0], 0, least);
        ParquetPacking.INT.set(bounds[1], 0, greatest);
        chunks.add(chunks.removeLast().within(new Bounds(bounds[0], bounds[1])));
    }

    /// The group's next column of numbers from 0 to 255, a byte each; eight bytes of room behind the last.
    void bytes(int rows, byte[] values) throws IOException {
        packing.bytes(rows, values);
        packed(rows, 4);
    }

    /// The group's next column, the same number in every row.
    void constant(int rows, int value) throws IOException {
        packing.constant(value);
        packed(rows, 4);
    }

    /// The group's next column of byte strings, one behind the other.
    void strings(int rows, int[] lengths, byte[] bytes, int length) throws IOException {
        long offset = file.position();
        packing.lengths(rows, lengths);
        page(DATA_PAGE, packing.packedLength + length, rows, DELTA_LENGTH);
        Values where =
                new Values(file.position(), file.position() + packing.packedLength, 0, STRINGS);
        file.write(packing.packed, packing.packedLength);
        file.write(bytes, length);
        chunks.add(new Chunk(0, offset, file.position() - offset, DELTA_LENGTH, where));
    }

    /// A page of the dictionary, and one of the places in it: the width of a place, and a run of them.
    private void packed(int rows, int width) throws IOException {
        long dictionary = file.position();
        page(DICTIONARY_PAGE, packing.dictionaryLength, packing.dictionaryLength / width, PLAIN);
        long entries = file.position();
        file.write(packing.dictionary, packing.dictionaryLength);
        long offset = file.position();
        boolean same = packing.bits == 0;
        // One bit is written for a width of none, which not all readers take.
        byte[] run =
                same
                        ? new Thrift().number(rows * 2L).number(0).bytes()
                        : new Thrift().number((rows + 7) / 8 * 2L + 1).bytes();
        int places = same ? 0 : packing.packedLength;
        page(DATA_PAGE, 1 + run.length + places, rows, RLE_DICTIONARY);
        file.write(new byte[] {(byte) Math.max(1, packing.bits)}, 1);
        file.write(run, run.length);
        Values where =
                packing.inARow
                        ? new Values(
                                file.position(), entries, packing.from, packing.bits | IN_A_ROW)
                        : new Values(
                                file.position(),
                                entries,
                                packing.dictionaryLength / width,
                                packing.bits);
        file.write(packing.packed, places);
        chunks.add(
                new Chunk(dictionary, offset, file.position() - dictionary, RLE_DICTIONARY, where));
    }

    private void page(int kind, int length, int values, int encoding) throws IOException {
        Thrift header = new Thrift();
        header.i32(1, kind).i32(2, length).i32(3, length);
        if (kind == DATA_PAGE) {
            header.struct(5).i32(1, values).i32(2, encoding).i32(3, RLE).i32(4, RLE).end();
        } else {
            header.struct(7).i32(1, values).i32(2, encoding).end();
        }
        byte[] bytes = header.end().bytes();
        file.write(bytes, bytes.length);
    }

    /// Ends a row group, for which every column was given.
    void endGroup(int rows) {
        if (chunks.size() != columns.size()) {
            throw new IllegalStateException(
                    chunks.size() + " columns were written of " + columns.size());
        }
        groups.add(new Group(rows, chunks));
        chunks = new ArrayList<>();
        total += rows;
    }

    @Override
    public void close() throws IOException {
        try (file) {
            if (indexed) {
                index();
            }
            Thrift footer = new Thrift();
            footer.i32(1, 1).list(2, columns.size() + 1, 12);
            footer.element().bytes(4, "rows").i32(5, columns.size()).end();
            for (Column c : columns) {
                footer.element().i32(1, c.type.physical).i32(3, 0).bytes(4, c.name);
                if (c.type.converted >= 0) {
                    footer.i32(6, c.type.converted);
                }
                footer.end();
            }
            footer.i64(3, total).list(4, groups.size(), 12);
            for (Group group : groups) {
                group(footer, group);
            }
            footer.bytes(6, "teiten").end();
            byte[] bytes = footer.bytes();
            ByteBuffer tail = ByteBuffer.allocate(bytes.length + 8).order(ByteOrder.LITTLE_ENDIAN);
            tail.put(bytes).putInt(bytes.length).put(magic());
            file.write(tail.array(), tail.position());
        }
    }

    private void index() throws IOException {
        int length = groups.size() * (INDEX_GROUP + columns.size() * INDEX_COLUMN) + INDEX_END;
        ByteBuffer index = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        for (Group group : groups) {
            index.putInt((int) group.rows);
            for (Chunk chunk : group.chunks) {
                Values values = chunk.values;
                index.putLong(values.at).putLong(values.other);
                index.putInt(values.entries).putInt(values.kind);
            }
        }
        index.putInt(groups.size()).putInt(columns.size()).putLong(length).putLong(INDEX);
        file.write(index.array(), length);
    }

    private void group(Thrift out, Group group) {
        long bytes = 0;
        out.element().list(1, columns.size(), 12);
        for (int c = 0; c < columns.size(); c++) {
            Chunk chunk = group.chunks.get(c);
            bytes += chunk.bytes;
            long begin = chunk.dictionary > 0 ? chunk.dictionary : chunk.offset;
            out.element().i64(2, begin).struct(3).i32(1, columns.get(c).type.physical);
            if (chunk.dictionary > 0) {
                out.list(2, 3, 5).item(PLAIN).item(RLE).item(RLE_DICTIONARY);
            } else {
                out.list(2, 1, 5).item(chunk.encoding);
            }
            out.list(3, 1, 8).item(columns.get(c).name);
            out.i32(4, 0)
                    .i64(5, group.rows)
                    .i64(6, chunk.bytes)
                    .i64(7, chunk.bytes)
                    .i64(9, chunk.offset);
            if (chunk.dictionary > 0) {
                out.i64(11, chunk.dictionary);
            }
            if (chunk.bounds != null) {
                out.struct(12).bytes(5, chunk.bounds.greatest).bytes(6, chunk.bounds.least).end();
            }
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

        Thrift bytes(int id, byte[] value) {
            field(id, 8);
            varint(value.length);
            out.writeBytes(value);
            return this;
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

        /// A bare number, outside of any struct.
        Thrift number(long value) {
            varint(value);
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

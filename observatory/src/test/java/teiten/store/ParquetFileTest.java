package teiten.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import teiten.store.ParquetFile.Type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/// What we write, the database's own reader reads back, whichever way a column was packed.
final class ParquetFileTest {
    private static final int[] GROUPS = {1, 7, 8, 9, 129, 511, 512, 4_096, 20_001, 65_536};

    @TempDir Path folder;
    private final DiskBlocks disk = new DiskBlocks();

    /// Numbers of every kind that packing tells apart.
    private static Map<String, IntToLongFunction> kinds(Random random) {
        Map<String, IntToLongFunction> kinds = new TreeMap<>();
        kinds.put("same", _ -> 1_234_567);
        kinds.put("close", _ -> 1_700_000_000 + random.nextInt(256));
        kinds.put("near", i -> 1_700_000_000 + i / 8 + random.nextInt(300));
        kinds.put("few", _ -> 40L * random.nextInt(200) * random.nextInt(2) * 100_000);
        kinds.put("rising", i -> i);
        kinds.put("any", _ -> random.nextInt());
        kinds.put("below_zero", _ -> random.nextInt(100) - 50);
        kinds.put("ends", i -> i % 2 == 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE);
        return kinds;
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT32", "INT64", "UINT32"})
    void numbers_come_back(String name) throws IOException, SQLException {
        Type type = Type.valueOf(name);
        Random random = new Random(5);
        Map<String, IntToLongFunction> kinds = kinds(random);
        if (type == Type.INT64) {
            kinds.put("wide", _ -> random.nextLong());
            kinds.put("far", i -> i % 2 == 0 ? Long.MIN_VALUE : Long.MAX_VALUE);
        }
        int width = type == Type.INT64 ? 8 : 4;
        long[][] given = new long[kinds.size()][Arrays.stream(GROUPS).sum()];
        Path path = folder.resolve("numbers.parquet");
        try (ParquetFile file = new ParquetFile(new BlockFile(path, disk, false)).indexed()) {
            kinds.keySet().forEach(kind -> file.column(kind, type));
            int at = 0;
            for (int rows : GROUPS) {
                int column = 0;
                for (IntToLongFunction kind : kinds.values()) {
                    byte[] bytes = new byte[rows * width];
                    for (int i = 0; i < rows; i++) {
                        long value = kind.applyAsLong(i);
                        given[column][at + i] = type == Type.UINT32 ? value & 0xFFFF_FFFFL : value;
                        if (width == 4) {
                            ParquetPacking.INT.set(bytes, 4 * i, (int) value);
                        } else {
                            ParquetPacking.LONG.set(bytes, 8 * i, value);
                        }
                    }
                    file.numbers(rows, bytes);
                    column++;
                }
                file.endGroup(rows);
                at += rows;
            }
        }
        List<String> names = List.copyOf(kinds.keySet());
        long[][] read = new long[names.size()][given[0].length];
        read(
                path,
                (row, i) -> {
                    for (int c = 0; c < read.length; c++) {
                        read[c][i] = row.getLong(names.get(c));
                    }
                });
        for (int c = 0; c < read.length; c++) {
            assertThat(read[c]).as(names.get(c)).isEqualTo(given[c]);
        }
        if (width == 4) {
            for (int c = 0; c < read.length; c++) {
                assertThat(byIndex(path, c, random)).as(names.get(c)).isEqualTo(given[c]);
            }
        }
    }

    /// All values of a column by the index, some rows of a group at a time; as signed as those they are compared with.
    private static long[] byIndex(Path path, int column, Random random)
            throws IOException, SQLException {
        boolean unsigned =
                asked("SELECT typeof(columns(*)) FROM '" + path + "' LIMIT 1").contains("UINTEGER");
        long[] all = new long[Arrays.stream(GROUPS).sum()];
        IndexedFile.Scratch scratch = new IndexedFile.Scratch();
        int[] numbers = new int[65_536];
        try (IndexedFile file = Objects.requireNonNull(IndexedFile.open(path))) {
            assertThat(file.groups).isEqualTo(GROUPS.length);
            int at = 0;
            for (int group = 0; group < GROUPS.length; group++) {
                int n = file.rows(group);
                int[] some = IntStream.range(0, n).filter(_ -> random.nextBoolean()).toArray();
                int[] rest =
                        IntStream.range(0, n)
                                .filter(i -> Arrays.binarySearch(some, i) < 0)
                                .toArray();
                for (int[] rows : List.of(some, rest)) {
                    file.numbers(group, column, rows, rows.length, numbers, scratch);
                    for (int i = 0; i < rows.length; i++) {
                        all[at + rows[i]] = unsigned ? numbers[i] & 0xFFFF_FFFFL : numbers[i];
                    }
                }
                at += n;
            }
        }
        return all;
    }

    @Test
    void a_file_cut_anywhere_or_without_index_is_not_read_by_it() throws IOException {
        // given a small file with an index
        Path path = folder.resolve("whole.parquet");
        try (ParquetFile file =
                new ParquetFile(new BlockFile(path, disk, false))
                        .indexed()
                        .column("a", Type.INT32)) {
            file.plain(3, new byte[] {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0}, 12);
            file.endGroup(3);
        }
        byte[] whole = Files.readAllBytes(path);
        try (IndexedFile file = Objects.requireNonNull(IndexedFile.open(path))) {
            int[] numbers = new int[3];
            file.plain(0, 0, numbers, new IndexedFile.Scratch());
            assertThat(numbers).containsExactly(1, 2, 3);
        }

        // when it is cut at every byte, or has none
        Path cut = folder.resolve("cut.parquet");
        for (int length = 0; length < whole.length; length++) {
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThat(IndexedFile.open(cut)).as(length + " bytes").isNull();
        }
        try (ParquetFile file =
                new ParquetFile(new BlockFile(cut, disk, false)).column("a", Type.INT32)) {
            file.constant(3, 7);
            file.endGroup(3);
        }

        // then the database is left to read it
        assertThat(IndexedFile.open(cut)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 15, 16, 17, 256})
    void bytes_come_back_with_as_many_bits_as_they_need(int below)
            throws IOException, SQLException {
        Random random = new Random(below);
        int[] given = new int[Arrays.stream(GROUPS).sum()];
        Path path = folder.resolve("bytes.parquet");
        try (ParquetFile file =
                new ParquetFile(new BlockFile(path, disk, false)).column("value", Type.INT32)) {
            int at = 0;
            for (int rows : GROUPS) {
                byte[] bytes = new byte[rows + 8];
                // What lies behind the last row must not matter.
                Arrays.fill(bytes, (byte) -1);
                for (int i = 0; i < rows; i++) {
                    given[at] = random.nextInt(below);
                    bytes[i] = (byte) given[at++];
                }
                file.bytes(rows, bytes);
                file.endGroup(rows);
            }
        }
        int[] read = new int[given.length];
        read(path, (row, i) -> read[i] = row.getInt(1));
        assertThat(read).isEqualTo(given);
    }

    @Test
    void bounds_are_told_of_each_group_so_that_others_are_skipped()
            throws IOException, SQLException {
        int[][] groups = {{7, 3, 5}, {0x8000_0001, -1, 0x8000_0003}, {4, 4}};
        Path path = folder.resolve("bounded.parquet");
        try (ParquetFile file =
                new ParquetFile(new BlockFile(path, disk, false)).column("value", Type.UINT32)) {
            for (int[] group : groups) {
                byte[] bytes = new byte[4 * group.length];
                for (int i = 0; i < group.length; i++) {
                    ParquetPacking.INT.set(bytes, 4 * i, group[i]);
                }
                file.bounded(group.length, bytes);
                file.endGroup(group.length);
            }
        }
        assertThat(
                        asked(
                                "SELECT stats_min_value || ' to ' || stats_max_value FROM"
                                        + " parquet_metadata('"
                                        + path
                                        + "') ORDER BY row_group_id"))
                .containsExactly("3 to 7", "2147483649 to 4294967295", "4 to 4");
        assertThat(asked("SELECT value FROM '" + path + "' WHERE value BETWEEN 4 AND 5"))
                .containsExactlyInAnyOrder("5", "4", "4");
        assertThat(asked("SELECT value FROM '" + path + "' WHERE value > 2147483649"))
                .containsExactlyInAnyOrder("4294967295", "2147483651");
    }

    private static List<String> asked(String sql) throws SQLException {
        List<String> answers = new ArrayList<>();
        try (Connection db = DriverManager.getConnection("jdbc:duckdb:");
                Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            while (row.next()) {
                answers.add(row.getString(1));
            }
        }
        return answers;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 4_097})
    void strings_come_back(int longest) throws IOException, SQLException {
        Random random = new Random(longest);
        int rows = 5_000;
        byte[][] given = new byte[2 * rows][];
        Path path = folder.resolve("strings.parquet");
        try (ParquetFile file =
                new ParquetFile(new BlockFile(path, disk, false))
                        .column("constant", Type.INT32)
                        .column("value", Type.BYTES)) {
            for (int group = 0; group < 2; group++) {
                int[] lengths = new int[rows];
                byte[] all = new byte[rows * longest];
                int end = 0;
                for (int i = 0; i < rows; i++) {
                    byte[] value =
                            new byte
                                    [random.nextInt(4) == 0
                                            ? random.nextInt(longest + 1)
                                            : longest];
                    random.nextBytes(value);
                    given[group * rows + i] = value;
                    lengths[i] = value.length;
                    System.arraycopy(value, 0, all, end, value.length);
                    end += value.length;
                }
                file.constant(rows, group);
                file.strings(rows, lengths, all, end);
                file.endGroup(rows);
            }
        }
        read(
                path,
                (row, i) -> {
                    assertThat(row.getInt(1)).isEqualTo(i / rows);
                    assertThat(row.getBytes(2)).isEqualTo(given[i]);
                });
    }

    private interface Taker {
        void take(ResultSet row, int i) throws SQLException;
    }

    private static void read(Path path, Taker taker) throws SQLException {
        try (Connection db = DriverManager.getConnection("jdbc:duckdb:");
                Statement ask = db.createStatement()) {
            try (ResultSet row =
                    ask.executeQuery(
                            "SELECT * EXCLUDE (file_row_number) FROM read_parquet('"
                                    + path
                                    + "', file_row_number = true) ORDER BY file_row_number")) {
                for (int i = 0; row.next(); i++) {
                    taker.take(row, i);
                }
            }
        }
    }
}

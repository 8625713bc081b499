package teiten.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.net.Port;
import teiten.telescope.Distinct;
import teiten.telescope.PortImage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Minutes do not depend on how their images are read.
class MinuteQueriesTest {
    private static final List<String> PORTS = List.of("23/tcp", "2323/tcp", "5060/udp", "9/tcp");

    @TempDir Path folder;

    /// @param days 0: all packets within a minute
    private void captures(int packets, int days, int seed) throws IOException {
        for (int sensor = 0; sensor < 2; sensor++) {
            Path capture = folder.resolve(sensor + ".pcap");
            RollUpLawTest.write(capture, packets, days, seed + sensor);
            RollUpLawTest.read(folder.resolve("data"), capture, "s" + sensor);
        }
    }

    private interface Question<T> {
        T of(Connection db, Parts parts) throws SQLException;
    }

    private <T> T ask(Question<T> question) {
        try (Store store =
                Store.open(folder.resolve("data"), "test", 128 << 20, InstantSource.system())) {
            return store.read(db -> question.of(db, store.parts));
        }
    }

    @Test
    void minutes_are_the_same_however_many_are_read_at_once() throws IOException {
        // given three days of two sensors
        captures(4_000, 3, 0);
        for (int code : List.of(Imports.ALL_PORTS, Port.parse("23/tcp").code())) {
            List<Map<Instant, String>> answers = new ArrayList<>();
            for (long most : new long[] {Long.MAX_VALUE / 8, 1, 40, 1_000}) {
                answers.add(ask((db, parts) -> minutes(db, parts, code, most)));
            }
            assertThat(answers.getFirst()).hasSizeGreaterThan(10);
            assertThat(answers).containsOnly(answers.getFirst());
        }
    }

    @Test
    void minutes_are_the_same_wherever_their_images_lie() throws IOException {
        // given some minutes that two sensors saw, some with large images
        captures(400, 3, 0);
        captures(30_000, 0, 7);
        List<Integer> ports =
                ask((db, _) -> {
                    assertThat(lengths(db)).anyMatch(l -> l > 4_600).anyMatch(l -> l < 4_096);
                    return ports(db);
                });
        assertThat(ports).hasSizeGreaterThan(15);
        // and what is found by walking through all of each image
        List<String> truth = ask((db, _) -> truth(db, ports));
        assertThat(truth).hasSizeGreaterThan(100);

        // when they are read from the database
        List<String> stored = ask((db, parts) -> answers(db, parts, ports));
        assertThat(stored).containsExactlyInAnyOrderElementsOf(truth);

        // or from files by their index, from files without one, or from one of each
        List<PartWriter.Part> files = new ArrayList<>();
        for (int file = 0; file < 2; file++) {
            files.add(written(file));
        }
        for (int plain = 0; plain <= 2; plain++) {
            move(files, plain);
            List<String> read = ask((db, parts) -> answers(db, parts, ports));
            assertThat(read).as(plain + " files without index").isEqualTo(truth);
        }
    }

    private static List<Long> lengths(Connection db) throws SQLException {
        List<Long> lengths = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery("SELECT octet_length(image) FROM minute")) {
            while (row.next()) {
                lengths.add(row.getLong(1));
            }
        }
        return lengths;
    }

    /// Every second image, in a file with an index.
    private PartWriter.Part written(int rest) {
        return ask((db, parts) -> {
            try (PartWriter writer = new PartWriter(folder, "minutes" + rest, 1);
                    Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT minute, packets, image FROM minute_row ORDER BY ALL")) {
                for (int i = 0; row.next(); i++) {
                    byte[] image = row.getBytes(3);
                    if (i % 2 == rest) {
                        writer.minute(row.getInt(1), image, image.length, row.getLong(2));
                    }
                }
                return writer.finish().parts.getFirst();
            }
        });
    }

    /// Puts the files in the place of what the database holds.
    ///
    /// @param plain of how many the index is left out
    private void move(List<PartWriter.Part> files, int plain) {
        try (Store store =
                Store.open(folder.resolve("data"), "test", 128 << 20, InstantSource.system())) {
            store.write(db -> {
                try (Statement change = db.createStatement()) {
                    change.execute("DELETE FROM minute_row");
                    change.execute("DELETE FROM part WHERE kind = 'MINUTE'");
                    for (int i = 0; i < files.size(); i++) {
                        PartWriter.Part file = files.get(i);
                        Path place = store.parts.file("MINUTE", 1_000 + i);
                        byte[] bytes = Files.readAllBytes(file.file());
                        Files.write(place, i < plain ? withoutIndex(bytes) : bytes);
                        change.execute(
                                "INSERT INTO part VALUES (%d, 'MINUTE', 1, %d, %d, %d)"
                                        .formatted(
                                                1_000 + i, file.rows(), file.first(), file.last()));
                    }
                    store.parts.views(db);
                } catch (IOException fault) {
                    throw new UncheckedIOException(fault);
                }
                return 0;
            });
        }
    }

    /// Nobody knows the index for what it is.
    private static byte[] withoutIndex(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int at = file.length - 8;
        while (bytes.getLong(at) != ParquetFile.INDEX) {
            at--;
        }
        bytes.putLong(at, 0);
        return file;
    }

    private static List<Integer> ports(Connection db) throws SQLException {
        Set<Integer> ports = new TreeSet<>();
        each(
                db,
                (_, image) -> {
                    while (image.next()) {
                        ports.add(image.figures.port);
                    }
                });
        List<Integer> some = new ArrayList<>(ports.stream().filter(p -> p % 25 == 0).toList());
        PORTS.forEach(port -> some.add(Port.parse(port).code()));
        some.add(Imports.ALL_PORTS);
        return some;
    }

    private interface Look {
        void at(int minute, PortImage.Reader image);
    }

    private static void each(Connection db, Look look) throws SQLException {
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery("SELECT minute, image FROM minute")) {
            while (row.next()) {
                look.at(row.getInt(1), new PortImage.Reader(row.getBytes(2)));
            }
        }
    }

    private static final class Cell {
        Tally tally = Tally.ZERO;
        final Distinct sources = new Distinct();
    }

    /// The plain slow twin.
    private static List<String> truth(Connection db, List<Integer> ports) throws SQLException {
        Map<String, Cell> cells = new TreeMap<>();
        each(
                db,
                (minute, image) -> {
                    while (image.next()) {
                        for (int port : List.of(image.figures.port, Imports.ALL_PORTS)) {
                            if (!ports.contains(port)) {
                                continue;
                            }
                            Cell cell =
                                    cells.computeIfAbsent(
                                            port + " " + Coverage.minute(minute), _ -> new Cell());
                            cell.tally = cell.tally.plus(Rows.tally(image.figures));
                            cell.sources.merge(image.sources());
                        }
                    }
                });
        List<String> lines = new ArrayList<>();
        cells.forEach(
                (key, cell) -> lines.add(key + " " + cell.tally + " " + cell.sources.estimate()));
        return lines.stream().sorted().toList();
    }

    private static List<String> answers(Connection db, Parts parts, List<Integer> ports)
            throws SQLException {
        List<String> lines = new ArrayList<>();
        for (int port : ports) {
            minutes(db, parts, port, 20_000)
                    .forEach((minute, told) -> {
                        if (!told.startsWith(Tally.ZERO + " ")) {
                            lines.add(port + " " + minute + " " + told);
                        }
                    });
        }
        return lines.stream().sorted().toList();
    }

    private static Map<Instant, String> minutes(Connection db, Parts parts, int code, long most)
            throws SQLException {
        Map<Instant, String> told = new TreeMap<>();
        for (int day = 0; day < 3; day++) {
            Scope scope = RollUpLawTest.scope(24 * day, 24 * day + 24, Set.of(), Scanners.ALL);
            new MinuteQueries(db, parts, Coverage.read(db), scope, most)
                    .sums(code)
                    .forEach((minute, sum) ->
                            told.put(minute, sum.tally + " " + sum.sources.estimate()));
        }
        return told;
    }
}

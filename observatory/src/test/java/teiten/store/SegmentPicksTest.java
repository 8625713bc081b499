package teiten.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.capture.CaptureWriter;
import teiten.net.IpAddress;
import teiten.net.Port;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/// What is picked out of the files of segments is what the database itself finds in them.
class SegmentPicksTest {
    private static final Instant BEGIN = Instant.parse("2024-05-01T00:00:00Z");
    private static final int SOURCES = 20_000;

    /// What the picks fill.
    private static final String COLUMNS =
            "SELECT sensor, day, high, low, hash, port, packets, syn, backscatter, ttl_min, ttl_max"
                    + " FROM ";

    private static final Scope SCOPE = new Scope(BEGIN, BEGIN.plusSeconds(2 * 86_400), Set.of());

    @TempDir Path folder;
    private Path data;

    /// Many segments lie in files, the few of a second capture and those of IPv6 in tables.
    @BeforeEach
    void two_days_in_files_and_some_in_tables() throws IOException {
        data = folder.resolve("data");
        write("many.pcap", 300_000, 1);
        write("few.pcap", 2_000, 2);
    }

    private <T> T ask(Store.Work<T> question) {
        try (Store store = Store.open(data, "test", 256 << 20, InstantSource.system())) {
            return store.read(question);
        }
    }

    private interface Pick {
        String of(SegmentPicks picks) throws SQLException, IOException;
    }

    /// How many rows were picked, after they were found to be those that the database finds.
    private static long picked(Connection db, RollUps rolled, Pick pick, String where)
            throws SQLException, IOException {
        return picked(db, rolled, pick, where, COLUMNS);
    }

    private static long picked(
            Connection db, RollUps rolled, Pick pick, String where, String columns)
            throws SQLException, IOException {
        try (SegmentPicks picks =
                new SegmentPicks(
                        db,
                        rolled.parts.spool,
                        rolled.step(),
                        Objects.requireNonNull(rolled.scan(db)))) {
            String these = columns + pick.of(picks);
            String those = columns + "source " + where;
            String missing = "SELECT count(*) FROM (%s EXCEPT ALL %s)";
            assertThat(EventKeeper.count(db, missing.formatted(those, these))).isZero();
            assertThat(EventKeeper.count(db, missing.formatted(these, those))).isZero();
            return EventKeeper.count(db, "SELECT count(*) FROM (" + these + ")");
        }
    }

    @Test
    void picks_are_what_the_database_finds() {
        ask(db -> {
            RollUps rolled = rolled(db);
            int telnet = Port.parse("23/tcp").code();
            long all = 1L << 32;
            long half = all / 2;

            assertThat(picked(db, rolled, p -> p.port(telnet, all), "WHERE port = " + telnet))
                    .isGreaterThan(50_000);
            assertThat(
                            picked(
                                    db,
                                    rolled,
                                    p -> p.port(telnet, half),
                                    "WHERE port = " + telnet + " AND hash < " + half))
                    .isBetween(20_000L, 60_000L);
            for (long below : new long[] {half, all / 100, 1}) {
                picked(db, rolled, p -> p.hashes(below), "WHERE hash < " + below);
            }
            long rows = 0;
            for (int each = 0; each < 8; each++) {
                int day = (int) (BEGIN.getEpochSecond() / 86_400) + each % 2;
                long from = all / 4 * (each / 2);
                long below = all / 4 * (each / 2 + 1);
                rows +=
                        picked(
                                db,
                                rolled,
                                p -> p.day(day, from, below),
                                "WHERE day = "
                                        + day
                                        + " AND hash >= "
                                        + from
                                        + " AND hash < "
                                        + below,
                                "SELECT * FROM ");
            }
            assertThat(rows).isEqualTo(EventKeeper.count(db, "SELECT count(*) FROM source"));
            for (String some : List.of("true", "low % 50 = 3", "high <> 0", "false")) {
                try (Statement make = db.createStatement()) {
                    make.execute(
                            "CREATE OR REPLACE TEMP TABLE asked AS SELECT DISTINCT high, low FROM"
                                    + " source WHERE "
                                    + some);
                }
                picked(db, rolled, p -> p.sources("asked"), "SEMI JOIN asked USING (high, low)");
            }
            return 0;
        });
        assertThat(data.resolve("spool")).isEmptyDirectory();
    }

    private RollUps rolled(Connection db) throws SQLException {
        long day = BEGIN.getEpochSecond() / 86_400;
        return RollUps.of(db, Parts.of(data), Coverage.read(db), day, day + 2);
    }

    @Test
    void answers_do_not_depend_on_who_reads_the_segments() throws IOException {
        // given what is answered from picks
        List<String> picks = reports(false);

        // when the days are rolled up, or the files have no index that picks could go by
        List<String> rolledUp = reports(true);
        forgetRollUps();
        forgetIndexes();
        ask(db -> {
            assertThat(rolled(db).scan(db)).isNull();
            return 0;
        });

        // then the answers are the same
        assertThat(picks).anyMatch(answer -> answer.contains("sampled=true"));
        assertThat(rolledUp).isEqualTo(picks);
        assertThat(reports(false)).isEqualTo(picks);
        assertThat(reports(true)).isEqualTo(picks);
    }

    @Test
    void what_cannot_be_picked_because_nothing_can_be_written_is_read_all_the_same()
            throws IOException {
        List<String> picks = reports(false);
        Path spool = data.resolve("spool");
        List<String> reports =
                reports(() -> {
                    Files.delete(spool);
                    Files.writeString(spool, "no folder");
                });
        Files.delete(spool);
        assertThat(reports).isEqualTo(picks);
    }

    private interface Before {
        void happens() throws IOException;
    }

    private List<String> reports(Before before) throws IOException {
        try (Store store = Store.open(data, "test", 256 << 20, InstantSource.system())) {
            before.happens();
            return reports(store);
        }
    }

    private List<String> reports(boolean rollUp) {
        try (Store store = Store.open(data, "test", 256 << 20, InstantSource.system())) {
            if (rollUp) {
                new Readings(store).rolledUp();
            }
            return reports(store);
        }
    }

    /// Of busy and of rare ports, from small and from large samples.
    private static List<String> reports(Store store) {
        List<String> reports = new ArrayList<>();
        Readings readings = new Readings(store);
        for (String port : List.of("23/tcp", "80/tcp", "1007/tcp", "9/tcp")) {
            for (int most : List.of(20, 700, 5_000, 100_000)) {
                reports.add("" + readings.port(Port.parse(port), SCOPE, most));
            }
        }
        return reports;
    }

    private void forgetRollUps() {
        try (Store store = Store.open(data, "test", 256 << 20, InstantSource.system())) {
            store.write(db -> {
                try (Statement forget = db.createStatement()) {
                    return forget.executeUpdate(
                            "INSERT INTO rollup_dirty SELECT nextval('ids'), id, 0, 100000 FROM"
                                    + " sensor");
                }
            });
        }
    }

    /// Writes over the index's magic.
    private void forgetIndexes() throws IOException {
        try (var files = Files.newDirectoryStream(data.resolve("parts"), "SEGMENT-*")) {
            for (Path path : files) {
                try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                    file.seek(file.length() - 8);
                    int footer = Integer.reverseBytes(file.readInt());
                    file.seek(file.length() - 8 - footer - 8);
                    file.writeLong(0);
                }
            }
        }
    }

    private void write(String name, int packets, int seed) throws IOException {
        Random random = new Random(seed);
        Path capture = folder.resolve(name);
        try (CaptureWriter out = CaptureWriter.create(capture, true, 101)) {
            for (int i = 0; i < packets; i++) {
                long second = BEGIN.getEpochSecond() + 2L * 86_400 * i / packets;
                int n = (int) (SOURCES * Math.pow(random.nextDouble(), 2));
                int port = random.nextInt(3) > 0 ? List.of(23, 80).get(n % 2) : n % 3_000;
                byte[] packet = n % 9 == 8 ? six(random, n, port) : four(random, n, port);
                out.packet(second * 1_000_000_000L, packet, 0, packet.length, packet.length);
            }
        }
        RollUpLawTest.read(data, capture, "s");
    }

    private static byte[] four(Random random, int n, int port) {
        ByteBuffer packet = ByteBuffer.allocate(40);
        packet.putInt(0x4500_0028)
                .putInt(random.nextInt() << 16)
                .putInt((40 + n % 90) << 24 | 6 << 16);
        packet.putInt(0x6440_0000 + n * 77).putInt(0xC612_0000 | random.nextInt(9_000));
        return syn(packet, random, port);
    }

    private static byte[] six(Random random, int n, int port) {
        IpAddress source = IpAddress.parse("2001:db8::" + Integer.toHexString(n));
        ByteBuffer packet = ByteBuffer.allocate(60).putInt(0x6000_0000).putShort((short) 20);
        packet.put((byte) 6).put((byte) (40 + n % 5)).putLong(source.high()).putLong(source.low());
        packet.putLong(0x2001_0DB8_0001_0000L).putLong(random.nextInt(9_000));
        return syn(packet, random, port);
    }

    private static byte[] syn(ByteBuffer packet, Random random, int port) {
        boolean answer = random.nextInt(8) == 0;
        packet.putShort((short) 4_321).putShort((short) port).putInt(random.nextInt()).putInt(0);
        packet.putInt(answer ? 0x5012_0400 : 0x5002_0400);
        return packet.array();
    }
}

package teiten.store;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.ZoneOffset.UTC;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.capture.CaptureWriter;
import teiten.cli.Cli;
import teiten.house.Beside;
import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.store.Readings.PortReport;
import teiten.store.Readings.SourceReport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/// Days that are rolled up are answered as they were from their segments, to the last figure.
@Beside
class RollUpLawTest {
    private static final Instant BEGIN = Instant.parse("2024-05-01T00:00:00Z");
    private static final int DAYS = 3;

    @TempDir Path folder;
    private Path data;

    /// What every test begins with, once it was made.
    @TempDir static Path begin;

    @BeforeEach
    void two_sensors_of_three_days() throws IOException {
        data = folder.resolve("data");
        if (!begun(begin, folder)) {
            make();
            copy(folder, begin);
        }
    }

    /// @return false when nothing is there yet to begin with
    static boolean begun(Path begin, Path folder) throws IOException {
        boolean there = Files.exists(begin.resolve("data"));
        if (there) {
            copy(begin, folder);
        }
        return there;
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path twin = to.resolve(from.relativize(path));
                if (Files.isDirectory(path)) {
                    Files.createDirectories(twin);
                } else {
                    Files.copy(path, twin);
                }
            }
        }
    }

    private void make() throws IOException {
        for (int sensor = 0; sensor < 2; sensor++) {
            Path capture = folder.resolve(sensor + ".pcap");
            write(capture, 4_000, DAYS, sensor);
            read(capture, "s" + sensor);
        }
        ask(store ->
                store.write(db -> {
                    try (Statement insert = db.createStatement()) {
                        for (int known = 0; known < 5; known++) {
                            IpAddress source = source(known * 7);
                            insert.execute(
                                    "INSERT INTO listed_source VALUES (1, "
                                            + source.high()
                                            + ", "
                                            + source.low()
                                            + ", 'x')");
                        }
                    }
                    return 0;
                }));
    }

    private interface Question<T> {
        T of(Store store);
    }

    private <T> T ask(Question<T> question) {
        try (Store store = Store.open(data, "test", 128 << 20, InstantSource.system())) {
            return question.of(store);
        }
    }

    private void read(Path capture, String sensor) {
        read(data, capture, sensor);
    }

    static void read(Path data, Path capture, String sensor) {
        Cli run =
                Cli.run(
                        "import",
                        "--quiet",
                        "--sensor",
                        sensor,
                        "--addresses",
                        "198.18.0.0/16",
                        "--data",
                        data,
                        capture);
        assertThat(run.status()).as(run.err()).isZero();
    }

    /// Everything that is answered from single sources, over whole and partial spans, of one and of both sensors, with and
    /// without known investigators.
    private static List<String> answers(Store store) {
        Readings readings = new Readings(store);
        List<String> answers = new ArrayList<>();
        for (Scope scope :
                List.of(
                        scope(0, 24, Set.of(), Scanners.ALL),
                        scope(0, 72, Set.of(), Scanners.ALL),
                        scope(0, 72, Set.of(), Scanners.WITHOUT),
                        scope(30, 50, Set.of("s1"), Scanners.ALL),
                        scope(20, 50, Set.of("s1"), Scanners.ONLY))) {
            for (int limit : List.of(1, 10, 100_000)) {
                readings.topSources(scope, limit).forEach(a -> answers.add("" + a));
            }
            readings.topMarks(scope).forEach(a -> answers.add("" + a));
            readings.topPorts(scope, 0).forEach(a -> answers.add("" + a));
            answers.add("" + readings.series(Port.parse("23/tcp"), scope, Step.DAY, UTC));
            answers.add("" + readings.series(null, scope, Step.DAY, UTC));
            answers.add("" + readings.scanners().seen(scope));
            for (String port : List.of("23/tcp", "1007/tcp")) {
                answers.add("" + readings.port(Port.parse(port), scope));
                answers.add("" + readings.port(Port.parse(port), scope, 20));
            }
            for (int n : List.of(0, 3, 6)) {
                answers.add("" + readings.source(source(n), scope, 0));
            }
        }
        return answers;
    }

    static Scope scope(int from, int to, Set<String> sensors, Scanners scanners) {
        return new Scope(
                BEGIN.plusSeconds(3_600L * from),
                BEGIN.plusSeconds(3_600L * to),
                sensors,
                scanners);
    }

    @Test
    void rolled_up_days_answer_as_their_segments_do() {
        // given what the segments say
        List<String> segments = ask(RollUpLawTest::answers);

        // when the days are rolled up
        ask(store -> new Readings(store).rolledUp());

        // then nothing differs, and the files were read for it
        assertThat(ask(RollUpLawTest::answers)).isEqualTo(segments);
        assertThat(rolledUp()).isEqualTo(2 * DAYS);
        assertThat(files("pair")).isEqualTo(2 * DAYS);
    }

    @Test
    void days_that_wait_between_others_are_answered_from_their_segments() {
        List<String> segments = ask(RollUpLawTest::answers);
        ask(store -> new Readings(store).rolledUp());
        long first = BEGIN.getEpochSecond() / 86_400;

        // when of one sensor the first and the last day wait, and of the other two in a row
        ask(store ->
                store.write(db -> {
                    try (Statement wait = db.createStatement()) {
                        return wait.execute(
                                "INSERT INTO rollup_dirty SELECT nextval('ids'), id, "
                                        + first
                                        + " + n, "
                                        + first
                                        + " + n FROM sensor JOIN (VALUES ('s0', 0), ('s0', 2),"
                                        + " ('s1', 2), ('s1', 1)) waits(name, n) USING (name)");
                    }
                }));

        assertThat(rolledUp()).isEqualTo(2 * DAYS - 4);
        assertThat(ask(RollUpLawTest::answers)).isEqualTo(segments);
    }

    @Test
    void the_first_ports_are_those_of_the_whole_list() {
        for (Scanners scanners : Scanners.values()) {
            Scope scope = scope(0, 72, Set.of(), scanners);
            List<Readings.PortLine> all = ask(store -> new Readings(store).topPorts(scope, 0));
            assertThat(all).hasSizeGreaterThan(scanners == Scanners.ONLY ? 3 : 100);
            for (int limit : List.of(1, 3, 1_000)) {
                List<Readings.PortLine> some =
                        ask(store -> new Readings(store).topPorts(scope, limit));
                assertThat(some).isEqualTo(all.subList(0, Math.min(limit, all.size())));
            }
        }
    }

    @Test
    void a_source_of_many_ports_tells_as_many_as_are_asked_for_and_how_many_there_are() {
        // given
        Scope scope = scope(0, 72, Set.of(), Scanners.ALL);
        SourceReport all = ask(store -> new Readings(store).source(source(3), scope, 0));
        assertThat(all.ports()).hasSizeGreaterThan(1).hasSize(all.allPorts());

        // when
        SourceReport one = ask(store -> new Readings(store).source(source(3), scope, 1));

        // then
        assertThat(one.ports()).isEqualTo(all.ports().subList(0, 1));
        assertThat(one.allPorts()).isEqualTo(all.allPorts());
        assertThat(one.accessedPorts()).isEqualTo(all.accessedPorts());
        assertThat(one.tally()).isEqualTo(all.tally());
        assertThat(one.targets()).isEqualTo(all.targets());
        assertThat(one.days()).isEqualTo(all.days());
    }

    @Test
    void what_sensors_looked_at_is_kept_until_something_is_stored() {
        ask(store -> {
            // given an end that was asked for
            Readings readings = new Readings(store);
            Instant before = end(readings, "s1");
            assertThat(end(readings, "s1")).isEqualTo(before);

            // when a later minute is stored
            long minute = before.getEpochSecond() / 60 + 3;
            store.write(db -> {
                try (Statement insert = db.createStatement()) {
                    return insert.executeUpdate(
                            "INSERT INTO pulse VALUES (%d, %d, 7)"
                                    .formatted(sensor(store, "s1"), minute));
                }
            });

            // then the end is that minute's, and that of the other sensor is not
            assertThat(end(readings, "s1")).isEqualTo(before.plusSeconds(240));
            assertThat(end(readings, "s0")).isBefore(before.plusSeconds(240));
            return 0;
        });
    }

    private static Instant end(Readings readings, String sensor) {
        return Objects.requireNonNull(readings.span(Set.of(sensor))).to();
    }

    @Test
    void a_later_import_into_a_rolled_up_day_is_seen_at_once() throws IOException {
        // given rolled-up days, into one of which more is imported
        ask(store -> new Readings(store).rolledUp());
        Path more = folder.resolve("more.pcap");
        write(more, 500, 1, 9);
        read(more, "s1");

        // when it is asked before that day is rolled up anew, and after
        List<String> before = ask(RollUpLawTest::answers);
        assertThat(rolledUp()).isEqualTo(2 * DAYS - 1);
        ask(store -> new Readings(store).rolledUp());
        List<String> after = ask(RollUpLawTest::answers);
        assertThat(rolledUp()).isEqualTo(2 * DAYS);

        // then both are what a store without roll-ups says
        ask(store ->
                store.write(db -> {
                    try (Statement forget = db.createStatement()) {
                        forget.execute(
                                "INSERT INTO rollup_dirty SELECT nextval('ids'), id, 0, 100000 FROM"
                                        + " sensor");
                    }
                    return 0;
                }));
        assertThat(rolledUp()).isZero();
        List<String> segments = ask(RollUpLawTest::answers);
        assertThat(before).isEqualTo(segments);
        assertThat(after).isEqualTo(segments);
    }

    @Test
    void reading_the_same_capture_again_leaves_the_roll_ups() {
        ask(store -> new Readings(store).rolledUp());
        read(folder.resolve("1.pcap"), "s1");
        assertThat(rolledUp()).isEqualTo(2 * DAYS);
    }

    @Test
    void a_crash_before_the_files_are_named_leaves_the_segments_to_answer() throws IOException {
        // given files that were written, and others that were already renamed, when the process was
        // killed
        List<String> segments = ask(RollUpLawTest::answers);
        Files.writeString(data.resolve("spool/pair-0-900.parquet"), "half");
        for (String name : List.of("pair-0-901", "origin-901", "port-901", "mark-901")) {
            Files.writeString(data.resolve("parts/" + name + ".parquet"), "whole");
        }

        // when the store is opened again, then nobody reads them, and the days are rolled up as
        // ever
        assertThat(ask(RollUpLawTest::answers)).isEqualTo(segments);
        assertThat(data.resolve("spool/pair-0-900.parquet")).doesNotExist();
        assertThat(files("pair")).isZero();
        ask(store -> new Readings(store).rolledUp());
        assertThat(ask(RollUpLawTest::answers)).isEqualTo(segments);
    }

    @Test
    void a_day_whose_sources_are_kept_no_longer_is_rolled_up_no_longer() {
        ask(store -> new Readings(store).rolledUp());
        retain(1, 1, Duration.ofDays(2));
        List<String> segments = ask(RollUpLawTest::answers);
        ask(store -> new Readings(store).rolledUp());
        assertThat(ask(RollUpLawTest::answers)).isEqualTo(segments);
        assertThat(rolledUp()).isEqualTo(2 * DAYS - 1);
    }

    @Test
    void what_is_kept_no_longer_is_said_to_be_so_and_never_told_as_silence() {
        // given that only a day is kept, of captures that were stored two days ago
        Scope before = scope(0, 2, Set.of("s1"), Scanners.ALL);
        Scope after = scope(50, 52, Set.of("s1"), Scanners.ALL);
        retain(1, 1, Duration.ofDays(2));

        // then answers about the days before say that single sources are missing
        Instant kept = BEGIN.plusSeconds(86_400L * (DAYS - 2));
        assertThat(ask(store -> new Readings(store).counted(before)).sourcesFrom()).isEqualTo(kept);
        assertThat(ask(store -> new Readings(store).counted(after)).sourcesFrom()).isNull();

        // and their minutes are told by hour
        for (Scope scope : List.of(before, after)) {
            Readings.Series minutes =
                    ask(store -> new Readings(store).series(null, scope, Step.MINUTE, UTC));
            assertThat(minutes.step()).isEqualTo(scope == before ? Step.HOUR : Step.MINUTE);
            assertThat(minutes.buckets().getFirst().tally().packets()).isPositive();
        }
    }

    @Test
    void an_old_capture_that_was_stored_just_now_is_kept() {
        List<String> all = ask(RollUpLawTest::answers);
        write("late.pcap", 400);
        retain(DAYS, DAYS, Duration.ZERO);
        Scope scope = scope(0, 72, Set.of("s1"), Scanners.ALL);
        assertThat(ask(store -> new Readings(store).counted(scope)).sourcesFrom()).isNull();
        assertThat(ask(RollUpLawTest::answers)).isEqualTo(all);
    }

    /// A packet of the same sensor, days later.
    private void write(String name, int days) {
        Path capture = folder.resolve(name);
        try (CaptureWriter out = CaptureWriter.create(capture, true, 101)) {
            ByteBuffer packet =
                    ByteBuffer.allocate(40)
                            .putInt(0x4500_0028)
                            .putInt(0)
                            .putInt(0x4006_0000)
                            .putInt(0x6440_0001)
                            .putInt(0xC612_0001)
                            .putInt(4_321 << 16 | 23)
                            .putLong(1)
                            .putInt(0x5002_0000)
                            .putInt(0);
            long second = BEGIN.getEpochSecond() + 86_400L * days;
            out.packet(second * 1_000_000_000L, packet.array(), 0, 40, 40);
        } catch (IOException fault) {
            throw new IllegalStateException(fault);
        }
        read(capture, "s1");
    }

    /// @param later how long after the captures were stored
    private void retain(int minutesDays, int sourcesDays, Duration later) {
        try (Store store =
                Store.open(
                        data,
                        "test",
                        128 << 20,
                        InstantSource.offset(InstantSource.system(), later))) {
            new Imports(store).retain(sensor(store, "s1"), minutesDays, sourcesDays);
        }
    }

    @Test
    void a_sample_is_a_part_of_all_sources_and_says_so() {
        // given a port with more sources than are looked at
        Scope scope = new Scope(BEGIN, BEGIN.plusSeconds(86_400L * DAYS), Set.of());
        PortReport all =
                ask(store -> new Readings(store).rolledUp().port(Port.parse("23/tcp"), scope));
        PortReport some = ask(store -> new Readings(store).port(Port.parse("23/tcp"), scope, 30));

        // then as many as asked are looked at, and the figures of the port itself are those of all
        assertThat(all.sampled()).isFalse();
        assertThat(all.sourcesWithTable()).isGreaterThan(30);
        assertThat(some.sampled()).isTrue();
        assertThat(some.sourcesWithTable()).isEqualTo(30);
        assertThat(some.sources()).isEqualTo(all.sources());
        assertThat(some.tally()).isEqualTo(all.tally());
        assertThat(some.overlaps()).allMatch(overlap -> overlap.sources() <= 30);
    }

    @Test
    void a_sample_is_the_same_whatever_number_of_sources_was_expected() {
        Scope scope = new Scope(BEGIN, BEGIN.plusSeconds(86_400L * DAYS), Set.of());
        for (boolean rolled : List.of(false, true)) {
            ask(store -> {
                if (rolled) {
                    new Readings(store).rolledUp();
                }
                return store.read(db -> {
                    Coverage coverage = Coverage.read(db);
                    SourceQueries queries = new SourceQueries(db, store.parts, coverage, scope);
                    Set<String> answers = new HashSet<>();
                    for (double expected : new double[] {0, 1, 40, 60, 1_000, 1e12}) {
                        try (PortSources some =
                                queries.accessing(Port.parse("23/tcp"), expected, 20)) {
                            assertThat(some.sampled).isTrue();
                            assertThat(some.count).isEqualTo(20);
                            answers.add(some.osShares() + " " + some.overlaps(30));
                        }
                    }
                    assertThat(answers).hasSize(1);
                    return 0;
                });
            });
        }
    }

    @Test
    void the_busiest_source_is_found_among_few_as_among_many() throws IOException {
        // given many sources in seven blocks of addresses, and one source in an eighth that did
        // more than any but less than
        // these blocks
        Path capture = folder.resolve("blocks.pcap");
        byte[] syn = new byte[40];
        ByteBuffer packet = ByteBuffer.wrap(syn);
        packet.putInt(0x4500_0028).putInt(1 << 16).putInt(64 << 24 | 6 << 16);
        packet.putInt(16, 0xC612_0001).putInt(20, 4_321 << 16 | 23).putInt(32, 0x5002_0400);
        try (CaptureWriter out = CaptureWriter.create(capture, true, 101)) {
            for (int n = 0; n < 2_900; n++) {
                int source = n < 2_800 ? 0x6440_0000 | n % 7 << 16 | n / 7 % 40 : 0x6449_0909;
                packet.putInt(12, source);
                out.packet(BEGIN.toEpochMilli() * 1_000_000L + n, syn, 0, 40, 40);
            }
        }
        data = folder.resolve("blocks");
        read(capture, "s");
        Scope scope = scope(0, 24, Set.of(), Scanners.ALL);

        // when one source, or a few, are asked for
        List<Readings.SourceLine> all = ask(store -> new Readings(store).topSources(scope, 0));
        for (int limit : List.of(1, 2, 30, 281, 1_000)) {
            // then they are the first of all
            List<Readings.SourceLine> some =
                    ask(store -> new Readings(store).topSources(scope, limit));
            assertThat(some).isEqualTo(all.subList(0, Math.min(limit, all.size())));
        }
        assertThat(all).hasSize(281);
        assertThat(all.getFirst().source()).isEqualTo(IpAddress.parse("100.73.9.9"));
        assertThat(all.getFirst().tally().packets()).isEqualTo(100);
    }

    @Test
    void a_source_has_the_same_hash_here_and_in_the_database() {
        ask(store ->
                store.read(db -> {
                    Coverage coverage = Coverage.read(db);
                    RollUps rollUps = RollUps.of(db, store.parts, coverage, 0, 1);
                    for (int n = 0; n < 70; n++) {
                        IpAddress source = source(n);
                        assertThat(rollUps.hash(source))
                                .isEqualTo(
                                        EventKeeper.count(
                                                db,
                                                "SELECT source_hash("
                                                        + source.high()
                                                        + "::BIGINT, "
                                                        + source.low()
                                                        + "::BIGINT)"));
                    }
                    return 0;
                }));
    }

    /// Sensor days that are answered from roll-ups.
    private int rolledUp() {
        return ask(store ->
                store.read(db ->
                        RollUps.of(db, store.parts, Coverage.read(db), 0, 1 << 20).ids.size()));
    }

    private static int sensor(Store store, String name) {
        return store.read(db ->
                (int) EventKeeper.count(db, "SELECT id FROM sensor WHERE name = '" + name + "'"));
    }

    private long files(String kind) {
        try (var files = Files.list(data.resolve("parts"))) {
            return files.filter(f -> f.getFileName().toString().startsWith(kind)).count();
        } catch (IOException fault) {
            throw new IllegalStateException(fault);
        }
    }

    /// Every seventh source but the first speaks IPv6.
    static IpAddress source(int n) {
        return n % 7 == 6
                ? IpAddress.parse("2001:db8::" + Integer.toHexString(n * 37))
                : IpAddress.parse("100.64." + n % 3 + "." + n);
    }

    static void write(Path file, int packets, int days, int seed) throws IOException {
        Random random = new Random(seed);
        try (CaptureWriter out = CaptureWriter.create(file, true, 101)) {
            for (int i = 0; i < packets; i++) {
                long second =
                        BEGIN.getEpochSecond() + 86_400L * days * i / packets + random.nextInt(20);
                int n = (int) (70 * Math.pow(random.nextDouble(), 2));
                IpAddress source = source(n);
                boolean six = n % 7 == 6;
                boolean udp = random.nextInt(9) == 0;
                int port =
                        udp
                                ? 5_060
                                : n == 3
                                        ? 1_000 + random.nextInt(300)
                                        : List.of(23, 2_323, 80, 1_007).get(random.nextInt(4));
                int target = 0xC612_0000 | random.nextInt(3_000);
                ByteBuffer packet = ByteBuffer.allocate(udp ? six ? 48 : 28 : six ? 60 : 40);
                if (six) {
                    packet.putInt(0x6000_0000)
                            .putShort((short) (udp ? 8 : 20))
                            .put((byte) (udp ? 17 : 6))
                            .put((byte) (40 + n % 5))
                            .putLong(source.high())
                            .putLong(source.low())
                            .putLong(0x2001_0DB8_0001_0000L)
                            .putLong(target);
                } else {
                    packet.putInt(0x4500_0000 | packet.capacity())
                            .putInt(random.nextInt(3) == 0 ? 54_321 << 16 : 0x1234_0000)
                            .putInt((40 + n % 90) << 24 | (udp ? 17 : 6) << 16)
                            .putInt((int) source.low())
                            .putInt(target);
                }
                packet.putShort((short) 4_321).putShort((short) port);
                if (udp) {
                    packet.putShort((short) 8).putShort((short) 0);
                } else {
                    boolean answer = random.nextInt(8) == 0;
                    packet.putInt(n % 2 == 0 ? target : random.nextInt())
                            .putInt(0)
                            .putInt(answer ? 0x5012_0400 : 0x5002_0400)
                            .putInt(0);
                }
                byte[] bytes = packet.array();
                out.packet(second * 1_000_000_000L, bytes, 0, bytes.length, bytes.length);
            }
        }
    }
}

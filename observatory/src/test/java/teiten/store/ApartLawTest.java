package teiten.store;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.ZoneOffset.UTC;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.house.Beside;
import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.net.Prefix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// What was added up without known investigators is what their single sources add up to, to the last figure, whatever
/// changed in between.
@Beside
class ApartLawTest {
    private static final Instant BEGIN = Instant.parse("2024-05-01T00:00:00Z");
    private static final int DAYS = 3;

    @TempDir Path folder;
    private Path data;

    /// Of which [#answers] are compared: a part of days, investigators alone. One test compares all.
    private List<Scope> asked = List.of(scopes().get(1), scopes().get(5));

    /// What every test begins with, once it was made.
    @TempDir static Path begin;

    /// Seventy sources send to two sensors for three days; some are in a list, and others were hitters of one sensor and a
    /// random time.
    @BeforeEach
    void two_sensors_lists_and_hitters() throws IOException {
        data = folder.resolve("data");
        if (!RollUpLawTest.begun(begin, folder)) {
            make();
            RollUpLawTest.copy(folder, begin);
        }
    }

    private void make() throws IOException {
        for (int sensor = 0; sensor < 2; sensor++) {
            Path capture = folder.resolve(sensor + ".pcap");
            RollUpLawTest.write(capture, 4_000, DAYS, sensor);
            read(capture, "s" + sensor);
        }
        ask(store -> {
            list(store, "first", 0, 7, 14, 6);
            return 0;
        });
        Random random = new Random(7);
        for (int n = 20; n < 32; n++) {
            long first = BEGIN.getEpochSecond() + random.nextInt(DAYS * 86_400);
            hitter("s" + random.nextInt(2), n, first, first + random.nextInt(40_000), n % 4 == 0);
        }
    }

    private interface Question<T> {
        T of(Store store);
    }

    private <T> T ask(Question<T> question) {
        return ask(InstantSource.system(), question);
    }

    private <T> T ask(InstantSource clock, Question<T> question) {
        try (Store store = Store.open(data, "test", 128 << 20, clock)) {
            return question.of(store);
        }
    }

    private void read(Path capture, String sensor) {
        RollUpLawTest.read(data, capture, sensor);
    }

    private static void list(Store store, String name, int... sources) {
        List<ScannerReadings.Entry> entries = new ArrayList<>();
        for (int n : sources) {
            IpAddress source = RollUpLawTest.source(n);
            entries.add(
                    new ScannerReadings.Entry(
                            new Prefix(source, source.isV4() ? 32 : 128), "source " + n));
        }
        List<String> hitters = hitters(store);
        new Readings(store).scanners().add(name, "cidr", "1", "test", "", entries);
        // Loading a list works out hitters, of whom so short a capture has none.
        hitters.forEach(row -> insert(store, row));
    }

    private static List<String> hitters(Store store) {
        return store.read(db -> {
            List<String> rows = new ArrayList<>();
            try (Statement ask = db.createStatement();
                    var row = ask.executeQuery("SELECT * FROM hitter")) {
                while (row.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= 11; i++) {
                        values.add(row.getString(i));
                    }
                    rows.add(String.join(", ", values));
                }
            }
            return rows;
        });
    }

    private static void insert(Store store, String row) {
        store.write(db -> {
            try (Statement insert = db.createStatement()) {
                insert.execute("DELETE FROM hitter WHERE " + same(row));
                return insert.execute("INSERT INTO hitter VALUES (" + row + ")");
            }
        });
    }

    private static String same(String row) {
        String[] values = row.split(", ");
        return "sensor = " + values[0] + " AND low = " + values[2] + " AND high = " + values[1];
    }

    private void hitter(String sensor, int n, long first, long last, boolean infected) {
        IpAddress source = RollUpLawTest.source(n);
        ask(store -> {
            int id =
                    store.read(db ->
                            (int)
                                    EventKeeper.count(
                                            db,
                                            "SELECT id FROM sensor WHERE name = '" + sensor + "'"));
            insert(
                    store,
                    id
                            + ", "
                            + source.high()
                            + ", "
                            + source.low()
                            + ", 23, "
                            + first
                            + ", "
                            + last
                            + ", 100, "
                            + (infected ? 50 : 0)
                            + ", 7000, 0.01, 65536");
            return 0;
        });
    }

    /// Days alone and together, of both sensors and of one, with a different set of investigators each.
    private static List<Scope> scopes() {
        return List.of(
                scope(0, 24, Set.of(), Scanners.WITHOUT),
                scope(20, 60, Set.of(), Scanners.WITHOUT),
                scope(24, 48, Set.of("s1"), Scanners.WITHOUT),
                scope(0, 72, Set.of("s1"), Scanners.WITHOUT),
                scope(0, 24, Set.of("s0"), Scanners.ONLY),
                scope(0, 72, Set.of(), Scanners.ONLY));
    }

    private static Scope scope(int from, int to, Set<String> sensors, Scanners scanners) {
        return new Scope(
                BEGIN.plusSeconds(3_600L * from),
                BEGIN.plusSeconds(3_600L * to),
                sensors,
                scanners);
    }

    private List<String> answers(Store store) {
        Readings readings = new Readings(store);
        List<String> answers = new ArrayList<>();
        for (Scope scope : asked) {
            for (int limit : List.of(0, 10)) {
                readings.topPorts(scope, limit).forEach(a -> answers.add("" + a));
            }
            readings.topSources(scope, 10).forEach(a -> answers.add("" + a));
            answers.add("" + readings.series(null, scope, Step.DAY, UTC));
            answers.add("" + readings.scanners().seen(scope));
            answers.add("" + readings.series(Port.parse("1007/tcp"), scope, Step.DAY, UTC));
            answers.add("" + readings.port(Port.parse("23/tcp"), scope, 20));
        }
        return answers;
    }

    /// What single sources say, whatever is added up.
    private List<String> single() {
        return ask(store -> {
            store.write(db -> {
                try (Statement hide = db.createStatement()) {
                    hide.execute("ALTER TABLE rollup_apart RENAME TO hidden");
                    return hide.execute("CREATE TABLE rollup_apart AS FROM hidden LIMIT 0");
                }
            });
            List<String> answers = answers(store);
            store.write(db -> {
                try (Statement show = db.createStatement()) {
                    show.execute("DROP TABLE rollup_apart");
                    return show.execute("ALTER TABLE hidden RENAME TO rollup_apart");
                }
            });
            return answers;
        });
    }

    /// How many of the scopes are answered from what is added up.
    private long ready() {
        return ask(store -> scopes().stream().filter(scope -> ready(store, scope)).count());
    }

    private static boolean ready(Store store, Scope scope) {
        return store.read(db -> {
            Coverage coverage = store.coverage(db, scope.sensors());
            Scope days = ScannedPorts.toDays(scope);
            RollUps rolled =
                    RollUps.of(
                            db,
                            store.parts,
                            coverage,
                            days.from().getEpochSecond() / 86_400,
                            days.to().getEpochSecond() / 86_400);
            return rolled.whole() && ApartRows.of(db, store.parts, coverage, days, rolled) != null;
        });
    }

    private void caughtUp() {
        ask(store -> new Readings(store).rolledUp());
        assertThat(ready()).isEqualTo(scopes().size());
        assertThat(ask(this::answers)).isEqualTo(single());
        assertThat(files("apart"))
                .isEqualTo(files("known"))
                .isEqualTo(files("busiest"))
                .isEqualTo(files("port"));
    }

    private long files(String kind) {
        try (var files = Files.list(data.resolve("parts"))) {
            return files.filter(f -> f.getFileName().toString().startsWith(kind + "-")).count();
        } catch (IOException fault) {
            throw new IllegalStateException(fault);
        }
    }

    @Test
    void what_is_added_up_is_what_segments_and_single_sources_say() {
        asked = scopes();

        // given what the segments say, of sets of investigators that differ
        List<String> segments = ask(this::answers);
        assertThat(ready()).isZero();

        // when days are rolled up and investigators told apart, then nothing differs
        caughtUp();
        assertThat(ask(this::answers)).isEqualTo(segments);
    }

    @Test
    void a_list_that_is_loaded_replaced_and_forgotten_counts_at_once() {
        caughtUp();

        // when a list is loaded, its sources are left out before the sums know of it
        ask(store -> {
            list(store, "second", 3, 13, 35);
            return 0;
        });
        assertThat(ready()).isZero();
        assertThat(ask(this::answers)).isEqualTo(single());
        caughtUp();

        // and when it is replaced by one that shares a source with it, and forgotten
        ask(store -> {
            list(store, "second", 13, 40);
            return 0;
        });
        assertThat(ask(this::answers)).isEqualTo(single());
        caughtUp();
        ask(store -> {
            new Readings(store).scanners().remove("second");
            return 0;
        });
        assertThat(ready()).isEqualTo(scopes().size());
        assertThat(ask(this::answers)).isEqualTo(single());
        caughtUp();

        // then nobody is left of it, and its sources may come back
        assertThat(investigators()).isEqualTo(4 + 9);
        ask(store -> {
            list(store, "third", 3, 13);
            return 0;
        });
        assertThat(ask(this::answers)).isEqualTo(single());
        caughtUp();
    }

    private long investigators() {
        return ask(store ->
                store.read(db -> EventKeeper.count(db, "SELECT count(*) FROM investigator")));
    }

    @Test
    void a_hitter_of_another_day_is_no_investigator_of_this_one() {
        caughtUp();
        long day = BEGIN.getEpochSecond() + 2 * 86_400;
        hitter("s1", 1, day, day + 80_000, false);

        // Days before it, and the other sensor, are answered from their sums at once: only the
        // three
        // spans of this or both sensors that reach into that day are not.
        assertThat(ready()).isEqualTo(scopes().size() - 3);
        assertThat(ask(this::answers)).isEqualTo(single());
        caughtUp();
    }

    @Test
    void an_investigator_who_was_never_seen_leaves_the_files() {
        caughtUp();
        List<Path> before = names();
        hitter("s1", 300, BEGIN.getEpochSecond(), BEGIN.getEpochSecond() + 9, false);
        caughtUp();
        assertThat(names()).isEqualTo(before);
    }

    private List<Path> names() {
        try (var files = Files.list(data.resolve("parts"))) {
            return files.sorted().toList();
        } catch (IOException fault) {
            throw new IllegalStateException(fault);
        }
    }

    @Test
    void a_capture_that_grew_and_one_more_are_seen_at_once() throws IOException {
        caughtUp();
        Path more = folder.resolve("more.pcap");
        RollUpLawTest.write(more, 900, 2, 9);
        byte[] whole = Files.readAllBytes(more);
        Path growing = folder.resolve("growing.pcap");
        Files.write(growing, Arrays.copyOf(whole, half(whole)));
        read(growing, "s1");
        assertThat(ready()).isPositive();
        assertThat(ask(this::answers)).isEqualTo(single());
        caughtUp();
        Files.write(growing, whole);
        read(growing, "s1");
        assertThat(ask(this::answers)).isEqualTo(single());
        caughtUp();
        read(growing, "s1");
        assertThat(ready()).isEqualTo(scopes().size());
    }

    /// Where a packet ends, about in the middle of a capture.
    private static int half(byte[] pcap) {
        ByteBuffer bytes = ByteBuffer.wrap(pcap).order(ByteOrder.LITTLE_ENDIAN);
        int at = 24;
        while (at < pcap.length / 2) {
            at += 16 + bytes.getInt(at + 8);
        }
        return at;
    }

    @Test
    void days_that_are_kept_no_longer_take_their_sums_with_them() {
        caughtUp();
        ask(
                InstantSource.offset(InstantSource.system(), Duration.ofDays(2)),
                store -> {
                    int id =
                            store.read(db ->
                                    (int)
                                            EventKeeper.count(
                                                    db, "SELECT id FROM sensor WHERE name = 's1'"));
                    new Imports(store).retain(id, 1, 1);
                    return 0;
                });
        assertThat(ask(this::answers)).isEqualTo(single());
        ask(store -> new Readings(store).rolledUp());
        assertThat(ask(this::answers)).isEqualTo(single());
        assertThat(files("apart")).isEqualTo(2 * DAYS - 1);
    }

    @Test
    void a_store_that_knew_no_such_sums_opens_and_gets_them() {
        // given a store as version 7 left it, its days rolled up
        caughtUp();
        List<String> answers = ask(this::answers);
        ask(store ->
                store.write(db -> {
                    try (Statement back = db.createStatement()) {
                        back.execute("DROP TABLE rollup_apart");
                        back.execute("DROP TABLE investigator");
                        return back.execute("UPDATE meta SET version = 7");
                    }
                }));

        // when it is opened, then it answers as before, and the sums are made again
        assertThat(ready()).isZero();
        assertThat(ask(this::answers)).isEqualTo(answers);
        caughtUp();
    }

    @Test
    void a_crash_before_the_sums_are_named_leaves_single_sources_to_answer() throws IOException {
        List<String> segments = ask(this::answers);
        Files.createDirectories(data.resolve("parts"));
        for (String name : List.of("apart-901", "known-901", "busiest-901")) {
            Files.writeString(data.resolve("parts/" + name + ".parquet"), "half");
        }
        assertThat(ask(this::answers)).isEqualTo(segments);
        assertThat(files("apart")).isZero();
        caughtUp();
    }
}

package teiten.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.net.Prefix;
import teiten.store.Readings.Gap;
import teiten.store.Readings.SensorReport;
import teiten.store.Watching.Loss;
import teiten.store.Watching.Note;

import java.nio.file.Path;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

/// What live capture knows of itself decides what is a gap: time in which nobody looked is one, a silence in which it
/// looked is none.
class WatchedGapsTest {
    private static final Instant BEGAN = Instant.parse("2024-05-01T00:00:00Z");

    @TempDir Path folder;
    private Store store;
    private Watching watching;
    private int sensor;

    @BeforeEach
    void a_sensor() {
        store =
                Store.open(
                        folder, "test", 128 << 20, InstantSource.fixed(BEGAN.plusSeconds(18_000)));
        watching = new Watching(store);
        sensor = new Imports(store).sensor("dark", List.of(Prefix.parse("198.18.0.0/16")), false);
    }

    @AfterEach
    void closed() {
        store.close();
    }

    /// Captured live from one minute to another, both since it began.
    private void watched(int from, int to, Loss... losses) {
        int id = watching.begin(sensor, "eth0", millis(from));
        watching.store(new Note(id, sensor, millis(to), "stopped", List.of(losses)));
    }

    private static long millis(int minute) {
        return BEGAN.plusSeconds(60L * minute).toEpochMilli();
    }

    private static int number(int minute) {
        return (int) (millis(minute) / 60_000);
    }

    /// A thousand packets in each minute.
    private void packets(int from, int to) {
        store.write(db -> {
            try (Statement insert = db.createStatement()) {
                insert.execute(
                        "INSERT INTO pulse SELECT "
                                + sensor
                                + ", range, 1000 FROM range("
                                + number(from)
                                + ", "
                                + number(to)
                                + ")");
            }
            return 0;
        });
    }

    private SensorReport report() {
        return new Readings(store).sensors().getFirst();
    }

    private static Gap gap(int from, int to, String reason) {
        return new Gap(
                Instant.ofEpochMilli(millis(from)), Instant.ofEpochMilli(millis(to)), reason);
    }

    @Test
    void between_two_captures_nothing_was_observed_however_short_that_was() {
        // given a capture that was stopped for three minutes, shorter than any silence that is a
        // gap
        watched(0, 100);
        watched(103, 200);
        packets(0, 100);
        packets(103, 200);

        // then the three minutes are a gap, and left out of the time that figures are divided by
        assertThat(report().gaps()).containsExactly(gap(100, 103, "stopped"));
        Scope scope = new Scope(BEGAN, BEGAN.plusSeconds(200 * 60L), Set.of());
        assertThat(
                        new Readings(store)
                                .series(null, scope, Step.HOUR, ZoneOffset.UTC)
                                .buckets()
                                .get(1)
                                .observed())
                .isCloseTo(57 / 60.0, within(1e-9));
    }

    @Test
    void a_silence_while_it_captured_is_a_silence_and_no_gap() {
        // given a busy sensor that is silent for an hour while it is captured from
        watched(0, 240);
        packets(0, 100);
        packets(160, 240);

        // then nothing came, and that is a figure
        assertThat(report().gaps()).isEmpty();
    }

    @Test
    void the_same_silence_without_a_capture_is_a_gap() {
        packets(0, 100);
        packets(160, 240);

        assertThat(report().gaps()).containsExactly(gap(100, 160, "not_read"));
    }

    @Test
    void a_stop_for_which_a_file_was_read_is_no_gap() {
        // given two captures, and packets of the time between them from a file
        watched(0, 100);
        watched(130, 200);
        packets(0, 120);
        packets(130, 200);

        // then only what neither covers is a gap
        assertThat(report().gaps()).containsExactly(gap(120, 130, "stopped"));
    }

    @Test
    void losses_are_told_by_who_lost_them_and_by_minute() {
        watched(
                0,
                10,
                new Loss(number(3), 500, 20, 0),
                new Loss(number(3), 0, 0, 5),
                new Loss(number(7), 1, 0, 0));

        WatchReadings.Watched told = new Readings(store).watching().all().getFirst();
        assertThat(told.lost()).isEqualTo(new WatchReadings.Lost(501, 20, 5));
        assertThat(told.minutes()).hasSize(2);
        assertThat(told.minutes().getLast().lost()).isEqualTo(new WatchReadings.Lost(500, 20, 5));
        assertThat(told.running()).isFalse();
        assertThat(told.share()).isCloseTo(1.0, within(1e-9));
    }
}

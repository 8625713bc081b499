package teiten.run;

import teiten.OperatorMistake;
import teiten.store.Imports;
import teiten.store.Store;
import teiten.store.Tuples;

import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What a process that captures for months does beside capturing: turns the flow tuples that wait into Parquet, and takes
/// away what is kept no longer. On a thread of its own, so that no packet waits for it.
final class Upkeep {
    /// Often enough that readers of tuples are not far behind; seldom enough that an hour has few files.
    private static final int TURN_MINUTES = 10;

    private static final int TURNS_A_RETENTION = 6;

    private final Tuples tuples;
    private final Imports imports;
    private final Set<Integer> sensors;
    private final Settings settings;
    private final WatchListener listener;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("teiten-upkeep").unstarted(this::run);

    /// @param sensors that are watched, by number
    Upkeep(Store store, Set<Integer> sensors, Settings settings, WatchListener listener) {
        this.tuples = new Tuples(store);
        this.imports = new Imports(store);
        this.sensors = sensors;
        this.settings = settings;
        this.listener = listener;
    }

    void begin() {
        thread.start();
    }

    /// Does what is left to do, and ends.
    void finish() throws InterruptedException {
        stopping.countDown();
        thread.join();
    }

    private void run() {
        try {
            for (int round = 0; ; round++) {
                keep(round % TURNS_A_RETENTION == 0);
                if (stopping.await(TURN_MINUTES, TimeUnit.MINUTES)) {
                    keep(false);
                    return;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void keep(boolean retain) {
        try {
            tuples.turn();
            if (retain) {
                for (int sensor : sensors) {
                    imports.retain(sensor, settings.keepMinutesDays(), settings.keepSourcesDays());
                    tuples.retain(sensor, settings.keepTuplesDays());
                }
            }
        } catch (OperatorMistake | IllegalStateException failed) {
            listener.told(
                    "the store could not be kept in order ("
                            + failed.getMessage()
                            + "); it is tried again in "
                            + TURN_MINUTES
                            + " minutes");
        }
    }
}

package teiten.run;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.store.Imports;
import teiten.store.Store;
import teiten.store.Watching;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Everything that is captured while a process runs: interfaces and followed directories, each on a thread of its own.
/// Closing it stops them and returns when everything is stored.
public final class Watch implements AutoCloseable {
    /// A line of the segment table, with its share of free lines, and its targets.
    private static final long BYTES_A_LINE = 128;

    private final List<InterfaceWatch> interfaces = new ArrayList<>();
    private final List<DirectoryWatch> directories = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable Upkeep upkeep;
    private boolean closed;

    private Watch() {}

    /// Begins to watch.
    ///
    /// @throws OperatorMistake when one of the sources cannot be watched; then none is
    public static Watch start(
            Store store,
            Settings settings,
            List<WatchSource> sources,
            InstantSource clock,
            WatchListener listener) {
        Set<String> names = new HashSet<>();
        for (WatchSource source : sources) {
            if (!names.add(source.name())) {
                throw new OperatorMistake(
                        source.name() + " is named twice; one sensor can have it");
            }
        }
        Watch watch = new Watch();
        long memory = settings.tableMemory() / Math.max(1, sources.size());
        int lines = (int) Math.max(4_096, Math.min(memory / BYTES_A_LINE, 1 << 27));
        boolean started = false;
        try {
            for (WatchSource source : sources) {
                switch (source) {
                    case WatchSource.OfInterface device ->
                            watch.interfaces.add(
                                    new InterfaceWatch(
                                            device,
                                            new Imports(store),
                                            new Watching(store),
                                            clock,
                                            lines,
                                            settings,
                                            listener));
                    case WatchSource.OfDirectory directory ->
                            watch.directories.add(
                                    new DirectoryWatch(
                                            directory, store, settings, memory, listener));
                }
            }
            started = true;
        } finally {
            if (!started) {
                watch.interfaces.forEach(InterfaceWatch::abandon);
            }
        }
        watch.interfaces.forEach(each -> watch.begin("teiten-watch", each));
        watch.directories.forEach(each -> watch.begin("teiten-follow", each));
        if (!sources.isEmpty()) {
            Set<Integer> sensors = new HashSet<>();
            watch.interfaces.forEach(each -> sensors.add(each.sensor()));
            watch.directories.forEach(each -> sensors.add(each.sensor()));
            Upkeep upkeep = new Upkeep(store, sensors, settings, listener);
            watch.upkeep = upkeep;
            upkeep.begin();
        }
        return watch;
    }

    private void begin(String name, Runnable work) {
        threads.add(Thread.ofPlatform().name(name).start(work));
    }

    /// What each source came to so far.
    public List<WatchTally> tallies() {
        List<WatchTally> tallies = new ArrayList<>();
        interfaces.forEach(each -> tallies.add(each.tally()));
        directories.forEach(each -> tallies.add(each.tally()));
        return tallies;
    }

    /// Stops everything and waits until it is stored.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        interfaces.forEach(InterfaceWatch::stop);
        directories.forEach(DirectoryWatch::stop);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
            // last, so that what was captured to the end is turned too
            Upkeep last = upkeep;
            if (last != null) {
                last.finish();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

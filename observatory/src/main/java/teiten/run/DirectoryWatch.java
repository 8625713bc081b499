package teiten.run;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.capture.Capture;
import teiten.session.read.LogFormat;
import teiten.store.Imports;
import teiten.store.SessionImports;
import teiten.store.Store;
import teiten.store.Watching;
import teiten.store.Watching.Seen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Follows a directory into which something else writes: captures that rotate (`tcpdump -G`, `-C`, `dumpcap -b`), or the
/// finished segments of decoys.
///
/// The ledger tells a capture by its content, so a file that was renamed, compressed or moved is not read twice, and one
/// that has grown is taken on from where it ended. A plain capture is read as it grows; a compressed file or a log once
/// it has stopped changing. A file that has stopped changing is *finished*: a last record that is cut is then damage, its
/// Telnet conversations are looked for, and it is not opened again, in later runs neither, until it changes.
///
/// The operating system tells of changes in the directory itself; folders below it, and file systems that tell nothing,
/// are looked through every [#POLL_MILLIS].
final class DirectoryWatch implements Runnable {
    private static final int POLL_MILLIS = 2_000;

    /// After a change, so that a burst of them is read at once.
    private static final int CALM_MILLIS = 300;

    private static final long SECOND = 1_000_000_000L;

    /// Unchanged so long, a compressed file or a log is read.
    private static final long SETTLED = 3 * SECOND;

    /// Unchanged so long, a file is finished: `tcpdump` and `dumpcap` write sooner when anything comes.
    private static final long FINISHED = 10 * SECOND;

    private final WatchSource.OfDirectory source;
    private final Imports imports;
    private final Watching watching;
    private final Settings settings;
    private final LogImport logs;
    private final CaptureSessions conversations;
    private final WatchListener listener;
    private final long tableMemory;
    private final int sensor;
    private final CountDownLatch stopping = new CountDownLatch(1);

    /// Finished files, as the store has them; and what is known of those that are there now.
    private final Map<String, Seen> finished;

    private final Map<String, State> files = new HashMap<>();
    private volatile WatchTally tally;
    private boolean listed = true;

    /// @param since when it was first seen like this, `System.nanoTime`
    /// @param readAt when it was last read; 0 when it was not, like this or before
    /// @param read whether it was read as it is
    /// @param failed whether reading it as it is failed, which was told
    private record State(Seen seen, long since, long readAt, boolean read, boolean failed) {
        State read(long now) {
            return new State(seen, since, now, true, false);
        }

        State failedNow(long now) {
            return new State(seen, since, now, false, true);
        }
    }

    DirectoryWatch(
            WatchSource.OfDirectory source,
            Store store,
            Settings settings,
            long tableMemory,
            WatchListener listener) {
        if (!Files.isDirectory(source.directory())) {
            throw new OperatorMistake(
                    source.directory()
                            + " is no directory: name the one into which captures are written");
        }
        this.source = source;
        this.imports = new Imports(store);
        this.watching = new Watching(store);
        this.settings = settings;
        this.tableMemory = tableMemory;
        this.listener = listener;
        SessionImports sessions = new SessionImports(store);
        this.logs = new LogImport(sessions, false, this::isStopping);
        this.conversations = new CaptureSessions(sessions, false, this::isStopping);
        this.sensor = imports.sensor(source.sensor(), source.addresses(), false);
        this.finished = new HashMap<>(watching.followed(sensor));
        this.tally = new WatchTally(source.name(), source.sensor(), 0, List.of(), 0, 0, 0);
    }

    void stop() {
        stopping.countDown();
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    int sensor() {
        return sensor;
    }

    WatchTally tally() {
        return tally;
    }

    @Override
    public void run() {
        listener.told("following " + source.name() + " as sensor " + source.sensor());
        try (WatchService changes = changes()) {
            while (!isStopping()) {
                round();
                pause(changes);
            }
        } catch (IOException _) {
            // closing it failed; nothing is held by it
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error ours) {
            listener.told(
                    "following "
                            + source.name()
                            + " ended by a fault of our own ("
                            + ours
                            + "); please report it");
        }
    }

    /// @return null when this file system, or the number of watches a user may have, allows none
    private @Nullable WatchService changes() {
        try {
            WatchService service = source.directory().getFileSystem().newWatchService();
            source.directory()
                    .register(
                            service,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_MODIFY,
                            StandardWatchEventKinds.ENTRY_DELETE);
            return service;
        } catch (IOException | UnsupportedOperationException _) {
            return null;
        }
    }

    private void pause(@Nullable WatchService changes) throws InterruptedException {
        if (changes == null) {
            stopping.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        // short enough for the end to be asked for meanwhile
        for (int waited = 0; waited < POLL_MILLIS && !isStopping(); waited += CALM_MILLIS) {
            WatchKey key = changes.poll(CALM_MILLIS, TimeUnit.MILLISECONDS);
            if (key != null) {
                stopping.await(CALM_MILLIS, TimeUnit.MILLISECONDS);
                key.pollEvents();
                key.reset();
                return;
            }
        }
    }

    private void round() {
        List<FollowedFiles.Entry> found;
        try {
            found = FollowedFiles.in(source.directory());
            listed = true;
        } catch (IOException fault) {
            if (listed) {
                listener.told(source.name() + " cannot be listed (" + fault.getMessage() + ")");
            }
            listed = false;
            return;
        }
        Set<String> there = new HashSet<>();
        for (FollowedFiles.Entry entry : found) {
            if (isStopping()) {
                return;
            }
            there.add(entry.name());
            look(entry);
        }
        files.keySet().retainAll(there);
        for (String gone : List.copyOf(finished.keySet())) {
            if (!there.contains(gone)) {
                finished.remove(gone);
                watching.forget(sensor, gone);
            }
        }
    }

    private void look(FollowedFiles.Entry entry) {
        String name = entry.name();
        if (entry.seen().equals(finished.get(name))) {
            return;
        }
        long now = System.nanoTime();
        State state = files.get(name);
        if (state == null || !state.seen.equals(entry.seen())) {
            state = new State(entry.seen(), now, state == null ? 0 : state.readAt, false, false);
            files.put(name, state);
        }
        long calm = now - state.since;
        boolean due =
                switch (FollowedFiles.kind(entry.path())) {
                    case EMPTY, GONE -> false;
                    case CAPTURE ->
                            !state.read
                                    && (state.readAt == 0
                                            || now - state.readAt
                                                    >= settings.storeSeconds() * SECOND
                                            || calm >= SETTLED);
                    case COMPRESSED, LOG -> !state.read && calm >= SETTLED;
                };
        boolean finish = calm >= FINISHED && entry.seen().size() > 0 && !state.failed;
        if (!(due && !state.failed) && !finish) {
            return;
        }
        try {
            read(entry, finish);
            if (isStopping()) {
                return;
            }
            files.put(name, state.read(System.nanoTime()));
            if (finish) {
                files.remove(name);
                finished.put(name, entry.seen());
                watching.followed(sensor, name, entry.seen());
            }
        } catch (LogImport.Stopped _) {
            // the next run reads it again
        } catch (OperatorMistake mistake) {
            if (Files.exists(entry.path())) {
                listener.told(String.valueOf(mistake.getMessage()));
                files.put(name, state.failedNow(System.nanoTime()));
            }
        } catch (InternalError _) {
            // The file became shorter while its mapping was read: it will look changed next time.
            files.remove(name);
        }
    }

    private void read(FollowedFiles.Entry entry, boolean finish) {
        LogFormat log = LogImport.sniff(entry.path());
        if (log != null) {
            LogImport.Result result = logs.run(entry.path(), log, source.sensor(), ZoneOffset.UTC);
            if (!result.known()) {
                listener.stored(source.name(), tally.packets(), 0);
            }
            return;
        }
        try (Capture capture =
                finish ? Capture.open(entry.path()) : Capture.openGrowing(entry.path())) {
            long begin = System.nanoTime();
            CaptureImport run =
                    new CaptureImport(
                            imports,
                            settings.threads(),
                            tableMemory,
                            settings.storeSeconds(),
                            settings.tuples(),
                            new Heard(),
                            this::isStopping);
            CaptureImport.Result result = run.run(capture, entry.path().toString(), sensor);
            if (result.newPackets() > 0) {
                double seconds = (System.nanoTime() - begin) / 1e9;
                tally = tally.plus(result.newPackets(), new long[0], List.of());
                listener.stored(source.name(), tally.packets(), result.newPackets() / seconds);
            }
            if (finish && !result.stopped()) {
                finish(entry.path(), capture, result.progress());
            }
        }
    }

    private void finish(Path file, Capture capture, Imports.Progress progress) {
        if (progress.stoppedReason() != null) {
            listener.told(
                    file
                            + " is damaged at offset "
                            + progress.stoppedAt()
                            + ": "
                            + progress.stoppedReason()
                            + "; the "
                            + progress.packets()
                            + " packets before it are stored");
        }
        if (capture.isMapped()) {
            conversations.run(capture, progress, source.sensor());
            return;
        }
        try (Capture again = Capture.open(file)) {
            conversations.run(again, progress, source.sensor());
        }
    }

    /// Progress within one file is not shown: another one comes soon.
    private static final class Heard implements CaptureImport.Listener {
        @Override
        public void read(long consumed, long packets) {
            // told when it is stored
        }

        @Override
        public void stored(Imports.Progress progress) {
            // told at the end of the file
        }
    }
}

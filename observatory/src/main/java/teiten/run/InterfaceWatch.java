package teiten.run;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.capture.Batch;
import teiten.capture.live.CaptureEnded;
import teiten.capture.live.LiveCapture;
import teiten.capture.live.LiveCounts;
import teiten.store.Imports;
import teiten.store.PartWriter;
import teiten.store.Watching;
import teiten.store.Watching.Loss;
import teiten.telescope.Summary;
import teiten.telescope.Telescope;

import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Captures from one interface until it is told to stop. When the interface goes away it waits for it to come back.
///
/// Two telescopes take turns: while a storing thread harvests and stores what one has gathered, the other goes on with
/// the packets that come. The capturing thread waits for nothing but packets; when storing takes longer than it should,
/// the telescope in use gathers more.
///
/// **Nothing uncounted.** A packet that passed the filter is stored, or counted by who lost it: the kernel, whose ring
/// was full; the card or its driver; or ourselves, when storing failed, or the ring still held it when the capture had
/// to end. Counts of losses and the end of the watched time are stored in the transaction that stores the packets.
final class InterfaceWatch implements Runnable {
    private static final int WAIT_MILLIS = 200;
    private static final long SECOND = 1_000_000_000L;

    /// How long what is in the ring is still taken after the end was asked for.
    private static final long DRAIN = 5 * SECOND;

    /// Flow tuples of a minute that are held before they are written; some 20 MB.
    private static final int TUPLES_HELD = 1 << 19;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final WatchSource.OfInterface source;
    private final Imports imports;
    private final Watching watching;
    private final InstantSource clock;
    private final int sensor;
    private final int timeout;
    private final long storeEvery;
    private final WatchListener listener;
    private final boolean tuples;
    private final ExecutorService storing =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("teiten-watch-store").factory());
    private final Batch batch = new Batch();

    /// A telescope with the files it writes into; one thread at a time uses both.
    private record Eye(Telescope telescope, PartWriter writer) {}

    private Eye eye;
    private Eye other;
    private @Nullable Future<?> underWay;
    private final Losses losses = new Losses();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final long seed = new SecureRandom().nextLong();
    private final int lines;

    /// Of the storing thread, and of others after it has ended.
    private Imports.Progress progress;

    private long stored;
    private volatile WatchTally tally;

    /// Of the capturing thread: packets of the capture under way, and of the eye in use.
    private long captured;

    private long gathered;
    private long gatheredBytes;
    private long storedAt;
    private int id;
    private @Nullable LiveCapture capture;

    /// @param lines of both segment tables together, at most
    /// @throws OperatorMistake when the interface cannot be captured from now
    InterfaceWatch(
            WatchSource.OfInterface source,
            Imports imports,
            Watching watching,
            InstantSource clock,
            int lines,
            Settings settings,
            WatchListener listener) {
        this.source = source;
        this.imports = imports;
        this.watching = watching;
        this.clock = clock;
        this.listener = listener;
        this.storeEvery = Math.max(1, settings.storeSeconds()) * SECOND;
        this.tuples = settings.tuples();
        // Before the sensor is made: a mistake leaves nothing behind.
        this.capture = LiveCapture.open(source.options());
        this.sensor = imports.sensor(source.sensor(), source.addresses(), false);
        this.timeout = imports.timeout(sensor);
        this.lines = Math.max(2_048, lines / 2);
        this.eye = eye();
        this.other = eye();
        this.progress = fresh();
        this.tally = new WatchTally(source.name(), source.sensor(), 0, List.of(), 0, 0, 0);
    }

    private Eye eye() {
        PartWriter writer = imports.writer(sensor);
        Telescope telescope = new Telescope(0, 1, seed, lines, timeout, writer);
        if (tuples) {
            telescope.keepTuples(TUPLES_HELD);
        }
        return new Eye(telescope, writer);
    }

    /// The ledger's entry of a capture that begins now. It can never be read again, so it has no fingerprint.
    private Imports.Progress fresh() {
        return new Imports.Progress(
                0,
                sensor,
                Watching.LIVE + source.name() + " " + clock.instant().toString(),
                0,
                "",
                0,
                "",
                0,
                List.of(),
                null,
                null,
                null,
                null);
    }

    /// Asks for the end; [#run] then stores everything and returns.
    void stop() {
        stopping.countDown();
    }

    /// Ends a capture that was opened and will not run.
    void abandon() {
        storing.close();
        LiveCapture open = capture;
        if (open != null) {
            open.close();
        }
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
        try (storing) {
            Duration pause = Duration.ofSeconds(1);
            while (true) {
                LiveCapture now = capture;
                if (now != null) {
                    pause = Duration.ofSeconds(1);
                    try (now) {
                        follow(now);
                    }
                    capture = null;
                }
                if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                pause = pause.multipliedBy(2);
                pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
                capture = again();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error ours) {
            listener.told(
                    "watching "
                            + source.name()
                            + " ended by a fault of our own ("
                            + ours
                            + "); please report it");
        } finally {
            eye.writer.close();
            other.writer.close();
        }
    }

    /// @return null when the interface has not come back
    private @Nullable LiveCapture again() {
        try {
            return LiveCapture.open(source.options());
        } catch (OperatorMistake _) {
            return null;
        }
    }

    /// One capture, from its beginning to its end.
    private void follow(LiveCapture live) throws InterruptedException {
        id = watching.begin(sensor, source.name(), clock.millis());
        progress = fresh();
        losses.begin(live.counts());
        captured = 0;
        listener.told(
                "watching "
                        + source.name()
                        + " as sensor "
                        + source.sensor()
                        + (live.isKnownLink()
                                ? ""
                                : "; its link type is not understood, so all packets are skipped"));
        String ended = "stopped";
        try {
            storedAt = System.nanoTime();
            long counted = storedAt;
            while (!isStopping()) {
                if (live.next(batch, WAIT_MILLIS)) {
                    take();
                }
                long now = System.nanoTime();
                if (now - counted >= SECOND) {
                    losses.note(live.counts(), clock.millis());
                    counted = now;
                }
                if (now - storedAt >= storeEvery && isIdle()) {
                    handOver(live, "");
                }
            }
            drain(live);
        } catch (CaptureEnded gone) {
            ended = String.valueOf(gone.getMessage());
            listener.told(
                    "the interface "
                            + source.name()
                            + " gives no more packets ("
                            + ended
                            + "); it is captured from again when it comes back");
        }
        await();
        handOver(live, ended);
        await();
        last(ended);
    }

    private void take() {
        captured += batch.size;
        gathered += batch.size;
        for (int i = 0; i < batch.size; i++) {
            gatheredBytes += batch.captured[i];
        }
        try {
            eye.telescope.add(batch);
        } catch (UncheckedIOException disk) {
            lost(gathered, clock.millis(), String.valueOf(disk.getMessage()));
            gathered = 0;
            gatheredBytes = 0;
            eye.writer.close();
            eye = eye();
        }
    }

    /// Takes what the ring held when the end was asked for; what cannot be taken in time is our loss.
    private void drain(LiveCapture live) throws CaptureEnded {
        LiveCounts end = live.counts();
        long held = end.received() - end.kernel();
        long deadline = System.nanoTime() + DRAIN;
        boolean more = true;
        while (more && captured < held && System.nanoTime() < deadline) {
            more = live.next(batch, WAIT_MILLIS);
            take();
        }
        if (more && captured < held) {
            losses.ours(held - captured, clock.millis());
        }
    }

    private boolean isIdle() throws InterruptedException {
        Future<?> before = underWay;
        if (before == null || before.isDone()) {
            await();
            return true;
        }
        return false;
    }

    private void await() throws InterruptedException {
        Future<?> before = underWay;
        underWay = null;
        if (before == null) {
            return;
        }
        try {
            before.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("storing failed", failed.getCause());
        }
    }

    /// Gives what was gathered to the storing thread and goes on with the other telescope, which is free.
    private void handOver(LiveCapture live, String ended) {
        long millis = clock.millis();
        losses.note(live.counts(), millis);
        Eye full = eye;
        eye = other;
        other = full;
        long now = System.nanoTime();
        double seconds = (now - storedAt) / 1e9;
        storedAt = now;
        long packets = gathered;
        long bytes = gatheredBytes;
        gathered = 0;
        gatheredBytes = 0;
        Watching.Note note = new Watching.Note(id, sensor, millis, ended, losses.take());
        underWay = storing.submit(() -> store(full, packets, bytes, note, seconds));
    }

    private void store(Eye full, long packets, long bytes, Watching.Note note, double seconds) {
        try {
            Summary summary = new Summary();
            summary.add(full.telescope.harvest());
            List<PartWriter.Written> written = List.of(full.writer.finish());
            if (packets == 0) {
                watching.store(note);
            } else {
                Imports.Progress after =
                        progress.plus(summary, 0, "", null, null, progress.bytes() + bytes);
                progress = after.withId(imports.store(after, summary, written, timeout, note));
            }
            stored += packets;
            tally = tally.plus(packets, summary.outcomes(), note.losses());
            listener.stored(source.name(), stored, packets / Math.max(1e-3, seconds));
        } catch (OperatorMistake | IllegalStateException | UncheckedIOException failed) {
            losses.giveBack(note.losses());
            lost(packets, note.untilMillis(), String.valueOf(failed.getMessage()));
            full.writer.close();
            // The capturing thread takes it up only after it has seen that this has ended.
            other = eye();
        }
    }

    /// Packets that cannot be stored are our loss; that is stored with the next note that can be.
    private void lost(long packets, long millis, String why) {
        losses.ours(packets, millis);
        listener.told(
                packets
                        + " packets of "
                        + source.name()
                        + " could not be stored and count as lost: "
                        + why);
    }

    /// Losses that were left over because storing failed, told even when they still cannot be stored.
    private void last(String ended) {
        List<Loss> left = losses.take();
        if (left.isEmpty()) {
            return;
        }
        tally = tally.plus(0, new long[0], left);
        try {
            watching.store(new Watching.Note(id, sensor, clock.millis(), ended, left));
        } catch (OperatorMistake | IllegalStateException failed) {
            listener.told(
                    "the losses of "
                            + source.name()
                            + " could not be stored: "
                            + failed.getMessage());
        }
    }
}

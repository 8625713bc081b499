package teiten.run;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.capture.Capture;
import teiten.capture.Fingerprint;
import teiten.capture.PacketReader;
import teiten.store.Imports;
import teiten.store.PartWriter;
import teiten.telescope.Decoded;
import teiten.telescope.Decoder;
import teiten.telescope.Summary;
import teiten.telescope.Telescope;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/// Reads one capture into the store: workers that share the sources, summaries stored behind them.
///
/// A [Relay] brings all packets to all workers, in their order. When it is time to store, or the run is to stop, each
/// hands over what it has at the same place; a storing thread merges the pieces and commits them together with the place reached, while the workers go on. So at any moment the store holds exactly the packets
/// before the last place committed: a killed import loses only what was not yet reported, and going on from there gives
/// the same figures as one uninterrupted reading.
public final class CaptureImport {
    /// A line of the segment table, with its share of free lines, and its targets.
    private static final long BYTES_A_LINE = 128;

    /// Captures smaller than this are read by one worker: starting more would take longer than reading.
    private static final long SMALL = 2 << 20;

    /// Flow tuples of a minute that a worker holds before it writes them: some 20 MB.
    private static final int TUPLES_HELD = 1 << 19;

    private final Imports imports;
    private final int threads;
    private final int sourceLimit;
    private final long storeEveryNanos;
    private final boolean tuples;
    private final Listener listener;
    private final BooleanSupplier stop;

    /// Hears how the import goes on; called from worker and storing threads, a few times a second at most.
    public interface Listener {
        /// @param consumed bytes of the file read so far
        /// @param packets read so far in this run
        void read(long consumed, long packets);

        /// Everything up to here survives whatever happens.
        void stored(Imports.Progress progress);
    }

    /// What came of a capture.
    ///
    /// @param progress cumulative: over the whole capture, earlier runs included
    /// @param newPackets read in this run
    /// @param stopped true when the run was asked to stop before the end
    /// @param talk packets of this run that may belong to Telnet conversations
    public record Result(Imports.Progress progress, long newPackets, boolean stopped, long talk) {}

    /// @param threads at most so many workers
    /// @param tableMemory bytes for the tables of sources
    /// @param storeSeconds after which what was gathered is stored: how much reading a crash can cost
    /// @param tuples whether flow tuples are kept
    /// @param stop asked at the end of each stretch; true ends the run with everything stored
    public CaptureImport(
            Imports imports,
            int threads,
            long tableMemory,
            int storeSeconds,
            boolean tuples,
            Listener listener,
            BooleanSupplier stop) {
        this.imports = imports;
        this.threads = threads;
        this.sourceLimit = (int) Math.max(4_096, Math.min(tableMemory / BYTES_A_LINE, 1 << 27));
        this.storeEveryNanos = storeSeconds * 1_000_000_000L;
        this.tuples = tuples;
        this.listener = listener;
        this.stop = stop;
    }

    /// Begins to get ready while the store is still being opened.
    public static void prepare(List<Path> files) {
        Thread.ofPlatform()
                .daemon()
                .name("teiten-prepare-import")
                .start(() -> {
                    Fingerprint.prepare();
                    if (files.stream().anyMatch(file -> file.toFile().length() >= SMALL)) {
                        Telescope.prepare();
                    }
                });
    }

    /// @param file the name under which the ledger keeps the capture
    public Result run(Capture capture, String file, int sensor) {
        Fingerprint fingerprint = capture.fingerprint();
        PacketReader reader = capture.reader();
        Imports.Progress start = resume(capture, reader, file, sensor, fingerprint);
        int workers = capture.isMapped() && capture.size() < SMALL ? 1 : threads;
        Relay.Source source = new Relay.Source(reader, capture.isMapped(), capture.size() < 0);
        return new Run(source, workers, start).go();
    }

    private static void join(Thread thread) {
        try {
            // A read from a terminal or pipe may never return; the thread is a daemon and holds
            // nothing.
            thread.join(1_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Finds the capture in the ledger and moves the reader to where it was left.
    private Imports.Progress resume(
            Capture capture,
            PacketReader reader,
            String file,
            int sensor,
            Fingerprint fingerprint) {
        for (Imports.Progress known : imports.ledger(sensor)) {
            Fingerprint stored = new Fingerprint(known.headLength(), known.headSha256());
            // A capture that held no packet yet is only a header, which thousands of others begin
            // with as well.
            boolean telling = known.packets() > 0 || known.file().equals(file);
            if (!telling || known.headLength() == 0 || !capture.startsLike(stored)) {
                continue;
            }
            PacketReader probe = capture.isMapped() ? capture.reader() : reader;
            if (probe.skipTo(known.position()) && probe.tailSha256().equals(known.tailSha256())) {
                if (capture.isMapped()) {
                    reader.skipTo(known.position());
                }
                return known;
            }
            if (!capture.isMapped()) {
                throw new OperatorMistake(
                        file
                                + " begins like "
                                + known.file()
                                + ", which was read before, but goes on differently; decompress it"
                                + " to a file and import that, or give it to another sensor with"
                                + " --sensor");
            }
        }
        return new Imports.Progress(
                0,
                sensor,
                file,
                fingerprint.headLength(),
                fingerprint.headSha256(),
                reader.position(),
                reader.tailSha256(),
                0,
                List.of(),
                null,
                null,
                null,
                null);
    }

    /// One run over one capture.
    private final class Run implements Relay.Steering {
        private final Relay relay;
        private final int workers;
        private final long seed = new SecureRandom().nextLong();
        private final List<Telescope> telescopes = new ArrayList<>();
        private final List<PartWriter> writers = new ArrayList<>();
        private final Summary.Piece[] pieces;
        private final PartWriter.Written[] written;
        private final ExecutorService storing =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name("teiten-store").factory());
        private final AtomicReference<Throwable> fault = new AtomicReference<>();
        private final int timeout;
        private Imports.Progress progress;
        private @Nullable Future<?> underWay;
        private long harvestedAt = System.nanoTime();
        private long talk;
        private volatile Relay.@Nullable Boundary boundary;
        private int arrived;
        private long handovers;

        Run(Relay.Source source, int workers, Imports.Progress start) {
            this.relay = new Relay(source, workers, this);
            this.workers = workers;
            this.progress = start;
            timeout = imports.timeout(start.sensor());
            int lines = Math.max(2_048, sourceLimit / workers);
            for (int i = 0; i < workers; i++) {
                PartWriter writer = imports.writer(start.sensor());
                writers.add(writer);
                Telescope telescope = new Telescope(i, workers, seed, lines, timeout, writer);
                if (tuples) {
                    telescope.keepTuples(TUPLES_HELD);
                }
                telescopes.add(telescope);
            }
            written = new PartWriter.Written[workers];
            pieces = new Summary.Piece[workers];
        }

        Result go() {
            List<Thread> others = new ArrayList<>();
            for (int i = 1; i < workers; i++) {
                int worker = i;
                others.add(
                        Thread.ofPlatform()
                                // one that waits for a terminal or pipe may never return, and holds
                                // nothing
                                .daemon()
                                .name("teiten-telescope-" + i)
                                .start(() -> work(worker)));
            }
            work(0);
            for (Thread other : others) {
                CaptureImport.join(other);
            }
            storing.shutdown();
            writers.forEach(PartWriter::close);
            Throwable first = fault.get();
            if (first instanceof RuntimeException known) {
                throw known;
            }
            if (first != null) {
                throw new IllegalStateException("an import failed", first);
            }
            Relay.Boundary end = boundary;
            return new Result(progress, relay.packets(), end != null && end.stopped(), talk);
        }

        private void work(int worker) {
            Telescope telescope = telescopes.get(worker);
            Decoder decoder = new Decoder(workers, seed);
            try {
                relay.work(
                        new Relay.Worker() {
                            @Override
                            public void take(Decoded batch) {
                                telescope.add(batch);
                            }

                            @Override
                            public void harvest(Relay.Boundary at) throws InterruptedException {
                                boundary = at;
                                telescope.addShapes(decoder);
                                pieces[worker] = telescope.harvest();
                                written[worker] = writers.get(worker).finish();
                                handOver();
                            }
                        },
                        decoder);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                fail(new IllegalStateException("an import was interrupted"));
            } catch (RuntimeException | Error broken) {
                fail(broken);
            }
        }

        private void fail(Throwable cause) {
            fault.compareAndSet(null, cause);
            relay.abandon();
            synchronized (this) {
                notifyAll();
            }
        }

        /// Waits until all workers have come to the same place; the last one stores what they bring.
        private synchronized void handOver() throws InterruptedException {
            if (++arrived == workers) {
                arrived = 0;
                handovers++;
                store();
                notifyAll();
                return;
            }
            for (long before = handovers; before == handovers && fault.get() == null; ) {
                wait();
            }
        }

        @Override
        public boolean stop() {
            return stop.getAsBoolean();
        }

        @Override
        public boolean harvest() {
            long now = System.nanoTime();
            boolean due = now - harvestedAt >= storeEveryNanos;
            harvestedAt = due ? now : harvestedAt;
            return due;
        }

        @Override
        public void read(long consumed, long packets) {
            listener.read(consumed, packets);
        }

        /// Waits for the store before it takes the next summary: what is under
        /// way is bounded by one.
        private void store() {
            Relay.Boundary here = boundary;
            if (here == null) {
                throw new IllegalStateException("no worker has read anything");
            }
            List<Summary.Piece> taken = List.copyOf(Arrays.asList(pieces));
            List<PartWriter.Written> rows = List.copyOf(Arrays.asList(written));
            Arrays.fill(pieces, null);
            Arrays.fill(written, null);
            await();
            underWay = storing.submit(() -> commit(taken, rows, here));
            if (here.ends()) {
                await();
            }
        }

        private void await() {
            Future<?> before = underWay;
            if (before == null) {
                return;
            }
            try {
                before.get();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("an import was interrupted while it stored");
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RuntimeException known) {
                    throw known;
                }
                throw new IllegalStateException("storing failed", failed.getCause());
            }
        }

        private void commit(
                List<Summary.Piece> taken, List<PartWriter.Written> rows, Relay.Boundary here) {
            Summary summary = new Summary();
            taken.forEach(summary::add);
            talk += summary.talk();
            Imports.Progress before = progress;
            boolean nothingNew =
                    summary.outcomesSum() == 0
                            && before.id() != 0
                            && before.position() == here.position()
                            && Objects.equals(before.stoppedAt(), here.stoppedAt());
            if (nothingNew) {
                return;
            }
            Imports.Progress after =
                    before.plus(
                            summary,
                            here.position(),
                            here.tailSha256(),
                            here.last() ? here.stoppedAt() : null,
                            here.last() ? here.stoppedReason() : null,
                            here.consumed());
            int id = imports.store(after, summary, rows, timeout);
            progress = after.withId(id);
            listener.stored(progress);
        }
    }
}

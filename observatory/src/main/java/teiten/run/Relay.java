package teiten.run;

import org.jspecify.annotations.Nullable;

import teiten.capture.Batch;
import teiten.capture.Capture;
import teiten.capture.Damage;
import teiten.capture.PacketReader;
import teiten.telescope.Decoded;
import teiten.telescope.Decoder;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// Hot lane. One capture's packets on their way to all workers: a ring of decoded batches that every worker passes in
/// the same order.
///
/// A worker that has nothing of its own to do reads the next batch (one at a time may read) and decodes it for all. So
/// each packet is walked and decoded once, whoever is free does it, and each worker meets its sources' packets in the
/// order of the capture.
///
/// Every [#STRETCH] packets a batch carries a [Boundary], where the workers may hand over what they have.
final class Relay {
    /// Packets of a stretch, at least; it ends with the batch that reaches this number.
    private static final int STRETCH = 262_144;

    /// Batches under way at most. Where one worker has to write out what it has, the others go on meanwhile.
    private static final int MOST = 128;

    /// No more than a stream keeps its bytes steady for, less the one that is being read.
    private static final int MOST_OF_STREAM = Capture.STEADY_BATCHES - 2;

    /// Batches that are decoded before any worker asks for them, so that none waits.
    private static final int AHEAD = 6;

    private static final int SPINS = 1_000;
    private static final long PAUSE_NANOS = 20_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000;

    /// A place between two packets, up to which everything was handed out.
    ///
    /// @param position uncompressed offset
    /// @param tailSha256 of the bytes before it
    /// @param consumed bytes of the file or stream
    /// @param last true at the end of the capture
    /// @param stopped true when the run was asked to stop here
    /// @param harvest whether what was gathered is to be stored
    /// @param stoppedAt offset of damage; null unless last
    record Boundary(
            long position,
            String tailSha256,
            long consumed,
            boolean last,
            boolean stopped,
            boolean harvest,
            @Nullable Long stoppedAt,
            @Nullable String stoppedReason) {
        boolean ends() {
            return last || stopped;
        }
    }

    /// Where the packets come from.
    ///
    /// @param steady whether the capture's bytes stay where they are
    /// @param waits whether reading may wait for packets that have not come yet
    record Source(PacketReader reader, boolean steady, boolean waits) {}

    /// Says at the end of a stretch how to go on; asked by one thread at a time.
    interface Steering {
        boolean stop();

        boolean harvest();

        void read(long consumed, long packets);
    }

    /// Takes a worker's share of each batch.
    interface Worker {
        void take(Decoded batch);

        /// @throws InterruptedException when waiting for the others was interrupted
        void harvest(Boundary at) throws InterruptedException;
    }

    private static final class Slot {
        @Nullable Decoded decoded;

        /// The batch that lies here, complete; -1 before the first.
        volatile long ready = -1;

        /// Workers that have not passed it yet, and one more until its columns were given back; 0 is a free slot.
        final AtomicInteger left = new AtomicInteger();

        @Nullable Boundary boundary;
    }

    /// Columns that no batch lies in, the one used last on top, since it is still in the cache.
    private static final class Columns {
        private final Decoded[] free = new Decoded[MOST];
        private final int workers;
        private int size;

        Columns(int workers) {
            this.workers = workers;
        }

        synchronized Decoded take() {
            return size == 0 ? new Decoded(workers) : free[--size];
        }

        synchronized void give(Decoded columns) {
            free[size++] = columns;
        }
    }

    private final PacketReader reader;

    private final int ahead;
    private final int workers;
    private final Slot[] slots;
    private final Columns columns;
    private final Steering steering;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile boolean abandoned;

    // Below, what the reading lock guards.
    private volatile long sequence;
    private long clock;
    private long packets;
    private long inStretch;
    private boolean ended;

    Relay(Source source, int workers, Steering steering) {
        this.reader = source.reader;
        this.ahead = source.waits ? 1 : AHEAD;
        this.columns = new Columns(workers);
        this.slots = new Slot[source.steady ? MOST : MOST_OF_STREAM];
        this.workers = workers;
        this.steering = steering;
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot();
        }
    }

    /// Lets all workers return early.
    void abandon() {
        abandoned = true;
    }

    /// Packets read; exact once all workers have returned.
    long packets() {
        reading.lock();
        try {
            return packets;
        } finally {
            reading.unlock();
        }
    }

    /// One worker's run to the end.
    void work(Worker worker, Decoder decoder) throws InterruptedException {
        Batch own = new Batch();
        int idle = 0;
        for (long next = 0; !abandoned; ) {
            Slot slot = slots[(int) (next % slots.length)];
            if (sequence - next < ahead && read(own, decoder)) {
                idle = 0;
            } else if (slot.ready == next) {
                Decoded batch = decoded(slot);
                worker.take(batch);
                Boundary boundary = slot.boundary;
                if (slot.left.decrementAndGet() == 1) {
                    // The columns first: once the slot is free, another batch may want them.
                    columns.give(batch);
                    slot.left.set(0);
                }
                next++;
                idle = 0;
                if (boundary != null && boundary.harvest) {
                    worker.harvest(boundary);
                }
                if (boundary != null && boundary.ends()) {
                    return;
                }
            } else if (read(own, decoder)) {
                idle = 0;
            } else {
                idle = pause(idle);
            }
        }
    }

    private static Decoded decoded(Slot slot) {
        Decoded batch = slot.decoded;
        if (batch == null) {
            throw new IllegalStateException("a batch was announced that is not there");
        }
        return batch;
    }

    private static int pause(int idle) throws InterruptedException {
        if (idle < SPINS) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(Math.min(LONGEST_PAUSE_NANOS, PAUSE_NANOS * (idle - SPINS + 1)));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return idle + 1;
    }

    /// Reads and decodes the next batch, if there is room and nobody else is reading.
    private boolean read(Batch batch, Decoder decoder) {
        if (!reading.tryLock()) {
            return false;
        }
        Slot slot;
        long number;
        long before;
        try {
            slot = slots[(int) (sequence % slots.length)];
            if (ended || slot.left.get() != 0) {
                return false;
            }
            boolean more = reader.next(batch);
            packets += batch.size;
            inStretch += batch.size;
            before = clock;
            clock = Decoder.clock(batch, before);
            slot.boundary = null;
            if (!more || inStretch >= STRETCH) {
                inStretch = 0;
                slot.boundary = boundary(!more);
                ended = slot.boundary.ends();
            }
            slot.left.set(workers + 1);
            number = sequence;
            sequence = number + 1;
        } finally {
            reading.unlock();
        }
        Decoded to = columns.take();
        decoder.decode(batch, before, to);
        slot.decoded = to;
        slot.ready = number;
        return true;
    }

    private Boundary boundary(boolean last) {
        boolean stopped = !last && steering.stop();
        boolean harvest = last || stopped || steering.harvest();
        steering.read(reader.consumed(), packets);
        Damage damage = last ? reader.damage() : null;
        return new Boundary(
                reader.position(),
                harvest ? reader.tailSha256() : "",
                reader.consumed(),
                last,
                stopped,
                harvest,
                damage == null ? null : damage.offset(),
                damage == null ? null : damage.reason());
    }
}

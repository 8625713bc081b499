package teiten.run;

import org.jspecify.annotations.Nullable;

import teiten.capture.Batch;
import teiten.capture.Capture;
import teiten.capture.Damage;
import teiten.capture.PacketReader;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// One reader of a stream (standard input, gzip, zstd) whose batches all workers see.
///
/// The reader keeps what a batch points into unchanged for [Capture#STEADY_BATCHES] batches, so at most so many are
/// under way: a batch is filled again only after every worker has let it go.
final class StreamFeed implements Runnable {
    private static final int UNDER_WAY = Capture.STEADY_BATCHES - 2;

    /// A batch with the number of workers that still read it, or the end of a stretch.
    private record Item(Batch batch, AtomicInteger readers, Feed.@Nullable Boundary boundary) {}

    private final PacketReader reader;
    private final BlockingQueue<Batch> free = new ArrayBlockingQueue<>(UNDER_WAY);
    private final List<Tap> taps = new ArrayList<>();
    private volatile boolean abandoned;

    StreamFeed(PacketReader reader, int workers) {
        this.reader = reader;
        for (int i = 0; i < UNDER_WAY; i++) {
            free.add(new Batch());
        }
        for (int i = 0; i < workers; i++) {
            taps.add(new Tap());
        }
    }

    Feed tap(int worker) {
        return taps.get(worker);
    }

    /// Lets the reader end early; workers get no more.
    void abandon() {
        abandoned = true;
        free.clear();
        free.offer(new Batch());
    }

    /// Reads to the end, on a thread of its own.
    @Override
    public void run() {
        try {
            int inStretch = 0;
            while (!abandoned) {
                Batch batch = free.take();
                if (abandoned) {
                    return;
                }
                if (!reader.next(batch)) {
                    Damage damage = reader.damage();
                    hand(batch, boundary(true, damage));
                    return;
                }
                inStretch += batch.size;
                hand(batch, null);
                if (inStretch >= Feed.STRETCH) {
                    inStretch = 0;
                    hand(new Batch(), boundary(false, null));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Feed.Boundary boundary(boolean last, @Nullable Damage damage) {
        return new Feed.Boundary(
                reader.position(),
                reader.tailSha256(),
                reader.consumed(),
                last,
                damage == null ? null : damage.offset(),
                damage == null ? null : damage.reason());
    }

    private void hand(Batch batch, Feed.@Nullable Boundary boundary) throws InterruptedException {
        Item item = new Item(batch, new AtomicInteger(taps.size()), boundary);
        for (Tap tap : taps) {
            tap.items.put(item);
        }
    }

    /// One worker's end.
    final class Tap implements Feed {
        private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(UNDER_WAY + 2);
        private @Nullable Item held;
        private Feed.@Nullable Boundary boundary;

        @Override
        public @Nullable Batch next() {
            letGo();
            try {
                Item item = items.take();
                if (item.boundary != null) {
                    boundary = item.boundary;
                    return null;
                }
                held = item;
                return item.batch;
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(
                        "a worker was interrupted while it waited for packets", stop);
            }
        }

        private void letGo() {
            Item item = held;
            if (item != null && item.readers.decrementAndGet() == 0) {
                free.offer(item.batch);
            }
            held = null;
        }

        @Override
        public Feed.Boundary boundary() {
            Feed.Boundary reached = boundary;
            if (reached == null) {
                throw new IllegalStateException("no stretch has ended yet");
            }
            return reached;
        }
    }
}

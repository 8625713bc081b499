package teiten.web;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Carries progress from a running import to the pages that are open.
///
/// The import never waits for a page: a listener's queue is short, and when it is full the oldest event goes, since the
/// newest one says all that the older ones said. Events that end a file stay. The number of listeners is bounded.
public final class LiveFeed {
    static final int MOST_LISTENERS = 64;
    static final int QUEUE = 16;

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger places = new AtomicInteger(MOST_LISTENERS);
    private volatile @Nullable Progress current;

    /// Tells every open page; returns at once. Safe from any thread.
    public void publish(Progress progress) {
        current = progress.done() ? null : progress;
        for (Listener listener : listeners) {
            listener.offer(progress);
        }
    }

    /// A place to listen, or null when all places are taken. Close it.
    @Nullable Listener listen() {
        if (places.getAndDecrement() <= 0) {
            places.incrementAndGet();
            return null;
        }
        Listener listener = new Listener();
        listeners.add(listener);
        Progress now = current;
        if (now != null) {
            listener.offer(now);
        }
        return listener;
    }

    /// How many pages listen now.
    int listeners() {
        return listeners.size();
    }

    /// Ends all listeners, so that their threads end.
    void close() {
        for (Listener listener : listeners) {
            listener.close();
        }
    }

    final class Listener implements AutoCloseable {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition arrived = lock.newCondition();
        private final ArrayDeque<Progress> queue = new ArrayDeque<>(QUEUE);
        private boolean closed;

        private void offer(Progress progress) {
            lock.lock();
            try {
                if (queue.size() >= QUEUE && !dropOldest()) {
                    return;
                }
                queue.addLast(progress);
                arrived.signal();
            } finally {
                lock.unlock();
            }
        }

        private boolean dropOldest() {
            for (var each = queue.iterator(); each.hasNext(); ) {
                if (!each.next().done()) {
                    each.remove();
                    return true;
                }
            }
            // Only endings are queued: the page refreshes once for all of them, one of them may go.
            return queue.pollFirst() != null;
        }

        /// The next event, or null when the time is up or the listener closed.
        @Nullable Progress await(long seconds) throws InterruptedException {
            lock.lock();
            try {
                long left = TimeUnit.SECONDS.toNanos(seconds);
                while (queue.isEmpty() && !closed && left > 0) {
                    left = arrived.awaitNanos(left);
                }
                return queue.pollFirst();
            } finally {
                lock.unlock();
            }
        }

        boolean closed() {
            lock.lock();
            try {
                return closed;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                closed = true;
                arrived.signalAll();
            } finally {
                lock.unlock();
            }
            listeners.remove(this);
            places.incrementAndGet();
        }
    }
}

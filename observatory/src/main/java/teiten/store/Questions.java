package teiten.store;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Which questions are under way: somebody waits for them, so what is done behind lets them go first.
final class Questions {
    /// A page asks several one after the other.
    private static final long PAUSE = Duration.ofMillis(200).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private int open;
    private long last = System.nanoTime() - PAUSE;

    void begin() {
        lock.lock();
        open++;
        lock.unlock();
    }

    void end() {
        lock.lock();
        open--;
        last = System.nanoTime();
        ended.signalAll();
        lock.unlock();
    }

    /// Waits until there has been none for a moment.
    ///
    /// @param most how long at most: who asks without end must not keep the work from being done
    void letPass(Duration most) {
        long end = System.nanoTime() + most.toNanos();
        lock.lock();
        try {
            long now = System.nanoTime();
            while (now - end < 0 && (open > 0 || now - last < PAUSE)) {
                long until = open > 0 ? end : Math.min(end, last + PAUSE);
                ended.await(until - now, TimeUnit.NANOSECONDS);
                now = System.nanoTime();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}

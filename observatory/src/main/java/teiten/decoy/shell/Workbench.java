package teiten.decoy.shell;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Where lines that take long take turns.
///
/// Virtual threads are not preempted, so a hundred endless loops would keep everybody else waiting. A line works at once
/// for as long as an honest command takes; after that it goes on only while it holds one of a few places, in order of
/// arrival. Half of the processors at most are thus busy with long lines, and short ones find the other half free.
public final class Workbench {
    private final Semaphore places;

    /// @param places how many long lines work at the same time
    public Workbench(int places) {
        this.places = new Semaphore(places, true);
    }

    /// Half of the processors, at least one.
    public static Workbench ofThisMachine() {
        return new Workbench(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    /// Waits for a place; false when none became free in time.
    boolean enter(long nanos) {
        try {
            return places.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    boolean isWanted() {
        return places.hasQueuedThreads();
    }

    void leave() {
        places.release();
    }
}

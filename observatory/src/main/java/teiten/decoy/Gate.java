package teiten.decoy;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Lets visitors in up to the [Limits], and shows those out who overstay.
///
/// Adversary: floods of connections from one source and from many, half-open logins, one byte a minute, readers that
/// never read. A sweeper closes what is past its deadline; closing the socket ends whatever the session's thread was
/// waiting for. The table of sources holds only sources with an open session, so it is bounded by them.
public final class Gate implements AutoCloseable {
    private static final Duration SWEEP = Duration.ofMillis(500);

    private final Limits limits;
    private final Counters counters;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong fileBytes = new AtomicLong();
    private final Map<IpAddress, Integer> bySource = new ConcurrentHashMap<>();
    private final Set<Pass> passes = ConcurrentHashMap.newKeySet();
    private final Thread sweeper;
    private volatile boolean closing;

    public Gate(Limits limits, Counters counters) {
        this.limits = limits;
        this.counters = counters;
        this.sweeper = Thread.ofPlatform().daemon().name("decoy-sweeper").start(this::sweep);
    }

    public Limits limits() {
        return limits;
    }

    public Counters counters() {
        return counters;
    }

    public int openSessions() {
        return open.get();
    }

    /// Bytes that all sessions' files hold together.
    public AtomicLong fileBytes() {
        return fileBytes;
    }

    /// Lets a visitor in, or says no (and counts why).
    ///
    /// @param connection closed by the gate when a deadline passes
    public @Nullable Pass admit(IpAddress source, AutoCloseable connection) {
        if (closing || open.incrementAndGet() > limits.sessions()) {
            if (!closing) {
                open.decrementAndGet();
            }
            counters.add(Counter.REFUSED_TOTAL);
            return null;
        }
        IpAddress key = key(source);
        boolean counted = limits.loopbackCounts() || !isLoopback(source);
        if (bySource.merge(key, 1, Integer::sum) > limits.perSource() && counted) {
            bySource.computeIfPresent(key, (_, n) -> n > 1 ? n - 1 : null);
            open.decrementAndGet();
            counters.add(Counter.REFUSED_SOURCE);
            return null;
        }
        counters.add(Counter.ACCEPTED);
        Pass pass = new Pass(this, key, connection);
        passes.add(pass);
        return pass;
    }

    private static IpAddress key(IpAddress source) {
        return source.isV4() ? source : new IpAddress(source.high(), 0);
    }

    private static boolean isLoopback(IpAddress source) {
        return source.isV4()
                ? source.v4Bits() >>> 24 == 127
                : source.high() == 0 && source.low() == 1;
    }

    void leave(Pass pass, Counter how) {
        if (passes.remove(pass)) {
            bySource.computeIfPresent(pass.source, (_, n) -> n > 1 ? n - 1 : null);
            open.decrementAndGet();
            counters.add(how);
        }
    }

    private void sweep() {
        while (!closing) {
            try {
                Thread.sleep(SWEEP);
            } catch (InterruptedException _) {
                return;
            }
            long now = System.nanoTime();
            for (Pass pass : passes) {
                Counter overdue = pass.overdue(now);
                if (overdue != null) {
                    pass.cut(overdue);
                }
            }
        }
    }

    /// Waits until the last conversation has written its end, but no longer than `most`.
    public void awaitEmpty(Duration most) {
        long end = System.nanoTime() + most.toNanos();
        try {
            while (open.get() > 0 && System.nanoTime() < end) {
                Thread.sleep(5);
            }
            // Between the gate's count and the conversation's last event lies one step of its
            // thread.
            Thread.sleep(20);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Shows everybody out.
    @Override
    public void close() {
        closing = true;
        sweeper.interrupt();
        for (Pass pass : passes) {
            pass.cut(Counter.CLOSED_SHUTDOWN);
        }
    }

    /// One visitor's stay.
    public static final class Pass {
        private final Gate gate;
        private final IpAddress source;
        private final AutoCloseable connection;
        private final long end;
        private volatile long deadline;
        private volatile @Nullable Counter cutFor;

        private Pass(Gate gate, IpAddress source, AutoCloseable connection) {
            this.gate = gate;
            this.source = source;
            this.connection = connection;
            long now = System.nanoTime();
            this.end = now + gate.limits.session().toNanos();
            this.deadline = now + gate.limits.login().toNanos();
        }

        /// The visitor did something: it may be silent for the idle time again, but not beyond the session's end.
        public void alive() {
            deadline = System.nanoTime() + gate.limits.idle().toNanos();
        }

        private @Nullable Counter overdue(long now) {
            return now - end > 0
                    ? Counter.CLOSED_TOO_LONG
                    : now - deadline > 0 ? Counter.CLOSED_IDLE : null;
        }

        /// Ends the stay from outside.
        public void cut(Counter why) {
            if (cutFor == null) {
                cutFor = why;
            }
            try {
                connection.close();
            } catch (Exception _) {
                // the connection is gone either way
            }
        }

        /// Ends the stay; gives why, which is the gate's reason when it was cut.
        public Counter leave(Counter how) {
            Counter cut = cutFor;
            Counter reason = cut == null ? how : cut;
            gate.leave(this, reason);
            return reason;
        }
    }
}

package teiten.decoy.shell;

/// What one line, and one session, may cost: steps, time, depth, bytes. Attackers write fork bombs and endless loops;
/// each of them meets one of these bounds, ends the line as a real small device would (no memory, cannot fork), and is
/// counted by the bound's name.
public final class Budget {
    static final int LINE_STEPS = 50_000;
    static final int LINE_DEPTH = 24;
    static final long LINE_NANOS = 1_000_000_000L;
    static final long LINE_COPIED = 16L << 20;
    static final long LINE_SHOWN = 4L << 20;
    static final long SESSION_STEPS = 400_000;
    static final long SESSION_SHOWN = 32L << 20;
    private static final int STEPS_BETWEEN_CLOCK = 256;

    /// Bytes between looks at the clock, as a power of two.
    private static final int COPIED_BETWEEN_CLOCK = 16;

    /// How long a line works before it has to take a place at the workbench.
    private static final long LIGHT_NANOS = 2_000_000;

    /// How long it keeps that place while others wait.
    private static final long TURN_NANOS = 5_000_000;

    /// How long a line waits for its turns altogether.
    private static final long WAITED_NANOS = 3_000_000_000L;

    /// Which bound a line met.
    public enum Bound {
        STEPS,
        DEPTH,
        TIME,
        COPIED,
        SHOWN,
        SESSION
    }

    /// Ends the line at once. Holds no stack trace: hostile input must not be dear.
    public static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final Bound bound;

        Exhausted(Bound bound) {
            super(null, null, false, false);
            this.bound = bound;
        }

        public Bound bound() {
            return bound;
        }
    }

    private final Workbench workbench;
    private int steps;
    private int depth;
    private long started;
    private long waited;
    private long turn;
    private boolean placed;
    private long copied;
    private long shown;
    private long sessionSteps;
    private long sessionShown;

    /// @param workbench shared by all sessions
    public Budget(Workbench workbench) {
        this.workbench = workbench;
    }

    /// Begins a new line.
    public void refill() {
        rest();
        waited = 0;
        steps = 0;
        copied = 0;
        shown = 0;
        started = 0;
        if (sessionSteps > SESSION_STEPS || sessionShown > SESSION_SHOWN) {
            throw new Exhausted(Bound.SESSION);
        }
    }

    /// True when the session as a whole has had enough.
    public boolean spent() {
        return sessionSteps > SESSION_STEPS || sessionShown > SESSION_SHOWN;
    }

    /// One command, loop turn, or expansion.
    public void step() {
        sessionSteps++;
        if (++steps > LINE_STEPS) {
            throw new Exhausted(Bound.STEPS);
        }
        if (steps % STEPS_BETWEEN_CLOCK == 1) {
            clock();
        }
    }

    /// Work proportional to `n` characters, such as matching a pattern.
    public void work(long n) {
        copied(n);
    }

    /// Looks at the clock, and lets other sessions go first: a busy line must not hold their threads.
    private void clock() {
        long now = System.nanoTime();
        if (started == 0) {
            started = now;
            Thread.yield();
            return;
        }
        long worked = now - started - waited;
        if (worked > LINE_NANOS || waited > WAITED_NANOS) {
            throw new Exhausted(Bound.TIME);
        }
        if (placed && now - turn > TURN_NANOS && workbench.isWanted()) {
            rest();
        }
        if (placed || worked < LIGHT_NANOS) {
            Thread.yield();
            return;
        }
        placed = workbench.enter(WAITED_NANOS - waited);
        turn = System.nanoTime();
        waited += turn - now;
        if (!placed) {
            throw new Exhausted(Bound.TIME);
        }
    }

    /// Gives the place at the workbench back: the line has ended, or waits for its visitor.
    public void rest() {
        if (placed) {
            placed = false;
            workbench.leave();
        }
    }

    /// Time that passed at the keyboard or in a sleep is not the line's own.
    public void rested() {
        started = 0;
        waited = 0;
    }

    /// Bytes moved inside the session.
    public void copied(long bytes) {
        long before = copied;
        copied += bytes;
        if (copied > LINE_COPIED) {
            throw new Exhausted(Bound.COPIED);
        }
        if (copied >>> COPIED_BETWEEN_CLOCK != before >>> COPIED_BETWEEN_CLOCK) {
            clock();
        }
    }

    /// Bytes sent to the visitor.
    public void shown(long bytes) {
        shown += bytes;
        sessionShown += bytes;
        if (shown > LINE_SHOWN) {
            throw new Exhausted(Bound.SHOWN);
        }
    }

    public void descend() {
        if (++depth > LINE_DEPTH) {
            depth--;
            throw new Exhausted(Bound.DEPTH);
        }
    }

    public void ascend() {
        depth--;
    }
}

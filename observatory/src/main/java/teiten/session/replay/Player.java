package teiten.session.replay;

import teiten.session.Event.Side;
import teiten.session.replay.Transcript.Chunk;

import java.io.PrintWriter;
import java.time.Duration;

/// Plays a transcript to a terminal in its own time, or faster.
///
/// What the visitor typed stands in reverse video where colour is allowed, unless the sensor echoed it. Nothing that
/// an attacker wrote reaches the terminal as a control sequence ([SafeText]).
public final class Player {
    private static final String TYPED = "\u001b[7m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintWriter out;
    private final double speed;
    private final Duration longestPause;
    private final boolean colour;
    private final Sleeper sleeper;

    /// Waits; a test's does not.
    @FunctionalInterface
    public interface Sleeper {
        void sleep(Duration pause) throws InterruptedException;
    }

    /// @param speed times as fast; 0 without any pause
    /// @param longestPause after which a silence is cut, before the speed is applied
    public Player(
            PrintWriter out, double speed, Duration longestPause, boolean colour, Sleeper sleeper) {
        this.out = out;
        this.speed = speed;
        this.longestPause = longestPause;
        this.colour = colour;
        this.sleeper = sleeper;
    }

    /// @throws InterruptedException when the thread is interrupted while it waits
    public void play(Transcript transcript) throws InterruptedException {
        Duration shown = Duration.ZERO;
        for (Chunk chunk : transcript.chunks()) {
            pause(chunk.after().minus(shown));
            shown = chunk.after();
            if (chunk.side() == Side.VISITOR && chunk.echoed()) {
                continue;
            }
            String text = SafeText.of(chunk.payload(), System.lineSeparator());
            boolean typed = chunk.side() == Side.VISITOR && colour;
            out.print(typed ? TYPED + text + PLAIN : text);
            if (chunk.payload().truncated()) {
                out.print("[… " + (chunk.payload().length() - chunk.payload().kept()) + " bytes]");
            }
            if (out.checkError()) {
                // Whoever watched has gone.
                return;
            }
        }
        out.println();
        out.flush();
    }

    private void pause(Duration silence) throws InterruptedException {
        if (speed > 0 && silence.isPositive()) {
            Duration wait = silence.compareTo(longestPause) > 0 ? longestPause : silence;
            long nanos = (long) (wait.toNanos() / speed);
            if (nanos > 0) {
                sleeper.sleep(Duration.ofNanos(nanos));
            }
        }
    }
}

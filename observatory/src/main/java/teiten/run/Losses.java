package teiten.run;

import teiten.capture.live.LiveCounts;
import teiten.store.Watching.Loss;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Losses by minute that are not stored yet. Used by the capturing and the storing thread.
final class Losses {
    private final TreeMap<Integer, Loss> minutes = new TreeMap<>();
    private LiveCounts before = LiveCounts.NONE;

    /// A capture began: its counters stand here.
    synchronized void begin(LiveCounts counts) {
        before = counts;
    }

    /// Adds what was lost since the counters were last seen.
    synchronized void note(LiveCounts now, long millis) {
        add(
                new Loss(
                        minute(millis),
                        now.kernel() - before.kernel(),
                        now.device() - before.device(),
                        0));
        before = now;
    }

    synchronized void ours(long packets, long millis) {
        add(new Loss(minute(millis), 0, 0, packets));
    }

    private static int minute(long millis) {
        return (int) (millis / 60_000);
    }

    private void add(Loss more) {
        if (more.kernel() + more.device() + more.ours() == 0) {
            return;
        }
        minutes.merge(
                more.minute(),
                more,
                (a, b) ->
                        new Loss(
                                a.minute(),
                                a.kernel() + b.kernel(),
                                a.device() + b.device(),
                                a.ours() + b.ours()));
    }

    /// What is to be stored now.
    synchronized List<Loss> take() {
        List<Loss> all = new ArrayList<>(minutes.values());
        minutes.clear();
        return all;
    }

    /// What was taken could not be stored.
    synchronized void giveBack(List<Loss> taken) {
        taken.forEach(this::add);
    }
}

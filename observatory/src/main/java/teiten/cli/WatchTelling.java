package teiten.cli;

import teiten.run.WatchListener;
import teiten.run.WatchTally;
import teiten.telescope.Outcome;
import teiten.web.LiveFeed;
import teiten.web.Progress;

import java.io.PrintStream;
import java.util.List;

/// Tells what watching does: sentences and, in the end, the counters on standard error; progress to the pages.
final class WatchTelling implements WatchListener {
    private final PrintStream err;
    private final LiveFeed live;

    WatchTelling(PrintStream err, LiveFeed live) {
        this.err = err;
        this.live = live;
    }

    @Override
    public void told(String sentence) {
        err.println("teiten: " + Print.safe(sentence));
    }

    @Override
    public void stored(String source, long packets, double perSecond) {
        live.publish(
                new Progress(Print.safe(source), packets, 0, Progress.ENDLESS, perSecond, false));
    }

    void report(List<WatchTally> tallies) {
        for (WatchTally tally : tallies) {
            err.println(line(tally));
        }
    }

    static String line(WatchTally tally) {
        String name = Print.safe(tally.source()) + " (" + tally.sensor() + "): ";
        if (tally.outcomes().isEmpty() && tally.kernel() + tally.device() + tally.ours() == 0) {
            return name + Print.count(tally.packets()) + " packets stored.";
        }
        long used = 0;
        StringBuilder skipped = new StringBuilder();
        for (Outcome outcome : Outcome.values()) {
            long n =
                    outcome.ordinal() < tally.outcomes().size()
                            ? tally.outcomes().get(outcome.ordinal())
                            : 0;
            if (outcome.used()) {
                used += n;
            } else if (n > 0) {
                skipped.append(skipped.isEmpty() ? " (" : ", ")
                        .append(outcome.label())
                        .append(' ')
                        .append(Print.count(n));
            }
        }
        return name
                + Print.count(tally.packets())
                + " packets stored, "
                + Print.count(used)
                + " used, "
                + Print.count(tally.packets() - used)
                + " skipped"
                + (skipped.isEmpty() ? "" : skipped.append(')').toString())
                + "; lost: "
                + Print.count(tally.kernel())
                + " by the kernel, "
                + Print.count(tally.device())
                + " by the interface, "
                + Print.count(tally.ours())
                + " by Teiten.";
    }
}

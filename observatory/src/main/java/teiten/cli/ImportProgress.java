package teiten.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

import org.jspecify.annotations.Nullable;

import teiten.capture.Capture;
import teiten.run.CaptureImport;
import teiten.store.Imports;
import teiten.web.LiveFeed;
import teiten.web.Progress;

import java.io.PrintWriter;
import java.util.Locale;

/// How an import's progress is shown: a bar with rate and remaining time on a terminal, a plain line every ten seconds
/// otherwise, nothing when quiet.
final class ImportProgress implements CaptureImport.Listener, AutoCloseable {
    private static final int MOST_NAME = 16;

    private static final long LINE_EVERY = 10_000_000_000L;
    private static final long BAR_AFTER = 300_000_000L;
    private static final long PAGE_EVERY = 500_000_000L;

    private final PrintWriter err;
    private final boolean silent;
    private final boolean terminal;
    private final long size;
    private final String name;
    private final long begin = System.nanoTime();
    private long told = begin;
    private final @Nullable LiveFeed live;
    private long heard = begin;
    private long packetsHeard;
    private @Nullable ProgressBar bar;

    ImportProgress(Capture capture, PrintWriter err, boolean silent, Desk desk) {
        this.err = err;
        this.silent = silent;
        this.terminal =
                desk.store() == null && System.console() != null && System.console().isTerminal();
        this.live = desk.live();
        this.size = capture.size();
        this.name = Print.safe(capture.name());
    }

    @Override
    public synchronized void read(long consumed, long packets) {
        long now = System.nanoTime();
        if (live != null && now - heard > PAGE_EVERY) {
            tellPages(consumed, packets, now, false);
        }
        if (silent) {
            return;
        }
        double rate = packets / Math.max(1e-9, (now - begin) / 1e9) / 1e6;
        String speed = String.format(Locale.ROOT, " %.1f Mpackets/s", rate);
        if (terminal) {
            if (bar == null && now - begin > BAR_AFTER) {
                bar =
                        new ProgressBarBuilder()
                                .setTaskName(last(name))
                                .setInitialMax(size)
                                .setUnit(" MB", 1 << 20)
                                .setStyle(ProgressBarStyle.ASCII)
                                .setUpdateIntervalMillis(200)
                                .setMaxRenderedLength(79)
                                .setConsumer(new ConsoleProgressBarConsumer(System.err, 79))
                                .build();
            }
            if (bar != null) {
                bar.setExtraMessage(speed);
                bar.stepTo(consumed);
            }
        } else if (now - told > LINE_EVERY) {
            told = now;
            String share =
                    size > 0
                            ? String.format(Locale.ROOT, " (%.0f %%)", 100.0 * consumed / size)
                            : "";
            err.println(name + ": " + Print.count(packets) + " packets" + share + "," + speed);
        }
    }

    private void tellPages(long consumed, long packets, long now, boolean done) {
        if (live != null) {
            double rate = (packets - packetsHeard) / Math.max(1e-3, (now - heard) / 1e9);
            live.publish(new Progress(name, packets, consumed, Math.max(0, size), rate, done));
            heard = now;
            packetsHeard = packets;
        }
    }

    /// Pages draw anew when something was stored.
    @Override
    public synchronized void stored(Imports.Progress progress) {
        tellPages(progress.bytes(), progress.packets(), System.nanoTime(), true);
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    /// The name without its folders, short enough to leave the bar its room.
    private static String last(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        return file.length() > MOST_NAME
                ? "…" + file.substring(file.length() - MOST_NAME + 1)
                : file;
    }
}

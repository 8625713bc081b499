package teiten.cli;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.run.ScannerListFile;
import teiten.run.Settings;
import teiten.run.Watch;
import teiten.run.WatchSource;
import teiten.store.Readings;
import teiten.store.Store;
import teiten.web.Dashboard;
import teiten.web.LiveFeed;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// The process that holds the data directory until it is told to end: answers other commands through the control socket,
/// captures what is to be watched, and shows the pages.
final class Holder {
    private Holder() {}

    /// Opens the store, works until SIGINT or SIGTERM, and closes everything in order.
    ///
    /// @param purpose for the message that others get
    /// @param watches what to capture meanwhile; may be empty
    /// @param page null to show none
    /// @param ready run once everything works
    static void hold(
            Settings settings,
            String purpose,
            List<WatchSource> watches,
            teiten.web.@Nullable Settings page,
            Runnable ready)
            throws InterruptedException {
        if (Desk.current().store() != null) {
            throw new OperatorMistake(
                    "another process holds the data directory already; stop it first, or name"
                            + " another directory with --data");
        }
        LiveFeed live = new LiveFeed();
        Store opened;
        try {
            opened =
                    Store.open(
                            settings.data(),
                            purpose,
                            settings.storeMemory(),
                            InstantSource.system());
        } catch (Store.InUse held) {
            throw new OperatorMistake(held.sentence(), held);
        }
        try {
            ScannerListFile.sync(new Readings(opened).scanners(), settings.scannerLists());
        } catch (RuntimeException fault) {
            opened.close();
            throw fault;
        }
        WatchTelling telling = new WatchTelling(System.err, live);
        try (Store open = opened;
                ControlSocket control = ControlSocket.open(open, live);
                Dashboard dashboard = page == null ? null : dashboard(open, live, page);
                Watch watch =
                        Watch.start(open, settings, watches, InstantSource.system(), telling)) {
            CountDownLatch end = new CountDownLatch(1);
            CountDownLatch closed = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(() -> {
                                end.countDown();
                                try {
                                    closed.await();
                                } catch (InterruptedException _) {
                                    Thread.currentThread().interrupt();
                                }
                            }));
            try {
                if (dashboard != null) {
                    dashboard.start();
                    System.err.println(
                            "Teiten observes at " + dashboard.address() + "  (Ctrl-C ends it)");
                }
                new Readings(open).rollUpBehind();
                ready.run();
                end.await();
            } finally {
                watch.close();
                telling.report(watch.tallies());
                control.close();
                if (dashboard != null) {
                    dashboard.close();
                }
                open.close();
                closed.countDown();
            }
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "the control socket in "
                            + settings.data()
                            + " cannot be made ("
                            + fault.getMessage()
                            + "); choose a data directory with a shorter path on a local disk",
                    fault);
        }
    }

    private static Dashboard dashboard(Store open, LiveFeed live, teiten.web.Settings page) {
        Readings readings = new Readings(open);
        return new Dashboard(
                readings, live, NoticeCommand.pages(readings), page, InstantSource.system());
    }
}

package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import teiten.OperatorMistake;
import teiten.run.Settings;
import teiten.store.Readings;
import teiten.store.Store;
import teiten.web.Dashboard;
import teiten.web.LiveFeed;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/// `teiten serve`
@Command(
        name = "serve",
        description = {
            "Serve the pages of the observatory, on this machine only unless told otherwise.",
            "",
            "While it runs, teiten import, top, show and notice for the same data directory work"
                    + " through it."
        })
final class ServeCommand implements Callable<Integer> {
    @Mixin StoreOptions store = new StoreOptions();

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Address to listen on (default: 127.0.0.1).")
    @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port to listen on; 0 takes a free one (default: 8550).")
    @Nullable Integer port;

    @Option(
            names = "--host-name",
            paramLabel = "NAME",
            split = ",",
            description = "Further names under which a reverse proxy reaches it.")
    List<String> names = List.of();

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = store.settings();
        if (port != null && (port < 0 || port > 65_535)) {
            throw new OperatorMistake("--port " + port + " is outside 0..65535");
        }
        serve(
                settings,
                host != null ? host : settings.host(),
                port != null ? port : settings.port(),
                Set.copyOf(names),
                () -> {});
        return Main.DONE;
    }

    /// Opens the store, serves until the process is told to end, and closes everything in order.
    ///
    /// @param ready run once the page can be opened
    static void serve(Settings settings, String host, int port, Set<String> names, Runnable ready)
            throws InterruptedException {
        if (Desk.current().store() != null) {
            throw new OperatorMistake("the data directory is already being served; open that page");
        }
        LiveFeed live = new LiveFeed();
        Store opened;
        try {
            opened =
                    Store.open(
                            settings.data(),
                            "teiten serve",
                            settings.storeMemory(),
                            InstantSource.system());
        } catch (Store.InUse held) {
            throw new OperatorMistake(held.sentence(), held);
        }
        try (Store open = opened;
                ControlSocket control = ControlSocket.open(open, live);
                Dashboard dashboard =
                        new Dashboard(
                                new Readings(open),
                                live,
                                NoticeCommand.pages(new Readings(open)),
                                new teiten.web.Settings(host, port, names),
                                InstantSource.system())) {
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
                dashboard.start();
                System.err.println(
                        "Teiten observes at " + dashboard.address() + "  (Ctrl-C ends it)");
                ready.run();
                end.await();
            } finally {
                control.close();
                dashboard.close();
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
}

package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import teiten.OperatorMistake;
import teiten.run.Settings;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/// `teiten serve`
@Command(
        name = "serve",
        description = {
            "Serve the pages of the observatory, on this machine only unless told otherwise.",
            "",
            "While it runs, teiten import, top, show and notice for the same data directory work"
                    + " through it. What the [[watch]] sections of the settings name is captured"
                    + " meanwhile."
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
        Holder.hold(
                settings,
                "teiten serve",
                settings.watches(),
                new teiten.web.Settings(
                        host != null ? host : settings.host(),
                        port != null ? port : settings.port(),
                        Set.copyOf(names)),
                () -> {});
        return Main.DONE;
    }
}

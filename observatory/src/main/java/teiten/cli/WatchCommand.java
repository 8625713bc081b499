package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import teiten.OperatorMistake;
import teiten.capture.live.LiveOptions;
import teiten.net.Prefix;
import teiten.run.Settings;
import teiten.run.WatchSource;
import teiten.store.Imports;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// `teiten watch`
@Command(
        name = "watch",
        description = {
            "Capture from interfaces and follow directories of captures, until told to end.",
            "",
            "Without --interface and --directory it takes the [[watch]] sections of the settings."
                    + " While it runs, teiten import, top, show and the others for the same data"
                    + " directory work through it. Figures are stored every few seconds; Ctrl-C or"
                    + " SIGTERM stores the rest and prints the counters."
        })
final class WatchCommand implements Callable<Integer> {
    @Mixin StoreOptions store = new StoreOptions();

    @Option(
            names = "--interface",
            paramLabel = "IF[=SENSOR]",
            description = "Capture from this interface through libpcap; may be repeated.")
    List<String> interfaces = new ArrayList<>();

    @Option(
            names = "--directory",
            paramLabel = "DIR[=SENSOR]",
            description =
                    "Follow this directory, into which captures are written; may be repeated.")
    List<String> directories = new ArrayList<>();

    @Option(
            names = "--sensor",
            paramLabel = "NAME",
            description = "The sensor, where none is named after = (default: darknet).")
    String sensor = "darknet";

    @Option(
            names = "--addresses",
            paramLabel = "CIDR",
            split = ",",
            description =
                    "The sensor's monitored addresses, as for import; for one sensor. The settings"
                            + " can give those of several.")
    @Nullable List<String> addresses;

    @Option(
            names = "--filter",
            paramLabel = "BPF",
            description = "Only packets that match, in the language of tcpdump.")
    String filter = "";

    @Option(
            names = "--snaplen",
            paramLabel = "BYTES",
            description =
                    "Bytes kept of each packet (default: 256, which holds every header that is"
                            + " read).")
    int snaplen = LiveOptions.SNAPLEN;

    @Option(
            names = "--buffer",
            paramLabel = "MIB",
            description = "The kernel's ring for each interface (default: 64).")
    int buffer = LiveOptions.BUFFER_MIB;

    @Option(
            names = "--promiscuous",
            description = "Also packets for other hardware addresses (default: no).")
    boolean promiscuous;

    @Option(
            names = "--outgoing",
            description = "Also packets that this machine sends (default: no).")
    boolean outgoing;

    @Option(names = "--serve", description = "Show the pages as well, as teiten serve does.")
    boolean serve;

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = store.settings();
        List<WatchSource> watches = sources(settings);
        Holder.hold(
                settings,
                "teiten watch",
                watches,
                serve
                        ? new teiten.web.Settings(
                                settings.host(), settings.port(), java.util.Set.of())
                        : null,
                () -> {});
        return Main.DONE;
    }

    private List<WatchSource> sources(Settings settings) {
        List<WatchSource> named = new ArrayList<>();
        List<Prefix> prefixes = prefixes();
        for (String each : interfaces) {
            int at = each.lastIndexOf('=');
            named.add(
                    new WatchSource.OfInterface(
                            name(each, at),
                            prefixes,
                            new LiveOptions(
                                    at < 0 ? each : each.substring(0, at),
                                    filter,
                                    snaplen,
                                    buffer,
                                    promiscuous,
                                    outgoing)));
        }
        for (String each : directories) {
            int at = each.lastIndexOf('=');
            named.add(
                    new WatchSource.OfDirectory(
                            name(each, at),
                            prefixes,
                            Path.of(at < 0 ? each : each.substring(0, at))));
        }
        if (named.isEmpty()) {
            named.addAll(settings.watches());
        }
        if (named.isEmpty()) {
            throw new OperatorMistake(
                    "nothing is to be watched: give --interface or --directory, or write a"
                            + " [[watch]] section into the settings");
        }
        if (prefixes != null && named.stream().map(WatchSource::sensor).distinct().count() > 1) {
            throw new OperatorMistake(
                    "--addresses is for one sensor and several are named; write their addresses"
                            + " into [[watch]] sections of the settings");
        }
        return named;
    }

    private String name(String option, int at) {
        String name = at < 0 ? sensor : option.substring(at + 1);
        Imports.checkName(name);
        return name;
    }

    private @Nullable List<Prefix> prefixes() {
        if (addresses == null) {
            return null;
        }
        try {
            return addresses.stream().map(Prefix::parse).toList();
        } catch (IllegalArgumentException mistake) {
            throw new OperatorMistake("--addresses: " + mistake.getMessage());
        }
    }
}

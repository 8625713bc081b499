package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import teiten.OperatorMistake;
import teiten.net.Prefix;
import teiten.run.DemoSamples;
import teiten.run.DemoSessions;
import teiten.run.Settings;
import teiten.simulate.Scenario;
import teiten.simulate.Simulation;
import teiten.simulate.Truth;
import teiten.store.Readings;
import teiten.store.SampleImports;
import teiten.store.Scope;
import teiten.store.SessionFilter;
import teiten.store.SessionReadings;
import teiten.store.Store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/// `teiten demo`: simulated sensors, imported and served, everything marked DEMO.
@Command(
        name = "demo",
        description = {
            "Show the observatory at work on simulated captures.",
            "",
            "Writes four months of two simulated sensors and of made-up attackers at a decoy into a"
                    + " data directory of its own, imports them and serves the pages. Your own data"
                    + " is not touched."
        })
final class DemoCommand implements Callable<Integer> {
    private static final List<Prefix> SENSORS =
            List.of(Prefix.parse("192.0.2.0/24"), Prefix.parse("198.51.100.0/24"));
    private static final List<String> NAMES = List.of("tokyo", "osaka");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Data directory of the demonstration (default: demo below the usual one).")
    @Nullable Path data;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port to listen on; 0 takes a free one (default: 8550).")
    @Nullable Integer port;

    @Option(names = "--no-serve", description = "End when the data is there.")
    boolean noServe;

    @Override
    public Integer call() throws InterruptedException {
        Settings usual = Settings.read(null, null, System.getenv());
        Path directory = data != null ? data : usual.data().resolve("demo");
        Path captures = directory.resolve("captures");
        simulate(captures);
        for (int i = 0; i < NAMES.size(); i++) {
            int status =
                    Main.run(
                            new String[] {
                                "import",
                                "--demo",
                                "--data",
                                directory.toString(),
                                "--sensor",
                                NAMES.get(i),
                                "--addresses",
                                SENSORS.get(i).toString(),
                                captures.resolve("demo-" + (i + 1) + ".pcap").toString()
                            });
            if (status != Main.DONE) {
                return status;
            }
        }
        int decoy =
                Main.run(
                        "import",
                        "--demo",
                        "--data",
                        directory.toString(),
                        captures.resolve("decoy").toString());
        if (decoy != Main.DONE) {
            return decoy;
        }
        samples(directory);
        if (!noServe) {
            Settings settings = Settings.read(directory, null, System.getenv());
            Holder.hold(
                    settings,
                    "teiten serve",
                    List.of(),
                    new teiten.web.Settings(
                            settings.host(), port != null ? port : settings.port(), Set.of()),
                    () ->
                            System.err.println(
                                    "Everything you see there is simulated (DEMO). Your own: teiten"
                                            + " import FILE, teiten serve"));
        }
        return Main.DONE;
    }

    /// Forged samples and made-up behaviour; stored again they change nothing.
    private static void samples(Path directory) {
        Settings settings = Settings.read(directory, null, System.getenv());
        teiten.simulate.Settings span = Scenario.DEMO.defaults();
        try (Store store =
                Store.open(
                        directory, "teiten demo", settings.storeMemory(), InstantSource.system())) {
            int samples =
                    DemoSamples.store(
                            new SampleImports(store),
                            span.start().atStartOfDay(ZoneOffset.UTC).toInstant(),
                            Duration.ofDays(span.days()),
                            downloads(new Readings(store).sessions()));
            System.err.println("Forged " + samples + " samples (DEMO); none of them can run.");
        } catch (Store.InUse _) {
            System.err.println("The demonstration is being served; its samples are there already.");
        }
    }

    private static List<DemoSamples.Download> downloads(SessionReadings sessions) {
        List<DemoSamples.Download> all = new ArrayList<>();
        Scope ever = new Scope(Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z"), Set.of());
        for (SessionReadings.Line line : sessions.newest(SessionFilter.of(ever), 0, 0)) {
            for (String url : line.record().urls()) {
                all.add(
                        new DemoSamples.Download(
                                line.record().sensor(),
                                line.record().session(),
                                url,
                                line.record().start()));
            }
        }
        return all;
    }

    /// Written once; a later run finds them.
    private static void simulate(Path captures) {
        converse(captures.resolve("decoy"));
        if (Files.exists(captures.resolve("demo-2.truth.json"))) {
            return;
        }
        System.err.println("Simulating four months of two sensors into " + captures + " ...");
        teiten.simulate.Settings d = Scenario.DEMO.defaults();
        try {
            Files.createDirectories(captures);
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "the directory "
                            + captures
                            + " cannot be made ("
                            + fault.getMessage()
                            + "); name another with --data",
                    fault);
        }
        List<Truth> truths =
                Simulation.write(
                        Scenario.DEMO,
                        new teiten.simulate.Settings(
                                d.seed(), d.days(), d.packets(), d.start(), SENSORS),
                        captures);
        System.err.println("Simulated " + truths.size() + " captures, with the truth beside them.");
    }

    private static void converse(Path decoy) {
        if (Files.exists(decoy.resolve("events-demo.jsonl"))) {
            return;
        }
        System.err.println("Made-up attackers talk to a decoy, in memory, into " + decoy + " ...");
        teiten.simulate.Settings d = Scenario.DEMO.defaults();
        try {
            DemoSessions.write(decoy, d.seed(), d.start(), d.days());
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "the directory "
                            + decoy
                            + " cannot be written ("
                            + fault.getMessage()
                            + "); name another with --data",
                    fault);
        }
    }
}

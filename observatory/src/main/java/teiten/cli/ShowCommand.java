package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import teiten.OperatorMistake;
import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.store.EventReadings;
import teiten.store.EventReadings.Victim;
import teiten.store.Readings;
import teiten.store.Readings.PortReport;
import teiten.store.Readings.SensorReport;
import teiten.store.Readings.Series;
import teiten.store.Readings.SourceReport;
import teiten.store.ScannerReadings.Known;
import teiten.store.Scanners;
import teiten.store.Scope;
import teiten.store.Step;
import teiten.store.WatchReadings;

import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `teiten show port|ip|sensor|campaign|session|sample`
@Command(
        name = "show",
        description =
                "Show one port's, source's, sensor's, campaign's, session's or sample's story.",
        subcommands = {ShowSessionCommand.class, ShowSampleCommand.class})
final class ShowCommand implements Runnable {
    @Override
    public void run() {
        throw new OperatorMistake(
                "say what to show: teiten show port 23/tcp, show ip 192.0.2.1, show sensor NAME,"
                        + " show campaign ID, show session ID or show sample SHA256");
    }

    /// A question to an opened store.
    private interface Question {
        void ask(Readings readings, Scope scope, Print print);
    }

    private static int ask(StoreOptions options, ScopeOptions scopes, Question question) {
        try (Desk.OpenStore open = options.open("teiten show")) {
            Readings readings = new Readings(open.store());
            Scope asked = scopes.scope(readings);
            if (asked == null) {
                throw new OperatorMistake("nothing was read yet; begin with: teiten import FILE");
            }
            question.ask(readings, asked, new Print());
        }
        return Main.DONE;
    }

    static Port port(String text) {
        try {
            return Port.parse(text);
        } catch (IllegalArgumentException mistake) {
            throw new OperatorMistake(Print.safe(String.valueOf(mistake.getMessage())));
        }
    }

    @Command(
            name = "port",
            description = "Accesses, sources, marks and what else the port's sources search.")
    int port(
            @Parameters(paramLabel = "PORT", description = "Like 23/tcp, 53413/udp, 8.0/icmp.")
                    String text,
            @Option(
                            names = "--by",
                            paramLabel = "minute|hour|day",
                            description =
                                    "Step of the series (default: hour"
                                            + " up to 3 days, day beyond).")
                    @Nullable Step by,
            @Mixin StoreOptions options,
            @Mixin ScopeOptions scopes,
            @Mixin Format as) {
        Port port = port(text);
        return ask(
                options,
                scopes,
                (readings, asked, print) -> {
                    long hours = Duration.between(asked.from(), asked.to()).toHours();
                    boolean byDay = hours > 72 || asked.scanners() != Scanners.ALL;
                    Step step = by != null ? by : byDay ? Step.DAY : Step.HOUR;
                    ZoneId zone = scopes.zone();
                    Series series = readings.series(port, asked, step, zone);
                    PortReport report = readings.port(port, asked);
                    if (as.json) {
                        print.json(PortPrint.json(report, series));
                    } else if (as.csv) {
                        PortPrint.csv(print, series);
                    } else {
                        PortPrint.text(print, report, series, zone);
                        ScannerLines.footnote(readings, asked, print);
                    }
                });
    }

    @Command(
            name = "ip",
            description = "What one source did: ports, targets, marks, with the evidence.")
    int ip(
            @Parameters(paramLabel = "ADDRESS", description = "Like 192.0.2.1 or 2001:db8::1.")
                    String text,
            @Mixin StoreOptions options,
            @Mixin ScopeOptions scopes,
            @Mixin Format as) {
        IpAddress address;
        try {
            address = IpAddress.parse(text);
        } catch (IllegalArgumentException mistake) {
            throw new OperatorMistake(Print.safe(String.valueOf(mistake.getMessage())));
        }
        return ask(
                options,
                scopes,
                (readings, asked, print) -> {
                    SourceReport report = readings.source(address, asked, 0);
                    readings.events().upToDate();
                    Known known = readings.scanners().known(address, asked);
                    List<Victim> attacks =
                            readings.events()
                                    .victims(asked.with(Scanners.ALL), address, 0, 0)
                                    .lines();
                    if (as.json) {
                        Map<String, Object> json = SourcePrint.json(report);
                        json.put("scanner", ScannerLines.json(known));
                        json.put("attacks", attacks.stream().map(TopEvents::json).toList());
                        print.json(json);
                    } else {
                        SourcePrint.text(
                                print,
                                report,
                                scopes.zone(),
                                as.csv,
                                () -> {
                                    ScannerLines.text(known, scopes.zone(), print);
                                    attacks.forEach(attack ->
                                            print.note(TopEvents.attack(attack, scopes.zone())));
                                });
                    }
                });
    }

    @Command(
            name = "campaign",
            description = "Sources that look alike and began together, with the evidence.")
    int campaign(
            @Parameters(paramLabel = "ID", description = "As teiten top campaigns gives it.")
                    String id,
            @Mixin StoreOptions options,
            @Mixin ScopeOptions scopes,
            @Mixin Format as) {
        try (Desk.OpenStore open = options.open("teiten show")) {
            new CampaignPrint(new Readings(open.store()), as, scopes.zone()).one(id);
        }
        return Main.DONE;
    }

    @Command(
            name = "sensor",
            description = "What a sensor read, what became of each packet, and its gaps.")
    int sensor(
            @Parameters(
                            paramLabel = "NAME",
                            arity = "0..1",
                            description = "One sensor (default: all).")
                    @Nullable String name,
            @Mixin StoreOptions options,
            @Mixin ScopeOptions scopes,
            @Mixin Format as) {
        try (Desk.OpenStore open = options.open("teiten show")) {
            Readings readings = new Readings(open.store());
            Map<String, EventReadings.Timing> timings = new HashMap<>();
            readings.events().timings().forEach(t -> timings.put(t.sensor(), t));
            Map<String, WatchReadings.Watched> live = new HashMap<>();
            readings.watching().all().forEach(w -> live.put(w.sensor(), w));
            List<SensorReport> all = readings.sensors();
            List<SensorReport> chosen =
                    all.stream().filter(s -> name == null || s.name().equals(name)).toList();
            if (name != null && chosen.isEmpty()) {
                throw new OperatorMistake(
                        "there is no sensor \""
                                + Print.safe(name)
                                + "\"; known are: "
                                + String.join(", ", all.stream().map(SensorReport::name).toList()));
            }
            Print print = new Print();
            if (as.json) {
                print.json(
                        name != null
                                ? SensorPrint.json(chosen.getFirst(), timings, live)
                                : chosen.stream()
                                        .map(s -> SensorPrint.json(s, timings, live))
                                        .toList());
            } else {
                for (SensorReport report : chosen) {
                    if (report != chosen.getFirst()) {
                        print.line("");
                    }
                    SensorPrint.text(print, report, scopes.zone());
                    WatchReadings.Watched watched = live.get(report.name());
                    if (watched != null) {
                        CaptureStory.text(print, watched, scopes.zone());
                    }
                    EventReadings.Timing timing = timings.get(report.name());
                    if (timing != null) {
                        print.note(TopEvents.limits(timing));
                    }
                }
            }
        }
        return Main.DONE;
    }
}

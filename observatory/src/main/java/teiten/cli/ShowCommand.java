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
import teiten.store.Readings.Bucket;
import teiten.store.Readings.Gap;
import teiten.store.Readings.Os;
import teiten.store.Readings.Overlap;
import teiten.store.Readings.PortReport;
import teiten.store.Readings.PortUse;
import teiten.store.Readings.SensorReport;
import teiten.store.Readings.Series;
import teiten.store.Readings.SourceReport;
import teiten.store.ScannerReadings.Known;
import teiten.store.Scanners;
import teiten.store.Scope;
import teiten.store.Step;
import teiten.store.Tally;
import teiten.store.WatchReadings;
import teiten.telescope.Mark;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
                        print.json(json(report, series));
                    } else if (as.csv) {
                        csv(print, series);
                    } else {
                        text(print, report, series, zone);
                        ScannerLines.footnote(readings, asked, print);
                    }
                });
    }

    private static Map<String, Object> json(PortReport r, Series series) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("protocol", r.port().protocol().label());
        json.put("port", r.port().number());
        json.put("packets", r.tally().packets());
        json.put("bytes", r.tally().bytes());
        json.put("accesses", r.tally().accesses());
        json.put("syn", r.tally().syn());
        json.put("backscatter", r.tally().backscatter());
        json.put("sources", Math.round(r.sources().value()));
        json.put("sources_relative_error", r.sources().relativeError());
        json.put("marks", TopCommand.marks(r.tally()));
        json.put("accesses_per_day_and_address", Counting.finite(r.perDayAndAddress()));
        Map<String, Object> os = new LinkedHashMap<>();
        r.osShares().forEach((name, share) -> os.put(name.name().toLowerCase(Locale.ROOT), share));
        json.put("os_shares", os);
        List<Map<String, Object>> overlaps = new ArrayList<>();
        for (Overlap overlap : r.overlaps()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("protocol", overlap.other().protocol().label());
            row.put("port", overlap.other().number());
            row.put("sources", overlap.sources());
            row.put("share", overlap.share());
            overlaps.add(row);
        }
        json.put("also_access", overlaps);
        json.put("also_access_of_sources", r.sourcesWithTable());
        json.put("step", series.step().name().toLowerCase(Locale.ROOT));
        List<Map<String, Object>> buckets = new ArrayList<>();
        for (Bucket b : series.buckets()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("start", b.start().toString());
            row.put("end", b.end().toString());
            row.put("observed", b.observed());
            row.put("packets", b.tally().packets());
            row.put("accesses", b.tally().accesses());
            row.put("syn", b.tally().syn());
            row.put("sources", Math.round(b.sources().value()));
            row.put("marks", TopCommand.marks(b.tally()));
            row.put("accesses_per_day_and_address", Counting.finite(b.perDayAndAddress()));
            buckets.add(row);
        }
        json.put("series", buckets);
        json.put("counted", Counting.json(r.counted()));
        return json;
    }

    private static void csv(Print print, Series series) {
        List<List<String>> rows = new ArrayList<>();
        for (Bucket b : series.buckets()) {
            rows.add(
                    List.of(
                            b.start().toString(),
                            b.end().toString(),
                            String.valueOf(b.observed()),
                            String.valueOf(b.tally().packets()),
                            String.valueOf(b.tally().accesses()),
                            String.valueOf(b.tally().syn()),
                            String.valueOf(Math.round(b.sources().value())),
                            Double.isNaN(b.perDayAndAddress())
                                    ? ""
                                    : String.valueOf(b.perDayAndAddress()),
                            String.valueOf(b.tally().marked(Mark.MIRAI))));
        }
        print.csv(
                List.of(
                        "start",
                        "end",
                        "observed",
                        "packets",
                        "accesses",
                        "syn",
                        "sources",
                        "accesses_per_day_and_address",
                        "mirai"),
                rows);
    }

    private static void text(Print print, PortReport r, Series series, ZoneId zone) {
        Tally t = r.tally();
        print.line(
                r.port()
                        + ": "
                        + Print.count(t.accesses())
                        + " accesses ("
                        + Print.rate(r.perDayAndAddress())
                        + " a day and address) from "
                        + Print.estimate(r.sources())
                        + " sources");
        print.line(
                Print.count(t.packets())
                        + " packets in all, "
                        + Print.count(t.backscatter())
                        + " of them backscatter");
        print.line("");
        print.line("  " + Print.sparkline(series.buckets()));
        print.line(
                "  accesses by "
                        + series.step().name().toLowerCase(Locale.ROOT)
                        + ", "
                        + zone
                        + "; · = not observed");
        print.line("");
        print.line("Marks of tools, share of the accesses:");
        for (Mark mark : Mark.values()) {
            print.line(
                    String.format(
                            Locale.ROOT,
                            "  %-8s %7s  %s",
                            mark.label(),
                            Print.share(t.marked(mark), t.accesses()),
                            Counting.evidence(mark)));
        }
        if (r.sourcesWithTable() > 0) {
            print.line("");
            print.line(
                    "Systems that the TTLs of its "
                            + Print.count(r.sourcesWithTable())
                            + " sources allow:");
            for (Map.Entry<Os, Double> share : r.osShares().entrySet()) {
                print.line(
                        String.format(
                                Locale.ROOT,
                                "  %-8s %6.1f%%",
                                share.getKey().name().toLowerCase(Locale.ROOT),
                                100 * share.getValue()));
            }
        }
        if (!r.overlaps().isEmpty()) {
            print.line("");
            print.line("These sources also access:");
            for (Overlap overlap : r.overlaps().subList(0, Math.min(8, r.overlaps().size()))) {
                print.line(
                        String.format(
                                Locale.ROOT,
                                "  %-12s %6.1f%%  (%s sources)",
                                overlap.other(),
                                100 * overlap.share(),
                                Print.count(overlap.sources())));
            }
        }
        print.line("");
        print.note(Counting.footnote(r.counted(), zone));
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
                        Map<String, Object> json = json(report);
                        json.put("scanner", ScannerLines.json(known));
                        json.put("attacks", attacks.stream().map(TopEvents::json).toList());
                        print.json(json);
                    } else {
                        if (!as.csv) {
                            ScannerLines.text(known, scopes.zone(), print);
                            attacks.forEach(
                                    attack -> print.note(TopEvents.attack(attack, scopes.zone())));
                        }
                        text(print, report, scopes.zone(), as.csv);
                    }
                });
    }

    private static Map<String, Object> json(SourceReport r) {
        Map<String, Object> json = new LinkedHashMap<>();
        boolean seen = !r.days().isEmpty();
        json.put("source", r.source().toString());
        json.put("seen", seen);
        json.put("packets", r.tally().packets());
        json.put("bytes", r.tally().bytes());
        json.put("accesses", r.tally().accesses());
        json.put("syn", r.tally().syn());
        json.put("targets", Math.round(r.targets().value()));
        json.put("targets_relative_error", r.targets().relativeError());
        json.put("marks", TopCommand.marks(r.tally()));
        json.put("first", seen ? r.first().toString() : null);
        json.put("last", seen ? r.last().toString() : null);
        json.put("os", seen ? Counting.os(r.os()) : null);
        List<Map<String, Object>> ports = new ArrayList<>();
        for (PortUse use : r.ports()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("protocol", use.port().protocol().label());
            row.put("port", use.port().number());
            row.put("packets", use.tally().packets());
            row.put("accesses", use.tally().accesses());
            row.put("syn", use.tally().syn());
            row.put("targets", Math.round(use.targets().value()));
            row.put("marks", TopCommand.marks(use.tally()));
            row.put("first", use.first().toString());
            row.put("last", use.last().toString());
            ports.add(row);
        }
        json.put("ports", ports);
        List<Map<String, Object>> days = new ArrayList<>();
        r.days()
                .forEach(day -> {
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("day", day.day().toString());
                    row.put("packets", day.tally().packets());
                    row.put("accesses", day.tally().accesses());
                    row.put("ports", day.ports());
                    days.add(row);
                });
        json.put("days", days);
        json.put("counted", Counting.json(r.counted()));
        return json;
    }

    private static void text(Print print, SourceReport r, ZoneId zone, boolean csv) {
        List<String> header =
                List.of("port", "packets", "syn", "targets", "marks", "first", "last");
        List<List<String>> rows = new ArrayList<>();
        for (PortUse use :
                r.ports().subList(0, csv ? r.ports().size() : Math.min(20, r.ports().size()))) {
            rows.add(
                    List.of(
                            use.port().toString(),
                            csv
                                    ? String.valueOf(use.tally().packets())
                                    : Print.count(use.tally().packets()),
                            csv
                                    ? String.valueOf(use.tally().syn())
                                    : Print.count(use.tally().syn()),
                            csv
                                    ? String.valueOf(Math.round(use.targets().value()))
                                    : Print.estimate(use.targets()),
                            Counting.markNames(use.tally()),
                            csv
                                    ? use.first().toString()
                                    : Print.time(use.first(), zone).substring(5, 16),
                            csv
                                    ? use.last().toString()
                                    : Print.time(use.last(), zone).substring(5, 16)));
        }
        if (csv) {
            print.csv(header, rows);
            return;
        }
        if (r.days().isEmpty()) {
            print.line(
                    r.source() + " was not seen in this span. That is no proof that it is clean.");
            print.line("");
            print.note(Counting.footnote(r.counted(), zone));
            print.note(Counting.forgotten(r.counted(), zone));
            return;
        }
        print.line(
                r.source()
                        + ": "
                        + Print.count(r.tally().packets())
                        + " packets, "
                        + Print.count(r.tally().accesses())
                        + " accesses to "
                        + Print.estimate(r.targets())
                        + " addresses on "
                        + Print.count(r.ports().size())
                        + " ports");
        print.line(
                "from "
                        + Print.time(r.first(), zone)
                        + " to "
                        + Print.time(r.last(), zone)
                        + " "
                        + zone);
        print.line("System: " + Counting.reason(r.os()));
        for (Mark mark : Mark.values()) {
            long marked = r.tally().marked(mark);
            if (marked > 0) {
                print.line(
                        "Mark "
                                + mark.label()
                                + ": "
                                + Print.count(marked)
                                + " packets, "
                                + Counting.evidence(mark));
            }
        }
        if (Counting.markNames(r.tally()).equals("-")) {
            print.line("Marks: none of a known tool");
        }
        print.line("");
        print.table(header, rows, true, false, false, false, true, true, true);
        if (r.ports().size() > rows.size()) {
            print.line(
                    "… and "
                            + Print.count(r.ports().size() - rows.size())
                            + " more ports (--csv or --json shows all)");
        }
        print.line("");
        print.line("An address may be shared, change hands or be spoofed.");
        print.note(Counting.footnote(r.counted(), zone));
        print.note(Counting.forgotten(r.counted(), zone));
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
                                ? json(chosen.getFirst(), timings, live)
                                : chosen.stream().map(s -> json(s, timings, live)).toList());
            } else {
                for (SensorReport report : chosen) {
                    text(print, report, scopes.zone());
                    WatchReadings.Watched watched = live.get(report.name());
                    if (watched != null) {
                        CaptureStory.text(print, watched, scopes.zone());
                    }
                    EventReadings.Timing timing = timings.get(report.name());
                    if (timing != null) {
                        print.note(TopEvents.limits(timing));
                    }
                    print.line("");
                }
            }
        }
        return Main.DONE;
    }

    private static Map<String, Object> json(
            SensorReport s,
            Map<String, EventReadings.Timing> timings,
            Map<String, WatchReadings.Watched> live) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sensor", s.name());
        json.put("addresses", s.addresses().value());
        json.put("addresses_inferred", s.inferred());
        json.put("prefixes", s.prefixes().stream().map(Object::toString).toList());
        json.put("demo", s.demo());
        json.put("first", s.first() == null ? null : s.first().toString());
        json.put("last", s.last() == null ? null : s.last().toString());
        json.put("packets", s.packets());
        json.put("outcomes", s.outcomes());
        json.put("skipped", s.skipped());
        List<Map<String, Object>> gaps = new ArrayList<>();
        for (Gap gap : s.gaps()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("from", gap.from().toString());
            row.put("to", gap.to().toString());
            row.put("reason", gap.reason());
            gaps.add(row);
        }
        json.put("gaps", gaps);
        json.put("closed_early", s.closedEarly());
        WatchReadings.Watched watched = live.get(s.name());
        if (watched != null) {
            json.put("capture", CaptureStory.json(watched));
        }
        json.put("captures", s.imports().size());
        EventReadings.Timing timing = timings.get(s.name());
        if (timing != null) {
            json.put("n", timing.addresses().value());
            json.put("timeout_s", timing.timeout());
            json.put("detection_limit_pps", timing.detectionLimit());
            json.put("fewest_targets", timing.fewestTargets());
        }
        return json;
    }

    /// What it means that segments were closed early.
    static String early(SensorReport s) {
        return Print.count(s.closedEarly())
                + " segments were closed early because the tables were full; nothing is lost, they"
                + " are joined again, but the store grows. More memory: import.table_memory_mib";
    }

    private static void text(Print print, SensorReport s, ZoneId zone) {
        print.line(
                s.name()
                        + (s.demo() ? " (DEMO: simulated)" : "")
                        + ": "
                        + Print.estimate(s.addresses())
                        + " addresses"
                        + (s.inferred()
                                ? ", inferred from the destinations seen"
                                : " " + s.prefixes()));
        if (s.first() != null && s.last() != null) {
            print.line(
                    "  from "
                            + Print.time(s.first(), zone)
                            + " to "
                            + Print.time(s.last(), zone)
                            + " "
                            + zone);
        }
        print.line(
                "  "
                        + Print.count(s.packets())
                        + " packets in "
                        + s.imports().size()
                        + " captures");
        if (s.closedEarly() > 0) {
            print.line("  " + early(s));
        }
        List<List<String>> rows = new ArrayList<>();
        s.outcomes().forEach((label, n) -> rows.add(List.of("  used", label, Print.count(n))));
        s.skipped().forEach((label, n) -> rows.add(List.of("  skipped", label, Print.count(n))));
        print.table(List.of("  outcome", "kind", "packets"), rows, true, true, false);
        for (Gap gap : s.gaps()) {
            print.line(
                    "  gap "
                            + Print.time(gap.from(), zone)
                            + " to "
                            + Print.time(gap.to(), zone)
                            + " ("
                            + gap.reason()
                            + ")");
        }
    }
}

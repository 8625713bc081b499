package teiten.web;

import org.jspecify.annotations.Nullable;

import teiten.cli.Cli;
import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.net.Prefix;
import teiten.run.DemoSamples;
import teiten.run.DemoSessions;
import teiten.run.LogImport;
import teiten.session.read.LogFormat;
import teiten.store.Estimate;
import teiten.store.Readings;
import teiten.store.SampleImports;
import teiten.store.Scope;
import teiten.store.SessionImports;
import teiten.store.Step;
import teiten.store.Store;
import teiten.store.Tally;
import teiten.telescope.Mark;
import teiten.telescope.PacketClass;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Answers by formula, so that the screens can be seen and held to account without a store: two sensors, forty days of
/// winter 2015, 23/TCP rising threefold, an outage of two and a half days, and a file with a hostile name.
final class FixtureReadings extends Readings {
    static final Instant BEGIN = Instant.parse("2015-11-21T00:00:00Z");
    static final Instant END = Instant.parse("2015-12-31T00:00:00Z");
    static final Instant GAP_BEGIN = Instant.parse("2015-12-09T12:00:00Z");
    static final Instant GAP_END = Instant.parse("2015-12-12T00:00:00Z");
    static final IpAddress SEEN = IpAddress.parse("203.0.113.7");
    static final String HOSTILE =
            "<img src=x onerror=\"document.title='broken'\"><script>alert(1)</script>.pcap";
    private static final double ADDRESSES = 256;

    private static final List<Port> PORTS =
            List.of(
                    Port.TELNET,
                    Port.parse("445/tcp"),
                    Port.parse("2323/tcp"),
                    Port.parse("22/tcp"),
                    Port.parse("53413/udp"),
                    Port.parse("1433/tcp"),
                    Port.parse("80/tcp"),
                    Port.parse("3389/tcp"),
                    Port.parse("8080/tcp"),
                    Port.parse("5060/udp"),
                    Port.parse("8.0/icmp"),
                    Port.parse("123/udp"));

    private volatile boolean empty;

    private static @Nullable Path simulated;

    /// A data directory that holds a simulated capture of the same days, for what is joined from packets.
    private static synchronized Path simulated() throws IOException {
        Path made = simulated;
        if (made == null) {
            Path folder = folder("simulated");
            made = folder.resolve("store");
            run(
                    "simulate",
                    "demo",
                    "-o",
                    folder,
                    "--packets",
                    60_000,
                    "--start",
                    "2015-11-21",
                    "--days",
                    40,
                    "--quiet");
            run(
                    "import",
                    "--quiet",
                    "--demo",
                    "--sensor",
                    "tokyo",
                    "--addresses",
                    "192.0.2.0/24",
                    "--data",
                    made,
                    folder.resolve("demo.pcap"));
            Path list = folder.resolve("research.txt");
            Files.writeString(list, "100.64.0.0/12 # a network that says that it investigates\n");
            run("scanners", "add", list, "--data", made);
            simulated = made;
        }
        return made;
    }

    private static void run(Object... words) {
        Cli done = Cli.run(words);
        if (done.status() != 0) {
            throw new IllegalStateException(done.err());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    /// Among the build's output, where the next clean build finds it.
    private static Path folder(String name) throws IOException {
        return Files.createTempDirectory(Files.createDirectories(Path.of("target")), name);
    }

    private static Store store(boolean empty) {
        try {
            Path folder = folder("fixture").resolve("store");
            if (!empty) {
                copy(simulated(), folder);
            }
            return Store.open(folder, "a test", 64 << 20, InstantSource.system());
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    FixtureReadings(boolean empty) {
        this(store(empty), empty);
    }

    /// Samples and sessions are too many-sided for formulas: a store holds made-up ones, as in the demonstration.
    private FixtureReadings(Store store, boolean empty) {
        super(store);
        this.empty = empty;
        if (!empty) {
            DemoSamples.store(
                    new SampleImports(store), BEGIN, Duration.between(BEGIN, END), List.of());
            converse(store);
        }
    }

    /// Sessions of made-up attackers, read as any others are.
    private static void converse(Store store) {
        try {
            Path folder = folder("sessions");
            LocalDate first = LocalDate.ofInstant(BEGIN, ZoneOffset.UTC);
            DemoSessions.write(folder, 3, first, 40);
            new LogImport(new SessionImports(store), true, () -> false)
                    .run(folder.resolve("events-demo.jsonl"), LogFormat.EVENTS, "", ZoneOffset.UTC);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// As if a first import had come to its end.
    void fill() {
        empty = false;
    }

    @Override
    public @Nullable Scope span(Set<String> sensors) {
        return empty ? null : new Scope(BEGIN, END, sensors);
    }

    @Override
    public Counted counted(Scope scope) {
        double seen = observed(scope.from(), scope.to());
        long millis = Duration.between(scope.from(), scope.to()).toMillis();
        return new Counted(
                List.of("tokyo", "osaka"),
                ADDRESSES,
                true,
                scope,
                Duration.ofMillis((long) (millis * seen)),
                null);
    }

    @Override
    public List<PortLine> topPorts(Scope scope, int limit) {
        List<PortLine> lines = new ArrayList<>();
        for (Port port : PORTS) {
            Bucket all = bucket(port, scope.from(), scope.to());
            lines.add(new PortLine(port, all.tally(), all.sources(), all.perDayAndAddress()));
        }
        return limit == 0 ? lines : lines.subList(0, Math.min(limit, lines.size()));
    }

    @Override
    public List<SourceLine> topSources(Scope scope, int limit) {
        List<SourceLine> lines = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            lines.add(
                    new SourceLine(
                            IpAddress.v4(0xCB007107 + i),
                            tally(Port.TELNET, 9000 / (i + 1)),
                            Estimate.exact(256 / (i + 1)),
                            3,
                            BEGIN.plus(i, ChronoUnit.HOURS),
                            END.minus(i, ChronoUnit.HOURS),
                            new OsGuess(i % 3 == 2 ? Os.UNCLEAR : Os.LINUX, 44 + i % 4, 49)));
        }
        return limit == 0 ? lines : lines.subList(0, Math.min(limit, lines.size()));
    }

    @Override
    public List<MarkLine> topMarks(Scope scope) {
        return List.of(
                new MarkLine(
                        Mark.MIRAI,
                        tally(Port.TELNET, 90_000),
                        new Estimate(4000, 0.016),
                        Mark.RULES_VERSION));
    }

    @Override
    public Series series(@Nullable Port port, Scope scope, Step step, ZoneId zone) {
        List<Bucket> buckets = new ArrayList<>();
        for (Instant at : starts(scope, step, zone)) {
            buckets.add(bucket(port, at, next(at, step, zone)));
        }
        return new Series(port, step, zone, buckets, counted(scope));
    }

    @Override
    public ClassSeries classSeries(Scope scope, Step step, ZoneId zone) {
        List<Instant> starts = starts(scope, step, zone);
        Map<PacketClass, long[]> packets = new EnumMap<>(PacketClass.class);
        double[] weights = {1, 0.35, 0.08, 0.22, 0.03};
        for (PacketClass kind : PacketClass.values()) {
            long[] counts = new long[starts.size()];
            for (int i = 0; i < counts.length; i++) {
                Bucket all = bucket(null, starts.get(i), next(starts.get(i), step, zone));
                counts[i] = Math.round(all.tally().packets() * weights[kind.ordinal()] / 1.68);
            }
            packets.put(kind, counts);
        }
        return new ClassSeries(step, zone, starts, packets, counted(scope));
    }

    @Override
    public HeatMap heatMap(Scope scope, int rows, ZoneId zone) {
        List<Port> ports = PORTS.subList(0, Math.min(rows, PORTS.size()));
        List<Instant> hours = starts(scope, Step.HOUR, zone);
        double[][] cells = new double[ports.size()][hours.size()];
        boolean[] gap = new boolean[hours.size()];
        for (int column = 0; column < hours.size(); column++) {
            Instant at = hours.get(column);
            gap[column] = observed(at, at.plusSeconds(3600)) == 0;
            for (int row = 0; row < ports.size(); row++) {
                cells[row][column] = rate(ports.get(row), at);
            }
        }
        return new HeatMap(ports, hours, cells, gap, counted(scope));
    }

    @Override
    public List<NewPort> newPorts(Scope scope) {
        return List.of(
                new NewPort(
                        Port.parse("9527/tcp"),
                        tally(Port.parse("9527/tcp"), 412),
                        Estimate.exact(37),
                        scope.from().plusSeconds(7200)),
                new NewPort(
                        Port.parse("37777/tcp"),
                        tally(Port.parse("37777/tcp"), 96),
                        Estimate.exact(12),
                        scope.from().plusSeconds(9000)));
    }

    @Override
    public PortReport port(Port port, Scope scope, int most) {
        Bucket all = bucket(port, scope.from(), scope.to());
        Map<Os, Double> shares = new EnumMap<>(Os.class);
        shares.put(Os.LINUX, 0.83);
        shares.put(Os.WINDOWS, 0.07);
        shares.put(Os.OTHER, 0.04);
        shares.put(Os.UNCLEAR, 0.06);
        return new PortReport(
                port,
                all.tally(),
                all.sources(),
                all.perDayAndAddress(),
                shares,
                List.of(
                        new Overlap(Port.parse("2323/tcp"), 2110, 0.52),
                        new Overlap(Port.parse("53413/udp"), 610, 0.15),
                        new Overlap(Port.parse("22/tcp"), 203, 0.05)),
                4058,
                false,
                counted(scope));
    }

    @Override
    public SourceReport source(IpAddress source, Scope scope, int most) {
        if (!source.equals(SEEN)) {
            return new SourceReport(
                    source,
                    Tally.ZERO,
                    Estimate.ZERO,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    new OsGuess(Os.UNCLEAR, 0, 0),
                    List.of(),
                    0,
                    0,
                    List.of(),
                    counted(scope));
        }
        List<SourceDay> days = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            days.add(
                    new SourceDay(
                            LocalDate.of(2015, 12, 13).plusDays(i),
                            tally(Port.TELNET, 300 + 90 * (i % 5)),
                            1 + i % 3,
                            new OsGuess(Os.LINUX, 44, 47)));
        }
        return new SourceReport(
                source,
                tally(Port.TELNET, 5400),
                new Estimate(212, 0.02),
                Instant.parse("2015-12-13T02:11:09Z"),
                Instant.parse("2015-12-24T20:47:31Z"),
                new OsGuess(Os.LINUX, 44, 47),
                List.of(
                        new PortUse(
                                Port.TELNET,
                                tally(Port.TELNET, 4900),
                                Estimate.exact(212),
                                Instant.parse("2015-12-13T02:11:09Z"),
                                Instant.parse("2015-12-24T20:47:31Z")),
                        new PortUse(
                                Port.parse("53413/udp"),
                                tally(Port.parse("53413/udp"), 500),
                                Estimate.exact(80),
                                Instant.parse("2015-12-14T00:00:00Z"),
                                Instant.parse("2015-12-24T20:00:00Z"))),
                2,
                2,
                days,
                counted(scope));
    }

    @Override
    public List<SensorReport> sensors() {
        if (empty) {
            return List.of();
        }
        Map<String, Long> outcomes =
                Map.of(
                        "scan", 4_100_000L,
                        "backscatter", 900_000L,
                        "udp", 1_400_000L,
                        "icmp_echo", 320_000L,
                        "other", 100_000L);
        Map<String, Long> skipped = Map.of("not_ip", 70_000L, "later_fragment", 1_234L);
        ImportLine whole =
                new ImportLine(
                        "tokyo-2015-11.pcap.gz",
                        3_891_234,
                        412_000_000,
                        outcomes,
                        skipped,
                        BEGIN,
                        GAP_BEGIN,
                        null,
                        null,
                        Instant.parse("2026-11-23T01:00:00Z"));
        ImportLine cut =
                new ImportLine(
                        HOSTILE,
                        3_000_000,
                        310_000_000,
                        outcomes,
                        skipped,
                        GAP_END,
                        END,
                        309_999_871L,
                        "the file ends within a packet",
                        Instant.parse("2026-11-23T01:02:00Z"));
        return List.of(
                new SensorReport(
                        "tokyo",
                        List.of(Prefix.parse("198.51.100.0/25")),
                        Estimate.exact(128),
                        false,
                        true,
                        BEGIN,
                        END,
                        6_891_234,
                        12_345,
                        outcomes,
                        skipped,
                        List.of(new Gap(GAP_BEGIN, GAP_END, "outage")),
                        List.of(whole, cut)),
                new SensorReport(
                        "osaka",
                        List.of(),
                        new Estimate(128, 0.016),
                        true,
                        true,
                        BEGIN,
                        END,
                        6_891_234,
                        0,
                        outcomes,
                        skipped,
                        List.of(),
                        List.of(whole)));
    }

    private static double rate(@Nullable Port port, Instant at) {
        if (port == null) {
            return PORTS.stream().mapToDouble(each -> rate(each, at)).sum();
        }
        double day = (at.getEpochSecond() - BEGIN.getEpochSecond()) / 86_400.0;
        double base = 160.0 / (1 + Math.max(0, PORTS.indexOf(port)));
        double wave = 1 + 0.18 * Math.sin(day * 2 * Math.PI) + 0.1 * Math.sin(day * 2.4);
        double growth = port.equals(Port.TELNET) ? 1 + 2 / (1 + Math.exp(-(day - 22) / 3)) : 1;
        return base * wave * growth;
    }

    private static Bucket bucket(@Nullable Port port, Instant from, Instant to) {
        double seen = observed(from, to);
        Instant middle = from.plusMillis(Duration.between(from, to).toMillis() / 2);
        double rate = rate(port, middle);
        double days = Duration.between(from, to).toSeconds() / 86_400.0 * seen;
        long accesses = Math.round(rate * days * ADDRESSES);
        Estimate sources =
                accesses < 400 ? Estimate.exact(accesses / 3) : new Estimate(accesses / 9.0, 0.016);
        return new Bucket(
                from,
                to,
                seen,
                seen == 0 ? Tally.ZERO : tally(port == null ? Port.TELNET : port, accesses),
                seen == 0 ? Estimate.ZERO : sources,
                seen == 0 ? Double.NaN : rate);
    }

    private static Tally tally(Port port, long accesses) {
        boolean iot = port.number() == 23 || port.number() == 2323;
        Map<Mark, Long> marks = new EnumMap<>(Mark.class);
        marks.put(Mark.MIRAI, iot ? accesses * 44 / 100 : 0);
        marks.put(Mark.ZMAP, accesses * 11 / 100);
        marks.put(Mark.MASSCAN, accesses * 7 / 100);
        marks.put(Mark.ZMAP_4, accesses / 100);
        long packets = accesses + accesses / 8;
        return new Tally(packets, packets * 48, accesses, accesses, accesses / 8, marks);
    }

    private static double observed(Instant from, Instant to) {
        long a = Math.max(from.getEpochSecond(), GAP_BEGIN.getEpochSecond());
        long b = Math.min(to.getEpochSecond(), GAP_END.getEpochSecond());
        double whole = to.getEpochSecond() - from.getEpochSecond();
        return b <= a ? 1 : Math.max(0, 1 - (b - a) / whole);
    }

    private static List<Instant> starts(Scope scope, Step step, ZoneId zone) {
        List<Instant> starts = new ArrayList<>();
        Instant at =
                switch (step) {
                    case MINUTE -> scope.from().truncatedTo(ChronoUnit.MINUTES);
                    case HOUR -> scope.from().truncatedTo(ChronoUnit.HOURS);
                    case DAY ->
                            ZonedDateTime.ofInstant(scope.from(), zone)
                                    .truncatedTo(ChronoUnit.DAYS)
                                    .toInstant();
                };
        while (at.isBefore(scope.to())) {
            starts.add(at);
            at = next(at, step, zone);
        }
        return starts;
    }

    private static Instant next(Instant at, Step step, ZoneId zone) {
        return switch (step) {
            case MINUTE -> at.plusSeconds(60);
            case HOUR -> at.plusSeconds(3600);
            case DAY -> at.atZone(zone).plusDays(1).toInstant();
        };
    }

    /// A server over this fixture on a free port, with a notice that says which port it is about.
    static Dashboard serve(boolean empty, LiveFeed live) {
        return serve(new FixtureReadings(empty), live);
    }

    static Dashboard serve(Readings readings, LiveFeed live) {
        NoticePages notices =
                (port, scope, language) ->
                        new NoticePages.Page(
                                "<!doctype html><title>"
                                        + port
                                        + " "
                                        + language
                                        + " "
                                        + scope.to().atZone(ZoneOffset.UTC).toLocalDate()
                                        + "</title>",
                                "default-src 'none'");
        return new Dashboard(readings, live, notices, Settings.loopback(0), () -> END).start();
    }
}

package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.net.Prefix;
import teiten.telescope.Mark;
import teiten.telescope.PacketClass;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The answers of the one query path, shared by the command line, the pages and the notices.
public class Readings {
    private static final int MOST_FRESH = 50;
    private static final int MOST_OVERLAPS = 20;

    private final Store store;

    public Readings(Store store) {
        this.store = store;
    }

    /// The answers about sessions: what visitors of decoys did, conversations found in captures, imported logs.
    public SessionReadings sessions() {
        return new SessionReadings(store);
    }

    /// The answers about scan events and victims of denial of service.
    public EventReadings events() {
        return new EventReadings(store);
    }

    /// The answers about campaigns of scanning.
    public CampaignReadings campaigns() {
        return new CampaignReadings(store);
    }

    /// The answers about samples: their facts, what they did in the lab, and what they are linked to.
    public SampleReadings samples() {
        return new SampleReadings(store);
    }

    /// The answers about investigation scanners.
    public ScannerReadings scanners() {
        return new ScannerReadings(store);
    }

    /// The answers about live capture: when it ran, and what it lost.
    public WatchReadings watching() {
        return new WatchReadings(store);
    }

    /// Transactions stored since the store was opened; while it stays, answers stay.
    public long commits() {
        return store.commits.get();
    }

    /// Begins to bring stored days into an order in which they are answered at once, behind the scenes, as long as the store
    /// is open. No answer depends on it.
    public void rollUpBehind() {
        store.rollUps.start();
    }

    /// Waits until every stored day is in that order.
    public Readings rolledUp() {
        store.rollUps.catchUp();
        return this;
    }

    private interface Ask<T> {
        T of(Connection db, Coverage coverage) throws SQLException;
    }

    private <T> T ask(Set<String> sensors, Ask<T> question) {
        return store.read(db -> {
            Coverage coverage = store.coverage(db, sensors);
            for (String name : sensors) {
                if (coverage.sensors().stream().noneMatch(s -> s.name().equals(name))) {
                    throw new OperatorMistake(
                            "there is no sensor \""
                                    + name.replaceAll("\\p{C}", "?")
                                    + "\"; known are: "
                                    + store.coverage(db, Set.of()).sensors().stream()
                                            .map(Coverage.SensorSpan::name)
                                            .collect(Collectors.joining(", ")));
                }
            }
            return question.of(db, coverage);
        });
    }

    /// From the first to the last minute with a packet; null while nothing was read.
    public @Nullable Scope span(Set<String> sensors) {
        List<Scope> found =
                ask(
                        sensors,
                        (_, coverage) -> {
                            Scope span = coverage.span(sensors);
                            return span == null ? List.of() : List.of(span);
                        });
        return found.isEmpty() ? null : found.getFirst();
    }

    /// How an answer over this scope is counted.
    public Counted counted(Scope scope) {
        return ask(
                scope.sensors(),
                (_, coverage) ->
                        coverage.counted(
                                scope.scanners() == Scanners.ALL
                                        ? scope
                                        : ScannedPorts.toDays(scope)));
    }

    /// Which share of the time between each two neighbouring edges the sensors looked at.
    public List<Double> observed(Set<String> sensors, List<Instant> edges) {
        return ask(
                sensors,
                (_, coverage) -> {
                    List<Double> shares = new ArrayList<>();
                    for (int i = 1; i < edges.size(); i++) {
                        double from = edges.get(i - 1).getEpochSecond() / 60.0;
                        double to = edges.get(i).getEpochSecond() / 60.0;
                        shares.add(to > from ? coverage.share(from, to) : 1.0);
                    }
                    return shares;
                });
    }

    /// Ports by accesses, most first. The span is widened to whole hours.
    ///
    /// @param limit how many; 0 for all
    public List<PortLine> topPorts(Scope scope, int limit) {
        if (scope.scanners() != Scanners.ALL) {
            return ask(scope.sensors(), (db, coverage) -> scanned(db, coverage, scope).top(limit));
        }
        return ask(scope.sensors(), (db, coverage) -> ports(db, coverage, scope).top(limit));
    }

    /// Sources by packets, most first. The span is widened to whole UTC days.
    ///
    /// @param limit how many; 0 for all
    public List<SourceLine> topSources(Scope scope, int limit) {
        return ask(
                scope.sensors(),
                (db, coverage) -> new SourceQueries(db, store.parts, coverage, scope).top(limit));
    }

    /// Every mark with what bore it, most packets first. The span is widened to whole UTC days.
    public List<MarkLine> topMarks(Scope scope) {
        return ask(
                scope.sensors(),
                (db, coverage) -> new SourceQueries(db, store.parts, coverage, scope).marks());
    }

    /// Minutes that are kept no longer are told by hour.
    ///
    /// @param port null for all ports together
    /// @throws OperatorMistake when known investigators are to be taken out of minutes or hours, which hold no single
    ///     sources
    public Series series(@Nullable Port port, Scope scope, Step step, ZoneId zone) {
        if (scope.scanners() != Scanners.ALL) {
            if (step != Step.DAY) {
                throw new OperatorMistake(
                        "minutes and hours hold no single sources, so that investigators cannot be"
                                + " told apart in them; ask by day");
            }
            return ask(
                    scope.sensors(), (db, coverage) -> scanned(db, coverage, scope).series(port));
        }
        return ask(
                scope.sensors(),
                (db, coverage) -> {
                    Step kept =
                            step == Step.MINUTE && coverage.minutesForgotten(scope.from())
                                    ? Step.HOUR
                                    : step;
                    return new PortQueries(
                                    db,
                                    store.parts,
                                    coverage,
                                    kept == Step.MINUTE ? scope : PortQueries.toHours(scope))
                            .series(port, kept, zone);
                });
    }

    /// Always of all sources: hours hold no single ones.
    ///
    /// @param step hours or days
    public ClassSeries classSeries(Scope asked, Step step, ZoneId zone) {
        Scope scope = asked.with(Scanners.ALL);
        return ask(
                scope.sensors(), (db, coverage) -> ports(db, coverage, scope).classes(step, zone));
    }

    /// The most accessed ports against the hours, always of all sources.
    public HeatMap heatMap(Scope asked, int ports, ZoneId zone) {
        Scope scope = asked.with(Scanners.ALL);
        return ask(
                scope.sensors(), (db, coverage) -> ports(db, coverage, scope).heatMap(ports, zone));
    }

    /// Ports that were accessed in the scope and never before it, by whomsoever; empty when there is no past to compare with.
    public List<NewPort> newPorts(Scope asked) {
        Scope scope = asked.with(Scanners.ALL);
        return ask(scope.sensors(), (db, coverage) -> ports(db, coverage, scope).fresh(MOST_FRESH));
    }

    /// What reached the port, and who: every source is looked at.
    public PortReport port(Port port, Scope scope) {
        return port(port, scope, 0);
    }

    /// The same, with systems and overlaps from a random sample where there are more sources.
    ///
    /// @param most how many sources are looked at; 0 for all
    public PortReport port(Port port, Scope scope, int most) {
        return ask(
                scope.sensors(),
                (db, coverage) -> {
                    boolean all = scope.scanners() == Scanners.ALL;
                    PortLine line =
                            all
                                    ? ports(db, coverage, scope).total(port)
                                    : scanned(db, coverage, scope).total(port);
                    try (PortSources who =
                            new SourceQueries(db, store.parts, coverage, scope)
                                    .accessing(port, line.sources().value(), most)) {
                        return new PortReport(
                                port,
                                line.tally(),
                                line.sources(),
                                line.perDayAndAddress(),
                                who.osShares(),
                                who.overlaps(MOST_OVERLAPS),
                                who.count,
                                who.sampled,
                                coverage.counted(all ? scope : ScannedPorts.toDays(scope)));
                    }
                });
    }

    /// @param most ports that are told one by one, those with the most accesses; 0 for all
    public SourceReport source(IpAddress source, Scope scope, int most) {
        return ask(
                scope.sensors(),
                (db, coverage) ->
                        new SourceQueries(db, store.parts, coverage, scope.with(Scanners.ALL))
                                .report(source, most));
    }

    public List<SensorReport> sensors() {
        return ask(Set.of(), (db, coverage) -> new SensorQueries(db).all(coverage));
    }

    private PortQueries ports(Connection db, Coverage coverage, Scope scope) {
        return new PortQueries(db, store.parts, coverage, PortQueries.toHours(scope));
    }

    private ScannedPorts scanned(Connection db, Coverage coverage, Scope scope)
            throws SQLException {
        return new ScannedPorts(db, store.parts, coverage, ScannedPorts.toDays(scope));
    }

    /// How an answer was counted; every chart and table carries one.
    ///
    /// @param sensors names of the sensors that were read
    /// @param addresses monitored addresses of these sensors together
    /// @param addressesInferred true when at least one sensor's addresses were not given but inferred from the distinct
    ///     destinations seen
    /// @param observed time that the sensors saw, gaps taken out, averaged over the sensors weighted by their addresses
    /// @param sourcesFrom time before which single sources, their marks and scan events are kept no longer, where that lies
    ///     within the scope; null otherwise
    public record Counted(
            List<String> sensors,
            double addresses,
            boolean addressesInferred,
            Scope scope,
            Duration observed,
            @Nullable Instant sourcesFrom) {}

    /// @param sources distinct source addresses
    /// @param perDayAndAddress accesses per day and monitored address (件/日・IPアドレス), gaps taken out; NaN when unobserved
    public record PortLine(Port port, Tally tally, Estimate sources, double perDayAndAddress) {}

    public record SourceLine(
            IpAddress source,
            Tally tally,
            Estimate targets,
            int ports,
            Instant first,
            Instant last,
            OsGuess os) {}

    public record MarkLine(Mark mark, Tally tally, Estimate sources, int rulesVersion) {}

    /// One bucket of a series.
    ///
    /// @param observed share of the bucket that the sensors saw, 0 (a gap) to 1; sensors weighted by their addresses
    /// @param perDayAndAddress accesses per day and monitored address over the observed time; NaN in a gap
    public record Bucket(
            Instant start,
            Instant end,
            double observed,
            Tally tally,
            Estimate sources,
            double perDayAndAddress) {}

    /// @param port null when the series is of all ports
    public record Series(
            @Nullable Port port, Step step, ZoneId zone, List<Bucket> buckets, Counted counted) {}

    /// Packets by class and bucket, over all ports.
    public record ClassSeries(
            Step step,
            ZoneId zone,
            List<Instant> starts,
            Map<PacketClass, long[]> packets,
            Counted counted) {}

    /// Which system a source's TTLs allow: initial TTL 64 → Linux and other Unix kin, 128 → Windows, 255 → other.
    public enum Os {
        LINUX,
        WINDOWS,
        OTHER,
        /// TTLs that point to different systems, or too far from any initial value.
        UNCLEAR
    }

    /// @param ttlMin smallest TTL (or hop limit) observed; 0 when none
    /// @param ttlMax largest
    public record OsGuess(Os os, int ttlMin, int ttlMax) {}

    /// What one source did to one destination port.
    public record PortUse(Port port, Tally tally, Estimate targets, Instant first, Instant last) {}

    /// @param ports how many it accessed
    public record SourceDay(LocalDate day, Tally tally, int ports, OsGuess os) {}

    /// @param ports by their accesses, then packets; no more than were asked for
    /// @param allPorts how many ports there are in all
    /// @param accessedPorts how many of them it accessed; the others only got answers (backscatter)
    /// @param days UTC days
    public record SourceReport(
            IpAddress source,
            Tally tally,
            Estimate targets,
            Instant first,
            Instant last,
            OsGuess os,
            List<PortUse> ports,
            int allPorts,
            int accessedPorts,
            List<SourceDay> days,
            Counted counted) {}

    /// Sources of the asked port that also access another one.
    ///
    /// @param sources how many of them, exact while the source table of the span is kept
    /// @param share of the asked port's sources
    public record Overlap(Port other, long sources, double share) {}

    /// @param osShares share of the sources by guessed system, sums to 1 when there are sources
    /// @param overlaps largest share first
    /// @param sourcesWithTable how many sources the shares and overlaps are computed over
    /// @param sampled whether these are a random sample of all
    public record PortReport(
            Port port,
            Tally tally,
            Estimate sources,
            double perDayAndAddress,
            Map<Os, Double> osShares,
            List<Overlap> overlaps,
            long sourcesWithTable,
            boolean sampled,
            Counted counted) {}

    /// A time in which a sensor saw nothing although it should have.
    ///
    /// @param reason one word: `outage` (silence that the sensor's own rate does not allow), `not_read` (no capture
    ///     covers it) or `stopped` (between two live captures)
    public record Gap(Instant from, Instant to, String reason) {}

    /// One file or stream that was read.
    public record ImportLine(
            String file,
            long packets,
            long bytes,
            Map<String, Long> outcomes,
            Map<String, Long> skipped,
            @Nullable Instant first,
            @Nullable Instant last,
            @Nullable Long stoppedAt,
            @Nullable String stoppedReason,
            Instant storedAt) {}

    /// @param prefixes monitored addresses as the operator gave them; empty when they were not given
    /// @param addresses n, their number, or the distinct destinations seen when they were not given
    /// @param demo true when the data was simulated
    /// @param closedEarly segments that were closed before their silence was over because a table was full: a measure of too
    ///     little memory, not of loss, for they are joined again
    public record SensorReport(
            String name,
            List<Prefix> prefixes,
            Estimate addresses,
            boolean inferred,
            boolean demo,
            @Nullable Instant first,
            @Nullable Instant last,
            long packets,
            long closedEarly,
            Map<String, Long> outcomes,
            Map<String, Long> skipped,
            List<Gap> gaps,
            List<ImportLine> imports) {}

    /// A port × hour grid of accesses, row-major: `cells[row][column]`.
    @SuppressWarnings("ArrayRecordComponent") // a large grid; never compared
    public record HeatMap(
            List<Port> ports,
            List<Instant> hours,
            double[][] perDayAndAddress,
            boolean[] gap,
            Counted counted) {}

    /// A port that was seen in the span and not in the equally long or longer past before it.
    public record NewPort(Port port, Tally tally, Estimate sources, Instant first) {}
}

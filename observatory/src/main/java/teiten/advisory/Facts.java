package teiten.advisory;

import org.jspecify.annotations.Nullable;

import teiten.net.Port;
import teiten.net.Protocol;
import teiten.store.Estimate;
import teiten.store.Readings.Bucket;
import teiten.store.Readings.Counted;
import teiten.store.Readings.Gap;
import teiten.store.Readings.MarkLine;
import teiten.store.Readings.Os;
import teiten.store.Readings.Overlap;
import teiten.store.Readings.PortReport;
import teiten.store.Readings.SensorReport;
import teiten.store.Scope;
import teiten.store.Step;
import teiten.telescope.Mark;
import teiten.trend.Chance;
import teiten.trend.Level;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What the data show about one port, before any language: each figure once, each condition of a sentence decided here.
///
/// @param zone whose midnights divide the days
/// @param issuer null when nobody is named
/// @param peak the highest usable day; null with fewer than two usable days or without any access
/// @param rate accesses per day and monitored address over the window, NaN when less than
///     [#LEAST_TO_AVERAGE] was observed
/// @param packets to the port, of every class; marks are shares of these
/// @param dailySources median of the usable days' sources; NaN with fewer than two usable days
/// @param marks seen more often than chance allows, most packets first
/// @param chanceMarks seen, but no more often than chance allows
/// @param unmarked packets that bear no mark, at least (a packet may bear several)
/// @param judged sources over which systems and other ports are counted
/// @param others ports that at least [#LEAST_SHARE] and at least two of the judged sources (one where there
///     is but one) accessed too
/// @param observedShare observed time of the window, 0 to 1
/// @param gaps within the window, in order of time
/// @param sensors that were counted
/// @param addresses monitored, of all counted sensors
record Facts(
        Port port,
        ZoneId zone,
        Step step,
        LocalDate published,
        @Nullable String issuer,
        Scope window,
        Level level,
        @Nullable Bucket peak,
        double rate,
        long accesses,
        long packets,
        Estimate sources,
        double dailySources,
        double dailySourcesError,
        List<MarkFact> marks,
        List<MarkFact> chanceMarks,
        long unmarked,
        List<Integer> rulesVersions,
        long judged,
        Map<Os, Long> systems,
        List<Overlap> others,
        double observedShare,
        List<GapFact> gaps,
        List<SensorFact> sensors,
        double addresses) {
    /// @param expected packets that would bear it by chance; NaN for a shape that has no such odds
    record MarkFact(Mark mark, long packets, double expected) {}

    record GapFact(String sensor, Instant from, Instant to, boolean outage) {
        /// True when `next`, which begins no earlier, goes on where this one ends.
        boolean joins(GapFact next) {
            return sensor.equals(next.sensor) && outage == next.outage && !next.from.isAfter(to);
        }
    }

    record SensorFact(String name, Estimate addresses, boolean inferred, boolean demo) {}

    enum Demo {
        NONE,
        SOME,
        ALL
    }

    /// A shorter observation is not blown up to a day.
    static final Duration LEAST_TO_AVERAGE = Duration.ofDays(1);

    static final int LEAST_TO_SHARE = 20;
    static final int MOST_OTHERS = 5;
    static final double LEAST_SHARE = 0.01;

    static Facts of(NoticeData data) {
        PortReport report = data.report();
        Counted counted = report.counted();
        ZoneId zone = data.days().zone();
        List<Bucket> days = data.days().buckets().stream().filter(Level::usable).toList();
        double[] daily = days.stream().mapToDouble(d -> d.sources().value()).toArray();
        long packets = report.tally().packets();
        List<MarkFact> marks = new ArrayList<>();
        List<MarkFact> chanceMarks = new ArrayList<>();
        long marked = 0;
        for (Mark mark : Mark.values()) {
            long bearing = report.tally().marked(mark);
            if (bearing == 0) {
                continue;
            }
            marked += bearing;
            double expected = mark.chance() * packets;
            boolean real = Double.isNaN(expected) || Chance.excludes(bearing, expected);
            (real ? marks : chanceMarks).add(new MarkFact(mark, bearing, expected));
        }
        marks.sort(Comparator.comparingLong(MarkFact::packets).reversed());
        List<SensorReport> sensors =
                data.sensors().stream().filter(s -> counted.sensors().contains(s.name())).toList();
        Scope window = counted.scope();
        long seconds = window.to().getEpochSecond() - window.from().getEpochSecond();
        return new Facts(
                report.port(),
                zone,
                data.chart().step(),
                data.published() != null ? data.published() : lastDay(data, zone),
                data.issuer(),
                window,
                Level.of(data.days().buckets()),
                peak(days),
                counted.observed().compareTo(LEAST_TO_AVERAGE) < 0
                        ? Double.NaN
                        : report.perDayAndAddress(),
                report.tally().accesses(),
                packets,
                report.sources(),
                days.size() < 2 ? Double.NaN : Level.median(daily),
                days.stream().mapToDouble(d -> d.sources().relativeError()).max().orElse(0),
                List.copyOf(marks),
                List.copyOf(chanceMarks),
                Math.max(0, packets - marked),
                data.marks().stream().map(MarkLine::rulesVersion).distinct().sorted().toList(),
                report.sourcesWithTable(),
                systems(report),
                report.overlaps().stream()
                        .filter(o ->
                                o.share() >= LEAST_SHARE
                                        && o.sources() >= Math.min(2, report.sourcesWithTable()))
                        .sorted(
                                Comparator.comparingLong(Overlap::sources)
                                        .reversed()
                                        .thenComparing(Overlap::other))
                        .limit(MOST_OTHERS)
                        .toList(),
                seconds <= 0
                        ? 0
                        : Math.clamp((double) counted.observed().toSeconds() / seconds, 0, 1),
                gaps(sensors, window),
                sensors.stream()
                        .map(s -> new SensorFact(s.name(), s.addresses(), s.inferred(), s.demo()))
                        .sorted(Comparator.comparing(SensorFact::name))
                        .toList(),
                counted.addresses());
    }

    Demo demo() {
        long simulated = sensors.stream().filter(SensorFact::demo).count();
        return simulated == 0 ? Demo.NONE : simulated == sensors.size() ? Demo.ALL : Demo.SOME;
    }

    boolean inferred() {
        return sensors.stream().anyMatch(SensorFact::inferred);
    }

    /// Sequence and identification marks are looked for in TCP; their absence elsewhere says nothing.
    boolean marksAreLookedFor() {
        return port.protocol() == Protocol.TCP && packets > 0;
    }

    /// A number that a firewall or a settings page knows.
    boolean portCanBeClosed() {
        return port.protocol() == Protocol.TCP || port.protocol() == Protocol.UDP;
    }

    /// A share of a handful of sources is no finding.
    boolean summaryNamesSystems() {
        return judged >= LEAST_TO_SHARE && systems.getOrDefault(Os.LINUX, 0L) > 0;
    }

    /// A mark that is too rare to stand for the whole is left to the details.
    boolean summaryNamesAMark() {
        return !marks.isEmpty() && marks.getFirst().packets() >= LEAST_SHARE * packets;
    }

    /// Times in which no counted sensor saw anything, in order of time.
    List<GapFact> commonGaps() {
        List<GapFact> common = null;
        for (SensorFact sensor : sensors) {
            List<GapFact> own =
                    gaps.stream().filter(g -> g.sensor().equals(sensor.name())).toList();
            common = common == null ? own : overlap(common, own);
        }
        return common == null ? List.of() : common;
    }

    private static List<GapFact> overlap(List<GapFact> some, List<GapFact> others) {
        List<GapFact> both = new ArrayList<>();
        for (GapFact a : some) {
            for (GapFact b : others) {
                Instant from = a.from().isAfter(b.from()) ? a.from() : b.from();
                Instant to = a.to().isBefore(b.to()) ? a.to() : b.to();
                if (from.isBefore(to)) {
                    both.add(new GapFact("", from, to, a.outage() && b.outage()));
                }
            }
        }
        return both;
    }

    private static LocalDate lastDay(NoticeData data, ZoneId zone) {
        List<Bucket> buckets = data.days().buckets();
        Bucket last = buckets.getLast();
        for (Bucket bucket : buckets.reversed()) {
            if (bucket.observed() > 0) {
                last = bucket;
                break;
            }
        }
        return last.start().atZone(zone).toLocalDate();
    }

    private static @Nullable Bucket peak(List<Bucket> days) {
        Bucket highest = null;
        for (Bucket day : days) {
            if (highest == null || day.perDayAndAddress() > highest.perDayAndAddress()) {
                highest = day;
            }
        }
        return days.size() < 2 || highest == null || highest.perDayAndAddress() <= 0
                ? null
                : highest;
    }

    private static Map<Os, Long> systems(PortReport report) {
        Map<Os, Long> systems = new EnumMap<>(Os.class);
        for (Os os : Os.values()) {
            double share = report.osShares().getOrDefault(os, 0.0);
            systems.put(os, Math.round(share * report.sourcesWithTable()));
        }
        return Collections.unmodifiableMap(systems);
    }

    private static List<GapFact> gaps(List<SensorReport> sensors, Scope window) {
        List<GapFact> gaps = new ArrayList<>();
        for (SensorReport sensor : sensors) {
            for (Gap gap : sensor.gaps()) {
                Instant from = gap.from().isAfter(window.from()) ? gap.from() : window.from();
                Instant to = gap.to().isBefore(window.to()) ? gap.to() : window.to();
                if (from.isBefore(to)) {
                    gaps.add(new GapFact(sensor.name(), from, to, gap.reason().equals("outage")));
                }
            }
        }
        gaps.sort(Comparator.comparing(GapFact::sensor).thenComparing(GapFact::from));
        List<GapFact> joined = new ArrayList<>();
        for (GapFact gap : gaps) {
            GapFact last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && last.joins(gap)) {
                joined.removeLast();
                Instant to = last.to().isAfter(gap.to()) ? last.to() : gap.to();
                joined.add(new GapFact(last.sensor(), last.from(), to, last.outage()));
            } else {
                joined.add(gap);
            }
        }
        joined.sort(Comparator.comparing(GapFact::from).thenComparing(GapFact::sensor));
        return List.copyOf(joined);
    }
}

package teiten.advisory;

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
import teiten.store.Readings.Series;
import teiten.store.Scope;
import teiten.store.Step;
import teiten.store.Tally;
import teiten.telescope.Mark;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntToDoubleFunction;

/// Observations with known truth for the notice's tests: a sensor of 256 addresses, days from 1 September 2015 JST.
final class Observed {
    static final ZoneId JST = ZoneId.of("Asia/Tokyo");
    static final LocalDate FIRST = LocalDate.of(2015, 9, 1);
    static final int ADDRESSES = 256;

    Port port = Port.TELNET;
    int days = 91;
    IntToDoubleFunction rate = day -> 20;
    double noise = 0.04;
    Set<Integer> gapDays = Set.of();

    /// Hours observed of a day, its last ones; other days are whole.
    Map<Integer, Double> hours = Map.of();

    Map<Mark, Double> marked = Map.of();

    /// On the first day only, whatever its accesses are.
    Map<Mark, Long> markedOnce = Map.of();

    double linux = 0.8;
    boolean inferred;
    boolean demo;
    boolean exactSources;
    boolean judged = true;
    String sensor = "tokyo-1";
    String issuer = "";
    List<Overlap> overlaps =
            List.of(
                    new Overlap(new Port(Protocol.TCP, 2323), 2402, 2402 / 8000.0),
                    new Overlap(new Port(Protocol.UDP, 53413), 1203, 1203 / 8000.0),
                    new Overlap(new Port(Protocol.TCP, 80), 3, 3 / 8000.0));

    /// Steady, then rising to three times by the end, with an outage of four days: what the notice of 2015 showed.
    static Observed rising() {
        Observed o = new Observed();
        o.rate = day -> day < 30 ? 18 : 18 + (day - 30) * 0.7;
        o.gapDays = Set.of(40, 41, 42, 43);
        return o;
    }

    NoticeData data() {
        double lost = 0;
        Random random = new Random(2015);
        List<Bucket> buckets = new ArrayList<>();
        Tally total = Tally.ZERO;
        List<Gap> gaps = new ArrayList<>();
        for (int day = 0; day < days; day++) {
            Instant start = FIRST.plusDays(day).atStartOfDay(JST).toInstant();
            Instant end = FIRST.plusDays(day + 1L).atStartOfDay(JST).toInstant();
            if (gapDays.contains(day)) {
                gaps.add(new Gap(start, end, "outage"));
                buckets.add(new Bucket(start, end, 0, Tally.ZERO, Estimate.ZERO, Double.NaN));
                continue;
            }
            double value = rate.applyAsDouble(day) * (1 + noise * random.nextGaussian());
            Tally tally = tally(Math.max(0, Math.round(value * ADDRESSES)), day == 0);
            total = total.plus(tally);
            double observed = hours.getOrDefault(day, 24.0) / 24;
            if (observed < 1) {
                Instant seen = end.minusSeconds(Math.round(observed * 86_400));
                gaps.add(new Gap(start, seen, "outage"));
                lost += 1 - observed;
            }
            double perDay = tally.accesses() / (double) ADDRESSES;
            buckets.add(new Bucket(start, end, observed, tally, estimate(900 + day), perDay));
        }
        Scope scope =
                new Scope(
                        FIRST.atStartOfDay(JST).toInstant(),
                        FIRST.plusDays(days).atStartOfDay(JST).toInstant(),
                        Set.of());
        Duration seen = Duration.ofSeconds(Math.round((days - gapDays.size() - lost) * 86_400));
        Counted counted = new Counted(List.of(sensor), ADDRESSES, inferred, scope, seen, null);
        Series series = new Series(port, Step.DAY, JST, buckets, counted);
        long sources = judged ? 8000 : 0;
        Map<Os, Double> systems = new EnumMap<>(Os.class);
        systems.put(Os.LINUX, judged ? linux : 0);
        systems.put(Os.WINDOWS, judged ? (1 - linux) * 0.5 : 0);
        systems.put(Os.OTHER, judged ? (1 - linux) * 0.25 : 0);
        systems.put(Os.UNCLEAR, judged ? (1 - linux) * 0.25 : 0);
        double rate =
                seen.isZero()
                        ? Double.NaN
                        : total.accesses() / (double) ADDRESSES / (seen.toSeconds() / 86_400.0);
        PortReport report =
                new PortReport(
                        port,
                        total,
                        estimate(8012),
                        rate,
                        systems,
                        judged ? overlaps : List.of(),
                        sources,
                        false,
                        counted);
        SensorReport reader =
                new SensorReport(
                        sensor,
                        List.of(),
                        Estimate.exact(ADDRESSES),
                        inferred,
                        demo,
                        scope.from(),
                        scope.to(),
                        total.packets(),
                        0,
                        Map.of(),
                        Map.of(),
                        gaps,
                        List.of());
        return new NoticeData(
                series,
                series,
                report,
                List.of(new MarkLine(Mark.MIRAI, Tally.ZERO, Estimate.ZERO, 1)),
                List.of(reader),
                null,
                issuer.isEmpty() ? null : issuer);
    }

    private Estimate estimate(double value) {
        return exactSources ? Estimate.exact((long) value) : new Estimate(value, 0.01625);
    }

    private Tally tally(long accesses, boolean first) {
        Map<Mark, Long> marks = new EnumMap<>(Mark.class);
        marked.forEach((mark, share) -> marks.put(mark, Math.round(accesses * share)));
        if (first) {
            marks.putAll(markedOnce);
        }
        return new Tally(accesses, accesses * 40, accesses, accesses, 0, marks);
    }

    String page(Language language) {
        return Notice.html(data(), language);
    }
}

package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import teiten.OperatorMistake;
import teiten.store.Readings;
import teiten.store.Scanners;
import teiten.store.Scope;
import teiten.store.SessionReadings;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;

/// Which span of time and which sensors a question is about.
final class ScopeOptions {
    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "Begin, inclusive: 2026-01-31, 2026-01-31T09:00 or 2026-01-31T09:00Z (default:"
                            + " first packet).")
    @Nullable String from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description = "End, exclusive (default: after the last packet).")
    @Nullable String to;

    @Option(
            names = "--sensor",
            paramLabel = "NAME",
            split = ",",
            description = "Only these sensors (default: all).")
    List<String> sensors = List.of();

    @Option(
            names = "--tz",
            paramLabel = "ZONE",
            description =
                    "Time zone of what is typed and shown: UTC, JST, Asia/Tokyo … (default:"
                            + " UTC; JST in notices).")
    @Nullable String zone;

    @Option(
            names = "--scanners",
            paramLabel = "all|without|only",
            description =
                    "Known investigators: show all sources, without them, or only them (default:"
                            + " all).")
    Scanners scanners = Scanners.ALL;

    ZoneId zone() {
        return zoneOr(ZoneId.of("UTC"));
    }

    ZoneId zoneOr(ZoneId usual) {
        if (zone == null) {
            return usual;
        }
        try {
            return zone.equalsIgnoreCase("JST") ? ZoneId.of("Asia/Tokyo") : ZoneId.of(zone);
        } catch (DateTimeException _) {
            throw new OperatorMistake(
                    "--tz \""
                            + Print.safe(zone)
                            + "\" is no time zone: write UTC, JST or a name like"
                            + " Asia/Tokyo");
        }
    }

    /// The scope asked for; null when the store holds nothing yet.
    @Nullable Scope scope(Readings readings) {
        Set<String> names = Set.copyOf(sensors);
        if (scanners != Scanners.ALL) {
            readings.events().upToDate();
        }
        return scope(readings.span(names), names);
    }

    /// The same over sessions, whose span is their own.
    @Nullable Scope scope(SessionReadings readings) {
        Set<String> names = Set.copyOf(sensors);
        return scope(readings.span(names), names);
    }

    private @Nullable Scope scope(@Nullable Scope span, Set<String> names) {
        Instant begin = from == null ? null : time("--from", from);
        Instant end = to == null ? null : time("--to", to);
        if (begin != null && end != null && !begin.isBefore(end)) {
            throw new OperatorMistake(
                    "--to "
                            + to
                            + " is not after --from "
                            + from
                            + "; swap them or widen the span");
        }
        if (span == null) {
            return null;
        }
        Instant a = begin != null ? begin : span.from();
        Instant b = end != null ? end : span.to();
        if (!a.isBefore(b)) {
            throw new OperatorMistake(
                    "the span asked for lies outside what was read, which is "
                            + span.from()
                            + " to "
                            + span.to()
                            + "; choose --from and --to within it");
        }
        return new Scope(a, b, names, scanners);
    }

    Instant time(String field, String text) {
        try {
            if (text.endsWith("Z") || text.matches(".*T.*[+-]\\d\\d:\\d\\d$")) {
                return OffsetDateTime.parse(text).toInstant();
            }
            return text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay(zone()).toInstant()
                    : LocalDateTime.parse(text).atZone(zone()).toInstant();
        } catch (DateTimeException _) {
            throw new OperatorMistake(
                    field
                            + " \""
                            + Print.safe(text)
                            + "\" is no time: write 2026-01-31, 2026-01-31T09:00 or"
                            + " 2026-01-31T09:00:00Z");
        }
    }
}

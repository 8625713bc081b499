package teiten.web;

import io.javalin.http.Context;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.store.AttackStep;
import teiten.store.EventFilter;
import teiten.store.Readings;
import teiten.store.Scanners;
import teiten.store.Scope;
import teiten.store.SessionFilter;
import teiten.store.Step;
import teiten.telescope.Mark;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What a request asks: span, sensors, width of buckets, time zone. Says in one sentence what it cannot understand.
final class Question {
    private static final int DAYS = 30;
    private static final int MOST_DAYS = 36_600;
    private static final long MOST_BUCKETS = 20_000;
    private static final int LONGEST = 200;

    private static final List<String> PROTOCOLS = List.of("tcp", "udp", "icmp", "icmp6", "ip");

    private final Context ctx;
    private final Readings readings;
    private final ZoneId zone;

    Question(Context ctx, Readings readings) {
        this.ctx = ctx;
        this.readings = readings;
        this.zone = zone(text("tz"));
    }

    ZoneId zone() {
        return zone;
    }

    boolean csv() {
        return switch (text("format")) {
            case null -> false;
            case "json" -> false;
            case "csv" -> true;
            case String other -> throw bad("format", other, "json or csv");
        };
    }

    Set<String> sensors() {
        Set<String> names = new LinkedHashSet<>();
        for (String name : ctx.queryParams("sensor")) {
            if (!name.isBlank()) {
                names.add(bounded("sensor", name));
            }
        }
        return names;
    }

    /// The span asked for. Without `from`: as many days as `days` says, usually 30, that end with the newest data.
    Scope scope() {
        return scope(Math.max(1, limit("days", DAYS, MOST_DAYS)));
    }

    /// @param days how far the default span reaches back, whole days of the asked zone, the last one with data included
    Scope scope(int days) {
        return scope(days, readings.span(sensors())).with(scanners());
    }

    /// Which sources: `scanners=all|without|only` known investigators.
    private Scanners scanners() {
        Scanners which = Scanners.ofLabel(word("scanners").isEmpty() ? "all" : word("scanners"));
        if (which == null) {
            throw bad("scanners", word("scanners"), "all, without or only");
        }
        return which;
    }

    /// Which scan events are asked for.
    EventFilter events() {
        String mark = word("mark");
        Mark borne = null;
        for (Mark each : Mark.values()) {
            borne = each.label().equals(mark) ? each : borne;
        }
        if (borne == null && !mark.isEmpty() && !mark.equals("none")) {
            throw bad("mark", mark, "mirai, masscan, zmap, zmap4 or none");
        }
        String protocol = word("protocol");
        if (!protocol.isEmpty() && !PROTOCOLS.contains(protocol)) {
            throw bad("protocol", protocol, "one of " + String.join(", ", PROTOCOLS));
        }
        String source = word("source");
        return new EventFilter(
                scope(),
                port(),
                protocol,
                borne,
                mark.equals("none"),
                source.isEmpty() ? null : address("source"));
    }

    /// An address of a parameter that must be given.
    IpAddress address(String name) {
        try {
            return IpAddress.parse(word(name));
        } catch (IllegalArgumentException wrong) {
            throw new OperatorMistake(String.valueOf(wrong.getMessage()));
        }
    }

    /// A time that must be given.
    Instant required(String name) {
        Instant time = time(name);
        if (time == null) {
            throw bad(name, "", "2026-01-31T09:00:00Z");
        }
        return time;
    }

    /// The same over sessions, which have a span of their own.
    Scope sessionScope() {
        return scope(
                Math.max(1, limit("days", DAYS, MOST_DAYS)), readings.sessions().span(sensors()));
    }

    private Scope scope(int days, @Nullable Scope span) {
        Set<String> sensors = sensors();
        Instant from = time("from");
        Instant to = time("to");
        if (from == null || to == null) {
            if (span == null) {
                throw new Guard.Refusal(
                        404,
                        "the store holds nothing of this kind; bring a capture or a log in with:"
                                + " teiten import FILE");
            }
            to = to == null ? span.to() : to;
            if (from == null) {
                LocalDate last = LocalDate.ofInstant(to.minusNanos(1), zone);
                Instant begin = last.minusDays(days - 1L).atStartOfDay(zone).toInstant();
                from = span.from().isAfter(begin) && span.from().isBefore(to) ? span.from() : begin;
            }
        }
        if (!from.isBefore(to)) {
            throw new OperatorMistake(
                    "to ("
                            + to
                            + ") is not after from ("
                            + from
                            + "); swap them or widen the span");
        }
        return new Scope(from, to, sensors);
    }

    Step step(Scope scope) {
        Duration width = Duration.between(scope.from(), scope.to());
        Step step =
                switch (text("by")) {
                    case null ->
                            scope.scanners() != Scanners.ALL
                                    ? Step.DAY
                                    : width.compareTo(Duration.ofHours(6)) <= 0
                                            ? Step.MINUTE
                                            : width.compareTo(Duration.ofDays(7)) <= 0
                                                    ? Step.HOUR
                                                    : Step.DAY;
                    case "minute" -> Step.MINUTE;
                    case "hour" -> Step.HOUR;
                    case "day" -> Step.DAY;
                    case String other -> throw bad("by", other, "minute, hour or day");
                };
        long buckets =
                switch (step) {
                    case MINUTE -> width.toMinutes();
                    case HOUR -> width.toHours();
                    case DAY -> width.toDays();
                };
        if (buckets > MOST_BUCKETS) {
            throw new OperatorMistake(
                    "by="
                            + step.name().toLowerCase(Locale.ROOT)
                            + " would make "
                            + buckets
                            + " points; the most is "
                            + MOST_BUCKETS
                            + ", so choose a wider step or a shorter span");
        }
        return step;
    }

    /// Which sessions are asked for.
    SessionFilter sessions() {
        String step = word("step");
        AttackStep reached = AttackStep.ofLabel(step);
        if (reached == null && !step.isEmpty()) {
            throw bad("step", step, "knock, login-try, login, shell, download or sample");
        }
        String source = word("source");
        try {
            return new SessionFilter(
                    sessionScope(),
                    reached,
                    word("door"),
                    word("family"),
                    word("cpu"),
                    word("fingerprint"),
                    source.isEmpty() ? null : IpAddress.parse(source),
                    word("text"));
        } catch (IllegalArgumentException wrong) {
            throw new OperatorMistake(String.valueOf(wrong.getMessage()));
        }
    }

    /// A word, empty when it is not given.
    String word(String name) {
        String text = text(name);
        return text == null ? "" : text;
    }

    boolean truth(String name) {
        return switch (word(name)) {
            case "", "false" -> false;
            case "true" -> true;
            case String other -> throw bad(name, other, "true or false");
        };
    }

    int limit(String name, int usual, int most) {
        String text = text(name);
        if (text == null) {
            return usual;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= 0 && value <= most) {
                return value;
            }
        } catch (NumberFormatException _) {
            // answered below
        }
        throw bad(name, text, "a whole number from 0 to " + most);
    }

    /// The port of the `port` parameter, null when none is asked for.
    @Nullable Port port() {
        String text = text("port");
        return text == null ? null : parsePort(text);
    }

    Port portInPath() {
        return parsePort(
                bounded("port", ctx.pathParam("number"))
                        + "/"
                        + bounded("port", ctx.pathParam("protocol")));
    }

    private static Port parsePort(String text) {
        try {
            return Port.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new OperatorMistake(String.valueOf(wrong.getMessage()));
        }
    }

    IpAddress addressInPath() {
        try {
            return IpAddress.parse(bounded("address", ctx.pathParam("address")));
        } catch (IllegalArgumentException wrong) {
            throw new OperatorMistake(String.valueOf(wrong.getMessage()));
        }
    }

    String inPath(String name) {
        return bounded(name, ctx.pathParam(name));
    }

    private @Nullable Instant time(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            if (text.indexOf('T') < 0) {
                return LocalDate.parse(text).atStartOfDay(zone).toInstant();
            }
            return text.endsWith("Z") || text.matches(".*[+-]\\d\\d:\\d\\d")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).atZone(zone).toInstant();
        } catch (DateTimeException _) {
            throw bad(name, text, "2026-01-31, 2026-01-31T09:00 or 2026-01-31T09:00:00Z");
        }
    }

    private static ZoneId zone(@Nullable String name) {
        return switch (name) {
            case null -> ZoneId.of("UTC");
            case "UTC" -> ZoneId.of("UTC");
            case "JST", "Asia/Tokyo" -> ZoneId.of("Asia/Tokyo");
            case String other -> throw bad("tz", other, "UTC or Asia/Tokyo");
        };
    }

    private @Nullable String text(String name) {
        String value = ctx.queryParam(name);
        return value == null || value.isBlank() ? null : bounded(name, value.strip());
    }

    private static String bounded(String name, String value) {
        if (value.length() > LONGEST) {
            throw new OperatorMistake(name + " is longer than " + LONGEST + " characters");
        }
        return value;
    }

    private static OperatorMistake bad(String name, String value, String wanted) {
        return new OperatorMistake(
                name
                        + "=\""
                        + value.replaceAll("\\p{C}", "?")
                        + "\" is not understood; write "
                        + wanted);
    }
}

package teiten.web;

import org.jspecify.annotations.Nullable;

import teiten.store.Estimate;
import teiten.store.Readings.ClassSeries;
import teiten.store.Readings.Counted;
import teiten.store.Readings.Gap;
import teiten.store.Readings.HeatMap;
import teiten.store.Readings.ImportLine;
import teiten.store.Readings.MarkLine;
import teiten.store.Readings.NewPort;
import teiten.store.Readings.OsGuess;
import teiten.store.Readings.PortLine;
import teiten.store.Readings.PortReport;
import teiten.store.Readings.SensorReport;
import teiten.store.Readings.Series;
import teiten.store.Readings.SourceLine;
import teiten.store.Readings.SourceReport;
import teiten.store.Scope;
import teiten.store.Tally;
import teiten.store.WatchReadings.Lost;
import teiten.store.WatchReadings.Watched;
import teiten.telescope.Mark;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The answers as JSON. Every field is named here, so that a renamed record never renames what scripts rely on.
///
/// Times are ISO 8601 in UTC. A count of distinct things `x` is followed by `x_error`, its relative standard error (0:
/// exact). What was not observed is null, never 0.
final class Answers {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Answers() {}

    static ObjectNode error(String sentence) {
        return JSON.objectNode().put("error", sentence);
    }

    /// @param decoys sensors that have sessions, with whether theirs were simulated
    static ObjectNode status(
            @Nullable Scope span,
            List<SensorReport> sensors,
            @Nullable Scope sessions,
            Map<String, Boolean> decoys,
            Instant now) {
        ObjectNode out = JSON.objectNode();
        out.put("empty", span == null && sessions == null);
        out.put("first", span == null ? null : span.from().toString());
        out.put("last", span == null ? null : span.to().toString());
        out.put("now", now.toString());
        ArrayNode list = out.putArray("sensors");
        for (SensorReport sensor : sensors) {
            list.addObject().put("name", sensor.name()).put("demo", sensor.demo());
        }
        if (sessions == null) {
            out.putNull("sessions");
        } else {
            ObjectNode seen = out.putObject("sessions");
            seen.put("first", sessions.from().toString());
            seen.put("last", sessions.to().toString());
            ArrayNode names = seen.putArray("sensors");
            decoys.forEach((name, demo) -> names.addObject().put("name", name).put("demo", demo));
        }
        return out;
    }

    static ObjectNode counted(Counted counted) {
        ObjectNode out = JSON.objectNode();
        ArrayNode names = out.putArray("sensors");
        counted.sensors().forEach(names::add);
        number(out, "addresses", counted.addresses());
        out.put("addresses_inferred", counted.addressesInferred());
        out.put("from", counted.scope().from().toString());
        out.put("to", counted.scope().to().toString());
        out.put("observed_seconds", counted.observed().toSeconds());
        out.put("scanners", counted.scope().scanners().label());
        Instant kept = counted.sourcesFrom();
        if (kept != null) {
            out.put("sources_from", kept.toString());
        }
        return out;
    }

    static ObjectNode ports(List<PortLine> lines, Counted counted) {
        ObjectNode out = JSON.objectNode();
        ArrayNode list = out.putArray("ports");
        for (PortLine line : lines) {
            ObjectNode each = list.addObject().put("port", line.port().toString());
            tally(each, line.tally());
            estimate(each, "sources", line.sources());
            number(each, "per_day_and_address", line.perDayAndAddress());
        }
        out.set("counted", counted(counted));
        return out;
    }

    static ObjectNode sources(List<SourceLine> lines, Counted counted) {
        ObjectNode out = JSON.objectNode();
        ArrayNode list = out.putArray("sources");
        for (SourceLine line : lines) {
            ObjectNode each = list.addObject().put("source", line.source().toString());
            tally(each, line.tally());
            estimate(each, "targets", line.targets());
            each.put("ports", line.ports());
            each.put("first", line.first().toString()).put("last", line.last().toString());
            each.set("os", os(line.os()));
        }
        out.set("counted", counted(counted));
        return out;
    }

    static ObjectNode marks(List<MarkLine> lines, Counted counted) {
        ObjectNode out = JSON.objectNode();
        ArrayNode list = out.putArray("marks");
        for (MarkLine line : lines) {
            ObjectNode each = list.addObject().put("mark", line.mark().label());
            tally(each, line.tally());
            estimate(each, "sources", line.sources());
            number(each, "chance", line.mark().chance());
            each.put("rules_version", line.rulesVersion());
        }
        out.set("counted", counted(counted));
        return out;
    }

    static ObjectNode series(Series series) {
        ObjectNode out = JSON.objectNode();
        out.put("port", series.port() == null ? null : series.port().toString());
        out.put("by", series.step().name().toLowerCase(Locale.ROOT));
        out.put("tz", series.zone().getId());
        ArrayNode list = out.putArray("buckets");
        for (var bucket : series.buckets()) {
            ObjectNode each = list.addObject();
            each.put("start", bucket.start().toString()).put("end", bucket.end().toString());
            number(each, "observed", bucket.observed());
            if (bucket.observed() > 0) {
                tally(each, bucket.tally());
                estimate(each, "sources", bucket.sources());
            } else {
                for (String name :
                        List.of("packets", "accesses", "syn", "backscatter", "marks", "sources")) {
                    each.putNull(name);
                }
            }
            number(each, "per_day_and_address", bucket.perDayAndAddress());
        }
        out.set("counted", counted(series.counted()));
        return out;
    }

    static ObjectNode classes(ClassSeries series) {
        ObjectNode out = JSON.objectNode();
        out.put("by", series.step().name().toLowerCase(Locale.ROOT));
        out.put("tz", series.zone().getId());
        ArrayNode starts = out.putArray("starts");
        series.starts().forEach(start -> starts.add(start.toString()));
        ObjectNode packets = out.putObject("packets");
        series.packets()
                .forEach((kind, counts) -> {
                    ArrayNode list = packets.putArray(kind.label());
                    for (long count : counts) {
                        list.add(count);
                    }
                });
        out.set("counted", counted(series.counted()));
        return out;
    }

    static ObjectNode heatMap(HeatMap map) {
        ObjectNode out = JSON.objectNode();
        ArrayNode ports = out.putArray("ports");
        map.ports().forEach(port -> ports.add(port.toString()));
        ArrayNode hours = out.putArray("hours");
        map.hours().forEach(hour -> hours.add(hour.toString()));
        ArrayNode gaps = out.putArray("gap");
        for (boolean gap : map.gap()) {
            gaps.add(gap);
        }
        ArrayNode rows = out.putArray("per_day_and_address");
        for (double[] row : map.perDayAndAddress()) {
            ArrayNode cells = rows.addArray();
            for (int i = 0; i < row.length; i++) {
                if (map.gap()[i] || !Double.isFinite(row[i])) {
                    cells.addNull();
                } else {
                    cells.add(rounded(row[i]));
                }
            }
        }
        out.set("counted", counted(map.counted()));
        return out;
    }

    static ObjectNode newPorts(List<NewPort> lines, Counted counted) {
        ObjectNode out = JSON.objectNode();
        ArrayNode list = out.putArray("ports");
        for (NewPort line : lines) {
            ObjectNode each = list.addObject().put("port", line.port().toString());
            tally(each, line.tally());
            estimate(each, "sources", line.sources());
            each.put("first", line.first().toString());
        }
        out.set("counted", counted(counted));
        return out;
    }

    static ObjectNode port(PortReport report) {
        ObjectNode out = JSON.objectNode().put("port", report.port().toString());
        tally(out, report.tally());
        estimate(out, "sources", report.sources());
        number(out, "per_day_and_address", report.perDayAndAddress());
        ObjectNode shares = out.putObject("os_shares");
        report.osShares()
                .forEach((os, share) -> number(shares, os.name().toLowerCase(Locale.ROOT), share));
        ArrayNode overlaps = out.putArray("overlaps");
        for (var overlap : report.overlaps()) {
            ObjectNode each = overlaps.addObject();
            each.put("port", overlap.other().toString()).put("sources", overlap.sources());
            number(each, "share", overlap.share());
        }
        out.put("sources_with_table", report.sourcesWithTable());
        out.put("sampled", report.sampled());
        out.set("counted", counted(report.counted()));
        return out;
    }

    static ObjectNode source(SourceReport report) {
        boolean seen = report.tally().packets() > 0;
        ObjectNode out = JSON.objectNode().put("source", report.source().toString());
        tally(out, report.tally());
        estimate(out, "targets", report.targets());
        out.put("first", seen ? report.first().toString() : null);
        out.put("last", seen ? report.last().toString() : null);
        out.set("os", os(report.os()));
        ArrayNode ports = out.putArray("ports");
        for (var use : report.ports()) {
            ObjectNode each = ports.addObject().put("port", use.port().toString());
            tally(each, use.tally());
            estimate(each, "targets", use.targets());
            each.put("first", use.first().toString()).put("last", use.last().toString());
        }
        out.put("all_ports", report.allPorts()).put("accessed_ports", report.accessedPorts());
        ArrayNode days = out.putArray("days");
        for (var day : report.days()) {
            ObjectNode each = days.addObject().put("day", day.day().toString());
            tally(each, day.tally());
            each.put("ports", day.ports());
            each.set("os", os(day.os()));
        }
        out.put("rules_version", Mark.RULES_VERSION);
        out.set("counted", counted(report.counted()));
        return out;
    }

    static ObjectNode sensors(List<SensorReport> sensors, List<Watched> live) {
        ObjectNode out = JSON.objectNode();
        ArrayNode list = out.putArray("sensors");
        for (SensorReport sensor : sensors) {
            ObjectNode each = list.addObject().put("name", sensor.name());
            ArrayNode prefixes = each.putArray("prefixes");
            sensor.prefixes().forEach(prefix -> prefixes.add(prefix.toString()));
            estimate(each, "addresses", sensor.addresses());
            each.put("addresses_inferred", sensor.inferred()).put("demo", sensor.demo());
            each.put("first", text(sensor.first())).put("last", text(sensor.last()));
            each.put("packets", sensor.packets());
            each.put("closed_early", sensor.closedEarly());
            counters(each.putObject("outcomes"), sensor.outcomes());
            counters(each.putObject("skipped"), sensor.skipped());
            ArrayNode gaps = each.putArray("gaps");
            for (Gap gap : sensor.gaps()) {
                gaps.addObject()
                        .put("from", gap.from().toString())
                        .put("to", gap.to().toString())
                        .put("reason", gap.reason());
            }
            live.stream()
                    .filter(w -> w.sensor().equals(sensor.name()))
                    .findFirst()
                    .ifPresent(w -> capture(each.putObject("capture"), w));
            ArrayNode imports = each.putArray("imports");
            sensor.imports().forEach(line -> imports.add(imported(line)));
        }
        return out;
    }

    private static void capture(ObjectNode out, Watched watched) {
        out.put("running", watched.running()).put("packets", watched.packets());
        lost(out.putObject("lost"), watched.lost()).put("share", watched.share());
        ArrayNode stops = out.putArray("stops");
        watched.stops()
                .forEach(stop ->
                        stops.addObject()
                                .put("from", stop.from().toString())
                                .put("to", stop.to().toString()));
        ArrayNode loss = out.putArray("loss");
        watched.minutes()
                .forEach(each ->
                        lost(
                                loss.addObject().put("minute", each.minute().toString()),
                                each.lost()));
    }

    private static ObjectNode lost(ObjectNode out, Lost lost) {
        return out.put("kernel", lost.kernel())
                .put("interface", lost.device())
                .put("teiten", lost.ours());
    }

    private static ObjectNode imported(ImportLine line) {
        ObjectNode out = JSON.objectNode().put("file", line.file());
        out.put("packets", line.packets()).put("bytes", line.bytes());
        counters(out.putObject("outcomes"), line.outcomes());
        counters(out.putObject("skipped"), line.skipped());
        out.put("first", text(line.first())).put("last", text(line.last()));
        if (line.stoppedReason() == null) {
            out.putNull("stopped_at");
        } else {
            out.putObject("stopped_at")
                    .put("offset", line.stoppedAt())
                    .put("reason", line.stoppedReason());
        }
        return out.put("stored_at", line.storedAt().toString());
    }

    static ObjectNode progress(Progress progress) {
        ObjectNode out = JSON.objectNode().put("file", progress.file());
        out.put("packets", progress.packets()).put("bytes", progress.bytes());
        out.put("total_bytes", progress.totalBytes());
        number(out, "packets_per_second", progress.packetsPerSecond());
        return out.put("done", progress.done());
    }

    private static ObjectNode os(OsGuess guess) {
        return JSON.objectNode()
                .put("guess", guess.os().name().toLowerCase(Locale.ROOT))
                .put("ttl_min", guess.ttlMin())
                .put("ttl_max", guess.ttlMax());
    }

    private static void tally(ObjectNode out, Tally tally) {
        out.put("packets", tally.packets()).put("bytes", tally.bytes());
        out.put("accesses", tally.accesses()).put("syn", tally.syn());
        out.put("backscatter", tally.backscatter());
        ObjectNode marks = out.putObject("marks");
        tally.marks().forEach((mark, count) -> marks.put(mark.label(), count));
    }

    static void estimate(ObjectNode out, String name, Estimate estimate) {
        out.put(name, Math.round(estimate.value()));
        number(out, name + "_error", estimate.relativeError());
    }

    private static void counters(ObjectNode out, Map<String, Long> counters) {
        counters.forEach(out::put);
    }

    static void number(ObjectNode out, String name, double value) {
        if (Double.isFinite(value)) {
            out.put(name, rounded(value));
        } else {
            out.putNull(name);
        }
    }

    /// Six significant digits: more than any of these figures knows, and half the bytes.
    private static double rounded(double value) {
        if (value == 0 || value == Math.rint(value)) {
            return value;
        }
        double unit = Math.pow(10, 5 - Math.floor(Math.log10(Math.abs(value))));
        return Math.rint(value * unit) / unit;
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}

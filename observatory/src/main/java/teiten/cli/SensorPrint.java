package teiten.cli;

import teiten.store.EventReadings;
import teiten.store.Readings.Gap;
import teiten.store.Readings.ImportLine;
import teiten.store.Readings.SensorReport;
import teiten.store.WatchReadings;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// One sensor in words and as JSON.
final class SensorPrint {
    private SensorPrint() {}

    static Map<String, Object> json(
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
        List<Map<String, Object>> damaged = new ArrayList<>();
        for (ImportLine read : damaged(s)) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("file", read.file());
            row.put("offset", read.stoppedAt());
            row.put("reason", read.stoppedReason());
            damaged.add(row);
        }
        json.put("damaged", damaged);
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

    /// Captures that could not be read to their end.
    private static List<ImportLine> damaged(SensorReport s) {
        return s.imports().stream().filter(read -> read.stoppedReason() != null).toList();
    }

    private static String meaning(String reason) {
        return switch (reason) {
            case "not_read" -> "not_read = no capture covers it";
            case "outage" -> "outage = silence that the sensor's own rate makes implausible";
            case "stopped" -> "stopped = between two live captures";
            default -> reason;
        };
    }

    static void text(Print print, SensorReport s, ZoneId zone) {
        print.line(
                s.name()
                        + (s.demo() ? " (DEMO: simulated)" : "")
                        + ": "
                        + Print.estimate(s.addresses(), "address", "addresses")
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
                        + Print.count(s.packets(), "packet", "packets")
                        + " in "
                        + Print.count(s.imports().size(), "capture", "captures"));
        if (s.closedEarly() > 0) {
            print.line("  " + early(s));
        }
        List<List<String>> rows = new ArrayList<>();
        s.outcomes().forEach((label, n) -> rows.add(List.of("  used", label, Print.count(n))));
        s.skipped().forEach((label, n) -> rows.add(List.of("  skipped", label, Print.count(n))));
        print.table(List.of("  outcome", "kind", "packets"), rows, true, true, false);
        for (ImportLine read : damaged(s)) {
            print.note(
                    "  damaged "
                            + Print.safe(read.file())
                            + ": "
                            + read.stoppedReason()
                            + ", at byte "
                            + read.stoppedAt());
        }
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
        if (!s.gaps().isEmpty()) {
            print.note(
                    "  A gap is no zero. "
                            + s.gaps().stream()
                                    .map(Gap::reason)
                                    .distinct()
                                    .sorted()
                                    .map(SensorPrint::meaning)
                                    .collect(Collectors.joining("; "))
                            + ".");
        }
    }
}

package teiten.cli;

import teiten.store.EventReadings;
import teiten.store.EventReadings.ScanEvent;
import teiten.store.EventReadings.Timing;
import teiten.store.EventReadings.Victim;
import teiten.store.Scope;
import teiten.telescope.Mark;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// `teiten top events` and `teiten top victims`.
final class TopEvents {
    private TopEvents() {}

    static void events(
            EventReadings readings,
            Scope scope,
            int limit,
            Format format,
            ZoneId zone,
            Print print) {
        List<ScanEvent> events = readings.upToDate().events(scope, limit);
        if (format.json) {
            print.json(events.stream().map(TopEvents::json).toList());
            return;
        }
        List<String> header =
                List.of(
                        "source",
                        "port",
                        "start",
                        "end",
                        "packets",
                        "targets",
                        "pps of IPv4",
                        "marks");
        List<List<String>> rows = new ArrayList<>();
        for (ScanEvent e : events) {
            rows.add(
                    List.of(
                            e.source().toString(),
                            port(e),
                            format.csv ? e.start().toString() : Print.time(e.start(), zone),
                            format.csv ? e.end().toString() : Print.time(e.end(), zone),
                            format.csv ? String.valueOf(e.packets()) : Print.count(e.packets()),
                            format.csv
                                    ? String.valueOf(Math.round(e.targets().value()))
                                    : Print.estimate(e.targets()),
                            Double.isNaN(e.packetsPerSecond())
                                    ? "-"
                                    : String.format(Locale.ROOT, "%.1f", e.packetsPerSecond()),
                            marks(e)));
        }
        if (format.csv) {
            print.csv(header, rows);
            return;
        }
        print.table(header, rows, true, true, true, true, false, false, false, true);
        print.line("");
        readings.timings().stream()
                .filter(t -> scope.sensors().isEmpty() || scope.sensors().contains(t.sensor()))
                .forEach(t -> print.line(limits(t)));
    }

    private static String port(ScanEvent e) {
        return e.port() == null
                ? e.protocol() + ", " + Print.count(e.ports()) + " ports"
                : e.port().toString();
    }

    /// Marks that a tenth of the packets bear: less may be chance. JSON has all counts.
    private static String marks(ScanEvent e) {
        String marks =
                e.marks().entrySet().stream()
                        .filter(m -> m.getValue() * 10 >= e.packets())
                        .map(m -> m.getKey().label())
                        .collect(Collectors.joining(" "));
        return marks.isEmpty() ? "-" : marks;
    }

    /// What the sensor can see of scans, in one sentence.
    static String limits(Timing t) {
        return String.format(
                Locale.ROOT,
                "%s: %s addresses%s; an event ends after %,d s of silence and has at least %d"
                    + " targets (or %d ports). Detection limit: scans slower than %.1f packets/s"
                    + " over all of IPv4 fall apart or go unseen.",
                t.sensor(),
                Print.estimate(t.addresses()),
                t.inferred() ? " (inferred)" : "",
                t.timeout(),
                t.fewestTargets(),
                EventReadings.MANY_PORTS,
                t.detectionLimit());
    }

    private static Map<String, Object> json(ScanEvent e) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("source", e.source().toString());
        row.put("protocol", e.protocol());
        row.put("port", e.port() == null ? null : e.port().number());
        row.put("ports", e.ports());
        row.put("start", e.start().toString());
        row.put("end", e.end().toString());
        row.put("packets", e.packets());
        row.put("targets", Math.round(e.targets().value()));
        row.put("targets_relative_error", e.targets().relativeError());
        row.put("rate_ipv4_pps", Double.isNaN(e.packetsPerSecond()) ? null : e.packetsPerSecond());
        row.put("timeout_s", e.timing().timeout());
        row.put("detection_limit_pps", e.timing().detectionLimit());
        Map<String, Long> marks = new LinkedHashMap<>();
        for (Mark mark : Mark.values()) {
            marks.put(mark.label(), e.marks().getOrDefault(mark, 0L));
        }
        row.put("marks", marks);
        row.put("ttl_min", e.ttlMin());
        row.put("ttl_max", e.ttlMax());
        row.put("syn_shapes", e.shapes());
        row.put("sensor", e.timing().sensor());
        return row;
    }

    static void victims(
            EventReadings readings,
            Scope scope,
            int limit,
            Format format,
            ZoneId zone,
            Print print) {
        List<Victim> victims = readings.upToDate().victims(scope, limit);
        if (format.json) {
            print.json(victims.stream().map(TopEvents::json).toList());
            return;
        }
        List<String> header =
                List.of("victim", "services", "start", "end", "packets", "ports", "pps of IPv4");
        List<List<String>> rows = new ArrayList<>();
        for (Victim v : victims) {
            rows.add(
                    List.of(
                            v.victim().toString(),
                            v.services().stream()
                                    .limit(3)
                                    .map(Object::toString)
                                    .collect(Collectors.joining(" ")),
                            format.csv ? v.start().toString() : Print.time(v.start(), zone),
                            format.csv ? v.end().toString() : Print.time(v.end(), zone),
                            format.csv ? String.valueOf(v.packets()) : Print.count(v.packets()),
                            format.csv ? String.valueOf(v.ports()) : Print.count(v.ports()),
                            String.format(Locale.ROOT, "%.1f", v.packetsPerSecond())));
        }
        if (format.csv) {
            print.csv(header, rows);
            return;
        }
        print.table(header, rows, true, true, true, true, false, false, false);
        print.line("");
        print.line(
                "Answers to packets that bore our addresses as forged senders. Counted: 25 packets"
                    + " or more, over 60 s or more, 30 of them in one minute; 300 s of silence end"
                    + " an attack (after CAIDA's corsaro). The rate assumes that senders were"
                    + " forged evenly over all of IPv4, and counts answers, not the flood itself.");
        readings.timings().stream()
                .filter(t -> scope.sensors().isEmpty() || scope.sensors().contains(t.sensor()))
                .forEach(t -> print.line(victimLimits(t)));
    }

    private static String victimLimits(Timing t) {
        return String.format(
                Locale.ROOT,
                "%s: %s addresses%s. Detection limit: attacks whose victims answer slower than"
                        + " %,.0f packets/s over all of IPv4 in their busiest minute go unseen.",
                t.sensor(),
                Print.estimate(t.addresses()),
                t.inferred() ? " (inferred)" : "",
                t.victimLimit());
    }

    private static Map<String, Object> json(Victim v) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("victim", v.victim().toString());
        row.put("start", v.start().toString());
        row.put("end", v.end().toString());
        row.put("packets", v.packets());
        row.put("busiest_minute", v.busiestMinute());
        row.put("ports", v.ports());
        row.put("services", v.services().stream().map(Object::toString).toList());
        row.put("rate_ipv4_pps", v.packetsPerSecond());
        row.put("answers_ipv4", v.answers());
        row.put("relative_error", v.relativeError());
        row.put("detection_limit_pps", v.timing().victimLimit());
        row.put("sensor", v.timing().sensor());
        return row;
    }
}

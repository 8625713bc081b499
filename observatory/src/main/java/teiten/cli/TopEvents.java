package teiten.cli;

import teiten.store.EventReadings;
import teiten.store.EventReadings.ScanEvent;
import teiten.store.EventReadings.Timing;
import teiten.store.EventReadings.Victim;
import teiten.store.Scope;
import teiten.telescope.Mark;

import java.time.Duration;
import java.time.Instant;
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
        if (format.csv) {
            print.csv(
                    List.of(
                            "source",
                            "port",
                            "start",
                            "end",
                            "packets",
                            "targets",
                            "pps of IPv4",
                            "marks",
                            "sensor"),
                    events.stream().map(TopEvents::cells).toList());
            return;
        }
        Starts starts = new Starts(events.stream().map(ScanEvent::start).toList(), zone);
        Rows rows = new Rows(sensors(readings, scope).size() > 1);
        for (ScanEvent e : events) {
            rows.add(
                    e.timing(),
                    e.source().toString(),
                    port(e),
                    starts.of(e.start()),
                    Print.lasted(Duration.between(e.start(), e.end())),
                    Print.count(e.packets()),
                    Print.estimate(e.targets()),
                    Print.scaled(e.packetsPerSecond()),
                    marks(e));
        }
        if (events.isEmpty()) {
            print.line("No scan event.");
        } else {
            rows.print(
                    print,
                    "source",
                    "port",
                    "start",
                    "lasted<",
                    "packets<",
                    "targets<",
                    "pps<",
                    "marks");
        }
        print.line("");
        print.note(
                starts.note()
                        + Counting.A_TENTH
                        + " ×N = N ports of few hosts. pps = packets a second that the scan sends"
                        + " to all of IPv4, estimated from what reached us.");
        sensors(readings, scope).forEach(t -> print.note(limits(t)));
    }

    /// The sensors that the question is about.
    private static List<Timing> sensors(EventReadings readings, Scope scope) {
        return readings.timings().stream()
                .filter(t -> scope.sensors().isEmpty() || scope.sensors().contains(t.sensor()))
                .toList();
    }

    /// Beginnings as a list tells them: without the year when it is the same for all.
    record Starts(List<Instant> all, ZoneId zone) {
        private boolean oneYear() {
            return all.stream().map(at -> at.atZone(zone).getYear()).distinct().count() == 1;
        }

        String of(Instant start) {
            String minute = Print.minute(start, zone);
            return oneYear() ? minute.substring(5) : minute;
        }

        String day(Instant start) {
            return of(start).split(" ")[0];
        }

        String note() {
            return all.isEmpty()
                    ? ""
                    : "Times are "
                            + zone
                            + (oneYear() ? ", in " + all.getFirst().atZone(zone).getYear() : "")
                            + ". ";
        }
    }

    /// A list's rows, with the sensor behind each when there are several.
    private record Rows(boolean several, List<List<String>> all) {
        Rows(boolean several) {
            this(several, new ArrayList<>());
        }

        void add(Timing sensor, String... cells) {
            List<String> row = new ArrayList<>(List.of(cells));
            if (several) {
                row.add(sensor.sensor());
            }
            all.add(row);
        }

        /// @param names of the columns; one that ends in `<` holds numbers
        void print(Print print, String... names) {
            List<String> header = new ArrayList<>(List.of(names));
            if (several) {
                header.add("sensor");
            }
            boolean[] left = new boolean[header.size()];
            for (int c = 0; c < left.length; c++) {
                left[c] = !header.get(c).endsWith("<");
                header.set(c, header.get(c).replace("<", ""));
            }
            print.table(header, all, left);
        }
    }

    private static List<String> cells(ScanEvent e) {
        return List.of(
                e.source().toString(),
                port(e),
                e.start().toString(),
                e.end().toString(),
                String.valueOf(e.packets()),
                String.valueOf(Math.round(e.targets().value())),
                pps(e.packetsPerSecond()),
                marks(e),
                e.timing().sensor());
    }

    private static String pps(double rate) {
        return Double.isNaN(rate) ? "-" : String.format(Locale.ROOT, "%.1f", rate);
    }

    private static String port(ScanEvent e) {
        return e.port() == null
                ? e.protocol() + " ×" + Print.count(e.ports())
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
                "%s: %s%s; an event ends after %,d s of silence and has at least %d targets (or %d"
                    + " ports). Detection limit: scans slower than %,.1f packets/s over all of IPv4"
                    + " fall apart or go unseen.",
                t.sensor(),
                Print.estimate(t.addresses(), "address", "addresses"),
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
        if (format.csv) {
            print.csv(
                    List.of(
                            "victim",
                            "services",
                            "start",
                            "end",
                            "packets",
                            "ports",
                            "pps of IPv4",
                            "sensor"),
                    victims.stream().map(TopEvents::cells).toList());
            return;
        }
        Starts starts = new Starts(victims.stream().map(Victim::start).toList(), zone);
        Rows rows = new Rows(sensors(readings, scope).size() > 1);
        for (Victim v : victims) {
            rows.add(
                    v.timing(),
                    v.victim().toString(),
                    services(v),
                    starts.of(v.start()),
                    Print.lasted(Duration.between(v.start(), v.end())),
                    Print.count(v.packets()),
                    Print.count(v.ports()),
                    Print.scaled(v.packetsPerSecond()));
        }
        if (victims.isEmpty()) {
            print.line("No attack whose victim's answers reached the sensors.");
        } else {
            rows.print(
                    print, "victim", "services", "start", "lasted<", "packets<", "ports<", "pps<");
        }
        print.line("");
        print.note(
                starts.note()
                        + "Answers to packets that bore our addresses as forged senders. Counted:"
                        + " 25 packets or more, over 60 s or more, 30 of them in one minute; 300 s"
                        + " of silence end an attack (after CAIDA's corsaro). pps = answers a"
                        + " second over all of IPv4; it assumes that senders were forged evenly,"
                        + " and counts answers, not the flood itself.");
        sensors(readings, scope).forEach(t -> print.note(victimLimits(t)));
    }

    /// An attack on a source in one sentence.
    static String attack(Victim v, ZoneId zone) {
        return "A victim of denial of service, seen by "
                + v.timing().sensor()
                + ": from "
                + Print.minute(v.start(), zone)
                + " for "
                + Print.lasted(Duration.between(v.start(), v.end()))
                + " it answered forged senders ("
                + services(v)
                + "), "
                + Print.count(v.packets())
                + " packets here.";
    }

    private static List<String> cells(Victim v) {
        return List.of(
                v.victim().toString(),
                services(v),
                v.start().toString(),
                v.end().toString(),
                String.valueOf(v.packets()),
                String.valueOf(v.ports()),
                pps(v.packetsPerSecond()),
                v.timing().sensor());
    }

    private static String services(Victim v) {
        return v.services().stream()
                .limit(3)
                .map(Object::toString)
                .collect(Collectors.joining(" "));
    }

    private static String victimLimits(Timing t) {
        return String.format(
                Locale.ROOT,
                "%s: %s%s. Detection limit: attacks whose victims answer slower than"
                        + " %,.0f packets/s over all of IPv4 in their busiest minute go unseen.",
                t.sensor(),
                Print.estimate(t.addresses(), "address", "addresses"),
                t.inferred() ? " (inferred)" : "",
                t.victimLimit());
    }

    static Map<String, Object> json(Victim v) {
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

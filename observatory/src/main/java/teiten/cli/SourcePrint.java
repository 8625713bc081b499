package teiten.cli;

import teiten.store.Readings.PortUse;
import teiten.store.Readings.SourceReport;
import teiten.store.Tally;
import teiten.telescope.Mark;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One source in words, as JSON and as CSV.
final class SourcePrint {
    private SourcePrint() {}

    static Map<String, Object> json(SourceReport r) {
        Map<String, Object> json = new LinkedHashMap<>();
        boolean seen = !r.days().isEmpty();
        json.put("source", r.source().toString());
        json.put("seen", seen);
        json.put("packets", r.tally().packets());
        json.put("bytes", r.tally().bytes());
        json.put("accesses", r.tally().accesses());
        json.put("syn", r.tally().syn());
        json.put("targets", Math.round(r.targets().value()));
        json.put("targets_relative_error", r.targets().relativeError());
        json.put("marks", TopCommand.marks(r.tally()));
        json.put("first", seen ? r.first().toString() : null);
        json.put("last", seen ? r.last().toString() : null);
        json.put("os", seen ? Counting.os(r.os()) : null);
        List<Map<String, Object>> ports = new ArrayList<>();
        for (PortUse use : r.ports()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("protocol", use.port().protocol().label());
            row.put("port", use.port().number());
            row.put("packets", use.tally().packets());
            row.put("accesses", use.tally().accesses());
            row.put("syn", use.tally().syn());
            row.put("targets", Math.round(use.targets().value()));
            row.put("marks", TopCommand.marks(use.tally()));
            row.put("first", use.first().toString());
            row.put("last", use.last().toString());
            ports.add(row);
        }
        json.put("ports", ports);
        List<Map<String, Object>> days = new ArrayList<>();
        r.days()
                .forEach(day -> {
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("day", day.day().toString());
                    row.put("packets", day.tally().packets());
                    row.put("accesses", day.tally().accesses());
                    row.put("ports", day.ports());
                    days.add(row);
                });
        json.put("days", days);
        json.put("counted", Counting.json(r.counted()));
        return json;
    }

    private static boolean marked(Tally tally) {
        return !Counting.anyMarkNames(tally).equals("-");
    }

    /// @param known prints what else is known of it
    static void text(Print print, SourceReport r, ZoneId zone, boolean csv, Runnable known) {
        List<String> header =
                List.of("port", "packets", "syn", "targets", "marks", "first", "last");
        List<List<String>> rows = new ArrayList<>();
        for (PortUse use :
                r.ports().subList(0, csv ? r.ports().size() : Math.min(20, r.ports().size()))) {
            rows.add(
                    List.of(
                            use.port().toString(),
                            csv
                                    ? String.valueOf(use.tally().packets())
                                    : Print.count(use.tally().packets()),
                            csv
                                    ? String.valueOf(use.tally().syn())
                                    : Print.count(use.tally().syn()),
                            csv
                                    ? String.valueOf(Math.round(use.targets().value()))
                                    : Print.estimate(use.targets()),
                            csv
                                    ? Counting.anyMarkNames(use.tally())
                                    : Counting.markNames(use.tally()),
                            csv
                                    ? use.first().toString()
                                    : Print.time(use.first(), zone).substring(5, 16),
                            csv
                                    ? use.last().toString()
                                    : Print.time(use.last(), zone).substring(5, 16)));
        }
        if (csv) {
            print.csv(header, rows);
            return;
        }
        if (r.days().isEmpty()) {
            print.line(
                    r.source() + " was not seen in this span. That is no proof that it is clean.");
            print.line("");
            print.note(Counting.footnote(r.counted(), zone));
            print.note(Counting.forgotten(r.counted(), zone));
            return;
        }
        print.line(
                r.source()
                        + ": "
                        + Print.count(r.tally().packets(), "packet", "packets")
                        + ", "
                        + Print.count(r.tally().accesses(), "access", "accesses")
                        + " to "
                        + Print.estimate(r.targets(), "address", "addresses")
                        + " on "
                        + Print.count(r.accessedPorts(), "port", "ports"));
        print.line(
                "from "
                        + Print.time(r.first(), zone)
                        + " to "
                        + Print.time(r.last(), zone)
                        + " "
                        + zone);
        if (r.tally().backscatter() > 0) {
            print.note(
                    Print.count(r.tally().backscatter(), "packet is", "packets are")
                            + " backscatter: answers, no accesses");
        }
        print.line("System: " + Counting.reason(r.os()));
        for (Mark mark : Mark.values()) {
            long marked = r.tally().marked(mark);
            if (marked > 0) {
                print.note(
                        "Mark "
                                + mark.label()
                                + ": "
                                + Print.count(marked, "packet", "packets")
                                + " ("
                                + Print.share(marked, r.tally().packets())
                                + "), "
                                + Counting.evidence(mark));
            }
        }
        if (Counting.anyMarkNames(r.tally()).equals("-")) {
            print.line("Marks: none of a known tool");
        }
        known.run();
        print.line("");
        print.table(header, rows, true, false, false, false, true, true, true);
        if (r.ports().size() > rows.size()) {
            print.line(
                    "… and "
                            + Print.count(r.ports().size() - rows.size(), "more port", "more ports")
                            + " (--csv or --json shows all)");
        }
        print.line("");
        print.note(
                "An address may be shared, change hands or be spoofed."
                        + (r.ports().stream().anyMatch(use -> marked(use.tally()))
                                ? " " + Counting.A_TENTH
                                : ""));
        print.note(Counting.footnote(r.counted(), zone));
        print.note(Counting.forgotten(r.counted(), zone));
    }
}

package teiten.cli;

import teiten.store.Readings;
import teiten.store.ScannerReadings.Hit;
import teiten.store.ScannerReadings.Known;
import teiten.store.ScannerReadings.Listed;
import teiten.store.ScannerReadings.Seen;
import teiten.store.Scanners;
import teiten.store.Scope;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the command line says of known investigators.
final class ScannerLines {
    private static final int HITS = 3;

    private ScannerLines() {}

    /// What was left out, or is all that is shown; nothing when everything is.
    static void footnote(Readings readings, Scope scope, Print print) {
        if (scope.scanners() == Scanners.ALL) {
            return;
        }
        Seen seen = readings.scanners().seen(scope);
        print.note(
                (scope.scanners() == Scanners.WITHOUT ? "Left out: " : "Only: ")
                        + Print.count(seen.sources(), "known investigator", "known investigators")
                        + " with "
                        + Print.count(seen.packets(), "packet", "packets")
                        + " ("
                        + Print.share(seen.packets(), seen.allPackets())
                        + " of all); "
                        + Print.count(seen.listed())
                        + " by a list, "
                        + Print.count(seen.hitters())
                        + " by reaching a tenth of the monitored addresses. Whole UTC days: shorter"
                        + " steps hold no single sources.");
    }

    static void text(Known known, ZoneId zone, Print print) {
        for (Listed listed : known.lists()) {
            print.note(
                    "Known scanner by list: "
                            + Print.safe(listed.list())
                            + (listed.version().isEmpty()
                                    ? ""
                                    : " (version " + Print.safe(listed.version()) + ")")
                            + ", entry "
                            + Print.safe(listed.entry()));
        }
        for (Hit hit : known.hits().subList(0, Math.min(HITS, known.hits().size()))) {
            print.note(
                    String.format(
                            Locale.ROOT,
                            "Aggressive hitter: reached %s of %,.0f addresses of %s (%.0f%%) %s"
                                    + " from %s to %s%s",
                            Print.estimate(hit.targets()),
                            hit.addresses(),
                            hit.sensor(),
                            100 * hit.share(),
                            hit.port() == null
                                    ? "in one UTC day"
                                    : "on " + hit.port() + " in one scan event",
                            Print.time(hit.start(), zone),
                            Print.time(hit.end(), zone),
                            hit.infected()
                                    ? "; it bears Mirai's mark and counts as no investigator"
                                    : ""));
        }
        if (known.hits().size() > HITS) {
            print.line("… and " + (known.hits().size() - HITS) + " more such days or events");
        }
    }

    static Map<String, Object> json(Known known) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("investigator", known.investigator());
        List<Map<String, Object>> lists = new ArrayList<>();
        for (Listed listed : known.lists()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("list", listed.list());
            row.put("version", listed.version());
            row.put("entry", listed.entry());
            row.put("loaded", listed.loaded().toString());
            lists.add(row);
        }
        json.put("lists", lists);
        List<Map<String, Object>> hits = new ArrayList<>();
        for (Hit hit : known.hits()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("sensor", hit.sensor());
            row.put("over", hit.port() == null ? "day" : "event");
            row.put("protocol", hit.port() == null ? null : hit.port().protocol().label());
            row.put("port", hit.port() == null ? null : hit.port().number());
            row.put("start", hit.start().toString());
            row.put("end", hit.end().toString());
            row.put("targets", Math.round(hit.targets().value()));
            row.put("targets_relative_error", hit.targets().relativeError());
            row.put("addresses", hit.addresses());
            row.put("share", hit.share());
            row.put("infected", hit.infected());
            hits.add(row);
        }
        json.put("hits", hits);
        return json;
    }
}

package teiten.cli;

import teiten.store.Readings.Bucket;
import teiten.store.Readings.Os;
import teiten.store.Readings.Overlap;
import teiten.store.Readings.PortReport;
import teiten.store.Readings.Series;
import teiten.store.Step;
import teiten.store.Tally;
import teiten.telescope.Mark;
import teiten.trend.Level;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One port in words, as JSON and as CSV.
final class PortPrint {
    private PortPrint() {}

    static Map<String, Object> json(PortReport r, Series series) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("protocol", r.port().protocol().label());
        json.put("port", r.port().number());
        json.put("packets", r.tally().packets());
        json.put("bytes", r.tally().bytes());
        json.put("accesses", r.tally().accesses());
        json.put("syn", r.tally().syn());
        json.put("backscatter", r.tally().backscatter());
        json.put("sources", Math.round(r.sources().value()));
        json.put("sources_relative_error", r.sources().relativeError());
        json.put("marks", TopCommand.marks(r.tally()));
        json.put("accesses_per_day_and_address", Counting.finite(r.perDayAndAddress()));
        Map<String, Object> os = new LinkedHashMap<>();
        r.osShares().forEach((name, share) -> os.put(name.name().toLowerCase(Locale.ROOT), share));
        json.put("os_shares", os);
        List<Map<String, Object>> overlaps = new ArrayList<>();
        for (Overlap overlap : r.overlaps()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("protocol", overlap.other().protocol().label());
            row.put("port", overlap.other().number());
            row.put("sources", overlap.sources());
            row.put("share", overlap.share());
            overlaps.add(row);
        }
        json.put("also_access", overlaps);
        json.put("also_access_of_sources", r.sourcesWithTable());
        json.put("step", series.step().name().toLowerCase(Locale.ROOT));
        List<Map<String, Object>> buckets = new ArrayList<>();
        for (Bucket b : series.buckets()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("start", b.start().toString());
            row.put("end", b.end().toString());
            row.put("observed", b.observed());
            row.put("packets", b.tally().packets());
            row.put("accesses", b.tally().accesses());
            row.put("syn", b.tally().syn());
            row.put("sources", Math.round(b.sources().value()));
            row.put("marks", TopCommand.marks(b.tally()));
            row.put("accesses_per_day_and_address", Counting.finite(b.perDayAndAddress()));
            buckets.add(row);
        }
        json.put("series", buckets);
        json.put("counted", Counting.json(r.counted()));
        return json;
    }

    static void csv(Print print, Series series) {
        List<List<String>> rows = new ArrayList<>();
        for (Bucket b : series.buckets()) {
            rows.add(
                    List.of(
                            b.start().toString(),
                            b.end().toString(),
                            String.valueOf(b.observed()),
                            String.valueOf(b.tally().packets()),
                            String.valueOf(b.tally().accesses()),
                            String.valueOf(b.tally().syn()),
                            String.valueOf(Math.round(b.sources().value())),
                            Double.isNaN(b.perDayAndAddress())
                                    ? ""
                                    : String.valueOf(b.perDayAndAddress()),
                            String.valueOf(b.tally().marked(Mark.MIRAI))));
        }
        print.csv(
                List.of(
                        "start",
                        "end",
                        "observed",
                        "packets",
                        "accesses",
                        "syn",
                        "sources",
                        "accesses_per_day_and_address",
                        "mirai"),
                rows);
    }

    static void text(Print print, PortReport r, Series series, ZoneId zone) {
        Tally t = r.tally();
        print.line(
                r.port()
                        + ": "
                        + Print.count(t.accesses(), "access", "accesses")
                        + " ("
                        + Print.rate(r.perDayAndAddress())
                        + " a day and address) from "
                        + Print.estimate(r.sources(), "source", "sources"));
        print.line(
                Print.count(t.packets(), "packet", "packets")
                        + " in all, "
                        + Print.count(t.backscatter())
                        + " of them backscatter");
        print.line("");
        print.line("  " + Print.sparkline(series.buckets()));
        print.note(
                "  accesses by "
                        + series.step().name().toLowerCase(Locale.ROOT)
                        + ", "
                        + zone
                        + highest(series, zone)
                        + "; · = not observed");
        print.line("");
        print.line("Marks of tools, share of the accesses:");
        for (Mark mark : Mark.values()) {
            print.line(
                    String.format(
                            Locale.ROOT,
                            "  %-8s %7s  %s",
                            mark.label(),
                            Print.share(t.marked(mark), t.accesses()),
                            Counting.evidence(mark)));
        }
        if (r.sourcesWithTable() > 0) {
            print.line("");
            print.line(
                    "Systems that the TTLs of its "
                            + Print.count(r.sourcesWithTable(), "source", "sources")
                            + " allow:");
            for (Map.Entry<Os, Double> share : r.osShares().entrySet()) {
                print.line(
                        String.format(
                                Locale.ROOT,
                                "  %-8s %6.1f%%",
                                share.getKey().name().toLowerCase(Locale.ROOT),
                                100 * share.getValue()));
            }
        }
        if (!r.overlaps().isEmpty()) {
            print.line("");
            print.line("These sources also access:");
            for (Overlap overlap : r.overlaps().subList(0, Math.min(8, r.overlaps().size()))) {
                print.line(
                        String.format(
                                Locale.ROOT,
                                "  %-12s %6.1f%%  (%s)",
                                overlap.other(),
                                100 * overlap.share(),
                                Print.count(overlap.sources(), "source", "sources")));
            }
        }
        print.line("");
        print.note(Counting.footnote(r.counted(), zone));
    }

    /// What the tallest bar stands for, of those of which half was observed; nothing when there is none.
    private static String highest(Series series, ZoneId zone) {
        Bucket highest = null;
        for (Bucket bucket : series.buckets()) {
            if (Level.usable(bucket)
                    && bucket.perDayAndAddress()
                            > (highest == null ? 0 : highest.perDayAndAddress())) {
                highest = bucket;
            }
        }
        if (highest == null) {
            return "";
        }
        String begin = Print.minute(highest.start(), zone);
        return "; highest "
                + Print.rate(highest.perDayAndAddress())
                + " a day and address, "
                + (series.step() == Step.DAY ? begin.substring(0, 10) : begin);
    }
}

package teiten.cli;

import teiten.store.SampleReadings;
import teiten.store.SampleReadings.Counted;
import teiten.store.SampleReadings.Filter;
import teiten.store.SampleReadings.Line;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `teiten top samples`: the samples of the store, those seen last first.
final class TopSamples {
    private TopSamples() {}

    static void print(SampleReadings samples, int limit, Format format, ZoneId zone, Print print) {
        List<Line> lines = samples.list(Filter.ALL, limit);
        if (format.json) {
            print.json(lines.stream().map(TopSamples::json).toList());
            return;
        }
        if (lines.isEmpty() && !format.csv) {
            print.line("No sample was kept yet. Begin with: teiten sample --store FILE");
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (Line line : lines) {
            rows.add(
                    List.of(
                            format.csv ? line.sha256() : line.sha256().substring(0, 16),
                            line.cpu().equals("unknown") ? line.kind() : line.cpu(),
                            line.width(),
                            line.endianness(),
                            format.csv ? String.valueOf(line.size()) : Print.count(line.size()),
                            line.families().isEmpty() ? "-" : String.join(" ", line.families()),
                            String.valueOf(line.sightings()),
                            String.valueOf(line.runs()),
                            line.searches().isEmpty() ? "-" : String.join(" ", line.searches()),
                            format.csv
                                    ? line.last().toString()
                                    : Print.time(line.last(), zone).substring(0, 16),
                            line.demo() ? "DEMO" : ""));
        }
        List<String> header =
                List.of(
                        "sample",
                        "cpu",
                        "class",
                        "endian",
                        "bytes",
                        "families",
                        "seen",
                        "runs",
                        "searches",
                        "last",
                        "");
        if (format.csv) {
            List<String> names = new ArrayList<>(header);
            names.set(names.size() - 1, "demo");
            print.csv(names, rows);
            return;
        }
        print.table(
                header, rows, true, true, true, true, false, true, false, false, true, true, true);
        Counted counted = samples.counted(Filter.ALL);
        print.line("");
        print.note(
                Print.count(counted.samples())
                        + " samples by SHA-256, seen "
                        + Print.count(counted.sightings())
                        + " times; "
                        + Print.count(counted.ran())
                        + " ran in the lab.");
        print.line("families: kin of, by rules only; searches: in the lab, not on the Internet.");
    }

    static Map<String, Object> json(Line line) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sha256", line.sha256());
        json.put("demo", line.demo());
        json.put("kind", line.kind());
        json.put("size", line.size());
        json.put("cpu", line.cpu());
        json.put("class", line.width());
        json.put("endianness", line.endianness());
        json.put("isa", line.isa());
        json.put("static", line.linked());
        json.put("stripped", line.stripped());
        json.put("packed", line.packed());
        json.put("header_lies", line.headerLies());
        json.put("families", line.families());
        json.put("first", line.first().toString());
        json.put("last", line.last().toString());
        json.put("sightings", line.sightings());
        json.put("runs", line.runs());
        json.put("searches", line.searches());
        return json;
    }
}

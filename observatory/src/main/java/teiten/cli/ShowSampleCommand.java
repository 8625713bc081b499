package teiten.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import teiten.sample.Defang;
import teiten.store.Readings;
import teiten.store.SampleLinks;
import teiten.store.SampleLinks.Alike;
import teiten.store.SampleLinks.AlikeSources;
import teiten.store.SampleLinks.Neighbour;
import teiten.store.SampleLinks.SessionLink;
import teiten.store.SampleReadings.Detail;
import teiten.store.SampleReadings.Line;
import teiten.store.SampleReadings.Run;
import teiten.store.SampleReadings.Sighting;
import teiten.store.Scope;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/// `teiten show sample SHA256`: what one sample is, how it came, what it did, what is like it, and its place in the
/// chain session → download → sample → CPU → behaviour → sources that search alike.
@Command(
        name = "sample",
        description = "What a sample is, how it came, what it did, what is like it.")
final class ShowSampleCommand implements Callable<Integer> {
    private static final int SHOWN = 10;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Parameters(paramLabel = "SHA256", description = "At least the first 8 digits.")
    private String name = "";

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Mixin private StoreOptions store = new StoreOptions();

    @Mixin private ScopeOptions scopes = new ScopeOptions();

    private record Story(
            Detail detail,
            SampleLinks.Sessions sessions,
            List<Neighbour> neighbours,
            AlikeSources alike) {}

    @Override
    public Integer call() {
        try (Desk.OpenStore open = store.open("teiten show")) {
            Readings readings = new Readings(open.store());
            Detail detail = readings.samples().find(name);
            String sha256 = detail.line().sha256();
            SampleLinks links = readings.samples().links();
            Scope scope = scopes.scope(readings);
            AlikeSources alike =
                    scope == null
                            ? new AlikeSources(Map.of(), List.of(), 0)
                            : links.alike(sha256, scope, 100);
            Story story =
                    new Story(detail, links.sessions(sha256), links.neighbours(sha256), alike);
            Print print = new Print();
            if (json) {
                print.json(json(story));
            } else {
                text(print, story, scopes.zone());
            }
        }
        return Main.DONE;
    }

    private static Map<String, Object> json(Story story) {
        Map<String, Object> out = TopSamples.json(story.detail.line());
        out.put("facts", JSON.readTree(story.detail.facts()));
        List<Map<String, Object>> sightings = new ArrayList<>();
        for (Sighting seen : story.detail.sightings()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("time", seen.time().toString());
            row.put("sensor", seen.sensor());
            row.put("session", seen.session());
            row.put("url", Defang.line(seen.url()));
            sightings.add(row);
        }
        out.put("seen", sightings);
        List<Map<String, Object>> runs = new ArrayList<>();
        for (Run run : story.detail.runs()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("at", run.at().toString());
            row.put("behaviour", JSON.readTree(run.behaviour()));
            runs.add(row);
        }
        out.put("lab", runs);
        List<Map<String, Object>> sessions = new ArrayList<>();
        for (SessionLink link : story.sessions.links()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("session", link.session());
            row.put("sensor", link.sensor());
            row.put("source", link.source().toString());
            row.put("start", link.began().toString());
            row.put("how", link.how());
            sessions.add(row);
        }
        out.put("sessions", sessions);
        out.put("sessions_total", story.sessions.total());
        List<Map<String, Object>> neighbours = new ArrayList<>();
        for (Neighbour one : story.neighbours) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("sha256", one.sha256());
            row.put("cpu", one.cpu());
            row.put("kind", one.kind());
            row.put("evidence", one.evidence());
            neighbours.add(row);
        }
        out.put("neighbours", neighbours);
        List<Map<String, Object>> alike = new ArrayList<>();
        for (Alike one : story.alike.sources()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("source", one.source().toString());
            row.put("likeness", Math.round(one.likeness() * 1000) / 1000.0);
            row.put("accesses", one.accesses());
            row.put("common", one.common().stream().map(Object::toString).toList());
            row.put("mirai", one.mirai());
            row.put("first", one.first().toString());
            row.put("last", one.last().toString());
            alike.add(row);
        }
        out.put("sources_alike", alike);
        out.put("sources_alike_total", story.alike.total());
        return out;
    }

    private static void text(Print print, Story story, ZoneId zone) {
        Line line = story.detail.line();
        print.line(line.sha256() + (line.demo() ? "  DEMO: made for the demonstration" : ""));
        print.line(
                "  "
                        + line.kind()
                        + ", "
                        + Print.count(line.size())
                        + " bytes, "
                        + line.cpu()
                        + " "
                        + line.width()
                        + " "
                        + line.endianness()
                        + "-endian, isa "
                        + line.isa()
                        + ", static "
                        + line.linked()
                        + ", stripped "
                        + line.stripped()
                        + ", packed "
                        + line.packed()
                        + (line.headerLies() ? ", header lies" : ""));
        print.line(
                "  families by rules: "
                        + (line.families().isEmpty()
                                ? "none"
                                : String.join(", ", line.families())));
        print.line("");
        print.line("Came " + story.detail.sightings().size() + " times");
        for (Sighting seen : story.detail.sightings().stream().limit(SHOWN).toList()) {
            print.line(
                    Print.safe(
                            "  "
                                    + Print.time(seen.time(), zone)
                                    + " "
                                    + seen.sensor()
                                    + " "
                                    + seen.session()
                                    + " "
                                    + Defang.line(seen.url())));
        }
        print.line("Sessions that brought it: " + Print.count(story.sessions.total()));
        for (SessionLink link : story.sessions.links().stream().limit(SHOWN).toList()) {
            print.line(
                    Print.safe(
                            "  "
                                    + link.session()
                                    + " "
                                    + link.sensor()
                                    + " from "
                                    + link.source()
                                    + " (by "
                                    + link.how()
                                    + ")"));
        }
        for (Run run : story.detail.runs().stream().limit(1).toList()) {
            behaviour(print, JSON.readTree(run.behaviour()));
        }
        if (story.detail.runs().isEmpty()) {
            print.line("Not run in the lab yet: teiten lab run --store FILE");
        }
        print.line("Alike: " + story.neighbours.size() + " samples");
        for (Neighbour one : story.neighbours.stream().limit(SHOWN).toList()) {
            print.line(
                    Print.safe(
                            "  "
                                    + one.sha256().substring(0, 16)
                                    + " "
                                    + one.cpu()
                                    + " "
                                    + one.kind()
                                    + ": "
                                    + one.evidence()));
        }
        print.line(
                "Sources that search as it does: "
                        + Print.count(story.alike.total())
                        + " (a likeness, no proof)");
        for (Alike one : story.alike.sources().stream().limit(SHOWN).toList()) {
            print.line(
                    String.format(
                            Locale.ROOT,
                            "  %-18s %3.0f %% alike, %,d accesses, %s%s",
                            one.source(),
                            one.likeness() * 100,
                            one.accesses(),
                            String.join(" ", one.common().stream().map(Object::toString).toList()),
                            one.mirai() > 0 ? ", Mirai mark" : ""));
        }
    }

    private static void behaviour(Print print, JsonNode run) {
        print.line(
                "In the lab: "
                        + run.path("ended").asString("")
                        + " after "
                        + run.path("wall_ms").asLong(0)
                        + " ms (no behaviour seen is no proof)");
        for (JsonNode one : run.path("controllers")) {
            print.line(
                    "  controller "
                            + one.path("address").asString("")
                            + ":"
                            + one.path("port").asInt(0)
                            + " "
                            + one.path("name").asString("")
                            + " says first "
                            + one.path("first_sent").asString(""));
        }
        for (JsonNode one : run.path("searches")) {
            print.line(
                    "  "
                            + one.path("service").asString("")
                            + ": "
                            + one.path("attempts").asLong(0)
                            + " attempts, "
                            + one.path("addresses").asLong(0)
                            + " addresses");
        }
    }
}

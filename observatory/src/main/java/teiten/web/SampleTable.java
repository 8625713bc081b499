package teiten.web;

import org.jspecify.annotations.Nullable;

import teiten.sample.Defang;
import teiten.store.Readings;
import teiten.store.SampleLinks.AlikeSources;
import teiten.store.SampleLinks.Neighbour;
import teiten.store.SampleLinks.Sessions;
import teiten.store.SampleReadings.CpuWeek;
import teiten.store.SampleReadings.Detail;
import teiten.store.SampleReadings.Line;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.List;
import java.util.stream.Collectors;

/// The answers about samples as tables, in the same words as the JSON.
final class SampleTable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private SampleTable() {}

    static Table samples(List<Line> lines) {
        Table table =
                new Table(
                        null,
                        "sha256",
                        "demo",
                        "kind",
                        "size",
                        "cpu",
                        "class",
                        "endianness",
                        "isa",
                        "static",
                        "stripped",
                        "packed",
                        "header_lies",
                        "families",
                        "first",
                        "last",
                        "sightings",
                        "runs",
                        "searches");
        for (Line line : lines) {
            table.row()
                    .add(line.sha256())
                    .add(line.demo())
                    .add(line.kind())
                    .add(line.size())
                    .add(line.cpu())
                    .add(line.width())
                    .add(line.endianness())
                    .add(line.isa())
                    .add(line.linked())
                    .add(line.stripped())
                    .add(line.packed())
                    .add(line.headerLies())
                    .add(String.join(" ", line.families()))
                    .add(line.first())
                    .add(line.last())
                    .add(line.sightings())
                    .add(line.runs())
                    .add(String.join(" ", line.searches()));
        }
        return table;
    }

    static Table weeks(List<CpuWeek> weeks) {
        Table table = new Table(null, "week", "cpu", "samples");
        weeks.forEach(each -> table.row().add(each.week()).add(each.cpu()).add(each.samples()));
        return table;
    }

    /// One line a fact: its value, where it stands, how far it can be trusted.
    static Table facts(Detail detail) {
        Table table = new Table(null, "fact", "value", "where", "trust");
        JsonNode facts = MAPPER.readTree(detail.facts());
        for (String name :
                List.of("sha256", "sha1", "md5", "tlsh", "kind", "size", "entropy", "cpu")) {
            table.row().add(name).add(facts.path(name).asString("")).add("").add("");
        }
        facts.path("facts")
                .properties()
                .forEach(fact ->
                        table.row()
                                .add(fact.getKey())
                                .add(fact.getValue().path("value").asString(""))
                                .add(
                                        fact.getValue()
                                                .path("where")
                                                .asString(fact.getValue().path("why").asString("")))
                                .add(fact.getValue().path("trust").asString("")));
        facts.path("anomalies")
                .forEach(odd -> table.row().add("anomaly").add(odd.asString("")).add("").add(""));
        return table;
    }

    static Table sightings(Detail detail) {
        Table table = new Table(null, "time", "sensor", "session", "url");
        detail.sightings()
                .forEach(each ->
                        table.row()
                                .add(each.time())
                                .add(each.sensor())
                                .add(each.session())
                                .add(Defang.line(each.url())));
        return table;
    }

    static Table sessions(Sessions sessions) {
        Table table = new Table(null, "session", "sensor", "source", "start", "how");
        sessions.links()
                .forEach(each ->
                        table.row()
                                .add(each.session())
                                .add(each.sensor())
                                .add(each.source())
                                .add(each.began())
                                .add(each.how()));
        return table;
    }

    static Table neighbours(List<Neighbour> neighbours) {
        Table table = new Table(null, "sha256", "cpu", "demo", "kind", "evidence");
        neighbours.forEach(each ->
                table.row()
                        .add(each.sha256())
                        .add(each.cpu())
                        .add(each.demo())
                        .add(each.kind())
                        .add(each.evidence()));
        return table;
    }

    /// Everything that the newest run showed, in the order of time.
    static Table behaviour(Detail detail) {
        Table table = new Table(null, "at_ms", "until_ms", "what", "object", "times", "done");
        if (detail.runs().isEmpty()) {
            return table;
        }
        JsonNode run = MAPPER.readTree(detail.runs().getFirst().behaviour());
        for (JsonNode one : run.path("controllers")) {
            table.row()
                    .add(one.path("at_ms").asLong(0))
                    .add(null)
                    .add("controller")
                    .add(
                            one.path("address").asString("")
                                    + ":"
                                    + one.path("port").asInt(0)
                                    + " "
                                    + one.path("name").asString(""))
                    .add(1)
                    .add(true);
        }
        for (JsonNode one : run.path("searches")) {
            table.row()
                    .add(one.path("at_ms").asLong(0))
                    .add(one.path("until_ms").asLong(0))
                    .add("searches")
                    .add(one.path("service").asString(""))
                    .add(one.path("attempts").asLong(0))
                    .add(true);
        }
        for (String kind : List.of("files", "processes")) {
            for (JsonNode one : run.path(kind)) {
                table.row()
                        .add(one.has("at_ms") ? one.path("at_ms").asLong(0) : null)
                        .add(null)
                        .add(one.path("act").asString(""))
                        .add(one.path(kind.equals("files") ? "path" : "object").asString(""))
                        .add(one.path("times").asLong(1))
                        .add(one.path("done").asBoolean(true));
            }
        }
        return table;
    }

    static Table alike(AlikeSources alike, Readings.@Nullable Counted counted) {
        Table table =
                new Table(
                        counted,
                        "source",
                        "likeness",
                        "accesses",
                        "common_ports",
                        "mirai",
                        "first",
                        "last");
        alike.sources()
                .forEach(each ->
                        table.row()
                                .add(each.source())
                                .add(Math.round(each.likeness() * 1e3) / 1e3)
                                .add(each.accesses())
                                .add(
                                        each.common().stream()
                                                .map(Object::toString)
                                                .collect(Collectors.joining(" ")))
                                .add(each.mirai())
                                .add(each.first())
                                .add(each.last()));
        return table;
    }
}

package teiten.web;

import org.jspecify.annotations.Nullable;

import teiten.sample.Defang;
import teiten.store.Readings;
import teiten.store.SampleLinks.AlikeSources;
import teiten.store.SampleLinks.Neighbour;
import teiten.store.SampleLinks.Sessions;
import teiten.store.SampleReadings.Counted;
import teiten.store.SampleReadings.CpuWeek;
import teiten.store.SampleReadings.Detail;
import teiten.store.SampleReadings.Line;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Map;

/// The answers about samples as JSON, in the words of `teiten sample --json` and `teiten lab run --json`. URLs are
/// defanged.
final class SampleAnswers {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private SampleAnswers() {}

    static ObjectNode samples(
            List<Line> lines, Map<String, Map<String, Long>> choices, Counted counted) {
        ObjectNode out = JSON.objectNode();
        ArrayNode list = out.putArray("samples");
        lines.forEach(line -> list.add(line(line)));
        ObjectNode chosen = out.putObject("choices");
        choices.forEach((name, counts) -> {
            ArrayNode values = chosen.putArray(name);
            counts.forEach((value, n) -> values.addObject().put("value", value).put("samples", n));
        });
        out.set("counted", counted(counted));
        return out;
    }

    private static ObjectNode line(Line line) {
        ObjectNode out = JSON.objectNode().put("sha256", line.sha256()).put("demo", line.demo());
        out.put("kind", line.kind()).put("size", line.size()).put("cpu", line.cpu());
        out.put("class", line.width()).put("endianness", line.endianness()).put("isa", line.isa());
        out.put("static", line.linked()).put("stripped", line.stripped());
        out.put("packed", line.packed()).put("header_lies", line.headerLies());
        line.families().forEach(out.putArray("families")::add);
        out.put("first", line.first().toString()).put("last", line.last().toString());
        out.put("sightings", line.sightings()).put("runs", line.runs());
        line.searches().forEach(out.putArray("searches")::add);
        return out;
    }

    private static ObjectNode counted(Counted counted) {
        ObjectNode out = JSON.objectNode().put("samples", counted.samples());
        out.put("sightings", counted.sightings()).put("runs", counted.runs());
        out.put("ran", counted.ran()).put("demo", counted.demo());
        out.put("first", counted.first() == null ? null : counted.first().toString());
        return out.put("last", counted.last() == null ? null : counted.last().toString());
    }

    static ObjectNode weeks(List<CpuWeek> weeks, Counted counted) {
        ObjectNode out = JSON.objectNode();
        ArrayNode list = out.putArray("weeks");
        weeks.forEach(each ->
                list.addObject()
                        .put("week", each.week().toString())
                        .put("cpu", each.cpu())
                        .put("samples", each.samples()));
        out.set("counted", counted(counted));
        return out;
    }

    static ObjectNode sample(Detail detail, Sessions sessions, List<Neighbour> neighbours) {
        ObjectNode out = line(detail.line());
        out.set("facts", MAPPER.readTree(detail.facts()));
        ArrayNode seen = out.putArray("seen");
        detail.sightings().stream()
                .limit(200)
                .forEach(each ->
                        seen.addObject()
                                .put("time", each.time().toString())
                                .put("sensor", each.sensor())
                                .put("session", each.session())
                                .put("url", Defang.line(each.url())));
        ArrayNode runs = out.putArray("lab");
        detail.runs()
                .forEach(run -> {
                    ObjectNode each = runs.addObject().put("at", run.at().toString());
                    each.put("demo", run.demo());
                    each.set("behaviour", MAPPER.readTree(run.behaviour()));
                });
        ArrayNode brought = out.putArray("sessions");
        sessions.links()
                .forEach(link ->
                        brought.addObject()
                                .put("session", link.session())
                                .put("sensor", link.sensor())
                                .put("source", link.source().toString())
                                .put("start", link.began().toString())
                                .put("how", link.how()));
        out.put("sessions_total", sessions.total());
        ArrayNode near = out.putArray("neighbours");
        neighbours.forEach(each ->
                near.addObject()
                        .put("sha256", each.sha256())
                        .put("cpu", each.cpu())
                        .put("demo", each.demo())
                        .put("kind", each.kind())
                        .put("evidence", each.evidence()));
        out.set("counted", counted(detail.counted()));
        return out;
    }

    /// @param counted null when no capture was read
    static ObjectNode alike(AlikeSources alike, Readings.@Nullable Counted counted) {
        ObjectNode out = JSON.objectNode();
        ArrayNode searched = out.putArray("searched");
        alike.searched()
                .forEach((port, share) ->
                        searched.addObject()
                                .put("port", port.toString())
                                .put("share", Math.round(share * 1e4) / 1e4));
        ArrayNode list = out.putArray("sources");
        alike.sources()
                .forEach(each -> {
                    ObjectNode row = list.addObject().put("source", each.source().toString());
                    row.put("likeness", Math.round(each.likeness() * 1e3) / 1e3);
                    row.put("accesses", each.accesses());
                    ArrayNode common = row.putArray("common");
                    each.common().forEach(port -> common.add(port.toString()));
                    row.put("mirai", each.mirai());
                    row.put("first", each.first().toString()).put("last", each.last().toString());
                });
        out.put("total", alike.total());
        if (counted == null) {
            out.putNull("counted");
        } else {
            out.set("counted", Answers.counted(counted));
        }
        return out;
    }
}

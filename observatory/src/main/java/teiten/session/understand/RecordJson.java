package teiten.session.understand;

import teiten.net.IpAddress;
import teiten.session.Door;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A session's row as JSON, for `teiten top sessions --json`, for pages and for storing, and back.
///
/// The first members are what users' scripts rely on: `session`, `source`, `start`, `end`, `door`, `device`, `stages`
/// (words), `family`, `evidence` (objects), `commands` (a number), `urls`, `cpus` (words). Whatever is needed to read
/// the row back follows.
public final class RecordJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RecordJson() {}

    public static String write(SessionRecord record) {
        return JSON.writeValueAsString(tree(record));
    }

    public static ObjectNode tree(SessionRecord record) {
        ObjectNode node = JSON.createObjectNode();
        node.put("session", record.session());
        node.put("source", record.source().toString());
        node.put("start", record.start().toString());
        node.put("end", record.end().toString());
        node.put("door", record.door().label());
        node.put("device", record.device());
        words(node, "stages", record.stages().stream().map(m -> m.stage().label()).toList());
        node.put("family", record.family());
        ArrayNode evidence = node.putArray("evidence");
        for (Evidence one : record.evidence()) {
            evidence.addObject().put("rule", one.rule()).put("line", one.line());
        }
        node.put("commands", record.commands());
        words(node, "urls", record.urls());
        words(node, "cpus", record.cpuLabels());
        node.put("sensor", record.sensor());
        node.put("source_port", record.sourcePort());
        node.put("port", record.port());
        node.put("ended", record.ended());
        node.put("rules", record.rules());
        node.put("fingerprint", record.fingerprint());
        words(node, "hosts", record.hosts());
        words(node, "files", record.files());
        words(node, "samples", record.samples());
        words(node, "tokens", record.tokens());
        ArrayNode credentials = node.putArray("credentials");
        for (Credential one : record.credentials()) {
            credentials
                    .addObject()
                    .put("user", one.user())
                    .put("password", one.password())
                    .put("accepted", one.accepted());
        }
        ArrayNode marks = node.putArray("stage_marks");
        for (StageMark one : record.stages()) {
            marks.addObject()
                    .put("stage", one.stage().label())
                    .put("at", one.at().toString())
                    .put("evidence", one.evidence());
        }
        ArrayNode clues = node.putArray("cpu_clues");
        for (CpuClue one : record.cpus()) {
            clues.addObject()
                    .put("cpu", one.cpu().label())
                    .put("how", one.how().label())
                    .put("evidence", one.evidence());
        }
        node.put("cut", record.cut());
        return node;
    }

    /// @throws IllegalArgumentException with one sentence when it is no such row
    public static SessionRecord read(String json) {
        try {
            return read(JSON.readTree(json));
        } catch (JacksonException | DateTimeException bad) {
            throw new IllegalArgumentException("the text is no session row", bad);
        }
    }

    private static SessionRecord read(JsonNode node) {
        return new SessionRecord(
                string(node, "sensor"),
                string(node, "session"),
                IpAddress.parse(string(node, "source")),
                node.path("source_port").asInt(0),
                Instant.parse(string(node, "start")),
                Instant.parse(string(node, "end")),
                node.path("ended").asBoolean(false),
                Door.of(string(node, "door")),
                node.path("port").asInt(0),
                string(node, "device"),
                list(node, "stage_marks", RecordJson::mark),
                string(node, "family"),
                string(node, "rules"),
                list(node, "evidence", e -> new Evidence(string(e, "rule"), string(e, "line"))),
                node.path("commands").asInt(0),
                list(node, "urls", RecordJson::word),
                list(node, "hosts", RecordJson::word),
                list(node, "files", RecordJson::word),
                list(node, "samples", RecordJson::word),
                list(node, "cpu_clues", RecordJson::clue),
                list(
                        node,
                        "credentials",
                        e ->
                                new Credential(
                                        string(e, "user"),
                                        string(e, "password"),
                                        e.path("accepted").asBoolean(false))),
                list(node, "tokens", RecordJson::word),
                string(node, "fingerprint"),
                node.path("cut").asBoolean(false));
    }

    private static StageMark mark(JsonNode node) {
        Stage stage = Stage.ofLabel(string(node, "stage"));
        if (stage == null) {
            throw new IllegalArgumentException("a stage that nobody knows");
        }
        return new StageMark(stage, Instant.parse(string(node, "at")), string(node, "evidence"));
    }

    private static CpuClue clue(JsonNode node) {
        Cpu cpu = Cpu.ofLabel(string(node, "cpu"));
        if (cpu == null) {
            throw new IllegalArgumentException("a CPU that nobody knows");
        }
        CpuClue.How how =
                string(node, "how").equals(CpuClue.How.ELF.label())
                        ? CpuClue.How.ELF
                        : CpuClue.How.NAME;
        return new CpuClue(cpu, how, string(node, "evidence"));
    }

    private static void words(ObjectNode node, String name, List<String> words) {
        ArrayNode array = node.putArray(name);
        words.forEach(array::add);
    }

    private static String word(JsonNode node) {
        if (!node.isString()) {
            throw new IllegalArgumentException("a list of words holds something else");
        }
        return node.stringValue();
    }

    private static <T> List<T> list(JsonNode node, String name, Function<JsonNode, T> each) {
        List<T> list = new ArrayList<>();
        for (JsonNode element : node.path(name)) {
            list.add(each.apply(element));
        }
        return list;
    }

    private static String string(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.isString()) {
            throw new IllegalArgumentException("\"" + name + "\" is missing or no text");
        }
        return value.stringValue();
    }
}

package teiten.web;

import teiten.net.Port;
import teiten.session.Visit;
import teiten.session.replay.SessionDetail;
import teiten.session.understand.FamilyRules;
import teiten.session.understand.RecordJson;
import teiten.session.understand.SessionRecord;
import teiten.store.AttackStep;
import teiten.store.Masked;
import teiten.store.Readings;
import teiten.store.Scope;
import teiten.store.SessionFilter;
import teiten.store.SessionReadings;
import teiten.store.SessionReadings.Counted;
import teiten.store.SessionReadings.CpuWeek;
import teiten.store.SessionReadings.CredentialLine;
import teiten.store.SessionReadings.FamilyLine;
import teiten.store.SessionReadings.Found;
import teiten.store.SessionReadings.Line;
import teiten.store.SessionReadings.Linked;
import teiten.store.SessionReadings.LoaderLine;
import teiten.store.SessionReadings.StepLine;
import teiten.web.Dashboard.Answer;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.time.LocalDate;
import java.util.List;
import java.util.TreeSet;

/// The answers about sessions, as JSON and as tables.
///
/// What attackers typed stands here as they typed it: whoever shows it must escape it. Names and passwords are masked
/// unless `reveal=true` asks for them; a transcript shows them as they stood on the visitor's screen.
final class SessionPages {
    /// The addresses of the screens.
    static final List<String> PATHS =
            List.of("/chain", "/sessions", "/sessions/{id}", "/credentials", "/cpus");

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MOST_LINES = 1_000_000;
    private static final int MOST_SHOWN = 1_000;

    private final SessionReadings readings;
    private final Readings telescope;
    private final FamilyRules rules = FamilyRules.builtIn();

    SessionPages(Readings readings) {
        this.readings = readings.sessions();
        this.telescope = readings;
    }

    private static ObjectNode counted(Counted counted) {
        ObjectNode out = JSON.objectNode();
        ArrayNode names = out.putArray("sensors");
        counted.sensors().forEach(names::add);
        out.put("from", counted.scope().from().toString());
        out.put("to", counted.scope().to().toString());
        out.put("sessions", counted.sessions());
        out.put("all_sessions", counted.all());
        out.put("sources", counted.sources());
        out.put("readings", counted.readings());
        return out;
    }

    private static void words(ObjectNode node, String name, List<String> words) {
        ArrayNode array = node.putArray(name);
        words.forEach(array::add);
    }

    private static List<String> stages(SessionRecord record) {
        return record.stages().stream().map(mark -> mark.stage().label()).toList();
    }

    Answer list(Question question) {
        SessionFilter filter = question.sessions();
        int limit = question.limit("limit", 50, question.csv() ? MOST_LINES : MOST_SHOWN);
        int skip = question.limit("skip", 0, MOST_LINES);
        List<Line> lines =
                readings.newest(
                        filter,
                        limit == 0 ? (question.csv() ? MOST_LINES : MOST_SHOWN) : limit,
                        skip);
        Counted counted = readings.counted(filter);
        return new Answer(
                "sessions",
                () -> {
                    ObjectNode out = JSON.objectNode();
                    ArrayNode rows = out.putArray("sessions");
                    for (Line line : lines) {
                        rows.add(row(line));
                    }
                    out.put("total", counted.sessions());
                    out.put("skip", skip);
                    out.set("counted", counted(counted));
                    return out;
                },
                () -> table(lines));
    }

    private static ObjectNode row(Line line) {
        ObjectNode row = RecordJson.tree(line.record());
        row.remove(List.of("credentials", "stage_marks", "cpu_clues", "files", "hosts"));
        return row.put("demo", line.demo());
    }

    private static Table table(List<Line> lines) {
        Table table =
                new Table(
                        null,
                        "session",
                        "sensor",
                        "source",
                        "start",
                        "end",
                        "door",
                        "device",
                        "stages",
                        "family",
                        "commands",
                        "urls",
                        "cpus",
                        "samples",
                        "fingerprint",
                        "demo");
        for (Line line : lines) {
            SessionRecord r = line.record();
            table.row()
                    .add(r.session())
                    .add(r.sensor())
                    .add(r.source())
                    .add(r.start())
                    .add(r.end())
                    .add(r.door().label())
                    .add(r.device())
                    .add(String.join(" ", stages(r)))
                    .add(r.family())
                    .add(r.commands())
                    .add(String.join(" ", r.urls()))
                    .add(String.join(" ", r.cpuLabels()))
                    .add(String.join(" ", r.samples()))
                    .add(r.fingerprint())
                    .add(line.demo());
        }
        return table;
    }

    /// One session with its events and transcript. `of` names the sensor when several have one of that id.
    Answer one(Question question) {
        String id = question.inPath("id");
        if (!Visit.isSessionId(id)) {
            throw new Guard.Refusal(404, "there is no session of that id");
        }
        List<Found> found = readings.find(id, question.word("of"));
        if (found.isEmpty()) {
            throw new Guard.Refusal(404, "there is no session of that id");
        }
        Found one = found.getFirst();
        boolean reveal = question.truth("reveal");
        return new Answer(
                "session",
                () -> {
                    ObjectNode out = SessionDetail.tree(one.session(), one.record());
                    out.put("demo", one.demo());
                    out.put("masked", !reveal);
                    about(out, one.record().family());
                    if (!reveal) {
                        out.path("credentials").forEach(SessionPages::mask);
                    }
                    // The transcript holds them as text.
                    ArrayNode events = JSON.arrayNode();
                    out.path("events")
                            .forEach(event -> {
                                String kind = event.path("event").asString("");
                                boolean shown =
                                        !kind.equals("input")
                                                && !kind.equals("output")
                                                && !kind.equals("login-try")
                                                && !kind.equals("logged-in");
                                if (shown) {
                                    events.add(event);
                                }
                            });
                    out.set("events", events);
                    words(out, "sensors", found.stream().map(f -> f.record().sensor()).toList());
                    return out;
                },
                () -> table(List.of(new Line(one.record(), one.demo()))));
    }

    /// What the rules say of a family, in both languages; null for one that they do not know.
    private void about(ObjectNode out, String family) {
        out.putNull("about");
        for (FamilyRules.Family known : rules.families()) {
            if (known.name().equals(family)) {
                out.putObject("about").put("en", known.en()).put("ja", known.ja());
            }
        }
    }

    private static void mask(tools.jackson.databind.JsonNode credential) {
        if (credential instanceof ObjectNode pair) {
            pair.put("user", Masked.word(pair.path("user").asString("")));
            pair.put("password", Masked.word(pair.path("password").asString("")));
        }
    }

    /// The funnel, families, scripts, and who worked for whom.
    Answer chain(Question question) {
        SessionFilter filter = question.sessions();
        List<StepLine> steps = readings.funnel(filter);
        Counted counted = readings.counted(filter);
        return switch (question.word("table")) {
            case "links" -> {
                List<Linked> links = readings.links(filter, 0);
                yield new Answer("links", () -> links(links), () -> linkTable(links));
            }
            case "loaders" -> {
                List<LoaderLine> loaders = readings.loaders(filter, 0);
                yield new Answer("loaders", () -> loaders(loaders), () -> loaderTable(loaders));
            }
            default ->
                    new Answer(
                            "chain",
                            () -> {
                                ObjectNode out = JSON.objectNode();
                                scan(out, filter.scope());
                                out.setAll(steps(steps));
                                out.setAll(families(readings.families(filter)));
                                out.setAll(loaders(readings.loaders(filter, 50)));
                                out.setAll(links(readings.links(filter, 50)));
                                out.set("counted", counted(counted));
                                return out;
                            },
                            () -> stepTable(steps));
        };
    }

    /// What the telescopes saw of the first step, in the same span; null where none was looking.
    private void scan(ObjectNode out, Scope scope) {
        Scope seen = telescope.span(java.util.Set.of());
        boolean overlaps =
                seen != null
                        && scope.sensors().isEmpty()
                        && seen.from().isBefore(scope.to())
                        && scope.from().isBefore(seen.to());
        if (!overlaps) {
            out.putNull("scan");
            return;
        }
        var report = telescope.port(Port.TELNET, scope);
        out.putObject("scan")
                .put("port", report.port().toString())
                .put("accesses", report.tally().accesses())
                .put("sources", Math.round(report.sources().value()))
                .put("sources_error", report.sources().relativeError());
    }

    private static ObjectNode steps(List<StepLine> steps) {
        ObjectNode out = JSON.objectNode();
        ArrayNode rows = out.putArray("steps");
        for (StepLine step : steps) {
            rows.addObject()
                    .put("step", step.step().label())
                    .put("sessions", step.sessions())
                    .put("sources", step.sources());
        }
        return out;
    }

    private static Table stepTable(List<StepLine> steps) {
        Table table = new Table(null, "step", "sessions", "sources");
        steps.forEach(s -> table.row().add(s.step().label()).add(s.sessions()).add(s.sources()));
        return table;
    }

    private static ObjectNode families(List<FamilyLine> families) {
        ObjectNode out = JSON.objectNode();
        ArrayNode rows = out.putArray("families");
        for (FamilyLine line : families) {
            ObjectNode row = rows.addObject().put("family", line.family());
            ObjectNode furthest = row.putObject("furthest");
            for (AttackStep step : AttackStep.values()) {
                furthest.put(step.label(), line.furthest().get(step.ordinal()));
            }
        }
        return out;
    }

    private static ObjectNode loaders(List<LoaderLine> loaders) {
        ObjectNode out = JSON.objectNode();
        ArrayNode rows = out.putArray("loaders");
        for (LoaderLine line : loaders) {
            rows.addObject()
                    .put("fingerprint", line.fingerprint())
                    .put("family", line.family())
                    .put("sessions", line.sessions())
                    .put("sources", line.sources())
                    .put("first", line.first().toString())
                    .put("last", line.last().toString())
                    .put("sensor", line.sensor())
                    .put("example", line.example());
        }
        return out;
    }

    private static Table loaderTable(List<LoaderLine> loaders) {
        Table table =
                new Table(
                        null,
                        "fingerprint",
                        "family",
                        "sessions",
                        "sources",
                        "first",
                        "last",
                        "example");
        for (LoaderLine line : loaders) {
            table.row()
                    .add(line.fingerprint())
                    .add(line.family())
                    .add(line.sessions())
                    .add(line.sources())
                    .add(line.first())
                    .add(line.last())
                    .add(line.example());
        }
        return table;
    }

    private static ObjectNode links(List<Linked> links) {
        ObjectNode out = JSON.objectNode();
        ArrayNode rows = out.putArray("links");
        for (Linked line : links) {
            SessionRecord scanner = line.scanner();
            ObjectNode row = rows.addObject();
            row.put("sensor", line.link().sensor());
            row.put("loader", line.link().loader());
            row.put("loader_source", line.loader().source().toString());
            row.put("start", line.loader().start().toString());
            row.put("family", line.loader().family());
            row.put("scanner", line.link().scanner());
            row.put("scanner_source", scanner == null ? "" : scanner.source().toString());
            row.put("delay_seconds", line.link().delay().toSeconds());
            row.put("rivals", line.link().rivals());
            row.put("own_host", line.link().ownHost());
            words(row, "hosts", line.link().hosts());
        }
        return out;
    }

    private static Table linkTable(List<Linked> links) {
        Table table =
                new Table(
                        null,
                        "sensor",
                        "scanner_source",
                        "scanner",
                        "loader_source",
                        "loader",
                        "start",
                        "family",
                        "delay_seconds",
                        "rivals",
                        "hosts");
        for (Linked line : links) {
            SessionRecord scanner = line.scanner();
            table.row()
                    .add(line.link().sensor())
                    .add(scanner == null ? "" : scanner.source())
                    .add(line.link().scanner())
                    .add(line.loader().source())
                    .add(line.link().loader())
                    .add(line.loader().start())
                    .add(line.loader().family())
                    .add(line.link().delay().toSeconds())
                    .add(line.link().rivals())
                    .add(String.join(" ", line.link().hosts()));
        }
        return table;
    }

    Answer credentials(Question question) {
        SessionFilter filter = question.sessions();
        boolean reveal = question.truth("reveal");
        int limit = question.limit("limit", 100, MOST_LINES);
        List<CredentialLine> lines = readings.credentials(filter, limit);
        Counted counted = readings.counted(filter);
        return new Answer(
                "credentials",
                () -> {
                    ObjectNode out = JSON.objectNode();
                    ArrayNode rows = out.putArray("credentials");
                    for (CredentialLine line : lines) {
                        rows.addObject()
                                .put("user", shown(line.user(), reveal))
                                .put("password", shown(line.password(), reveal))
                                .put("tries", line.tries())
                                .put("accepted", line.accepted())
                                .put("sessions", line.sessions())
                                .put("sources", line.sources())
                                .put("first", line.first().toString())
                                .put("last", line.last().toString());
                    }
                    out.put("masked", !reveal);
                    out.set("counted", counted(counted));
                    return out;
                },
                () -> {
                    Table table =
                            new Table(
                                    null,
                                    "user",
                                    "password",
                                    "tries",
                                    "accepted",
                                    "sessions",
                                    "sources",
                                    "first",
                                    "last");
                    for (CredentialLine line : lines) {
                        table.row()
                                .add(shown(line.user(), reveal))
                                .add(shown(line.password(), reveal))
                                .add(line.tries())
                                .add(line.accepted())
                                .add(line.sessions())
                                .add(line.sources())
                                .add(line.first())
                                .add(line.last());
                    }
                    return table;
                });
    }

    private static String shown(String word, boolean reveal) {
        return reveal ? word : Masked.word(word);
    }

    /// Architecture × week.
    Answer cpus(Question question) {
        SessionFilter filter = question.sessions();
        List<CpuWeek> lines = readings.cpus(filter, question.zone());
        Counted counted = readings.counted(filter);
        return new Answer(
                "cpus",
                () -> {
                    ObjectNode out = JSON.objectNode();
                    TreeSet<LocalDate> weeks = new TreeSet<>();
                    lines.forEach(line -> weeks.add(line.week()));
                    ArrayNode all = out.putArray("weeks");
                    if (!weeks.isEmpty()) {
                        for (LocalDate week = weeks.first();
                                !week.isAfter(weeks.last()) && all.size() < MOST_SHOWN;
                                week = week.plusWeeks(1)) {
                            all.add(week.toString());
                        }
                    }
                    ArrayNode cells = out.putArray("cells");
                    for (CpuWeek line : lines) {
                        cells.addObject()
                                .put("week", line.week().toString())
                                .put("cpu", line.cpu())
                                .put("sessions", line.sessions())
                                .put("sources", line.sources());
                    }
                    out.set("counted", counted(counted));
                    return out;
                },
                () -> {
                    Table table = new Table(null, "week", "cpu", "sessions", "sources");
                    for (CpuWeek line : lines) {
                        table.row()
                                .add(line.week())
                                .add(line.cpu())
                                .add(line.sessions())
                                .add(line.sources());
                    }
                    return table;
                });
    }
}

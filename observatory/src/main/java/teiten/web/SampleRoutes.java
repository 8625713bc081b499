package teiten.web;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;

import teiten.store.Readings;
import teiten.store.SampleLinks.AlikeSources;
import teiten.store.SampleReadings;
import teiten.store.SampleReadings.Counted;
import teiten.store.SampleReadings.CpuWeek;
import teiten.store.SampleReadings.Detail;
import teiten.store.SampleReadings.Filter;
import teiten.store.SampleReadings.Line;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.function.Supplier;

/// The questions about samples. Facts, behaviour and links are answered; **a sample's bytes are not served**, here or
/// anywhere on the page: they leave the vault only by `teiten vault export`.
final class SampleRoutes {
    private static final int MOST_LINES = 100_000;
    private static final int MOST_SOURCES = 1_000;

    private final Readings readings;

    SampleRoutes(Readings readings) {
        this.readings = readings;
    }

    void add(JavalinConfig config) {
        config.routes.get("/api/v1/samples", this::samples);
        config.routes.get("/api/v1/samples/weeks", this::weeks);
        config.routes.get("/api/v1/sample/{sha256}", this::sample);
        config.routes.get("/api/v1/sample/{sha256}/alike", this::alike);
    }

    private static Filter filter(Question question) {
        return new Filter(question.word("cpu"), question.word("family"), question.word("kind"));
    }

    private void samples(Context ctx) {
        Question question = new Question(ctx, readings);
        Filter filter = filter(question);
        SampleReadings samples = readings.samples();
        List<Line> lines = samples.list(filter, question.limit("limit", 100, MOST_LINES));
        send(
                ctx,
                question.csv(),
                "samples",
                () -> {
                    Counted counted = samples.counted(filter);
                    return SampleAnswers.samples(lines, samples.choices(), counted);
                },
                () -> SampleTable.samples(lines));
    }

    private void weeks(Context ctx) {
        Question question = new Question(ctx, readings);
        Filter filter = filter(question);
        List<CpuWeek> weeks = readings.samples().weeks(filter, question.zone());
        send(
                ctx,
                question.csv(),
                "samples-by-week",
                () -> SampleAnswers.weeks(weeks, readings.samples().counted(filter)),
                () -> SampleTable.weeks(weeks));
    }

    private void sample(Context ctx) {
        Question question = new Question(ctx, readings);
        Detail detail = readings.samples().find(ctx.pathParam("sha256"));
        String sha256 = detail.line().sha256();
        var links = readings.samples().links();
        String table = question.word("table");
        send(
                ctx,
                question.csv(),
                "sample-" + sha256.substring(0, 16) + (table.isEmpty() ? "" : "-" + table),
                () ->
                        SampleAnswers.sample(
                                detail, links.sessions(sha256), links.neighbours(sha256)),
                () ->
                        switch (table) {
                            case "sessions" -> SampleTable.sessions(links.sessions(sha256));
                            case "neighbours" -> SampleTable.neighbours(links.neighbours(sha256));
                            case "sightings" -> SampleTable.sightings(detail);
                            case "behaviour" -> SampleTable.behaviour(detail);
                            default -> SampleTable.facts(detail);
                        });
    }

    private void alike(Context ctx) {
        Question question = new Question(ctx, readings);
        String sha256 = readings.samples().find(ctx.pathParam("sha256")).line().sha256();
        boolean nothing = readings.span(question.sensors()) == null;
        if (nothing) {
            // No capture was read: nobody can be like it, which is an answer and no mistake.
            AlikeSources none = new AlikeSources(java.util.Map.of(), List.of(), 0);
            send(
                    ctx,
                    question.csv(),
                    "alike",
                    () -> SampleAnswers.alike(none, null),
                    () -> SampleTable.alike(none, null));
            return;
        }
        var scope = question.scope();
        AlikeSources alike =
                readings.samples()
                        .links()
                        .alike(sha256, scope, question.limit("limit", 50, MOST_SOURCES));
        var counted = readings.counted(scope);
        send(
                ctx,
                question.csv(),
                "alike-" + sha256.substring(0, 16),
                () -> SampleAnswers.alike(alike, counted),
                () -> SampleTable.alike(alike, counted));
    }

    private static void send(
            Context ctx,
            boolean csv,
            String name,
            Supplier<ObjectNode> json,
            Supplier<Table> table) {
        if (csv) {
            ctx.header("Content-Disposition", "attachment; filename=\"teiten-" + name + ".csv\"");
            ctx.contentType("text/csv; charset=utf-8").result(table.get().csv());
        } else {
            ctx.contentType("application/json; charset=utf-8").result(json.get().toString());
        }
    }
}

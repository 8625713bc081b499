package teiten.web;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.util.JavalinBindException;

import org.eclipse.jetty.server.HttpConfiguration;

import teiten.OperatorMistake;
import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.store.Readings;
import teiten.store.Readings.ClassSeries;
import teiten.store.Readings.HeatMap;
import teiten.store.Readings.PortReport;
import teiten.store.Readings.SensorReport;
import teiten.store.Readings.Series;
import teiten.store.Readings.SourceReport;
import teiten.store.Scope;
import teiten.store.Step;
import teiten.store.Store;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The web server: REST under `/api/v1`, live events, notices, and the page.
///
/// It only reads. Requests are short (8 KiB of header, 64 KiB of body, none of it used) and each runs on a virtual
/// thread; a connection that says nothing for 30 s is closed.
public final class Dashboard implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Dashboard.class.getName());

    /// Held here, since a logger that nobody holds forgets its level. Jetty warns of every malformed request, which
    /// would let strangers write our log; Javalin tells of its start, and at length when the port is taken.
    private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

    private static final Logger JAVALIN = Logger.getLogger("io.javalin");

    /// Marks a request that already has its sentence, which the handler of unknown paths must not replace.
    private static final String REFUSED = "refused";

    private static final int HEADER_BYTES = 8 << 10;
    private static final long BODY_BYTES = 64 << 10;
    private static final int HEARTBEAT_SECONDS = 2;
    private static final int MOST_LINES = 1_000_000;
    private static final int MOST_HEAT_ROWS = 60;

    /// Ports of one source that its page shows unless asked otherwise; a scanner may have reached all 65,536.
    private static final int USUAL_PORTS = 200;

    private static final int MOST_PORTS_TOLD = 1_000_000;

    /// Sources of a port that its page looks at; of more, a random sample of so many: a share's standard error stays below
    /// 0.6 points.
    private static final int MOST_SOURCES = 8_192;

    private final Readings readings;
    private final LiveFeed live;
    private final NoticePages notices;
    private final Settings settings;
    private final InstantSource clock;
    private final Remembered remembered = new Remembered();
    private final Javalin server;

    public Dashboard(
            Readings readings,
            LiveFeed live,
            NoticePages notices,
            Settings settings,
            InstantSource clock) {
        this.readings = readings;
        this.live = live;
        this.notices = notices;
        this.settings = settings;
        this.clock = clock;
        JETTY.setLevel(Level.SEVERE);
        JAVALIN.setLevel(Level.OFF);
        this.server = Javalin.create(this::configure);
    }

    /// @throws OperatorMistake when the address cannot be bound
    public Dashboard start() {
        try {
            server.start();
        } catch (JavalinBindException taken) {
            throw new OperatorMistake(
                    "cannot listen on "
                            + settings.host()
                            + ":"
                            + settings.port()
                            + "; stop what listens there or choose another one with --port",
                    taken);
        }
        JAVALIN.setLevel(Level.WARNING);
        return this;
    }

    public int port() {
        return server.port();
    }

    /// Where a browser on this machine finds the page.
    public String address() {
        String host = settings.host();
        String name =
                host.equals("0.0.0.0") || host.equals("::")
                        ? "127.0.0.1"
                        : host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return "http://" + name + ":" + port() + "/";
    }

    @Override
    public void close() {
        live.close();
        server.stop();
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.concurrency.useVirtualThreads = true;
        config.http.maxRequestSize = BODY_BYTES;
        config.http.generateEtags = true;
        config.jetty.host = settings.host();
        config.jetty.port = settings.port();
        config.jetty.modifyHttpConfiguration(Dashboard::bound);
        Guard guard = new Guard(settings.host(), settings.hostNames());
        config.routes.before(guard::check);
        api(config);
        FrontEnd page = new FrontEnd();
        config.routes.get("/assets/{file}", page::asset);
        for (String path :
                List.of(
                        "/",
                        "/port",
                        "/port/{number}/{protocol}",
                        "/source",
                        "/source/{address}",
                        "/sensors",
                        "/samples",
                        "/samples/{sha256}")) {
            config.routes.get(path, page::page);
        }
        EventPages.PATHS.forEach(path -> config.routes.get(path, page::page));
        SessionPages.PATHS.forEach(path -> config.routes.get(path, page::page));
        config.routes.get("/notice/port/{number}/{protocol}", this::notice);
        errors(config);
    }

    private static void bound(HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setIdleTimeout(30_000);
    }

    private void api(JavalinConfig config) {
        config.routes.get("/api/v1/status", this::status);
        config.routes.get("/api/v1/sensors", this::sensors);
        config.routes.get("/api/v1/counted", asked(this::counted));
        config.routes.get("/api/v1/ports", asked(this::ports));
        config.routes.get("/api/v1/ports/new", asked(this::newPorts));
        config.routes.get("/api/v1/sources", asked(this::sources));
        config.routes.get("/api/v1/marks", asked(this::marks));
        config.routes.get("/api/v1/series", asked(this::series));
        config.routes.get("/api/v1/classes", asked(this::classes));
        config.routes.get("/api/v1/heatmap", asked(this::heatMap));
        config.routes.get("/api/v1/port/{number}/{protocol}", asked(this::port));
        config.routes.get("/api/v1/source/{address}", asked(this::source));
        new SampleRoutes(readings).add(config);
        EventPages events = new EventPages(readings);
        config.routes.get("/api/v1/events", asked(events::events));
        config.routes.get("/api/v1/event", asked(events::one));
        config.routes.get("/api/v1/victims", asked(events::victims));
        config.routes.get("/api/v1/campaigns", asked(events::campaigns));
        config.routes.get("/api/v1/campaign/{id}", asked(events::campaign));
        config.routes.get("/api/v1/scanners", asked(events::scanners));
        config.routes.get("/api/v1/live", this::live);
        SessionPages sessions = new SessionPages(readings);
        config.routes.get("/api/v1/sessions", asked(sessions::list));
        config.routes.get("/api/v1/session/{id}", asked(sessions::one));
        config.routes.get("/api/v1/chain", asked(sessions::chain));
        config.routes.get("/api/v1/credentials", asked(sessions::credentials));
        config.routes.get("/api/v1/cpus", asked(sessions::cpus));
    }

    private interface Ask {
        Answer to(Question question);
    }

    /// An answer in both forms; only the one that is asked for is made.
    record Answer(String name, Supplier<ObjectNode> json, Supplier<Table> table) {}

    private Handler asked(Ask ask) {
        return ctx -> {
            Question question = new Question(ctx, readings);
            if (question.csv()) {
                send(ctx, true, ask.to(question));
                return;
            }
            String words = ctx.path() + '?' + ctx.queryString();
            long stored = readings.commits();
            String answer = remembered.find(words, stored);
            if (answer == null) {
                ObjectNode node = ask.to(question).json().get();
                answer = node.toString();
                if (node.path("up_to_date").asBoolean(true)) { // else the page asks again
                    remembered.keep(words, stored, answer);
                }
            }
            json(ctx, answer);
        };
    }

    private static void send(Context ctx, boolean csv, Answer answer) {
        if (csv) {
            ctx.header(
                    "Content-Disposition",
                    "attachment; filename=\"teiten-" + answer.name() + ".csv\"");
            ctx.contentType("text/csv; charset=utf-8").result(answer.table().get().csv());
        } else {
            json(ctx, answer.json().get());
        }
    }

    private static void json(Context ctx, ObjectNode node) {
        json(ctx, node.toString());
    }

    private static void json(Context ctx, String text) {
        ctx.contentType("application/json; charset=utf-8").result(text);
    }

    private void status(Context ctx) {
        json(
                ctx,
                Answers.status(
                        readings.span(Set.of()),
                        readings.sensors(),
                        readings.sessions().span(Set.of()),
                        readings.sessions().sensors(),
                        clock.instant()));
    }

    private void sensors(Context ctx) {
        Question question = new Question(ctx, readings);
        List<SensorReport> sensors = readings.sensors();
        boolean gaps = "gaps".equals(ctx.queryParam("table"));
        send(
                ctx,
                question.csv(),
                new Answer(
                        gaps ? "gaps" : "imports",
                        () -> Answers.sensors(sensors, readings.watching().all()),
                        () -> gaps ? Tables.gaps(sensors) : Tables.imports(sensors)));
    }

    private Answer counted(Question question) {
        var counted = readings.counted(question.scope());
        return new Answer("counted", () -> Answers.counted(counted), () -> countedTable(counted));
    }

    private static Table countedTable(Readings.Counted counted) {
        Table table = new Table(counted);
        table.row();
        return table;
    }

    private Answer ports(Question question) {
        Scope scope = question.scope();
        var lines = readings.topPorts(scope, question.limit("limit", 50, MOST_LINES));
        var counted = readings.counted(scope);
        return new Answer(
                "ports", () -> Answers.ports(lines, counted), () -> Tables.ports(lines, counted));
    }

    private Answer newPorts(Question question) {
        Scope scope = question.scope(1);
        var lines = readings.newPorts(scope);
        var counted = readings.counted(scope);
        return new Answer(
                "new-ports",
                () -> Answers.newPorts(lines, counted),
                () -> Tables.newPorts(lines, counted));
    }

    private Answer sources(Question question) {
        Scope scope = question.scope();
        var lines = readings.topSources(scope, question.limit("limit", 50, MOST_LINES));
        var counted = readings.counted(scope);
        return new Answer(
                "sources",
                () -> Answers.sources(lines, counted),
                () -> Tables.sources(lines, counted));
    }

    private Answer marks(Question question) {
        Scope scope = question.scope();
        var lines = readings.topMarks(scope);
        var counted = readings.counted(scope);
        return new Answer(
                "marks", () -> Answers.marks(lines, counted), () -> Tables.marks(lines, counted));
    }

    private Answer series(Question question) {
        Scope scope = question.scope();
        Step step = question.step(scope);
        Series series = readings.series(question.port(), scope, step, question.zone());
        return new Answer("series", () -> Answers.series(series), () -> Tables.series(series));
    }

    private Answer classes(Question question) {
        Scope scope = question.scope();
        ClassSeries series = readings.classSeries(scope, question.step(scope), question.zone());
        return new Answer("classes", () -> Answers.classes(series), () -> Tables.classes(series));
    }

    private Answer heatMap(Question question) {
        Scope scope = question.scope();
        int rows = question.limit("ports", 16, MOST_HEAT_ROWS);
        HeatMap map = readings.heatMap(scope, rows, question.zone());
        return new Answer(
                "heatmap", () -> Answers.heatMap(map), () -> Tables.heatMap(map, question.zone()));
    }

    private Answer port(Question question) {
        PortReport report = readings.port(question.portInPath(), question.scope(), MOST_SOURCES);
        return new Answer("port", () -> Answers.port(report), () -> Tables.overlaps(report));
    }

    private Answer source(Question question) {
        IpAddress address = question.addressInPath();
        int most = question.csv() ? 0 : question.limit("ports", USUAL_PORTS, MOST_PORTS_TOLD);
        SourceReport report = readings.source(address, question.scope(), most);
        return new Answer(
                "source",
                () -> {
                    ObjectNode out = Answers.source(report);
                    out.set("scanner", new EventPages(readings).known(address, question.scope()));
                    return out;
                },
                () -> Tables.source(report));
    }

    private void notice(Context ctx) {
        Question question = new Question(ctx, readings);
        Port port = question.portInPath();
        Locale language =
                switch (ctx.queryParam("lang")) {
                    case null -> Locale.JAPANESE;
                    case "ja" -> Locale.JAPANESE;
                    case "en" -> Locale.ENGLISH;
                    default -> throw new OperatorMistake("lang is not understood; write ja or en");
                };
        NoticePages.Page page = notices.page(port, question.scope(), language);
        ctx.header("Content-Security-Policy", page.contentSecurityPolicy());
        ctx.contentType("text/html; charset=utf-8").result(page.html());
    }

    private void live(Context ctx) throws InterruptedException {
        // The event stream is only begun for who asks for one; a place taken for anybody else would
        // never be given back.
        String accept = ctx.header("Accept");
        boolean get = ctx.req().getMethod().equals("GET");
        if (!get || accept == null || !accept.contains("text/event-stream")) {
            throw new Guard.Refusal(
                    406, "this is an event stream; ask for it with Accept: text/event-stream");
        }
        LiveFeed.Listener listener = live.listen();
        if (listener == null) {
            ctx.header("Retry-After", "30");
            throw new Guard.Refusal(
                    503,
                    "too many pages listen already ("
                            + LiveFeed.MOST_LISTENERS
                            + "); close some of them");
        }
        try (listener) {
            tell(ctx, listener);
        }
    }

    /// Stays on the request's own virtual thread: waits, tells, and writes a comment now and then, which is how a page
    /// that has gone is noticed. Going away is what pages do; it is no failure and leaves no line in the log.
    private static void tell(Context ctx, LiveFeed.Listener listener) throws InterruptedException {
        ctx.contentType("text/event-stream");
        try {
            OutputStream out = ctx.res().getOutputStream();
            write(out, ": listening\n\n");
            while (!listener.closed()) {
                Progress next = listener.await(HEARTBEAT_SECONDS);
                write(
                        out,
                        next == null
                                ? ": still here\n\n"
                                : "event: progress\ndata: " + Answers.progress(next) + "\n\n");
            }
        } catch (IOException _) {
            // the page has gone
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void errors(JavalinConfig config) {
        config.routes.exception(
                OperatorMistake.class,
                (mistake, ctx) -> refuse(ctx, 400, String.valueOf(mistake.getMessage())));
        config.routes.exception(
                Store.NoMemory.class,
                (full, ctx) -> {
                    ctx.header("Retry-After", "10");
                    refuse(ctx, 503, String.valueOf(full.getMessage()));
                });
        config.routes.exception(
                Guard.Refusal.class,
                (refusal, ctx) -> refuse(ctx, refusal.status(), refusal.sentence()));
        config.routes.exception(
                Exception.class,
                (fault, ctx) -> {
                    LOG.log(System.Logger.Level.ERROR, "a request failed", fault);
                    refuse(ctx, 500, "a fault of our own; the server's log has the details");
                });
        config.routes.error(
                404,
                ctx -> {
                    if (ctx.attribute(REFUSED) == null) {
                        refuse(ctx, 404, "there is nothing at this path; begin at /");
                    }
                });
    }

    private static void refuse(Context ctx, int status, String sentence) {
        Guard.headers(ctx);
        ctx.attribute(REFUSED, true);
        ctx.status(status);
        json(ctx, Answers.error(sentence));
    }
}

package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import teiten.OperatorMistake;
import teiten.capture.Capture;
import teiten.net.Prefix;
import teiten.run.CaptureImport;
import teiten.run.CaptureSessions;
import teiten.run.LogImport;
import teiten.run.Settings;
import teiten.session.read.LogFormat;
import teiten.store.Imports;
import teiten.store.SessionImports;
import teiten.store.Store;
import teiten.store.Tuples;
import teiten.telescope.Outcome;
import teiten.web.LiveFeed;
import teiten.web.Progress;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/// `teiten import FILE… | DIR | -`
@Command(
        name = "import",
        description = {
            "Read captures, and logs of decoys, into the store.",
            "",
            "pcap, pcapng and snoop files, Teiten's own events, Cowrie's JSON log and a Telnet"
                + " honeypot's text log, plain or in gzip or zstd, told by their content; a"
                + " directory stands for the files below it; - reads a capture from standard input."
                + " The same file is never counted twice, and one that has grown is taken on from"
                + " where it ended."
        })
final class ImportCommand implements Callable<Integer> {
    @Mixin StoreOptions store = new StoreOptions();

    @Parameters(paramLabel = "FILE|DIR|-", arity = "1..*", description = "What to read.")
    List<String> what = List.of();

    @Option(
            names = "--sensor",
            paramLabel = "NAME",
            description =
                    "The sensor that captured it (default: darknet; of a log the name it bears).")
    @Nullable String sensor;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "capture, events, cowrie or telnet-log (default: told by the content of each"
                            + " file).")
    @Nullable String format;

    @Option(
            names = "--tz",
            paramLabel = "ZONE",
            description = "Time zone of a log whose times bear none (default: UTC).",
            defaultValue = "UTC")
    String zone = "UTC";

    @Option(
            names = "--addresses",
            paramLabel = "CIDR",
            split = ",",
            description =
                    "The sensor's monitored addresses, like 198.18.0.0/16,2001:db8::/48 (default:"
                            + " as given before, else inferred from the destinations seen).")
    @Nullable List<String> addresses;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Workers (default: one a core, at most 8).")
    @Nullable Integer threads;

    @Option(
            names = "--tuples",
            description =
                    "Keep flow tuples as Parquet in DIR/tuples (default: what tuples.store says;"
                            + " else no).")
    boolean tuples;

    @Option(names = "--json", description = "Counters as JSON on standard output.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress, only errors.")
    boolean quiet;

    @Option(names = "--demo", hidden = true, description = "The captures were simulated.")
    boolean demo;

    private final Desk desk = Desk.current();
    private final PrintWriter err = new PrintWriter(desk.err(), true, StandardCharsets.UTF_8);
    private volatile boolean stop;

    @Override
    public Integer call() {
        if (threads != null && (threads < 1 || threads > 64)) {
            throw new OperatorMistake("--threads " + threads + " is outside 1..64");
        }
        Settings settings = store.settings();
        List<Prefix> prefixes = prefixes();
        if (desk.store() != null && what.contains("-")) {
            throw new OperatorMistake(
                    "standard input cannot be handed to the process that serves the data directory;"
                            + " write it to a file and import that");
        }
        List<Path> files = ImportFiles.of(what, desk.folder());
        CaptureImport.prepare(files);
        CountDownLatch finished = new CountDownLatch(1);
        Thread onInterrupt =
                new Thread(() -> {
                    stop = true;
                    try {
                        finished.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        try (Desk.OpenStore open = store.open("teiten import")) {
            return read(open.store(), files, prefixes, settings);
        } finally {
            finished.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(onInterrupt);
            } catch (IllegalStateException _) {
                // already ending
            }
        }
    }

    private @Nullable List<Prefix> prefixes() {
        if (addresses == null) {
            return null;
        }
        try {
            return addresses.stream().map(Prefix::parse).toList();
        } catch (IllegalArgumentException mistake) {
            throw new OperatorMistake("--addresses: " + mistake.getMessage());
        }
    }

    private int read(
            Store opened, List<Path> files, @Nullable List<Prefix> prefixes, Settings settings) {
        Captures captures =
                new Captures(
                        new Imports(opened),
                        new Tuples(opened),
                        new CaptureSessions(new SessionImports(opened), demo, () -> stop),
                        prefixes,
                        settings);
        LogImport logs = new LogImport(new SessionImports(opened), demo, () -> stop);
        List<Map<String, Object>> report = new ArrayList<>();
        int status = Main.DONE;
        for (Path file : files) {
            if (stop) {
                break;
            }
            boolean named =
                    what.stream()
                            .anyMatch(name ->
                                    name.equals("-") || desk.folder().resolve(name).equals(file));
            try {
                LogFormat log = log(file);
                if (log == null) {
                    status = Math.max(status, captures.read(file, report));
                } else {
                    LogImport.Result result = logs.run(file, log, given(), zone());
                    status = Math.max(status, LogTelling.tell(result, err, quiet || json));
                    report.add(LogTelling.json(result));
                    LiveFeed live = desk.live();
                    if (live != null && !result.known()) {
                        live.publish(new Progress(Print.safe(result.file()), 0, 0, 0, 0, true));
                    }
                }
            } catch (LogImport.Stopped _) {
                err.println("teiten: stopped; the same command reads this log again.");
            } catch (OperatorMistake mistake) {
                if (named && files.size() == 1) {
                    throw mistake;
                }
                err.println("teiten: " + Print.safe(String.valueOf(mistake.getMessage())));
                status = named ? Main.MISTAKE : status;
            }
        }
        captures.retain();
        turn(new Tuples(opened));
        if (json) {
            new Print().json(Map.of("files", report));
        }
        return status;
    }

    /// What an import, this one or one that was killed, wrote of flow tuples becomes Parquet.
    private void turn(Tuples kept) {
        long waiting = stop ? 0 : kept.waiting();
        if (waiting == 0) {
            return;
        }
        if (!quiet && !json) {
            err.println("Turning " + Print.count(waiting) + " flow tuples into Parquet ...");
        }
        kept.turn();
    }

    /// The sensor's name for a log; empty takes the log's own.
    private String given() {
        String name = sensor;
        if (name == null) {
            return "";
        }
        Imports.checkName(name);
        return name;
    }

    private ZoneId zone() {
        try {
            return zone.equalsIgnoreCase("JST") ? ZoneId.of("Asia/Tokyo") : ZoneId.of(zone);
        } catch (DateTimeException _) {
            throw new OperatorMistake(
                    "--tz \""
                            + Print.safe(zone)
                            + "\" is no time zone: write UTC, JST or a name like"
                            + " Asia/Tokyo");
        }
    }

    /// Which log a file is; null for a capture.
    private @Nullable LogFormat log(Path file) {
        String asked = format;
        if (asked == null) {
            return file.toString().equals("-") ? null : LogImport.sniff(file);
        }
        if (asked.equals("capture")) {
            return null;
        }
        for (LogFormat known : LogFormat.values()) {
            if (known.label().equals(asked)) {
                if (file.toString().equals("-")) {
                    throw new OperatorMistake(
                            "a log is read twice and cannot come from standard input; write it to a"
                                    + " file and import that");
                }
                return known;
            }
        }
        throw new OperatorMistake(
                "--format \""
                        + Print.safe(asked)
                        + "\" is not known; write capture, events, cowrie or telnet-log");
    }

    /// The captures of one run, all of one sensor, which is made with the first of them.
    private final class Captures {
        private final Imports imports;
        private final @Nullable List<Prefix> prefixes;
        private final Settings settings;
        private final CaptureSessions conversations;
        private final Tuples tuplesOf;
        private int id = -1;

        Captures(
                Imports imports,
                Tuples tuplesOf,
                CaptureSessions conversations,
                @Nullable List<Prefix> prefixes,
                Settings settings) {
            this.imports = imports;
            this.tuplesOf = tuplesOf;
            this.conversations = conversations;
            this.prefixes = prefixes;
            this.settings = settings;
        }

        /// @return the exit status
        int read(Path file, List<Map<String, Object>> report) {
            if (id < 0) {
                id = imports.sensor(sensor == null ? "darknet" : sensor, prefixes, demo);
            }
            try (Capture capture =
                            file.toString().equals("-")
                                    ? Capture.of(System.in, "standard input")
                                    : Capture.open(file);
                    ImportProgress progress =
                            new ImportProgress(capture, err, quiet || json, desk)) {
                CaptureImport run =
                        new CaptureImport(
                                imports,
                                threads != null ? threads : settings.threads(),
                                settings.tableMemory(),
                                settings.storeSeconds(),
                                tuples || settings.tuples(),
                                progress,
                                () -> stop);
                CaptureImport.Result result = run.run(capture, capture.name(), id);
                progress.close();
                CaptureSessions.@Nullable Result sessions =
                        result.stopped() || silent(result)
                                ? null
                                : sessions(file, capture, result.progress());
                Map<String, Object> told = json(result);
                told.put("conversations", sessions == null ? 0 : sessions.conversations());
                told.put("new_sessions", sessions == null ? 0 : sessions.fresh());
                report.add(told);
                int status = tell(result);
                if (sessions != null && sessions.conversations() > 0 && !quiet && !json) {
                    err.println(
                            Print.safe(result.progress().file())
                                    + ": "
                                    + Print.count(
                                            sessions.conversations(),
                                            "Telnet conversation",
                                            "Telnet conversations")
                                    + ", "
                                    + Print.count(sessions.fresh(), "new session", "new sessions")
                                    + ".");
                }
                return status;
            }
        }

        /// True when the whole capture was read just now and nobody in it speaks Telnet.
        private static boolean silent(CaptureImport.Result result) {
            return result.talk() == 0 && result.newPackets() == result.progress().packets();
        }

        /// Standard input has gone by; a compressed file is opened anew.
        private CaptureSessions.@Nullable Result sessions(
                Path file, Capture capture, Imports.Progress read) {
            String name = sensor == null ? "darknet" : sensor;
            if (capture.isMapped()) {
                return conversations.run(capture, read, name);
            }
            if (!Files.isRegularFile(file)) {
                return null;
            }
            try (Capture again = Capture.open(file)) {
                return conversations.run(again, read, name);
            }
        }

        void retain() {
            if (id >= 0) {
                imports.retain(id, settings.keepMinutesDays(), settings.keepSourcesDays());
                tuplesOf.retain(id, settings.keepTuplesDays());
            }
        }
    }

    private int tell(CaptureImport.Result result) {
        Imports.Progress p = result.progress();
        String file = Print.safe(p.file());
        if (!quiet && !json) {
            long used = Outcome.values().length == 0 ? 0 : used(p);
            if (result.newPackets() == 0 && p.packets() > 0) {
                err.println(
                        file
                                + ": nothing new, all its "
                                + Print.count(p.packets())
                                + " packets are stored already.");
            } else {
                err.println(
                        file
                                + ": "
                                + Print.count(result.newPackets(), "packet", "packets")
                                + " read"
                                + (result.newPackets() < p.packets()
                                        ? " (" + Print.count(p.packets()) + " in all)"
                                        : "")
                                + ", "
                                + Print.count(used)
                                + " used, "
                                + Print.count(p.packets() - used)
                                + " skipped"
                                + reasons(p)
                                + ".");
            }
        }
        if (result.stopped()) {
            err.println(
                    "teiten: stopped; everything read so far is stored, the same command goes on"
                            + " from there.");
        }
        if (p.stoppedReason() != null) {
            err.println(
                    "teiten: "
                            + file
                            + " is damaged at offset "
                            + p.stoppedAt()
                            + ": "
                            + p.stoppedReason()
                            + "; the "
                            + Print.count(p.packets())
                            + " packets before it are stored.");
            return Main.DAMAGE;
        }
        return Main.DONE;
    }

    private static long used(Imports.Progress p) {
        long used = 0;
        for (Outcome outcome : Outcome.values()) {
            used += outcome.used() ? at(p, outcome) : 0;
        }
        return used;
    }

    private static long at(Imports.Progress p, Outcome outcome) {
        return outcome.ordinal() < p.outcomes().size() ? p.outcomes().get(outcome.ordinal()) : 0;
    }

    private static String reasons(Imports.Progress p) {
        StringBuilder reasons = new StringBuilder();
        for (Outcome outcome : Outcome.values()) {
            long n = at(p, outcome);
            if (!outcome.used() && n > 0) {
                reasons.append(reasons.isEmpty() ? " (" : ", ")
                        .append(outcome.label())
                        .append(' ')
                        .append(Print.count(n));
            }
        }
        return reasons.isEmpty() ? "" : reasons.append(')').toString();
    }

    private static Map<String, Object> json(CaptureImport.Result result) {
        Imports.Progress p = result.progress();
        Map<String, Object> outcomes = new LinkedHashMap<>();
        Map<String, Object> skipped = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            long n = at(p, outcome);
            if (outcome.used()) {
                outcomes.put(outcome.label(), n);
            } else if (n > 0) {
                skipped.put(outcome.label(), n);
            }
        }
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("file", p.file());
        file.put("packets", p.packets());
        file.put("new_packets", result.newPackets());
        file.put("bytes", p.bytes());
        file.put("outcomes", outcomes);
        file.put("skipped", skipped);
        file.put("first", instant(p.firstNanos()));
        file.put("last", instant(p.lastNanos()));
        if (p.stoppedReason() == null) {
            file.put("stopped_at", null);
        } else {
            Map<String, Object> at = new LinkedHashMap<>();
            at.put("offset", p.stoppedAt());
            at.put("reason", p.stoppedReason());
            file.put("stopped_at", at);
        }
        return file;
    }

    private static @Nullable String instant(@Nullable Long nanos) {
        return nanos == null
                ? null
                : Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000).toString();
    }
}

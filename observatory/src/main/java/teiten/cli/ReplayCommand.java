package teiten.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import teiten.OperatorMistake;
import teiten.session.Gatherer;
import teiten.session.Session;
import teiten.session.SessionImage;
import teiten.session.Visit;
import teiten.session.read.LogFormat;
import teiten.session.replay.Asciicast;
import teiten.session.replay.Player;
import teiten.session.replay.Transcript;
import teiten.session.replay.TtyRecording;
import teiten.store.Readings;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// `teiten replay ID|FILE`: plays a session's transcript in the terminal, or writes it as asciicast.
@Command(
        name = "replay",
        description = "Play the transcript of a session, or write it as asciicast.",
        mixinStandardHelpOptions = true)
public final class ReplayCommand implements Callable<Integer> {
    /// The largest recording or image that is read at once.
    private static final long LARGEST = 256L << 20;

    /// So many session ids are named when one must be chosen.
    private static final int NAMED = 5;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            paramLabel = "ID|FILE",
            description =
                    "A session of the store (teiten top sessions shows the ids), or a TTY recording"
                            + " of Cowrie, a stored session, a log (Cowrie JSON, Telnet honeypot,"
                            + " events), plain or in gzip or zstd.")
    private String file = "";

    @Mixin private StoreOptions store = new StoreOptions();

    @Option(
            names = "--sensor",
            paramLabel = "NAME",
            description = "Whose session, when several sensors have one of that id.")
    private List<String> sensors = List.of();

    @Option(
            names = "--session",
            paramLabel = "ID",
            description = "Which session of a log.",
            defaultValue = "")
    private String session = "";

    @Option(
            names = "--speed",
            paramLabel = "TIMES",
            description = "Times as fast; 0 without pauses. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1")
    private double speed;

    @Option(
            names = "--max-pause",
            paramLabel = "SECONDS",
            description = "Longer silences are cut to this. Default: ${DEFAULT-VALUE}.",
            defaultValue = "2")
    private double maxPause;

    @Option(
            names = "--asciicast",
            paramLabel = "OUT",
            description = "Write asciicast v2 to this file (- for standard output) instead.",
            defaultValue = "")
    private String asciicast = "";

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Time zone of a log whose times bear none. Default: UTC.")
    private ZoneId zone = ZoneOffset.UTC;

    private final Desk desk = Desk.current();
    private boolean damaged;

    ReplayCommand() {}

    @Override
    public Integer call() {
        if (!(speed >= 0) || !(maxPause >= 0)) {
            throw new OperatorMistake("--speed and --max-pause are numbers from 0 up");
        }
        PrintWriter err = spec.commandLine().getErr();
        Path path = desk.folder().resolve(file);
        Transcript transcript =
                Visit.isSessionId(file) && !Files.exists(path)
                        ? stored(file)
                        : transcript(path, err);
        if (transcript.chunks().isEmpty()) {
            throw new OperatorMistake(
                    "the session has no transcript: nothing was typed and nothing was answered");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (asciicast.isEmpty()) {
            play(transcript, out);
        } else if (asciicast.equals("-")) {
            write(transcript, out, "standard output");
        } else {
            try (Writer to =
                    Files.newBufferedWriter(
                            desk.folder().resolve(asciicast), StandardCharsets.UTF_8)) {
                write(transcript, to, asciicast);
            } catch (IOException broken) {
                throw new OperatorMistake(
                        asciicast + " cannot be written: name a file in a directory of yours",
                        broken);
            }
        }
        return damaged ? Main.DAMAGE : Main.DONE;
    }

    private void play(Transcript transcript, PrintWriter out) {
        boolean colour =
                desk.store() == null
                        && System.console() != null
                        && System.getenv("NO_COLOR") == null;
        Duration pause = Duration.ofMillis((long) (maxPause * 1000));
        try {
            new Player(out, speed, pause, colour, Thread::sleep).play(transcript);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(Transcript transcript, Writer out, String name) {
        try {
            Asciicast.write(transcript, out);
            out.flush();
        } catch (IOException broken) {
            throw new OperatorMistake(name + " cannot be written: is the disk full?", broken);
        }
    }

    private Transcript stored(String id) {
        try (Desk.OpenStore open = store.open("teiten replay")) {
            return Transcript.of(
                    ShowSessionCommand.find(new Readings(open.store()).sessions(), id, sensors)
                            .session());
        }
    }

    private Transcript transcript(Path path, PrintWriter err) {
        byte[] head = head(path);
        if (SessionImage.isImage(head)) {
            try {
                return Transcript.of(SessionImage.read(whole(path)));
            } catch (IllegalArgumentException bad) {
                throw new OperatorMistake(path + ": " + bad.getMessage(), bad);
            }
        }
        if (TtyRecording.recognises(head)) {
            Path name = path.getFileName();
            TtyRecording.Reading reading = TtyRecording.read(whole(path), "" + name);
            String damage = reading.damage();
            if (damage != null) {
                damaged = true;
                err.println("teiten: " + path + ": " + damage);
            }
            return reading.transcript();
        }
        LogFormat format = LogFormat.sniff(path);
        if (format == null) {
            throw new OperatorMistake(
                    path
                            + " is no recording, stored session or log that is known: name a Cowrie"
                            + " or Telnet log, a TTY recording or a file of events");
        }
        return Transcript.of(chosen(path, format));
    }

    /// The one session of a log that was asked for, its parts merged.
    private Session chosen(Path path, LogFormat format) {
        Map<String, Session> found = new LinkedHashMap<>();
        int[] others = {0};
        Gatherer gatherer =
                new Gatherer(one -> {
                    boolean wanted = session.isEmpty() || one.id().equals(session);
                    if (wanted && (found.size() < NAMED || found.containsKey(one.id()))) {
                        found.merge(one.id(), one, Session::merge);
                    } else if (wanted) {
                        others[0]++;
                    }
                });
        format.read(path, "", zone, gatherer);
        gatherer.finish();
        if (found.isEmpty()) {
            throw new OperatorMistake(
                    session.isEmpty()
                            ? path + " holds no session"
                            : path + " holds no session " + session + ": check the id");
        }
        if (found.size() + others[0] > 1) {
            throw new OperatorMistake(
                    path
                            + " holds "
                            + (found.size() + others[0])
                            + " sessions: choose one with --session, such as "
                            + String.join(", ", found.keySet()));
        }
        return found.values().iterator().next();
    }

    private static byte[] head(Path path) {
        try (var in = Files.newInputStream(path)) {
            return in.readNBytes(64);
        } catch (IOException broken) {
            throw new OperatorMistake(
                    path + " cannot be read: name a recording, a stored session or a log", broken);
        }
    }

    private static byte[] whole(Path path) {
        try {
            if (Files.size(path) > LARGEST) {
                throw new OperatorMistake(path + " is larger than a recording can be");
            }
            return Files.readAllBytes(path);
        } catch (IOException broken) {
            throw new OperatorMistake(path + " cannot be read: check its permissions", broken);
        }
    }
}

package teiten.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import teiten.OperatorMistake;
import teiten.capture.live.Readiness;
import teiten.run.Settings;
import teiten.run.WatchSource;
import teiten.store.Readings;
import teiten.store.Readings.Gap;
import teiten.store.Readings.SensorReport;
import teiten.store.WatchReadings.Watched;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// `teiten doctor`: looks at what the product needs and says what to do about what is missing.
@Command(
        name = "doctor",
        description =
                "Check Java, data directory, disk, ports, libpcap, clock and each sensor's gaps.")
final class DoctorCommand implements Callable<Integer> {
    private static final long LITTLE_DISK = 2L << 30;

    @Mixin StoreOptions store = new StoreOptions();

    @Option(names = "--json", description = "JSON on standard output.")
    boolean json;

    /// @param state `ok`, `warn` or `fail`
    private record Finding(String state, String what, String detail) {}

    private final List<Finding> findings = new ArrayList<>();

    @Override
    public Integer call() {
        Settings settings = store.settings();
        java();
        disk(settings.data());
        port(settings);
        capturing(settings);
        data(settings);
        Print print = new Print();
        boolean failed = findings.stream().anyMatch(f -> f.state.equals("fail"));
        if (json) {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (Finding f : findings) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("state", f.state);
                row.put("what", f.what);
                row.put("detail", f.detail);
                rows.add(row);
            }
            print.json(rows);
        } else {
            for (Finding f : findings) {
                print.hanging(String.format("%-5s %-10s ", f.state, f.what), Print.safe(f.detail));
            }
        }
        return failed ? Main.MISTAKE : Main.DONE;
    }

    private void java() {
        Runtime.Version version = Runtime.version();
        long memory = Runtime.getRuntime().maxMemory() >> 20;
        findings.add(
                new Finding(
                        version.feature() >= 25 ? "ok" : "fail",
                        "java",
                        version
                                + ", "
                                + Runtime.getRuntime().availableProcessors()
                                + " cores, "
                                + memory
                                + " MiB of heap at most"
                                + (version.feature() >= 25 ? "" : "; install JDK 25")));
    }

    private void disk(Path data) {
        Path at = data.toAbsolutePath();
        while (at != null && !Files.exists(at)) {
            at = at.getParent();
        }
        try {
            if (at == null || !Files.isWritable(at)) {
                findings.add(
                        new Finding(
                                "fail",
                                "data",
                                data + " cannot be written; name another directory with --data"));
                return;
            }
            FileStore disk = Files.getFileStore(at);
            long free = disk.getUsableSpace();
            findings.add(
                    new Finding(
                            free < LITTLE_DISK ? "warn" : "ok",
                            "disk",
                            (free >> 30)
                                    + " GiB free for "
                                    + data
                                    + (free < LITTLE_DISK
                                            ? "; free some space before a large import"
                                            : "")));
        } catch (IOException fault) {
            findings.add(
                    new Finding(
                            "warn",
                            "disk",
                            "the free space of " + at + " cannot be told: " + fault.getMessage()));
        }
    }

    private void port(Settings settings) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(
                    new InetSocketAddress(InetAddress.getByName(settings.host()), settings.port()));
            findings.add(
                    new Finding(
                            "ok",
                            "port",
                            settings.host() + ":" + settings.port() + " is free for teiten serve"));
        } catch (IOException fault) {
            findings.add(
                    new Finding(
                            "warn",
                            "port",
                            settings.host()
                                    + ":"
                                    + settings.port()
                                    + " is taken ("
                                    + fault.getMessage()
                                    + "); if that is not teiten serve itself, choose another with"
                                    + " --port"));
        }
    }

    private void data(Settings settings) {
        if (!Files.exists(settings.data().resolve("teiten.duckdb"))) {
            findings.add(new Finding("ok", "store", "nothing stored yet in " + settings.data()));
            return;
        }
        try (Desk.OpenStore open = store.open("teiten doctor")) {
            Instant now = Instant.now();
            Readings readings = new Readings(open.store());
            for (SensorReport sensor : readings.sensors()) {
                sensor(sensor, now);
            }
            readings.watching().all().forEach(this::live);
        } catch (Main.HeldElsewhere held) {
            throw held;
        } catch (OperatorMistake mistake) {
            findings.add(new Finding("warn", "store", String.valueOf(mistake.getMessage())));
        }
    }

    /// Only live capture needs it: without a watched interface its absence is no fault.
    private void capturing(Settings settings) {
        Readiness ready = Readiness.now();
        boolean wanted =
                settings.watches().stream().anyMatch(w -> w instanceof WatchSource.OfInterface);
        String missing = wanted ? "fail" : "ok";
        if (ready.library().isEmpty()) {
            findings.add(
                    new Finding(
                            missing,
                            "libpcap",
                            "not installed; teiten watch --interface needs it (Debian: apt-get"
                                    + " install libpcap0.8)"));
        } else {
            findings.add(
                    new Finding(
                            ready.allowed() ? "ok" : missing,
                            "libpcap",
                            ready.library()
                                    + (ready.allowed()
                                            ? "; this process may capture"
                                            : "; this process has no CAP_NET_RAW: to capture, run"
                                                    + " packaging/teiten-watch.service")));
        }
    }

    private void live(Watched w) {
        findings.add(
                new Finding(
                        w.lost().sum() == 0 ? "ok" : "warn",
                        "live",
                        w.sensor()
                                + ": "
                                + (w.running() ? "capturing now" : "not capturing")
                                + ", stopped "
                                + w.stops().size()
                                + " times in between, lost "
                                + CaptureStory.sentence(w)
                                + (w.lost().kernel() > 0
                                        ? "; a larger ring loses less: --buffer, or buffer_mib of"
                                                + " its [[watch]] section"
                                        : "")));
    }

    private void sensor(SensorReport s, Instant now) {
        Instant last = s.last();
        if (last != null && last.isAfter(now.plus(Duration.ofHours(1)))) {
            findings.add(
                    new Finding(
                            "warn",
                            "clock",
                            "sensor "
                                    + s.name()
                                    + " holds packets from the future ("
                                    + last
                                    + "); check the clock of the capturing machine and of this one"
                                    + " (now "
                                    + now
                                    + ")"));
        }
        Duration gone =
                s.gaps().stream()
                        .map(gap -> Duration.between(gap.from(), gap.to()))
                        .reduce(Duration.ZERO, Duration::plus);
        String newest = "";
        if (!s.gaps().isEmpty()) {
            Gap gap = s.gaps().getLast();
            newest =
                    ", the last from "
                            + Print.time(gap.from(), ZoneId.of("UTC"))
                            + " to "
                            + Print.time(gap.to(), ZoneId.of("UTC"))
                            + " UTC ("
                            + gap.reason()
                            + ")";
        }
        findings.add(
                new Finding(
                        s.gaps().isEmpty() ? "ok" : "warn",
                        "sensor",
                        s.name()
                                + ": "
                                + Print.count(s.packets(), "packet", "packets")
                                + (s.gaps().isEmpty()
                                        ? ", no gap"
                                        : ", "
                                                + Print.count(s.gaps().size(), "gap", "gaps")
                                                + ", "
                                                + Counting.span(gone)
                                                + " in all"
                                                + newest)));
        long damaged = s.imports().stream().filter(i -> i.stoppedReason() != null).count();
        if (damaged > 0) {
            findings.add(
                    new Finding(
                            "warn",
                            "sensor",
                            s.name()
                                    + ": "
                                    + Print.count(damaged, "capture", "captures")
                                    + " ended in damage; teiten show sensor "
                                    + s.name()
                                    + " names them"));
        }
        if (s.closedEarly() > 0) {
            findings.add(new Finding("warn", "sensor", s.name() + ": " + SensorPrint.early(s)));
        }
        if (s.inferred() && s.packets() > 0) {
            findings.add(
                    new Finding(
                            "warn",
                            "sensor",
                            s.name()
                                    + ": its addresses were never given; rates use the "
                                    + Math.round(s.addresses().value())
                                    + " destinations seen. Give them once: teiten import"
                                    + " --sensor "
                                    + s.name()
                                    + " --addresses CIDR FILE"));
        }
    }
}

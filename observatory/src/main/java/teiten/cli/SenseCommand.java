package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import teiten.OperatorMistake;
import teiten.decoy.CowrieLog;
import teiten.decoy.Limits;
import teiten.decoy.LoginPolicy;
import teiten.decoy.Sensor;
import teiten.decoy.device.DeviceCatalog;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/// `teiten sense`: the exposed part alone. No web, no store: what is seen leaves as finished files.
@Command(
        name = "sense",
        description = "Start decoys on given addresses and write what they see as finished files.",
        mixinStandardHelpOptions = true)
public final class SenseCommand implements Callable<Integer> {
    @Option(names = "--telnet", paramLabel = "HOST:PORT", description = "Telnet, may be repeated.")
    List<String> telnet = new ArrayList<>();

    @Option(
            names = "--netis",
            paramLabel = "HOST:PORT",
            description = "Netis/Netcore back door over UDP, usually port 53413.")
    List<String> netis = new ArrayList<>();

    @Option(names = "--ssh", paramLabel = "HOST:PORT", description = "SSH.")
    List<String> ssh = new ArrayList<>();

    @Option(names = "--http", paramLabel = "HOST:PORT", description = "Web interfaces of devices.")
    List<String> http = new ArrayList<>();

    @Option(names = "--cwmp", paramLabel = "HOST:PORT", description = "TR-069, usually port 7547.")
    List<String> cwmp = new ArrayList<>();

    @Option(
            names = "--upnp",
            paramLabel = "HOST:PORT",
            description = "UPnP, usually ports 52869 and 37215.")
    List<String> upnp = new ArrayList<>();

    @Option(
            names = "--adb",
            paramLabel = "HOST:PORT",
            description = "Android Debug Bridge, usually port 5555.")
    List<String> adb = new ArrayList<>();

    @Option(
            names = "--catch-all",
            paramLabel = "HOST:PORT[-PORT]",
            description = "Record the first bytes on any other port.")
    List<String> catchAll = new ArrayList<>();

    @Option(
            names = "--device",
            paramLabel = "NAME|auto",
            defaultValue = "auto",
            description =
                    "The device behind every door, or one per source (default: ${DEFAULT-VALUE}).")
    String device = "auto";

    @Option(
            names = "--devices",
            paramLabel = "DIR",
            description = "Further device definitions (*.toml).")
    @Nullable Path devices;

    @Option(
            names = "--accept",
            defaultValue = "device",
            description =
                    "Who may log in: listed, device (listed and a sixth of the rest) or any"
                            + " (default: ${DEFAULT-VALUE}).")
    LoginPolicy accept = LoginPolicy.DEVICE;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Where events-*.jsonl and files/ are written.")
    Path out = Path.of(".");

    @Option(
            names = "--segment",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How often a file of events is finished (default: ${DEFAULT-VALUE}).")
    int segment = 60;

    @Option(
            names = "--cowrie-json",
            paramLabel = "FILE",
            description = "Also append the events as Cowrie writes them.")
    @Nullable Path cowrieJson;

    @Option(
            names = "--sensor",
            paramLabel = "NAME",
            defaultValue = "decoy",
            description = "The vantage point's name in every event (default: ${DEFAULT-VALUE}).")
    String sensor = "decoy";

    @Option(
            names = "--seed",
            defaultValue = "0",
            description =
                    "Makes this installation's choice of devices and hardware addresses its own.")
    long seed;

    @Option(
            names = "--proxy-protocol",
            description = "Every TCP connection begins with a PROXY protocol v2 header.")
    boolean proxyProtocol;

    @Option(
            names = "--sessions",
            paramLabel = "N",
            description = "Most open sessions of all sources (default: 16384).")
    @Nullable Integer sessions;

    @Option(
            names = "--per-source",
            paramLabel = "N",
            description = "Most open sessions of one source (default: 128).")
    @Nullable Integer perSource;

    @Override
    public Integer call() throws InterruptedException {
        if (segment < 1 || segment > 86_400) {
            throw new OperatorMistake("--segment " + segment + " is outside 1 to 86400 seconds.");
        }
        DeviceCatalog all =
                devices == null
                        ? DeviceCatalog.bundled(seed)
                        : DeviceCatalog.withDirectory(devices, seed);
        Limits limits =
                Limits.DEFAULT.with(
                        positive("--sessions", sessions, Limits.DEFAULT.sessions()),
                        positive("--per-source", perSource, Limits.DEFAULT.perSource()));
        CowrieLog cowrie = cowrieJson == null ? null : new CowrieLog(cowrieJson);
        Sensor running =
                Sensor.open(
                        sensor,
                        all.only(device),
                        accept,
                        limits,
                        out,
                        Duration.ofSeconds(segment),
                        cowrie);
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook =
                new Thread(
                        () -> {
                            running.close();
                            System.err.print(running.counters().report());
                            System.err.flush();
                            ended.countDown();
                        },
                        "sense-shutdown");
        try {
            openDoors(running);
        } catch (RuntimeException mistake) {
            running.close();
            throw mistake;
        }
        Runtime.getRuntime().addShutdownHook(hook);
        for (String line : running.listening()) {
            System.err.println("teiten: listening on " + line);
        }
        ended.await();
        return Main.DONE;
    }

    private static int positive(String option, @Nullable Integer given, int otherwise) {
        if (given != null && (given < 1 || given > 1_000_000)) {
            throw new OperatorMistake(option + " " + given + " is outside 1 to 1000000.");
        }
        return given == null ? otherwise : given;
    }

    private void openDoors(Sensor running) {
        telnet.forEach(at -> running.telnet(address("--telnet", at), proxyProtocol));
        netis.forEach(at -> running.netis(address("--netis", at)));
        ssh.forEach(at -> running.ssh(address("--ssh", at)));
        http.forEach(at -> running.http(address("--http", at), proxyProtocol));
        cwmp.forEach(at -> running.cwmp(address("--cwmp", at), proxyProtocol));
        upnp.forEach(at -> running.upnp(address("--upnp", at), proxyProtocol));
        adb.forEach(at -> running.adb(address("--adb", at), proxyProtocol));
        for (String range : catchAll) {
            int colon = range.lastIndexOf(':');
            int dash = range.indexOf('-', Math.max(0, colon));
            InetSocketAddress first =
                    address("--catch-all", dash < 0 ? range : range.substring(0, dash));
            int last =
                    dash < 0
                            ? first.getPort()
                            : address(
                                            "--catch-all",
                                            range.substring(0, colon + 1)
                                                    + range.substring(dash + 1))
                                    .getPort();
            running.catchAll(first, last, proxyProtocol);
        }
        if (running.listening().isEmpty()) {
            throw new OperatorMistake(
                    "no door was asked for; give at least one, such as --telnet 0.0.0.0:2323.");
        }
    }

    /// Reads `HOST:PORT`; the host is an address, in brackets for IPv6. Never asks a name server.
    static InetSocketAddress address(String option, String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            teiten.net.IpAddress address =
                    teiten.net.IpAddress.parse(host.equals("localhost") ? "127.0.0.1" : host);
            if (port >= 0 && port <= 65_535) {
                return new InetSocketAddress(
                        java.net.InetAddress.ofLiteral(address.toString()), port);
            }
        } catch (IllegalArgumentException _) {
            // the sentence below says what is wanted
        }
        throw new OperatorMistake(
                option
                        + " \""
                        + text
                        + "\" is no address and port; write it like 0.0.0.0:2323 or [::]:2323.");
    }
}

package teiten.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import teiten.run.Settings;
import teiten.store.Readings;
import teiten.store.Store;
import teiten.web.Dashboard;
import teiten.web.LiveFeed;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/// `teiten warm-up`: does in a folder of its own what users do, so that the virtual machine's ahead-of-time cache, which
/// the launcher has recorded meanwhile, knows the classes and how the packets' path runs. Says nothing and leaves nothing.
@Command(
        name = "warm-up",
        hidden = true,
        description = "Go through the usual commands, for the class cache.")
final class WarmUpCommand implements Callable<Integer> {
    private static final List<String> QUESTIONS =
            List.of(
                    "status",
                    "sensors",
                    "counted",
                    "ports",
                    "ports/new",
                    "sources",
                    "marks",
                    "series?port=23/tcp",
                    "series?port=23/tcp&by=minute",
                    "series?port=53413/udp&by=minute",
                    "classes",
                    "heatmap",
                    "port/23/tcp",
                    "sessions",
                    "chain",
                    "credentials",
                    "cpus",
                    "samples",
                    "samples/weeks");

    @Parameters(
            paramLabel = "FILE|DIR",
            description = "A capture of some million packets, or several.")
    Path capture = Path.of("-");

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("teiten-warm-up");
        try {
            String data = folder.resolve("data").toString();
            Desk quiet = new Desk(silent(), silent(), folder, null, null);
            quiet.run(words("import --quiet --data " + data + " " + capture.toAbsolutePath()));
            for (String command :
                    List.of(
                            "top ports",
                            "top sources",
                            "top events",
                            "show port 23/tcp",
                            "doctor")) {
                quiet.run(words(command + " --data " + data));
            }
            pages(Settings.read(Path.of(data), null, Map.of()));
        } finally {
            remove(folder);
        }
        return Main.DONE;
    }

    private static String[] words(String line) {
        return line.split(" ");
    }

    private static PrintStream silent() {
        return new PrintStream(OutputStream.nullOutputStream());
    }

    private static void pages(Settings settings) throws IOException, InterruptedException {
        LiveFeed live = new LiveFeed();
        try (Store store =
                        Store.open(
                                settings.data(),
                                "teiten warm-up",
                                settings.storeMemory(),
                                InstantSource.system());
                Dashboard dashboard =
                        new Dashboard(
                                new Readings(store),
                                live,
                                NoticeCommand.pages(new Readings(store)),
                                new teiten.web.Settings("127.0.0.1", 0, Set.of()),
                                InstantSource.system());
                HttpClient client =
                        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
            dashboard.start();
            get(client, dashboard.address());
            for (String question : QUESTIONS) {
                get(client, dashboard.address() + "api/v1/" + question);
            }
        }
    }

    private static void get(HttpClient client, String address)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(20)).build();
        client.send(request, HttpResponse.BodyHandlers.discarding());
    }

    private static void remove(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}

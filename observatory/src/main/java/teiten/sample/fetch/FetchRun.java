package teiten.sample.fetch;

import teiten.OperatorMistake;
import teiten.session.Event;
import teiten.session.EventJson;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// One run over a sensor's finished files: which URLs its visitors asked for, what becomes of each, and where it is kept.
///
/// Bodies go to `files/<sha256>`, as the sensor keeps captured ones. `fetched.jsonl` is the ledger of every try. For each
/// body an event `download` with its hash goes to `events-fetched-….jsonl`, which is published by renaming, so that the
/// session in the store learns what the URL held.
public final class FetchRun {
    private static final int MOST_URLS = 10_000;
    private static final int MOST_TRIES = 3;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path directory;
    private final Path ledger;
    private final InstantSource clock;
    private final Map<String, Integer> tries = new HashMap<>();
    private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    private final List<Event> events = new ArrayList<>();

    /// Who is told of each try.
    @FunctionalInterface
    public interface Told {
        void of(String url, Fetcher.Result result);
    }

    /// @param directory where bodies, ledger and events go; made when it does not exist
    public FetchRun(Path directory, InstantSource clock) {
        this.directory = directory;
        this.ledger = directory.resolve("fetched.jsonl");
        this.clock = clock;
        try {
            Files.createDirectories(directory.resolve("files"));
            readLedger();
        } catch (IOException fault) {
            throw cannot(fault);
        }
    }

    private OperatorMistake cannot(IOException fault) {
        return new OperatorMistake(
                "--out "
                        + directory
                        + " cannot be written to: "
                        + fault.getMessage()
                        + "; give a directory that this user may write.",
                fault);
    }

    private void readLedger() throws IOException {
        if (!Files.exists(ledger)) {
            return;
        }
        try (BufferedReader lines = Files.newBufferedReader(ledger)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                try {
                    JsonNode node = JSON.readTree(line);
                    boolean fetched = node.path("outcome").asString("").equals("fetched");
                    tries.merge(
                            node.path("url").asString(""), fetched ? MOST_TRIES : 1, Integer::sum);
                } catch (JacksonException _) {
                    // the last line of a run that was killed
                }
            }
        }
    }

    /// The downloads that visitors asked for in the finished files of a sensor, one a URL, the first first.
    public static List<Event.Download> wanted(Path segments) {
        Map<String, Event.Download> byUrl = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(segments)) {
            for (Path file :
                    files.filter(f -> f.getFileName().toString().matches("events-.*\\.jsonl"))
                            .sorted()
                            .toList()) {
                try (BufferedReader lines = Files.newBufferedReader(file)) {
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        if (line.contains("\"event\":\"download\"") && byUrl.size() < MOST_URLS) {
                            take(line, byUrl);
                        }
                    }
                }
            }
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "--from "
                            + segments
                            + " cannot be read: "
                            + fault.getMessage()
                            + "; give the directory that teiten sense --out filled.",
                    fault);
        }
        return List.copyOf(byUrl.values());
    }

    private static void take(String line, Map<String, Event.Download> byUrl) {
        try {
            if (EventJson.read(line) instanceof Event.Download download
                    && !download.fetched()
                    && !download.url().isEmpty()) {
                byUrl.putIfAbsent(download.url().value(), download);
            }
        } catch (IllegalArgumentException _) {
            // a line that was cut when its sensor was killed
        }
    }

    /// True when the text is a URL of a form that is fetched.
    public static boolean isFetchable(String url) {
        return Target.of(url) != null;
    }

    /// Tries every URL that is due, and publishes what came of it.
    public Map<Outcome, Integer> run(List<Event.Download> wanted, Fetcher fetcher, Told told)
            throws InterruptedException {
        try {
            for (Event.Download download : wanted) {
                String url = download.url().value();
                boolean again = tries.getOrDefault(url, 0) >= MOST_TRIES;
                Fetcher.Result result =
                        again
                                ? new Fetcher.Result(Outcome.REFUSED_AGAIN, url, "", 0, null)
                                : fetcher.fetch(url);
                counts.merge(result.outcome(), 1, Integer::sum);
                if (!again) {
                    keep(download, url, result);
                }
                told.of(url, result);
            }
            publish();
        } catch (IOException fault) {
            throw cannot(fault);
        }
        return counts;
    }

    private void keep(Event.Download download, String url, Fetcher.Result result)
            throws IOException {
        Instant now = clock.instant();
        ObjectNode line = JSON.createObjectNode();
        line.put("at", now.toString());
        line.put("url", url);
        line.put("outcome", result.outcome().label());
        line.put("final_url", result.url());
        line.put("address", result.address());
        line.put("status", result.status());
        Fetcher.Content content = result.content();
        if (content != null) {
            byte[] bytes = content.bytes();
            String sha256 = sha256(bytes);
            Path target = directory.resolve("files").resolve(sha256);
            if (!Files.exists(target)) {
                Path aside = target.resolveSibling("." + sha256 + ".part");
                Files.write(aside, bytes);
                Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
            }
            line.put("size", bytes.length);
            line.put("sha256", sha256);
            events.add(
                    new Event.Download(
                            download.visit(),
                            download.at(),
                            download.number(),
                            download.url(),
                            download.tool(),
                            download.path(),
                            sha256,
                            true));
        }
        Files.writeString(
                ledger,
                JSON.writeValueAsString(line) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private void publish() throws IOException {
        if (events.isEmpty()) {
            return;
        }
        String stem = "events-fetched-" + NAME.format(clock.instant());
        Path part = directory.resolve("." + stem + ".part");
        try (BufferedWriter out = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
            for (Event event : events) {
                out.write(EventJson.write(event));
                out.write('\n');
            }
        }
        Path target = directory.resolve(stem + ".jsonl");
        for (int i = 1; Files.exists(target); i++) {
            target = directory.resolve(stem + "-" + i + ".jsonl");
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        events.clear();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}

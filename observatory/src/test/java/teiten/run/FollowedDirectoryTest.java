package teiten.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.capture.CaptureWriter;
import teiten.cli.Cli;
import teiten.house.Beside;
import teiten.store.Imports;
import teiten.store.Store;
import teiten.store.Watching;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/// A directory into which captures rotate, followed: each packet is counted once, whatever becomes of the files.
@Beside
class FollowedDirectoryTest {
    private static final int PACKETS = 40_000;

    /// Bytes of a record in the captures here: its header, and 40 bytes of packet.
    private static final int RECORD = 56;

    @TempDir Path folder;

    /// What was told, for messages when a test fails.
    private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();

    @Test
    void a_capture_that_grows_is_renamed_compressed_and_copied_counts_once() throws Exception {
        // given a capture of which half is written, down to the middle of a record
        Path whole = folder.resolve("whole.pcap");
        write(whole, 1, PACKETS);
        byte[] bytes = Files.readAllBytes(whole);
        int half = 24 + RECORD * (PACKETS / 2) + RECORD / 3;
        Path watched = Files.createDirectories(folder.resolve("watched"));
        Path now = watched.resolve("now.pcap");
        Files.write(now, Arrays.copyOf(bytes, half));
        try (Store store = open("store")) {
            try (Watch watch = follow(store, watched)) {
                // when it is followed, then the first half is there
                await(() -> packets(watch) == PACKETS / 2);

                // when the rest is written
                try (OutputStream more = Files.newOutputStream(now, StandardOpenOption.APPEND)) {
                    more.write(bytes, half, bytes.length - half);
                }
                await(() -> packets(watch) == PACKETS);

                // and the file is renamed, compressed, and copied, and something else lies there
                Files.move(now, watched.resolve("2024-05-01.pcap"));
                try (OutputStream out =
                        new GZIPOutputStream(
                                Files.newOutputStream(watched.resolve("old.pcap.gz")))) {
                    out.write(bytes);
                }
                Files.createDirectories(watched.resolve("copies"));
                Files.write(watched.resolve("copies/again.pcap"), bytes);
                Files.writeString(watched.resolve("broken.pcap"), "\u0001 no capture, but long");

                // then each is looked into to its end
                await(() -> followed(store).size() == 3);
                assertThat(followed(store))
                        .containsOnlyKeys("2024-05-01.pcap", "old.pcap.gz", "copies/again.pcap");
                assertThat(packets(watch)).isEqualTo(PACKETS);
            }

            // when the same directory is followed later
            try (Watch watch = follow(store, watched)) {
                write(watched.resolve("next.pcap"), 2, 1_000);
                await(() -> packets(watch) > 0);

                // then only what is new is read
                assertThat(packets(watch)).isEqualTo(1_000);
            }
        }

        // and the store has each packet once, and says of no file that it was cut
        JsonNode sensor =
                Cli.run("show", "sensor", "dark", "--json", "--data", folder.resolve("store"))
                        .json();
        assertThat(sensor.get("packets").asLong()).isEqualTo(PACKETS + 1_000);
        assertThat(sensor.get("captures").asInt()).isEqualTo(2);
        assertThat(told).filteredOn(line -> line.contains("damaged")).isEmpty();
        assertThat(told).filteredOn(line -> line.contains("broken.pcap")).hasSize(2);
    }

    @Test
    void following_that_is_killed_goes_on_and_ends_with_what_an_import_gives() throws Exception {
        // given a directory of captures, and what importing them gives
        Path watched = Files.createDirectories(folder.resolve("watched"));
        for (int i = 0; i < 3; i++) {
            write(watched.resolve("capture-" + i + ".pcap"), 7 + i, 400_000);
        }
        Path imported = folder.resolve("imported");
        assertThat(Cli.run("import", "--sensor", "dark", watched, "--data", imported).status())
                .isZero();

        // when following them is killed, over and over, while it reads
        Path store = folder.resolve("store");
        SplittableRandom random = new SplittableRandom(9);
        int amidst = 0;
        int wait = 1_000;
        for (int i = 0; i < 20 && amidst < 2; i++) {
            Process run = start(store, watched);
            run.waitFor(wait + random.nextInt(wait), TimeUnit.MILLISECONDS);
            run.destroyForcibly().waitFor();
            long stored = stored();
            if (stored == 0) {
                // A busy machine had not come so far.
                wait += wait / 2;
            } else if (stored == 1_200_000) {
                remove(store);
                wait = Math.max(100, wait * 2 / 3);
            } else {
                amidst++;
            }
        }
        assertThat(amidst).isPositive();

        // and goes on in the end
        try (Store open = open("store");
                Watch watch = follow(open, watched)) {
            await(() -> followed(open).size() == 3);
        }

        // then the figures are those of the import
        assertThat(answers(store)).isEqualTo(answers(imported));
    }

    private long stored() {
        try (Store open = open("store")) {
            Imports imports = new Imports(open);
            return imports.ledger(imports.sensor("dark", null, false)).stream()
                    .mapToLong(Imports.Progress::packets)
                    .sum();
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static List<String> answers(Path store) {
        List<String> answers = new ArrayList<>();
        for (List<Object> question :
                List.<List<Object>>of(
                        List.of("top", "ports", "--json", "--limit", "0"),
                        List.of("top", "sources", "--json", "--limit", "500"),
                        List.of("show", "port", "23/tcp", "--json", "--by", "hour"))) {
            List<Object> words = new ArrayList<>(question);
            words.addAll(List.of("--data", store));
            Cli answer = Cli.run(words.toArray());
            assertThat(answer.status()).as(answer.err()).isZero();
            answers.add(answer.out());
        }
        return answers;
    }

    private Store open(String name) {
        return Store.open(folder.resolve(name), "test", 256 << 20, InstantSource.system());
    }

    private Watch follow(Store store, Path directory) {
        Settings settings =
                Settings.read(
                        folder.resolve("store"),
                        null,
                        Map.of(
                                "TEITEN_IMPORT_STORE_SECONDS",
                                "0",
                                "TEITEN_IMPORT_TABLE_MEMORY_MIB",
                                "16"));
        return Watch.start(
                store,
                settings,
                List.of(new WatchSource.OfDirectory("dark", null, directory)),
                InstantSource.system(),
                new WatchListener() {
                    @Override
                    public void told(String sentence) {
                        told.add(sentence);
                    }

                    @Override
                    public void stored(String source, long packets, double perSecond) {
                        // the tallies tell
                    }
                });
    }

    private static long packets(Watch watch) {
        return watch.tallies().getFirst().packets();
    }

    private static Map<String, Watching.Seen> followed(Store store) {
        int sensor = new Imports(store).sensor("dark", null, false);
        return new Watching(store).followed(sensor);
    }

    private void await(BooleanSupplier reached) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!reached.getAsBoolean()) {
            assertThat(System.nanoTime()).as(() -> "in time; " + told).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static Process start(Path store, Path directory) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder builder =
                new ProcessBuilder(
                        java.toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "teiten.cli.Main",
                        "watch",
                        "--directory",
                        directory + "=dark",
                        "--data",
                        store.toString());
        builder.environment().put("TEITEN_IMPORT_TABLE_MEMORY_MIB", "16");
        builder.environment().put("TEITEN_IMPORT_STORE_SECONDS", "0");
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void write(Path file, int seed, int packets) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        try (CaptureWriter out = CaptureWriter.create(file, false, 101)) {
            byte[] packet = new byte[RECORD - 16];
            ByteBuffer b = ByteBuffer.wrap(packet);
            for (int i = 0; i < packets; i++) {
                b.clear();
                b.putInt(0x45000028)
                        .putInt(random.nextInt() & 0xFFFF0000)
                        .put((byte) (40 + random.nextInt(20)))
                        .put((byte) 6)
                        .putShort((short) 0)
                        .putInt(0x64400000 | random.nextInt(20_000))
                        .putInt(0xC6120000 | random.nextInt(65_536))
                        .putShort((short) 4_000)
                        .putShort((short) (random.nextInt(3) > 0 ? 23 : random.nextInt(3_000)))
                        .putInt(random.nextInt())
                        .putInt(0)
                        .putInt(0x5002_0400)
                        .putInt(0);
                long time = (1_600_000_000L + 3_600L * seed) * 1_000_000_000L + i * 1_000_000L;
                out.packet(time, packet, 0, packet.length, packet.length);
            }
        }
    }
}

package teiten.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.capture.CaptureWriter;
import teiten.cli.Cli;
import teiten.house.Beside;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// `kill -9` at random moments of an import, twenty times: after each, the store opens, and going on gives exactly what
/// one uninterrupted import gives.
@Beside
class KilledImportTest {
    private static final int KILLS = 20;

    @TempDir Path folder;

    @Test
    void a_killed_import_loses_nothing_and_counts_nothing_twice() throws Exception {
        // given a capture of two days that is stored at every stretch, so in four steps
        Path capture = folder.resolve("capture.pcap");
        write(capture, 800_000);
        Path whole = folder.resolve("whole");
        long begin = System.nanoTime();
        assertThat(start(whole, capture).waitFor()).isZero();
        long uninterrupted = (System.nanoTime() - begin) / 1_000_000;
        List<String> expected = answers(whole);

        // when imports of it are killed at random moments, and others go on, over and over
        Random random = new Random(20);
        Path store = folder.resolve("store");
        int killed = 0;
        for (int round = 0; killed < KILLS && round < 3 * KILLS; round++) {
            Process run = start(store, capture);
            if (run.waitFor(200 + random.nextLong(uninterrupted), TimeUnit.MILLISECONDS)) {
                // ended by itself: everything is stored; begin anew with an empty directory
                assertThat(answers(store)).isEqualTo(expected);
                delete(store);
            } else {
                run.destroyForcibly().waitFor();
                killed++;
                // then the store opens, whatever was under way
                assertThat(Cli.run("top", "ports", "--json", "--data", store).status()).isZero();
            }
        }
        assertThat(killed).isEqualTo(KILLS);

        // and the last import gives exactly the uninterrupted result
        assertThat(start(store, capture).waitFor()).isZero();
        assertThat(answers(store)).isEqualTo(expected);
    }

    private static List<String> answers(Path store) {
        List<String> answers = new ArrayList<>();
        for (List<Object> question :
                List.<List<Object>>of(
                        List.of("top", "ports", "--json", "--limit", "0"),
                        List.of("top", "sources", "--json", "--limit", "500"),
                        List.of("top", "marks", "--json"),
                        List.of("show", "port", "23/tcp", "--json", "--by", "hour"),
                        List.of("show", "sensor", "--json"),
                        List.of(
                                "query",
                                "SELECT day, hour, sum(packets), sum(length * packets), sum(ttl *"
                                        + " packets) FROM flowtuple GROUP BY ALL ORDER BY ALL"))) {
            List<Object> words = new ArrayList<>(question);
            words.addAll(List.of("--data", store));
            Cli answer = Cli.run(words.toArray());
            assertThat(answer.status()).as(answer.err()).isZero();
            answers.add(answer.out());
        }
        return answers;
    }

    private static Process start(Path store, Path capture) throws IOException {
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
                        "import",
                        "--quiet",
                        "--tuples",
                        "--data",
                        store.toString(),
                        capture.toString());
        builder.environment().put("TEITEN_IMPORT_TABLE_MEMORY_MIB", "16");
        builder.environment().put("TEITEN_IMPORT_STORE_SECONDS", "0");
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void delete(Path store) throws IOException {
        try (var walk = Files.walk(store)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void write(Path file, int packets) throws IOException {
        Random random = new Random(3);
        try (CaptureWriter out = CaptureWriter.create(file, false, 101)) {
            byte[] packet = new byte[40];
            ByteBuffer b = ByteBuffer.wrap(packet);
            for (int i = 0; i < packets; i++) {
                int target = 0xC6120000 | random.nextInt(65_536);
                b.clear();
                b.putInt(0x45000028)
                        .putInt(random.nextInt() & 0xFFFF0000)
                        .put((byte) (40 + random.nextInt(20)))
                        .put((byte) 6)
                        .putShort((short) 0)
                        .putInt(0x64400000 | random.nextInt(200_000))
                        .putInt(target)
                        .putShort((short) 4_000)
                        .putShort((short) (random.nextInt(3) > 0 ? 23 : random.nextInt(3_000)))
                        .putInt(random.nextBoolean() ? target : random.nextInt())
                        .putInt(0)
                        .putInt(0x5002_0400)
                        .putInt(0);
                long time = 1_600_000_000_000_000_000L + 172_800_000_000_000L / packets * i;
                out.packet(time, packet, 0, 40, 40);
            }
        }
    }
}

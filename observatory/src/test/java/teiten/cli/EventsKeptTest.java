package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import teiten.capture.CaptureWriter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Events, victims and hitters that are kept from question to question are those that a store which is asked once gives.
class EventsKeptTest {
    @TempDir Path folder;

    private record Packet(long second, int source, int target, int port, boolean answer) {}

    @ParameterizedTest
    @CsvSource({
        "198.18.0.0/24, 256, 1", // a timeout of one day: every midnight is reached over
        "198.18.0.0/18, 16384, 2", // 18,131 s
        "198.18.0.0/14, 262144, 3" // 1,132 s
    })
    void what_is_asked_between_the_imports_changes_nothing(String prefix, int addresses, int seed)
            throws IOException {
        // given a week of scanners, some slow, some of many ports, and of victims that answer
        Random random = new Random(seed);
        List<Packet> packets = new ArrayList<>();
        long begin = 1_599_955_200; // midnight
        for (int scanner = 0; scanner < 60; scanner++) {
            long at = begin + random.nextInt(500_000);
            boolean manyPorts = scanner % 7 == 0;
            double pace = 3 + random.nextDouble() * 7;
            for (int n = random.nextInt(120) + 1; n > 0; n--) {
                packets.add(
                        new Packet(
                                at,
                                0x64400000 + scanner,
                                0xC6120000 | random.nextInt(addresses),
                                manyPorts
                                        ? 1 + random.nextInt(400)
                                        : List.of(23, 80).get(scanner % 2),
                                false));
                at += (long) Math.min(90_000, Math.exp(random.nextDouble() * pace));
            }
        }
        for (int victim = 0; victim < 6; victim++) {
            long at = begin + 86_400L * (1 + victim) - 400; // over midnight
            for (int n = 0; n < 400; n++) {
                packets.add(
                        new Packet(
                                at + random.nextInt(800),
                                0x64410000 + victim,
                                0xC6120000 | random.nextInt(addresses),
                                4_000 + n,
                                true));
            }
        }
        Collections.shuffle(packets, random);

        // when they come in five files, out of order, and one store is asked after each
        Path asked = folder.resolve("asked");
        Path quiet = folder.resolve("quiet");
        for (int f = 0; f < 5; f++) {
            Path file = folder.resolve(f + ".pcap");
            write(file, packets.subList(packets.size() * f / 5, packets.size() * (f + 1) / 5));
            for (Path store : List.of(asked, quiet)) {
                Cli run =
                        Cli.run("import", "--quiet", "--addresses", prefix, "--data", store, file);
                assertThat(run.status()).as(run.err()).isZero();
            }
            if (f < 4) {
                ask(asked, "events");
            }
        }

        // then both tell the same
        for (String what : List.of("events", "victims")) {
            List<String> kept = ask(asked, what);
            assertThat(kept).isEqualTo(ask(quiet, what)).isNotEmpty();
        }
        assertThat(hitters(asked)).isEqualTo(hitters(quiet));
    }

    private static List<String> ask(Path store, String what) {
        List<String> lines = new ArrayList<>();
        Cli.run("top", what, "--json", "--limit", "0", "--data", store)
                .json()
                .values()
                .forEach(line -> lines.add(line.toString()));
        Collections.sort(lines);
        return lines;
    }

    private static List<String> hitters(Path store) {
        return Cli.run("query", "SELECT * FROM scanner ORDER BY ALL", "--csv", "--data", store)
                .out()
                .lines()
                .toList();
    }

    private static void write(Path file, List<Packet> packets) throws IOException {
        try (CaptureWriter out = CaptureWriter.create(file, true, 101)) {
            byte[] bytes = new byte[40];
            for (Packet p : packets) {
                ByteBuffer.wrap(bytes)
                        .putInt(0x45000028)
                        .putInt(0x12340000)
                        .putInt(0x40060000)
                        .putInt(p.source)
                        .putInt(p.target)
                        .putShort((short) (p.answer ? 80 : 4321))
                        .putShort((short) p.port)
                        .putInt(99)
                        .putInt(0)
                        .putInt(p.answer ? 0x5012_0400 : 0x5002_0400)
                        .putInt(0);
                out.packet(p.second * 1_000_000_000L, bytes, 0, 40, 40);
            }
        }
    }
}

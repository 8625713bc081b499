package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.capture.CaptureWriter;
import teiten.capture.LinkType;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/// The way of a capture into the store (walked once, decoded by whoever is free, each worker its sources) gives the
/// identical answers with one, two and eight workers, whether the capture is mapped or comes as a stream.
class ImportThreadsTest {
    @TempDir Path folder;

    private static final List<List<Object>> QUESTIONS =
            List.of(
                    List.of("top", "ports", "--json", "--limit", "0"),
                    List.of("top", "sources", "--json", "--limit", "0"),
                    List.of("top", "events", "--json", "--limit", "0"),
                    List.of("top", "victims", "--json", "--limit", "0"),
                    List.of("top", "marks", "--json"),
                    List.of("show", "sensor", "--json"),
                    List.of(
                            "query",
                            "SELECT sum(packets), sum(packets * (hash(source, target, port,"
                                    + " source_port, tcp_flags, time) % 1000003)) FROM flowtuple",
                            "--json"),
                    List.of("show", "port", "23/tcp", "--json", "--by", "day"));

    @Test
    void one_two_and_eight_workers_give_the_identical_store_of_real_captures_as_streams()
            throws IOException {
        // given every capture that holds more than a few packets, as a stream: those go to all
        // workers
        Path data =
                Path.of(System.getProperty("teiten.root", ".."))
                        .toAbsolutePath()
                        .normalize()
                        .resolveSibling("shared")
                        .resolve("data");
        Assumptions.assumeTrue(Files.isDirectory(data), "skipped: needs ../shared/data");
        Path packed = Files.createDirectory(folder.resolve("packed"));
        int captures = 0;
        try (Stream<Path> walk = Files.walk(data)) {
            for (Path file :
                    walk.filter(f -> f.toString().matches(".*/pcap-[a-z]+/.*"))
                            .filter(f -> f.toFile().length() > 16_384)
                            .sorted()
                            .toList()) {
                pack(file, packed.resolve(captures++ + ".gz"));
            }
        }
        assertThat(captures).isGreaterThan(20);

        // when they are read by one worker
        List<String> expected = answers(packed, 1);

        // then any other number finds the same
        assertThat(answers(packed, 2)).isEqualTo(expected);
        assertThat(answers(packed, 8)).isEqualTo(expected);
    }

    @Test
    void
            one_two_and_eight_workers_give_the_identical_store_of_a_mapped_capture_stored_in_stretches()
                    throws IOException {
        // given a capture of three days, larger than what one worker reads alone, stored at every
        // stretch
        Path capture = folder.resolve("mapped.pcap");
        write(capture, 300_000);

        // when one worker reads it
        List<String> expected = answers(capture, 1);

        // then any other number finds the same
        assertThat(answers(capture, 2)).isEqualTo(expected);
        assertThat(answers(capture, 8)).isEqualTo(expected);
    }

    /// SYNs and datagrams of some thousand sources, IPv4 and IPv6, one in twenty late.
    private static void write(Path file, int packets) throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        try (CaptureWriter out = CaptureWriter.create(file, false, LinkType.RAW_IP.number())) {
            for (int i = 0; i < packets; i++) {
                long time = 1_300_000_000_000_000_000L + 259_200_000_000_000L / packets * i;
                if (random.nextInt(20) == 0) {
                    time -= random.nextLong(7_200_000_000_000L);
                }
                boolean six = random.nextInt(10) == 0;
                boolean udp = random.nextInt(4) == 0;
                int target = 0xC0A80000 | random.nextInt(65_536);
                ByteBuffer b = ByteBuffer.allocate(six ? 60 : 40);
                if (six) {
                    b.putInt(0x60000000)
                            .putInt(20 << 16 | (udp ? 17 : 6) << 8 | 50)
                            .putLong(0x2001_0DB8_0000_0000L)
                            .putLong(random.nextInt(100))
                            .putLong(0x2001_0DB8_FFFF_0000L)
                            .putLong(random.nextInt(1_000));
                } else {
                    b.putInt(0x45000028)
                            .putInt(random.nextInt() & 0xFFFF0000)
                            .putInt(random.nextInt(30, 120) << 24 | (udp ? 17 : 6) << 16)
                            .putInt(0x64400000 | random.nextInt(random.nextInt(1, 600)))
                            .putInt(target);
                }
                b.putShort((short) random.nextInt(1_024, 65_536))
                        .putShort((short) (random.nextInt(3) > 0 ? 23 : random.nextInt(200)));
                if (udp) {
                    b.putInt(20 << 16).putLong(0).putInt(0);
                } else {
                    b.putInt(random.nextBoolean() ? target : random.nextInt())
                            .putInt(0)
                            .putInt(random.nextInt(9) == 0 ? 0x5012_0400 : 0x5002_0400)
                            .putInt(0);
                }
                out.packet(time, b.array(), 0, b.capacity(), b.capacity());
            }
        }
    }

    private static void pack(Path file, Path to) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = new GZIPOutputStream(Files.newOutputStream(to))) {
            in.transferTo(out);
        }
    }

    private List<String> answers(Path captures, int threads) throws IOException {
        Path store = folder.resolve("store-" + captures.getFileName() + "-" + threads);
        Path settings = folder.resolve("often.toml");
        Files.writeString(settings, "[import]\nstore_seconds = 0\n");
        Cli run =
                Cli.run(
                        "import",
                        "--quiet",
                        "--tuples",
                        "--settings",
                        settings,
                        "--threads",
                        threads,
                        "--addresses",
                        "192.168.0.0/16",
                        "--data",
                        store,
                        captures);
        assertThat(run.status()).as(run.err()).isIn(Main.DONE, 1);
        List<String> answers = new ArrayList<>();
        for (List<Object> question : QUESTIONS) {
            List<Object> words = new ArrayList<>(question);
            words.addAll(List.of("--data", store));
            Cli answer = Cli.run(words.toArray());
            assertThat(answer.status()).as(question + " " + answer.err()).isZero();
            answers.add(answer.out());
        }
        return answers;
    }
}

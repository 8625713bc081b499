package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import teiten.capture.CaptureWriter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// Flow tuples as users read them: from the Parquet files, through the database and without it.
class FlowTuplesTest {
    private static final int TCP_FLAGS = 0xFF;

    @TempDir Path folder;

    private static Path data() {
        Path data =
                Path.of(System.getProperty("teiten.root", ".."))
                        .toAbsolutePath()
                        .normalize()
                        .resolveSibling("shared")
                        .resolve("data");
        Assumptions.assumeTrue(Files.isDirectory(data), "skipped: needs ../shared/data");
        return data;
    }

    @TestFactory
    Stream<DynamicTest> tuples_of_real_captures_equal_a_plain_count_over_tsharks_fields()
            throws IOException {
        Path data = data();
        try (Stream<Path> list = Files.list(data.resolve("golden/packets"))) {
            List<Path> tables = list.sorted().toList();
            return tables.stream()
                    .map(table -> {
                        String name = table.getFileName().toString().replace(".tsv.gz", "");
                        return DynamicTest.dynamicTest(
                                name, () -> compare(find(data, name), table, folder.resolve(name)));
                    });
        }
    }

    private static Path find(Path data, String name) throws IOException {
        try (Stream<Path> walk = Files.walk(data)) {
            return walk.filter(f -> f.getFileName().toString().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void compare(Path capture, Path table, Path store) throws IOException {
        Map<String, Long> expected = new TreeMap<>();
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(table)),
                                StandardCharsets.UTF_8))) {
            String[] header = in.readLine().split("\t", -1);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] values = line.split("\t", -1);
                Map<String, String> f = new HashMap<>();
                for (int i = 0; i < header.length; i++) {
                    f.put(header[i], i < values.length ? values[i] : "");
                }
                String key = key(f);
                if (!key.isEmpty()) {
                    expected.merge(key, 1L, Long::sum);
                }
            }
        }
        assertThat(read(store, capture)).isEqualTo(expected);
    }

    /// Empty for what is neither TCP nor UDP.
    private static String key(Map<String, String> f) {
        boolean tcp = !f.getOrDefault("tcp.dstport", "").isEmpty();
        boolean udp = !f.getOrDefault("udp.dstport", "").isEmpty();
        boolean icmp =
                !f.getOrDefault("icmp.type", "").isEmpty()
                        || !f.getOrDefault("icmpv6.type", "").isEmpty();
        if (icmp || !tcp && !udp) {
            return ""; // headers quoted inside ICMP errors are not TCP
        }
        long minute = new BigDecimal(f.getOrDefault("frame.time_epoch", "")).longValue() / 60;
        int flags = tcp ? Integer.decode(f.getOrDefault("tcp.flags", "")) : 0;
        boolean syn = (flags & 2) != 0 && (flags & 16) == 0;
        boolean mirai =
                syn
                        && !f.getOrDefault("ip.dst", "").isEmpty()
                        && Long.parseLong(f.getOrDefault("tcp.seq_raw", ""))
                                == number(f.getOrDefault("ip.dst", ""));
        String six = f.getOrDefault("ipv6.src", "");
        return Instant.ofEpochSecond(minute * 60)
                + " "
                + (six.isEmpty()
                        ? f.getOrDefault("ip.src", "") + " " + f.getOrDefault("ip.dst", "")
                        : six + " " + f.getOrDefault("ipv6.dst", ""))
                + (tcp ? " tcp " : " udp ")
                + (tcp ? f.getOrDefault("tcp.srcport", "") : f.getOrDefault("udp.srcport", ""))
                + " "
                + (tcp ? f.getOrDefault("tcp.dstport", "") : f.getOrDefault("udp.dstport", ""))
                + (six.isEmpty() ? " " + f.getOrDefault("ip.ttl", "") : "")
                + " "
                + (flags & TCP_FLAGS)
                + " "
                + mirai;
    }

    private static long number(String address) {
        long n = 0;
        for (String part : address.split("\\.")) {
            n = n << 8 | Integer.parseInt(part);
        }
        return n;
    }

    private static Map<String, Long> read(Path store, Path... captures) {
        for (Path capture : captures) {
            Cli in = Cli.run("import", "--quiet", "--tuples", "--data", store, capture);
            assertThat(in.err()).doesNotContain("failed");
        }
        Cli out =
                Cli.run(
                        "query",
                        "--data",
                        store,
                        "--csv",
                        "--limit",
                        "0",
                        "SELECT time, source, target, protocol, source_port, port, CASE WHEN"
                            + " source_v4 IS NULL THEN '' ELSE ' ' || ttl END, tcp_flags, mirai,"
                            + " sum(packets) FROM flowtuple WHERE protocol IN ('tcp', 'udp') GROUP"
                            + " BY ALL");
        assertThat(out.status()).as(out.err()).isZero();
        Map<String, Long> tuples = new TreeMap<>();
        out.out()
                .lines()
                .skip(1)
                .map(line -> line.split(",", -1))
                .forEach(c ->
                        tuples.put(
                                Instant.parse(minute(c[0]))
                                        + " "
                                        + c[1]
                                        + " "
                                        + c[2]
                                        + " "
                                        + c[3]
                                        + " "
                                        + c[4]
                                        + " "
                                        + c[5]
                                        + c[6]
                                        + " "
                                        + c[7]
                                        + " "
                                        + c[8],
                                Long.parseLong(c[9])));
        return tuples;
    }

    private static String minute(String time) {
        return time.replace("Z", "").length() == 16 ? time.replace("Z", "") + ":00Z" : time;
    }

    @Test
    void however_a_capture_is_split_and_read_the_tuples_are_the_same() throws IOException {
        // given packets of which many repeat, more than 255 times some, over an hour's and a day's
        // end
        Path whole = folder.resolve("whole.pcap");
        Path one = folder.resolve("one.pcap");
        Path two = folder.resolve("two.pcap");
        write(whole, 0, 90_000);
        write(one, 0, 40_000);
        write(two, 40_000, 90_000);

        // when it is read whole, and in two files in the wrong order
        Map<String, Long> expected = read(folder.resolve("a"), whole);
        Map<String, Long> split = read(folder.resolve("b"), two, one);

        // then
        assertThat(split).isEqualTo(expected);
        assertThat(expected.values().stream().mapToLong(n -> n).sum()).isEqualTo(90_000);
        assertThat(expected.values().stream().max(Comparator.naturalOrder()).orElseThrow())
                .isGreaterThan(255);

        // and importing again changes nothing
        assertThat(read(folder.resolve("a"), whole)).isEqualTo(expected);
        try (Stream<Path> files = Files.walk(folder.resolve("a/tuples"))) {
            assertThat(files.map(f -> folder.resolve("a/tuples").relativize(f).toString()))
                    .contains("day=2020-09-13/hour=23", "day=2020-09-14/hour=00")
                    .noneMatch(name -> name.startsWith("work"));
        }
    }

    @Test
    void tuples_of_very_many_hours_come_to_their_hours() throws IOException {
        // given a packet each quarter of an hour for 130 hours, more than are turned one by one,
        // and not in order
        Path capture = folder.resolve("hours.pcap");
        Instant begin = Instant.parse("2020-09-13T00:00:00Z");
        byte[] packet = new byte[40];
        ByteBuffer.wrap(packet)
                .putInt(0x45000028)
                .putInt(0)
                .putInt(0x40060000)
                .putInt(0x64400001)
                .putInt(0xC6120009)
                .putInt(4_000 << 16 | 23)
                .putLong(0)
                .putInt(0x5002_0400);
        try (CaptureWriter out = CaptureWriter.create(capture, false, 101)) {
            for (int i = 0; i < 520; i++) {
                long second = begin.getEpochSecond() + i * 7L % 520 * 900;
                out.packet(second * 1_000_000_000L, packet, 0, 40, 40);
            }
        }

        // when
        Path store = folder.resolve("hours");
        Map<String, Long> tuples = read(store, capture);

        // then
        assertThat(tuples).hasSize(520).allSatisfy((_, n) -> assertThat(n).isEqualTo(1));
        Cli hours =
                Cli.run(
                        "query",
                        "--data",
                        store,
                        "--csv",
                        "--limit",
                        "0",
                        "SELECT count(*), date_trunc('hour', time) FROM flowtuple GROUP BY ALL");
        assertThat(hours.out().lines().skip(1)).hasSize(130).allMatch(l -> l.startsWith("4,"));
        try (Stream<Path> files = Files.walk(store.resolve("tuples"))) {
            assertThat(
                            files.filter(Files::isRegularFile)
                                    .map(f -> store.resolve("tuples").relativize(f.getParent()))
                                    .map(Path::toString)
                                    .distinct())
                    .hasSize(130)
                    .contains("day=2020-09-13/hour=00", "day=2020-09-18/hour=09");
        }
    }

    /// 30 a second from 23:30; every eighth packet is one of a few tuples.
    private static void write(Path file, int from, int to) throws IOException {
        long begin = Instant.parse("2020-09-13T23:30:00Z").getEpochSecond() * 1_000_000_000L;
        try (CaptureWriter out = CaptureWriter.create(file, false, 101)) {
            byte[] packet = new byte[40];
            ByteBuffer b = ByteBuffer.wrap(packet);
            for (int i = 0; i < to; i++) {
                Random chance = new Random(i * 7_919L);
                boolean repeated = i % 2 == 0;
                int source = repeated ? 1 : chance.nextInt(50_000);
                b.clear();
                b.putInt(0x45000028)
                        .putInt(0)
                        .put((byte) (repeated ? 64 : 30 + chance.nextInt(4)))
                        .put((byte) 6)
                        .putShort((short) 0)
                        .putInt(0x64400000 | source)
                        .putInt(0xC6120000 | (repeated ? 9 : chance.nextInt(256)))
                        .putShort((short) 4_000)
                        .putShort((short) (repeated ? 23 : chance.nextInt(3_000)))
                        .putInt(chance.nextInt())
                        .putInt(0)
                        .putInt(0x5002_0400)
                        .putInt(0);
                if (i >= from) {
                    out.packet(begin + i * 33_333_333L, packet, 0, 40, 40);
                }
            }
        }
    }
}

package teiten.telescope;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import teiten.net.IpAddress;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// The slow twin: the same figures counted with maps and sets from the fields that tshark wrote for every packet
/// (`golden/packets`), minute by minute and source by source.
class GoldenPacketsTest {
    @TestFactory
    Stream<DynamicTest> minutes_and_sources_equal_a_plain_count_over_tsharks_fields()
            throws IOException {
        Path data = TestData.folder();
        try (Stream<Path> list = Files.list(data.resolve("golden/packets"))) {
            List<Path> tables = list.sorted().toList();
            return tables.stream()
                    .map(table -> {
                        String name = table.getFileName().toString().replace(".tsv.gz", "");
                        return DynamicTest.dynamicTest(
                                name, () -> compare(find(data, name), table));
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

    private static void compare(Path capture, Path table) throws IOException {
        TreeMap<String, long[]> packets = new TreeMap<>();
        TreeMap<String, TreeSet<String>> sources = new TreeMap<>();
        TreeMap<String, int[]> ttl = new TreeMap<>();
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(table)),
                                StandardCharsets.UTF_8))) {
            String[] header = in.readLine().split("\t", -1);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                count(new Fields(header, line.split("\t", -1)), packets, sources, ttl);
            }
        }

        Summary summary = Watching.watch(capture, 2);
        TreeMap<String, long[]> ours = new TreeMap<>();
        TreeMap<String, Long> ourSources = new TreeMap<>();
        summary.minutes()
                .forEach((minute, image) -> {
                    PortImage.Reader reader = new PortImage.Reader(image);
                    while (reader.next()) {
                        if (reader.figures.port >>> 16 <= 1) {
                            String key = minute + " " + reader.figures.port;
                            ours.put(key, new long[] {reader.figures.packets, reader.figures.syn});
                            ourSources.put(key, Math.round(reader.sources().estimate()));
                        }
                    }
                });
        assertThat(ours.keySet()).isEqualTo(packets.keySet());
        ours.forEach((key, counts) -> assertThat(counts).as(key).isEqualTo(packets.get(key)));
        ourSources.forEach((key, n) -> {
            if (n <= Distinct.EXACT) {
                assertThat(n)
                        .as("sources of " + key)
                        .isEqualTo(sources.getOrDefault(key, new TreeSet<>()).size());
            }
        });

        TreeMap<String, int[]> ourTtl = new TreeMap<>();
        for (Summary.SourceCursor row = summary.sources(); row.next(); ) {
            if (row.port() >>> 16 <= 1 && row.high() == 0) {
                String key = new IpAddress(row.high(), row.low()) + " " + row.port();
                int low = row.ttlMin();
                int high = row.ttlMax();
                ourTtl.merge(
                        key,
                        new int[] {low, high},
                        (a, b) -> new int[] {Math.min(a[0], b[0]), Math.max(a[1], b[1])});
            }
        }
        assertThat(ourTtl.keySet()).isEqualTo(ttl.keySet());
        ourTtl.forEach(
                (key, range) -> assertThat(range).as("TTL of " + key).isEqualTo(ttl.get(key)));
    }

    private record Fields(Map<String, String> cells) {
        Fields(String[] header, String[] values) {
            this(new HashMap<>());
            for (int i = 0; i < header.length; i++) {
                cells.put(header[i], i < values.length ? values[i] : "");
            }
        }

        String get(String name) {
            return cells.getOrDefault(name, "");
        }

        boolean has(String name) {
            return !get(name).isEmpty();
        }
    }

    private static void count(
            Fields f,
            TreeMap<String, long[]> packets,
            TreeMap<String, TreeSet<String>> sources,
            TreeMap<String, int[]> ttl) {
        boolean tcp = f.has("tcp.dstport");
        boolean udp = f.has("udp.dstport");
        if (f.has("icmp.type") || f.has("icmpv6.type") || !tcp && !udp) {
            return; // headers quoted inside ICMP errors are not TCP
        }
        long minute = new BigDecimal(f.get("frame.time_epoch")).longValue() / 60;
        int port =
                Integer.parseInt(tcp ? f.get("tcp.dstport") : f.get("udp.dstport"))
                        + (tcp ? 0 : 1 << 16);
        String key = minute + " " + port;
        long[] counts = packets.computeIfAbsent(key, _ -> new long[2]);
        counts[0]++;
        if (tcp && (Long.decode(f.get("tcp.flags")) & 0x12) == 0x02) {
            counts[1]++;
        }
        String source = f.has("ip.src") ? f.get("ip.src") : f.get("ipv6.src");
        sources.computeIfAbsent(key, _ -> new TreeSet<>()).add(source);
        if (f.has("ip.ttl") && f.has("ip.src")) {
            int hops = Integer.parseInt(f.get("ip.ttl"));
            ttl.merge(
                    source + " " + port,
                    new int[] {hops, hops},
                    (a, b) -> new int[] {Math.min(a[0], b[0]), Math.max(a[1], b[1])});
        }
    }
}

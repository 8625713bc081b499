package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import teiten.capture.CaptureWriter;
import teiten.telescope.ScanEventRule;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// Scan events of real captures are those that one expects, and of made-up ones those of a plain twin, however the
/// packets were split and ordered.
class ScanEventsTest {
    @TempDir Path folder;

    private JsonNode read(String what, String capture) {
        Path data =
                Path.of(System.getProperty("teiten.root", ".."))
                        .toAbsolutePath()
                        .normalize()
                        .resolveSibling("shared")
                        .resolve("data");
        Assumptions.assumeTrue(Files.isDirectory(data), "skipped: needs ../shared/data");
        Cli run =
                Cli.run(
                        "import",
                        "--quiet",
                        "--data",
                        folder,
                        data.resolve("pcap-scan/" + capture));
        assertThat(run.status()).as(run.err()).isLessThan(2);
        return Cli.run("top", what, "--json", "--limit", "0", "--data", folder).json();
    }

    private static JsonNode only(JsonNode events) {
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    @Test
    void zmap_is_one_event_on_port_80() {
        JsonNode event = only(read("events", "zmap-lab-2021.pcap"));
        assertThat(event.get("source").asString()).isEqualTo("192.168.37.132");
        assertThat(event.get("port").asInt()).isEqualTo(80);
        assertThat(event.get("packets").asInt()).isEqualTo(10_000);
        assertThat(event.get("targets").asDouble())
                .isBetween(10_000 * 0.95, 10_000 * 1.05); // 3 standard errors of 1.6 %
        assertThat(event.get("marks").get("zmap").asInt()).isEqualTo(10_000);
        assertThat(event.get("timeout_s").asInt()).isPositive();
    }

    @Test
    void masscan_over_600_ports_of_one_host_is_one_event_without_a_rate() {
        JsonNode event = only(read("events", "masscan-lab-2021.pcap"));
        assertThat(event.get("source").asString()).isEqualTo("192.168.37.135");
        assertThat(event.get("port").isNull()).isTrue();
        assertThat(event.get("ports").asInt()).isEqualTo(600);
        assertThat(event.get("marks").get("masscan").asInt()).isEqualTo(600);
        assertThat(event.get("rate_ipv4_pps").isNull()).isTrue();
    }

    @Test
    void nmap_over_1000_ports_of_one_host_is_one_event() {
        JsonNode event = only(read("events", "nmap-synscan-2011-vertical.pcapng"));
        assertThat(event.get("source").asString()).isEqualTo("172.16.0.8");
        assertThat(event.get("ports").asInt()).isEqualTo(1_000);
    }

    @Test
    void a_slow_scan_of_three_hours_stays_one_event() {
        JsonNode event = only(read("events", "bro-multiport_scan.pcap"));
        assertThat(event.get("source").asString()).isEqualTo("125.27.226.209");
        assertThat(event.get("targets").asInt()).isEqualTo(6);
        assertThat(event.get("end").asString()).isGreaterThan("2017-09-10T19:4");
    }

    @Test
    void a_scan_of_ten_ports_is_one_event() {
        JsonNode event = only(read("events", "bro-port_scan.pcap"));
        assertThat(event.get("ports").asInt()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ddos-amp.TCP.reflection.SYNACK.pcap",
                "ddos-amp.TCP.syn.optionallyACK.optionallysamePort.pcapng",
                "ddos-amp.UDP.bacnet.IOT.37810.pcapng"
            })
    void reflections_syn_ack_floods_and_spoofed_floods_are_no_scan(String capture) {
        assertThat(read("events", capture)).isEmpty();
    }

    @Test
    void a_host_that_answers_a_flood_is_a_victim_with_its_service() {
        JsonNode victim =
                only(read("victims", "ddos-amp.TCP.syn.optionallyACK.optionallysamePort.pcapng"));
        assertThat(victim.get("services").get(0).asString()).isEqualTo("21/tcp");
        assertThat(victim.get("busiest_minute").asInt()).isGreaterThanOrEqualTo(30);

        String host = victim.get("victim").asString();
        Cli shown = Cli.run("show", "ip", host, "--json", "--data", folder);
        assertThat(only(shown.json().get("attacks"))).isEqualTo(victim);
        assertThat(Cli.run("show", "ip", host, "--data", folder).out())
                .contains("\nA victim of denial of service")
                .contains("it answered forged senders (21/tcp)");
        Cli other = Cli.run("show", "ip", "192.0.2.77", "--json", "--data", folder);
        assertThat(other.json().get("attacks")).isEmpty();
    }

    @Test
    void the_timeout_is_merits_for_merits_addresses() {
        assertThat(ScanEventRule.timeout(475_136)).isEqualTo(625); // 624.4 s, whole seconds upwards
        assertThat(ScanEventRule.timeout(256))
                .isEqualTo(ScanEventRule.LONGEST); // 13.4 days, capped
        assertThat(ScanEventRule.detectionLimit(256, ScanEventRule.LONGEST))
                .isBetween(1300.0, 1350.0);
    }

    /// One access of a made-up capture.
    private record Access(long second, int source, int target, int port) {}

    @Test
    void events_are_those_of_a_plain_twin_in_any_split_order_and_number_of_threads()
            throws IOException {
        // given three days of accesses to a /16, whose timeout is 4,533 s
        Random random = new Random(3);
        List<Access> accesses = new ArrayList<>();
        long begin = 1_600_000_000;
        for (int scanner = 0; scanner < 120; scanner++) {
            int source = 0x64400000 + scanner;
            int port = List.of(23, 2323, 80, 5555).get(random.nextInt(4));
            long at = begin + random.nextInt(200_000);
            for (int n = random.nextInt(80) + 1; n > 0; n--) {
                accesses.add(new Access(at, source, 0xC6120000 | random.nextInt(65_536), port));
                at += (long) Math.min(20_000, Math.exp(random.nextDouble() * 9.5));
            }
        }
        List<String> twin = twin(accesses, ScanEventRule.timeout(65_536), 14);
        assertThat(twin).hasSizeGreaterThan(40);

        // when they are imported as one capture or as many, in several orders, by 1, 2 and 8
        // threads
        for (int round = 0; round < 4; round++) {
            List<Access> order = new ArrayList<>(accesses);
            if (round < 2) {
                order.sort((a, b) -> Long.compare(a.second, b.second));
            } else {
                Collections.shuffle(order, new Random(round));
            }
            Path data = folder.resolve("store-" + round);
            int files = round == 0 ? 1 : 3;
            for (int f = 0; f < files; f++) {
                Path file = folder.resolve("part-" + round + "-" + (files - f) + ".pcap");
                write(
                        file,
                        order.subList(order.size() * f / files, order.size() * (f + 1) / files));
                Cli run =
                        Cli.run(
                                "import",
                                "--quiet",
                                "--threads",
                                String.valueOf(List.of(1, 2, 8, 2).get(round)),
                                "--addresses",
                                "198.18.0.0/16",
                                "--data",
                                data,
                                file);
                assertThat(run.status()).as(run.err()).isZero();
            }

            // then the events are the twin's
            List<String> found = new ArrayList<>();
            for (JsonNode e :
                    Cli.run("top", "events", "--json", "--limit", "0", "--data", data).json()) {
                found.add(
                        e.get("source").asString()
                                + " "
                                + e.get("port").asInt()
                                + " "
                                + e.get("start").asString()
                                + " "
                                + e.get("end").asString()
                                + " "
                                + e.get("packets").asInt()
                                + " "
                                + e.get("targets").asInt());
            }
            Collections.sort(found);
            assertThat(found).as("round " + round).isEqualTo(twin);
        }
    }

    private static List<String> twin(List<Access> accesses, int timeout, int fewest) {
        Map<Long, List<Access>> byKey = new TreeMap<>();
        for (Access a : accesses) {
            byKey.computeIfAbsent((long) a.source << 16 | a.port, _ -> new ArrayList<>()).add(a);
        }
        List<String> events = new ArrayList<>();
        byKey.values()
                .forEach(list -> {
                    list.sort((a, b) -> Long.compare(a.second, b.second));
                    int from = 0;
                    for (int i = 1; i <= list.size(); i++) {
                        if (i == list.size()
                                || list.get(i).second - list.get(i - 1).second > timeout) {
                            add(events, list.subList(from, i), fewest);
                            from = i;
                        }
                    }
                });
        Collections.sort(events);
        return events;
    }

    private static void add(List<String> events, List<Access> run, int fewest) {
        Set<Integer> targets = new HashSet<>();
        run.forEach(a -> targets.add(a.target));
        if (targets.size() >= fewest) {
            int source = run.getFirst().source;
            events.add(
                    (source >>> 24)
                            + "."
                            + (source >>> 16 & 255)
                            + "."
                            + (source >>> 8 & 255)
                            + "."
                            + (source & 255)
                            + " "
                            + run.getFirst().port
                            + " "
                            + java.time.Instant.ofEpochSecond(run.getFirst().second)
                            + " "
                            + java.time.Instant.ofEpochSecond(run.getLast().second)
                            + " "
                            + run.size()
                            + " "
                            + targets.size());
        }
    }

    private static void write(Path file, List<Access> accesses) throws IOException {
        try (CaptureWriter out = CaptureWriter.create(file, true, 101)) {
            byte[] packet = new byte[40];
            for (Access a : accesses) {
                ByteBuffer.wrap(packet)
                        .putInt(0x45000028)
                        .putInt(0x12340000)
                        .putInt(0x40060000)
                        .putInt(a.source)
                        .putInt(a.target)
                        .putShort((short) 4321)
                        .putShort((short) a.port)
                        .putInt(99)
                        .putInt(0)
                        .putInt(0x5002_0400)
                        .putInt(0);
                out.packet(a.second * 1_000_000_000L, packet, 0, 40, 40);
            }
        }
    }
}

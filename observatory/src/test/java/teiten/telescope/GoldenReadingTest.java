package teiten.telescope;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import teiten.net.IpAddress;
import teiten.net.Protocol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What the telescope reads from real captures against tshark's counts (`../shared/data/golden`). A file whose counts
/// differ stands in [#EXPLAINED] with the reason, and the test holds that it still differs only there.
class GoldenReadingTest {
    private static final String NO_TIME =
            "interface 1's timestamps lie 18 million years ahead: we count these packets as"
                    + " bad_time, tshark shows them";

    private static final Map<String, String> EXPLAINED =
            Map.of(
                    "pcap-format/zeek-tunnels_gre-sample.pcap",
                    "tshark counts the ports inside GRE; to a telescope the outer packet is what"
                            + " arrived",
                    "pcap-format/pcpp-pcapng-example.pcapng",
                    NO_TIME,
                    "pcap-format/pcpp-pcapng-example.pcapng.zst",
                    NO_TIME,
                    "pcap-format/suri-defrag-tcp-syn.pcap",
                    "a TCP header in fragments of 8 bytes: tshark joins them, to us the first ends"
                            + " inside the header",
                    "pcap-scan/ddos-amp.UDP.bacnet.IOT.37810.pcapng",
                    "we test ZMap's ip_id on UDP as well, and one of 9,617 answers of BACnet"
                            + " devices bears it by chance");

    @TestFactory
    Stream<DynamicTest> counts_of_real_captures_equal_those_of_tshark() throws IOException {
        List<Map<String, String>> files = TestData.table("summary.tsv");
        Map<String, List<Map<String, String>>> tcp = byFile("tcp_dst_ports.tsv");
        Map<String, List<Map<String, String>>> udp = byFile("udp_dst_ports.tsv");
        Map<String, List<Map<String, String>>> sources = byFile("sources.tsv");
        return files.stream()
                .filter(row -> !row.getOrDefault("file", "").startsWith("pcap-corrupt/"))
                .map(row ->
                        DynamicTest.dynamicTest(
                                row.getOrDefault("file", ""),
                                () -> {
                                    String file = row.getOrDefault("file", "");
                                    Found found =
                                            new Found(
                                                    Watching.watch(
                                                            TestData.folder().resolve(file), 1));
                                    List<String> differences = new ArrayList<>();
                                    compare(differences, "syn", row, "syn_noack", found.syn);
                                    compare(
                                            differences,
                                            "mirai",
                                            row,
                                            "seq_eq_dst",
                                            found.marks[0]);
                                    compare(
                                            differences,
                                            "masscan",
                                            row,
                                            "masscan_ipid",
                                            found.marks[1]);
                                    compare(differences, "zmap", row, "ipid_54321", found.marks[2]);
                                    ports(
                                            differences,
                                            "tcp",
                                            tcp.getOrDefault(file, List.of()),
                                            found.tcp,
                                            found.tcpSyn);
                                    ports(
                                            differences,
                                            "udp",
                                            udp.getOrDefault(file, List.of()),
                                            found.udp,
                                            null);
                                    who(
                                            differences,
                                            row,
                                            sources.getOrDefault(file, List.of()),
                                            found);
                                    if (EXPLAINED.containsKey(file)) {
                                        assertThat(differences)
                                                .as(EXPLAINED.get(file))
                                                .isNotEmpty();
                                    } else {
                                        assertThat(differences).as(file).isEmpty();
                                    }
                                }));
    }

    private static Map<String, List<Map<String, String>>> byFile(String table) throws IOException {
        Map<String, List<Map<String, String>>> files = new HashMap<>();
        for (Map<String, String> row : TestData.table(table)) {
            files.computeIfAbsent(row.getOrDefault("file", ""), _ -> new ArrayList<>()).add(row);
        }
        return files;
    }

    private static void compare(
            List<String> into, String what, Map<String, String> row, String column, long ours) {
        long theirs = Long.parseLong(row.getOrDefault(column, "0"));
        if (theirs != ours) {
            into.add(what + ": tshark " + theirs + ", ours " + ours);
        }
    }

    private static void ports(
            List<String> into,
            String protocol,
            List<Map<String, String>> golden,
            Map<Integer, Long> packets,
            @Nullable Map<Integer, Long> syn) {
        Set<Integer> rest = new TreeSet<>(packets.keySet());
        for (Map<String, String> row : golden) {
            int port = Integer.parseInt(row.getOrDefault(protocol + "_dstport", "0"));
            rest.remove(port);
            compare(into, protocol + " " + port, row, "packets", packets.getOrDefault(port, 0L));
            if (syn != null) {
                compare(
                        into,
                        protocol + " " + port + " syn",
                        row,
                        "syn_noack",
                        syn.getOrDefault(port, 0L));
            }
        }
        rest.forEach(port -> into.add(protocol + " " + port + ": only ours, " + packets.get(port)));
    }

    private static void who(
            List<String> into,
            Map<String, String> summary,
            List<Map<String, String>> golden,
            Found found) {
        for (Map<String, String> row : golden) {
            String name = row.getOrDefault("src", "");
            if (name.isEmpty()) {
                continue;
            }
            Who who = found.who.getOrDefault(IpAddress.parse(name), new Who());
            compare(into, name + " syn", row, "syn_noack", who.syn);
            compare(into, name + " mirai", row, "seq_eq_dst", who.mirai);
            compare(into, name + " masscan", row, "masscan_ipid", who.masscan);
            compare(into, name + " zmap", row, "ipid_54321", who.zmap);
            compare(into, name + " udp", row, "udp_packets", who.udp);
            compare(into, name + " syn ports", row, "uniq_dstport_syn", who.synPorts.size());
            long targets = Long.parseLong(row.getOrDefault("uniq_dst_syn", "0"));
            double estimate = who.synTargets.estimate();
            // exact up to 1,024, beyond within four standard errors
            double slack = who.synTargets.isExact() ? 0 : 4 * Distinct.RELATIVE_ERROR * targets;
            if (who.pureSyn && Math.abs(estimate - targets) > slack) {
                into.add(name + " targets: tshark " + targets + ", ours " + estimate);
            }
        }
    }

    private static final class Who {
        long syn;
        long mirai;
        long masscan;
        long zmap;
        long udp;
        final Set<Integer> synPorts = new HashSet<>();

        /// Every row with SYNs had nothing but TCP, so that its targets are those of SYNs.
        boolean pureSyn = true;

        final Distinct synTargets = new Distinct();
    }

    /// The summary in tshark's words.
    private static final class Found {
        final Map<Integer, Long> tcp = new TreeMap<>();
        final Map<Integer, Long> tcpSyn = new TreeMap<>();
        final Map<Integer, Long> udp = new TreeMap<>();
        final Map<IpAddress, Who> who = new HashMap<>();
        final long[] marks = new long[4];
        long syn;

        Found(Summary summary) {
            for (Summary.SourceCursor row = summary.sources(); row.next(); ) {
                int port = row.port() & 0xFFFF;
                Who source =
                        who.computeIfAbsent(new IpAddress(row.high(), row.low()), _ -> new Who());
                Protocol protocol = Protocol.values()[row.port() >>> 16];
                if (protocol == Protocol.TCP) {
                    tcp.merge(port, row.packets(), Long::sum);
                    tcpSyn.merge(port, row.syn(), Long::sum);
                    syn += row.syn();
                    source.syn += row.syn();
                    if (row.syn() > 0) {
                        source.synPorts.add(port);
                    }
                    source.synTargets.merge(row.targets());
                } else if (protocol == Protocol.UDP) {
                    udp.merge(port, row.packets(), Long::sum);
                    source.udp += row.packets();
                }
                for (int m = 0; m < 4; m++) {
                    marks[m] += row.mark(m);
                }
                source.mirai += row.mark(0);
                source.masscan += row.mark(1);
                source.zmap += row.mark(2);
            }
        }
    }
}

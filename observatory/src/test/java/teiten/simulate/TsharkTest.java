package teiten.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.net.Port;
import teiten.net.Protocol;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The truth against tshark's reading of the same file, by the fields that the golden answers use.
class TsharkTest {
    private static final List<String> FIELDS =
            List.of(
                    "ip.src",
                    "ipv6.src",
                    "ip.dst",
                    "ip.id",
                    "ip.ttl",
                    "tcp.dstport",
                    "udp.dstport",
                    "tcp.seq_raw",
                    "tcp.flags",
                    "tcp.window_size_value",
                    "icmp.type",
                    "icmp.code",
                    "icmpv6.type",
                    "ip.checksum.status",
                    "tcp.checksum.status",
                    "udp.checksum.status");

    private final Map<Port, long[]> counts = new HashMap<>();
    private final Map<Port, Set<String>> sources = new HashMap<>();
    private final Set<String> allSources = new HashSet<>();
    private long packets;
    private long zmap;
    private long wrongChecksums;

    @Test
    void truth_equals_what_tshark_counts(@TempDir Path directory) throws Exception {
        Settings settings = Scenario.DEMO.defaults().withPackets(40_000);
        Truth truth = Simulation.write(Scenario.DEMO, settings, directory).getFirst();

        tshark(truth.capture());

        assertThat(packets).isEqualTo(truth.totals().packets());
        assertThat(allSources).hasSize((int) truth.totals().sources());
        assertThat(zmap).isEqualTo(truth.totals().marks().zmap());
        assertThat(wrongChecksums).isZero();
        assertThat(counts).hasSameSizeAs(truth.ports());
        for (Truth.PortCount port : truth.ports()) {
            long[] count = counts.get(port.port());
            assertThat(count)
                    .as("packets, syn, mirai, masscan of %s", port.port())
                    .containsExactly(
                            port.packets(),
                            port.syn(),
                            port.marks().mirai(),
                            port.marks().masscan());
            assertThat(sources.get(port.port()))
                    .as("sources of %s", port.port())
                    .hasSize((int) port.sources());
        }
    }

    private void tshark(Path capture) throws IOException, InterruptedException {
        List<String> command =
                new java.util.ArrayList<>(
                        List.of(
                                "tshark",
                                "-n",
                                "-r",
                                capture.toString(),
                                "-T",
                                "fields",
                                "-E",
                                "separator=/t",
                                "-E",
                                "occurrence=f",
                                "-o",
                                "tcp.relative_sequence_numbers:FALSE",
                                "-o",
                                "ip.check_checksum:TRUE",
                                "-o",
                                "tcp.check_checksum:TRUE",
                                "-o",
                                "udp.check_checksum:TRUE"));
        for (String field : FIELDS) {
            command.add("-e");
            command.add(field);
        }
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException _) {
            Assumptions.abort("skipped: needs tshark");
            return;
        }
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                count(line.split("\t", -1));
            }
        }
        assertThat(process.waitFor()).isZero();
    }

    private void count(String[] f) {
        packets++;
        String source = f[0].isEmpty() ? f[1] : f[0];
        allSources.add(source);
        int id = f[3].isEmpty() ? -1 : Integer.decode(f[3]);
        zmap += id == 54321 ? 1 : 0;
        boolean icmp = !f[10].isEmpty() || !f[12].isEmpty();
        for (int i = 13; i < 16 && !icmp; i++) {
            wrongChecksums += f[i].isEmpty() || f[i].equals("1") ? 0 : 1;
        }
        Port port = port(f, icmp);
        long[] count = counts.computeIfAbsent(port, _ -> new long[4]);
        count[0]++;
        sources.computeIfAbsent(port, _ -> new HashSet<>()).add(source);
        if (port.protocol() == Protocol.TCP && (Integer.decode(f[8]) & 0x12) == 2) {
            count[1]++;
            if (!f[2].isEmpty()) {
                long sequence = Long.parseLong(f[7]);
                long target = teiten.net.IpAddress.parse(f[2]).v4Bits() & 0xFFFFFFFFL;
                count[2] += sequence == target ? 1 : 0;
                count[3] += id == ((target ^ port.number() ^ sequence) & 0xFFFF) ? 1 : 0;
            }
        }
    }

    private static Port port(String[] f, boolean icmp) {
        if (!f[12].isEmpty()) {
            return new Port(Protocol.ICMP6, Integer.parseInt(f[12]) << 8);
        }
        if (icmp) {
            int code = Integer.parseInt(f[10]) << 8 | Integer.parseInt(f[11]);
            return new Port(Protocol.ICMP, code);
        }
        return f[5].isEmpty()
                ? new Port(Protocol.UDP, Integer.parseInt(f[6]))
                : new Port(Protocol.TCP, Integer.parseInt(f[5]));
    }
}

package teiten.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// The shapes that field facts §3 and §6 state, looked for in the bytes of a written capture.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeaderShapesTest {
    private List<PcapWalk.Packet> packets = List.of();

    @BeforeAll
    void write(@TempDir Path directory) throws IOException {
        Settings settings = Scenario.DEMO.defaults().withPackets(60_000);
        Truth truth = Simulation.write(Scenario.DEMO, settings, directory).getFirst();
        packets = PcapWalk.read(truth.capture());
    }

    private Stream<PcapWalk.Packet> syns() {
        return packets.stream().filter(p -> p.v4() && p.syn());
    }

    private static String options(PcapWalk.Packet packet) {
        return HexFormat.of().formatHex(packet.options());
    }

    @Test
    void every_checksum_holds_and_every_frame_is_long_enough_for_ethernet() {
        assertThat(packets).allMatch(PcapWalk.Packet::checksumsHold);
        assertThat(packets).allMatch(p -> p.frame().limit() >= 60);
        assertThat(packets).allMatch(p -> p.frame().limit() >= 14 + p.ipLength());
        assertThat(packets).anyMatch(p -> !p.v4());
    }

    @Test
    void mirai_sends_the_destination_as_sequence_from_a_linux_ttl_without_options() {
        List<PcapWalk.Packet> marked = syns().filter(p -> p.sequence() == p.target()).toList();

        assertThat(marked).hasSizeGreaterThan(5_000);
        assertThat(marked).allMatch(p -> p.ttl() >= 40 && p.ttl() <= 59);
        assertThat(marked).allMatch(p -> p.options().length == 0);
    }

    @Test
    void zmap_before_4_1_0_bears_its_identification_and_since_then_a_desktop_s_options() {
        List<PcapWalk.Packet> old =
                syns().filter(p -> p.id() == 54321 && p.window() == 65535).toList();
        List<PcapWalk.Packet> recent =
                syns().filter(p -> p.ttl() >= 231 && p.window() == 65535 && p.id() != 54321)
                        .toList();

        assertThat(old).hasSizeGreaterThan(500);
        assertThat(old).allMatch(p -> p.ttl() >= 231 && p.ttl() <= 250);
        assertThat(recent).hasSizeGreaterThan(500);
        assertThat(recent).allMatch(p -> options(p).equals("020405b40103030801010402"));
    }

    @Test
    void masscan_s_identification_is_made_of_target_port_and_sequence_and_both_versions_occur() {
        List<PcapWalk.Packet> marked =
                syns().filter(p -> p.id() == ((p.target() ^ p.port() ^ p.sequence()) & 0xFFFF))
                        .toList();

        List<PcapWalk.Packet> old = marked.stream().filter(p -> p.window() == 1024).toList();
        List<PcapWalk.Packet> recent = marked.stream().filter(p -> p.window() == 1025).toList();
        assertThat(old).hasSizeGreaterThan(200).allMatch(p -> p.options().length == 0);
        assertThat(recent).hasSizeGreaterThan(500).allMatch(p -> options(p).equals("020405b4"));
    }

    @Test
    void two_sequence_numbers_of_one_nmap_scan_differ_by_equal_halves() {
        List<PcapWalk.Packet> nmap =
                syns().filter(p -> p.window() == 1024 && options(p).equals("020405b4")).toList();

        assertThat(nmap).hasSizeGreaterThan(100);
        int pairs = 0;
        for (int i = 1; i < nmap.size(); i++) {
            PcapWalk.Packet a = nmap.get(i - 1);
            PcapWalk.Packet b = nmap.get(i);
            boolean sameScan =
                    a.source() == b.source()
                            && a.u16(a.transport()) == b.u16(b.transport())
                            && b.micros() - a.micros() < 60_000_000;
            if (sameScan) {
                int x = a.sequence() ^ b.sequence();
                assertThat(x >>> 16).isEqualTo(x & 0xFFFF);
                pairs++;
            }
        }
        assertThat(pairs).isGreaterThan(50);
    }

    @Test
    void a_probe_to_53413_is_the_scanners_18_bytes_and_nothing_else() {
        List<PcapWalk.Packet> probes =
                packets.stream()
                        .filter(p -> p.v4() && p.protocol() == 17 && p.port() == 53413)
                        .toList();

        assertThat(probes).hasSizeGreaterThan(100);
        assertThat(probes)
                .allMatch(p ->
                        HexFormat.of()
                                .formatHex(p.udpPayload())
                                .equals("0a" + "00".repeat(13) + "9e21bdad"));
    }

    @Test
    void windows_machines_knock_at_445_with_their_ttl() {
        assertThat(syns().filter(p -> p.port() == 445 && p.ttl() >= 104 && p.ttl() <= 123))
                .hasSizeGreaterThan(1_000);
    }
}

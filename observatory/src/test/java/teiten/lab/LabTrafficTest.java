package teiten.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import teiten.lab.Behaviour.Controller;
import teiten.lab.Behaviour.Target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// The captures that an earlier, separate lab made of the same program on other CPUs; the counts were checked with
/// `tshark -Y 'tcp.flags.syn==1 && tcp.flags.ack==0' -T fields -e tcp.dstport | sort | uniq -c`.
final class LabTrafficTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"arm", "mips", "ppc", "sh4", "x86_64"})
    void A_capture_of_another_lab_gives_the_same_finding(String cpu) throws IOException {
        LabTraffic traffic =
                LabTraffic.read(Programs.shared().resolve("lab-captures/" + cpu + ".pcap"));

        List<Controller> controllers = Findings.controllers(traffic, traffic.startNanos());

        assertThat(traffic.names()).containsExactly("controller.teiten.test");
        assertThat(controllers).extracting(Controller::port).containsExactly(48101);
        assertThat(Findings.targets(traffic, controllers, traffic.startNanos()))
                .extracting(t -> t.service() + " " + t.attempts() + " " + t.addresses())
                .containsExactlyInAnyOrder("tcp/23 180 180", "tcp/2323 20 20", "udp/53413 50 50");
        assertThat(Findings.targets(traffic, controllers, traffic.startNanos()))
                .extracting(Target::mirai)
                .containsOnly(0L);
        assertThat(traffic.overflow()).isZero();
    }

    @Test
    void A_capture_cut_or_altered_anywhere_is_read_to_the_damage_without_a_fault()
            throws IOException {
        byte[] whole = Files.readAllBytes(Programs.shared().resolve("lab-captures/mips.pcap"));
        Path file = folder.resolve("cut.pcap");
        java.util.Random chance = new java.util.Random(48);
        for (int length = 0; length < 1_500; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(LabTraffic.read(file).packets()).isLessThan(20);
            byte[] altered = Arrays.copyOf(whole, 4_000);
            for (int k = 0; k < 20; k++) {
                altered[chance.nextInt(altered.length)] = (byte) chance.nextInt();
            }
            Files.write(file, altered);
            Findings.controllers(LabTraffic.read(file), 0);
        }
    }
}

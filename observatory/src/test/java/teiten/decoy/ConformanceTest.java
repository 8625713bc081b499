package teiten.decoy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import teiten.decoy.device.Device;
import teiten.decoy.device.DeviceCatalog;
import teiten.decoy.telnet.TelnetConversation;
import teiten.session.Door;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The public files of `conformance/`, each on every device over a real loopback connection.
class ConformanceTest {
    @TestFactory
    Stream<DynamicTest> every_loader_finds_what_it_expects_on_every_device() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : ConformanceSuite.files()) {
            for (Device device : DeviceCatalog.bundled(1).devices()) {
                String name = file.getFileName() + " on " + device.name();
                tests.add(DynamicTest.dynamicTest(name, () -> play(file, device)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(60);
        return tests.stream();
    }

    private static void play(Path file, Device device) throws IOException {
        DeviceCatalog catalog = DeviceCatalog.bundled(1).only(device.name());
        try (House house =
                        new House(
                                "test",
                                catalog,
                                LoginPolicy.LISTED,
                                Limits.DEFAULT,
                                new Counters(),
                                new Collected(),
                                InstantSource.system());
                TcpDoor door =
                        new TcpDoor(
                                house,
                                Door.TELNET,
                                "telnet",
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                false,
                                TelnetConversation::hold);
                TelnetClient client = new TelnetClient(door.port())) {
            ConformanceSuite.play(file, device, client);
            assertThat(house.counters().get(Counter.FAULTS)).isZero();
        }
    }
}

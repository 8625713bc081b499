package teiten.lab.inside;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import teiten.lab.Lab;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A packet socket on every interface of the host, while a fixture searches behind the seal and the proof connects to
/// the host's own gateway.
final class OutsideTest {
    private static final int LOOPBACK = 1;

    @Test
    void While_a_sample_searches_no_interface_of_the_host_carries_a_packet_of_it()
            throws Exception {
        Path root = Path.of(System.getProperty("teiten.root", "..")).toAbsolutePath().normalize();
        Path fixture = root.resolveSibling("shared/data/elf/own/tiny.mips32r2-be");
        Assumptions.assumeTrue(Files.exists(fixture), "skipped: needs ../shared/data");
        Assumptions.assumeTrue(
                Lab.check().stream().allMatch(part -> part.holds()),
                "skipped: needs the lab; see teiten lab check");
        try (Arena arena = Arena.ofShared()) {
            Kernel kernel = new Kernel(arena);
            long listener = kernel.call(Kernel.SOCKET, 17, 3 | 0x80000 | 0x800, 0x0300, 0, 0, 0);
            Assumptions.assumeTrue(
                    listener >= 0, "skipped: needs root to listen on the host's interfaces");
            Listener heard = new Listener(kernel, arena, (int) listener);

            try (Lab lab = Lab.open();
                    DatagramSocket control = new DatagramSocket()) {
                // The listener must be able to hear: one datagram to ourselves over the loopback.
                control.send(
                        new DatagramPacket(
                                new byte[] {7}, 1, InetAddress.getLoopbackAddress(), 53413));
                lab.run(Files.readAllBytes(fixture), 15, null);
            }
            heard.read();
            kernel.close((int) listener);

            assertThat(heard.control).isPositive();
            assertThat(heard.leaked).isEmpty();
        }
    }

    /// Reads what the socket holds: bytes 4 to 8 of the packet address are the interface's number.
    private static final class Listener {
        private final Kernel kernel;
        private final Arena arena;
        private final int socket;
        private final Set<ByteBuffer> host;
        final List<String> leaked = new ArrayList<>();
        int control;

        Listener(Kernel kernel, Arena arena, int socket) throws IOException {
            this.kernel = kernel;
            this.arena = arena;
            this.socket = socket;
            host =
                    NetworkInterface.networkInterfaces()
                            .flatMap(NetworkInterface::inetAddresses)
                            .map(address -> ByteBuffer.wrap(address.getAddress()))
                            .collect(Collectors.toSet());
            kernel.option("listener", socket, 1, 33, 64 << 20, arena);
        }

        void read() throws IOException {
            MemorySegment data = arena.allocate(2_048);
            MemorySegment from = arena.allocate(20, 8);
            MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, 20);
            while (true) {
                size.set(ValueLayout.JAVA_INT, 0, 20);
                long length =
                        kernel.call(
                                Kernel.RECVFROM,
                                socket,
                                data.address(),
                                2_048,
                                0,
                                from.address(),
                                size.address());
                if (length < 0) {
                    break;
                }
                byte[] frame =
                        data.asSlice(0, Math.min(length, 2_048)).toArray(ValueLayout.JAVA_BYTE);
                int interfaceNumber = from.get(ValueLayout.JAVA_INT, 4);
                if (interfaceNumber == LOOPBACK) {
                    control++;
                } else if (ofTheSample(frame)) {
                    leaked.add(
                            "interface "
                                    + interfaceNumber
                                    + ": "
                                    + java.util.HexFormat.of().formatHex(frame));
                }
            }
            try (Stream<Path> all = Files.list(Path.of("/sys/class/net"))) {
                assertThat(all.count()).isPositive();
            }
        }

        /// Addresses that only the sample and the lab use: 10.0.2.0/24, 198.18.0.0/15, 203.0.113.0/24, 192.0.2.0/24.
        /// The host's own address may be among them: what it has to do with others is not the sample's.
        private boolean ofTheSample(byte[] frame) {
            if (frame.length < 34 || frame[12] != 8 || frame[13] != 0) {
                return false;
            }
            return ours(frame, 26) || ours(frame, 30);
        }

        private boolean ours(byte[] frame, int at) {
            if (host.contains(ByteBuffer.wrap(frame, at, 4))) {
                return false;
            }
            int a = frame[at] & 255;
            int b = frame[at + 1] & 255;
            int c = frame[at + 2] & 255;
            return a == 10 && b == 0 && c == 2
                    || a == 198 && (b == 18 || b == 19)
                    || a == 203 && b == 0 && c == 113
                    || a == 192 && b == 0 && c == 2;
        }
    }
}

package teiten.decoy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import teiten.decoy.device.Device;
import teiten.decoy.device.DeviceCatalog;
import teiten.decoy.telnet.TelnetConversation;
import teiten.net.IpAddress;
import teiten.session.Door;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.SplittableRandom;

/// Half a million hostile Telnet conversations, or `-Dteiten.fuzz=N` times as many. The seed is fixed: a failure repeats.
class TelnetFuzzTest {
    private static final int TIMES = Integer.getInteger("teiten.fuzz", 1);
    private static final Limits LIMITS =
            new Limits(
                    10,
                    10,
                    true,
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(5),
                    4096,
                    1 << 24,
                    4,
                    4096);

    @Test
    void half_a_million_conversations_of_noise_end_in_order() throws IOException {
        Counters counters = new Counters();
        DeviceCatalog catalog = DeviceCatalog.bundled(1);
        SplittableRandom random = new SplittableRandom(23);
        long answered = 0;
        try (House house =
                new House(
                        "fuzz",
                        catalog,
                        LoginPolicy.ANY,
                        LIMITS,
                        counters,
                        new Nowhere(),
                        InstantSource.system())) {
            Device device = catalog.devices().getFirst();
            House.Peer peer =
                    new House.Peer(IpAddress.v4(0x7F000001), 1, IpAddress.v4(0x7F000001), 23);
            for (int i = 0; i < 500_000 * TIMES; i++) {
                Gate.Pass pass =
                        Objects.requireNonNull(house.gate().admit(peer.source(), () -> {}));
                VisitLog log = house.visit(Door.TELNET, device, peer);
                ByteArrayOutputStream out = new ByteArrayOutputStream(256);
                byte[] noise = noise(random);
                Counter how =
                        TelnetConversation.hold(
                                new House.Caller(
                                        house,
                                        log,
                                        device,
                                        pass,
                                        new ByteArrayInputStream(noise),
                                        out));
                log.close(pass.leave(how).reason());
                answered += out.size();
            }
        }
        assertThat(answered).isGreaterThan(500_000L * TIMES * 20);
        assertThat(counters.get(Counter.ACCEPTED)).isEqualTo(500_000L * TIMES);
        assertThat(counters.get(Counter.LOGINS)).isGreaterThan(10_000);
        assertThat(counters.get(Counter.COMMANDS)).isGreaterThan(10_000);
    }

    /// Bytes in which Telnet's own, line ends and logins are frequent. A failed login would cost a pause: it never
    /// comes to a whole wrong pair.
    private static byte[] noise(SplittableRandom random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64);
        if (random.nextInt(8) == 0) {
            out.writeBytes(
                    "root\r\nroot\r\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        }
        int n = random.nextInt(24);
        int ends = 0;
        boolean loggedIn = out.size() > 0;
        for (int i = 0; i < n; i++) {
            switch (random.nextInt(6)) {
                case 0 -> out.write(255);
                case 1 -> out.write(240 + random.nextInt(16));
                case 2 -> {
                    if (loggedIn || ends++ == 0) {
                        out.write(random.nextBoolean() ? '\r' : '\n');
                    }
                }
                case 3 ->
                        out.write(
                                random.nextInt(32) == 13
                                        ? 14
                                        : "\003\004\b\t\025\033\177[".charAt(random.nextInt(8)));
                default -> {
                    int b = random.nextInt(256);
                    out.write(loggedIn || b != '\r' && b != '\n' ? b : 'x');
                }
            }
        }
        return out.toByteArray();
    }

    /// Keeps nothing.
    private static final class Nowhere implements Evidence {
        @Override
        public void record(teiten.session.Event event) {}

        @Override
        public void keep(String sha256, byte[] bytes) {}
    }
}

package teiten.telescope;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import teiten.OperatorMistake;
import teiten.capture.Batch;
import teiten.capture.Capture;
import teiten.capture.CaptureWriter;
import teiten.capture.LinkType;
import teiten.capture.PacketReader;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// The hot lane (reading, decoding, summing) allocates nothing per packet once it is warm: not for IPv4, not for IPv6,
/// not for hostile bytes, with no link type, from no kind of reader. What it allocates when an interval ends is bounded.
///
/// The meter is the virtual machine's own count of the bytes that this thread allocated.
class AllocationTest {
    private static final ThreadMXBean METER = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Bytes in a whole pass: room for what the virtual machine itself does when it goes over to newly compiled code,
    /// and a fortieth of a byte a packet.
    private static final long NOTHING = 1_024;

    private static final int PACKETS = 40_000;

    /// A set of few addresses is put in order once in 1,024 additions or more, and the JDK's sort then takes half a
    /// kilobyte to look for runs: half a byte a packet at most, while a set is small.
    private static final long SETTLING = 544L * (PACKETS / 1_024 + 1);

    private static final int PASSES = 40;
    private static final long MINUTE =
            1_700_000_040_000_000_000L / 60_000_000_000L * 60_000_000_000L;

    @TempDir Path folder;

    private static volatile byte @Nullable [] kept;

    @Test
    void the_meter_sees_a_lane_that_allocates_a_few_bytes_a_packet() throws IOException {
        Path file = folder.resolve("v4.pcap");
        write(file, LinkType.ETHERNET, AllocationTest::v4, MINUTE, 0);
        try (Capture capture = Capture.open(file)) {
            Lane lane = new Lane();
            long least = Long.MAX_VALUE;
            for (int pass = 0; pass < PASSES; pass++) {
                PacketReader reader = capture.reader();
                long before = METER.getCurrentThreadAllocatedBytes();
                while (lane.read(reader)) {
                    for (int i = 0; i < lane.batch.size; i++) {
                        kept = new byte[8];
                    }
                }
                least = Math.min(least, METER.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).isGreaterThanOrEqualTo(24L * PACKETS);
        }
    }

    @TestFactory
    Stream<DynamicTest> a_pass_over_packets_of_one_minute_allocates_nothing() {
        List<DynamicTest> tests = new ArrayList<>();
        for (LinkType link : LinkType.values()) {
            tests.add(steady(link, "IPv4", AllocationTest::v4));
            tests.add(steady(link, "IPv6", AllocationTest::v6));
            tests.add(steady(link, "hostile bytes", hostile(link)));
        }
        return tests.stream();
    }

    private DynamicTest steady(LinkType link, String what, Packets packets) {
        return DynamicTest.dynamicTest(
                link + ", " + what,
                () -> {
                    Path file = folder.resolve(link + what.replace(' ', '-') + ".pcap");
                    write(file, link, packets, MINUTE, 0);
                    try (Capture capture = Capture.open(file)) {
                        Lane lane = new Lane();
                        assertThat(lane.leastOfPasses(capture)).isLessThan(NOTHING);
                        assertThat(lane.packets).isEqualTo((long) PACKETS * PASSES);
                    }
                });
    }

    @Test
    void
            packets_of_the_corrupt_captures_allocate_no_more_than_small_sets_do_whatever_link_they_claim()
                    throws IOException {
        // given every packet of every corrupt capture, in a file for each link type
        List<byte[]> packets = corrupt();
        for (LinkType link : LinkType.values()) {
            Path file = folder.resolve("corrupt-" + link + ".pcap");
            write(file, link, (i, _) -> packets.get(i % packets.size()), MINUTE, 0);
            try (Capture capture = Capture.open(file)) {
                assertThat(new Lane().leastOfPasses(capture))
                        .as(link.name())
                        .isLessThan(NOTHING + SETTLING);
            }
        }
    }

    @Test
    void a_stream_allocates_nothing_per_packet() throws IOException {
        // given a stream that brings the same packets over and over, beginning with a file header
        Path file = folder.resolve("v4.pcap");
        write(file, LinkType.ETHERNET, AllocationTest::v4, MINUTE, 0);
        byte[] bytes = Files.readAllBytes(file);
        try (Capture capture = Capture.of(new Endless(bytes), "endless")) {
            PacketReader reader = capture.reader();
            Lane lane = new Lane();
            long least = Long.MAX_VALUE;
            for (int pass = 0; pass < PASSES; pass++) {
                long before = METER.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < PACKETS / Batch.CAPACITY; i++) {
                    lane.read(reader);
                }
                least = Math.min(least, METER.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).isLessThan(NOTHING);
        }
    }

    @Test
    void closing_minutes_and_hours_allocates_little_and_the_same_each_time() throws IOException {
        // given 40,000 packets over four hours: 240 minutes end, and four hours
        Path file = folder.resolve("hours.pcap");
        write(file, LinkType.ETHERNET, AllocationTest::v4, MINUTE, 360_000_000L);
        try (Capture capture = Capture.open(file)) {
            long least = new Lane().leastOfPasses(capture);
            assertThat(least / 240).as("bytes a minute, hours included").isLessThan(2_048);
        }
    }

    /// What one worker does, with what it completes thrown away.
    private static final class Lane {
        final Batch batch = new Batch();
        final Decoder decoder = new Decoder(1, 42);
        final Decoded decoded = new Decoded(1);
        final Telescope telescope =
                new Telescope(0, 1, 42, 1 << 18, Telescope.SHORTEST_TIMEOUT, new Nowhere());
        long clock;
        long packets;

        Lane() {
            telescope.keepTuples(1 << 16);
        }

        boolean read(PacketReader reader) {
            if (!reader.next(batch)) {
                return false;
            }
            decoder.decode(batch, clock, decoded);
            clock = Decoder.clock(batch, clock);
            telescope.add(decoded);
            packets += batch.size;
            return true;
        }

        long leastOfPasses(Capture capture) {
            long least = Long.MAX_VALUE;
            for (int pass = 0; pass < PASSES; pass++) {
                PacketReader reader = capture.reader();
                long before = METER.getCurrentThreadAllocatedBytes();
                while (read(reader)) {
                    // reads on
                }
                least = Math.min(least, METER.getCurrentThreadAllocatedBytes() - before);
            }
            return least;
        }
    }

    private static final class Nowhere implements Sink {
        @Override
        public void segments(SegmentBlock block) {}

        @Override
        public void tuples(TupleBlock block) {}

        @Override
        public void minute(int minute, byte[] image, int length, long packets) {}

        @Override
        public void hour(int hour, PortTable ports) {}

        @Override
        public void day(int day, PortTable ports) {}
    }

    /// The file header once, then its records for ever.
    private static final class Endless extends InputStream {
        private final byte[] bytes;
        private int at;

        Endless(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            if (at == bytes.length) {
                at = 24;
            }
            return bytes[at++] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (at == bytes.length) {
                at = 24;
            }
            int n = Math.min(length, bytes.length - at);
            System.arraycopy(bytes, at, into, offset, n);
            at += n;
            return n;
        }
    }

    private interface Packets {
        byte[] packet(int number, LinkType link);
    }

    /// @param apart nanoseconds from packet to packet
    private static void write(Path file, LinkType link, Packets packets, long begin, long apart)
            throws IOException {
        try (CaptureWriter out = CaptureWriter.create(file, true, link.number())) {
            for (int i = 0; i < PACKETS; i++) {
                byte[] packet = packets.packet(i, link);
                long time = begin + (apart == 0 ? i : apart * i);
                out.packet(time, packet, 0, packet.length, packet.length);
            }
        }
    }

    /// A link header with an IP packet of the given kind behind it.
    private static ByteBuffer framed(LinkType link, boolean six, int ip) {
        int type = six ? 0x86DD : 0x0800;
        byte[] header =
                switch (link) {
                    case ETHERNET -> ByteBuffer.allocate(14).putShort(12, (short) type).array();
                    case RAW_IP -> new byte[0];
                    case BSD_NULL, BSD_LOOP -> ByteBuffer.allocate(4).putInt(six ? 30 : 2).array();
                    case LINUX_COOKED_V1 ->
                            ByteBuffer.allocate(16).putShort(14, (short) type).array();
                    case LINUX_COOKED_V2 ->
                            ByteBuffer.allocate(20).putShort(0, (short) type).array();
                };
        return ByteBuffer.allocate(header.length + ip).put(header);
    }

    private static byte[] v4(int number, LinkType link) {
        SplittableRandom random = new SplittableRandom(number);
        boolean udp = random.nextInt(4) == 0;
        int target = 0xC6120000 | random.nextInt(65_536);
        ByteBuffer b = framed(link, false, 44);
        b.putInt(0x4500002C)
                .putInt(random.nextInt() & 0xFFFF0000)
                .putShort((short) (40 << 8 | (udp ? 17 : 6)))
                .putShort((short) 0)
                .putInt(0x64400000 | random.nextInt(5_000))
                .putInt(target);
        transport(b, udp, random, target);
        return b.array();
    }

    private static byte[] v6(int number, LinkType link) {
        SplittableRandom random = new SplittableRandom(number);
        boolean udp = random.nextInt(4) == 0;
        ByteBuffer b = framed(link, true, 64);
        b.putInt(0x60000000)
                .putShort((short) 24)
                .putShort((short) ((udp ? 17 : 6) << 8 | 60))
                .putLong(0x2001_0DB8_0000_0000L)
                .putLong(random.nextInt(5_000))
                .putLong(0x2001_0DB8_FFFF_0000L)
                .putLong(random.nextInt(65_536));
        transport(b, udp, random, random.nextInt());
        return b.array();
    }

    private static void transport(ByteBuffer b, boolean udp, SplittableRandom random, int target) {
        b.putShort((short) (1024 + random.nextInt(60_000)))
                .putShort((short) (random.nextInt(3) > 0 ? 23 : random.nextInt(2_000)));
        if (udp) {
            b.putShort((short) 24).putShort((short) 0).putLong(0).putLong(0);
        } else {
            b.putInt(random.nextInt(3) == 0 ? target : random.nextInt())
                    .putInt(0)
                    .putInt(0x6002_0400)
                    .putInt(0)
                    .putInt(0x0204_05B4);
        }
    }

    /// Packets cut anywhere, with any of their bytes changed.
    private static Packets hostile(LinkType link) {
        return (number, _) -> {
            SplittableRandom random = new SplittableRandom(number * 31L + link.ordinal());
            byte[] packet = random.nextBoolean() ? v4(number, link) : v6(number, link);
            for (int n = random.nextInt(6); n > 0; n--) {
                packet[random.nextInt(packet.length)] = (byte) random.nextInt();
            }
            return random.nextInt(3) == 0
                    ? Arrays.copyOf(packet, random.nextInt(packet.length))
                    : packet;
        };
    }

    private static List<byte[]> corrupt() throws IOException {
        List<byte[]> packets = new ArrayList<>();
        try (Stream<Path> files = Files.list(TestData.folder().resolve("pcap-corrupt"))) {
            for (Path file : files.sorted().toList()) {
                try (Capture capture = Capture.open(file)) {
                    PacketReader reader = capture.reader();
                    Batch batch = new Batch();
                    while (packets.size() < PACKETS && reader.next(batch)) {
                        for (int i = 0; i < batch.size; i++) {
                            packets.add(
                                    batch.bytes
                                            .asSlice(batch.offset[i], batch.captured[i])
                                            .toArray(ValueLayout.JAVA_BYTE));
                        }
                    }
                } catch (OperatorMistake _) {
                    // no capture at all: it has no packets to bring
                }
            }
        }
        assertThat(packets).isNotEmpty();
        return packets;
    }
}

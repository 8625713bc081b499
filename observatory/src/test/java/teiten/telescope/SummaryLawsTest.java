package teiten.telescope;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import teiten.capture.Batch;
import teiten.capture.Capture;
import teiten.capture.CaptureWriter;
import teiten.capture.PacketReader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/// However the packets are split over workers, stretches and files, and in whatever order the pieces meet, the figures
/// are the same.
class SummaryLawsTest {
    @TestFactory
    Stream<DynamicTest> one_two_and_eight_workers_give_the_identical_summary_of_every_capture()
            throws IOException {
        Path data = TestData.folder();
        try (Stream<Path> walk = Files.walk(data)) {
            List<Path> captures =
                    walk.filter(f -> f.toString().matches(".*\\.(pcap|pcapng|snoop|zst)"))
                            .filter(Files::isRegularFile)
                            .sorted()
                            .toList();
            return captures.stream()
                    .map(file ->
                            DynamicTest.dynamicTest(
                                    data.relativize(file).toString(),
                                    () -> {
                                        List<String> one =
                                                Watching.canonical(Watching.watch(file, 1));
                                        assertThat(Watching.canonical(Watching.watch(file, 2)))
                                                .isEqualTo(one);
                                        assertThat(Watching.canonical(Watching.watch(file, 8)))
                                                .isEqualTo(one);
                                    }));
        }
    }

    @TestFactory
    Stream<DynamicTest> the_outcomes_of_every_capture_add_up_to_its_packets() throws IOException {
        Path data = TestData.folder();
        return TestData.table("summary.tsv").stream()
                .map(row -> {
                    Path file = data.resolve(row.getOrDefault("file", ""));
                    return DynamicTest.dynamicTest(
                            row.getOrDefault("file", ""),
                            () -> {
                                long packets = 0;
                                try (Capture capture = Capture.open(file)) {
                                    PacketReader reader = capture.reader();
                                    Batch batch = new Batch();
                                    while (reader.next(batch)) {
                                        packets += batch.size;
                                    }
                                }
                                Summary summary = Watching.watch(file, 2);
                                assertThat(summary.outcomesSum()).isEqualTo(packets);
                                long used = 0;
                                for (Summary.SourceCursor source = summary.sources();
                                        source.next(); ) {
                                    used += source.packets();
                                }
                                long inMinutes = 0;
                                for (byte[] image : summary.minutes().values()) {
                                    PortImage.Reader reader = new PortImage.Reader(image);
                                    while (reader.next()) {
                                        inMinutes += reader.figures.packets;
                                    }
                                }
                                long usedByOutcome = 0;
                                for (Outcome outcome : Outcome.values()) {
                                    usedByOutcome +=
                                            outcome.used()
                                                    ? summary.outcomes()[outcome.ordinal()]
                                                    : 0;
                                }
                                assertThat(used).isEqualTo(usedByOutcome).isEqualTo(inMinutes);
                            });
                });
    }

    @Test
    void a_summary_of_stretches_in_any_order_equals_that_of_the_whole(@TempDir Path folder)
            throws IOException {
        // given a capture of some days with packets out of order, and scanners that meet many
        // addresses
        Path file = folder.resolve("generated.pcap");
        generate(file, 60_000, new Random(7));
        List<String> whole = Watching.canonical(Watching.watch(file, 1));

        // when it is read in stretches, by two workers, and the pieces are merged in several orders
        for (long order = 0; order < 4; order++) {
            ArrayList<Summary.Piece> pieces = new ArrayList<>();
            for (int shard = 0; shard < 2; shard++) {
                try (Capture capture = Capture.open(file)) {
                    Telescope telescope = new Telescope(shard, 2, 99 + order, 1 << 20);
                    PacketReader reader = capture.reader();
                    Batch batch = new Batch();
                    Random when = new Random(order);
                    while (reader.next(batch)) {
                        telescope.add(batch);
                        if (when.nextInt(5) == 0) {
                            pieces.add(telescope.harvest());
                        }
                    }
                    pieces.add(telescope.harvest());
                }
            }
            Collections.shuffle(pieces, new Random(order));
            Summary merged = new Summary();
            merged.add(new Telescope(0, 1, 1, 16).harvest()); // the empty piece is the identity
            pieces.forEach(merged::add);

            // then nothing tells it from the whole
            assertThat(Watching.canonical(merged)).isEqualTo(whole);
        }
    }

    @Test
    void a_table_that_is_too_small_gives_the_figures_of_one_that_is_not(@TempDir Path folder)
            throws IOException {
        // given twice as many sources as the smallest table has lines, IPv4 and IPv6 mixed, each of
        // which comes again and again
        Path file = folder.resolve("crowd.pcap");
        crowd(file, 60_000, new Random(13));
        List<String> whole = Watching.canonical(Watching.watch(file, 1, 1 << 22));

        // when the table is full every few thousand packets
        Summary small = Watching.watch(file, 2, 1_024);

        // then what was closed early is counted, and every source has its own packets
        assertThat(small.closedEarly()).isGreaterThan(20_000);
        assertThat(Watching.canonical(small)).isEqualTo(whole);
    }

    /// SYNs to port 23 of 20,000 sources, one in eight of them IPv6.
    private static void crowd(Path file, int packets, Random random) throws IOException {
        try (CaptureWriter out = CaptureWriter.create(file, true, 101)) {
            for (int i = 0; i < packets; i++) {
                int source = random.nextInt(20_000);
                boolean six = source % 8 == 0;
                ByteBuffer b = ByteBuffer.allocate(six ? 60 : 40);
                if (six) {
                    b.putInt(0x60000000).putShort((short) 20).putShort((short) (6 << 8 | 60));
                    b.putLong(0x2001_0DB8_0000_0000L).putLong(source);
                    b.putLong(0x2001_0DB8_FFFF_0000L).putLong(random.nextInt(65_536));
                } else {
                    b.putInt(0x45000028).putInt(random.nextInt() & 0xFFFF0000).putInt(0x40060000);
                    b.putInt(0x64400000 | source).putInt(0xC6120000 | random.nextInt(65_536));
                }
                b.putShort((short) 40_000).putShort((short) 23).putInt(random.nextInt());
                b.putInt(0).putInt(0x5002_0400).putInt(0);
                long time = 1_600_000_000_000_000_000L + i * 1_000_000L;
                out.packet(time, b.array(), 0, b.capacity(), b.capacity());
            }
        }
    }

    @Test
    void hours_and_days_are_their_minutes_rolled_up(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("generated.pcap");
        generate(file, 40_000, new Random(11));
        Summary summary = Watching.watch(file, 2);
        TreeMap<Integer, byte[]> hours = new TreeMap<>();
        summary.minutes()
                .forEach((minute, image) -> hours.merge(minute / 60, image, PortImage::merge));
        hours.forEach((hour, image) -> {
            PortImage.Reader ours =
                    new PortImage.Reader(Objects.requireNonNull(summary.hours().get(hour)));
            PortImage.Reader expected = new PortImage.Reader(image);
            Distinct all = new Distinct();
            long packets = 0;
            while (expected.next()) {
                assertThat(ours.next()).isTrue();
                assertThat(ours.figures.port).isEqualTo(expected.figures.port);
                assertThat(ours.figures.packets).isEqualTo(expected.figures.packets);
                assertThat(ours.sources().image()).isEqualTo(expected.sources().image());
                all.merge(expected.figures.sources);
                packets += expected.figures.packets;
            }
            assertThat(ours.next()).isTrue();
            assertThat(ours.figures.port).isEqualTo(PortImage.ALL_PORTS);
            assertThat(ours.figures.packets).isEqualTo(packets);
            assertThat(ours.sources().image()).isEqualTo(all.image());
            assertThat(ours.next()).isFalse();
        });
    }

    /// SYNs and datagrams of a few thousand sources over three days, one in twenty out of order.
    static void generate(Path file, int packets, Random random) throws IOException {
        try (CaptureWriter out = CaptureWriter.create(file, true, 101)) {
            long begin = 1_600_000_000_000_000_000L;
            byte[] packet = new byte[40];
            for (int i = 0; i < packets; i++) {
                long time = begin + 259_200_000_000_000L / packets * i;
                if (random.nextInt(20) == 0) {
                    time -= random.nextLong(7_200_000_000_000L);
                }
                int source = 0x64400000 | (int) Math.abs(random.nextGaussian() * 900);
                int target = 0xC6120000 | random.nextInt(65_536);
                boolean udp = random.nextInt(4) == 0;
                int port = random.nextInt(3) > 0 ? 23 : random.nextInt(2_000);
                ByteBuffer b = ByteBuffer.wrap(packet);
                b.putInt(0x45000028)
                        .putInt(random.nextInt())
                        .put(6, (byte) 0)
                        .put(7, (byte) 0)
                        .put((byte) (30 + random.nextInt(90)))
                        .put((byte) (udp ? 17 : 6))
                        .putShort((short) 0)
                        .putInt(source)
                        .putInt(target);
                b.putShort((short) (1024 + random.nextInt(60_000))).putShort((short) port);
                if (udp) {
                    b.putShort((short) 20).putShort((short) 0).putInt(0).putInt(0).putInt(0);
                } else {
                    b.putInt(random.nextBoolean() ? target : random.nextInt())
                            .putInt(0)
                            .putInt(0x5002_0400)
                            .putInt(0);
                }
                out.packet(time, packet, 0, 40, 40);
            }
        }
    }
}

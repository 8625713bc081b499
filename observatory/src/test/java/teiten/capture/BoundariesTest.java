package teiten.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class BoundariesTest {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    @TempDir Path folder;

    static List<Integer> packetsIn(Capture capture, long[] boundaries) {
        List<Integer> counts = new ArrayList<>();
        Batch batch = new Batch();
        for (int i = 1; i < boundaries.length; i++) {
            PacketReader part = capture.reader(boundaries[i - 1], boundaries[i]);
            int n = 0;
            while (part.next(batch)) {
                n += batch.size;
            }
            assertThat(part.damage()).isNull();
            assertThat(part.position()).isEqualTo(boundaries[i]);
            counts.add(n);
        }
        return counts;
    }

    @Test
    void a_capture_parts_into_ranges_of_about_the_same_length() {
        Written written = CaptureTest.classic(10_000);
        try (Capture capture = Capture.open(Written.into(folder, "a.pcap", written.bytes()))) {
            for (int parts : new int[] {1, 2, 3, 7}) {
                long[] boundaries = capture.boundaries(parts);
                assertThat(boundaries).hasSize(parts + 1);
                for (long boundary : boundaries) {
                    assertThat(written.boundaries).contains((int) boundary);
                }
                assertThat(packetsIn(capture, boundaries))
                        .allSatisfy(n ->
                                assertThat(n).isBetween(10_000 / parts - 50, 10_000 / parts + 50));
            }
        }
    }

    @Test
    void packets_that_hold_captures_do_not_mislead_the_parting() {
        // given: packets whose bytes are a pcap's records themselves, at another spacing
        byte[] inner = CaptureTest.classic(600).bytes();
        Written outer = Written.classic(LITTLE, 0xA1B2C3D4, 1);
        ByteBuffer all = ByteBuffer.allocate(24 + 40 * (16 + inner.length)).order(LITTLE);
        all.put(outer.bytes());
        List<Integer> ends = new ArrayList<>(List.of(24));
        for (int i = 0; i < 40; i++) {
            all.putInt(1_000_000).putInt(0).putInt(inner.length).putInt(inner.length).put(inner);
            ends.add(all.position());
        }
        // when
        try (Capture capture = Capture.open(Written.into(folder, "a.pcap", all.array()))) {
            long[] boundaries = capture.boundaries(5);
            // then
            assertThat(ends).containsAll(Arrays.stream(boundaries).mapToObj(b -> (int) b).toList());
            assertThat(packetsIn(capture, boundaries).stream().mapToInt(i -> i).sum())
                    .isEqualTo(40);
            assertThat(boundaries.length).isGreaterThan(3);
        }
    }

    @Test
    void damage_lies_in_the_last_range() {
        byte[] bytes = CaptureTest.classic(10_000).bytes();
        int at = CaptureTest.classic(10_000).packetEnds.get(3999);
        ByteBuffer.wrap(bytes).order(LITTLE).putInt(at + 8, 0xF0000000);
        try (Capture capture = Capture.open(Written.into(folder, "a.pcap", bytes))) {
            Reading whole = Reading.of(capture);
            assertThat(whole.damage())
                    .isEqualTo(new Damage(at, "a record claims 4,026,531,840 captured bytes"));
            long[] boundaries = capture.boundaries(4);
            int n = 0;
            for (int i = 1; i < boundaries.length; i++) {
                Reading part = Reading.rest(capture.reader(boundaries[i - 1], boundaries[i]));
                n += part.packets().size();
                assertThat(part.damage())
                        .isEqualTo(i == boundaries.length - 1 ? whole.damage() : null);
            }
            assertThat(n).isEqualTo(4000);
        }
    }
}

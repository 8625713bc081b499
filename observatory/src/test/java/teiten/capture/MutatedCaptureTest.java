package teiten.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;

import org.junit.jupiter.api.Test;

import teiten.OperatorMistake;

import java.io.ByteArrayInputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/// Altered captures of every format: no exception but the operator's mistake, packets inside their bytes, and the
/// mapped and the streamed way agree.
class MutatedCaptureTest {
    private static final List<byte[]> SEEDS =
            List.of(
                    Written.classic(ByteOrder.LITTLE_ENDIAN, 0xA1B2C3D4, 1, 60, 0, 74, 1).bytes(),
                    Written.classic(ByteOrder.BIG_ENDIAN, 0xA1B2CD34, 1, 60, 0, 74, 1).bytes(),
                    Written.pcapngOfEverything().bytes(),
                    Written.snoop(60, 0, 74, 1).bytes(),
                    Written.gzip(Written.pcapngOfEverything().bytes()),
                    Zstd.compress(Written.pcapngOfEverything().bytes()));

    @Test
    void altered_captures_are_read_or_refused() throws Exception {
        Random random = new Random(20_151_215);
        for (int round = 0; round < 4_000; round++) {
            int seed = random.nextInt(SEEDS.size());
            int changes = 1 + random.nextInt(12);
            long details = random.nextLong();
            try {
                readOrRefuse(seed, changes, details);
            } catch (Throwable broken) {
                throw new AssertionError(
                        "seed " + seed + ", " + changes + " changes, random " + details, broken);
            }
        }
    }

    private static void readOrRefuse(int seed, int changes, long random) throws Exception {
        byte[] bytes = alter(SEEDS.get(seed).clone(), changes, new Random(random));
        Reading streamed = null;
        try (Capture capture = Capture.of(new ByteArrayInputStream(bytes), "a stream")) {
            streamed = checked(capture.reader());
        } catch (OperatorMistake e) {
            assertThat(e.getMessage()).startsWith("a stream is ").doesNotContain("\n");
        }
        if (seed < 4 && streamed != null) {
            Path file = Files.createTempFile("altered", "");
            try {
                Files.write(file, bytes);
                try (Capture capture = Capture.open(file)) {
                    assertThat(checked(capture.reader())).isEqualTo(streamed);
                }
            } finally {
                Files.delete(file);
            }
        }
    }

    private static byte[] alter(byte[] bytes, int changes, Random random) {
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes[at] = random.nextBoolean() ? 0 : (byte) 0xFF;
                default -> {
                    int from = random.nextInt(bytes.length);
                    int n = Math.min(8, bytes.length - Math.max(at, from));
                    System.arraycopy(bytes, from, bytes, at, n);
                }
            }
        }
        return bytes;
    }

    private static Reading checked(PacketReader reader) {
        Batch batch = new Batch();
        List<Reading.Packet> packets = new java.util.ArrayList<>();
        while (reader.next(batch)) {
            MemorySegment bytes = batch.bytes;
            for (int i = 0; i < batch.size; i++) {
                assertThat(batch.captured[i]).isBetween(0, Math.min(batch.wire[i], 262_144));
                assertThat(batch.offset[i]).isBetween(0L, bytes.byteSize() - batch.captured[i]);
                assertThat(batch.link[i])
                        .isBetween((byte) -1, (byte) (LinkType.values().length - 1));
                packets.add(Reading.packet(batch, i));
            }
        }
        Damage damage = reader.damage();
        if (damage != null) {
            assertThat(damage.offset()).isEqualTo(reader.position());
            assertThat(damage.reason()).isNotBlank();
        }
        return new Reading(packets, reader.position(), damage);
    }
}

package teiten.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

class CaptureWriterTest {
    private static final long T = 1_700_000_000_123_456_789L;

    @Test
    void what_is_written_is_read_again() throws IOException {
        for (boolean nanoseconds : new boolean[] {true, false}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (CaptureWriter writer =
                    new CaptureWriter(out, nanoseconds, LinkType.LINUX_COOKED_V2.number())) {
                for (int i = 0; i < 20_000; i++) {
                    byte[] bytes = Written.packet(i, 80);
                    if (i % 2 == 0) {
                        writer.packet(T + i, bytes, 10, 60, 1500);
                    } else {
                        writer.packet(T + i, MemorySegment.ofArray(bytes), 10, 60, 1500);
                    }
                }
                writer.packet(T, new byte[262_144], 0, 262_144, 262_144);
                assertThat(writer.length()).isEqualTo(24 + 20_000 * 76 + 16 + 262_144);
            }
            try (Capture capture =
                    Capture.of(new ByteArrayInputStream(out.toByteArray()), "a stream")) {
                Reading reading = Reading.of(capture);
                assertThat(reading.damage()).isNull();
                assertThat(reading.packets()).hasSize(20_001);
                long expected = nanoseconds ? T + 19_999 : (T + 19_999) / 1000 * 1000;
                byte[] bytes = java.util.Arrays.copyOfRange(Written.packet(19_999, 80), 10, 70);
                assertThat(reading.packets().get(19_999))
                        .isEqualTo(
                                new Reading.Packet(
                                        expected,
                                        60,
                                        1500,
                                        LinkType.LINUX_COOKED_V2.ordinal(),
                                        java.util.Arrays.hashCode(bytes)));
            }
        }
    }

    @Test
    void the_bytes_are_those_of_the_specification() throws IOException {
        Written expected = Written.classic(ByteOrder.LITTLE_ENDIAN, 0xA1B2C3D4, 113, 60, 3);
        byte[] head = expected.bytes();
        head[16] = 0; // the longest packet: 262,144 here, 65,535 there
        head[17] = 0;
        head[18] = 4;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CaptureWriter writer = new CaptureWriter(out, false, 113)) {
            writer.packet(1_000_000_000_000_000L, Written.packet(1_000_000, 60), 0, 60, 64);
            writer.packet(1_000_001_000_001_000L, Written.packet(1_000_001, 3), 0, 3, 7);
        }
        assertThat(out.toByteArray()).isEqualTo(head);
    }

    @Test
    void what_does_not_fit_is_refused_before_anything_is_written() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CaptureWriter writer = new CaptureWriter(out, true, 1)) {
            byte[] bytes = new byte[300_000];
            assertThatThrownBy(() -> writer.packet(Batch.NO_TIME, bytes, 0, 60, 60))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> writer.packet(5_000_000_000_000_000_000L, bytes, 0, 60, 60))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> writer.packet(T, bytes, 0, 262_145, 262_145))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> writer.packet(T, bytes, 0, 60, 59))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> writer.packet(T, bytes, 299_999, 2, 2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThat(out.size()).isEqualTo(24);
    }
}

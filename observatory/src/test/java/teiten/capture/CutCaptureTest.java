package teiten.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import teiten.OperatorMistake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// A capture cut at any byte gives every whole record before the cut, and says where it breaks off.
class CutCaptureTest {
    @TempDir Path folder;

    static Stream<Named<Written>> captures() {
        ByteOrder little = ByteOrder.LITTLE_ENDIAN;
        ByteOrder big = ByteOrder.BIG_ENDIAN;
        int[] lengths = {60, 0, 1, 74, 20};
        return Stream.of(
                Named.of("pcap little-endian", Written.classic(little, 0xA1B2C3D4, 1, lengths)),
                Named.of("pcap big-endian", Written.classic(big, 0xA1B2C3D4, 1, lengths)),
                Named.of("pcap nanoseconds", Written.classic(little, 0xA1B23C4D, 1, lengths)),
                Named.of("pcap of Kuznetzov", Written.classic(little, 0xA1B2CD34, 1, lengths)),
                Named.of("pcapng", Written.pcapngOfEverything()),
                Named.of("snoop", Written.snoop(lengths)));
    }

    @ParameterizedTest
    @MethodSource("captures")
    void a_mapped_capture_cut_at_any_byte_gives_every_whole_record(Written written) {
        byte[] whole = written.bytes();
        for (int cut = 2; cut <= whole.length; cut++) {
            Path file = Written.into(folder, "cut", Arrays.copyOf(whole, cut));
            try (Capture capture = Capture.open(file)) {
                assertThat(capture.isMapped()).isTrue();
                holdsAllBefore(written, cut, Reading.of(capture), cut);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("captures")
    void a_streamed_capture_cut_at_any_byte_gives_every_whole_record(Written written) {
        byte[] whole = written.bytes();
        for (int cut = 2; cut <= whole.length; cut++) {
            try (Capture capture = Capture.of(oneByOne(Arrays.copyOf(whole, cut)), "a stream")) {
                holdsAllBefore(written, cut, Reading.of(capture), cut);
            }
        }
    }

    private static void holdsAllBefore(Written written, int cut, Reading reading, int at) {
        Integer boundary = written.boundaries.floor(cut);
        int last = boundary == null ? 0 : boundary;
        assertThat(reading.packets()).as("cut at %s", at).hasSize(written.packetsBefore(cut));
        assertThat(reading.position()).as("position of a cut at %s", at).isEqualTo(last);
        if (last == cut) {
            assertThat(reading.damage()).as("damage of a cut at %s", at).isNull();
        } else {
            Damage damage = Objects.requireNonNull(reading.damage(), () -> "cut at " + at);
            assertThat(damage.offset()).as("offset of a cut at %s", at).isEqualTo(last);
            assertThat(damage.reason()).startsWith("the file ends inside ");
        }
    }

    @ParameterizedTest
    @MethodSource("captures")
    void gzip_cut_at_any_byte_gives_every_whole_record_that_comes_out(Written written)
            throws IOException {
        byte[] middle = written.bytes();
        int half = middle.length / 2;
        byte[] gz =
                Written.join(
                        Written.gzip(Arrays.copyOf(middle, half)),
                        Written.gzip(Arrays.copyOfRange(middle, half, middle.length)));
        for (int cut = 2; cut < gz.length; cut++) {
            byte[] part = Arrays.copyOf(gz, cut);
            int out = salvage(new ByteArrayInputStream(part), true);
            try (Capture capture = Capture.of(new ByteArrayInputStream(part), "cut.gz")) {
                saysWhereItBreaks(written, Reading.of(capture), out, cut, "the gzip ");
            }
        }
        try (Capture capture = Capture.of(new ByteArrayInputStream(gz), "whole.gz")) {
            holdsAllBefore(written, middle.length, Reading.of(capture), gz.length);
        }
    }

    @ParameterizedTest
    @MethodSource("captures")
    void zstd_cut_at_any_byte_gives_every_whole_record_that_comes_out(Written written)
            throws IOException {
        byte[] middle = written.bytes();
        int half = middle.length / 2;
        byte[] zst =
                Written.join(
                        Zstd.compress(Arrays.copyOf(middle, half)),
                        Zstd.compress(Arrays.copyOfRange(middle, half, middle.length)));
        int between = Zstd.compress(Arrays.copyOf(middle, half)).length;
        for (int cut = 4; cut < zst.length; cut++) {
            byte[] part = Arrays.copyOf(zst, cut);
            int out = salvage(new ByteArrayInputStream(part), false);
            try (Capture capture = Capture.of(new ByteArrayInputStream(part), "cut.zst")) {
                Reading reading = Reading.of(capture);
                if (cut == between) {
                    // A frame has no notion of a frame that should follow.
                    holdsAllBefore(written, half, reading, cut);
                } else {
                    saysWhereItBreaks(written, reading, out, cut, "the zstd ");
                }
            }
        }
        try (Capture capture = Capture.of(new ByteArrayInputStream(zst), "whole.zst")) {
            holdsAllBefore(written, middle.length, Reading.of(capture), zst.length);
        }
    }

    private static void saysWhereItBreaks(
            Written written, Reading reading, int out, int cut, String reason) {
        Integer boundary = written.boundaries.floor(out);
        assertThat(reading.packets()).as("cut at %s", cut).hasSize(written.packetsBefore(out));
        Damage damage = reading.damage();
        if (damage == null) {
            // Cut just between two members: neither knows of the other.
            assertThat(written.boundaries).contains(out);
            return;
        }
        assertThat(damage.offset()).as("cut at %s", cut).isEqualTo(boundary == null ? 0 : boundary);
        assertThat(damage.reason())
                .as("cut at %s", cut)
                .satisfiesAnyOf(
                        r -> assertThat(r).startsWith(reason),
                        r -> assertThat(r).startsWith("the file ends inside "));
    }

    /// How many bytes another decompressor gets out, asked byte by byte.
    private static int salvage(InputStream in, boolean gzip) {
        int n = 0;
        try (InputStream content = gzip ? new GZIPInputStream(in) : new ZstdInputStream(in)) {
            while (content.read() >= 0) {
                n++;
            }
        } catch (IOException _) {
            // as far as it went
        }
        return n;
    }

    /// A stream that comes in drops, as from a network.
    private static InputStream oneByOne(byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(1, length));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
    }

    @ParameterizedTest
    @MethodSource("captures")
    void reading_goes_on_from_every_position_with_the_same_rest(Written written) {
        byte[] whole = written.bytes();
        Path plain = Written.into(folder, "plain", whole);
        Path gz = Written.into(folder, "gz", Written.gzip(whole));
        Reading all;
        try (Capture capture = Capture.open(plain)) {
            all = Reading.of(capture);
        }
        for (int boundary : written.boundaries) {
            Reading rest = all.without(written.packetsBefore(boundary));
            for (Path file : new Path[] {plain, gz}) {
                try (Capture capture = Capture.open(file)) {
                    PacketReader reader = capture.reader();
                    assertThat(reader.skipTo(boundary)).isTrue();
                    assertThat(reader.position()).isEqualTo(boundary);
                    assertThat(reader.tailSha256())
                            .isEqualTo(Fingerprint.of(Arrays.copyOf(whole, boundary)).headSha256());
                    assertThat(Reading.rest(reader)).isEqualTo(rest);
                }
            }
        }
    }

    @Test
    void a_position_that_is_no_boundary_is_refused_where_blocks_must_be_walked() {
        Written written = Written.pcapngOfEverything();
        for (int position = 1; position <= written.bytes().length + 50; position++) {
            try (Capture capture =
                    Capture.of(new ByteArrayInputStream(written.bytes()), "a stream")) {
                assertThat(capture.reader().skipTo(position))
                        .as("position %s", position)
                        .isEqualTo(written.boundaries.contains(position));
            }
        }
    }

    @Test
    void less_than_two_bytes_are_no_capture() {
        for (byte[] bytes : new byte[][] {{}, {'\n'}, {(byte) 0xD4}}) {
            Path file = Written.into(folder, "tiny", bytes);
            assertThatThrownBy(() -> Capture.open(file))
                    .isInstanceOf(OperatorMistake.class)
                    .hasMessageContaining("tiny");
        }
    }
}

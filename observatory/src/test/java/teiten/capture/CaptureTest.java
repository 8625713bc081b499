package teiten.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.OperatorMistake;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;

class CaptureTest {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    @TempDir Path folder;

    static Written classic(int packets) {
        int[] lengths = new int[packets];
        for (int i = 0; i < packets; i++) {
            lengths[i] = 60 + i % 7;
        }
        return Written.classic(LITTLE, 0xA1B2C3D4, 1, lengths);
    }

    private Reading read(byte[] bytes) {
        try (Capture capture = Capture.open(Written.into(folder, "named.txt", bytes))) {
            return Reading.of(capture);
        }
    }

    @Test
    void compression_is_told_by_content_and_may_be_nested_once() {
        byte[] plain = classic(3000).bytes();
        Reading expected = read(plain);
        assertThat(expected.packets()).hasSize(3000);
        byte[] gz = Written.gzip(plain);
        byte[] zst = Zstd.compress(plain);
        assertThat(read(gz)).isEqualTo(expected);
        assertThat(read(zst)).isEqualTo(expected);
        assertThat(read(Written.gzip(zst))).isEqualTo(expected);
        assertThat(read(Zstd.compress(gz))).isEqualTo(expected);
        assertThat(read(Written.gzip(gz))).isEqualTo(expected);
        assertThatThrownBy(() -> read(Written.gzip(Written.gzip(gz))))
                .isInstanceOf(OperatorMistake.class)
                .hasMessageContaining("inside its gzip inside gzip stands 1f 8b");
    }

    @Test
    void members_frames_and_padding_in_a_row_are_one_content() {
        byte[] plain = classic(100).bytes();
        Reading expected = read(plain);
        byte[] front = Arrays.copyOf(plain, 777);
        byte[] back = Arrays.copyOfRange(plain, 777, plain.length);
        byte[] skippable =
                ByteBuffer.allocate(12).order(LITTLE).putInt(0x184D2A53).putInt(4).array();
        assertThat(read(Written.join(Written.gzip(front), Written.gzip(back), new byte[512])))
                .isEqualTo(expected);
        assertThat(
                        read(
                                Written.join(
                                        skippable,
                                        Zstd.compress(front),
                                        skippable,
                                        Zstd.compress(back))))
                .isEqualTo(expected);
    }

    @Test
    void every_optional_field_of_a_gzip_header_is_passed() {
        byte[] plain = classic(10).bytes();
        byte[] gz = Written.gzip(plain);
        byte[] head = {0x1F, (byte) 0x8B, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 3};
        byte[] fields = "\3\0abcname\0comment\0".getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(head);
        crc.update(fields);
        byte[] check = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
        byte[] rest = Arrays.copyOfRange(gz, 10, gz.length);
        assertThat(read(Written.join(head, fields, check, rest))).isEqualTo(read(plain));
    }

    @Test
    void damage_of_a_compressed_stream_is_named_and_what_came_before_is_given() {
        byte[] plain = classic(1000).bytes();
        byte[] gz = Written.gzip(plain);
        byte[] wrongSum = gz.clone();
        wrongSum[gz.length - 6] ^= 1;
        assertThat(read(wrongSum).packets()).hasSize(1000);
        assertThat(read(wrongSum).damage())
                .isEqualTo(new Damage(plain.length, "the gzip checksum is wrong"));
        byte[] trailing = Written.join(gz, new byte[] {1, 2, 3});
        assertThat(read(trailing).packets()).hasSize(1000);
        assertThat(read(trailing).damage())
                .isEqualTo(
                        new Damage(plain.length, "bytes that are no gzip follow the gzip stream"));
        byte[] altered = Zstd.compress(plain);
        altered[altered.length / 2] ^= 0x55;
        assertThat(read(altered).damage()).isNotNull();
    }

    @Test
    void what_is_no_capture_is_the_operators_mistake_told_in_one_sentence() {
        Path text =
                Written.into(
                        folder,
                        "notes.txt",
                        "hello <world>\u001b[31m".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> Capture.open(text))
                .isInstanceOf(OperatorMistake.class)
                .hasMessageStartingWith(text + " is no capture: at offset 0 stands 68 65 6c 6c")
                .hasMessageContaining("(\"hello.<w\")");
        assertThatThrownBy(() -> Capture.open(Written.into(folder, "empty.pcap", new byte[0])))
                .isInstanceOf(OperatorMistake.class)
                .hasMessageContaining("empty.pcap is empty");
        assertThatThrownBy(
                        () -> Capture.open(Written.into(folder, "e.gz", Written.gzip(new byte[0]))))
                .isInstanceOf(OperatorMistake.class)
                .hasMessageContaining("e.gz is empty inside its gzip");
        assertThatThrownBy(() -> Capture.open(folder.resolve("missing.pcap")))
                .isInstanceOf(OperatorMistake.class)
                .hasMessageContaining("missing.pcap does not exist");
        assertThatThrownBy(() -> Capture.open(folder))
                .isInstanceOf(OperatorMistake.class)
                .hasMessageContaining("is a directory");
        assertThatThrownBy(
                        () -> Capture.of(new ByteArrayInputStream(new byte[0]), "standard input"))
                .isInstanceOf(OperatorMistake.class)
                .hasMessageContaining("standard input is empty");
    }

    @Test
    void a_file_beyond_two_gigabytes_is_read_to_its_end_and_parted() throws IOException {
        // given: a sparse file of 3 GB, whose records of zeros take no room on the disk
        Path file = folder.resolve("large.pcap");
        int length = Records.MAX_CAPTURED;
        int packets = 12_000;
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(Written.classic(LITTLE, 0xA1B2C3D4, 1).bytes()));
            ByteBuffer header = ByteBuffer.allocate(16).order(LITTLE);
            for (int i = 0; i < packets; i++) {
                header.clear().putInt(1_700_000_000 + i).putInt(0).putInt(length).putInt(length);
                out.write(header.flip(), 24 + i * (16L + length));
            }
            out.write(ByteBuffer.allocate(1), 24 + packets * (16L + length) - 1);
        }
        try (Capture capture = Capture.open(file)) {
            // when
            PacketReader reader = capture.reader();
            Batch batch = new Batch();
            long n = 0;
            long last = 0;
            while (reader.next(batch)) {
                n += batch.size;
                last = batch.time[batch.size - 1];
            }
            // then
            assertThat(n).isEqualTo(packets);
            assertThat(last).isEqualTo((1_700_000_000L + packets - 1) * 1_000_000_000L);
            assertThat(reader.position()).isEqualTo(capture.size()).isGreaterThan(3_000_000_000L);
            assertThat(reader.consumed()).isEqualTo(capture.size());
            assertThat(BoundariesTest.packetsIn(capture, capture.boundaries(4)))
                    .hasSizeBetween(1, 4);
            assertThat(
                            BoundariesTest.packetsIn(capture, capture.boundaries(4)).stream()
                                    .mapToInt(i -> i)
                                    .sum())
                    .isEqualTo(packets);
        }
    }

    @Test
    void what_a_batch_of_a_stream_points_into_outlives_the_batches_that_follow() {
        // given: records so large that nearly every batch turns the ring
        int[] lengths = new int[300];
        Arrays.fill(lengths, 200_000);
        outlives(Written.classic(LITTLE, 0xA1B2C3D4, 1, lengths).bytes());
        // given: blocks between the packets that are longer than a buffer
        Written blocks = Written.pcapng().section(LITTLE).interfaceBlock(LITTLE, 1, 0);
        for (int i = 0; i < 40; i++) {
            blocks.enhanced(LITTLE, 0, i, 60 + i).block(LITTLE, 0x0BAD, new byte[5_000_000]);
        }
        outlives(blocks.bytes());
    }

    private static void outlives(byte[] bytes) {
        try (Capture capture = Capture.of(new ByteArrayInputStream(bytes), "a stream")) {
            PacketReader reader = capture.reader();
            List<Batch> batches = new ArrayList<>();
            List<List<Reading.Packet>> seen = new ArrayList<>();
            Batch batch = new Batch();
            // when
            while (reader.next(batch)) {
                batches.add(batch);
                seen.add(packets(batch));
                batch = new Batch();
                // then
                int oldest = Math.max(0, batches.size() - 1 - Capture.STEADY_BATCHES);
                for (int i = oldest; i < batches.size(); i += 4) {
                    assertThat(packets(batches.get(i))).isEqualTo(seen.get(i));
                }
            }
            assertThat(batches.size()).isGreaterThan(2 * Capture.STEADY_BATCHES);
        }
    }

    private static List<Reading.Packet> packets(Batch batch) {
        List<Reading.Packet> packets = new ArrayList<>();
        for (int i = 0; i < batch.size; i++) {
            packets.add(Reading.packet(batch, i));
        }
        return packets;
    }

    @Test
    void the_packets_of_a_live_stream_do_not_wait_for_those_that_follow() throws IOException {
        byte[] plain = classic(3).bytes();
        ByteArrayOutputStream gz = new ByteArrayOutputStream();
        GZIPOutputStream gzip = new GZIPOutputStream(gz, 512, true);
        gzip.write(plain);
        gzip.flush();
        ByteArrayOutputStream zst = new ByteArrayOutputStream();
        ZstdOutputStream zstd = new ZstdOutputStream(zst);
        zstd.write(plain);
        zstd.flush();
        for (byte[] so : new byte[][] {plain, gz.toByteArray(), zst.toByteArray()}) {
            InputStream thenSilence =
                    new SequenceInputStream(
                            new ByteArrayInputStream(so),
                            new InputStream() {
                                @Override
                                public int read() {
                                    return read(new byte[1], 0, 1);
                                }

                                @Override
                                public int read(byte[] bytes, int offset, int length) {
                                    throw new IllegalStateException("would wait for ever");
                                }
                            });
            try (Capture capture = Capture.of(thenSilence, "a stream")) {
                PacketReader reader = capture.reader();
                Batch batch = new Batch();
                int packets = 0;
                while (packets < 3 && reader.next(batch)) {
                    packets += batch.size;
                }
                assertThat(packets).isEqualTo(3);
                assertThatThrownBy(() -> reader.next(batch)).hasMessage("would wait for ever");
            }
        }
        gzip.close();
        zstd.close();
    }

    @Test
    void a_position_before_the_first_record_is_the_beginning_one_behind_the_end_is_refused() {
        byte[] bytes = classic(5).bytes();
        try (Capture capture = Capture.open(Written.into(folder, "a", bytes))) {
            PacketReader reader = capture.reader();
            assertThat(reader.skipTo(0)).isTrue();
            assertThat(Reading.rest(reader)).isEqualTo(Reading.of(capture));
            assertThat(capture.reader().skipTo(bytes.length + 1L)).isFalse();
        }
        for (long behind : new long[] {bytes.length + 1L, Long.MAX_VALUE}) {
            try (Capture capture = Capture.of(new ByteArrayInputStream(bytes), "a stream")) {
                assertThat(capture.reader().skipTo(behind)).isFalse();
            }
        }
    }

    @Test
    void the_fingerprint_knows_a_grown_and_a_compressed_capture_again() {
        byte[] grown = classic(3000).bytes();
        for (int length : new int[] {40, 24 + 76, 65_535, 65_536, 65_537, 200_000}) {
            byte[] young = Arrays.copyOf(grown, length);
            Fingerprint stored;
            try (Capture capture = Capture.open(Written.into(folder, "y", young))) {
                stored = capture.fingerprint();
            }
            assertThat(stored.headLength()).isEqualTo(Math.min(length, 65_536));
            byte[] other = grown.clone();
            other[20] ^= 2;
            byte[][] same = {young, grown, Written.gzip(grown), Zstd.compress(young)};
            for (byte[] bytes : same) {
                try (Capture capture = Capture.open(Written.into(folder, "z", bytes))) {
                    assertThat(capture.startsLike(stored)).isTrue();
                    assertThat(Reading.of(capture).packets()).isNotNull();
                    assertThat(capture.startsLike(stored)).isTrue();
                }
            }
            byte[][] different = {other, Written.gzip(other), Arrays.copyOf(grown, 39)};
            for (byte[] bytes : different) {
                try (Capture capture = Capture.open(Written.into(folder, "z", bytes))) {
                    assertThat(capture.startsLike(stored)).isFalse();
                }
            }
        }
    }

    @Test
    void a_stream_has_one_reader_a_mapped_file_many() {
        byte[] bytes = classic(5).bytes();
        try (Capture capture = Capture.of(new ByteArrayInputStream(bytes), "a stream")) {
            capture.reader();
            assertThatThrownBy(capture::reader).isInstanceOf(IllegalStateException.class);
        }
        try (Capture capture = Capture.open(Written.into(folder, "a", bytes))) {
            assertThat(Reading.of(capture)).isEqualTo(Reading.of(capture));
        }
    }

    @Test
    void the_fast_lane_reads_what_its_clear_twin_reads() {
        byte[] bytes = classic(5000).bytes();
        bytes[24 + 5] = (byte) 0xFF; // a fraction beyond the second
        bytes[24 + 7] = (byte) 0xFF;
        bytes[24 + 12] = 1; // less on the wire than captured
        Format.Classic format = new Format.Classic(true, false, 16, 1);
        java.lang.foreign.MemorySegment file = java.lang.foreign.MemorySegment.ofArray(bytes);
        for (int end : new int[] {bytes.length, bytes.length - 1, 24 + 16, 24 + 15, 24}) {
            Reading fast =
                    Reading.rest(new MappedReader(file, new ClassicRecords(format, true), 24, end));
            Reading clear =
                    Reading.rest(
                            new MappedReader(file, new ClassicRecords(format, false), 24, end));
            assertThat(fast).isEqualTo(clear);
        }
    }
}

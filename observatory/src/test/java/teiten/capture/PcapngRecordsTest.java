package teiten.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class PcapngRecordsTest {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;
    private static final long T = 1_700_000_000_000_000_000L;

    private static Reading read(byte[] bytes) {
        try (Capture capture = Capture.of(new ByteArrayInputStream(bytes), "a stream")) {
            return Reading.of(capture);
        }
    }

    private static List<Long> times(Written written) {
        return read(written.bytes()).packets().stream().map(Reading.Packet::time).toList();
    }

    @Test
    void each_section_has_its_own_byte_order_and_interfaces() {
        // given
        Written written = Written.pcapngOfEverything();
        // when
        Reading reading = read(written.bytes());
        // then
        assertThat(reading.damage()).isNull();
        assertThat(reading.packets())
                .extracting(p -> List.of(p.time(), p.captured(), p.wire(), p.link()))
                .containsExactly(
                        List.of(T + 1, 61, 65, LinkType.ETHERNET.ordinal()),
                        List.of(T + 2000, 40, 44, LinkType.RAW_IP.ordinal()),
                        List.of(T + 3000, 33, 37, LinkType.LINUX_COOKED_V1.ordinal()),
                        List.of(Batch.NO_TIME, 30, 30, LinkType.LINUX_COOKED_V1.ordinal()),
                        List.of(T + 4000, 1, 5, LinkType.LINUX_COOKED_V1.ordinal()));
        assertThat(reading.packets().getFirst().hash())
                .isEqualTo(Arrays.hashCode(Written.packet(61, 61)));
    }

    @Test
    void units_of_time_are_powers_of_ten_or_two_and_may_be_shifted() {
        byte[] shift = ByteBuffer.allocate(8).order(BIG).putLong(-100).array();
        Written written =
                Written.pcapng()
                        .section(BIG)
                        .interfaceBlock(BIG, 1, 0, Written.option(BIG, 9, (byte) 0))
                        .interfaceBlock(BIG, 1, 0, Written.option(BIG, 9, (byte) 0x80))
                        .interfaceBlock(BIG, 1, 0, Written.option(BIG, 9, (byte) 0x94))
                        .interfaceBlock(BIG, 1, 0, Written.option(BIG, 14, shift))
                        .enhanced(BIG, 0, 1_700_000_000L, 4)
                        .enhanced(BIG, 1, 1_700_000_000L, 4)
                        .enhanced(BIG, 2, (1_700_000_000L << 20) + (1 << 19), 4)
                        .enhanced(BIG, 3, 1_700_000_000_000_000L, 4);
        assertThat(times(written)).containsExactly(T, T, T + 500_000_000, T - 100_000_000_000L);
    }

    @Test
    void a_time_outside_1970_to_2261_is_bad_and_never_wraps() {
        byte[] back = ByteBuffer.allocate(8).order(LITTLE).putLong(-2_000_000_000L).array();
        byte[] far = ByteBuffer.allocate(8).order(LITTLE).putLong(Long.MAX_VALUE).array();
        Written written =
                Written.pcapng()
                        .section(LITTLE)
                        .interfaceBlock(LITTLE, 1, 0, Written.option(LITTLE, 14, back))
                        .interfaceBlock(LITTLE, 1, 0, Written.option(LITTLE, 14, far))
                        .interfaceBlock(LITTLE, 1, 0)
                        .enhanced(LITTLE, 0, 1_700_000_000_000_000L, 4)
                        .enhanced(LITTLE, 1, 1_700_000_000_000_000L, 4)
                        .enhanced(LITTLE, 2, 9_214_646_400_000_000L, 4)
                        .enhanced(LITTLE, 2, 9_214_646_399_999_999L, 4)
                        .enhanced(LITTLE, 2, -1L, 4);
        assertThat(times(written))
                .containsExactly(
                        Batch.BAD_TIME,
                        Batch.BAD_TIME,
                        Batch.BAD_TIME,
                        9_214_646_399_999_999_000L,
                        Batch.BAD_TIME);
    }

    @Test
    void every_resolution_agrees_with_exact_arithmetic() {
        Random random = new Random(20151215);
        for (int resolution = 0; resolution < 256; resolution++) {
            int n = resolution & 0x7F;
            BigInteger units = BigInteger.valueOf(resolution >= 128 ? 2 : 10).pow(n);
            for (int i = 0; i < 50; i++) {
                long ticks = random.nextLong() >>> random.nextInt(64);
                long offset = i % 5 == 0 ? random.nextLong() >> random.nextInt(64) : 0;
                BigInteger nanos =
                        new BigInteger(Long.toUnsignedString(ticks))
                                .multiply(BigInteger.valueOf(1_000_000_000))
                                .divide(units);
                BigInteger sum =
                        nanos.add(
                                BigInteger.valueOf(offset)
                                        .multiply(BigInteger.valueOf(1_000_000_000)));
                boolean told =
                        sum.signum() >= 0
                                && sum.compareTo(BigInteger.valueOf(9_214_646_400_000_000_000L))
                                        < 0;
                assertThat(new CaptureInterface((byte) 0, 0, resolution, offset).nanoseconds(ticks))
                        .as("%s ticks of resolution %s with offset %s", ticks, resolution, offset)
                        .isEqualTo(told ? sum.longValueExact() : Batch.BAD_TIME);
            }
        }
    }

    @Test
    void a_simple_packet_is_cut_to_the_first_interfaces_limit() {
        Written written =
                Written.pcapng()
                        .section(LITTLE)
                        .interfaceBlock(LITTLE, 1, 21)
                        .simple(LITTLE, 60, 21)
                        .simple(LITTLE, 18, 18);
        assertThat(read(written.bytes()).packets())
                .extracting(Reading.Packet::captured, Reading.Packet::wire)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(21, 60),
                        org.assertj.core.groups.Tuple.tuple(18, 18));
    }

    @Test
    void a_packet_of_an_interface_that_was_never_described_is_still_counted() {
        Written written =
                Written.pcapng()
                        .section(LITTLE)
                        .interfaceBlock(LITTLE, 1, 0)
                        .enhanced(LITTLE, 7, 1_700_000_000_000_000L, 4)
                        .enhanced(LITTLE, -1, 1_700_000_000_000_000L, 4)
                        .enhanced(LITTLE, 0, 1_700_000_000_000_000L, 4);
        assertThat(read(written.bytes()).packets())
                .extracting(p -> List.of(p.time(), p.link()))
                .containsExactly(
                        List.of(Batch.BAD_TIME, -1), List.of(Batch.BAD_TIME, -1), List.of(T, 0));
    }

    @Test
    void a_block_whose_two_lengths_disagree_is_damage() {
        for (int type : new int[] {6, 0x0BAD}) {
            Written written = Written.pcapng().section(LITTLE).interfaceBlock(LITTLE, 1, 0);
            int at = written.bytes().length;
            byte[] bytes =
                    type == 6
                            ? written.enhanced(LITTLE, 0, 1, 8).bytes()
                            : written.block(LITTLE, type, Written.packet(1, 8)).bytes();
            bytes[bytes.length - 4] ^= 4;
            assertThat(read(bytes))
                    .isEqualTo(
                            new Reading(
                                    List.of(),
                                    at,
                                    new Damage(at, "the two lengths of a block disagree")));
        }
    }

    @Test
    void a_block_without_packets_may_be_longer_than_any_buffer_and_the_tail_is_still_known() {
        byte[] large = Written.packet(3, 5 << 20);
        Written written =
                Written.pcapng()
                        .section(LITTLE)
                        .interfaceBlock(LITTLE, 1, 0)
                        .enhanced(LITTLE, 0, 1_700_000_000_000_000L, 60);
        int before = written.bytes().length;
        written.block(LITTLE, 0x0BAD, large);
        int behind = written.bytes().length;
        byte[] bytes = written.enhanced(LITTLE, 0, 1_700_000_000_000_001L, 61).bytes();
        assertThat(read(bytes).packets()).hasSize(2);
        for (int cut : new int[] {before + 3_000_000, behind - 2, behind, bytes.length}) {
            byte[] part = Arrays.copyOf(bytes, cut);
            try (Capture capture = Capture.of(new ByteArrayInputStream(part), "a stream")) {
                PacketReader reader = capture.reader();
                Reading reading = Reading.rest(reader);
                int position = cut < behind ? before : cut;
                assertThat(reading.position()).isEqualTo(position);
                assertThat(reading.damage() == null).isEqualTo(cut >= behind);
                byte[] tail = Arrays.copyOfRange(bytes, Math.max(0, position - 65536), position);
                assertThat(reader.tailSha256()).isEqualTo(Fingerprint.of(tail).headSha256());
            }
        }
    }

    @Test
    void a_flood_of_interfaces_ends_as_damage_before_it_fills_the_memory() {
        Written written = Written.pcapng().section(LITTLE);
        byte[] one = Written.pcapng().interfaceBlock(LITTLE, 1, 0).bytes();
        byte[] flood = new byte[one.length * 65_537];
        for (int i = 0; i < 65_537; i++) {
            System.arraycopy(one, 0, flood, i * one.length, one.length);
        }
        assertThat(read(Written.join(written.bytes(), flood)).damage())
                .isEqualTo(
                        new Damage(
                                28 + 65_536L * one.length,
                                "a section describes more than 65,536 interfaces"));
    }
}

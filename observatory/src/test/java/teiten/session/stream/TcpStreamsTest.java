package teiten.session.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import teiten.net.IpAddress;
import teiten.session.Event;
import teiten.session.Event.Side;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The laws of putting TCP streams together, against what an adversary may send.
class TcpStreamsTest {
    private static final IpAddress BOT = IpAddress.parse("192.0.2.1");
    private static final IpAddress DEVICE = IpAddress.parse("198.51.100.7");
    private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");

    private final List<String> told = new ArrayList<>();
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private final TcpStreams streams =
            new TcpStreams(
                    TelnetConversations.PORTS, Duration.ofMinutes(10), (_, _) -> new Notes());

    private final class Notes implements Ear {
        @Override
        public void bytes(Side side, byte[] bytes, int from, int to, Instant at) {
            heard.write(bytes, from, to - from);
        }

        @Override
        public void missing(Side side, long bytes, Instant at) {
            told.add("missing " + bytes);
        }

        @Override
        public void conflict(Side side, long bytes, Instant at) {
            told.add("conflict " + bytes);
        }

        @Override
        public void closed(String reason, Instant at) {
            told.add(reason);
        }
    }

    private void visitor(int sequence, int flags, String data, int second) {
        visitor(
                sequence,
                flags,
                data.getBytes(StandardCharsets.ISO_8859_1),
                START.plusSeconds(second));
    }

    private void visitor(int sequence, int flags, byte[] data, Instant at) {
        streams.segment(
                BOT,
                40000,
                DEVICE,
                23,
                sequence,
                flags,
                MemorySegment.ofArray(data),
                0,
                data.length,
                at);
    }

    private void sensor(int sequence, int flags, int second) {
        streams.segment(
                DEVICE,
                23,
                BOT,
                40000,
                sequence,
                flags,
                MemorySegment.NULL,
                0,
                0,
                START.plusSeconds(second));
    }

    private String text() {
        return heard.toString(StandardCharsets.ISO_8859_1);
    }

    private void countersAddUp() {
        StreamCounts c = streams.counts();
        assertThat(c.delivered() + c.repeated() + c.refused() + c.held()).isEqualTo(c.payload());
    }

    @Test
    void segments_out_of_order_and_across_the_wrap_of_sequence_numbers_come_in_order() {
        int isn = -4;
        visitor(isn, TcpStreams.SYN, "", 0);
        sensor(900, TcpStreams.SYN | TcpStreams.ACK, 0);
        visitor(isn + 7, TcpStreams.ACK, "ghi", 1);
        visitor(isn + 4, TcpStreams.ACK, "def", 1);
        visitor(isn + 1, TcpStreams.ACK, "abc", 1);
        visitor(isn + 10, TcpStreams.FIN | TcpStreams.ACK, "", 2);
        sensor(901, TcpStreams.FIN | TcpStreams.ACK, 2);

        assertThat(text()).isEqualTo("abcdefghi");
        assertThat(told).containsExactly("closed");
        countersAddUp();
    }

    @Test
    void what_arrived_first_is_kept_and_a_different_copy_is_counted() {
        visitor(100, TcpStreams.ACK, "wget http://a", 0);
        visitor(100, TcpStreams.ACK, "wget http://bcd", 1);
        visitor(120, TcpStreams.ACK, "12345", 1);
        visitor(118, TcpStreams.ACK, "xxZZ345yy", 1);
        visitor(115, TcpStreams.ACK, "---", 2);
        streams.finish();

        assertThat(text()).isEqualTo("wget http://acd---xx12345yy");
        assertThat(told).containsExactly("conflict 1", "conflict 2", "capture-end");
        assertThat(streams.counts().conflicting()).isEqualTo(3);
        countersAddUp();
    }

    @Test
    void a_gap_is_given_up_after_patience_and_its_size_is_told() {
        visitor(0, TcpStreams.ACK, "ab", 0);
        visitor(10, TcpStreams.ACK, "kl", 1);
        visitor(12, TcpStreams.ACK, "mn", 30);
        streams.finish();

        assertThat(text()).isEqualTo("abklmn");
        assertThat(told).containsExactly("missing 8", "capture-end");
        countersAddUp();
    }

    @Test
    void syns_alone_make_no_conversation_however_many() {
        for (int i = 0; i < 100_000; i++) {
            streams.segment(
                    IpAddress.v4(i),
                    1024,
                    DEVICE,
                    23,
                    i,
                    TcpStreams.SYN,
                    MemorySegment.NULL,
                    0,
                    0,
                    START);
        }
        streams.finish();

        assertThat(told).isEmpty();
        assertThat(streams.counts().conversations()).isZero();
        assertThat(streams.counts().unanswered()).isEqualTo(100_000);
    }

    @Test
    void conversations_without_end_are_bounded_and_the_eldest_is_pushed_out() {
        byte[] x = {'x'};
        for (int i = 0; i < TcpStreams.MOST_CONVERSATIONS + 10; i++) {
            streams.segment(
                    IpAddress.v4(i),
                    1024,
                    DEVICE,
                    23,
                    i,
                    TcpStreams.ACK,
                    MemorySegment.ofArray(x),
                    0,
                    1,
                    START);
        }

        assertThat(streams.counts().pushedOut()).isEqualTo(10);
        assertThat(told).hasSize(10).containsOnly("pushed-out");
    }

    @Test
    void a_reset_outside_the_window_ends_nothing() {
        visitor(100, TcpStreams.ACK, "ab", 0);
        visitor(100 + 2 * Half.WINDOW, TcpStreams.RST, "", 0);
        visitor(102, TcpStreams.ACK, "cd", 1);
        visitor(104, TcpStreams.RST, "", 1);
        visitor(104, TcpStreams.ACK, "late", 2);

        assertThat(text()).isEqualTo("abcd");
        assertThat(told).containsExactly("reset");
        assertThat(streams.counts().refusedResets()).isEqualTo(1);
        assertThat(streams.counts().refused()).isEqualTo(4);
        countersAddUp();
    }

    @Test
    void bytes_that_wait_are_bounded() {
        byte[] much = new byte[1000];
        visitor(0, TcpStreams.ACK, "a", 0);
        for (int i = 0; i < 1000; i++) {
            visitor(100 + i * 1000, TcpStreams.ACK, much, START);
        }

        assertThat(streams.counts().held()).isLessThanOrEqualTo(Half.MOST_HELD + 1000);
        assertThat(told).startsWith("missing 99");
        countersAddUp();
    }

    @Test
    void a_keep_alive_is_no_conflict_and_silence_ends_a_conversation() {
        visitor(100, TcpStreams.ACK, "ab", 0);
        visitor(101, TcpStreams.ACK, "\0", 60);
        streams.segment(
                BOT,
                40001,
                DEVICE,
                23,
                1,
                TcpStreams.ACK,
                MemorySegment.ofArray(new byte[] {'z'}),
                0,
                1,
                START.plusSeconds(3600));

        assertThat(told).containsExactly("timeout");
    }

    @Test
    void shuffled_overlapping_repeated_segments_of_one_text_give_that_text() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            heard.reset();
            told.clear();
            byte[] text = new byte[1 + random.nextInt(3000)];
            random.nextBytes(text);
            int isn = random.nextInt();
            List<int[]> cuts = new ArrayList<>();
            for (int at = 0; at < text.length; ) {
                int length = Math.min(text.length - at, 1 + random.nextInt(200));
                cuts.add(new int[] {at, length});
                at += length;
            }
            for (int i = random.nextInt(20); i > 0; i--) {
                int at = random.nextInt(text.length);
                cuts.add(new int[] {at, Math.min(text.length - at, 1 + random.nextInt(300))});
            }
            java.util.Collections.shuffle(cuts, random);
            TcpStreams fresh =
                    new TcpStreams(
                            TelnetConversations.PORTS,
                            Duration.ofMinutes(10),
                            (_, _) -> new Notes());
            MemorySegment bytes = MemorySegment.ofArray(text);
            fresh.segment(BOT, 1, DEVICE, 23, isn, TcpStreams.SYN, bytes, 0, 0, START);
            for (int[] cut : cuts) {
                fresh.segment(
                        BOT,
                        1,
                        DEVICE,
                        23,
                        isn + 1 + cut[0],
                        TcpStreams.ACK,
                        bytes,
                        cut[0],
                        cut[1],
                        START);
            }
            fresh.finish();

            assertThat(heard.toByteArray()).as("seed " + seed).isEqualTo(text);
            assertThat(told).as("seed " + seed).containsExactly("capture-end");
            StreamCounts c = fresh.counts();
            assertThat(c.delivered() + c.repeated() + c.refused() + c.held())
                    .isEqualTo(c.payload());
        }
    }

    @Test
    void random_segments_never_break_it_and_its_counters_add_up() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Event> events = new ArrayList<>();
            TelnetConversations telnet =
                    new TelnetConversations("fuzz", TelnetConversations.PORTS, events::add);
            byte[] noise = new byte[4096];
            Instant at = START;
            for (int i = 0; i < 400; i++) {
                random.nextBytes(noise);
                for (int k = 0; k < 200; k++) {
                    // Telnet's own bytes and line ends, much more often than by chance.
                    noise[random.nextInt(noise.length)] =
                            (byte)
                                    new int[] {255, 250, 240, 253, 13, 10, 0, 8, 3}
                                            [random.nextInt(9)];
                }
                boolean back = random.nextBoolean();
                int from = random.nextInt(noise.length);
                int length = Math.min(noise.length - from, random.nextInt(700));
                at = at.plusMillis(random.nextInt(4000) - 500);
                int near = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(4000);
                telnet.segment(
                        back ? DEVICE : BOT,
                        back ? 23 : 40000 + random.nextInt(3),
                        back ? BOT : DEVICE,
                        back ? 40000 + random.nextInt(3) : random.nextInt(20) == 0 ? 80 : 23,
                        near,
                        random.nextInt(32),
                        MemorySegment.ofArray(noise),
                        from,
                        length,
                        at);
            }
            telnet.finish();

            StreamCounts c = telnet.counts();
            assertThat(c.delivered() + c.repeated() + c.refused() + c.held())
                    .as("seed " + seed)
                    .isEqualTo(c.payload());
            assertThat(c.held()).isZero();
            long closed = events.stream().filter(e -> e instanceof Event.Closed).count();
            assertThat(closed).isEqualTo(c.conversations());
        }
    }
}

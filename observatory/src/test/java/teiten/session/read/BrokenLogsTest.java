package teiten.session.read;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import teiten.session.Event;
import teiten.session.Text;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/// Logs that are cut, damaged or hostile: every line is a counted outcome.
class BrokenLogsTest {
    private static final String COWRIE =
            """
            {"eventid":"cowrie.session.connect","src_ip":"192.0.2.1","src_port":55256,"dst_ip":"198.51.100.7","dst_port":23,"session":"ea9c9bf04a57","protocol":"telnet","sensor":"s","timestamp":"2023-12-12T22:42:54.034383Z"}
            {"eventid":"cowrie.login.success","username":"root","password":"davox","sensor":"s","timestamp":"2023-12-12T22:42:54.526607Z","src_ip":"192.0.2.1","session":"ea9c9bf04a57"}
            {"eventid":"cowrie.command.input","input":"uname é","sensor":"s","timestamp":"2023-12-12T22:42:55Z","src_ip":"192.0.2.1","session":"ea9c9bf04a57"}
            {"eventid":"cowrie.session.closed","duration":0.7,"sensor":"s","timestamp":"2023-12-12T22:42:56.739634Z","src_ip":"192.0.2.1","session":"ea9c9bf04a57"}
            """;
    private static final String TELNET =
            """
            2017-03-31 00:02:20,393 - __main__ - INFO - Opened connection to 192.0.2.1:42486
            2017-03-31 00:02:20,542 - __main__ - INFO - RECEIVED INPUT 192.0.2.1 : ['admin']
            2017-03-31 00:02:20,792 - __main__ - INFO - RECEIVED INPUT 192.0.2.1 : ["it's"]
            2017-03-31 00:02:20,792 - __main__ - INFO - 192.0.2.1:42486 logged in as admin-it's
            2017-03-31 00:02:21,191 - __main__ - INFO - RECEIVED INPUT 192.0.2.1 : ['cat \\\\x41\\x00']
            2017-03-31 00:02:26,191 - __main__ - INFO - Lost connection to 192.0.2.1:42486
            """;

    private static List<Event> cowrie(byte[] bytes, ReadCounts[] counts) throws IOException {
        List<Event> events = new ArrayList<>();
        try (LogLines lines = new LogLines(new ByteArrayInputStream(bytes))) {
            counts[0] = new CowrieLog("", events::add).read(lines);
        }
        return events;
    }

    private static List<Event> telnet(byte[] bytes, ReadCounts[] counts) throws IOException {
        List<Event> events = new ArrayList<>();
        try (LogLines lines = new LogLines(new ByteArrayInputStream(bytes))) {
            counts[0] = new TelnetLog("s", ZoneOffset.UTC, events::add).read(lines);
        }
        return events;
    }

    private static void addUp(ReadCounts c) {
        assertThat(c.accepted() + c.blank() + c.passedOver() + c.bad()).isEqualTo(c.lines());
    }

    @Test
    void a_cowrie_log_cut_at_any_byte_gives_the_events_of_its_whole_lines() throws IOException {
        byte[] all = COWRIE.getBytes(StandardCharsets.UTF_8);
        ReadCounts[] counts = new ReadCounts[1];
        List<Event> whole = cowrie(all, counts);
        assertThat(whole).hasSize(4);
        for (int end = 0; end < all.length; end++) {
            List<Event> events = cowrie(Arrays.copyOf(all, end), counts);

            addUp(counts[0]);
            assertThat(events).isEqualTo(whole.subList(0, events.size()));
            int lineEnds = 0;
            for (int i = 0; i < end; i++) {
                lineEnds += all[i] == '\n' ? 1 : 0;
            }
            assertThat(events.size()).isBetween(lineEnds, lineEnds + 1);
            assertThat(counts[0].bad()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void a_telnet_log_cut_at_any_byte_never_breaks_and_counts_every_line() throws IOException {
        byte[] all = TELNET.getBytes(StandardCharsets.UTF_8);
        ReadCounts[] counts = new ReadCounts[1];
        List<Event> whole = telnet(all, counts);
        assertThat(whole.stream().map(Event::kind))
                .containsExactly("connected", "logged-in", "command", "closed");
        assertThat(((Event.LoggedIn) whole.get(1)).password().value()).isEqualTo("it's");
        assertThat(((Event.Command) whole.get(2)).line()).isEqualTo(Text.line("cat \\x41\0"));
        for (int end = 0; end < all.length; end++) {
            telnet(Arrays.copyOf(all, end), counts);
            addUp(counts[0]);
            assertThat(counts[0].bad()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void a_cut_gzip_gives_what_came_before_and_says_so() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(COWRIE.repeat(50).getBytes(StandardCharsets.UTF_8));
        }
        byte[] bytes = packed.toByteArray();
        ReadCounts[] counts = new ReadCounts[1];
        // 50 times the four lines; a session ends once.
        assertThat(cowrie(bytes, counts).size()).isEqualTo(151);
        for (int end = 20; end < bytes.length; end += 7) {
            cowrie(Arrays.copyOf(bytes, end), counts);
            addUp(counts[0]);
            assertThat(counts[0].notes().keySet().toString()).contains("the file breaks off");
        }
    }

    @Test
    void bad_lines_are_told_with_number_and_reason() throws IOException {
        String log =
                "\n"
                    + "[1]\n"
                    + "{\"eventid\":1}\n"
                    + "{\"eventid\":\"x\",\"session\":\"a\",\"timestamp\":\"soon\"}\n"
                    + "{\"eventid\":\"x\",\"session\":\"../a\",\"timestamp\":\"2023-12-12T22:42:54Z\"}\n"
                    + "{\"eventid\":\"x\",\"session\":\"a\",\"timestamp\":\"2023-12-12T22:42:54Z\"}\n"
                    + "{\"eventid\":\"x\",\"session\":\"a\",\"timestamp\":\"2023-12-12T22:42:54+0900\",\"src_ip\":\"192.0.2.1\"}\n"
                        + "x".repeat(LogLines.LONGEST + 1);
        ReadCounts[] counts = new ReadCounts[1];
        cowrie(log.getBytes(StandardCharsets.UTF_8), counts);

        addUp(counts[0]);
        assertThat(counts[0].badLines())
                .extracting(b -> b.number() + ": " + b.reason())
                .containsExactly(
                        "2: no JSON object",
                        "3: no time that can be read",
                        "4: no time that can be read",
                        "5: no session id",
                        "6: no source address",
                        "8: longer than 1048576 bytes");
        assertThat(counts[0].passedOver()).isEqualTo(1);
    }

    @Test
    void lines_with_flipped_bytes_never_break_the_readers() throws IOException {
        ReadCounts[] counts = new ReadCounts[1];
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] bytes =
                    (seed % 2 == 0 ? COWRIE : TELNET).getBytes(StandardCharsets.UTF_8).clone();
            for (int i = 1 + random.nextInt(8); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            List<Event> events = seed % 2 == 0 ? cowrie(bytes, counts) : telnet(bytes, counts);
            addUp(counts[0]);
            assertThat(counts[0].events()).isEqualTo(events.size());
        }
    }
}

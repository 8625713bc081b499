package teiten.session.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import teiten.session.Event;
import teiten.session.Event.Side;
import teiten.session.SharedData;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Real Telnet captures against what tshark made of them.
class GoldenStreamsTest {

    /// Keeps what each side said. tshark's dump ends where bytes are missing; so does this.
    private static final class Notes implements Ear {
        boolean gap;
        final ByteArrayOutputStream visitor = new ByteArrayOutputStream();
        final ByteArrayOutputStream sensor = new ByteArrayOutputStream();

        @Override
        public void bytes(Side side, byte[] bytes, int from, int to, Instant at) {
            if (!gap) {
                (side == Side.VISITOR ? visitor : sensor).write(bytes, from, to - from);
            }
        }

        @Override
        public void missing(Side side, long bytes, Instant at) {
            gap = true;
        }

        @Override
        public void conflict(Side side, long bytes, Instant at) {
            throw new AssertionError("nothing conflicts in these captures");
        }

        @Override
        public void closed(String reason, Instant at) {}
    }

    @Test
    void both_sides_equal_what_tshark_follows() throws IOException {
        int compared = 0;
        try (Stream<Path> dumps = Files.list(SharedData.of("golden/telnet"))) {
            for (Path dump : dumps.sorted().toList()) {
                String name = dump.getFileName().toString();
                String capture = name.substring(0, name.indexOf(".stream"));
                int stream =
                        Integer.parseInt(name.replaceAll(".*\\.stream(\\d+)\\.hex\\.txt", "$1"));
                Map<Flow, Notes> heard = follow(SharedData.of("pcap-telnet/" + capture));
                Notes notes = List.copyOf(heard.values()).get(stream);
                Flow flow = List.copyOf(heard.keySet()).get(stream);

                byte[][] nodes = nodes(Files.readString(dump), flow);

                assertThat(notes.visitor.toByteArray()).as(name + " visitor").isEqualTo(nodes[0]);
                assertThat(notes.sensor.toByteArray()).as(name + " sensor").isEqualTo(nodes[1]);
                compared++;
            }
        }
        assertThat(compared).isEqualTo(9);
    }

    private static Map<Flow, Notes> follow(Path capture) {
        Map<Flow, Notes> heard = new LinkedHashMap<>();
        TcpStreams streams =
                new TcpStreams(
                        TelnetConversations.PORTS,
                        Duration.ofHours(1),
                        (flow, _) -> heard.computeIfAbsent(flow, _ -> new Notes()));
        CapturedTcp.read(capture, streams::segment);
        streams.finish();
        StreamCounts c = streams.counts();
        assertThat(c.delivered() + c.repeated() + c.refused() + c.held()).isEqualTo(c.payload());
        return heard;
    }

    /// The bytes of the client's and the server's node in tshark's "follow" dump: Node 1 is indented.
    private static byte[][] nodes(String dump, Flow flow) {
        ByteArrayOutputStream[] nodes = {new ByteArrayOutputStream(), new ByteArrayOutputStream()};
        boolean serverFirst =
                dump.contains("Node 0: " + flow.server() + ":" + flow.serverPort() + "\n");
        for (String line : dump.split("\n")) {
            boolean indented = line.startsWith("\t");
            String text = line.strip();
            if (text.matches("[0-9A-F]{8}  .*")) {
                String hex = text.substring(10, Math.min(text.length(), 59)).replace(" ", "");
                byte[] bytes = java.util.HexFormat.of().parseHex(hex);
                nodes[indented ? 1 : 0].writeBytes(bytes);
            }
        }
        return serverFirst
                ? new byte[][] {nodes[1].toByteArray(), nodes[0].toByteArray()}
                : new byte[][] {nodes[0].toByteArray(), nodes[1].toByteArray()};
    }

    @Test
    void the_visitors_text_without_options_equals_tsharks() throws IOException {
        int compared = 0;
        for (String row :
                Files.readAllLines(SharedData.of("golden/telnet_client_text.tsv")).subList(1, 10)) {
            String[] fields = row.split("\t", -1);
            List<Event> events = tell(SharedData.of(fields[0]));
            List<String> sessions = new ArrayList<>();
            Map<String, StringBuilder> texts = new LinkedHashMap<>();
            for (Event event : events) {
                if (event instanceof Event.Connected) {
                    sessions.add(event.visit().session());
                }
                if (event instanceof Event.Input e) {
                    texts.computeIfAbsent(e.visit().session(), _ -> new StringBuilder())
                            .append(new String(e.payload().bytes(), StandardCharsets.ISO_8859_1));
                }
            }
            StringBuilder text = texts.get(sessions.get(Integer.parseInt(fields[1])));
            String escaped =
                    text == null ? "" : text.toString().replace("\r", "\\r").replace("\n", "\\n");
            assertThat(escaped).as(fields[0] + " " + fields[1]).isEqualTo(fields[5]);
            compared++;
        }
        assertThat(compared).isEqualTo(9);
    }

    private static List<Event> tell(Path capture) {
        List<Event> events = new ArrayList<>();
        TelnetConversations telnet =
                new TelnetConversations("test", TelnetConversations.PORTS, events::add);
        CapturedTcp.read(capture, telnet::segment);
        telnet.finish();
        return events;
    }

    @Test
    void logins_and_commands_are_told_as_they_were_typed() {
        assertThat(words(tell(SharedData.of("pcap-telnet/telnet-char-mode.pcap"))))
                .containsExactly("in fake/user", "ls", "ls -a", "/sbin/ping www.yahoo.com", "exit");
        assertThat(words(tell(SharedData.of("pcap-telnet/telnet-line-mode.pcap"))))
                .containsExactly("in fake/user", "/sbin/ping www.yahoo.com", "ls", "ls -a", "exit");
        assertThat(words(tell(SharedData.of("pcap-telnet/telnet-2011.pcap"))))
                .containsExactly("in test/capture", "uname -a", "exit");
        assertThat(words(tell(SharedData.of("pcap-telnet/telnet-rawip-named-pcap.pcapng"))))
                .containsExactly("in mack/thisisabadpassword");
    }

    private static List<String> words(List<Event> events) {
        List<String> words = new ArrayList<>();
        for (Event event : events) {
            switch (event) {
                case Event.LoggedIn e ->
                        words.add("in " + e.user().value() + "/" + e.password().value());
                case Event.LoginTry e ->
                        words.add(
                                (e.refused() ? "no " : "? ")
                                        + e.user().value()
                                        + "/"
                                        + e.password().value());
                case Event.Command e -> words.add(e.line().value());
                default -> {}
            }
        }
        return words;
    }
}

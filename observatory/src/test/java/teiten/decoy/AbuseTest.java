package teiten.decoy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import teiten.decoy.device.DeviceCatalog;
import teiten.decoy.telnet.TelnetConversation;
import teiten.session.Door;
import teiten.session.Event;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// What hostile visitors do, each met by a bound that is counted, while another visitor is still served.
class AbuseTest {
    private static final Limits SMALL =
            new Limits(
                    400,
                    300,
                    true,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5),
                    2L << 20,
                    12L << 20,
                    8,
                    64L << 10);

    private final Counters counters = new Counters();
    private final Collected collected = new Collected();
    private House house = house(SMALL);
    private TcpDoor door = door(house);

    private House house(Limits limits) {
        return new House(
                "test",
                DeviceCatalog.bundled(1).only("nas-armv7"),
                LoginPolicy.LISTED,
                limits,
                counters,
                collected,
                InstantSource.system());
    }

    private static TcpDoor door(House house) {
        return new TcpDoor(
                house,
                Door.TELNET,
                "telnet",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                false,
                TelnetConversation::hold);
    }

    @BeforeEach
    void warm() throws IOException {
        servesAnotherVisitor();
    }

    @AfterEach
    void everyAcceptedConnectionEndsAsExactlyOneCount() {
        door.close();
        house.close();
        house.gate().awaitEmpty(Duration.ofSeconds(5));
        long closed = 0;
        for (Counter counter : Counter.values()) {
            closed += counter.name().startsWith("CLOSED_") ? counters.get(counter) : 0;
        }
        assertThat(counters.get(Counter.ACCEPTED)).isEqualTo(closed);
        assertThat(counters.get(Counter.FAULTS)).isZero();
        assertThat(house.gate().fileBytes().get()).as("bytes of files still held").isZero();
        assertThat(collected.events.stream().filter(e -> e instanceof Event.Connected).count())
                .isEqualTo(
                        collected.events.stream().filter(e -> e instanceof Event.Closed).count());
    }

    private void servesAnotherVisitor() throws IOException {
        try (TelnetClient client = new TelnetClient(door.port(), "127.7.7.7")) {
            client.login("root", "root");
            assertThat(client.ask("/bin/busybox ECCHI")).contains("ECCHI: applet not found");
        }
    }

    private static void await(java.util.function.BooleanSupplier condition)
            throws InterruptedException {
        for (int i = 0; i < 200 && !condition.getAsBoolean(); i++) {
            Thread.sleep(50);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void half_open_connections_of_one_source_meet_its_bound_and_others_are_served()
            throws Exception {
        List<Socket> held = new ArrayList<>();
        for (int i = 0; i < 380; i++) {
            held.add(new Socket(InetAddress.getLoopbackAddress(), door.port()));
        }
        await(() -> counters.get(Counter.REFUSED_SOURCE) == 80);
        servesAnotherVisitor();
        for (Socket socket : held) {
            socket.close();
        }
    }

    @Test
    void more_connections_than_the_process_may_hold_are_refused_and_counted() throws Exception {
        List<Socket> held = new ArrayList<>();
        for (int i = 0; i < 420; i++) {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress("127.9." + i / 200 + "." + (1 + i % 200), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.port()));
            held.add(socket);
        }
        await(() -> counters.get(Counter.REFUSED_TOTAL) == 20);
        for (Socket socket : held) {
            socket.close();
        }
        await(() -> house.gate().openSessions() == 0);
        servesAnotherVisitor();
    }

    @Test
    void who_never_logs_in_is_shown_out() throws Exception {
        House impatient =
                house(
                        new Limits(
                                10,
                                10,
                                true,
                                Duration.ofSeconds(60),
                                Duration.ofMillis(300),
                                Duration.ofMinutes(5),
                                1 << 20,
                                1 << 20,
                                8,
                                1 << 16));
        try (TcpDoor other = door(impatient);
                TelnetClient loris = new TelnetClient(other.port())) {
            loris.until("login: ");
            loris.send("r");
            assertThat(loris.until("never")).isEqualTo("r");
        }
        await(() -> counters.get(Counter.CLOSED_IDLE) == 1);
        impatient.close();
    }

    @Test
    void an_endless_line_is_cut_and_the_session_goes_on() throws Exception {
        try (TelnetClient client = new TelnetClient(door.port())) {
            client.login("root", "root");
            client.send("echo " + "A".repeat(100_000) + "\r\n");
            client.until("# ");
            assertThat(client.ask("echo still; echo here")).contains("still\r\nhere\r\n");
        }
        assertThat(counters.get(Counter.LINES_TOO_LONG)).isEqualTo(1);
    }

    @Test
    void more_input_than_a_session_may_send_ends_it() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
            byte[] junk =
                    "x".repeat(64 << 10).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            Thread.ofVirtual().start(() -> drain(socket));
            try {
                for (int i = 0; i < 640; i++) {
                    socket.getOutputStream().write(junk);
                }
            } catch (IOException _) {
                // hung up on, as it should be
            }
            await(() -> counters.get(Counter.CLOSED_INPUT) == 1);
        }
        servesAnotherVisitor();
    }

    private static void drain(Socket socket) {
        byte[] buffer = new byte[65_536];
        try {
            while (socket.getInputStream().read(buffer) >= 0) {
                // nothing is wanted of it
            }
        } catch (IOException _) {
            // closed
        }
    }

    @Test
    void bombs_of_telnet_options_change_nothing() throws Exception {
        try (TelnetClient client = new TelnetClient(door.port())) {
            client.login("root", "root");
            client.send("\u00ff\u00fd\u0001\u00ff\u00fb\u0021".repeat(50_000));
            client.send("\u00ff\u00fa\u001f" + "\u0001".repeat(5_000));
            client.send("\u00ff\u00f0\r\n");
            assertThat(client.ask("echo $((40+2))")).contains("42");
        }
        assertThat(counters.get(Counter.TELNET_OPTIONS)).isGreaterThanOrEqualTo(100_000);
        assertThat(counters.get(Counter.TELNET_OPTIONS_TOO_LONG)).isEqualTo(1);
    }

    @Test
    void fork_bombs_loops_and_recursion_end_at_a_bound() throws Exception {
        try (TelnetClient client = new TelnetClient(door.port())) {
            client.login("root", "root");
            assertThat(client.ask(":(){ :|:& };:")).contains("bad function name");
            assertThat(client.ask("b() { b|b& }; b")).contains("can't fork");
            assertThat(client.ask("f() { f; }; f")).contains("can't fork");
            assertThat(client.ask("while :; do :; done")).contains("Killed");
            assertThat(client.ask("x=a; while :; do x=$x$x; done"))
                    .containsAnyOf("Killed", "out of memory");
            assertThat(client.ask("echo 'sh /tmp/r' > /tmp/r; sh /tmp/r")).contains("can't fork");
            assertThat(client.ask("yes | cat > /dev/null; echo end")).contains("end");
            assertThat(
                            client.ask(
                                    "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | grep -E"
                                            + " '(a+)+$b'"))
                    .doesNotContain("Exception");
            assertThat(client.ask("echo " + "*".repeat(200) + "b")).contains("*b");
            assertThat(client.ask("echo alive")).contains("alive");
        }
        assertThat(counters.get(Counter.BOUND_DEPTH)).isGreaterThanOrEqualTo(3);
        assertThat(counters.get(Counter.BOUND_STEPS) + counters.get(Counter.BOUND_TIME))
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void endless_loops_of_many_sessions_take_turns_and_leave_others_their_answers()
            throws Exception {
        List<TelnetClient> loops = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            TelnetClient client = new TelnetClient(door.port());
            client.login("root", "root");
            loops.add(client);
        }
        for (TelnetClient client : loops) {
            client.send("while :; do :; done\r\n");
        }
        servesAnotherVisitor();
        for (TelnetClient client : loops) {
            assertThat(client.until("# ")).contains("Killed");
            client.close();
        }
        assertThat(counters.get(Counter.BOUND_STEPS) + counters.get(Counter.BOUND_TIME))
                .isEqualTo(24);
    }

    @Test
    void floods_of_output_end_at_a_bound() throws Exception {
        try (TelnetClient client = new TelnetClient(door.port())) {
            client.login("root", "root");
            assertThat(client.ask("cat /dev/zero").length()).isLessThan(6 << 20);
            assertThat(client.ask("echo alive")).contains("alive");
        }
        assertThat(counters.get(Counter.BOUND_SHOWN)).isEqualTo(1);
    }

    @Test
    void a_full_disk_is_what_who_fills_it_sees() throws Exception {
        try (TelnetClient one = new TelnetClient(door.port());
                TelnetClient two = new TelnetClient(door.port())) {
            one.login("root", "root");
            two.login("root", "root");
            for (int i = 0; i < 3; i++) {
                one.ask("dd if=/dev/urandom of=/tmp/f" + i + " bs=65536 count=64");
            }
            assertThat(one.ask("echo more > /tmp/more")).contains("No space left");
            two.ask("dd if=/dev/urandom of=/tmp/f bs=65536 count=48");
            assertThat(two.ask("dd if=/dev/zero of=/tmp/g bs=65536 count=64"))
                    .contains("No space left on device");
            assertThat(
                            two.ask(
                                    "i=0; while [ $i -lt 600 ]; do > /tmp/n$i; i=$((i+1)); done"
                                            + " 2>&1 | tail -n 1"))
                    .contains("No space left");
            assertThat(two.ask("echo alive")).contains("alive");
        }
        door.close();
        await(() -> counters.get(Counter.DISK_FULL) == 2);
        assertThat(collected.files.values()).allMatch(size -> size <= 4 << 20);
    }
}

package teiten.capture.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.capture.CaptureWriter;
import teiten.cli.Cli;

import tools.jackson.databind.JsonNode;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// Packets are sent through an interface inside a network namespace of the test's own, and `teiten watch` captures there:
/// what it counts and what it reports as lost is what was sent, exactly.
class LiveWatchTest {
    private static final int SENT = 200_000;

    @TempDir Path folder;

    @BeforeEach
    void needs() {
        for (String command : new String[] {"unshare", "ip"}) {
            boolean found =
                    Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                            .anyMatch(at -> Files.isExecutable(Path.of(at, command)));
            Assumptions.assumeTrue(found, "skipped: needs " + command);
        }
        try {
            SymbolLookup.libraryLookup("libpcap.so.0.8", Arena.global());
        } catch (IllegalArgumentException _) {
            Assumptions.abort("skipped: needs libpcap0.8");
        }
        String probe = run("unshare -Urn true");
        Assumptions.assumeTrue(
                probe.endsWith("status 0\n"), "skipped: needs unprivileged user namespaces");
    }

    @Test
    void every_packet_that_a_veth_carries_is_counted() throws IOException {
        // given a pair of interfaces, and a watch on one of them
        // when the packets of a capture are sent through the other
        String log =
                inNamespace(
                        """
                        veth
                        watch --interface vb --sensor dark
                        send va
                        ask top ports --limit 1
                        finish TERM
                        """);

        // then each of them is stored; other commands were answered meanwhile
        assertThat(log).contains("sent " + SENT).contains("access");
        JsonNode sensor = Cli.run("show", "sensor", "dark", "--json", "--data", store()).json();
        assertThat(sensor.get("packets").asLong() + lost(sensor)).as(log).isEqualTo(SENT);
        assertThat(lost(sensor)).as(log).isZero();
        assertThat(log).contains("vb (dark): 200,000 packets stored");
    }

    @Test
    void a_ring_that_overflows_loses_and_says_exactly_how_many() throws IOException {
        // given a ring of 1 MiB whose reader sleeps while the packets come
        String log =
                inNamespace(
                        """
                        loopback
                        watch --interface lo --sensor dark --buffer 1
                        signal STOP
                        send lo
                        signal CONT
                        finish TERM
                        """);

        // then most are lost, and stored and lost are what was sent
        JsonNode sensor = Cli.run("show", "sensor", "dark", "--json", "--data", store()).json();
        assertThat(log).contains("sent " + SENT);
        assertThat(sensor.at("/capture/lost/kernel").asLong()).as(log).isGreaterThan(SENT / 2);
        assertThat(sensor.get("packets").asLong()).as(log).isPositive();
        assertThat(sensor.get("packets").asLong() + lost(sensor)).as(log).isEqualTo(SENT);
    }

    @Test
    void what_was_stored_survives_kill_9_and_the_time_until_the_next_capture_is_a_gap()
            throws IOException {
        // given a watch that has stored everything, and is killed
        // when another one begins, and ends in good order
        String log =
                inNamespace(
                        """
                        veth
                        watch --interface vb --sensor dark
                        send va
                        await 200000
                        finish KILL
                        watch --interface vb --sensor dark
                        send va
                        finish TERM
                        """);

        // then both captures are there, whole, with the stop between them
        JsonNode sensor = Cli.run("show", "sensor", "dark", "--json", "--data", store()).json();
        assertThat(sensor.get("packets").asLong() + lost(sensor)).as(log).isEqualTo(2 * SENT);
        JsonNode capture = sensor.get("capture");
        assertThat(capture.get("intervals")).hasSize(2);
        assertThat(capture.at("/intervals/0/ended").asString()).isEqualTo("stopped");
        assertThat(capture.at("/intervals/1/ended").asString()).isEmpty();
        assertThat(capture.get("stops")).hasSize(1);
        assertThat(capture.at("/stops/0/from").asString())
                .isEqualTo(capture.at("/intervals/1/to").asString());
    }

    @Test
    void one_process_serves_the_pages_and_captures_what_the_settings_name() throws IOException {
        // given settings that name two interfaces, one with a filter, and a directory
        Files.createDirectories(store());
        Path watched = Files.createDirectories(folder.resolve("watched"));
        Files.writeString(
                store().resolve("teiten.toml"),
                """
                [serve]
                port = 0
                [tuples]
                store = true
                [[watch]]
                interface = "vb"
                sensor = "all"
                addresses = ["198.18.0.0/16"]
                [[watch]]
                interface = "lo"
                sensor = "telnet"
                filter = "tcp port 23"
                snaplen = 96
                [[watch]]
                directory = "%s"
                sensor = "files"
                """
                        .formatted(watched));

        // when packets come by all three
        String log =
                inNamespace(
                        """
                        veth
                        loopback
                        serve
                        send va
                        send lo
                        cp '%s' '%s'
                        await 200000
                        page
                        finish TERM
                        """
                                .formatted(folder.resolve("sent.pcap"), watched));

        // then each sensor has its own, and the page's data told of the capture while it went on
        JsonNode all = Cli.run("show", "sensor", "all", "--json", "--data", store()).json();
        assertThat(all.get("packets").asLong() + lost(all)).as(log).isEqualTo(SENT);
        JsonNode files = Cli.run("show", "sensor", "files", "--json", "--data", store()).json();
        assertThat(files.get("packets").asLong()).as(log).isEqualTo(SENT);
        JsonNode telnet = Cli.run("show", "sensor", "telnet", "--json", "--data", store()).json();
        assertThat(telnet.get("packets").asLong() + lost(telnet))
                .as(log)
                .isBetween(SENT / 2L, SENT * 3L / 4);
        assertThat(log).contains("\"running\":true");

        // and the flow tuples of all are there to be read
        assertThat(
                        Cli.run(
                                        "query",
                                        "SELECT sum(packets) FROM flowtuple",
                                        "--csv",
                                        "--data",
                                        store())
                                .out())
                .contains(String.valueOf(stored(all) + stored(telnet) + stored(files)));
    }

    private static long stored(JsonNode sensor) {
        return sensor.get("packets").asLong();
    }

    @Test
    void an_interface_that_is_not_there_is_one_sentence_that_names_those_that_are() {
        Cli answer = Cli.run("watch", "--interface", "nowhere0", "--data", store());

        assertThat(answer.status()).isEqualTo(2);
        assertThat(answer.err()).hasLineCount(1).contains("nowhere0").contains("lo");
    }

    @Test
    void a_filter_that_is_none_is_one_sentence() throws IOException {
        String log =
                inNamespace(
                        """
                        loopback
                        mistake --interface lo --filter 'tcp prt 23'
                        """);

        assertThat(log).contains("the filter \"tcp prt 23\" is not understood").contains("exit 2");
    }

    @Test
    void without_the_right_to_capture_the_remedy_is_told() throws IOException {
        String log =
                inNamespace(
                        """
                        loopback
                        powerless --interface lo
                        """);

        assertThat(log).contains("CAP_NET_RAW").contains("teiten-watch.service").contains("exit 2");
    }

    private Path store() {
        return folder.resolve("store");
    }

    private static long lost(JsonNode sensor) {
        JsonNode lost = sensor.at("/capture/lost");
        return lost.get("kernel").asLong()
                + lost.get("interface").asLong()
                + lost.get("teiten").asLong();
    }

    /// Runs the lines as a shell script, in namespaces of users and networks of its own.
    private String inNamespace(String lines) throws IOException {
        Path capture = folder.resolve("sent.pcap");
        write(capture);
        String java =
                Path.of(System.getProperty("java.home"), "bin", "java")
                        + " -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
                        + " --enable-native-access=ALL-UNNAMED";
        Path page = folder.resolve("Page.java");
        Files.writeString(
                page,
                """
                void main(String[] words) throws Exception {
                    try (var in = java.net.URI.create(words[0] + "api/v1/sensors").toURL().openStream()) {
                        IO.println(new String(in.readAllBytes()));
                    }
                }
                """);
        Path script = folder.resolve("script.sh");
        Files.writeString(
                script,
                """
                export CLASSPATH='%s' TEITEN_TEST_NAMESPACE=1 TEITEN_IMPORT_STORE_SECONDS=1 TEITEN_DATA='%s'
                teiten() { %s teiten.cli.Main "$@"; }
                quiet() { for all in default all; do echo 1 > /proc/sys/net/ipv6/conf/$all/disable_ipv6; done 2>/dev/null; }
                loopback() { quiet; ip link set lo up; }
                veth() { quiet; ip link add va type veth peer name vb; ip link set va up; ip link set vb up; }
                watch() {
                  : > '%s'/told
                  %s teiten.cli.Main watch "$@" 2> '%s'/told & pid=$!
                  until grep -q watching '%s'/told; do kill -0 $pid || break; sleep 0.1; done
                }
                serve() {
                  : > '%s'/told
                  %s teiten.cli.Main serve 2> '%s'/told & pid=$!
                  until grep -q observes '%s'/told; do kill -0 $pid || break; sleep 0.1; done
                }
                page() { %s '%s' "$(grep -o 'http[^ ]*' '%s'/told)"; }
                send() { %s teiten.capture.live.PacketSender "$1" '%s'; }
                ask() { teiten "$@"; }
                await() { until teiten show sensor --json | grep -q "\\"packets\\" : $1"; do sleep 0.2; done; }
                signal() { kill -$1 $pid; }
                finish() { kill -$1 $pid; wait $pid; cat '%s'/told; }
                mistake() { teiten watch "$@" 2>&1; echo exit $?; }
                powerless() { setpriv --bounding-set -all --inh-caps -all \
                  %s teiten.cli.Main watch "$@" 2>&1; echo exit $?; }
                %s
                """
                        .formatted(
                                System.getProperty("java.class.path"),
                                store(),
                                java,
                                folder,
                                java,
                                folder,
                                folder,
                                folder,
                                java,
                                folder,
                                folder,
                                java,
                                page,
                                folder,
                                java,
                                capture,
                                folder,
                                java,
                                lines));
        return run("unshare -Urn sh " + script);
    }

    private static String run(String command) {
        try {
            Process process =
                    new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes());
            boolean ended = process.waitFor(60, TimeUnit.SECONDS);
            return said + "status " + (ended ? process.exitValue() : "none") + "\n";
        } catch (IOException fault) {
            return fault + "\nstatus none\n";
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    /// SYNs to Telnet and other ports of a /16, in Ethernet.
    private static void write(Path file) throws IOException {
        SplittableRandom random = new SplittableRandom(6);
        try (CaptureWriter out = CaptureWriter.create(file, false, 1)) {
            byte[] frame = new byte[60];
            ByteBuffer b = ByteBuffer.wrap(frame);
            for (int i = 0; i < SENT; i++) {
                b.clear();
                b.putShort((short) 0x0200).putInt(1).putShort((short) 0x0200).putInt(2);
                b.putShort((short) 0x0800);
                b.putInt(0x45000028)
                        .putInt(random.nextInt() & 0xFFFF0000)
                        .put((byte) (40 + random.nextInt(20)))
                        .put((byte) 6)
                        .putShort((short) 0)
                        .putInt(0x64400000 | random.nextInt(200_000))
                        .putInt(0xC6120000 | random.nextInt(65_536))
                        .putShort((short) 4_000)
                        .putShort((short) (random.nextInt(3) > 0 ? 23 : random.nextInt(3_000)))
                        .putInt(random.nextInt())
                        .putInt(0)
                        .putInt(0x5002_0400)
                        .putInt(0);
                out.packet(1_600_000_000_000_000_000L + i * 1_000L, frame, 0, 60, 60);
            }
        }
    }
}

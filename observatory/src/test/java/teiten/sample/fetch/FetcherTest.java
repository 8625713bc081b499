package teiten.sample.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import teiten.cli.Main;
import teiten.net.IpAddress;
import teiten.net.Prefix;
import teiten.session.Door;
import teiten.session.Event;
import teiten.session.EventJson;
import teiten.session.Text;
import teiten.session.Visit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// The one part that dials what attackers wrote, against servers on loopback that do their worst. The reach that lets it
/// go to loopback exists in this package's tests only.
class FetcherTest {
    private static final FetchLimits LIMITS =
            new FetchLimits(
                    100_000,
                    3,
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2),
                    Duration.ZERO,
                    1000,
                    1000);

    private final AtomicInteger connections = new AtomicInteger();
    private ServerSocket server;
    private volatile Behaviour behaviour = (_, _) -> {};

    private interface Behaviour {
        void answer(String request, OutputStream out) throws Exception;
    }

    @BeforeEach
    void serve() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual()
                .start(() -> {
                    while (!server.isClosed()) {
                        try {
                            Socket socket = server.accept();
                            connections.incrementAndGet();
                            Thread.ofVirtual().start(() -> talk(socket));
                        } catch (IOException _) {
                            return;
                        }
                    }
                });
    }

    private void talk(Socket socket) {
        try (socket) {
            StringBuilder request = new StringBuilder();
            InputStream in = socket.getInputStream();
            while (request.indexOf("\r\n\r\n") < 0) {
                int b = in.read();
                if (b < 0) {
                    return;
                }
                request.append((char) b);
            }
            behaviour.answer(request.toString(), socket.getOutputStream());
        } catch (Exception _) {
            // the client hung up, as it should on most of these
        }
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private boolean isServer(IpAddress address, int port) {
        return address.equals(IpAddress.parse("127.0.0.1")) && port == server.getLocalPort();
    }

    private Fetcher fetcher(FetchLimits limits) {
        return new Fetcher(this::isServer, limits, _ -> names("127.0.0.1"));
    }

    private static InetAddress[] names(String... literals) {
        InetAddress[] all = new InetAddress[literals.length];
        for (int i = 0; i < literals.length; i++) {
            all[i] = InetAddress.ofLiteral(literals[i]);
        }
        return all;
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getLocalPort() + path;
    }

    private void says(String text) {
        behaviour = (_, out) -> out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void a_file_comes_whole_whichever_way_its_end_is_told() throws Exception {
        for (String answer :
                List.of(
                        "HTTP/1.0 200 OK\r\n\r\nhello world",
                        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n")) {
            says(answer);

            Fetcher.Result result = fetcher(LIMITS).fetch(url("/bins/x.mips?a=b"));

            assertThat(result.outcome()).isEqualTo(Outcome.FETCHED);
            assertThat(requireNonNull(result.content()).bytes())
                    .asString()
                    .isEqualTo("hello world");
        }
    }

    @Test
    void an_answer_cut_at_any_byte_is_never_taken_for_whole() throws Exception {
        String answer =
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        int last = answer.indexOf("0\r\n\r\n") + 3;
        for (int i = 0; i < last; i++) {
            says(answer.substring(0, i));
            assertThat(fetcher(LIMITS).fetch(url("/")).outcome())
                    .as("cut at " + i)
                    .isIn(Outcome.MALFORMED, Outcome.CUT);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "127.0.0.1",
                "169.254.169.254",
                "172.31.0.1",
                "192.0.0.8",
                "192.0.2.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "fe80::1",
                "fd00::1",
                "ff02::1",
                "64:ff9b::a00:1",
                "2001:db8::1",
                "2001:0:1::1",
                "2002:a00:1::1",
                "::ffff:10.0.0.1"
            })
    void what_is_nobodys_public_address_is_refused(String address) throws Exception {
        PublicInternet reach = new PublicInternet(List.of());

        assertThat(reach.allows(IpAddress.parse(address), 80)).isFalse();
        assertThat(
                        new Fetcher(reach, LIMITS, _ -> names(address))
                                .fetch("http://files.example/x")
                                .outcome())
                .isEqualTo(Outcome.REFUSED_ADDRESS);
    }

    @Test
    void public_addresses_and_the_ports_of_the_web_are_allowed_but_never_the_operators_own() {
        PublicInternet reach = new PublicInternet(List.of(Prefix.parse("8.8.0.0/16")));

        assertThat(reach.allows(IpAddress.parse("9.9.9.9"), 80)).isTrue();
        assertThat(reach.allows(IpAddress.parse("2620:fe::fe"), 8080)).isTrue();
        assertThat(reach.allows(IpAddress.parse("8.8.4.4"), 80)).isFalse();
        for (int port : new int[] {0, 22, 23, 25, 53, 445, 65_536}) {
            assertThat(reach.allows(IpAddress.parse("9.9.9.9"), port)).isFalse();
        }
    }

    @Test
    void one_private_address_among_the_answers_refuses_the_name() throws Exception {
        Fetcher fetcher = new Fetcher(this::isServer, LIMITS, _ -> names("127.0.0.1", "10.0.0.1"));

        Fetcher.Result result = fetcher.fetch("http://two.example:" + server.getLocalPort() + "/");

        assertThat(result.outcome()).isEqualTo(Outcome.REFUSED_ADDRESS);
        assertThat(connections).hasValue(0);
    }

    @Test
    void a_name_is_looked_up_once_and_the_address_that_was_checked_is_dialled() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        says("HTTP/1.0 200 OK\r\n\r\nx");
        Fetcher fetcher =
                new Fetcher(
                        this::isServer,
                        LIMITS,
                        _ -> names(asked.incrementAndGet() == 1 ? "127.0.0.1" : "10.0.0.1"));

        Fetcher.Result result = fetcher.fetch("http://re.example:" + server.getLocalPort() + "/");

        assertThat(result.outcome()).isEqualTo(Outcome.FETCHED);
        assertThat(result.address()).isEqualTo("127.0.0.1");
        assertThat(asked).hasValue(1);
    }

    @Test
    void each_redirect_is_looked_at_like_the_first_address() throws Exception {
        Map<String, Outcome> redirects =
                Map.of(
                        "http://127.0.0.2:" + server.getLocalPort() + "/",
                        Outcome.REFUSED_ADDRESS,
                        "http://127.0.0.1:1/",
                        Outcome.REFUSED_ADDRESS,
                        "http://[::1]/",
                        Outcome.REFUSED_ADDRESS,
                        "http://169.254.169.254/latest/",
                        Outcome.REFUSED_ADDRESS,
                        "file:///etc/passwd",
                        Outcome.REFUSED_URL,
                        "ftp://127.0.0.1/",
                        Outcome.REFUSED_URL,
                        "http://a@127.0.0.1/",
                        Outcome.REFUSED_URL,
                        "\u0001",
                        Outcome.REFUSED_URL,
                        "/again",
                        Outcome.REFUSED_REDIRECTS);
        for (Map.Entry<String, Outcome> redirect : redirects.entrySet()) {
            connections.set(0);
            says("HTTP/1.1 302 Found\r\nLocation: " + redirect.getKey() + "\r\n\r\n");

            Fetcher.Result result = fetcher(LIMITS).fetch(url("/"));

            assertThat(result.outcome()).as(redirect.getKey()).isEqualTo(redirect.getValue());
            assertThat(result.content()).isNull();
            assertThat(connections)
                    .hasValue(redirect.getValue() == Outcome.REFUSED_REDIRECTS ? 4 : 1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tftp://127.0.0.1/x",
                "http://",
                "http:///x",
                "//127.0.0.1/x",
                "http://a b/",
                "http://u:p@127.0.0.1/",
                "gopher://127.0.0.1/",
                "http://127.0.0.1:99999/",
                "x"
            })
    void what_is_no_plain_web_address_is_refused(String url) throws Exception {
        assertThat(fetcher(LIMITS).fetch(url).outcome()).isEqualTo(Outcome.REFUSED_URL);
    }

    @Test
    void bodies_over_the_limit_are_given_up_however_they_come() throws Exception {
        String megabyte = "x".repeat(1 << 20);
        for (String answer :
                List.of(
                        "HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n" + megabyte,
                        "HTTP/1.1 200 OK\r\nContent-Length: 999999999999999999\r\n\r\n",
                        "HTTP/1.0 200 OK\r\n\r\n" + megabyte,
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n"
                                + megabyte)) {
            says(answer);
            assertThat(fetcher(LIMITS).fetch(url("/")).outcome()).isEqualTo(Outcome.TOO_LARGE);
        }
    }

    @Test
    void heads_without_end_and_other_nonsense_are_malformed() throws Exception {
        for (String answer :
                List.of(
                        "SSH-2.0-x\r\n",
                        "HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(200) + "\r\n",
                        "HTTP/1.1 200 OK\r\nA: " + "b".repeat(20_000) + "\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")) {
            says(answer);
            assertThat(fetcher(LIMITS).fetch(url("/")).outcome()).isEqualTo(Outcome.MALFORMED);
        }
        says("HTTP/1.1 404 Not Found\r\n\r\nno");
        assertThat(fetcher(LIMITS).fetch(url("/")).outcome()).isEqualTo(Outcome.NO_FILE);
    }

    @Test
    void a_server_that_drips_is_left() throws Exception {
        behaviour =
                (_, out) -> {
                    out.write("HTTP/1.0 200 OK\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    for (int i = 0; i < 600; i++) {
                        out.write('x');
                        Thread.sleep(50);
                    }
                };
        FetchLimits hasty =
                new FetchLimits(
                        100_000,
                        3,
                        Duration.ofMillis(500),
                        Duration.ofMillis(500),
                        Duration.ZERO,
                        9,
                        9);

        assertThat(fetcher(hasty).fetch(url("/")).outcome()).isEqualTo(Outcome.TOO_SLOW);
    }

    @Test
    void a_run_fetches_so_many_and_so_often_and_no_more() throws Exception {
        says("HTTP/1.0 200 OK\r\n\r\nx");
        FetchLimits few =
                new FetchLimits(
                        100,
                        0,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(2),
                        Duration.ofMillis(150),
                        3,
                        4);
        Fetcher fetcher = fetcher(few);
        long start = System.nanoTime();

        for (int i = 0; i < 3; i++) {
            assertThat(fetcher.fetch(url("/" + i)).outcome()).isEqualTo(Outcome.FETCHED);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(few.between());
        assertThat(fetcher.fetch(url("/4")).outcome()).isEqualTo(Outcome.REFUSED_RATE);
        String named = "http://other.example:" + server.getLocalPort() + "/";
        assertThat(fetcher.fetch(named).outcome()).isEqualTo(Outcome.FETCHED);
        assertThat(fetcher.fetch(named).outcome()).isEqualTo(Outcome.REFUSED_RATE);
        assertThat(connections).hasValue(4);
    }

    private Path segments(Path directory, String... urls) throws IOException {
        Visit visit =
                new Visit(
                        "test",
                        "00000000000000aa",
                        IpAddress.parse("192.0.2.9"),
                        40_000,
                        Door.TELNET,
                        null,
                        23,
                        "dvr-arm");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < urls.length; i++) {
            Event event =
                    new Event.Download(
                            visit,
                            Instant.parse("2026-01-02T03:04:05Z"),
                            i,
                            Text.path(urls[i]),
                            Text.name("wget"),
                            Text.path("/tmp/x"),
                            null,
                            false);
            lines.append(EventJson.write(event)).append('\n');
        }
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("events-20260102T030405Z-000000.jsonl"),
                lines + "{\"v\":1,\"event\":\"download\",\"cut");
        return directory;
    }

    @Test
    void what_visitors_asked_for_is_kept_by_its_hash_and_told_to_the_session(
            @TempDir Path directory) throws Exception {
        says("HTTP/1.0 200 OK\r\n\r\nabc");
        Path from = segments(directory.resolve("in"), url("/a"), url("/a"), "tftp://192.0.2.1/b");
        Path out = directory.resolve("out");
        List<Event.Download> wanted = FetchRun.wanted(from);
        assertThat(wanted).hasSize(2);

        Map<Outcome, Integer> first =
                new FetchRun(out, InstantSource.system())
                        .run(wanted, fetcher(LIMITS), (_, _) -> {});
        Map<Outcome, Integer> second =
                new FetchRun(out, InstantSource.system())
                        .run(wanted, fetcher(LIMITS), (_, _) -> {});

        assertThat(first).isEqualTo(Map.of(Outcome.FETCHED, 1, Outcome.REFUSED_URL, 1));
        assertThat(second).isEqualTo(Map.of(Outcome.REFUSED_AGAIN, 1, Outcome.REFUSED_URL, 1));
        // sha256sum of "abc", FIPS 180-2 appendix B.1
        String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assertThat(out.resolve("files").resolve(abc)).hasContent("abc");
        try (var files = Files.list(out)) {
            Path events =
                    files.filter(f -> f.toString().matches(".*events-fetched-.*\\.jsonl"))
                            .findFirst()
                            .orElseThrow();
            assertThat(EventJson.read(Files.readString(events).strip()))
                    .isInstanceOfSatisfying(
                            Event.Download.class,
                            e -> {
                                assertThat(e.sha256()).isEqualTo(abc);
                                assertThat(e.fetched()).isTrue();
                                assertThat(e.visit().session()).isEqualTo("00000000000000aa");
                            });
        }
    }

    @Test
    void the_command_dials_nobody_unless_told_and_never_the_inside(@TempDir Path directory)
            throws Exception {
        Path from = segments(directory.resolve("in"), url("/a"));

        int listed = Main.run("fetch", "--from", from.toString());
        int dialled =
                Main.run(
                        "fetch",
                        "--from",
                        from.toString(),
                        "--out",
                        directory.resolve("out").toString(),
                        "--dial");

        assertThat(List.of(listed, dialled)).containsOnly(Main.DONE);
        assertThat(connections).hasValue(0);
        assertThat(directory.resolve("out/fetched.jsonl"))
                .content()
                .contains("\"outcome\":\"refused-address\"");
    }
}

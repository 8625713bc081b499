package teiten.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import teiten.OperatorMistake;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// The server as a script, a stranger's page, and an operator's mistake meet it.
final class DashboardTest {
    private static Dashboard dashboard;
    private static LiveFeed live;
    private static HttpClient client;

    @BeforeAll
    static void open() {
        live = new LiveFeed();
        dashboard = FixtureReadings.serve(false, live);
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void close() {
        client.close();
        dashboard.close();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(dashboard.address()).resolve(path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    /// What a browser that was tricked into another host name would send, byte for byte.
    private static List<String> raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", dashboard.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            List<String> lines = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
            return lines;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ports",
                "ports/new",
                "sources",
                "marks",
                "series?port=23/tcp",
                "series",
                "classes",
                "heatmap?ports=5",
                "port/23/tcp",
                "port/8.0/icmp",
                "source/203.0.113.7",
                "source/2001:db8::1"
            })
    void every_answer_says_how_it_was_counted(String path) throws Exception {
        JsonNode counted = json("/api/v1/" + path).get("counted");
        assertThat(counted.get("sensors").size()).isEqualTo(2);
        assertThat(counted.get("addresses").asInt()).isEqualTo(256);
        assertThat(counted.get("addresses_inferred").asBoolean()).isTrue();
        assertThat(counted.get("to").asString()).isEqualTo(FixtureReadings.END.toString());
        String separator = path.contains("?") ? "&" : "?";
        HttpResponse<String> csv = get("/api/v1/" + path + separator + "format=csv");
        assertThat(csv.headers().firstValue("Content-Type")).hasValue("text/csv; charset=utf-8");
        assertThat(csv.headers().firstValue("Content-Disposition").orElseThrow())
                .startsWith("attachment; filename=\"teiten-");
        assertThat(csv.body()).startsWith("\uFEFF").contains("counted_addresses,");
        String[] lines = csv.body().split("\r\n");
        assertThat(lines).allMatch(line -> line.split(",").length <= lines[0].split(",").length);
    }

    @Test
    void the_default_span_is_the_last_thirty_days_with_data_in_whole_days_of_the_asked_zone()
            throws Exception {
        JsonNode utc = json("/api/v1/series?port=23/tcp");
        assertThat(utc.get("by").asString()).isEqualTo("day");
        assertThat(utc.get("buckets").size()).isEqualTo(30);
        assertThat(utc.get("counted").get("from").asString()).isEqualTo("2015-12-01T00:00:00Z");
        JsonNode tokyo = json("/api/v1/series?port=23/tcp&tz=Asia/Tokyo");
        assertThat(tokyo.get("counted").get("from").asString()).isEqualTo("2015-12-01T15:00:00Z");
        assertThat(json("/api/v1/series?port=23/tcp&by=day&days=7").get("buckets").size())
                .isEqualTo(7);
        JsonNode hours =
                json("/api/v1/series?port=23/tcp&by=hour&from=2015-12-24&to=2015-12-25T12:00:00Z");
        assertThat(hours.get("buckets").size()).isEqualTo(36);
    }

    @Test
    void what_was_not_observed_is_null_and_never_zero() throws Exception {
        JsonNode lost =
                json("/api/v1/series?port=23/tcp&by=day&from=2015-12-10&to=2015-12-11")
                        .get("buckets")
                        .get(0);
        assertThat(lost.get("observed").asDouble()).isZero();
        assertThat(lost.get("accesses").isNull()).isTrue();
        assertThat(lost.get("per_day_and_address").isNull()).isTrue();
        assertThat(
                        get("/api/v1/series?port=23/tcp&by=day&from=2015-12-10&to=2015-12-11&format=csv")
                                .body())
                .contains("2015-12-10T00:00:00Z,2015-12-11T00:00:00Z,0,,,,,,,,");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/series?port=nonsense, 'no port'",
        "/api/v1/series?port=70000/tcp, 'between 0 and 65535'",
        "/api/v1/series?from=yesterday, '2026-01-31'",
        "/api/v1/series?from=2015-12-10&to=2015-12-01, 'not after'",
        "/api/v1/series?by=week, 'minute, hour or day'",
        "/api/v1/series?by=minute&from=2015-01-01, 'wider step'",
        "/api/v1/series?tz=Mars/Base, 'UTC or Asia/Tokyo'",
        "/api/v1/ports?limit=-1, 'whole number'",
        "/api/v1/ports?format=xml, 'json or csv'",
        "/api/v1/source/1.2.3, 'no IP address'",
        "/notice/port/23/tcp?lang=de, 'ja or en'",
    })
    void a_wrong_question_is_answered_by_one_sentence(String path, String hint) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(400);
        String sentence = JsonMapper.shared().readTree(answer.body()).get("error").asString();
        assertThat(sentence).contains(hint).doesNotContain("\n").doesNotContain("Exception");
    }

    @Test
    void unknown_paths_are_not_found_and_an_empty_store_says_what_to_do() throws Exception {
        for (String path : List.of("/nothing", "/api/v1/nothing", "/assets/other.js")) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(JsonMapper.shared().readTree(answer.body()).has("error")).isTrue();
        }
        try (Dashboard empty = FixtureReadings.serve(true, new LiveFeed())) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create(empty.address()).resolve("/api/v1/ports"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("teiten import");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/port/23/tcp", "/api/v1/ports", "/api/v1/nothing"})
    void every_answer_bears_the_strict_headers(String path) throws Exception {
        var headers = get(path).headers();
        assertThat(headers.firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy ->
                        assertThat(policy)
                                .contains("default-src 'none'")
                                .contains("frame-ancestors 'none'")
                                .doesNotContain("unsafe"));
        assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(headers.firstValue("Referrer-Policy")).hasValue("no-referrer");
        assertThat(headers.firstValue("Cross-Origin-Opener-Policy")).hasValue("same-origin");
        assertThat(headers.firstValue("Cross-Origin-Resource-Policy")).hasValue("same-origin");
        assertThat(headers.firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(headers.firstValue("Server")).isEmpty();
    }

    @Test
    void the_page_names_its_files_by_their_hash_and_they_may_be_kept_for_ever() throws Exception {
        String page = get("/").body();
        for (String kind : List.of("js", "css")) {
            var match =
                    java.util.regex.Pattern.compile("/assets/main-[0-9a-f]{16}\\." + kind)
                            .matcher(page);
            assertThat(match.find()).isTrue();
            HttpResponse<String> file = get(match.group());
            assertThat(file.statusCode()).isEqualTo(200);
            assertThat(file.headers().firstValue("Cache-Control").orElseThrow())
                    .contains("immutable");
            assertThat(file.body()).doesNotContain("http://cdn", "https://cdn", "unpkg.com");
        }
    }

    @Test
    void a_notice_brings_its_own_policy() throws Exception {
        HttpResponse<String> notice = get("/notice/port/23/tcp?lang=en&to=2015-12-24");
        assertThat(notice.body()).contains("<title>23/tcp en 2015-12-24</title>");
        assertThat(notice.headers().allValues("Content-Security-Policy"))
                .containsExactly("default-src 'none'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"attacker.example", "attacker.example:80", "127.0.0.1.attacker.example", ""})
    void a_rebound_host_name_is_refused(String host) throws IOException {
        List<String> answer =
                raw(
                        "GET /api/v1/ports HTTP/1.1\r\nHost: "
                                + host
                                + "\r\nConnection: close\r\n\r\n");
        assertThat(answer.getFirst()).containsAnyOf(" 421 ", " 400 ");
        assertThat(String.join("\n", answer)).doesNotContain("per_day_and_address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST", "127.0.0.1", "[::1]"})
    void this_machine_s_own_names_are_served_with_any_port(String host) throws IOException {
        assertThat(
                        raw("GET /api/v1/ports HTTP/1.1\r\nHost: "
                                        + host
                                        + ":8080\r\nConnection: close\r\n\r\n")
                                .getFirst())
                .contains(" 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"})
    void nothing_but_get_and_head_is_answered(String method) throws IOException {
        List<String> answer =
                raw(
                        method
                                + " /api/v1/ports HTTP/1.1\r\nHost: localhost\r\nContent-Length:"
                                + " 0\r\nConnection: close\r\n\r\n");
        assertThat(answer.getFirst()).containsAnyOf(" 405 ", " 400 ");
    }

    @Test
    void head_gives_the_headers_alone() throws IOException {
        List<String> answer =
                raw("HEAD /api/v1/ports HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer.getFirst()).contains(" 200 ");
        assertThat(answer.getLast()).isEmpty();
    }

    @Test
    void an_endless_request_is_cut_off() throws IOException {
        List<String> answer =
                raw(
                        "GET /?q="
                                + "a".repeat(20_000)
                                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer.getFirst()).containsAnyOf(" 414 ", " 431 ");
    }

    @Test
    void a_taken_port_is_one_sentence_with_its_remedy() {
        Settings taken = new Settings("127.0.0.1", dashboard.port(), Set.of());
        try (Dashboard second =
                new Dashboard(
                        new FixtureReadings(false),
                        new LiveFeed(),
                        (_, _, _) -> new NoticePages.Page("", ""),
                        taken,
                        () -> FixtureReadings.END)) {
            assertThatThrownBy(second::start)
                    .isInstanceOf(OperatorMistake.class)
                    .hasMessageContaining("--port");
        }
    }

    @Test
    void an_import_s_progress_reaches_a_page_that_listens() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", dashboard.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            ("GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n"
                                            + "Accept: text/event-stream\r\n\r\n")
                                    .getBytes(StandardCharsets.ISO_8859_1));
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            until(in, "listening");
            live.publish(new Progress("a\nb.pcap", 10, 1, 2, 3.5, false));
            String data = until(in, "data:");
            JsonNode event = JsonMapper.shared().readTree(data.substring(data.indexOf('{')));
            assertThat(event.get("file").asString()).isEqualTo("a\nb.pcap");
            assertThat(event.get("done").asBoolean()).isFalse();
            live.publish(new Progress("a\nb.pcap", 20, 2, 2, 3.5, true));
            assertThat(until(in, "data:")).contains("\"done\":true");
        }
    }

    @Test
    void a_page_that_goes_away_gives_its_place_back_without_a_line_in_the_log() throws Exception {
        List<LogRecord> logged = new CopyOnWriteArrayList<>();
        Handler ear =
                new Handler() {
                    @Override
                    public void publish(LogRecord line) {
                        if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
                            logged.add(line);
                        }
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        Logger root = Logger.getLogger("");
        root.addHandler(ear);
        try {
            for (int i = 0; i < LiveFeed.MOST_LISTENERS; i++) {
                try (Socket socket = listening()) {
                    socket.setSoLinger(true, 0);
                }
            }
            // the next words find the pages gone; then all places are free again
            for (int i = 0; i < 200 && live.listeners() > 0; i++) {
                live.publish(new Progress("a.pcap", i, 1, 2, 1, true));
                Thread.sleep(50);
            }
            assertThat(live.listeners()).isZero();
            try (Socket next = listening()) {
                assertThat(next.isConnected()).isTrue();
            }
        } finally {
            root.removeHandler(ear);
        }
        assertThat(logged).extracting(LogRecord::getMessage).isEmpty();
    }

    private static Socket listening() throws IOException {
        Socket socket = new Socket("127.0.0.1", dashboard.port());
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(
                        ("GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Accept: text/event-stream\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
        until(
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)),
                "listening");
        return socket;
    }

    @Test
    void who_asks_for_no_event_stream_takes_no_place_of_it() throws Exception {
        for (int i = 0; i < LiveFeed.MOST_LISTENERS + 1; i++) {
            assertThat(get("/api/v1/live").statusCode()).isEqualTo(406);
        }
    }

    private static String until(BufferedReader in, String wanted) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.contains(wanted)) {
                return line;
            }
        }
        throw new AssertionError("the stream ended before \"" + wanted + "\"");
    }
}

package teiten.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.cli.Cli;
import teiten.house.Beside;
import teiten.store.Readings;
import teiten.store.Store;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;

/// The page over a real store: a simulated history goes in by the command line, and every screen shows it. The REST
/// answers and the command line's are the same figures, since there is one query path.
@Beside
class ServedStoreTest {
    private static final NoticePages NO_NOTICE =
            (_, _, _) -> new NoticePages.Page("", "default-src 'none'");

    @TempDir Path folder;

    @Test
    void every_screen_shows_a_simulated_history() throws IOException, InterruptedException {
        assertThat(Cli.run("simulate", "demo", "-o", folder, "--packets", 200_000).status())
                .isZero();
        Path data = folder.resolve("store");
        Cli run =
                Cli.run(
                        "import",
                        "--demo",
                        "--data",
                        data,
                        "--addresses",
                        "192.0.2.0/24",
                        folder.resolve("demo.pcap"));
        assertThat(run.status()).as(run.err()).isZero();
        long accesses =
                Cli.run("show", "port", "23/tcp", "--json", "--data", data)
                        .json()
                        .get("accesses")
                        .asLong();
        String source =
                Cli.run("top", "sources", "--limit", 1, "--json", "--data", data)
                        .json()
                        .get(0)
                        .get("source")
                        .asString();

        try (Store store = Store.open(data, "a test", 256 << 20, InstantSource.system());
                Dashboard dashboard =
                        new Dashboard(
                                new Readings(store),
                                new LiveFeed(),
                                NO_NOTICE,
                                Settings.loopback(0),
                                InstantSource.system())) {
            dashboard.start();
            String base = dashboard.address().replaceAll("/$", "");
            HttpResponse<String> answer =
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(
                                                    URI.create(
                                                            base
                                                                    + "/api/v1/port/23/tcp?from=2026-07-01&to=2026-10-31"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
            assertThat(
                            JsonMapper.builder()
                                    .build()
                                    .readTree(answer.body())
                                    .get("accesses")
                                    .asLong())
                    .isEqualTo(accesses)
                    .isPositive();

            try (Browser browser = Browser.open()) {
                Assumptions.assumeTrue(browser != null, "skipped: needs Chromium");
                ScreenWalk.everyScreen(
                        browser,
                        base,
                        new Browser.View("ja", ColorScheme.LIGHT, 1280, 800),
                        "23/tcp",
                        source,
                        "real-");
                ScreenWalk.everyScreen(
                        browser,
                        base,
                        new Browser.View("en", ColorScheme.DARK, 1280, 800),
                        "23/tcp",
                        source,
                        "real-");
            }
        }
    }
}

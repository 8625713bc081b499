package teiten.web;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;

import org.junit.jupiter.api.Assumptions;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// A headless Chromium that walks through a running dashboard and writes down everything it complained about. Works on
/// any base address, so the same walk serves the fixture and a real store.
public final class Browser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final List<String> FLAGS =
            List.of(
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-features=AutofillServerCommunication",
                    "--disable-sync");

    /// How a page is looked at.
    public record View(String language, ColorScheme colours, int width, int height) {
        String name() {
            return language
                    + (colours == ColorScheme.DARK ? "-dark" : "-light")
                    + (width < 600 ? "-narrow" : "");
        }
    }

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> foreign = new CopyOnWriteArrayList<>();
    private final List<BrowserContext> contexts = new ArrayList<>();

    private Browser(Playwright playwright, com.microsoft.playwright.Browser chromium) {
        this.playwright = playwright;
        this.chromium = chromium;
    }

    /// Starts Chromium, or skips the test where there is none.
    public static Browser open() {
        if (!Files.isExecutable(CHROMIUM)) {
            Assumptions.abort("skipped: needs Chromium");
        }
        Playwright playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            return new Browser(
                    playwright,
                    playwright
                            .chromium()
                            .launch(
                                    new BrowserType.LaunchOptions()
                                            .setExecutablePath(CHROMIUM)
                                            .setArgs(FLAGS)));
        } catch (PlaywrightException failed) {
            playwright.close();
            throw failed;
        }
    }

    /// A fresh page, as a first visitor has it, that notes console errors and requests to other hosts.
    public Page page(View view) {
        BrowserContext context =
                chromium.newContext(
                        new com.microsoft.playwright.Browser.NewContextOptions()
                                .setViewportSize(view.width(), view.height())
                                .setColorScheme(view.colours())
                                .setLocale(view.language().equals("ja") ? "ja-JP" : "en-GB"));
        contexts.add(context);
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(page.url() + ": " + message.text());
            }
        });
        page.onPageError(error -> complaints.add(page.url() + ": " + error));
        page.onRequest(request -> {
            URI address = URI.create(request.url());
            boolean data = "data".equals(address.getScheme());
            boolean here = "127.0.0.1".equals(address.getHost());
            if (!data && !here) {
                foreign.add(request.url());
            }
        });
        page.setDefaultTimeout(15_000);
        return page;
    }

    /// Goes to a screen and waits until it shows data and nothing is waiting any more.
    public static void visit(Page page, String address) {
        page.navigate(address);
        settle(page);
    }

    public static void settle(Page page) {
        page.waitForSelector("main h1");
        page.waitForSelector(
                "[aria-busy=true], .waiting",
                new Page.WaitForSelectorOptions().setState(WaitForSelectorState.DETACHED));
    }

    /// Keeps what the page looks like as build output.
    public static void keep(Page page, String name) {
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(Path.of("target", "screenshots", name + ".png"))
                        .setFullPage(true));
    }

    /// Console errors and warnings (policy violations are among them), with the page they came from.
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    /// Requests to any other host than the dashboard.
    public List<String> foreign() {
        return List.copyOf(foreign);
    }

    /// Closes all pages: they would go on showing what the dashboard tells them.
    public void leave() {
        contexts.forEach(BrowserContext::close);
        contexts.clear();
    }

    @Override
    public void close() {
        leave();
        chromium.close();
        playwright.close();
    }
}

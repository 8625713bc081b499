package teiten.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;

import java.util.LinkedHashMap;
import java.util.Map;

/// A walk over every screen of a running dashboard, whatever its store holds: each shows data, in the asked language and
/// colours, no wider than the window, without a complaint of the browser and without a request to another host.
public final class ScreenWalk {
    private ScreenWalk() {}

    /// @param base address without the slash at its end, such as `http://127.0.0.1:8080`
    /// @param port one to show, such as `23/tcp`
    /// @param source one to show
    /// @param prefix of the screenshots' names
    public static void everyScreen(
            Browser browser,
            String base,
            Browser.View view,
            String port,
            String source,
            String prefix) {
        Map<String, String> screens = new LinkedHashMap<>();
        screens.put("overview", "/");
        screens.put("port", "/port/" + port);
        screens.put("sources", "/source");
        screens.put("source", "/source/" + source);
        screens.put("sensors", "/sensors");
        screens.put("samples", "/samples");
        screens.put("events", "/events");
        screens.put("victims", "/victims");
        screens.put("campaigns", "/campaigns");
        screens.put("ports-without", "/?scanners=without");
        screens.put("chain", "/chain");
        screens.put("sessions", "/sessions");
        screens.put("credentials", "/credentials");
        screens.put("cpus", "/cpus");
        Page page = browser.page(view);
        screens.forEach((name, path) -> {
            Browser.visit(page, base + path);
            Browser.keep(page, prefix + name + "-" + view.name());
            assertThat(page.locator("html").getAttribute("lang")).isEqualTo(view.language());
            assertThat(page.locator("html").getAttribute("data-theme"))
                    .isEqualTo(view.colours() == ColorScheme.DARK ? "dark" : "light");
            assertThat(page.locator("main .fault").count()).as(path).isZero();
            assertThat(page.locator("main").innerText())
                    .as("a key of the dictionary shows through")
                    .doesNotContainPattern(
                            "\\b(col|tile|os|sensors|port|counted|sample|samples|chain|fact|act|known|hidden|trust|sessions|session|cred|cpus|step|stage|family|events|event|victims|campaigns|campaign|scanner|scanners|limit|hidden|nav)\\.(?!sh|elf|mips)[a-z]+");
            assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
                    .as("the page must not scroll sideways")
                    .isLessThanOrEqualTo(view.width());
        });
        first(page, base + "/events", "/event?", prefix + "event-" + view.name());
        first(page, base + "/campaigns", "/campaigns/", prefix + "campaign-" + view.name());
        oneSample(page, base, view, prefix);
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.foreign()).isEmpty();
    }

    /// The first of a list that links to it.
    private static void first(Page page, String list, String to, String name) {
        Browser.visit(page, list);
        assertThat(page.locator("teiten-figure tbody a[href*='" + to + "']").count())
                .as(list)
                .isPositive();
        page.locator("teiten-figure tbody a[href*='" + to + "']").first().click();
        page.waitForURL("**" + to.replace("?", "\\?") + "**");
        Browser.settle(page);
        Browser.keep(page, name);
        assertThat(page.locator("main .fault").count()).as(list).isZero();
        assertThat(page.locator("main .tiles").count()).as(list).isPositive();
    }

    /// The first sample of the list, where the store holds one.
    private static void oneSample(Page page, String base, Browser.View view, String prefix) {
        Browser.visit(page, base + "/samples");
        var link = page.locator("a.address").first();
        if (link.count() == 0) {
            return;
        }
        Browser.visit(page, base + link.getAttribute("href"));
        Browser.keep(page, prefix + "sample-" + view.name());
        assertThat(page.locator("main .fault").count()).isZero();
        assertThat(page.locator("main").innerText())
                .doesNotContainPattern("\\b(sample|samples|chain|fact|act|known|hidden)\\.[a-z]+");
        assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
                .as("the page must not scroll sideways")
                .isLessThanOrEqualTo(view.width());
    }
}

package teiten.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import teiten.house.Beside;

import java.util.LinkedHashSet;
import java.util.Set;

/// Every screen in a real browser: nothing complains, nothing leaves the machine, everything can be reached by keyboard
/// and read as a table. What it looked like is kept under `target/screenshots/`.
@Beside
final class ScreensTest {
    private static final Browser.View ENGLISH =
            new Browser.View("en", ColorScheme.LIGHT, 1280, 800);

    private static Browser browser;
    private static Dashboard dashboard;
    private static Dashboard empty;
    private static LiveFeed live;

    @BeforeAll
    static void open() {
        browser = Browser.open();
        live = new LiveFeed();
        dashboard = FixtureReadings.serve(false, live);
        empty = FixtureReadings.serve(true, new LiveFeed());
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
            dashboard.close();
            empty.close();
        }
    }

    @AfterEach
    void nothing_complained_and_nothing_left_the_machine() {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.foreign()).isEmpty();
        browser.leave();
    }

    private static String at(String path) {
        return dashboard.address().replaceAll("/$", "") + path;
    }

    @ParameterizedTest
    @CsvSource({
        "en, LIGHT, 1280",
        "en, DARK, 1280",
        "ja, LIGHT, 1280",
        "ja, DARK, 1280",
        "ja, LIGHT, 390"
    })
    void every_screen_is_shown_in_both_languages_in_light_and_in_dark(
            String language, ColorScheme colours, int width) {
        Browser.View view = new Browser.View(language, colours, width, width < 600 ? 844 : 800);
        ScreenWalk.everyScreen(browser, at(""), view, "23/tcp", "203.0.113.7", "");
    }

    @Test
    void an_empty_store_says_which_command_to_type() {
        for (String language : new String[] {"en", "ja"}) {
            Page page = browser.page(new Browser.View(language, ColorScheme.LIGHT, 1280, 800));
            Browser.visit(page, empty.address());
            Browser.keep(page, "empty-" + language);
            assertThat(page.locator("main").innerText()).contains("./teiten import day.pcap");
        }
    }

    @Test
    void an_empty_page_fills_by_itself_when_the_first_import_ends() {
        FixtureReadings store = new FixtureReadings(true);
        LiveFeed feed = new LiveFeed();
        try (Dashboard first = FixtureReadings.serve(store, feed)) {
            Page page = browser.page(ENGLISH);
            Browser.visit(page, first.address() + "?lang=en");
            assertThat(page.locator("h1").innerText()).isEqualTo("Nothing has been read yet");
            feed.publish(new Progress("day.pcap", 5, 1, 2, 1, false));
            page.waitForSelector(".live");
            store.fill();
            feed.publish(new Progress("day.pcap", 10, 2, 2, 1, true));
            page.waitForSelector("teiten-overview .tiles");
            assertThat(page.locator("[role=status]").innerText()).contains("day.pcap is done");
            page.navigate("about:blank");
        }
    }

    @Test
    void colours_can_be_chosen_and_stay_chosen() {
        Page page = browser.page(ENGLISH);
        Browser.visit(page, at("/?lang=en"));
        page.getByLabel("Dark colours").click();
        assertThat(page.locator("html").getAttribute("data-theme")).isEqualTo("dark");
        Browser.visit(page, at("/sensors"));
        assertThat(page.locator("html").getAttribute("data-theme")).isEqualTo("dark");
    }

    @Test
    void each_chart_can_be_read_as_a_table_where_a_gap_is_a_gap() {
        Page page = browser.page(ENGLISH);
        Browser.visit(page, at("/?lang=en&tz=UTC&by=day&from=2015-12-01"));
        Locator headline = page.locator("teiten-figure").first();
        headline.getByRole(AriaRole.BUTTON, named("Table")).click();
        Locator rows = headline.locator("tbody tr");
        assertThat(rows.count()).isEqualTo(30);
        // the outage covers all of 10 and 11 December
        Locator lost = rows.filter(new Locator.FilterOptions().setHasText("2015-12-10"));
        assertThat(lost.innerText()).contains("gap").contains("0%");
        Browser.keep(page, "overview-table");
    }

    private static Locator.GetByRoleOptions named(String name) {
        return new Locator.GetByRoleOptions().setName(name).setExact(true);
    }

    @Test
    void what_a_stranger_wrote_is_shown_as_text() {
        Page page = browser.page(ENGLISH);
        Browser.visit(page, at("/sensors?lang=en"));
        assertThat(page.locator("main").innerText()).contains(FixtureReadings.HOSTILE);
        assertThat(page.locator("main img").count()).isZero();
        live.publish(new Progress(FixtureReadings.HOSTILE, 1_500_000, 70, 100, 2.5e6, false));
        page.waitForSelector(".live");
        assertThat(page.locator(".live").innerText()).contains(FixtureReadings.HOSTILE);
        assertThat(page.locator(".live img").count()).isZero();
        assertThat(page.title()).doesNotContain("broken");
        Browser.keep(page, "sensors-live");
        live.publish(new Progress(FixtureReadings.HOSTILE, 2_000_000, 100, 100, 2.5e6, true));
        page.waitForSelector(
                ".live", new Page.WaitForSelectorOptions().setState(WaitForSelectorState.DETACHED));
    }

    @Test
    void the_page_can_be_walked_by_keyboard_alone() {
        Page page = browser.page(ENGLISH);
        Browser.visit(page, at("/?lang=en"));
        page.keyboard().press("Tab");
        assertThat(focused(page)).isEqualTo("Skip to the content");
        page.keyboard().press("Enter");
        assertThat(page.evaluate("document.activeElement.id")).isEqualTo("main");
        page.locator(".brand").focus();
        Set<String> reached = new LinkedHashSet<>();
        for (int i = 0; i < 60; i++) {
            page.keyboard().press("Tab");
            reached.add(focused(page));
        }
        assertThat(reached)
                .contains("Overview", "Port", "Source", "Sensors", "日本語", "Table", "CSV")
                .contains("Attack chain", "Sessions", "Credentials", "CPUs")
                .contains("How this was counted");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Port").setExact(true))
                .focus();
        page.keyboard().press("Enter");
        page.waitForURL("**/port/23/tcp**");
        Browser.settle(page);
        assertThat(page.locator("h1").innerText()).startsWith("23/TCP");
    }

    private static String focused(Page page) {
        return String.valueOf(page.evaluate("document.activeElement.innerText.trim()"));
    }

    @Test
    void the_address_bar_holds_what_is_shown() {
        Page page = browser.page(ENGLISH);
        Browser.visit(page, at("/port/23/tcp?lang=en&tz=UTC"));
        page.locator("input[name=port]").fill("2323");
        page.locator("input[name=port]").press("Enter");
        page.waitForURL("**with=2323/tcp**");
        Browser.settle(page);
        page.getByLabel("Scale").selectOption("log");
        page.waitForURL("**scale=log**");
        page.getByLabel("Step").selectOption("hour");
        page.waitForURL("**by=hour**");
        Browser.settle(page);
        Browser.keep(page, "port-compared-log-hour");
        Page linked = browser.page(ENGLISH);
        Browser.visit(linked, page.url());
        assertThat(linked.locator(".chip").innerText()).contains("2323/TCP");
        assertThat(linked.getByLabel("Scale").inputValue()).isEqualTo("log");
        linked.locator(".choices button").first().click();
        linked.waitForURL("**lang=ja**");
        assertThat(linked.locator("html").getAttribute("lang")).isEqualTo("ja");
        assertThat(linked.locator("main").innerText()).contains("集計方法");
    }

    @ParameterizedTest
    @CsvSource({"en, LIGHT, 1280", "ja, DARK, 1280", "ja, LIGHT, 390"})
    void a_session_is_reached_from_the_funnel_and_can_be_replayed(
            String language, ColorScheme colours, int width) {
        Browser.View view = new Browser.View(language, colours, width, width < 600 ? 844 : 800);
        Page page = browser.page(view);
        Browser.visit(page, at("/chain?lang=" + language));
        Locator funnel = page.locator("teiten-figure").first();
        funnel.locator("button.tool").click();
        funnel.locator("tbody a").nth(4).focus();
        page.keyboard().press("Enter");
        page.waitForURL("**/sessions?**step=download**");
        Browser.settle(page);
        Browser.keep(page, "sessions-filtered-" + view.name());
        page.locator("teiten-figure tbody th a").first().click();
        page.waitForURL("**/sessions/*of=decoy-tokyo**");
        Browser.settle(page);
        page.waitForSelector(".terminal");
        Browser.keep(page, "session-" + view.name());
        assertThat(page.locator(".terminal").innerText()).contains("login: ", "/bin/busybox");
        String whole = page.locator(".terminal").innerText();
        page.locator(".panel .tools button").first().click();
        page.waitForTimeout(900);
        assertThat(page.locator(".terminal").innerText().length()).isLessThan(whole.length());
        page.locator(".seek input").focus();
        page.keyboard().press("End");
        assertThat(page.locator(".terminal").innerText()).isEqualTo(whole);
        assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(view.width());
    }

    @ParameterizedTest
    @CsvSource({"en, Reveal", "ja, 伏せ字を解除"})
    void credentials_are_masked_until_somebody_asks(String language, String reveal) {
        Page page = browser.page(new Browser.View(language, ColorScheme.LIGHT, 1280, 800));
        Browser.visit(page, at("/credentials?lang=" + language));
        assertThat(page.locator("main").innerText())
                .contains("r•••")
                .doesNotContain("xc3511", "vizxv");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(reveal)).focus();
        page.keyboard().press("Enter");
        page.waitForSelector("text=xc3511");
        Browser.settle(page);
        Browser.keep(page, "credentials-revealed-" + language);
    }

    @Test
    void sessions_are_found_by_what_they_typed_and_by_their_cpu() {
        Page page = browser.page(ENGLISH);
        Browser.visit(page, at("/sessions?lang=en"));
        page.locator("input[name=text]").fill("axis.mips");
        page.locator("input[name=text]").press("Enter");
        page.waitForURL("**text=axis.mips**");
        Browser.settle(page);
        assertThat(page.locator("teiten-figure tbody tr").count()).isPositive();
        assertThat(page.locator("teiten-figure tbody").innerText())
                .contains("Gafgyt and kin")
                .doesNotContain("Hajime");
        page.locator("select[name=cpu]").selectOption("superh");
        page.waitForURL("**cpu=superh**");
        Browser.settle(page);
        assertThat(page.locator("teiten-figure tbody tr").count()).isPositive();
    }

    @Test
    void an_address_that_was_not_seen_is_not_called_safe() {
        Page page = browser.page(ENGLISH);
        Browser.visit(page, at("/source?lang=en"));
        page.locator("#address").fill("198.51.100.99");
        page.locator("#address").press("Enter");
        page.waitForURL("**/source/198.51.100.99**");
        Browser.settle(page);
        assertThat(page.locator(".verdict").innerText()).contains("No packet from 198.51.100.99");
        assertThat(page.locator("main").innerText()).contains("no proof of safety");
        Browser.keep(page, "source-unseen");
    }
}

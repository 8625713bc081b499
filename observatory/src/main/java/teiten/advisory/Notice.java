package teiten.advisory;

import teiten.store.Readings.Bucket;
import teiten.store.Readings.Series;
import teiten.trend.Level;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// One printable page about one port, in the manner of the police's notices.
///
/// The page is a function of its data: the same data and language give the same bytes. It carries its chart, style and
/// table in itself, has no script, asks no other host for anything, and names no address of a source or a sensor.
public final class Notice {
    /// Gaps listed by name; the rest are counted.
    static final int MOST_GAPS = 6;

    private static final String POLICY =
            "default-src 'none'; style-src 'sha256-"
                    + sha256(NoticeStyle.CSS)
                    + "'; img-src data:; base-uri 'none'; form-action 'none'";

    private Notice() {}

    /// The policy under which the page works as it is; a server may add `frame-ancestors`, which a page cannot say of
    /// itself.
    public static String contentSecurityPolicy() {
        return POLICY;
    }

    public static String html(NoticeData data, Language language) {
        Facts facts = Facts.of(data);
        Words words = Words.in(language);
        Method method = Method.in(language);
        Captions captions = Captions.in(language);
        Markup page = new Markup();
        page.raw("<!DOCTYPE html>\n").open("html", "lang", language.tag()).open("head");
        page.empty("meta", "charset", "utf-8");
        page.empty(
                "meta",
                "http-equiv",
                "Content-Security-Policy",
                "content",
                contentSecurityPolicy());
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        page.empty("meta", "name", "referrer", "content", "no-referrer");
        // Without it a browser asks the server for an icon that the policy then refuses.
        page.empty("link", "rel", "icon", "href", "data:,");
        boolean demo = !words.demo(facts).isEmpty();
        page.element("title", (demo ? "DEMO: " : "") + words.title(facts));
        page.open("style").raw(NoticeStyle.CSS).close("style").close("head");
        page.open("body").open("main");
        head(page, facts, words);
        section(page, words.heading(Words.Part.SUMMARY), "summary");
        list(page, "ul", words.summary(facts));
        page.close("section");
        observed(page, data, facts, words, captions);
        section(page, words.heading(Words.Part.COUNTED), "counted");
        entries(page, method.counted(facts));
        page.close("section");
        owners(page, facts, words, method);
        section(page, words.heading(Words.Part.REFERENCES), "references");
        list(page, "ul", method.references(facts));
        page.close("section");
        if (drawn(data)) {
            data(page, data.chart(), captions, new Figures(language));
        }
        page.close("main").close("body").close("html");
        return page.toString();
    }

    private static void head(Markup page, Facts facts, Words words) {
        page.open("header");
        page.element("p", words.kicker(), "class", "kicker");
        page.element("h1", words.title(facts));
        entries(page, words.imprint(facts));
        page.close("header");
        for (String sentence : words.demo(facts)) {
            page.element("p", sentence, "class", "demo", "role", "note");
        }
    }

    private static void observed(
            Markup page, NoticeData data, Facts facts, Words words, Captions captions) {
        section(page, words.heading(Words.Part.OBSERVED), "observed");
        page.element("h3", words.heading(Words.Part.ACCESSES));
        paragraph(page, words, words.accesses(facts));
        figure(page, data, facts, words, captions);
        part(page, words, Words.Part.SOURCES, words.sources(facts), List.of());
        marks(page, facts, words);
        page.open("div", "class", "pair");
        part(page, words, Words.Part.SYSTEMS, words.systems(facts), words.systemsTable(facts));
        part(page, words, Words.Part.OTHERS, words.others(facts), words.othersTable(facts));
        page.close("div");
        page.close("section");
    }

    private static void figure(
            Markup page, NoticeData data, Facts facts, Words words, Captions captions) {
        if (!drawn(data)) {
            page.element("p", captions.nothingToDraw(), "class", "note");
            return;
        }
        page.open("figure");
        String demo = words.demo(facts).isEmpty() ? "" : "［DEMO］";
        page.element("figcaption", captions.figureTitle(facts) + demo);
        page.raw(AccessChart.svg(data.chart(), facts, captions, words.figureDescription(facts)));
        page.element("p", captions.figureNote(facts), "class", "note");
        page.close("figure");
    }

    private static boolean drawn(NoticeData data) {
        return data.chart().buckets().stream().anyMatch(Level::usable);
    }

    private static void marks(Markup page, Facts facts, Words words) {
        List<String> sentences = words.marks(facts);
        if (sentences.isEmpty()) {
            return;
        }
        page.open("div", "class", "part").element("h3", words.heading(Words.Part.MARKS));
        list(page, "ul", sentences);
        page.close("div");
    }

    private static void part(
            Markup page,
            Words words,
            Words.Part part,
            List<String> sentences,
            List<Words.Table> tables) {
        if (sentences.isEmpty()) {
            return;
        }
        page.open("div", "class", "part");
        page.element("h3", words.heading(part));
        paragraph(page, words, sentences);
        tables.forEach(table -> table(page, table));
        page.close("div");
    }

    private static void owners(Markup page, Facts facts, Words words, Method method) {
        section(page, words.heading(Words.Part.OWNERS), "owners");
        paragraph(page, words, method.ownersIntroduction(facts));
        List<String> steps = method.steps(facts);
        page.open("ol");
        for (int i = 1; i <= steps.size(); i++) {
            boolean linked = i >= Method.TOGETHER_FROM && i <= Method.TOGETHER_TO;
            if (linked) {
                page.open("li", "class", "linked");
            } else {
                page.open("li");
            }
            page.text(steps.get(i - 1));
            if (i == Method.TOGETHER_FROM) {
                page.raw(" ").element("strong", method.together());
            }
            page.close("li");
        }
        page.close("ol").close("section");
    }

    private static void data(Markup page, Series series, Captions captions, Figures figures) {
        page.open("details", "class", "screen");
        page.element("summary", captions.dataTable());
        List<List<String>> rows = new ArrayList<>();
        for (Bucket bucket : series.buckets()) {
            boolean usable = Level.usable(bucket);
            rows.add(
                    List.of(
                            figures.time(bucket.start(), series.zone()),
                            usable
                                    ? figures.rate(
                                            bucket.perDayAndAddress(), bucket.tally().accesses())
                                    : captions.notObserved(),
                            figures.count(bucket.tally().accesses()),
                            figures.estimate(bucket.sources()),
                            figures.percent(Math.round(bucket.observed() * 1e6), 1_000_000)));
        }
        table(page, new Words.Table(captions.dataTable(), captions.dataHeader(), rows));
        page.close("details");
    }

    private static void section(Markup page, String heading, String name) {
        page.open("section", "class", name, "aria-labelledby", name + "-heading");
        page.element("h2", heading, "id", name + "-heading");
    }

    private static void paragraph(Markup page, Words words, List<String> sentences) {
        page.element("p", String.join(words instanceof English ? " " : "", sentences));
    }

    private static void list(Markup page, String kind, List<String> lines) {
        page.open(kind);
        lines.forEach(line -> page.element("li", line));
        page.close(kind);
    }

    private static void entries(Markup page, List<Words.Entry> entries) {
        page.open("dl");
        for (Words.Entry entry : entries) {
            page.open("div").element("dt", entry.term()).element("dd", entry.text()).close("div");
        }
        page.close("dl");
    }

    private static void table(Markup page, Words.Table table) {
        page.open("table").element("caption", table.caption()).open("thead").open("tr");
        table.header().forEach(cell -> page.element("th", cell, "scope", "col"));
        page.close("tr").close("thead").open("tbody");
        for (List<String> row : table.rows()) {
            page.open("tr").element("th", row.getFirst(), "scope", "row");
            row.subList(1, row.size()).forEach(cell -> page.element("td", cell));
            page.close("tr");
        }
        page.close("tbody").close("table");
    }

    private static String sha256(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every Java has SHA-256", missing);
        }
    }
}

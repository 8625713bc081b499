package teiten.advisory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

import teiten.net.Port;
import teiten.net.Protocol;
import teiten.store.Readings.Series;
import teiten.store.Step;
import teiten.telescope.Mark;
import teiten.trend.Level;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import javax.xml.parsers.DocumentBuilderFactory;

class NoticeTest {
    @ParameterizedTest
    @CsvSource({
        "rising, 増加しています, a rise to about",
        "falling, 減少しています, a fall to about",
        "high, 高い水準で推移しています, The level stays high",
        "low, 低い水準で推移しています, The level stays low",
        "flat, ほぼ横ばいで推移しています, largely unchanged",
        "short, 増減は判定していません, is not judged"
    })
    void the_level_sentence_says_what_the_rule_found_and_nothing_else(
            String shape, String japanese, String english) {
        Observed given = new Observed();
        given.days = shape.equals("short") ? 10 : 60;
        given.rate =
                switch (shape) {
                    case "rising" -> day -> day < 46 ? 20 : 50;
                    case "falling" -> day -> day < 46 ? 50 : 20;
                    case "high" -> day -> day < 20 ? 20 : 50;
                    case "low" -> day -> day < 20 ? 50 : 20;
                    default -> _ -> 20;
                };

        String ja = text(given.page(Language.JA));
        String en = text(given.page(Language.EN));

        assertThat(ja).contains(japanese);
        assertThat(en).contains(english);
        List<String> others =
                List.of("増加しています", "減少しています", "高い水準で推移しています", "低い水準で推移しています", "ほぼ横ばいで推移しています");
        assertThat(others.stream().filter(s -> !s.equals(japanese)).filter(ja::contains)).isEmpty();
        assertThat(title(ja).contains("増加")).isEqualTo(shape.equals("rising"));
    }

    @Test
    void a_mark_is_spoken_of_only_when_it_was_seen_more_often_than_chance_allows() {
        Observed mirai = new Observed();
        mirai.marked = Map.of(Mark.MIRAI, 0.62);
        Observed chance = new Observed();
        chance.markedOnce = Map.of(Mark.MASSCAN, 9L); // expected: 467,404 / 65,536 = 7.1
        Observed none = new Observed();

        assertThat(text(mirai.page(Language.JA)))
                .contains("「Mirai」及びその亜種による探索にみられる特徴です", "（62.0%）", "43億分の1")
                .doesNotContain("「Masscan」の特徴", "区別できません");
        assertThat(text(mirai.page(Language.EN))).contains("4.3 billion", "(62.0%)");
        assertThat(text(chance.page(Language.JA)))
                .contains("偶然の一致として見込まれる件数", "区別できません")
                .doesNotContain("これは探索ツール「Masscan」");
        assertThat(text(chance.page(Language.EN))).contains("expected by chance (about 7.");
        assertThat(text(none.page(Language.JA))).contains("特徴をもつものはありませんでした");
        assertThat(text(none.page(Language.EN))).contains("None of the ");
    }

    @Test
    void the_absence_of_a_tcp_mark_is_not_reported_of_udp() {
        Observed given = new Observed();
        given.port = new Port(Protocol.UDP, 53413);

        assertThat(text(given.page(Language.JA))).doesNotContain("特徴をもつもの", "Mirai");
        assertThat(text(given.page(Language.EN))).doesNotContain("None of the", "Mirai");
    }

    @Test
    void a_gap_is_named_shaded_and_left_out_of_the_line() {
        Observed given = Observed.rising();

        String ja = given.page(Language.JA);
        String en = given.page(Language.EN);

        // Four days without a break are one gap, from the 41st day to the end of the 44th.
        assertThat(text(ja)).contains("2015年10月11日 0時00分～2015年10月15日 0時00分（「tokyo-1」、受信の途絶）");
        assertThat(text(en)).contains("11 October 2015 00:00 to 15 October 2015 00:00");
        assertThat(text(ja)).contains("観測できた時間は95.6%", "欠測");
        assertThat(ja).contains("fill=\"rgb(221,221,221)\"");
        assertThat(ja).doesNotContain("NaN");
        assertThat(text(new Observed().page(Language.JA)))
                .contains("観測の欠け ありません。")
                .doesNotContain("観測できた時間は");
    }

    @Test
    void a_gap_shorter_than_a_day_is_shaded_too_and_takes_no_day_away() {
        Observed given = new Observed();
        given.hours = Map.of(10, 15.0);
        assertThat(given.page(Language.JA)).contains("fill=\"rgb(221,221,221)\"");
        assertThat(text(given.page(Language.JA))).contains("2015年9月11日 0時00分～2015年9月11日 9時00分");
        assertThat(new Observed().page(Language.JA)).doesNotContain("rgb(221,221,221)");
    }

    @Test
    void less_than_a_day_is_not_blown_up_to_a_day() {
        Observed given = new Observed();
        given.days = 1;
        given.hours = Map.of(0, 15.0);

        assertThat(text(given.page(Language.JA)))
                .contains("1日当たりの平均は示していません")
                .doesNotContain("平均は20");
        assertThat(text(given.page(Language.EN)))
                .contains("no average per day is given")
                .doesNotContain("on average");
    }

    @Test
    void a_mark_of_few_packets_is_left_to_the_details() {
        Observed given = new Observed();
        given.marked = Map.of(Mark.ZMAP, 0.004);

        String en = text(given.page(Language.EN));

        assertThat(en).contains("have the IP identification 54321");
        assertThat(en.substring(0, en.indexOf("2 What was observed"))).doesNotContain("ZMap");
    }

    @Test
    void inferred_addresses_and_simulated_data_are_said_clearly() {
        Observed given = new Observed();
        given.inferred = true;
        given.demo = true;

        assertThat(text(given.page(Language.JA))).contains("DEMO：", "模擬データ", "推定", "過大");
        assertThat(text(given.page(Language.EN)))
                .contains("DEMO: all figures on this page", "inferred", "too high");
        assertThat(text(new Observed().page(Language.JA))).doesNotContain("DEMO", "過大");
        assertThat(text(new Observed().page(Language.EN))).doesNotContain("DEMO", "inferred");
    }

    @Test
    void no_device_kind_and_no_source_is_claimed() {
        Observed unjudged = new Observed();
        unjudged.judged = false;

        assertThat(text(new Observed().page(Language.JA)))
                .contains("8,000アドレスのうち、6,400アドレス（80%）", "機器の種類は判定していません");
        assertThat(text(unjudged.page(Language.JA))).doesNotContain("Linux等の初期値", "表1", "表2");
        assertThat(text(unjudged.page(Language.EN))).doesNotContain("initial value 64", "Table");
    }

    @Test
    void ports_that_few_of_the_sources_search_are_left_out() {
        String en = text(new Observed().page(Language.EN));

        assertThat(en)
                .contains("2323/TCP 2,402 30%", "53413/UDP 1,203 15%")
                .doesNotContain("80/TCP");
        Observed alone = new Observed();
        alone.overlaps = List.of();
        assertThat(text(alone.page(Language.EN))).contains("No other port was accessed");
    }

    @Test
    void nothing_seen_is_said_and_nothing_more() {
        Observed silent = new Observed();
        silent.rate = _ -> 0;
        silent.judged = false;

        assertThat(text(silent.page(Language.JA)))
                .contains("アクセスは観測されませんでした")
                .doesNotContain("推移しています", "最も多かった日");
        assertThat(text(silent.page(Language.EN))).contains("No access to destination port 23/TCP");
    }

    @Test
    void a_window_that_was_never_observed_still_gives_an_honest_page() {
        Observed dark = new Observed();
        dark.days = 20;
        dark.gapDays = Set.copyOf(IntStream.range(0, 20).boxed().toList());
        dark.judged = false;

        String page = dark.page(Language.JA);

        assertThat(text(page)).contains("グラフは示していません", "観測できた時間は0%");
        assertThat(page).doesNotContain("NaN", "図1の数値");
        assertThat(new Observed().page(Language.JA)).contains("図1の数値");
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void the_same_data_give_the_same_bytes(Language language) {
        assertThat(Observed.rising().page(language)).isEqualTo(Observed.rising().page(language));
    }

    @Test
    void both_languages_carry_the_same_figures() {
        Observed given = Observed.rising();
        given.marked = Map.of(Mark.MIRAI, 0.62, Mark.MASSCAN, 0.05, Mark.ZMAP_4, 0.011);

        assertThat(figures(given.page(Language.JA))).isEqualTo(figures(given.page(Language.EN)));
        assertThat(figures(given.page(Language.EN))).hasSizeGreaterThan(90);
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void the_page_works_under_its_strict_policy(Language language) throws Exception {
        String page = Observed.rising().page(language);
        Matcher style = Pattern.compile("(?s)<style>(.*?)</style>").matcher(page);
        assertThat(style.find()).isTrue();
        String hash =
                Base64.getEncoder()
                        .encodeToString(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(style.group(1).getBytes(StandardCharsets.UTF_8)));

        assertThat(Notice.contentSecurityPolicy())
                .contains("default-src 'none'", "style-src 'sha256-" + hash + "'")
                .doesNotContain("unsafe");
        assertThat(page)
                .doesNotContain("style=", "<script", "javascript:", " src=", "url(http", "@import");
        assertThat(Pattern.compile("\\bon[a-z]+=\"").matcher(page).find()).isFalse();
        assertThat(page.replace("http://www.w3.org/2000/svg", ""))
                .doesNotContain("http://", "https://", "xlink");
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void the_page_is_well_formed_and_its_ids_are_unique(Language language) throws Exception {
        Document page = parse(Observed.rising().page(language));

        var all = page.getElementsByTagName("*");
        Set<String> ids = new TreeSet<>();
        for (int i = 0; i < all.getLength(); i++) {
            var id = all.item(i).getAttributes().getNamedItem("id");
            if (id != null) {
                assertThat(ids.add(id.getNodeValue())).as(id.getNodeValue()).isTrue();
            }
        }
        assertThat(ids).contains("chart-title", "chart-desc");
        assertThat(page.getDocumentElement().getAttribute("lang")).isEqualTo(language.tag());
        assertThat(page.getElementsByTagName("svg").item(0).getAttributes().getNamedItem("role"))
                .hasToString("role=\"img\"");
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void what_an_operator_or_a_file_name_brings_is_escaped(Language language) throws Exception {
        Observed given = Observed.rising();
        given.sensor = "<script>alert('x')</script>&\"\u202e\u0000";
        given.issuer = "</style><b onclick=\"x\">";

        String page = given.page(language);

        parse(page);
        assertThat(page).doesNotContain("<script", "<b onclick", "\u202e", "\u0000");
        assertThat(text(page)).contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;");
    }

    @Test
    void the_three_steps_that_belong_together_stand_together_and_in_order() {
        String en = text(Observed.rising().page(Language.EN));

        assertThat(en)
                .containsSubsequence(
                        "security information",
                        "Switch the device off and on again",
                        "Do steps 3 to 5 together",
                        "Set an administrator password",
                        "Update the firmware",
                        "factory state",
                        "no longer supports",
                        "JC-STAR");
        assertThat(Observed.rising().page(Language.JA).split("class=\"linked\"")).hasSize(4);
    }

    @Test
    void the_date_is_the_last_day_with_data_or_the_one_asked_for() {
        Observed given = new Observed();
        given.days = 20;
        given.gapDays = Set.of(19);
        NoticeData data = given.data();
        NoticeData dated =
                new NoticeData(
                        data.days(),
                        data.chart(),
                        data.report(),
                        data.marks(),
                        data.sensors(),
                        LocalDate.of(2015, 12, 15),
                        null);

        assertThat(text(Notice.html(data, Language.JA))).contains("発行日 2015年9月19日");
        assertThat(text(Notice.html(dated, Language.JA))).contains("発行日 2015年12月15日");
        assertThat(text(Notice.html(dated, Language.EN))).contains("Published 15 December 2015");
    }

    @ParameterizedTest
    @CsvSource({"DAY, 1", "DAY, 3", "DAY, 91", "DAY, 700", "HOUR, 30", "MINUTE, 90"})
    void a_window_of_any_length_gets_a_legible_axis(Step step, int buckets) {
        Observed given = new Observed();
        given.days = buckets;
        NoticeData data = given.data();
        if (step != Step.DAY) {
            Series days = data.days();
            Series finer =
                    new Series(days.port(), step, days.zone(), days.buckets(), days.counted());
            data =
                    new NoticeData(
                            days, finer, data.report(), data.marks(), data.sensors(), null, null);
        }
        NoticeData asked = data;

        assertThatCode(() -> parse(Notice.html(asked, Language.JA))).doesNotThrowAnyException();
        List<TimeTicks.At> ticks =
                TimeTicks.between(
                        data.chart().buckets().getFirst().start(),
                        data.chart()
                                .buckets()
                                .getFirst()
                                .start()
                                .plus(
                                        step == Step.DAY
                                                ? java.time.Duration.ofDays(buckets)
                                                : step == Step.HOUR
                                                        ? java.time.Duration.ofHours(buckets)
                                                        : java.time.Duration.ofMinutes(buckets)),
                        Observed.JST);
        assertThat(ticks).hasSizeBetween(2, 12);
    }

    @ParameterizedTest
    @CsvSource({
        "8012, 0.01625, '8,000'",
        "5455, 0.01625, '5,460'",
        "123456, 0.01625, '123,000'",
        "0, 0.01, 0"
    })
    void an_estimate_keeps_no_digit_below_its_error(double value, double error, String shown) {
        assertThat(new Figures(Language.EN).approximate(value, error)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "32.3741, 720927, 32.37",
        "5438.3171, 100000000, 5438.3",
        "0.004, 3, 0.004",
        "9145.2, 400, 9100",
        "3, 1, 3",
        "0, 0, 0"
    })
    void a_rate_keeps_no_digit_below_the_chance_of_counting(
            double rate, long accesses, String shown) {
        assertThat(new Figures(Language.EN).rate(rate, accesses).replace(",", "")).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 10, 0%",
        "10, 10, 100%",
        "1, 1000000, less than 0.1%",
        "999999, 1000000, more than 99.9%",
        "1, 3, 33%",
        "1, 3000000, less than 0.1%",
        "500000, 1000000, 50.0%"
    })
    void a_share_never_rounds_to_none_or_all(long part, long whole, String shown) {
        assertThat(new Figures(Language.EN).percent(part, whole)).isEqualTo(shown);
    }

    @Test
    void the_rule_on_the_page_is_the_rule_in_the_code() {
        String en = text(Observed.rising().page(Language.EN));

        assertThat(en)
                .contains(
                        Level.LEAST_PART + " to " + Level.MOST_RECENT + " days",
                        "factor of " + Level.FACTOR);
    }

    private static String title(String text) {
        return text.substring(0, text.indexOf("発行日"));
    }

    /// What is read, on one line; references stay as they are.
    private static String text(String page) {
        return page.replaceAll("(?s)<head>.*?</head>", "")
                .replaceAll("<[^>]*>", " ")
                .replaceAll("\\s+", " ");
    }

    /// Numbers with a group, a decimal point or a percent sign: what was computed. Odds and versions are constants
    /// that the languages write in their own way.
    private static Set<String> figures(String page) {
        Set<String> figures = new TreeSet<>();
        Matcher number =
                Pattern.compile("(?<![\\d.])\\d+(,\\d{3})*(\\.\\d+)?%?(?![\\d.]*\\.\\d)")
                        .matcher(text(page));
        while (number.find()) {
            if (number.group().matches(".*[,.%].*")) {
                figures.add(number.group());
            }
        }
        figures.removeAll(Set.of("4.3", "65,000", "4.1"));
        return figures;
    }

    private static Document parse(String page) throws Exception {
        String xml = page.replace("<!DOCTYPE html>", "");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)));
    }
}

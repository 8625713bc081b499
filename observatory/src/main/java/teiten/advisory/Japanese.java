package teiten.advisory;

import teiten.net.Port;
import teiten.net.Protocol;
import teiten.store.Estimate;
import teiten.store.Readings.Os;
import teiten.store.Readings.Overlap;
import teiten.telescope.Mark;
import teiten.trend.Level;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/// The notice in Japanese, in the idiom of the police's observation reports (です・ます体).
final class Japanese implements Words {
    static final String UNIT = "件/日・IPアドレス";

    private static final Figures FIGURES = new Figures(Language.JA);

    @Override
    public String kicker() {
        return "インターネット定点観測結果";
    }

    @Override
    public String heading(Part part) {
        return switch (part) {
            case SUMMARY -> "1 概要";
            case OBSERVED -> "2 観測結果";
            case ACCESSES -> "アクセス件数の推移";
            case SOURCES -> "送信元IPアドレス";
            case MARKS -> "探索ツール等の特徴";
            case SYSTEMS -> "送信元のOSの推定";
            case OTHERS -> "同じ送信元による他の宛先ポートへのアクセス";
            case COUNTED -> "3 集計の方法と限界";
            case OWNERS -> "4 機器の所有者・利用者の方へ";
            case REFERENCES -> "5 定義等の出典";
        };
    }

    @Override
    public String title(Facts f) {
        boolean rising = f.level().kind() == Level.Kind.RISING;
        return to(f) + "アクセスの" + (rising ? "増加" : "観測") + "について";
    }

    static String to(Facts f) {
        return target(f) + "に対する";
    }

    static String target(Facts f) {
        String port = Figures.port(f.port());
        return switch (f.port().protocol()) {
            case TCP, UDP -> "宛先ポート" + port;
            case ICMP, ICMP6 -> port + "（タイプ.コード）";
            case OTHER -> "IPプロトコル番号" + f.port().number();
        };
    }

    @Override
    public List<String> demo(Facts f) {
        return switch (f.demo()) {
            case NONE -> List.of();
            case SOME ->
                    List.of(
                            "DEMO：この資料の数値には、模擬データ（センサー"
                                    + demoSensors(f)
                                    + "）が含まれています。実際の観測結果として用いないでください。");
            case ALL -> List.of("DEMO：この資料の数値は、全て模擬データによるものです。実際の観測結果ではありません。");
        };
    }

    private static String demoSensors(Facts f) {
        return String.join(
                "、",
                f.sensors().stream()
                        .filter(Facts.SensorFact::demo)
                        .map(s -> "「" + s.name() + "」")
                        .toList());
    }

    @Override
    public List<Entry> imprint(Facts f) {
        List<Entry> lines = new ArrayList<>();
        lines.add(new Entry("発行日", FIGURES.date(f.published())));
        if (f.issuer() != null) {
            lines.add(new Entry("発行者", f.issuer()));
        }
        lines.add(new Entry("観測期間", window(f, f.zone())));
        return lines;
    }

    static String window(Facts f, ZoneId zone) {
        return FIGURES.time(f.window().from(), zone)
                + "から"
                + FIGURES.time(f.window().to(), zone)
                + "まで（"
                + name(zone)
                + "）";
    }

    static String name(ZoneId zone) {
        return switch (zone.getId()) {
            case "Asia/Tokyo" -> "日本時間、UTC+9";
            case "UTC", "Z" -> "協定世界時、UTC";
            default -> zone.getId();
        };
    }

    @Override
    public List<String> summary(Facts f) {
        List<String> lines = new ArrayList<>();
        if (f.accesses() == 0) {
            lines.add("観測期間中、" + to(f) + "アクセスは観測されませんでした。");
            return lines;
        }
        lines.add(
                switch (f.level().kind()) {
                    case RISING -> to(f) + "アクセスの増加を観測しました。";
                    case FALLING -> to(f) + "アクセスは減少しています。";
                    case STAYS_HIGH -> to(f) + "アクセスが、観測期間のはじめに比べて高い水準で推移しています。";
                    case STAYS_LOW -> to(f) + "アクセスは、観測期間のはじめに比べて低い水準で推移しています。";
                    case UNCHANGED -> to(f) + "アクセスは、ほぼ横ばいで推移しています。";
                    case TOO_LITTLE_DATA -> to(f) + "アクセスを観測しました。観測日数が少ないため、過去と比べた増減は判定していません。";
                });
        lines.add(
                "アクセス件数は"
                        + (Double.isNaN(f.rate())
                                ? FIGURES.count(f.accesses()) + "件"
                                : "平均" + FIGURES.rate(f.rate(), f.accesses()) + UNIT)
                        + "、送信元IPアドレス数は"
                        + sourceCount(f.sources())
                        + "でした。");
        if (f.summaryNamesAMark()) {
            Facts.MarkFact first = f.marks().getFirst();
            lines.add(
                    "パケットの"
                            + FIGURES.percent(first.packets(), f.packets())
                            + "に、"
                            + tool(first.mark())
                            + "の特徴と"
                            + (first.mark() == Mark.ZMAP_4 ? "矛盾しない形状" : "一致する点")
                            + "がみられました。");
        }
        long linux = f.systems().getOrDefault(Os.LINUX, 0L);
        if (f.summaryNamesSystems()) {
            lines.add(
                    "送信元IPアドレスの"
                            + FIGURES.percent(linux, f.judged())
                            + "は、TTLの値からみてLinux等が動作する機器である可能性があります。");
        }
        lines.add("インターネットに接続する機器の所有者・利用者の方は、「4」の手順により、機器の状態を確認してください。");
        return lines;
    }

    private String sourceCount(Estimate sources) {
        return (sources.isExact() ? "" : "約") + FIGURES.estimate(sources);
    }

    @Override
    public List<String> accesses(Facts f) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "観測期間中の"
                        + to(f)
                        + "アクセスは"
                        + FIGURES.count(f.accesses())
                        + "件"
                        + (Double.isNaN(f.rate())
                                ? "でした。"
                                : "で、平均は" + FIGURES.rate(f.rate(), f.accesses()) + UNIT + "でした。"));
        if (f.accesses() > 0 && Double.isNaN(f.rate())) {
            lines.add("観測できた時間が1日に満たないため、1日当たりの平均は示していません。");
        }
        if (f.accesses() > 0) {
            lines.add(level(f));
        }
        if (f.peak() != null) {
            lines.add(
                    "最も多かった日は"
                            + FIGURES.date(f.peak().start(), f.zone())
                            + "で、"
                            + FIGURES.rate(f.peak().perDayAndAddress(), f.peak().tally().accesses())
                            + UNIT
                            + "でした。");
        }
        if (f.observedShare() < 1) {
            lines.add(
                    "観測期間のうち観測できた時間は"
                            + FIGURES.percent(Math.round(f.observedShare() * 1e6), 1_000_000)
                            + "です。観測の欠けた時間はゼロ件とはせず、平均の計算から除いています。");
        }
        return lines;
    }

    private String level(Facts f) {
        Level level = f.level();
        if (level.kind() == Level.Kind.TOO_LITTLE_DATA) {
            return tooLittle(level);
        }
        String recent = "直近" + days(level.recent(), f) + "の中央値は" + rate(level.recent()) + "です。";
        String before = "その前の" + days(level.before(), f) + "の中央値" + rate(level.before());
        String early = "観測期間のはじめの" + days(level.early(), f) + "の中央値" + rate(level.early());
        return switch (level.kind()) {
            case RISING -> recent + before + "に比べて" + times(level.before(), level) + "増加しています。";
            case FALLING -> recent + before + "に比べて" + times(level.before(), level) + "減少しています。";
            case STAYS_HIGH ->
                    recent
                            + before
                            + "とは大きな差がない一方、"
                            + early
                            + "に比べて"
                            + times(level.early(), level)
                            + "高い水準で推移しています。";
            case STAYS_LOW ->
                    recent
                            + before
                            + "とは大きな差がない一方、"
                            + early
                            + "に比べて"
                            + times(level.early(), level)
                            + "低い水準で推移しています。";
            case UNCHANGED -> recent + before + "とも、" + early + "とも大きな差はなく、ほぼ横ばいで推移しています。";
            case TOO_LITTLE_DATA -> tooLittle(level);
        };
    }

    private static String tooLittle(Level level) {
        return "半日以上観測できた日は"
                + level.usableDays()
                + "日で、判定に必要な"
                + Level.LEAST_DAYS
                + "日に満たないため、過去と比べた増減は判定していません。";
    }

    /// Empty where a ratio has no meaning.
    private String times(Level.Part past, Level level) {
        double ratio = level.recent().median() / past.median();
        return past.median() > 0 && ratio > 0 && ratio < 100
                ? "約" + FIGURES.factor(ratio) + "倍となっており、"
                : "";
    }

    private String days(Level.Part part, Facts f) {
        return part.days()
                + "日分（"
                + FIGURES.date(part.from(), f.zone())
                + "～"
                + FIGURES.lastDate(part.to(), f.zone())
                + "）";
    }

    private String rate(Level.Part part) {
        return FIGURES.median(part) + UNIT;
    }

    @Override
    public List<String> sources(Facts f) {
        if (f.accesses() == 0) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                "送信元IPアドレス数は、観測期間を通じて"
                        + sourceCount(f.sources())
                        + (f.sources().isExact() ? "（実数）" : "（推定値、標準誤差±" + error(f) + "）")
                        + "でした。");
        if (!Double.isNaN(f.dailySources())) {
            lines.add(
                    "1日当たりの送信元IPアドレス数の中央値は"
                            + (f.dailySourcesError() > 0 ? "約" : "")
                            + daily(f)
                            + "です。");
        }
        lines.add("送信元IPアドレスの数は、機器の台数ではありません。");
        return lines;
    }

    private String daily(Facts f) {
        return f.dailySourcesError() > 0
                ? FIGURES.approximate(f.dailySources(), f.dailySourcesError())
                : FIGURES.count(Math.round(f.dailySources()));
    }

    static String error(Facts f) {
        return Figures.significant(f.sources().relativeError() * 100, 2) + "%";
    }

    @Override
    public List<String> marks(Facts f) {
        List<String> lines = new ArrayList<>();
        for (Facts.MarkFact fact : f.marks()) {
            lines.add(
                    target(f)
                            + "へのパケット"
                            + FIGURES.count(f.packets())
                            + "件のうち"
                            + FIGURES.count(fact.packets())
                            + "件（"
                            + FIGURES.percent(fact.packets(), f.packets())
                            + "）"
                            + meaning(fact.mark()));
        }
        for (Facts.MarkFact fact : f.chanceMarks()) {
            lines.add(
                    tool(fact.mark())
                            + "の特徴と一致するパケットが"
                            + FIGURES.count(fact.packets())
                            + "件ありましたが、偶然の一致として見込まれる件数（約"
                            + Figures.significant(fact.expected(), 2)
                            + "件）と区別できません。");
        }
        if (f.marks().stream().anyMatch(m -> m.mark() != Mark.MIRAI)) {
            lines.add("Masscan及びZMapは、研究機関等による調査にも、攻撃の準備のための探索にも用いられます。");
        }
        if (!f.marks().isEmpty() && f.unmarked() > 0) {
            lines.add(
                    "少なくとも"
                            + FIGURES.percent(f.unmarked(), f.packets())
                            + "のパケットには、判定の対象とした特徴がありませんでした。特徴がないことは、マルウェアによる通信でないことを意味しません。");
        }
        if (f.marks().isEmpty() && f.chanceMarks().isEmpty() && f.marksAreLookedFor()) {
            lines.add(
                    "パケット"
                            + FIGURES.count(f.packets())
                            + "件の中に、Mirai、Masscan及びZMapの特徴をもつものはありませんでした。特徴がないことは、マルウェアによる通信でないことを意味しません。");
        }
        return lines;
    }

    private static String tool(Mark mark) {
        return switch (mark) {
            case MIRAI -> "マルウェア「Mirai」及びその亜種";
            case MASSCAN -> "探索ツール「Masscan」";
            case ZMAP -> "探索ツール「ZMap」（4.1.0より前の版）";
            case ZMAP_4 -> "探索ツール「ZMap」（4.1.0以降の版）";
        };
    }

    private static String meaning(Mark mark) {
        return switch (mark) {
            case MIRAI ->
                    "は、TCPシーケンス番号が宛先IPアドレスと一致していました。これは"
                            + tool(mark)
                            + "による探索にみられる特徴です。無関係なパケットが偶然に一致する確率は、約43億分の1です。";
            case MASSCAN ->
                    "は、IPヘッダの識別番号が、宛先IPアドレス、宛先ポート番号及びTCPシーケンス番号から定まる値と一致していました。これは"
                            + tool(mark)
                            + "の特徴です。無関係なパケットが偶然に一致する確率は、約6万5千分の1です。";
            case ZMAP ->
                    "は、IPヘッダの識別番号が54321でした。これは"
                            + tool(mark)
                            + "の特徴です。無関係なパケットが偶然に一致する確率は、約6万5千分の1です。";
            case ZMAP_4 ->
                    "は、TTL、ウィンドウサイズ及びTCPオプションの並びが"
                            + tool(mark)
                            + "と矛盾しません。他の実装も同じ形をとり得るため、同ツールによるものとは断定できません。";
        };
    }

    @Override
    public List<String> systems(Facts f) {
        if (f.judged() == 0) {
            return List.of();
        }
        long linux = f.systems().getOrDefault(Os.LINUX, 0L);
        return List.of(
                "送信元ごとの記録がある"
                        + FIGURES.count(f.judged())
                        + "アドレスのうち、"
                        + FIGURES.count(linux)
                        + "アドレス（"
                        + FIGURES.percent(linux, f.judged())
                        + "）は、観測したIPヘッダのTTLが、Linux等の初期値64から経路上で減少した値として説明できるものでした。",
                "初期値64は他のUnix系OS等でも用いられ、TTLは設定やツールにより変更できるため、個々の送信元がLinuxであるとも、IoT機器であるとも断定できません。機器の種類は判定していません。");
    }

    @Override
    public List<Table> systemsTable(Facts f) {
        if (f.judged() == 0) {
            return List.of();
        }
        List<List<String>> rows = new ArrayList<>();
        for (Os os : Os.values()) {
            long sources = f.systems().getOrDefault(os, 0L);
            rows.add(
                    List.of(
                            system(os),
                            FIGURES.count(sources),
                            FIGURES.percent(sources, f.judged())));
        }
        return List.of(new Table("表1　TTLからみた送信元のOS", List.of("TTLから考えられるOS", "送信元", "割合"), rows));
    }

    @Override
    public List<String> others(Facts f) {
        if (f.judged() == 0) {
            return List.of();
        }
        if (f.others().isEmpty()) {
            return List.of("同じ送信元IPアドレスのうち1%以上（2アドレス以上）が共通してアクセスした他の宛先ポートは、観測されませんでした。");
        }
        List<String> lines = new ArrayList<>();
        Overlap most = f.others().getFirst();
        lines.add(
                "送信元"
                        + FIGURES.count(f.judged())
                        + "アドレスのうち"
                        + FIGURES.count(most.sources())
                        + "アドレス（"
                        + FIGURES.percent(most.sources(), f.judged())
                        + "）は、観測期間中に"
                        + Figures.port(most.other())
                        + "にもアクセスしていました。");
        if (f.others().stream().anyMatch(o -> isNetis(o.other()))) {
            lines.add("53413/UDPは、Netis（Netcore）製ルータのバックドアで使用されることが知られているポートです。");
        }
        lines.add("同じIPアドレスからのアクセスであっても、同じ機器によるものとは限りません。");
        return lines;
    }

    static boolean isNetis(Port port) {
        return port.equals(new Port(Protocol.UDP, 53413));
    }

    @Override
    public List<Table> othersTable(Facts f) {
        List<List<String>> rows = new ArrayList<>();
        for (Overlap other : f.others()) {
            rows.add(
                    List.of(
                            Figures.port(other.other()),
                            FIGURES.count(other.sources()),
                            FIGURES.percent(other.sources(), f.judged())));
        }
        return rows.isEmpty()
                ? List.of()
                : List.of(
                        new Table(
                                "表2　同じ送信元がアクセスした他の宛先ポート（上位" + Facts.MOST_OTHERS + "件まで、1%以上）",
                                List.of("宛先ポート", "送信元", "割合"),
                                rows));
    }

    @Override
    public String figureDescription(Facts f) {
        return String.join("", accesses(f));
    }

    @Override
    public String system(Os os) {
        return switch (os) {
            case LINUX -> "Linux等（初期値64）";
            case WINDOWS -> "Windows（初期値128）";
            case OTHER -> "その他（初期値255）";
            case UNCLEAR -> "判定不能";
        };
    }
}

package teiten.advisory;

import teiten.store.Estimate;
import teiten.trend.Level;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// The notice's method, advice and references in Japanese.
final class JapaneseMethod implements Method {
    private static final Figures FIGURES = new Figures(Language.JA);

    @Override
    public List<Words.Entry> counted(Facts f) {
        List<Words.Entry> entries = new ArrayList<>();
        String utc = f.zone().equals(ZoneOffset.UTC) || f.zone().getId().equals("UTC") ? "" : "。";
        entries.add(
                new Words.Entry(
                        "観測期間",
                        Japanese.window(f, f.zone())
                                + (utc.isEmpty()
                                        ? "。"
                                        : "。UTCでは" + Japanese.window(f, ZoneOffset.UTC) + "。")
                                + "日の区切りは"
                                + Japanese.name(f.zone())
                                + "の午前0時です。送信元のOS及び他の宛先ポートの集計は、期間をUTCの日単位に広げて行っています。"));
        entries.add(new Words.Entry("センサー", sensors(f)));
        entries.add(
                new Words.Entry(
                        "アクセス",
                        "センサーに届いたパケットのうち、TCPではSYNがありACKのないもの、UDP、ICMPではエコー要求等、応答（他者を装った通信への返信）でないもの1個を1件と数えています。"));
        entries.add(new Words.Entry("単位", Japanese.UNIT + "は、アクセス件数を、観測できた日数と監視対象IPアドレス数で除した値です。"));
        entries.add(
                new Words.Entry(
                        "増減の判定",
                        "半日以上観測できた日を用い、直近の期間（全体の4分の1、"
                                + Level.LEAST_PART
                                + "～"
                                + Level.MOST_RECENT
                                + "日）を、それより前の日を二分した期間のそれぞれと比べ、中央値の比が"
                                + Level.FACTOR
                                + "倍以上で、かつ順位和検定（片側1%）で差がある場合に「差がある」としています。"));
        entries.add(new Words.Entry("誤差", errors(f)));
        entries.add(new Words.Entry("観測の欠け", gaps(f)));
        if (!f.rulesVersions().isEmpty() && (f.marksAreLookedFor() || !f.marks().isEmpty())) {
            entries.add(
                    new Words.Entry(
                            "特徴の判定",
                            "判定規則の版："
                                    + String.join(
                                            "、",
                                            f.rulesVersions().stream()
                                                    .map(String::valueOf)
                                                    .toList())
                                    + "。1個のパケットが複数の特徴をもつことがあります。"));
        }
        entries.add(
                new Words.Entry(
                        "限界",
                        "送信元IPアドレスは詐称されることがあり、複数の機器で共有され、時間とともに別の機器に割り当てられることがあります。観測結果は上記のセンサーに届いた通信に限られ、インターネット全体を代表するとは限りません。通信の内容、攻撃の成否及び個々の機器の感染の有無は、この観測からは分かりません。"));
        return entries;
    }

    private static String sensors(Facts f) {
        StringBuilder text = new StringBuilder();
        for (Facts.SensorFact sensor : f.sensors()) {
            text.append(text.isEmpty() ? "" : "、")
                    .append("「")
                    .append(sensor.name())
                    .append("」（監視対象")
                    .append(sensor.addresses().isExact() ? "" : "約")
                    .append(FIGURES.estimate(sensor.addresses()))
                    .append("アドレス")
                    .append(sensor.inferred() ? "、推定" : "")
                    .append(sensor.demo() ? "、DEMO・模擬データ" : "")
                    .append("）");
        }
        text.append("。監視対象は合計").append(total(f)).append("アドレスです。");
        if (f.inferred()) {
            text.append("「推定」のセンサーは、監視対象の指定がないため、観測された宛先の数を用いています。実際の数がこれより多ければ")
                    .append(Japanese.UNIT)
                    .append("の値は過大、少なければ過小となります。");
        }
        return text.toString();
    }

    private static String total(Facts f) {
        double error =
                f.sensors().stream()
                        .mapToDouble(s -> s.addresses().relativeError())
                        .max()
                        .orElse(0);
        return (error > 0 ? "約" : "") + FIGURES.estimate(new Estimate(f.addresses(), error));
    }

    private static String errors(Facts f) {
        return "アクセス件数は実数です。平均及び中央値は、件数の統計的なゆらぎ（件数の平方根）に見合う桁までを示しています。"
                + (f.sources().isExact()
                        ? "送信元IPアドレス数は実数です。"
                        : "送信元IPアドレス数は推定値（HyperLogLog）で、標準誤差は±" + Japanese.error(f) + "です。");
    }

    private static String gaps(Facts f) {
        if (f.gaps().isEmpty()) {
            return f.observedShare() < 1
                    ? "記録された欠測はありません。期間の端など、記録のない時間は観測できた時間に含めていません。"
                    : "ありません。";
        }
        StringBuilder text = new StringBuilder();
        int shown = Math.min(f.gaps().size(), Notice.MOST_GAPS);
        for (Facts.GapFact gap : f.gaps().subList(0, shown)) {
            text.append(text.isEmpty() ? "" : "、")
                    .append(span(gap.from(), gap.to(), f.zone()))
                    .append("（「")
                    .append(gap.sensor())
                    .append("」、")
                    .append(gap.outage() ? "受信の途絶" : "記録なし")
                    .append("）");
        }
        if (f.gaps().size() > shown) {
            text.append("、ほか").append(f.gaps().size() - shown).append("件");
        }
        return text.append("。欠けた時間はゼロ件とはしていません。").toString();
    }

    private static String span(Instant from, Instant to, ZoneId zone) {
        return FIGURES.time(from, zone) + "～" + FIGURES.time(to, zone);
    }

    @Override
    public List<String> ownersIntroduction(Facts f) {
        return List.of(
                "この観測結果からは、個々の機器が感染しているかどうかは分かりません。ルータ、ウェブカメラ、ネットワークストレージ（NAS）、デジタルビデオレコーダ等をお使いの方は、次の手順で機器を確認してください。");
    }

    @Override
    public List<String> steps(Facts f) {
        return List.of(
                "機器の機種名及びファームウェアの版を調べ、製造元の最新のセキュリティ情報を確認する。",
                "インターネットから接続できる機能を調べ、不要なものを閉じる"
                        + (f.portCanBeClosed()
                                ? "（この資料で取り上げた" + Figures.port(f.port()) + "を含む）"
                                : "")
                        + "。",
                "機器の電源を入れ直す。電源の入れ直しだけでは、再び感染するおそれがあるため、4及び5と続けて行う。",
                "管理用のパスワードを、初期設定のものや他で使用しているものから、推測されにくい固有のものに変更する。",
                "ファームウェアを最新の版に更新し、自動更新の機能があれば有効にする。",
                "インターネット側からの管理機能を無効にし、見覚えのないVPN、DDNS等の設定がないか確認する。見付かった場合は、工場出荷時の状態に初期化した上で、ファームウェアの更新及びパスワードの変更を行う。",
                "製造元のサポートが終了した機器は、使用を中止し、交換する。",
                "使用していない機器は、ネットワークから切り離す。新たに購入するときは、セキュリティ要件適合評価制度（JC-STAR）のラベルがある製品等を選ぶ。");
    }

    @Override
    public String together() {
        return "3から5までは、間を置かずに続けて行ってください。";
    }

    @Override
    public List<String> references(Facts f) {
        List<String> lines = new ArrayList<>();
        lines.add("アクセス、" + Japanese.UNIT + "：警察庁「インターネット観測結果等」（@police）の集計方法に倣った。");
        lines.add("観測資料の構成：警察庁「IoT機器を標的とした攻撃の観測について」（2015年12月15日）。");
        lines.add("応答パケットの判別：CAIDA corsaro3（libcorsaro_filtering）。");
        if (f.marksAreLookedFor()) {
            lines.add(
                    "特徴：Antonakakisほか「Understanding the Mirai Botnet」（USENIX Security"
                        + " 2017）、Durumericほか「ZMap: Fast Internet-Wide Scanning and Its Security"
                        + " Applications」（USENIX Security 2013）、Masscan及びZMapの公開ソースコード。");
        }
        if (f.level().kind() != Level.Kind.TOO_LITTLE_DATA) {
            lines.add("増減の判定：MannとWhitney（Annals of Mathematical Statistics 18, 1947）の順位和検定。");
        }
        if (!f.sources().isExact()) {
            lines.add(
                    "送信元数の推定：Ertl「New cardinality estimation algorithms for HyperLogLog"
                            + " sketches」（2017）。");
        }
        lines.add("対策：警察庁及び警視庁、NICT「NOTICE」、JPCERT/CC並びにIPA「JC-STAR」の公開資料。");
        return lines;
    }
}

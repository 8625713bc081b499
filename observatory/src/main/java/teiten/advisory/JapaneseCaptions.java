package teiten.advisory;

import teiten.trend.Level;

import java.time.LocalDateTime;
import java.util.List;

/// The words of the figure and its table in Japanese.
final class JapaneseCaptions implements Captions {
    private static final Figures FIGURES = new Figures(Language.JA);

    @Override
    public String figureTitle(Facts f) {
        return "図1　" + Japanese.to(f) + "アクセス件数の推移";
    }

    @Override
    public String figureNote(Facts f) {
        String step =
                switch (f.step()) {
                    case MINUTE -> "1分";
                    case HOUR -> "1時間";
                    case DAY -> "1日";
                };
        return "点は"
                + step
                + "ごとの値（"
                + Japanese.UNIT
                + "に換算）、網掛けは観測の欠けを示します。半分以上を観測できなかった"
                + step
                + "の値は描いていません。"
                + (f.level().kind() == Level.Kind.TOO_LITTLE_DATA ? "" : "破線は、増減の判定に用いた各期間の中央値です。");
    }

    @Override
    public String unit() {
        return Japanese.UNIT;
    }

    @Override
    public String gap() {
        return "欠測";
    }

    @Override
    public String nothingToDraw() {
        return "半分以上を観測できた区間がないため、グラフは示していません。";
    }

    @Override
    public String median(Level.Part part, Facts f) {
        return "中央値 " + FIGURES.median(part);
    }

    @Override
    public String tick(LocalDateTime at, Words.Tick tick) {
        return switch (tick) {
            case MINUTE -> at.getHour() + ":" + String.format("%02d", at.getMinute());
            case DAY -> at.getMonthValue() + "/" + at.getDayOfMonth();
            case MONTH -> at.getMonthValue() + "月";
            case YEAR_MONTH -> at.getYear() + "年" + at.getMonthValue() + "月";
        };
    }

    @Override
    public String dataTable() {
        return "図1の数値";
    }

    @Override
    public List<String> dataHeader() {
        return List.of("開始", Japanese.UNIT, "アクセス件数", "送信元", "観測できた割合");
    }

    @Override
    public String notObserved() {
        return "欠測";
    }
}

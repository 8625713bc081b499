package teiten.advisory;

import teiten.trend.Level;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// The words of the figure and its table in English.
final class EnglishCaptions implements Captions {
    private static final Figures FIGURES = new Figures(Language.EN);

    @Override
    public String figureTitle(Facts f) {
        return "Figure 1. Accesses to " + English.target(f);
    }

    @Override
    public String figureNote(Facts f) {
        String step =
                switch (f.step()) {
                    case MINUTE -> "minute";
                    case HOUR -> "hour";
                    case DAY -> "day";
                };
        return "Points: values of one "
                + step
                + ", as "
                + English.UNIT
                + ". Shaded: gaps in the observation. Without a point: each "
                + step
                + " of which less than half was observed."
                + (f.level().kind() == Level.Kind.TOO_LITTLE_DATA
                        ? ""
                        : " Dashed: medians of the parts that are compared.");
    }

    @Override
    public String unit() {
        return English.UNIT;
    }

    @Override
    public String gap() {
        return "gap";
    }

    @Override
    public String nothingToDraw() {
        return "There is no figure: no stretch of time was observed for at least half.";
    }

    @Override
    public String median(Level.Part part, Facts f) {
        return "median " + FIGURES.median(part);
    }

    @Override
    public String tick(LocalDateTime at, Words.Tick tick) {
        String pattern =
                switch (tick) {
                    case MINUTE -> "H:mm";
                    case DAY -> "d MMM";
                    case MONTH -> "MMM";
                    case YEAR_MONTH -> "MMM uuuu";
                };
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(at);
    }

    @Override
    public String dataTable() {
        return "Values of figure 1";
    }

    @Override
    public List<String> dataHeader() {
        return List.of("Begin", "Per day and IP address", "Accesses", "Sources", "Observed");
    }

    @Override
    public String notObserved() {
        return "gap";
    }
}

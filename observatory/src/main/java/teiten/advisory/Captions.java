package teiten.advisory;

import teiten.trend.Level;

import java.time.LocalDateTime;
import java.util.List;

/// The words of a notice's figure and of the table behind it, in one language.
sealed interface Captions permits JapaneseCaptions, EnglishCaptions {
    static Captions in(Language language) {
        return switch (language) {
            case JA -> new JapaneseCaptions();
            case EN -> new EnglishCaptions();
        };
    }

    String figureTitle(Facts f);

    String figureNote(Facts f);

    String unit();

    String gap();

    String nothingToDraw();

    String median(Level.Part part, Facts f);

    String tick(LocalDateTime at, Words.Tick tick);

    String dataTable();

    List<String> dataHeader();

    String notObserved();
}

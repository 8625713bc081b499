package teiten.advisory;

import java.util.List;

/// How a notice was counted, what owners should do, and where definitions come from, in one language.
sealed interface Method permits JapaneseMethod, EnglishMethod {
    static Method in(Language language) {
        return switch (language) {
            case JA -> new JapaneseMethod();
            case EN -> new EnglishMethod();
        };
    }

    List<Words.Entry> counted(Facts f);

    List<String> ownersIntroduction(Facts f);

    /// The eight steps; [#TOGETHER_FROM] to [#TOGETHER_TO] (counted from 1) belong together.
    List<String> steps(Facts f);

    String together();

    int TOGETHER_FROM = 3;
    int TOGETHER_TO = 5;

    List<String> references(Facts f);
}

package teiten.advisory;

import teiten.store.Readings.Os;

import java.util.List;

/// What a notice says, in one language. Every method is a function of the facts; where the facts do not carry a
/// sentence, the list is shorter or empty. The texts are plain: whoever sets them escapes them.
sealed interface Words permits Japanese, English {
    static Words in(Language language) {
        return switch (language) {
            case JA -> new Japanese();
            case EN -> new English();
        };
    }

    /// The parts of the page, in order.
    enum Part {
        SUMMARY,
        OBSERVED,
        ACCESSES,
        SOURCES,
        MARKS,
        SYSTEMS,
        OTHERS,
        COUNTED,
        OWNERS,
        REFERENCES
    }

    /// A term and what it means on this page.
    record Entry(String term, String text) {}

    /// @param rows cells; the first names the row, the others are figures
    record Table(String caption, List<String> header, List<List<String>> rows) {}

    /// How the axis of time names a tick.
    enum Tick {
        MINUTE,
        DAY,
        MONTH,
        YEAR_MONTH
    }

    String kicker();

    String heading(Part part);

    String title(Facts f);

    /// Empty unless a sensor's data were simulated.
    List<String> demo(Facts f);

    List<Entry> imprint(Facts f);

    List<String> summary(Facts f);

    List<String> accesses(Facts f);

    List<String> sources(Facts f);

    List<String> marks(Facts f);

    List<String> systems(Facts f);

    List<Table> systemsTable(Facts f);

    List<String> others(Facts f);

    List<Table> othersTable(Facts f);

    /// The chart in words, for those who do not see it.
    String figureDescription(Facts f);

    String system(Os os);
}

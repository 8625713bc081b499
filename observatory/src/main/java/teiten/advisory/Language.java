package teiten.advisory;

/// The two languages of everything users read; neither is a translation of lesser rank.
public enum Language {
    JA("ja"),
    EN("en");

    private final String tag;

    Language(String tag) {
        this.tag = tag;
    }

    /// The tag of BCP 47, as `html lang` takes it.
    public String tag() {
        return tag;
    }
}

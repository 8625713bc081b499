package teiten.sample;

/// One answer about a file: known, with its place and its trust, or plainly unknown with the reason.
public sealed interface Fact {
    /// The spelling of "not known" in every output.
    String UNKNOWN = "unknown";

    /// The value, or `"unknown"`.
    String value();

    /// A value that stands in the file.
    ///
    /// @param where the field or section and its offset, such as `e_flags (offset 0x24)`
    record Known(String value, String where, Trust trust) implements Fact {}

    /// @param why what is missing, such as `no .ARM.attributes section`
    record Unknown(String why) implements Fact {
        @Override
        public String value() {
            return UNKNOWN;
        }
    }

    static Fact known(String value, String where, Trust trust) {
        return new Known(value, where, trust);
    }

    static Fact unknown(String why) {
        return new Unknown(why);
    }

    default boolean isKnown() {
        return this instanceof Known;
    }

    /// Whether the value is known and equals `expected`.
    default boolean is(String expected) {
        return isKnown() && value().equals(expected);
    }
}

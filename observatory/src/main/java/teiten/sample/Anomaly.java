package teiten.sample;

import java.util.Locale;

/// Something in a file that is not as its format asks. An anomaly is data about the sample, not an error of the reader.
///
/// @param where the field and its offset, such as `e_phentsize (offset 0x2a)`
/// @param detail what stands there, already free of control characters
public record Anomaly(Kind kind, String where, String detail) {
    public enum Kind {
        IDENT_CLASS,
        IDENT_DATA,
        IDENT_VERSION,
        IDENT_PADDING,
        E_VERSION,
        EHSIZE,
        TRUNCATED_HEADER,
        PHENTSIZE,
        PHNUM,
        PROGRAM_HEADERS_OUTSIDE,
        SEGMENT_OUTSIDE,
        SEGMENTS_OVERLAP,
        SEGMENT_MEMORY,
        ENTRY_OUTSIDE,
        INTERPRETER,
        DYNAMIC,
        NOTE,
        SHENTSIZE,
        SHNUM,
        SHSTRNDX,
        SECTION_TABLE_OUTSIDE,
        SECTION_OUTSIDE,
        TRAILING_BYTES,
        MACHINE_CLASS,
        ATTRIBUTES,
        CUT_AT_BOUND,
        ARCHIVE;

        /// The stable word that scripts may compare, such as `segment-outside`.
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// One line: code, place, detail.
    public String line() {
        return kind.code() + ": " + detail + " [" + where + "]";
    }
}

package teiten.sample;

/// One piece of text found in a file.
///
/// @param value the text, defanged, printable ASCII only
/// @param offset where it stands in the file
/// @param via `plain`, or how it was decoded, such as `xor 0x22`
public record Found(String value, long offset, String via) {
    static final String PLAIN = "plain";
}

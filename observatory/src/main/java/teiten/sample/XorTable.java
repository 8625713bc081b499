package teiten.sample;

import java.util.List;

/// A table of text hidden by XOR with one byte, decoded.
///
/// Mirai's kin XOR with four key bytes in sequence, which is XOR with one byte.
///
/// @param key the byte, 1 to 255
/// @param offset first byte of the table in the file
/// @param length bytes from the first entry to the end of the last
/// @param anchors the known words that gave the key away, each with its offset: the evidence
/// @param entries the decoded texts in file order, defanged, bounded
/// @param cut whether entries beyond the bound were left out
public record XorTable(
        int key, long offset, int length, List<Found> anchors, List<Found> entries, boolean cut) {
    /// `xor 0x22`
    public String via() {
        return String.format(java.util.Locale.ROOT, "xor 0x%02x", key);
    }
}

package teiten.sample;

/// One byte range of a header that must be put right before a strict loader (qemu) takes the file.
///
/// @param offset where in the file
/// @param length 1, 2 or 4 bytes, in the byte order of the reading that holds
/// @param value the right value
/// @param field the header field's name
public record Patch(int offset, int length, long value, String field) {}

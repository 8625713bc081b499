package teiten.sample;

/// One program header as read, and how random the bytes behind it are. Numbers are unsigned 64-bit.
///
/// @param present how many of `fileBytes` really lie in the file
/// @param entropy Shannon entropy of the bytes present, 0 to 8 bits a byte; 0 where nothing is present
public record Segment(
        int index,
        long type,
        int flags,
        long offset,
        long virtualAddress,
        long fileBytes,
        long memoryBytes,
        int present,
        double entropy) {
    public boolean isLoad() {
        return type == ElfHeader.PT_LOAD;
    }

    /// `rwx` in the order of `ls`, with `-` for what is missing.
    public String permissions() {
        return ((flags & 4) != 0 ? "r" : "-")
                + ((flags & 2) != 0 ? "w" : "-")
                + ((flags & 1) != 0 ? "x" : "-");
    }

    /// readelf's name for the types met in Linux programs, else the number.
    public String typeName() {
        return switch ((int) type) {
            case 0 -> "NULL";
            case 1 -> "LOAD";
            case 2 -> "DYNAMIC";
            case 3 -> "INTERP";
            case 4 -> "NOTE";
            case 6 -> "PHDR";
            case 7 -> "TLS";
            case 0x6474e550 -> "GNU_EH_FRAME";
            case 0x6474e551 -> "GNU_STACK";
            case 0x6474e552 -> "GNU_RELRO";
            case 0x6474e553 -> "GNU_PROPERTY";
            default -> "0x" + Long.toHexString(type);
        };
    }
}

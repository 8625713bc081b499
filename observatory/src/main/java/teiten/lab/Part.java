package teiten.lab;

/// One part of the seal, and whether it is there.
///
/// @param name what it is, in a few words
/// @param holds whether it is present, or proved
/// @param detail where it was found, what it answered, or why it is missing
/// @param debianPackage the Debian package that brings it; empty when none does
public record Part(String name, boolean holds, String detail, String debianPackage) {
    static Part there(String name, String detail, String debianPackage) {
        return new Part(name, true, detail, debianPackage);
    }

    static Part missing(String name, String detail, String debianPackage) {
        return new Part(name, false, detail, debianPackage);
    }
}

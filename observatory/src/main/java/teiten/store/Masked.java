package teiten.store;

/// How a name or a password is shown to whoever did not ask to see it: the first character, and that there is more.
/// What was typed at a decoy may be the password of somebody's real device.
public final class Masked {
    private Masked() {}

    /// Always as long, so that the length is not told either; an empty word stays empty.
    public static String word(String word) {
        return word.isEmpty() ? "" : new String(Character.toChars(word.codePointAt(0))) + "•••";
    }
}

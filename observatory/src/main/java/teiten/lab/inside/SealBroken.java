package teiten.lab.inside;

/// A part of the seal is missing or does not hold; nothing is run. The message names the part.
final class SealBroken extends RuntimeException {
    private static final long serialVersionUID = 1;

    SealBroken(String part) {
        super(part, null, false, false);
    }
}

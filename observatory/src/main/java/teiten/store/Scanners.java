package teiten.store;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/// Whether known investigators are part of an answer: sources in a list that the operator supplied, and aggressive
/// hitters ([HitterSearch]). They are always stored and counted; this only chooses what is shown.
public enum Scanners {
    ALL,
    WITHOUT,
    ONLY;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Null when the label is none.
    public static @Nullable Scanners ofLabel(String label) {
        for (Scanners each : values()) {
            if (each.label().equals(label)) {
                return each;
            }
        }
        return null;
    }
}

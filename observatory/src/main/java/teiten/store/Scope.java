package teiten.store;

import java.time.Instant;
import java.util.Set;

/// What a question is about: a half-open span of time and the sensors asked.
///
/// @param from inclusive
/// @param to exclusive
/// @param sensors names; empty means all
/// @param scanners whether known investigators are part of the answer
public record Scope(Instant from, Instant to, Set<String> sensors, Scanners scanners) {
    public Scope {
        sensors = Set.copyOf(sensors);
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException(
                    "the span ends (" + to + ") before it begins (" + from + ")");
        }
    }

    /// Everything that was seen, known investigators included.
    public Scope(Instant from, Instant to, Set<String> sensors) {
        this(from, to, sensors, Scanners.ALL);
    }

    /// The same question about other sources.
    public Scope with(Scanners which) {
        return new Scope(from, to, sensors, which);
    }
}

package teiten.store;

import java.time.Instant;
import java.util.Set;

/// What a question is about: a half-open span of time and the sensors asked.
///
/// @param from inclusive
/// @param to exclusive
/// @param sensors names; empty means all
public record Scope(Instant from, Instant to, Set<String> sensors) {
    public Scope {
        sensors = Set.copyOf(sensors);
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException(
                    "the span ends (" + to + ") before it begins (" + from + ")");
        }
    }
}

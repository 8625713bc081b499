package teiten.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One conversation with all its events, in order.
///
/// Parts of one conversation (a log that was rotated, a replay) merge: the union by event id, so merging is
/// associative and commutative, and merging with itself changes nothing.
///
/// @param visit that of the part which knows most: the one with the `connected`, if any
/// @param events at least one, by time, number and id
public record Session(Visit visit, List<Event> events) {
    private static final Comparator<Event> ORDER =
            Comparator.comparing(Event::at)
                    .thenComparingInt(Event::number)
                    .thenComparing(Event::id);

    public Session {
        if (events.isEmpty()) {
            throw new IllegalArgumentException("a session has at least one event");
        }
        events = List.copyOf(events);
    }

    /// Of events of one session, in any order.
    public static Session of(List<Event> events) {
        List<Event> sorted = new ArrayList<>(events);
        sorted.sort(ORDER);
        Visit visit = sorted.getFirst().visit();
        for (Event event : sorted) {
            if (event instanceof Event.Connected) {
                visit = event.visit();
                break;
            }
        }
        return new Session(visit, sorted);
    }

    /// The union with another part of the same session.
    public Session merge(Session other) {
        Map<String, Event> union = new LinkedHashMap<>();
        for (Event event : events) {
            union.put(event.id(), event);
        }
        for (Event event : other.events) {
            union.putIfAbsent(event.id(), event);
        }
        return of(List.copyOf(union.values()));
    }

    public String id() {
        return visit.session();
    }

    public Instant start() {
        return events.getFirst().at();
    }

    public Instant end() {
        return events.getLast().at();
    }

    /// About how many bytes of memory it takes.
    public long weight() {
        long weight = 0;
        for (Event event : events) {
            weight += Gatherer.weight(event);
        }
        return weight;
    }

    /// Whether its end was seen.
    public boolean ended() {
        for (Event event : events) {
            if (event instanceof Event.Closed) {
                return true;
            }
        }
        return false;
    }
}

package teiten.session.read;

import org.jspecify.annotations.Nullable;

import teiten.session.Event;
import teiten.session.Recorder;
import teiten.session.Visit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The sessions of a log that is being read: one recorder each, at the time of the line in hand.
///
/// The key is the log's session id, which an attacker may influence, so the table is bounded: the session that was
/// silent the longest is forgotten (its later lines begin it anew) and counted.
final class Desk {
    /// The most sessions held at the same time.
    static final int MOST_SESSIONS = 50_000;

    private final Map<String, Recorder> sessions = new LinkedHashMap<>(1024, 0.75f, true);
    private final ReadCounts counts;
    private final Consumer<Event> sink;
    private Instant now = Instant.EPOCH;

    Desk(ReadCounts counts, Consumer<Event> sink) {
        this.counts = counts;
        this.sink =
                event -> {
                    counts.event();
                    sink.accept(event);
                };
    }

    void at(Instant time) {
        now = time;
    }

    @Nullable Recorder find(String key) {
        return sessions.get(key);
    }

    /// The recorder of that session, bound to the visit that is given the first time.
    Recorder open(String key, Supplier<Visit> visit) {
        Recorder known = sessions.get(key);
        if (known != null) {
            return known;
        }
        if (sessions.size() >= MOST_SESSIONS) {
            Map.Entry<String, Recorder> eldest = sessions.entrySet().iterator().next();
            sessions.remove(eldest.getKey());
            if (!eldest.getValue().ended()) {
                counts.note("sessions forgotten because too many were open");
            }
        }
        Recorder recorder = new Recorder(visit.get(), () -> now, sink);
        sessions.put(key, recorder);
        return recorder;
    }

    void forget(String key) {
        sessions.remove(key);
    }
}

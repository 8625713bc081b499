package teiten.decoy;

import teiten.session.Event;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Evidence kept in memory for tests.
final class Collected implements Evidence {
    final List<Event> events = new CopyOnWriteArrayList<>();
    final Map<String, Integer> files = new ConcurrentHashMap<>();

    @Override
    public void record(Event event) {
        events.add(event);
    }

    @Override
    public void keep(String sha256, byte[] bytes) {
        files.put(sha256, bytes.length);
    }
}

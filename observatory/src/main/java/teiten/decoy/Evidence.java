package teiten.decoy;

import teiten.session.Event;

/// Where the doors hand what happened. Called by many threads; must not block for long.
public interface Evidence {
    void record(Event event);

    /// Keeps the bytes of a captured file under their hash.
    void keep(String sha256, byte[] bytes);
}

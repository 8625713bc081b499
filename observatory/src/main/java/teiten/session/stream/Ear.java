package teiten.session.stream;

import teiten.session.Event.Side;

import java.time.Instant;

/// Hears one conversation, in order: bytes of both sides as they are complete, what is missing, and the end.
public interface Ear {
    /// The next bytes of that side. The array is only lent.
    void bytes(Side side, byte[] bytes, int from, int to, Instant at);

    /// So many bytes of that side were never captured; what follows stands behind the gap.
    void missing(Side side, long bytes, Instant at);

    /// So many bytes came a second time and were different; the first ones were kept.
    void conflict(Side side, long bytes, Instant at);

    /// The last call. Reasons: `closed` (both sides), `reset`, `timeout`, `pushed-out`, `reopened`, `capture-end`.
    void closed(String reason, Instant at);
}

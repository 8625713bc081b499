package teiten.sample;

import java.time.Instant;

/// One sighting of a sample: how it came here. The identity is bound by the sensor, not by what the attacker sent.
///
/// @param session the session's id, or empty when a person added the file
/// @param url where it was to be fetched from, as the attacker wrote it; empty when unknown
/// @param sensor the sensor or the command that took it
public record Provenance(String session, String url, String sensor, Instant time) {
    /// Longer texts are cut: they are the attacker's.
    static final int LONGEST = 2048;

    public Provenance {
        session = cut(session);
        url = cut(url);
        sensor = cut(sensor);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}

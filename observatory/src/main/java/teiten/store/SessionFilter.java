package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;

/// Which sessions a question is about. An empty word, or null, leaves that side open.
///
/// @param scope sessions that began in this span, on these sensors
/// @param step that reached this step of an attack, or a later one
/// @param text found, in any case, in the row: a URL, host, file, token, evidence
public record SessionFilter(
        Scope scope,
        @Nullable AttackStep step,
        String door,
        String family,
        String cpu,
        String fingerprint,
        @Nullable IpAddress source,
        String text) {
    /// All sessions of a scope.
    public static SessionFilter of(Scope scope) {
        return new SessionFilter(scope, null, "", "", "", "", null, "");
    }
}

package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.telescope.Mark;

/// Which scan events are asked for.
///
/// @param scope events that overlap its span, with their whole length
/// @param port null for all
/// @param protocol label of a protocol; empty for all
/// @param mark borne by a tenth of an event's packets or more; null for all
/// @param unmarked only events without such a mark
/// @param source null for all
public record EventFilter(
        Scope scope,
        @Nullable Port port,
        String protocol,
        @Nullable Mark mark,
        boolean unmarked,
        @Nullable IpAddress source) {

    public static EventFilter all(Scope scope) {
        return new EventFilter(scope, null, "", null, false, null);
    }

    public static EventFilter of(IpAddress source, Scope scope) {
        return new EventFilter(scope, null, "", null, false, source);
    }
}

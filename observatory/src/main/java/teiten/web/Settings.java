package teiten.web;

import java.util.Set;

/// How the dashboard is reached.
///
/// @param host address to bind; loopback unless the operator says otherwise
/// @param port 0 takes a free one
/// @param hostNames further names that the `Host` header may bear, for an operator behind a reverse proxy
public record Settings(String host, int port, Set<String> hostNames) {
    public Settings {
        hostNames = Set.copyOf(hostNames);
    }

    public static Settings loopback(int port) {
        return new Settings("127.0.0.1", port, Set.of());
    }
}

package teiten.sample.fetch;

import java.time.Duration;

/// What one fetch and one run may take.
///
/// @param bytes the largest body that is kept
/// @param redirects how many are followed
/// @param connect longest wait for a connection
/// @param whole longest time for one URL, redirects included
/// @param between the least time between two fetches
/// @param perHost the most fetches from one host in a run
/// @param most the most fetches in a run
public record FetchLimits(
        long bytes,
        int redirects,
        Duration connect,
        Duration whole,
        Duration between,
        int perHost,
        int most) {
    public static final FetchLimits DEFAULT =
            new FetchLimits(
                    8L << 20,
                    3,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10),
                    8,
                    100);
}

package teiten.sample;

import java.util.List;

/// The interesting text of a file, by kind, bounded and defanged.
///
/// @param ports numbers that stand with an address or in a URL
/// @param shell lines that a shell would run
/// @param credentials words of known default credentials standing close together: a table, not one word
/// @param seen how many printable runs were looked at
/// @param cut whether some list or the number of runs met its bound
public record StringFacts(
        List<Found> urls,
        List<Found> addresses,
        List<Found> hosts,
        List<Found> ports,
        List<Found> userAgents,
        List<Found> shell,
        List<Found> paths,
        List<Found> credentials,
        int seen,
        boolean cut) {
    static final StringFacts NONE =
            new StringFacts(
                    List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
                    List.of(), 0, false);
}

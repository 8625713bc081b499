package teiten.sample;

import java.util.List;

/// What a shell script (a dropper, as a rule) would fetch and run.
///
/// @param interpreter the `#!` line's program, or unknown
/// @param urls what it fetches, in order, each once
/// @param architectures CPU names in the order in which the script tries them
/// @param tools programs it calls, in order of first use
/// @param lines how many lines it has
public record ScriptFacts(
        Fact interpreter,
        List<Found> urls,
        List<Found> architectures,
        List<Found> tools,
        int lines) {}

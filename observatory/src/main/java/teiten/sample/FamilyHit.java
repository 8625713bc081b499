package teiten.sample;

import java.util.List;

/// A rule that a file met, with all it rests on.
///
/// @param family as the rule file names it
/// @param rule the rule's id
/// @param place rule file and line, such as `families.toml:12`
/// @param evidence the rule's strings that were found, each with its offset and whether it was hidden
/// @param needed how many different strings the rule asks for
public record FamilyHit(
        String family, String rule, String place, List<Found> evidence, int needed) {}

package teiten.session.understand;

/// A line that matched a family's rule.
///
/// @param rule the rule's id
/// @param line what matched, at most 200 characters
public record Evidence(String rule, String line) {}

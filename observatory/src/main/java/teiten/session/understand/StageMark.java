package teiten.session.understand;

import java.time.Instant;

/// The first sign that a session reached a stage.
///
/// @param evidence the line or event that shows it, at most 200 characters
public record StageMark(Stage stage, Instant at, String evidence) {}

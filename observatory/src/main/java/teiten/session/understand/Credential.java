package teiten.session.understand;

/// One pair that was tried.
///
/// @param accepted whether it opened the door
public record Credential(String user, String password, boolean accepted) {}

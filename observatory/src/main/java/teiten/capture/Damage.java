package teiten.capture;

/// Where and why a capture could not be read on. Everything before it was delivered.
///
/// @param offset of the record or block that could not be read, in bytes of the uncompressed capture
/// @param reason one short phrase for the user, without the offset: "the file ends inside a packet record"
public record Damage(long offset, String reason) {}

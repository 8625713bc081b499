package teiten.sample;

import java.util.List;

/// What an archive holds, as far as the bounds let it be opened.
///
/// @param format `zip`, `tar`, `gzip`
/// @param members in archive order
/// @param unpackedBytes how much was unpacked in all; never more than the bound
/// @param cut whether a bound stopped the reading: a bomb, or simply a large archive
public record ArchiveFacts(String format, List<Member> members, long unpackedBytes, boolean cut) {
    /// One member.
    ///
    /// @param name as the archive spells it, control characters replaced; never used as a path
    /// @param sha256 of the unpacked bytes, unknown when encrypted or cut
    /// @param kind `elf`, `script`, `archive`, `other`, or `encrypted`
    /// @param cpu of an ELF member, else unknown
    public record Member(String name, long size, Fact sha256, String kind, Fact cpu) {}
}

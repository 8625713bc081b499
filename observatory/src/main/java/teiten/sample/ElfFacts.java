package teiten.sample;

import java.util.List;

/// Everything the ELF structures of one file say, each answer with its place and trust.
///
/// @param headerLies whether class, data or version in `e_ident` contradict the reading that holds
/// @param evidence for `headerLies`: what the header says and how the four readings scored
/// @param corrections what a strict loader needs put right; empty for an honest header
/// @param staticallyLinked `yes` or `no`, decided from the segments
/// @param stripped `yes` or `no`; unknown without a readable section table
public record ElfFacts(
        Cpu cpu,
        Fact elfClass,
        Fact endianness,
        Fact type,
        Fact machine,
        Fact flags,
        Fact flagsText,
        Fact osAbi,
        Fact staticallyLinked,
        Fact stripped,
        Fact interpreter,
        boolean headerLies,
        String evidence,
        List<Patch> corrections,
        List<Segment> segments,
        int sections,
        List<String> needed,
        Fact buildId,
        Packing packing,
        List<Anomaly> anomalies) {

    /// A copy of `file` with the corrections applied, for a loader that checks what the kernel ignores.
    public byte[] corrected(byte[] file) {
        byte[] copy = file.clone();
        for (Patch patch : corrections) {
            for (int i = 0; i < patch.length(); i++) {
                int at =
                        patch.offset()
                                + (cpu.order() == Endianness.LITTLE ? i : patch.length() - 1 - i);
                if (at < copy.length) {
                    copy[at] = (byte) (patch.value() >>> 8 * i);
                }
            }
        }
        return copy;
    }
}

package teiten.sample;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Which of the four readings (class × byte order) of an ELF header holds.
///
/// The native kernel runs x86-64 files whose `EI_CLASS`, `EI_DATA` or `EI_VERSION` are false, so those bytes are a claim
/// and no more. Every reading is scored by what a loader would have to find; the claim itself only breaks ties.
///
/// @param header the header in the reading that holds
/// @param score its points, 0 to [#FULL]
/// @param claimed what the identification bytes say, or null when they say nothing valid
/// @param decided whether anything beyond the claim speaks for this reading
/// @param scores all four, in words, as evidence
record Reading(
        ElfHeader header, int score, @Nullable ElfHeader claimed, boolean decided, String scores) {
    static final int FULL = 32;

    /// A contradicting reading must win by this much: one accidental field is not enough to call the header a liar.
    private static final int MARGIN = 4;

    static Reading of(FileBytes file) {
        int classByte = file.u8(ElfHeader.EI_CLASS);
        int dataByte = file.u8(ElfHeader.EI_DATA);
        List<String> all = new ArrayList<>(4);
        ElfHeader best = null;
        ElfHeader claimed = null;
        int bestScore = -1;
        int claimedScore = -1;
        for (ElfClass width : ElfClass.values()) {
            for (Endianness order : Endianness.values()) {
                ElfHeader header = ElfHeader.read(file, width, order);
                int agreement =
                        (classByte == width.identByte() ? 1 : 0)
                                + (dataByte == order.identByte() ? 1 : 0);
                int score = score(file, header) + agreement;
                all.add(width + " " + order.word() + " " + score);
                if (agreement == 2) {
                    claimed = header;
                    claimedScore = score;
                }
                if (best == null || score > bestScore) {
                    best = header;
                    bestScore = score;
                }
            }
        }
        if (best == null) {
            throw new IllegalStateException("no reading tried");
        }
        if (claimed != null && bestScore < claimedScore + MARGIN) {
            best = claimed;
            bestScore = claimedScore;
        }
        return new Reading(best, bestScore, claimed, bestScore > 2, String.join(", ", all));
    }

    /// Whether the identification bytes contradict the reading that holds, or are not valid at all.
    boolean headerLies(FileBytes file) {
        return decided
                && (file.u8(ElfHeader.EI_CLASS) != header.width().identByte()
                        || file.u8(ElfHeader.EI_DATA) != header.order().identByte()
                        || file.u8(ElfHeader.EI_VERSION) != 1);
    }

    private static int score(FileBytes file, ElfHeader header) {
        int score = 0;
        score +=
                switch (header.type()) {
                    case ElfHeader.EXEC, ElfHeader.DYN -> 4;
                    case ElfHeader.REL, ElfHeader.CORE -> 2;
                    default -> 0;
                };
        CpuFamily family = CpuFamily.of(header.machine());
        if (family != CpuFamily.UNKNOWN) {
            score += 4;
            score += family.livesIn(header.width()) ? 2 : 0;
            score += family.livesIn(header.order()) ? 2 : 0;
        }
        score += header.version() == 1 ? 2 : 0;
        score += header.ehsize() == header.width().headerBytes() ? 2 : 0;
        score += header.phentsize() == header.width().programHeaderBytes() ? 3 : 0;
        score += header.shentsize() == header.width().sectionHeaderBytes() ? 2 : 0;
        int segments = header.segmentsPresent(file);
        score += segments > 0 && segments == header.phnum() ? 3 : 0;
        score += segments > 0 && hasLoad(file, header, segments) ? 4 : 0;
        if (header.shnum() > 0
                && file.holds(
                        header.shoff(),
                        (long) header.shnum() * header.width().sectionHeaderBytes())) {
            score += 2;
        }
        return score;
    }

    private static boolean hasLoad(FileBytes file, ElfHeader header, int segments) {
        for (int i = 0; i < segments; i++) {
            if (header.segmentType(file, i) == ElfHeader.PT_LOAD) {
                return true;
            }
        }
        return false;
    }
}

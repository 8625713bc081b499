package teiten.sample;

import java.util.List;

/// Notes: only the GNU build id is worth reading; anything else is checked for sanity and passed over.
final class ElfNotes {
    private static final int MOST_NOTES = 256;
    private static final int GNU_BUILD_ID = 3;

    private ElfNotes() {}

    /// ```
    /// u32 namesz, u32 descsz, u32 type, name padded to 4, description padded to 4
    /// ```
    static Fact buildId(
            FileBytes file, ElfHeader header, List<Segment> segments, ElfReader.Oddities odd) {
        Fact id = Fact.unknown("no GNU build id note");
        int notes = 0;
        for (Segment segment : segments) {
            if (segment.type() != ElfHeader.PT_NOTE) {
                continue;
            }
            long at = segment.offset();
            long end = segment.offset() + segment.present();
            while (at + 12 <= end && notes++ < MOST_NOTES) {
                long nameBytes = file.u32(at, header.order());
                long textBytes = file.u32(at + 4, header.order());
                long text = at + 12 + (nameBytes + 3 & ~3L);
                long next = text + (textBytes + 3 & ~3L);
                if (next > end + 3) {
                    odd.add(
                            Anomaly.Kind.NOTE,
                            "note at 0x" + Long.toHexString(at),
                            "claims "
                                    + nameBytes
                                    + " + "
                                    + textBytes
                                    + " bytes, more than its segment has");
                    break;
                }
                if (file.u32(at + 8, header.order()) == GNU_BUILD_ID
                        && file.startsWith(at + 12, "GNU\0")
                        && textBytes >= 8
                        && textBytes <= 32
                        && !id.isKnown()) {
                    id =
                            Fact.known(
                                    hex(file, text, (int) textBytes),
                                    "PT_NOTE at 0x" + Long.toHexString(at),
                                    Trust.TOOLCHAIN);
                }
                at = next;
            }
        }
        return id;
    }

    private static String hex(FileBytes file, long at, int length) {
        StringBuilder hex = new StringBuilder(2 * length);
        for (int i = 0; i < length; i++) {
            hex.append(Character.forDigit(file.u8(at + i) >>> 4, 16))
                    .append(Character.forDigit(file.u8(at + i) & 15, 16));
        }
        return hex.toString();
    }
}

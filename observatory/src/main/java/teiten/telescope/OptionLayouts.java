package teiten.telescope;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Hot lane. The kinds of a SYN's TCP options in their order. Walking from option to option costs a wrong guess of a branch
/// or two for each SYN, since senders are mixed; but programs are few, and each lays its options out alike. So a layout
/// that was walked is remembered by its length and its first bytes: which bytes decided the walk (each option's kind, and its
/// length), and what they were. A SYN with the same bytes in these places has the same kinds, whatever the others hold.
///
/// ```
/// slot  0  length of the options in bytes, plus 1; 0 is free
///       1, 3, 5  the bytes that decided, 8 each
///       2, 4, 6  their places, all bits of a byte set
///       7  the kinds: four bits each, the first one's from bit 44 on down
/// ```
///
/// **Adversary.** Whoever changes his layout from SYN to SYN is walked each time, as everybody was before.
final class OptionLayouts {
    private static final int SLOT = 8;
    private static final int SLOTS_BITS = 6;

    /// Longer lists, which are rare, are always walked.
    private static final int LONGEST = 24;

    private static final int FIRST_SHIFT = 44;

    /// Kind and length of the first option, and of the second where the first is a maximum segment size.
    private static final long TELLING = 0xFFFF_0000_FFFF_0000L;

    private final long[] slots = new long[SLOT << SLOTS_BITS];

    /// @param at of the first option
    /// @param length of the options, as the header states it
    /// @param captured bytes of them that are there
    long kinds(MemorySegment bytes, long at, int length, int captured) {
        if (length > LONGEST || captured < length || at + LONGEST > bytes.byteSize()) {
            return walk(bytes, at, captured);
        }
        long a = bytes.get(Decoder.LONG, at);
        long b = bytes.get(Decoder.LONG, at + 8);
        long c = bytes.get(Decoder.LONG, at + 16);
        long[] s = slots;
        long telling = length < 8 ? length : (a & TELLING) + length;
        int slot = (int) (telling * 0x9E3779B97F4A7C15L >>> 64 - SLOTS_BITS) * SLOT;
        long differs =
                s[slot] ^ length + 1
                        | (a ^ s[slot + 1]) & s[slot + 2]
                        | (b ^ s[slot + 3]) & s[slot + 4]
                        | (c ^ s[slot + 5]) & s[slot + 6];
        return differs == 0 ? s[slot + 7] : learn(bytes, at, length, slot);
    }

    private long learn(MemorySegment bytes, long at, int length, int slot) {
        long[] s = slots;
        s[slot] = length + 1;
        for (int i = 1; i < 7; i++) {
            s[slot + i] = 0;
        }
        long kinds = 0;
        int option = 0;
        for (int shift = FIRST_SHIFT; shift >= 0 && option < length; shift -= 4) {
            int kind = note(bytes, at, option, slot);
            kinds |= (long) SynShapes.nibble(kind) << shift;
            if (kind == 0) {
                break;
            }
            if (kind == 1) {
                option++;
                continue;
            }
            int size = option + 1 < length ? note(bytes, at, option + 1, slot) : 0;
            if (size < 2) {
                break;
            }
            option += size;
        }
        s[slot + 7] = kinds;
        return kinds;
    }

    /// Reads a byte that decides.
    private int note(MemorySegment bytes, long at, int place, int slot) {
        int value = bytes.get(ValueLayout.JAVA_BYTE, at + place) & 0xFF;
        int word = slot + 1 + place / 8 * 2;
        int shift = 56 - place % 8 * 8;
        slots[word] |= (long) value << shift;
        slots[word + 1] |= 0xFFL << shift;
        return value;
    }

    /// The clear twin, for any list. What is cut off or malformed ends it.
    ///
    /// @param length of what is there
    static long walk(MemorySegment bytes, long at, int length) {
        long kinds = 0;
        long end = at + length;
        long option = at;
        for (int shift = FIRST_SHIFT; shift >= 0 && option < end; shift -= 4) {
            int kind = bytes.get(ValueLayout.JAVA_BYTE, option) & 0xFF;
            kinds |= (long) SynShapes.nibble(kind) << shift;
            if (kind == 0) {
                break;
            }
            int size = option + 1 < end ? bytes.get(ValueLayout.JAVA_BYTE, option + 1) & 0xFF : 0;
            if (kind != 1 && size < 2) {
                break;
            }
            option += kind == 1 ? 1 : size;
        }
        return kinds;
    }
}

package teiten.capture;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The blocks of a pcapng file (draft-ietf-opsawg-pcapng).
///
/// ```
///   +0  block type
///   +4  total length T, a multiple of 4
///   +8  body
///  T-4  total length again
/// ```
///
/// A section header sets the byte order and forgets all interfaces; an interface description gives link type and
/// units of time to the packets that name it by number. Blocks that hold no packet are passed over without being held,
/// however long they say they are.
///
/// The adversary writes lengths: nothing is allocated from one. Interfaces are bounded by [#MAX_INTERFACES].
final class PcapngRecords extends Records {
    static final int SECTION = 0x0A0D0D0A;
    private static final int INTERFACE = 1;
    private static final int OBSOLETE_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;

    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int OPTION_TIME_RESOLUTION = 9;
    private static final int OPTION_TIME_OFFSET = 14;

    /// A packet with its options, or an interface with its, is no longer than this; others pass at any length.
    private static final int MAX_HELD = 1 << 20;

    private static final int MAX_INTERFACES = 65_536;

    private static final ValueLayout.OfShort LITTLE_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort BIG_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final List<CaptureInterface> interfaces = new ArrayList<>();
    private boolean inSection;
    private boolean little;

    /// Total length of the block that is being passed over, while [#passed] is not 0.
    private long passing;

    static boolean isByteOrderMagic(int asBigEndian) {
        return asBigEndian == BYTE_ORDER_MAGIC
                || asBigEndian == Integer.reverseBytes(BYTE_ORDER_MAGIC);
    }

    @Override
    long read(Batch batch, MemorySegment window, long at, long end) {
        long next = at;
        while (batch.size < Batch.CAPACITY) {
            long block = next;
            next = passed > 0 ? passOver(window, block, end) : block(batch, window, block, end);
            if (passed > 0 || next == block) {
                break;
            }
        }
        return next;
    }

    /// @return offset behind the block; `at` when it is broken or not all there
    private long block(Batch batch, MemorySegment window, long at, long end) {
        wanted = 12;
        if (at + 12 > end) {
            return at;
        }
        boolean section = window.get(BIG_INT, at) == SECTION;
        if (section && !section(window, at)) {
            return at;
        }
        if (!inSection) {
            return broken(at, "no section header stands before the blocks");
        }
        int type = section ? SECTION : window.get(order(), at);
        long total = window.get(order(), at + 4) & 0xFFFFFFFFL;
        if (total < smallest(type) || (total & 3) != 0) {
            return broken(at, "a block claims to be " + Phrases.count(total) + " bytes long");
        }
        if (!isHeld(type)) {
            if (at + total > end) {
                passing = total;
                return passOver(window, at, end);
            }
        } else if (total > MAX_HELD) {
            return broken(at, "a block claims to be " + Phrases.count(total) + " bytes long");
        } else if (at + total > end) {
            wanted = (int) total;
            return at;
        }
        if ((window.get(order(), at + total - 4) & 0xFFFFFFFFL) != total) {
            return broken(at, DISAGREE);
        }
        boolean good =
                switch (type) {
                    case SECTION -> startSection(window, at);
                    case INTERFACE -> describeInterface(window, at, (int) total);
                    case ENHANCED_PACKET ->
                            packet(batch, window, at, (int) total, window.get(order(), at + 8));
                    case OBSOLETE_PACKET ->
                            packet(batch, window, at, (int) total, shortAt(window, at + 8));
                    case SIMPLE_PACKET -> simplePacket(batch, window, at, (int) total);
                    default -> true;
                };
        return good ? at + total : at;
    }

    private static final String DISAGREE = "the two lengths of a block disagree";

    private static boolean isHeld(int type) {
        return switch (type) {
            case SECTION, INTERFACE, ENHANCED_PACKET, OBSOLETE_PACKET, SIMPLE_PACKET -> true;
            default -> false;
        };
    }

    private static int smallest(int type) {
        return switch (type) {
            case SECTION -> 28;
            case INTERFACE -> 20;
            case ENHANCED_PACKET, OBSOLETE_PACKET -> 32;
            case SIMPLE_PACKET -> 16;
            default -> 12;
        };
    }

    private long passOver(MemorySegment window, long at, long end) {
        long body = Math.min(passing - 4 - passed, end - at);
        passed += body;
        long next = at + body;
        if (passed == passing - 4 && next + 4 <= end) {
            if ((window.get(order(), next) & 0xFFFFFFFFL) != passing) {
                return broken(next, DISAGREE);
            }
            passed = 0;
            return next + 4;
        }
        wanted = passed == passing - 4 ? 4 : 1;
        return next;
    }

    private long broken(long at, String reason) {
        broken = reason;
        return at;
    }

    /// Takes the section's byte order, which the block's own length is already written in.
    private boolean section(MemorySegment window, long at) {
        int magic = window.get(BIG_INT, at + 8);
        if (!isByteOrderMagic(magic)) {
            broken = "a section header has no byte-order magic";
            return false;
        }
        little = magic != BYTE_ORDER_MAGIC;
        inSection = true;
        return true;
    }

    private boolean startSection(MemorySegment window, long at) {
        int version = shortAt(window, at + 12);
        if (version != 1) {
            broken = "a section is written in version " + version + " of pcapng";
            return false;
        }
        interfaces.clear();
        return true;
    }

    private boolean describeInterface(MemorySegment window, long at, int total) {
        if (interfaces.size() == MAX_INTERFACES) {
            broken = "a section describes more than 65,536 interfaces";
            return false;
        }
        int resolution = CaptureInterface.MICROSECONDS;
        long offset = 0;
        long option = at + 16;
        long end = at + total - 4;
        while (option + 4 <= end) {
            int code = shortAt(window, option);
            int length = shortAt(window, option + 2);
            if (code == 0) {
                break;
            }
            long value = option + 4;
            if (value + length > end) {
                broken = "an option of an interface description runs past its block";
                return false;
            }
            if (code == OPTION_TIME_RESOLUTION && length == 1) {
                resolution = window.get(ValueLayout.JAVA_BYTE, value) & 0xFF;
            } else if (code == OPTION_TIME_OFFSET && length == 8) {
                long seconds = window.get(LITTLE_LONG, value);
                offset = little ? seconds : Long.reverseBytes(seconds);
            }
            option = value + (length + 3 & ~3);
        }
        byte link = LinkType.code(shortAt(window, at + 8));
        int longest = window.get(order(), at + 12);
        interfaces.add(new CaptureInterface(link, longest, resolution, offset));
        return true;
    }

    /// An Enhanced Packet Block, or the obsolete Packet Block, which differs only in the width of the interface id.
    private boolean packet(Batch batch, MemorySegment window, long at, int total, int id) {
        long captured = window.get(order(), at + 20) & 0xFFFFFFFFL;
        if (captured > Math.min(total - 32, MAX_CAPTURED)) {
            broken = "a record claims " + Phrases.count(captured) + " captured bytes";
            return false;
        }
        int n = batch.size++;
        batch.offset[n] = at + 28;
        batch.captured[n] = (int) captured;
        batch.wire[n] = Math.max(window.get(order(), at + 24), (int) captured);
        if (id >= 0 && id < interfaces.size()) {
            long high = window.get(order(), at + 12) & 0xFFFFFFFFL;
            long low = window.get(order(), at + 16) & 0xFFFFFFFFL;
            CaptureInterface from = interfaces.get(id);
            batch.time[n] = from.nanoseconds(high << 32 | low);
            batch.link[n] = from.link();
        } else {
            batch.time[n] = Batch.BAD_TIME;
            batch.link[n] = -1;
        }
        return true;
    }

    /// Belongs to interface 0; its captured length is not written but follows from that interface's limit.
    private boolean simplePacket(Batch batch, MemorySegment window, long at, int total) {
        long wire = window.get(order(), at + 8) & 0xFFFFFFFFL;
        long captured = Math.min(wire, total - 16);
        byte link = -1;
        if (!interfaces.isEmpty()) {
            CaptureInterface from = interfaces.getFirst();
            link = from.link();
            if (from.longest() != 0) {
                captured = Math.min(captured, from.longest() & 0xFFFFFFFFL);
            }
        }
        if (captured > MAX_CAPTURED) {
            broken = "a record claims " + Phrases.count(captured) + " captured bytes";
            return false;
        }
        int n = batch.size++;
        batch.offset[n] = at + 12;
        batch.captured[n] = (int) captured;
        batch.wire[n] = Math.max((int) wire, (int) captured);
        batch.time[n] = Batch.NO_TIME;
        batch.link[n] = link;
        return true;
    }

    private ValueLayout.OfInt order() {
        return little ? LITTLE_INT : BIG_INT;
    }

    private int shortAt(MemorySegment window, long at) {
        return window.get(little ? LITTLE_SHORT : BIG_SHORT, at) & 0xFFFF;
    }

    @Override
    String cutShort() {
        return "the file ends inside a block";
    }

    @Override
    boolean startsAnywhere() {
        return false;
    }
}

package teiten.capture;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/// A container format, recognised by the first bytes of the uncompressed content and never by a file's name.
sealed interface Format {
    /// Enough of the content to recognise every format and to read every file header.
    int HEAD = 24;

    /// Offset of the first record or block.
    int firstRecord();

    /// A fresh reader of records, with a state of its own.
    Records records();

    /// What the file header of a classic pcap says about its records.
    ///
    /// @param little whether numbers are little-endian
    /// @param nanoseconds whether the fraction of a second counts nanoseconds, else microseconds
    /// @param recordHeader bytes before each packet: 16, or 24 in Kuznetzov's format
    /// @param linkNumber LINKTYPE_ number of all packets
    record Classic(boolean little, boolean nanoseconds, int recordHeader, int linkNumber)
            implements Format {
        static final int HEADER = 24;

        @Override
        public int firstRecord() {
            return HEADER;
        }

        @Override
        public Records records() {
            return new ClassicRecords(this);
        }
    }

    /// Blocks, each with its length before and behind it; the first is a section header.
    record Pcapng() implements Format {
        @Override
        public int firstRecord() {
            return 0;
        }

        @Override
        public Records records() {
            return new PcapngRecords();
        }
    }

    /// @param link as in [Batch#link]
    record Snoop(byte link) implements Format {
        static final int HEADER = 16;

        @Override
        public int firstRecord() {
            return HEADER;
        }

        @Override
        public Records records() {
            return new SnoopRecords(link);
        }
    }

    /// Recognised, but its file header is not all there.
    record Cut(String reason) implements Format {
        @Override
        public int firstRecord() {
            return 0;
        }

        @Override
        public Records records() {
            return new NoRecords(reason);
        }
    }

    /// The format of content that starts with these bytes; null when they start no capture.
    ///
    /// @param length how many bytes of `head` are there; fewer than [#HEAD] only when the content ends there
    static @Nullable Format of(MemorySegment head, int length) {
        if (length < 4) {
            return isPrefixOfMagic(head, length) ? new Cut(CUT_HEADER) : null;
        }
        int magic = head.get(Records.BIG_INT, 0);
        return switch (magic) {
            case 0xA1B2C3D4 -> classic(head, length, false, false, 16);
            case 0xD4C3B2A1 -> classic(head, length, true, false, 16);
            case 0xA1B23C4D -> classic(head, length, false, true, 16);
            case 0x4D3CB2A1 -> classic(head, length, true, true, 16);
            case 0xA1B2CD34 -> classic(head, length, false, false, 24);
            case 0x34CDB2A1 -> classic(head, length, true, false, 24);
            case PcapngRecords.SECTION ->
                    length < 12 || PcapngRecords.isByteOrderMagic(head.get(Records.BIG_INT, 8))
                            ? new Pcapng()
                            : null;
            case 0x736E6F6F -> snoop(head, length);
            default -> null;
        };
    }

    String CUT_HEADER = "the file ends inside its header";

    private static Format classic(
            MemorySegment head, int length, boolean little, boolean nanoseconds, int record) {
        if (length < Classic.HEADER) {
            return new Cut(CUT_HEADER);
        }
        // The upper half of the field carries the length of the frame check sequence.
        int number = head.get(little ? Records.LITTLE_INT : Records.BIG_INT, 20) & 0xFFFF;
        return new Classic(little, nanoseconds, record, number);
    }

    private static @Nullable Format snoop(MemorySegment head, int length) {
        byte[] name = {'s', 'n', 'o', 'o', 'p', 0, 0, 0};
        for (int i = 4; i < Math.min(length, name.length); i++) {
            if (head.get(ValueLayout.JAVA_BYTE, i) != name[i]) {
                return null;
            }
        }
        if (length < Snoop.HEADER) {
            return new Cut(CUT_HEADER);
        }
        if (head.get(Records.BIG_INT, 8) != 2) {
            return null;
        }
        boolean ethernet = head.get(Records.BIG_INT, 12) == 4;
        return new Snoop(ethernet ? (byte) LinkType.ETHERNET.ordinal() : -1);
    }

    private static boolean isPrefixOfMagic(MemorySegment head, int length) {
        byte[][] magics = {
            HexFormat.of().parseHex("a1b2c3d4"),
            HexFormat.of().parseHex("d4c3b2a1"),
            HexFormat.of().parseHex("a1b23c4d"),
            HexFormat.of().parseHex("4d3cb2a1"),
            HexFormat.of().parseHex("a1b2cd34"),
            HexFormat.of().parseHex("34cdb2a1"),
            HexFormat.of().parseHex("0a0d0d0a"),
            HexFormat.of().parseHex("736e6f6f"),
            HexFormat.of().parseHex("28b52ffd")
        };
        for (byte[] magic : magics) {
            // One byte alone (a line feed) says nothing.
            if (length > 1
                    && MemorySegment.mismatch(
                                    head, 0, length, MemorySegment.ofArray(magic), 0, length)
                            < 0) {
                return true;
            }
        }
        return false;
    }
}

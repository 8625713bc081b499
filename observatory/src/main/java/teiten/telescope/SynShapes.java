package teiten.telescope;

import java.util.ArrayList;
import java.util.List;

/// Hot lane. How SYNs are built, apart from addresses, ports and numbers: window and order of the options. One program
/// on one system builds them alike, so the shape is evidence for what was used; it is never proof.
///
/// A shape is a 64-bit key: window (16 bits), then up to twelve options of four bits each, first to last. Only windows
/// that stacks and tools are known to send stand for themselves; all others, which some bots draw at random, are 0. Segments keep
/// its 15-bit code; this book says which key a code stands for. Where two keys share a code (one in 32,767 for a pair)
/// the smaller key is kept, whichever came first.
public final class SynShapes {
    /// The code of segments without a SYN.
    public static final int NONE = 0x7FFF;

    private static final int OPTIONS = 12;
    private static final int LATELY_BITS = 9;

    /// Sends the known windows to different places.
    private static final int MULTIPLIER = 0x91B7584B;

    private static final String[] NAMES = {
        "",
        "nop",
        "mss",
        "ws",
        "sackok",
        "sack",
        "echo",
        "echoreply",
        "ts",
        "md5",
        "fastopen",
        "mptcp",
        "",
        "",
        "end",
        "other"
    };

    private final long[] keys = new long[NONE];

    /// Keys met lately and their codes: programs are few, and the book itself is too large for the nearest cache.
    private final long[] lately = new long[1 << LATELY_BITS];

    private final short[] latelyCodes = new short[1 << LATELY_BITS];

    /// @param code a shape met for the first time
    /// @param key the key it stands for
    public record Shape(int code, long key) {
        public int window() {
            return (int) (key >>> 48);
        }

        /// Names of the options in their order, separated by commas; empty when there are none.
        public String options() {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < OPTIONS; i++) {
                int kind = (int) (key >>> 44 - 4 * i) & 15;
                if (kind != 0) {
                    text.append(text.isEmpty() ? "" : ",").append(NAMES[kind]);
                }
            }
            return text.toString();
        }

        @Override
        public String toString() {
            String window = window() == 0 ? "other" : String.valueOf(window());
            return "window " + window + ", options " + (options().isEmpty() ? "none" : options());
        }
    }

    private static final int[] WINDOWS = {
        512, 1024, 1025, 2048, 3072, 4096, 5808, 5840, 8192, 14_600, 16_384, 29_200, 32_120, 42_340,
        64_240, 65_535
    };

    /// The known windows, each at the place of its hash, and the four bits of each option's kind: looked up without a
    /// branch, since what bots send cannot be guessed.
    private static final int[] WINDOW_AT = new int[256];

    private static final byte[] NIBBLES = new byte[256];

    static {
        for (int window : WINDOWS) {
            int at = place(window);
            if (WINDOW_AT[at] != 0) {
                throw new IllegalStateException("two windows share a place");
            }
            WINDOW_AT[at] = window;
        }
        for (int kind = 0; kind < NIBBLES.length; kind++) {
            NIBBLES[kind] =
                    switch (kind) {
                        case 0 -> 14;
                        case 1, 2, 3, 4, 5, 6, 7, 8 -> (byte) kind;
                        case 19 -> 9;
                        case 34 -> 10;
                        case 30 -> 11;
                        default -> 15;
                    };
        }
    }

    private static int place(int window) {
        return window * MULTIPLIER >>> 24;
    }

    /// The window if it is one that many senders use; 0 otherwise.
    static int window(int window) {
        int known = WINDOW_AT[place(window)];
        return known == window ? known : 0;
    }

    /// The four bits of an option's kind (IANA, TCP Parameters).
    static int nibble(int kind) {
        return NIBBLES[kind];
    }

    /// Notes the key and returns its code. A key of zero (window 0, no options) is kept as one.
    int code(long key) {
        long k = key == 0 ? 1 : key;
        long h = k * 0x9E3779B97F4A7C15L;
        int at = (int) (h >>> 64 - LATELY_BITS);
        if (lately[at] == k) {
            return latelyCodes[at];
        }
        int code = (int) (((h ^ h >>> 32) & 0xFFFFFFFFL) % NONE);
        long known = keys[code];
        if (known == 0 || Long.compareUnsigned(k, known) < 0) {
            keys[code] = k;
        }
        lately[at] = k;
        latelyCodes[at] = (short) code;
        return code;
    }

    void merge(SynShapes other) {
        for (int i = 0; i < NONE; i++) {
            long k = other.keys[i];
            if (k != 0 && (keys[i] == 0 || Long.compareUnsigned(k, keys[i]) < 0)) {
                keys[i] = k;
            }
        }
    }

    /// All shapes that were met.
    public List<Shape> shapes() {
        List<Shape> shapes = new ArrayList<>();
        for (int i = 0; i < NONE; i++) {
            if (keys[i] != 0) {
                shapes.add(new Shape(i, keys[i]));
            }
        }
        return shapes;
    }
}

package teiten.telescope;

import java.util.Arrays;

/// Hot lane. What one interval brought to each destination port: an open-addressing table of 64-byte lines.
///
/// ```
/// line  0  port code + 1 (32 bits; 0 is a free line) | head of the sources' coupons (32 bits)
///       1  packets
///       2  bytes
///       3  SYN without ACK (32) | backscatter (32)
///       4  Mirai (32) | Masscan (32)
///       5  ZMap (32) | ZMap since 4.1.0 (32)
///       6, 7  free
/// ```
///
/// The key space is 5 × 65,536 port codes, so the table is bounded by 327,680 lines whoever sends; codes are spread by
/// a seeded multiplication.
final class PortTable {
    static final int LINE = 8;

    private final long seed;
    private long[] lines;
    private int mask;
    private int size;
    final Coupons sources = new Coupons();

    PortTable(long seed) {
        this.seed = seed | 1;
        lines = new long[1024 * LINE];
        mask = 1023;
    }

    int size() {
        return size;
    }

    /// The index in the array of the port's line, made when it is new.
    int line(int port) {
        int at = home(port);
        while (true) {
            int found = (int) lines[at];
            if (found == port + 1) {
                return at;
            }
            if (found == 0) {
                if (size * 2 > mask) {
                    grow();
                    return line(port);
                }
                lines[at] = port + 1;
                size++;
                return at;
            }
            at = at + LINE & (mask << 3 | 7);
        }
    }

    private int home(int port) {
        return (int) ((port + 1) * seed >>> 40 & mask) * LINE;
    }

    private void grow() {
        long[] old = lines;
        lines = new long[old.length * 2];
        mask = mask << 1 | 1;
        for (int at = 0; at < old.length; at += LINE) {
            int key = (int) old[at];
            if (key != 0) {
                int to = home(key - 1);
                while ((int) lines[to] != 0) {
                    to = to + LINE & (mask << 3 | 7);
                }
                System.arraycopy(old, at, lines, to, LINE);
            }
        }
    }

    /// Counts one packet. `syn`, `backscatter` are 0 or 1; `marks` as in [Headers].
    void count(int line, int bytes, int syn, int backscatter, int marks) {
        long[] l = lines;
        l[line + 1]++;
        l[line + 2] += bytes;
        l[line + 3] += (long) syn << 32 | backscatter;
        if (marks != 0) {
            l[line + 4] += (long) (marks & 1) << 32 | marks >> 1 & 1;
            l[line + 5] += (long) (marks >> 2 & 1) << 32 | marks >> 3 & 1;
        }
    }

    /// Adds a source to the line's set.
    void source(int line, int coupon) {
        long word = lines[line];
        int head = sources.add((int) (word >>> 32), coupon);
        lines[line] = (long) head << 32 | word & 0xFFFFFFFFL;
    }

    /// Line indexes in ascending order of their port codes.
    int[] sorted() {
        long[] order = new long[size];
        int n = 0;
        for (int at = 0; at < lines.length; at += LINE) {
            int key = (int) lines[at];
            if (key != 0) {
                order[n++] = (long) key << 32 | at;
            }
        }
        Arrays.sort(order);
        int[] result = new int[n];
        for (int i = 0; i < n; i++) {
            result[i] = (int) order[i];
        }
        return result;
    }

    int port(int line) {
        return (int) lines[line] - 1;
    }

    long packets(int line) {
        return lines[line + 1];
    }

    /// Copies the line's counters into `into`, in the order of [PortFigures].
    void figures(int line, PortFigures into) {
        into.port = port(line);
        into.packets = lines[line + 1];
        into.bytes = lines[line + 2];
        into.syn = lines[line + 3] >>> 32;
        into.backscatter = lines[line + 3] & 0xFFFFFFFFL;
        into.marks[0] = lines[line + 4] >>> 32;
        into.marks[1] = lines[line + 4] & 0xFFFFFFFFL;
        into.marks[2] = lines[line + 5] >>> 32;
        into.marks[3] = lines[line + 5] & 0xFFFFFFFFL;
        into.sources = new Distinct();
        sources.drain((int) (lines[line] >>> 32), into.sources);
    }

    /// Empties the table and keeps its memory, unless one flood had made it large.
    void reset() {
        if (lines.length > 1 << 20) {
            lines = new long[1024 * LINE];
            mask = 1023;
        } else {
            Arrays.fill(lines, 0);
        }
        size = 0;
        sources.reset();
    }

    long bytes() {
        return 8L * lines.length + sources.bytes();
    }
}

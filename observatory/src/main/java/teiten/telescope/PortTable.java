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
///       6  accesses
///       7  free
/// ```
///
/// The key space is 5 × 65,536 port codes, so the table is bounded by 327,680 lines whoever sends; codes are spread by
/// a seeded multiplication. Tables that absorb one another need different seeds: keys that come in the order of their
/// hashes pile up in a table of the same hash. Tables of hours and days also have a line for [#ALL] ports together.
final class PortTable {
    static final int LINE = 8;

    /// The pseudo port that stands for all ports together.
    static final int ALL = 5 << 16;

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
        long h = (port + 1) * seed;
        return (int) ((h ^ h >>> 29) * 0xBF58476D1CE4E5B9L >>> 40 & mask) * LINE;
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
    void count(int line, int bytes, int syn, int backscatter, int access, int marks) {
        long[] l = lines;
        l[line + 1]++;
        l[line + 2] += bytes;
        l[line + 3] += (long) syn << 32 | backscatter;
        l[line + 6] += access;
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

    /// Adds all of another table's lines to this one, and their sum to the line of [#ALL].
    ///
    /// @param total whether the other table has no line of its own for all ports
    void absorb(PortTable other, boolean total) {
        int[] scratch = new int[256];
        for (int from = 0; from < other.lines.length; from += LINE) {
            int key = (int) other.lines[from];
            if (key != 0) {
                scratch = take(other, from, line(key - 1), scratch);
                if (total) {
                    scratch = take(other, from, line(ALL), scratch);
                }
            }
        }
    }

    private int[] take(PortTable other, int from, int to, int[] scratch) {
        for (int w = 1; w <= 6; w++) {
            lines[to + w] += other.lines[from + w];
        }
        int theirs = (int) (other.lines[from] >>> 32);
        int head = (int) (lines[to] >>> 32);
        int[] values = scratch;
        if (theirs < 0) {
            head = sources.raiseAll(head, other.sources.registers(theirs));
        } else {
            values = other.sources.gather(theirs, scratch);
            for (int i = 1; i <= values[0]; i++) {
                head = sources.add(head, values[i]);
            }
        }
        lines[to] = (long) head << 32 | lines[to] & 0xFFFFFFFFL;
        return values;
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

    /// The line's word, 1 to 6.
    long word(int line, int word) {
        return lines[line + word];
    }

    int head(int line) {
        return (int) (lines[line] >>> 32);
    }

    /// Empties the table and keeps its memory, unless one flood had made it large.
    void reset() {
        if (lines.length > 1 << 22) {
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

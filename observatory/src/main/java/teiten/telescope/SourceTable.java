package teiten.telescope;

import java.util.Arrays;

/// Hot lane. What each source did to each destination port on one UTC day: an open-addressing table of 64-byte lines.
///
/// ```
/// line  0  source id (33 bits) | port code (19 bits), plus 1; 0 is a free line
///       1  packets (32) | SYN without ACK (32)
///       2  bytes (48) | UTC day since 1970 (16)
///       3  backscatter (32) | minute in which the source was last counted for the port's sources (32)
///       4  Mirai (32) | Masscan (32)
///       5  ZMap (32) | ZMap since 4.1.0 (32)
///       6  first seen (32) | last seen (32), seconds since 1970, unsigned
///       7  smallest TTL (8) | largest TTL (8) | free (16) | head of the targets' coupons (32)
/// ```
///
/// **Adversary.** A flood of spoofed sources makes a new line a packet. The table grows to its limit and then says
/// [#isFull()]: the run stores what is there and goes on with an empty table, so nothing is evicted and nothing lost;
/// the store adds the pieces up by the same law that adds up two files. The hash is seeded.
final class SourceTable {
    static final int LINE = 8;

    private final long seed;
    private final int limit;
    private long[] lines;
    private int mask;
    private int size;
    final Coupons targets = new Coupons();
    final V6Ids v6;

    /// @param limit lines at which the table is full
    SourceTable(long seed, int limit) {
        this.seed = seed | 1;
        // Just below the load at which the lines would double: a doubled table is half empty and
        // costs as much again.
        int capacity = Integer.highestOneBit(Math.max(8_192, limit));
        this.limit = Math.min(limit, (int) (capacity * 3L / 5) - 1);
        lines = new long[4096 * LINE];
        mask = 4095;
        v6 = new V6Ids(seed, Math.max(1024, limit / 2));
    }

    int size() {
        return size;
    }

    /// True when the run should store the table before many more sources come.
    boolean isFull() {
        return size >= limit || v6.isFull();
    }

    static long key(long id, int port) {
        return (id << 19 | port) + 1;
    }

    /// The index of the line's home, for touching it ahead of its use.
    int home(long key) {
        long h = key * seed;
        return (int) ((h ^ h >>> 32) & mask) * LINE;
    }

    long touch(int home) {
        return lines[home];
    }

    /// The index of the line, made when it is new.
    int line(long key, int day) {
        long[] l = lines;
        int at = home(key);
        int wrap = mask << 3 | 7;
        while (true) {
            long found = l[at];
            if (found == key && (int) (l[at + 2] >>> 48) == day) {
                return at;
            }
            if (found == 0) {
                if (size * 5L > mask * 3L) {
                    grow();
                    return line(key, day);
                }
                l[at] = key;
                l[at + 2] = (long) day << 48;
                l[at + 3] = 0xFFFFFFFFL;
                l[at + 6] = 0xFFFFFFFFL << 32;
                l[at + 7] = 255;
                size++;
                return at;
            }
            at = at + LINE & wrap;
        }
    }

    private void grow() {
        long[] old = lines;
        lines = new long[old.length * 2];
        mask = mask << 1 | 1;
        int wrap = mask << 3 | 7;
        for (int at = 0; at < old.length; at += LINE) {
            if (old[at] != 0) {
                int to = home(old[at]);
                while (lines[to] != 0) {
                    to = to + LINE & wrap;
                }
                System.arraycopy(old, at, lines, to, LINE);
            }
        }
    }

    /// Counts one packet.
    ///
    /// @param access whether the packet counts as an access, and its destination so as a target
    /// @return true when the source was not yet counted in this minute for this port
    boolean count(
            int line,
            int bytes,
            int syn,
            int backscatter,
            boolean access,
            int marks,
            int ttl,
            int second,
            int minute,
            int target) {
        long[] l = lines;
        l[line + 1] += 1L << 32 | syn;
        l[line + 2] += bytes;
        long w3 = l[line + 3];
        boolean fresh = (int) w3 != minute;
        l[line + 3] =
                (w3 & 0xFFFFFFFF00000000L) + ((long) backscatter << 32) | minute & 0xFFFFFFFFL;
        if (marks != 0) {
            l[line + 4] += (long) (marks & 1) << 32 | marks >> 1 & 1;
            l[line + 5] += (long) (marks >> 2 & 1) << 32 | marks >> 3 & 1;
        }
        long w6 = l[line + 6];
        long s = second & 0xFFFFFFFFL;
        l[line + 6] = Math.min(w6 >>> 32, s) << 32 | Math.max(w6 & 0xFFFFFFFFL, s);
        long w7 = l[line + 7];
        int head = (int) (w7 >>> 32);
        if (access) {
            head = targets.add(head, target);
        }
        l[line + 7] =
                (long) head << 32 | Math.min(w7 & 0xFF, ttl) | Math.max(w7 >>> 8 & 0xFF, ttl) << 8;
        return fresh;
    }

    /// A cursor over the lines.
    final class Cursor {
        private int at = -LINE;
        private final Coupons.Scratch scratch = new Coupons.Scratch();

        boolean next() {
            do {
                at += LINE;
            } while (at < lines.length && lines[at] == 0);
            return at < lines.length;
        }

        private long id() {
            return (lines[at] - 1) >>> 19;
        }

        long high() {
            return id() >= Headers.V6 ? v6.high((int) id()) : 0;
        }

        long low() {
            return id() >= Headers.V6 ? v6.low((int) id()) : 0xFFFFL << 32 | id();
        }

        int port() {
            return (int) (lines[at] - 1) & 0x7FFFF;
        }

        int day() {
            return (int) (lines[at + 2] >>> 48);
        }

        long packets() {
            return lines[at + 1] >>> 32;
        }

        long syn() {
            return lines[at + 1] & 0xFFFFFFFFL;
        }

        long bytes() {
            return lines[at + 2] & 0xFFFF_FFFFFFFFL;
        }

        long backscatter() {
            return lines[at + 3] >>> 32;
        }

        long mark(int ordinal) {
            long word = lines[at + 4 + (ordinal >> 1)];
            return (ordinal & 1) == 0 ? word >>> 32 : word & 0xFFFFFFFFL;
        }

        long first() {
            return lines[at + 6] >>> 32;
        }

        long last() {
            return lines[at + 6] & 0xFFFFFFFFL;
        }

        int ttlMin() {
            return (int) lines[at + 7] & 0xFF;
        }

        int ttlMax() {
            return (int) (lines[at + 7] >>> 8) & 0xFF;
        }

        byte[] targets() {
            return targets.image((int) (lines[at + 7] >>> 32), scratch);
        }
    }

    /// Empties the table; keeps its memory for the next stretch.
    void reset() {
        Arrays.fill(lines, 0);
        size = 0;
        targets.reset();
        v6.reset();
    }

    long bytes() {
        return 8L * lines.length + targets.bytes() + v6.bytes();
    }
}

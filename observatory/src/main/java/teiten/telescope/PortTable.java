package teiten.telescope;

import java.util.Arrays;

/// Hot lane. What one interval brought to each destination port: 64-byte cells one behind the other, found by a small
/// hashed index that stays in the cache.
///
/// ```
/// cell  0  port code
///       1  packets
///       2  bytes
///       3  SYN without ACK (32) | backscatter (32)
///       4  Mirai (32) | Masscan (32)
///       5  ZMap (32) | ZMap since 4.1.0 (32)
///       6  accesses
///       7  free
/// ```
///
/// The key space is 5 × 65,536 port codes, so the table is bounded by 327,681 cells whoever sends, and a hash that an
/// attacker knows gains him nothing. The sources lie in a [SourceLog].
public final class PortTable {
    static final int CELL = 8;

    /// The pseudo port that stands for all ports together.
    public static final int ALL = 5 << 16;

    private static final long LOW = 0xFFFFFFFFL;

    /// Cell numbers plus 1, by the hash of the port.
    private int[] index = new int[1 << 11];

    private int mask = index.length - 1;
    private long[] cells = new long[256 * CELL];
    private int end;
    private final SourceLog sources;
    private Distinct all = new Distinct();
    private boolean known;
    private int[] named = new int[256];
    private final byte[] image = new byte[1 + Distinct.REGISTERS];

    /// @param capacity pairs of port and source for which there is room at first
    PortTable(int capacity) {
        sources = new SourceLog(capacity);
    }

    /// True when the sources are so many that the interval's part should be ended.
    boolean isFull() {
        return sources.isFull();
    }

    boolean isEmpty() {
        return end == 0;
    }

    /// The index of the port's cell, made when it is new.
    int cell(int port) {
        int at = home(port);
        int found = index[at];
        while (found != 0) {
            int cell = (found - 1) * CELL;
            if ((int) cells[cell] == port) {
                return cell;
            }
            at = at + 1 & mask;
            found = index[at];
        }
        return make(port, at);
    }

    private int home(int port) {
        return port * 0x9E3779B1 >>> 12 & mask;
    }

    private int make(int port, int at) {
        if (end == cells.length) {
            cells = Arrays.copyOf(cells, end * 2);
        }
        int cell = end;
        end += CELL;
        cells[cell] = port;
        index[at] = cell / CELL + 1;
        if (end / CELL * 2 > mask) {
            grow();
        }
        return cell;
    }

    private void grow() {
        index = new int[index.length * 4];
        mask = index.length - 1;
        for (int cell = 0; cell < end; cell += CELL) {
            int at = home((int) cells[cell]);
            while (index[at] != 0) {
                at = at + 1 & mask;
            }
            index[at] = cell / CELL + 1;
        }
    }

    /// Counts one packet. `syn`, `backscatter`, `access` are 0 or 1; `marks` as in [Headers].
    void count(int cell, int bytes, int syn, int backscatter, int access, int marks) {
        long[] c = cells;
        c[cell + 1]++;
        c[cell + 2] += bytes;
        c[cell + 3] += (long) syn << 32 | backscatter;
        c[cell + 6] += access;
        if (marks != 0) {
            c[cell + 4] += (long) (marks & 1) << 32 | marks >> 1 & 1;
            c[cell + 5] += (long) (marks >> 2 & 1) << 32 | marks >> 3 & 1;
        }
    }

    /// Notes a source of the port; not of [#ALL].
    void source(int port, int coupon) {
        sources.note(port, coupon);
    }

    /// Notes a source among those of all ports together.
    void sourceOfAll(int coupon) {
        all.add(coupon);
        known = true;
    }

    /// Adds the counters, not the sources, of all of another table's cells, and their sum to the cell of [#ALL] unless
    /// the other table has one itself.
    void absorb(PortTable other, boolean total) {
        int all = total && other.end > 0 ? cell(ALL) : 0;
        for (int from = 0; from < other.end; from += CELL) {
            int to = cell((int) other.cells[from]);
            for (int w = 1; w <= 6; w++) {
                long n = other.cells[from + w];
                cells[to + w] += n;
                if (total) {
                    cells[all + w] += n;
                }
            }
        }
    }

    /// Empties the table and keeps its memory, unless one flood had made it large.
    void reset() {
        if (cells.length > 1 << 20) {
            cells = new long[256 * CELL];
            index = new int[1 << 11];
            mask = index.length - 1;
        } else {
            Arrays.fill(cells, 0, end, 0);
            Arrays.fill(index, 0);
        }
        end = 0;
        sources.reset();
        if (known) {
            all = new Distinct();
            known = false;
        }
    }

    long memory() {
        return 4L * index.length + 8L * cells.length + sources.memory();
    }

    /// Lists all cells in `named`, those of ports that only have sources too, ascending by port code, and returns how many
    /// there are. The log of sources is in order and
    /// names nearly every port, so that little is left to sort.
    private int inOrder() {
        for (int port = sources.nextDense(0); port >= 0; port = sources.nextDense(port + 1)) {
            cell(port);
        }
        if (known) {
            cell(ALL);
        }
        int n = 0;
        for (int at = 0; at < sources.size(); at = sources.end(at)) {
            int cell = cell(sources.port(at));
            if (n == named.length) {
                named = Arrays.copyOf(named, n * 2);
            }
            named[n++] = cell;
        }
        int all = end / CELL;
        if (n == all) {
            return n;
        }
        long[] cellsByPort = new long[all];
        for (int i = 0; i < all; i++) {
            cellsByPort[i] = cells[i * CELL] << 32 | i * CELL;
        }
        Arrays.sort(cellsByPort);
        if (all > named.length) {
            named = new int[all];
        }
        for (int i = 0; i < all; i++) {
            named[i] = (int) cellsByPort[i];
        }
        return all;
    }

    /// A cursor over the ports, ascending by code. The table must not change while it is walked.
    public final class Walk {
        private int cell;
        private int from;
        private int to;

        private final int cells;
        private int next;

        private Walk() {
            sources.order();
            cells = inOrder();
        }

        public boolean next() {
            if (next == cells) {
                return false;
            }
            cell = named[next++];
            from = to;
            if (to < sources.size() && sources.port(to) == port()) {
                to = sources.end(to);
            }
            return true;
        }

        /// [teiten.net.Port#code()] or [#ALL].
        public int port() {
            return (int) PortTable.this.cells[cell];
        }

        /// Writes packets, bytes of IP with headers, accesses, SYN without ACK, backscatter, and the marks by ordinal.
        public void counts(long[] into, int at) {
            long[] cells = PortTable.this.cells;
            into[at] = cells[cell + 1];
            into[at + 1] = cells[cell + 2];
            into[at + 2] = cells[cell + 6];
            into[at + 3] = cells[cell + 3] >>> 32;
            into[at + 4] = cells[cell + 3] & LOW;
            into[at + 5] = cells[cell + 4] >>> 32;
            into[at + 6] = cells[cell + 4] & LOW;
            into[at + 7] = cells[cell + 5] >>> 32;
            into[at + 8] = cells[cell + 5] & LOW;
        }

        /// Brings the port's sources into [#image()] and returns their image's length.
        public int sources() {
            if (port() != ALL) {
                return sources.image(port(), from, to, image);
            }
            byte[] set = all.image();
            System.arraycopy(set, 0, image, 0, set.length);
            return set.length;
        }

        /// Holds the image of [Distinct], after [#sources()]; its bytes beyond the length mean nothing.
        public byte[] image() {
            return image;
        }
    }

    public Walk walk() {
        return new Walk();
    }
}

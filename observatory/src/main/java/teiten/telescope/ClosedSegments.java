package teiten.telescope;

/// Hot lane. Closed lines of a [SegmentTable] on their way into columns: copied whole, turned when a kilobyte or two is
/// together, so that each column is written by a loop of its own.
final class ClosedSegments {
    private static final int LINE = SegmentTable.LINE;
    private static final int LINES = 512;
    private static final long LOW = 0xFFFFFFFFL;
    private static final int[] SHIFTS = {56, 48, 40, 32, 24, 16, 8, 0};

    private final long[] lines = new long[LINES * LINE];
    private int end;
    private final Sink sink;
    private final V6Ids v6;
    private final SegmentBlock four = new SegmentBlock(false);
    private SegmentBlock six = four;

    ClosedSegments(Sink sink, V6Ids v6) {
        this.sink = sink;
        this.v6 = v6;
    }

    void add(long[] from, int at) {
        if (end == lines.length) {
            turn();
        }
        System.arraycopy(from, at, lines, end, LINE);
        end += LINE;
    }

    private static boolean isSix(long word) {
        return word >>> 31 >= Headers.V6;
    }

    /// Turns runs of lines of one family into rows.
    private void turn() {
        for (int from = 0; from < end; ) {
            boolean sixes = isSix(lines[from]);
            int to = from + LINE;
            while (to < end && isSix(lines[to]) == sixes) {
                to += LINE;
            }
            if (sixes && six == four) {
                six = new SegmentBlock(true);
            }
            SegmentBlock block = sixes ? six : four;
            int room = (SegmentBlock.CAPACITY - block.rows) * LINE;
            to = Math.min(to, from + room);
            rows(block, from, to);
            if (block.isFull()) {
                sink.segments(block);
                block.reset();
            }
            from = to;
        }
        end = 0;
    }

    private void rows(SegmentBlock block, int from, int to) {
        int row = block.rows;
        ints(block.port, row, from, to, 12, 0x7FFFF);
        bytes(block.small[8], row, from, to, 4);
        if (block.six) {
            sixes(block, from, to);
        } else {
            ints(block.address, row, from, to, 31, -1);
        }
        for (int c = 0; c < 8; c++) {
            bytes(block.small[c], row, from + 1, to, SHIFTS[c]);
        }
        ints(block.first, row, from + 2, to, 32, -1);
        spans(block.span, row, from + 2, to);
        ints(block.bytes, row, from + 3, to, 32, -1);
        ints(block.shape, row, from + 3, to, 0, -1);
        block.roomForTargets((to - from) / LINE);
        int end = block.targetBytes;
        for (int at = from, r = row; at < to; at += LINE, r++) {
            int begin = end;
            end = targets(block.targets, end, at);
            block.targetLength[r] = end - begin;
        }
        block.targetBytes = end;
        block.rows = row + (to - from) / LINE;
    }

    // A loop a method: what is compiled stays small and is compiled once.

    private void ints(byte[] column, int row, int from, int to, int shift, int mask) {
        long[] l = lines;
        for (int at = from, r = row; at < to; at += LINE, r++) {
            SegmentBlock.INT.set(column, 4 * r, (int) (l[at] >>> shift) & mask);
        }
    }

    private void bytes(byte[] column, int row, int from, int to, int shift) {
        long[] l = lines;
        for (int at = from, r = row; at < to; at += LINE, r++) {
            column[r] = (byte) (l[at] >>> shift);
        }
    }

    private void spans(byte[] column, int row, int from, int to) {
        long[] l = lines;
        for (int at = from, r = row; at < to; at += LINE, r++) {
            long times = l[at];
            SegmentBlock.INT.set(column, 4 * r, (int) times - (int) (times >>> 32));
        }
    }

    private void sixes(SegmentBlock block, int from, int to) {
        for (int at = from, r = block.rows; at < to; at += LINE, r++) {
            int id = (int) (lines[at] >>> 31);
            SegmentBlock.LONG.set(block.address, 8 * r, v6.high(id));
            SegmentBlock.LONG.set(block.low, 8 * r, v6.low(id));
        }
    }

    /// Writes a line's targets in the order in which they came, and returns where the next row's begin. All places are written,
    /// two targets a word: what is too much is written over.
    private int targets(byte[] into, int end, int at) {
        long[] l = lines;
        for (int word = 0; word < SegmentTable.TARGETS / 2; word++) {
            SegmentBlock.LONG.set(into, end + 8 * word, l[at + 4 + word]);
        }
        return end + 4 * ((int) (l[at] & 15) - 1);
    }

    /// Hands out the rows that do not fill a block.
    void flush() {
        turn();
        if (four.rows > 0) {
            sink.segments(four);
            four.reset();
        }
        if (six != four && six.rows > 0) {
            sink.segments(six);
            six.reset();
        }
    }

    long bytes() {
        return 8L * lines.length + (six == four ? 1 : 2) * 64L * SegmentBlock.CAPACITY;
    }
}

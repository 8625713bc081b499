package teiten.telescope;

import java.util.Arrays;

/// Hot lane. The lines of a [SegmentTable], numbered from 0 in the order in which they came. They lie in chunks, so that a
/// table that grows neither copies what it has nor leaves it behind as garbage: memory that was never touched before costs more
/// than all work on a line.
final class SegmentLines {
    /// Words of a line: 64 bytes.
    static final int LINE = 8;

    static final int CHUNK_BITS = 16;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int FIRST = 1 << 12;

    long[][] chunks = {new long[(FIRST + 1) * LINE]};

    /// Where each chunk's first line begins, less than a line from the array's beginning; see [CacheLines].
    int[] begins = {0};

    int size;
    private int room = FIRST;

    /// Lines for which there is memory.
    int room() {
        return room;
    }

    long[] chunk(int n) {
        return chunks[n >>> CHUNK_BITS];
    }

    /// Where in its chunk the line begins.
    int at(int n) {
        return ((n & CHUNK - 1) << 3) + begins[n >>> CHUNK_BITS];
    }

    /// Makes room for twice as many; for four times as many as long as that means copying them.
    void grow(int most) {
        int wanted = Math.min(most, room * (room < CHUNK ? 4 : 2));
        if (room < CHUNK) {
            first(Math.min(wanted, CHUNK));
        }
        int before = chunks.length;
        int chunksWanted = Math.max(1, (wanted + CHUNK - 1) / CHUNK);
        if (chunksWanted > before) {
            chunks = Arrays.copyOf(chunks, chunksWanted);
            begins = Arrays.copyOf(begins, chunksWanted);
            for (int c = before; c < chunksWanted; c++) {
                chunks[c] = new long[(CHUNK + 1) * LINE];
                begins[c] = CacheLines.begin(chunks[c]);
            }
        }
        room = Math.max(room, wanted);
    }

    private void first(int lines) {
        long[] more = new long[(lines + 1) * LINE];
        int begin = CacheLines.begin(more);
        System.arraycopy(chunks[0], begins[0], more, begin, size * LINE);
        chunks[0] = more;
        begins[0] = begin;
    }

    /// Moves a line to a place before it.
    void move(int from, int to) {
        System.arraycopy(chunk(from), at(from), chunk(to), at(to), LINE);
    }

    long bytes() {
        return Arrays.stream(chunks).mapToLong(chunk -> 8L * chunk.length).sum();
    }
}

package teiten.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Finds many words in one pass: a bit table over the first three bytes lets nearly every position fall through.
///
/// Words have at least four bytes. Time is linear in the data as long as few positions pass the table; a hostile file
/// made of one word's beginning costs one comparison a position more.
final class WordSearch {
    static final int SHORTEST = 4;

    private static final int TABLE = 1 << 14;

    private final long[] bits = new long[TABLE / 64];
    private final List<List<Integer>> byFirst;
    private final byte[][] words;

    WordSearch(List<byte[]> words) {
        this.words = words.toArray(byte[][]::new);
        List<List<Integer>> lists = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            lists.add(new ArrayList<>());
        }
        for (int w = 0; w < this.words.length; w++) {
            byte[] word = this.words[w];
            if (word.length < SHORTEST) {
                throw new IllegalArgumentException(
                        "a word of " + word.length + " bytes is too short to search for");
            }
            int slot = slot(word, 0);
            bits[slot >>> 6] |= 1L << slot;
            lists.get(word[0] & 0xff).add(w);
        }
        this.byFirst = lists;
    }

    /// Takes each occurrence; returning false ends the search.
    interface Hit {
        boolean at(int word, int offset);
    }

    void search(byte[] data, int from, int to, Hit hit) {
        for (int at = from; at + SHORTEST <= to; at++) {
            int slot = slot(data, at);
            if ((bits[slot >>> 6] & 1L << slot) == 0) {
                continue;
            }
            for (int w : byFirst.get(data[at] & 0xff)) {
                byte[] word = words[w];
                if (at + word.length <= to
                        && Arrays.equals(data, at, at + word.length, word, 0, word.length)
                        && !hit.at(w, at)) {
                    return;
                }
            }
        }
    }

    private static int slot(byte[] data, int at) {
        int three = data[at] & 0xff | (data[at + 1] & 0xff) << 8 | (data[at + 2] & 0xff) << 16;
        return three * 0x9e3779b1 >>> 32 - 14;
    }
}

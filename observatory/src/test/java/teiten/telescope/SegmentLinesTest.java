package teiten.telescope;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Lines keep what stands in them while the table grows from one small chunk to several large ones.
class SegmentLinesTest {
    @Test
    void lines_keep_their_words_and_never_overlap_while_the_table_grows() {
        SegmentLines lines = new SegmentLines();
        int most = 3 << SegmentLines.CHUNK_BITS;
        while (lines.room() < most) {
            fill(lines, lines.room());
            lines.grow(most);
        }
        fill(lines, lines.room());
        assertThat(lines.room()).isEqualTo(most);
        for (int n = 0; n < lines.size; n++) {
            for (int w = 0; w < SegmentLines.LINE; w++) {
                assertThat(lines.chunk(n)[lines.at(n) + w]).isEqualTo(word(n, w));
            }
        }
    }

    @Test
    void a_limit_that_is_no_whole_chunk_is_kept() {
        SegmentLines lines = new SegmentLines();
        for (int i = 0; i < 10; i++) {
            lines.grow(100_000);
        }
        assertThat(lines.room()).isEqualTo(100_000);
        fill(lines, lines.room());
        lines.move(99_999, 70_000);
        assertThat(lines.chunk(70_000)[lines.at(70_000) + 7]).isEqualTo(word(99_999, 7));
    }

    private static void fill(SegmentLines lines, int to) {
        for (int n = lines.size; n < to; n++) {
            for (int w = 0; w < SegmentLines.LINE; w++) {
                lines.chunk(n)[lines.at(n) + w] = word(n, w);
            }
        }
        lines.size = to;
    }

    private static long word(int n, int w) {
        return n * 31L + w;
    }
}

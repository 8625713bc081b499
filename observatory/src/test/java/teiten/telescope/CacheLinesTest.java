package teiten.telescope;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Rows of segments begin with a cache line, wherever the virtual machine puts the array.
class CacheLinesTest {
    @Test
    void large_arrays_of_any_length_have_a_cache_line_among_their_first_words() {
        for (int length = 1 << 19; length < (1 << 19) + 8; length++) {
            assertThat(CacheLines.begin(new long[length])).isBetween(0, 7);
        }
    }

    @Test
    void small_arrays_are_left_as_they_are() {
        assertThat(CacheLines.begin(new long[1_024])).isZero();
    }
}

package teiten.telescope;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/// What is remembered of a layout of TCP options says the same as walking from option to option, for layouts of real
/// systems, with any values in them, and for anything else.
class OptionLayoutsTest {
    /// Linux, Windows, macOS, ZMap, Masscan, end of list within the options, a fast open cookie.
    private static final int[][] REAL = {
        {2, 4, 5, 180, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7},
        {2, 4, 5, 180, 1, 3, 3, 8, 1, 1, 4, 2},
        {2, 4, 5, 180, 1, 3, 3, 6, 1, 1, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 4, 2, 0, 0},
        {2, 4, 5, 180, 1, 3, 3, 8, 1, 1, 4, 2},
        {2, 4, 5, 180},
        {2, 4, 5, 180, 4, 2, 0, 0},
        {2, 4, 5, 180, 34, 8, 1, 2, 3, 4, 5, 6},
        {},
    };

    @Test
    void layouts_that_were_learned_say_what_walking_says_whatever_values_stand_in_them() {
        SplittableRandom random = new SplittableRandom(3);
        OptionLayouts layouts = new OptionLayouts();
        byte[] bytes = new byte[96];
        for (int round = 0; round < 500_000; round++) {
            random.nextBytes(bytes);
            int[] options = REAL[random.nextInt(REAL.length)];
            for (int i = 0; i < options.length; i++) {
                bytes[i] = (byte) options[i];
            }
            int change = random.nextInt(3);
            for (int i = 0; i < change && options.length > 0; i++) {
                bytes[random.nextInt(options.length)] = (byte) random.nextInt(12);
            }
            agrees(layouts, bytes, options.length, options.length);
        }
    }

    @Test
    void any_bytes_of_any_length_cut_anywhere_say_what_walking_says() {
        SplittableRandom random = new SplittableRandom(4);
        OptionLayouts layouts = new OptionLayouts();
        byte[] bytes = new byte[96];
        for (int round = 0; round < 500_000; round++) {
            for (int i = 0; i < bytes.length; i++) {
                // Few different bytes, so that kinds and lengths lead on for a while.
                bytes[i] = (byte) random.nextInt(random.nextInt(8) == 0 ? 256 : 9);
            }
            int length = 4 * random.nextInt(11);
            int captured = random.nextInt(4) == 0 ? random.nextInt(length + 1) : length;
            agrees(layouts, bytes, length, captured);
        }
    }

    @Test
    void nothing_is_read_beyond_the_end_of_the_bytes() {
        OptionLayouts layouts = new OptionLayouts();
        byte[] linux = new byte[REAL[0].length];
        for (int i = 0; i < linux.length; i++) {
            linux[i] = (byte) REAL[0][i];
        }
        // 2 mss, 4 sackok, 8 ts, 1 nop, 3 ws
        assertThat(layouts.kinds(MemorySegment.ofArray(linux), 0, linux.length, linux.length))
                .isEqualTo(0x2481_3L << 28);
    }

    private static void agrees(OptionLayouts layouts, byte[] bytes, int length, int captured) {
        MemorySegment segment = MemorySegment.ofArray(bytes);
        assertThat(layouts.kinds(segment, 0, length, captured))
                .isEqualTo(OptionLayouts.walk(segment, 0, captured));
    }
}

package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.StringWriter;
import java.util.Random;

class HarmlessWriterTest {
    @Test
    void no_character_that_steers_a_terminal_is_written_and_none_is_lost() throws IOException {
        StringBuilder every = new StringBuilder();
        for (char c = 0; c < Character.MAX_VALUE; c++) {
            if (!Character.isSurrogate(c)) {
                every.append(c);
            }
        }
        every.append("😀");

        StringWriter line = new StringWriter();
        try (HarmlessWriter out = new HarmlessWriter(line)) {
            JsonMapper.shared().writeValue(out, every.toString());
        }

        assertThat(line.toString().chars())
                .noneMatch(
                        c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
        assertThat(JsonMapper.shared().readValue(line.toString(), String.class))
                .isEqualTo(every.toString());
    }

    @Test
    void in_whatever_pieces_it_comes_it_is_the_same() throws IOException {
        String text = "a\u0085b\u202Ec\u009B31m日本\u200F\u007F";
        StringWriter pieces = new StringWriter();
        Random random = new Random(3);
        try (HarmlessWriter out = new HarmlessWriter(pieces)) {
            for (int at = 0; at < text.length(); ) {
                int n = Math.min(text.length() - at, 1 + random.nextInt(3));
                switch (random.nextInt(3)) {
                    case 0 -> out.write(text, at, n);
                    case 1 -> out.write(text.toCharArray(), at, n);
                    default -> {
                        for (int i = at; i < at + n; i++) {
                            out.write(text.charAt(i));
                        }
                    }
                }
                at += n;
            }
        }
        assertThat(pieces).hasToString("a\\u0085b\\u202ec\\u009b31m日本\\u200f\\u007f");
    }
}

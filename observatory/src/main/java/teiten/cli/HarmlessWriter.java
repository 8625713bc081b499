package teiten.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.Locale;

/// Writes JSON so that no terminal obeys it. JSON escapes the controls below 32 only; a terminal also obeys those from 127
/// on and direction overrides. They can stand within strings alone, so an escape keeps their meaning.
final class HarmlessWriter extends FilterWriter {
    HarmlessWriter(Writer out) {
        super(out);
    }

    private static boolean harmless(char c) {
        return c < 127 || !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT;
    }

    @Override
    public void write(int c) throws IOException {
        if (harmless((char) c)) {
            out.write(c);
        } else {
            out.write(String.format(Locale.ROOT, "\\u%04x", c & 0xFFFF));
        }
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
        int end = from + length;
        int begin = from;
        for (int i = from; i < end; i++) {
            if (!harmless(text[i])) {
                out.write(text, begin, i - begin);
                write(text[i]);
                begin = i + 1;
            }
        }
        out.write(text, begin, end - begin);
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
        write(text.substring(from, from + length).toCharArray(), 0, length);
    }
}

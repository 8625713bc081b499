package teiten.session.stream;

import teiten.session.Text;

import java.util.ArrayList;
import java.util.List;

/// Puts typed bytes together to lines, as a terminal's line discipline does: CR, LF, CR LF and CR NUL end a line,
/// backspace and DEL take the last byte back, ^U the whole line, ^C ends it with nothing.
final class LineEditor {
    private byte[] line = new byte[64];
    private int length;
    private long lost;
    private boolean afterCr;

    /// The lines that these bytes complete.
    List<Text> accept(byte[] bytes) {
        List<Text> lines = new ArrayList<>(1);
        for (byte b : bytes) {
            boolean endOfCr = afterCr && (b == '\n' || b == 0);
            afterCr = b == '\r';
            if (endOfCr) {
                continue;
            }
            switch (b) {
                case '\r', '\n' -> lines.add(take());
                case 8, 127 -> length = lost > 0 ? length : Math.max(0, length - 1);
                case 3, 21 -> {
                    length = 0;
                    lost = 0;
                }
                default -> put(b);
            }
        }
        return lines;
    }

    /// What was typed after the last line's end.
    Text rest() {
        return take();
    }

    private void put(byte b) {
        if (length >= Text.LINE) {
            lost++;
            return;
        }
        if (length == line.length) {
            line = java.util.Arrays.copyOf(line, Math.min(Text.LINE, 2 * length));
        }
        line[length++] = b;
    }

    private Text take() {
        Text text = Text.ofBytes(line, 0, length, Text.LINE);
        boolean cut = lost > 0;
        length = 0;
        lost = 0;
        return cut ? new Text(text.value(), true) : text;
    }
}

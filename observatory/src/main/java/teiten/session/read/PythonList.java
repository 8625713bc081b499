package teiten.session.read;

import org.jspecify.annotations.Nullable;

import teiten.session.Text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads what Python's `repr` writes for a list of texts: `['a', "it's", 'tab\t\x00']`.
final class PythonList {
    /// More elements than any line of input has.
    private static final int MOST = 1024;

    private final String text;
    private int at;

    private PythonList(String text) {
        this.text = text;
    }

    /// The elements as bytes turned into text ([Text#ofBytes]), or null when it is no such list.
    static @Nullable List<Text> read(String text) {
        return new PythonList(text.strip()).list();
    }

    private @Nullable List<Text> list() {
        List<Text> elements = new ArrayList<>();
        if (!take('[')) {
            return null;
        }
        if (take(']')) {
            return at == text.length() ? elements : null;
        }
        while (elements.size() < MOST) {
            if (!take('b')) {
                take('u');
            }
            Text element = element();
            if (element == null) {
                return null;
            }
            elements.add(element);
            if (take(']')) {
                return at == text.length() ? elements : null;
            }
            if (!take(',')) {
                return null;
            }
            while (take(' ')) {
                // between elements
            }
        }
        return null;
    }

    private @Nullable Text element() {
        if (at >= text.length()) {
            return null;
        }
        char quote = text.charAt(at++);
        if (quote != '\'' && quote != '"') {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                byte[] all = bytes.toByteArray();
                return Text.ofBytes(all, 0, all.length, Text.LINE);
            }
            if (c == '\\') {
                escape(bytes);
            } else {
                put(bytes, Character.isSurrogate(c) ? pair(c) : c);
            }
        }
        return null;
    }

    private int pair(char first) {
        if (Character.isHighSurrogate(first)
                && at < text.length()
                && Character.isLowSurrogate(text.charAt(at))) {
            return Character.toCodePoint(first, text.charAt(at++));
        }
        return 0xFFFD;
    }

    private void escape(ByteArrayOutputStream bytes) {
        if (at >= text.length()) {
            return;
        }
        char c = text.charAt(at++);
        switch (c) {
            case 'n' -> bytes.write('\n');
            case 'r' -> bytes.write('\r');
            case 't' -> bytes.write('\t');
            case 'x' -> {
                int value = digits(2);
                if (value >= 0) {
                    bytes.write(value);
                }
            }
            case 'u' -> {
                int value = digits(4);
                put(bytes, value < 0 || Character.isSurrogate((char) value) ? 0xFFFD : value);
            }
            default -> put(bytes, c);
        }
    }

    private int digits(int count) {
        if (at + count > text.length()) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < count; i++) {
            int digit = Character.digit(text.charAt(at + i), 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        at += count;
        return value;
    }

    private static void put(ByteArrayOutputStream bytes, int codePoint) {
        bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
    }

    private boolean take(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }
}

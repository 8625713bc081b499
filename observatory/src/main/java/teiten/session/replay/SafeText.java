package teiten.session.replay;

import teiten.session.Payload;

/// What an attacker wrote, made safe for a terminal: line ends, tabs and printable ASCII and Unicode stand; every
/// control byte (escape sequences, bells, C1) is shown as `^X` or `\xNN` and does nothing.
public final class SafeText {
    private SafeText() {}

    /// @param lineEnd what a line end becomes: `\n` for a terminal in its usual mode, `\r\n` for a raw one
    public static String of(Payload payload, String lineEnd) {
        return of(payload.text().value(), lineEnd);
    }

    /// A single line: line ends and tabs are shown too.
    public static String line(String text) {
        return of(text, "^J").replace("\t", "^I");
    }

    static String of(String text, String lineEnd) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == '\r') {
                // CR LF, CR NUL and CR alone are one line end.
                if (i < text.length() && (text.charAt(i) == '\n' || text.charAt(i) == 0)) {
                    i++;
                }
                out.append(lineEnd);
            } else if (c == '\n') {
                out.append(lineEnd);
            } else if (c == '\t') {
                out.append('\t');
            } else if (c < 32) {
                out.append('^').append((char) (c + 64));
            } else if (c == 127) {
                out.append("^?");
            } else if (isDangerous(c)) {
                out.append("\\u{").append(Integer.toHexString(c)).append('}');
            } else {
                out.appendCodePoint(c);
            }
        }
        return out.toString();
    }

    /// C1 controls, direction overrides and invisible marks, which make a terminal lie, and what is no character.
    private static boolean isDangerous(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE
                || type == Character.PRIVATE_USE
                || type == Character.UNASSIGNED;
    }
}

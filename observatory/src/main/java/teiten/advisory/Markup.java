package teiten.advisory;

/// Writes elements; whatever is text passes through here and is escaped.
final class Markup {
    private final StringBuilder out = new StringBuilder(32 * 1024);

    /// Text that shows as it is: the five characters of markup become references; control characters, which HTML and
    /// XML forbid, and the ones that turn the direction of writing become U+FFFD.
    static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '&' -> safe.append("&amp;");
                        case '<' -> safe.append("&lt;");
                        case '>' -> safe.append("&gt;");
                        case '"' -> safe.append("&quot;");
                        case '\'' -> safe.append("&#39;");
                        default -> safe.appendCodePoint(harmless(c) ? c : 0xFFFD);
                    }
                });
        return safe.toString();
    }

    private static boolean harmless(int c) {
        return !Character.isISOControl(c)
                && Character.getType(c) != Character.FORMAT
                && Character.getType(c) != Character.SURROGATE
                && (c & 0xFFFE) != 0xFFFE;
    }

    /// @param attributes name and value in turn
    Markup open(String element, String... attributes) {
        out.append('<').append(element);
        attributes(attributes);
        out.append('>');
        return this;
    }

    Markup empty(String element, String... attributes) {
        out.append('<').append(element);
        attributes(attributes);
        out.append("/>");
        return this;
    }

    private void attributes(String... attributes) {
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escape(attributes[i + 1]))
                    .append('"');
        }
    }

    Markup close(String element) {
        out.append("</").append(element).append(">\n");
        return this;
    }

    Markup text(String text) {
        out.append(escape(text));
        return this;
    }

    Markup element(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close(element);
    }

    /// Markup that was made here already, or a constant.
    Markup raw(String markup) {
        out.append(markup);
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}

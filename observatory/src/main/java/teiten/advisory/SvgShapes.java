package teiten.advisory;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What JFree's SVG writer emits, made fit for a page under a strict content security policy: each `style="a: b"`
/// becomes the presentation attribute `a="b"`, which needs no permission, and the outer element goes.
final class SvgShapes {
    private static final Pattern STYLE = Pattern.compile("\\sstyle=(['\"])(.*?)\\1");
    private static final Pattern OUTER = Pattern.compile("(?s)^.*?<svg[^>]*>(.*)</svg>\\s*$");

    private SvgShapes() {}

    static String plain(String svg) {
        Matcher outer = OUTER.matcher(svg);
        String shapes = outer.matches() ? outer.group(1) : svg;
        return STYLE.matcher(shapes)
                .replaceAll(style -> Matcher.quoteReplacement(attributes(style.group(2))));
    }

    private static String attributes(String style) {
        StringBuilder attributes = new StringBuilder();
        for (String declaration : style.split(";")) {
            int colon = declaration.indexOf(':');
            if (colon > 0) {
                attributes
                        .append(' ')
                        .append(declaration.substring(0, colon).strip())
                        .append("=\"")
                        .append(declaration.substring(colon + 1).strip())
                        .append('"');
            }
        }
        return attributes.toString();
    }
}

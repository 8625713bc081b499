package teiten.sample;

import java.util.Locale;

/// Makes hostile addresses readable but not clickable, the way the field writes them: `hxxp://192[.]0[.]2[.]1/x`.
public final class Defang {
    private Defang() {}

    /// Breaks the scheme and the dots of the host; the path stays as it is.
    public static String url(String url) {
        int scheme = url.indexOf("://");
        if (scheme < 0) {
            return host(url);
        }
        int end = scheme + 3;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        return scheme(url.substring(0, scheme))
                + "://"
                + host(url.substring(scheme + 3, end))
                + url.substring(end);
    }

    /// Breaks every dot: `192[.]0[.]2[.]1`.
    public static String host(String host) {
        return host.replace(".", "[.]");
    }

    /// Breaks every URL and every dotted address inside a longer line.
    public static String line(String line) {
        StringBuilder safe = new StringBuilder(line.length() + 16);
        int at = 0;
        while (at < line.length()) {
            int end = at;
            while (end < line.length() && !delimits(line.charAt(end))) {
                end++;
            }
            String word = line.substring(at, end);
            if (word.contains("://")) {
                safe.append(url(word));
            } else if (looksLikeAddress(word)) {
                safe.append(host(word));
            } else {
                safe.append(word);
            }
            if (end < line.length()) {
                safe.append(line.charAt(end));
            }
            at = end + 1;
        }
        return safe.toString();
    }

    private static boolean delimits(char c) {
        return c <= ' ' || c == ';' || c == '|' || c == '&' || c == '"' || c == '\'' || c == '('
                || c == ')' || c == '`';
    }

    private static boolean looksLikeAddress(String word) {
        int dots = 0;
        int digits = 0;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c == '.') {
                dots++;
            } else if (c >= '0' && c <= '9') {
                digits++;
            } else if (c == '/' || c == ':') {
                break;
            }
        }
        return dots == 3 && digits >= 4;
    }

    private static String scheme(String scheme) {
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "http" -> "hxxp";
            case "https" -> "hxxps";
            case "ftp" -> "fxp";
            case "tftp" -> "tfxp";
            default -> scheme;
        };
    }
}

package teiten.decoy.shell;

/// Shell patterns: `*`, `?`, `[…]`. A char with [#QUOTED] set is literal.
///
/// Adversary: `*a*a*a*…` against a long name. Matching backtracks to the last star only, so it costs at most
/// pattern × text, and that is charged to the caller's budget.
public final class Glob {
    static final char QUOTED = 0x100;

    private Glob() {}

    static boolean isPattern(String pattern) {
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '*' || c == '?' || c == '[') {
                return true;
            }
        }
        return false;
    }

    public static boolean matches(String pattern, String text) {
        return matches(pattern, text, 0, text.length());
    }

    /// Matches the whole of `text[from..to)`.
    public static boolean matches(String pattern, String text, int from, int to) {
        int p = 0;
        int t = from;
        int star = -1;
        int retry = from;
        while (t < to) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                retry = t;
                continue;
            }
            int next = p < pattern.length() ? one(pattern, p, text.charAt(t)) : -1;
            if (next >= 0) {
                p = next;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++retry;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /// Where the pattern goes on when its item at `p` takes the char; -1 when it does not.
    private static int one(String pattern, int p, char c) {
        char item = pattern.charAt(p);
        if (item == '?') {
            return p + 1;
        }
        if (item == '[') {
            int end = classEnd(pattern, p);
            if (end > 0) {
                return inClass(pattern, p + 1, end, c) ? end + 1 : -1;
            }
        }
        return (item & 0xFF) == (c & 0xFF) ? p + 1 : -1;
    }

    private static int classEnd(String pattern, int p) {
        int i = p + 1;
        if (i < pattern.length() && (pattern.charAt(i) == '!' || pattern.charAt(i) == '^')) {
            i++;
        }
        if (i < pattern.length() && pattern.charAt(i) == ']') {
            i++;
        }
        return pattern.indexOf(']', i);
    }

    private static boolean inClass(String pattern, int from, int end, char c) {
        char wanted = (char) (c & 0xFF);
        boolean negated = pattern.charAt(from) == '!' || pattern.charAt(from) == '^';
        int i = negated ? from + 1 : from;
        boolean found = false;
        while (i < end) {
            char low = (char) (pattern.charAt(i) & 0xFF);
            char high = low;
            if (i + 2 < end && pattern.charAt(i + 1) == '-') {
                high = (char) (pattern.charAt(i + 2) & 0xFF);
                i += 2;
            }
            found |= wanted >= low && wanted <= high;
            i++;
        }
        return found != negated;
    }
}

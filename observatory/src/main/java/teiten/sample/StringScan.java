package teiten.sample;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sorts the printable runs of a file into what an analyst looks for.
///
/// Bounded in every direction: runs looked at, length of a run, entries a kind. The patterns have no nested repetition,
/// so a hostile run costs time linear in its length.
final class StringScan {
    private static final int SHORTEST = 4;
    private static final int LONGEST = 2048;
    private static final int MOST_RUNS = 200_000;
    private static final int MOST_ENTRIES = 100;
    private static final int SHOWN = 240;

    private static final Pattern URL =
            Pattern.compile("(?i)\\b(?:https?|ftp|tftp)://[^\\s\"'<>\\\\;|`(){}]{3,300}");
    private static final Pattern ADDRESS =
            Pattern.compile(
                    "(?<![\\d.])(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?::(\\d{1,5}))?(?![\\d.])");
    private static final Pattern HOST =
            Pattern.compile(
                    "(?i)(?<![\\w./@-])[a-z0-9][a-z0-9-]{0,62}(?:\\.[a-z0-9][a-z0-9-]{0,62}){0,4}"
                        + "\\.(?:com|net|org|info|biz|ru|cn|xyz|top|club|cc|tk|ml|ga|cf|gq|pw|su|me|io|in|us|eu|de|nl|fr|uk"
                        + "|jp|kr|br|ir|tr|ua|online|site|host|live|example|test|invalid)(?::(\\d{1,5}))?(?![\\w.-])");
    private static final Pattern URL_PORT =
            Pattern.compile("://[^/?#\\s]{1,255}:(\\d{1,5})(?=[/?#]|$)");

    private static final List<String> SHELL =
            List.of(
                    "/bin/busybox",
                    "/bin/sh",
                    "wget ",
                    "curl ",
                    "tftp ",
                    "ftpget ",
                    "chmod ",
                    "cd /tmp",
                    "cd /var",
                    "rm -rf",
                    "killall",
                    "pkill",
                    "iptables",
                    "echo -e",
                    "echo -ne",
                    "nc -",
                    "crontab",
                    "mount ",
                    "dd bs=",
                    "cat /proc");
    private static final List<String> PATHS =
            List.of("/proc/", "/dev/", "/etc/", "/tmp/", "/var/", "/mnt/", "/sys/");
    private static final List<String> AGENTS =
            List.of("Mozilla/", "User-Agent:", "Opera/", "curl/", "Wget/", "python-");

    private final StringBuilder run = new StringBuilder();
    private final List<Found> urls = new ArrayList<>();
    private final List<Found> addresses = new ArrayList<>();
    private final List<Found> hosts = new ArrayList<>();
    private final List<Found> ports = new ArrayList<>();
    private final List<Found> userAgents = new ArrayList<>();
    private final List<Found> shell = new ArrayList<>();
    private final List<Found> paths = new ArrayList<>();
    private final CredentialWords words = new CredentialWords();
    private final Set<String> had = new HashSet<>();
    private int seen;
    private boolean cut;

    /// Looks at every run of at least four printable bytes.
    void plain(FileBytes file) {
        byte[] bytes = file.raw();
        int begin = -1;
        for (int i = 0; i <= bytes.length; i++) {
            boolean printable = i < bytes.length && isPrintable(bytes[i]);
            if (printable && begin < 0) {
                begin = i;
            } else if (!printable && begin >= 0) {
                if (i - begin >= SHORTEST) {
                    if (seen >= MOST_RUNS) {
                        cut = true;
                        return;
                    }
                    int length = Math.min(i - begin, LONGEST);
                    // a longer run (a script, packed text) is looked at in overlapping pieces
                    for (int at = begin; at < i; at += LONGEST - SHOWN) {
                        length = Math.min(i - at, LONGEST);
                        take(
                                new String(bytes, at, length, StandardCharsets.ISO_8859_1),
                                at,
                                Found.PLAIN);
                        if (at + length >= i) {
                            break;
                        }
                    }
                }
                begin = -1;
            }
        }
    }

    static boolean isPrintable(byte b) {
        return b >= 0x20 && b < 0x7f || b == '\t';
    }

    /// Looks at one text, found by whatever way.
    void take(String text, long offset, String via) {
        seen++;
        words.see(text, offset, via);
        boolean dot = text.indexOf('.') >= 0;
        if (dot && text.contains("://")) {
            urls(text, offset, via);
        }
        if (dot && hasDigit(text)) {
            addresses(text, offset, via);
        }
        if (dot && text.length() >= 6) {
            hosts(text, offset, via);
        }
        if (begins(text, AGENTS)) {
            add(userAgents, text, offset, via);
        }
        if (contains(text, SHELL)) {
            add(shell, Defang.line(text), offset, via);
        } else if (begins(text, PATHS)) {
            add(paths, Defang.line(text), offset, via);
        }
    }

    StringFacts facts() {
        return new StringFacts(
                List.copyOf(urls),
                List.copyOf(addresses),
                List.copyOf(hosts),
                List.copyOf(ports),
                List.copyOf(userAgents),
                List.copyOf(shell),
                List.copyOf(paths),
                words.tables(),
                seen,
                cut || words.cut());
    }

    private void urls(String text, long offset, String via) {
        Matcher match = URL.matcher(text);
        while (match.find()) {
            add(urls, Defang.url(match.group()), offset + match.start(), via);
            Matcher port = URL_PORT.matcher(match.group());
            if (port.find()) {
                port(port.group(1), offset + match.start(), via);
            }
        }
    }

    private void addresses(String text, long offset, String via) {
        Matcher match = ADDRESS.matcher(text);
        while (match.find()) {
            boolean valid = true;
            for (int i = 1; i <= 4; i++) {
                valid &=
                        Integer.parseInt(match.group(i)) <= 255
                                && (match.group(i).length() == 1
                                        || match.group(i).charAt(0) != '0');
            }
            if (valid) {
                add(addresses, Defang.host(match.group()), offset + match.start(), via);
                if (match.group(5) != null) {
                    port(match.group(5), offset + match.start(5), via);
                }
            }
        }
    }

    private void hosts(String text, long offset, String via) {
        Matcher match = HOST.matcher(text.length() > 512 ? text.substring(0, 512) : text);
        while (match.find()) {
            add(hosts, Defang.host(match.group()), offset + match.start(), via);
            if (match.group(1) != null) {
                port(match.group(1), offset + match.start(1), via);
            }
        }
    }

    private void port(String digits, long offset, String via) {
        int port = Integer.parseInt(digits);
        if (port > 0 && port < 65536) {
            add(ports, Integer.toString(port), offset, via);
        }
    }

    private void add(List<Found> kind, String value, long offset, String via) {
        String shown = value.length() > SHOWN ? value.substring(0, SHOWN) + "..." : value;
        run.setLength(0);
        String key = run.append(System.identityHashCode(kind)).append(' ').append(shown).toString();
        if (!had.add(key)) {
            return;
        }
        if (kind.size() >= MOST_ENTRIES) {
            cut = true;
            return;
        }
        kind.add(new Found(shown.replace('\t', ' '), offset, via));
    }

    private static boolean hasDigit(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= '0' && text.charAt(i) <= '9') {
                return true;
            }
        }
        return false;
    }

    private static boolean begins(String text, List<String> with) {
        for (String word : with) {
            if (text.startsWith(word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(String text, List<String> any) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (String word : any) {
            if (lower.contains(word)) {
                return true;
            }
        }
        return false;
    }
}

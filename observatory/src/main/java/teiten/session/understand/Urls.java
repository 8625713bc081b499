package teiten.session.understand;

import org.jspecify.annotations.Nullable;

import teiten.session.understand.ShellLine.Simple;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Where files are fetched from: URLs as written, and those that a command's arguments amount to
/// (`tftp -g -r x 192.0.2.9` is `tftp://192.0.2.9/x`).
public final class Urls {
    /// The most URLs read from one text.
    static final int MOST = 256;

    private static final String[] SCHEMES = {"http://", "https://", "ftp://", "tftp://"};

    /// Options whose next word is theirs.
    private static final Set<String> WGET_TAKES =
            Set.of("-O", "-o", "-P", "-U", "-T", "-t", "-Q", "-w", "--header", "--user-agent");

    private static final Set<String> CURL_TAKES =
            Set.of(
                    "-o",
                    "-A",
                    "-H",
                    "-d",
                    "-X",
                    "-e",
                    "-u",
                    "-m",
                    "--output",
                    "--header",
                    "--data");

    private Urls() {}

    /// URLs as they are written in a text: `http`, `https`, `ftp` or `tftp`, up to the first blank, quote, or one of
    /// `; | & ) ( < > ] \`. In order; the same one may come twice.
    public static List<String> in(String text) {
        List<String> found = new ArrayList<>();
        int at = text.indexOf("://");
        while (at >= 0 && found.size() < MOST) {
            int start = -1;
            for (String scheme : SCHEMES) {
                int from = at + 3 - scheme.length();
                if (from >= 0 && text.startsWith(scheme, from) && (start < 0 || from < start)) {
                    start = from;
                }
            }
            int end = at + 3;
            while (end < text.length() && !stops(text.charAt(end))) {
                end++;
            }
            if (start >= 0 && end > at + 3) {
                found.add(text.substring(start, end));
            }
            at = text.indexOf("://", Math.max(end, at + 3));
        }
        return found;
    }

    private static boolean stops(char c) {
        return Character.isWhitespace(c) || "'\";|&)<>]\\".indexOf(c) >= 0;
    }

    /// The host of a URL, without port and user; empty when there is none.
    public static String host(String url) {
        int from = url.indexOf("://");
        if (from < 0) {
            return "";
        }
        from += 3;
        int end = from;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        String authority = url.substring(from, end);
        authority = authority.substring(authority.lastIndexOf('@') + 1);
        if (authority.startsWith("[")) {
            int close = authority.indexOf(']');
            return close < 0 ? "" : authority.substring(1, close);
        }
        int colon = authority.indexOf(':');
        return colon < 0 ? authority : authority.substring(0, colon);
    }

    /// The file's name at the end of a URL's path; empty when there is none.
    public static String file(String url) {
        int from = url.indexOf("://");
        String path = from < 0 ? url : url.substring(from + 3);
        int query = path.indexOf('?');
        path = query < 0 ? path : path.substring(0, query);
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(slash + 1);
    }

    /// What a download command fetches, as URLs; empty when it is no download or names nothing to fetch.
    static List<String> fetched(Simple command) {
        List<String> arguments = command.arguments();
        return switch (command.program()) {
            case "curl" -> web(arguments, CURL_TAKES);
            case "wget", "lwp-download", "fetch", "axel" -> web(arguments, WGET_TAKES);
            case "tftp" -> {
                String url = tftp(arguments);
                yield url == null ? List.of() : List.of(url);
            }
            case "ftpget" -> {
                String url = ftpget(arguments);
                yield url == null ? List.of() : List.of(url);
            }
            default -> List.of();
        };
    }

    private static List<String> web(List<String> arguments, Set<String> takes) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < arguments.size() && found.size() < MOST; i++) {
            String word = arguments.get(i);
            if (word.startsWith("-")) {
                if (takes.contains(word)) {
                    i++;
                }
                continue;
            }
            List<String> urls = in(word);
            if (!urls.isEmpty()) {
                found.addAll(urls);
            } else if (looksLikeHost(word)) {
                found.add("http://" + word);
            }
        }
        return found;
    }

    /// BusyBox `tftp -g -r FILE -l FILE HOST [PORT]`, or the old client's `tftp HOST -c get FILE`.
    private static @Nullable String tftp(List<String> arguments) {
        String host = null;
        String file = null;
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            String next = i + 1 < arguments.size() ? arguments.get(i + 1) : "";
            if (word.equals("-r") && !next.equals("-g")) {
                file = next;
                i++;
            } else if (word.equals("-l") || word.equals("-b") || word.equals("-m")) {
                i++;
            } else if (word.equals("get")) {
                file = next;
                i++;
            } else if (!word.startsWith("-") && host == null && looksLikeHost(word)) {
                host = word;
            } else if (!word.startsWith("-") && file == null && host != null && !isNumber(word)) {
                file = word;
            }
        }
        return host == null ? null : "tftp://" + host + '/' + (file == null ? "" : file);
    }

    /// BusyBox `ftpget [-u USER] [-p PASSWORD] [-P PORT] HOST LOCAL [REMOTE]`.
    private static @Nullable String ftpget(List<String> arguments) {
        List<String> plain = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.startsWith("-")) {
                if (word.equals("-u") || word.equals("-p") || word.equals("-P")) {
                    i++;
                }
            } else {
                plain.add(word);
            }
        }
        if (plain.isEmpty() || !looksLikeHost(plain.getFirst())) {
            return null;
        }
        String file = plain.size() > 2 ? plain.get(2) : plain.size() > 1 ? plain.get(1) : "";
        return "ftp://" + plain.getFirst() + '/' + file;
    }

    /// An address or a name with a dot, maybe with port and path.
    static boolean looksLikeHost(String word) {
        int end = 0;
        while (end < word.length() && "/:?".indexOf(word.charAt(end)) < 0) {
            end++;
        }
        String host = word.substring(0, end).toLowerCase(Locale.ROOT);
        int dot = host.indexOf('.');
        if (dot <= 0 || host.endsWith(".") || host.length() > 253) {
            return false;
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean fine = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-';
            if (!fine) {
                return false;
            }
        }
        String last = host.substring(host.lastIndexOf('.') + 1);
        boolean number = isNumber(last);
        return number
                ? host.matches("[0-9]+(\\.[0-9]+){3}")
                : last.matches("[a-z]{2,24}|xn--.+") && !last.equals("sh");
    }

    private static boolean isNumber(String word) {
        return !word.isEmpty() && word.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}

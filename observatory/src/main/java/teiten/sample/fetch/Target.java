package teiten.sample.fetch;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// A URL that was read strictly: scheme, host, port and path, without user, fragment or odd characters.
///
/// @param host in lower case; an IPv6 literal without brackets
/// @param path with its query; begins with `/`
record Target(boolean secure, String host, int port, String path) {
    private static final int LONGEST = 2048;

    /// Null when the text is no URL that is fetched.
    static @Nullable Target of(String url) {
        if (url.length() > LONGEST) {
            return null;
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException _) {
            return null;
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        String host = uri.getHost();
        if (host == null || uri.getRawUserInfo() != null || !secure && !scheme.equals("http")) {
            return null;
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String path = uri.getRawPath();
        path = path == null || path.isEmpty() ? "/" : path;
        path = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        int port = uri.getPort() < 0 ? secure ? 443 : 80 : uri.getPort();
        boolean plain = path.chars().allMatch(c -> c > 32 && c < 127) && port < 65_536;
        return plain ? new Target(secure, bare.toLowerCase(Locale.ROOT), port, path) : null;
    }

    /// Where a `Location` leads from here; null when that is nothing that is fetched.
    @Nullable Target redirect(String location) {
        try {
            return of(new URI(toString()).resolve(location.strip()).toString());
        } catch (URISyntaxException | IllegalArgumentException _) {
            return null;
        }
    }

    /// What the `Host` header says.
    String authority() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (secure ? 443 : 80) ? name : name + ":" + port;
    }

    @Override
    public String toString() {
        return (secure ? "https://" : "http://") + authority() + path;
    }
}

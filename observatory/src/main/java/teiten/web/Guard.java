package teiten.web;

import io.javalin.http.Context;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// What is checked before any handler runs, and the headers every answer bears.
///
/// The dashboard listens on loopback and has no password, so its adversary is a page of another site in the same
/// browser: it may send requests here (answered without effect, since nothing is ever changed), read nothing (no CORS
/// header is given, and the resource policy forbids embedding), and rebind a name of its own to 127.0.0.1, which the
/// check of the `Host` header refuses.
final class Guard {
    static final String PAGE_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private final Set<String> hosts;

    /// @param bound the address listened on
    /// @param names further names the operator allows
    Guard(String bound, Set<String> names) {
        hosts = new TreeSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
        if (!bound.equals("0.0.0.0") && !bound.equals("::")) {
            hosts.add(bound.indexOf(':') >= 0 ? "[" + bound + "]" : bound.toLowerCase(Locale.ROOT));
        }
        names.forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT)));
    }

    void check(Context ctx) {
        headers(ctx);
        String method = ctx.req().getMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            ctx.header("Allow", "GET, HEAD");
            throw new Refusal(405, "the dashboard only answers GET and HEAD; it changes nothing");
        }
        String host = ctx.req().getHeader("Host");
        if (host == null || !hosts.contains(nameOf(host))) {
            throw new Refusal(
                    421,
                    "the Host header names a host this dashboard does not serve; open it as"
                            + " http://127.0.0.1:PORT/ or allow the name in the settings");
        }
    }

    static void headers(Context ctx) {
        ctx.header("Content-Security-Policy", PAGE_POLICY);
        ctx.header("X-Content-Type-Options", "nosniff");
        ctx.header("Referrer-Policy", "no-referrer");
        ctx.header("Cross-Origin-Opener-Policy", "same-origin");
        ctx.header("Cross-Origin-Resource-Policy", "same-origin");
        ctx.header("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
        ctx.header("Cache-Control", "no-store");
    }

    /// The host without its port; an IPv6 address keeps its brackets.
    private static String nameOf(String host) {
        int end = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
        return (end > 0 ? host.substring(0, end) : host).toLowerCase(Locale.ROOT);
    }

    /// A request that gets no answer but one sentence.
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int status;

        Refusal(int status, String sentence) {
            super(sentence, null, false, false);
            this.status = status;
        }

        int status() {
            return status;
        }

        String sentence() {
            return String.valueOf(getMessage());
        }
    }
}

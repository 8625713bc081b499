package teiten.web;

import io.javalin.http.Context;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The page and its two files, read once from the jar. The files' names carry the hash of what they hold, so a browser
/// may keep them for ever and never shows yesterday's page.
final class FrontEnd {
    private final String index;
    private final byte[] script;
    private final byte[] style;
    private final String scriptPath;
    private final String stylePath;

    FrontEnd() {
        script = read("bundle/main.js");
        style = read("bundle/main.css");
        scriptPath = "/assets/main-" + hash(script) + ".js";
        stylePath = "/assets/main-" + hash(style) + ".css";
        index =
                new String(read("page/index.html"), StandardCharsets.UTF_8)
                        .replace("/main.js", scriptPath)
                        .replace("/main.css", stylePath);
    }

    void page(Context ctx) {
        ctx.header("Cache-Control", "no-cache");
        ctx.contentType("text/html; charset=utf-8").result(index);
    }

    void asset(Context ctx) {
        String path = ctx.path();
        if (path.equals(scriptPath)) {
            send(ctx, script, "text/javascript; charset=utf-8");
        } else if (path.equals(stylePath)) {
            send(ctx, style, "text/css; charset=utf-8");
        } else {
            throw new Guard.Refusal(404, "there is no such file; reload the page");
        }
    }

    private static void send(Context ctx, byte[] content, String type) {
        ctx.header("Cache-Control", "public, max-age=31536000, immutable");
        ctx.contentType(type).result(content);
    }

    private static byte[] read(String name) {
        try (InputStream in = FrontEnd.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(
                        "the page's " + name + " is not in the jar; build with mvn package");
            }
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String hash(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

package teiten.decoy.applet;

import teiten.decoy.shell.Applet;
import teiten.decoy.shell.Call;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Applets that show or change the form of bytes: sums, hexadecimal, base64.
final class DumpApplets {
    private DumpApplets() {}

    static void install(Map<String, Applet> all) {
        all.put("md5sum", call -> sum(call, "MD5"));
        all.put("sha1sum", call -> sum(call, "SHA-1"));
        all.put("sha256sum", call -> sum(call, "SHA-256"));
        all.put("hexdump", DumpApplets::hexdump);
        all.put("od", DumpApplets::od);
        all.put("xxd", DumpApplets::xxd);
        all.put("base64", DumpApplets::base64);
    }

    private static int sum(Call call, String algorithm) {
        int status = 0;
        List<String> paths = Options.of(call.args(), "").operands();
        for (String path : paths.isEmpty() ? List.of("-") : paths) {
            byte[] bytes = Sources.bytes(call, path);
            if (bytes == null) {
                status = 1;
                continue;
            }
            try {
                byte[] digest = MessageDigest.getInstance(algorithm).digest(bytes);
                call.print(HexFormat.of().formatHex(digest) + "  " + path + "\n");
            } catch (NoSuchAlgorithmException missing) {
                throw new IllegalStateException(missing);
            }
        }
        return status;
    }

    private static byte[] some(Call call, Options options) {
        String path = options.operands().isEmpty() ? "-" : options.operands().getFirst();
        byte[] bytes = Sources.bytes(call, path);
        if (bytes == null) {
            return new byte[0];
        }
        long most = options.number("n", options.number("N", options.number("l", bytes.length)));
        return most < bytes.length && most >= 0
                ? java.util.Arrays.copyOf(bytes, (int) most)
                : bytes;
    }

    private static int hexdump(Call call) {
        Options options = Options.of(call.args(), "nsef");
        byte[] bytes = some(call, options);
        StringBuilder out = new StringBuilder();
        if (options.has("e")) {
            for (byte b : bytes) {
                out.append(
                        options.value("e", "").contains("x") ? HexFormat.of().toHexDigits(b) : "");
            }
            call.print(out.toString());
            return 0;
        }
        for (int at = 0; at < bytes.length; at += 16) {
            call.shell().budget().step();
            int n = Math.min(16, bytes.length - at);
            if (options.has("C")) {
                canonical(out, bytes, at, n);
            } else {
                out.append(String.format(Locale.ROOT, "%07x", at));
                for (int i = 0; i < n; i += 2) {
                    int low = bytes[at + i] & 0xFF;
                    int high = i + 1 < n ? bytes[at + i + 1] & 0xFF : 0;
                    boolean big = call.shell().device().machine().bigEndian();
                    out.append(
                            String.format(
                                    Locale.ROOT, " %04x", big ? low << 8 | high : high << 8 | low));
                }
                out.append('\n');
            }
        }
        out.append(
                String.format(Locale.ROOT, options.has("C") ? "%08x%n" : "%07x%n", bytes.length));
        call.print(out.toString());
        return 0;
    }

    private static void canonical(StringBuilder out, byte[] bytes, int at, int n) {
        out.append(String.format(Locale.ROOT, "%08x ", at));
        for (int i = 0; i < 16; i++) {
            out.append(i == 8 ? " " : "")
                    .append(i < n ? String.format(" %02x", bytes[at + i]) : "   ");
        }
        out.append("  |");
        for (int i = 0; i < n; i++) {
            byte b = bytes[at + i];
            out.append(b >= 32 && b < 127 ? (char) b : '.');
        }
        out.append("|\n");
    }

    private static int od(Call call) {
        Options options = Options.of(call.args(), "NjAt");
        byte[] bytes = some(call, options);
        boolean hex = options.value("t", "").startsWith("x") || options.has("x");
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < bytes.length; at += 16) {
            call.shell().budget().step();
            out.append(
                    options.value("A", "o").equals("n")
                            ? ""
                            : String.format(Locale.ROOT, "%07o", at));
            for (int i = at; i < Math.min(bytes.length, at + 16); i++) {
                out.append(String.format(Locale.ROOT, hex ? " %02x" : " %03o", bytes[i]));
            }
            out.append('\n');
        }
        out.append(
                options.value("A", "o").equals("n")
                        ? ""
                        : String.format(Locale.ROOT, "%07o%n", bytes.length));
        call.print(out.toString());
        return 0;
    }

    private static int xxd(Call call) {
        Options options = Options.of(call.args(), "lcs");
        byte[] bytes = some(call, options);
        StringBuilder out = new StringBuilder();
        if (options.has("p")) {
            String hex = HexFormat.of().formatHex(bytes);
            for (int i = 0; i < hex.length(); i += 60) {
                out.append(hex, i, Math.min(hex.length(), i + 60)).append('\n');
            }
            call.print(out.toString());
            return 0;
        }
        for (int at = 0; at < bytes.length; at += 16) {
            call.shell().budget().step();
            out.append(String.format(Locale.ROOT, "%08x:", at));
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 16; i++) {
                out.append(i % 2 == 0 ? " " : "");
                if (at + i < bytes.length) {
                    byte b = bytes[at + i];
                    out.append(HexFormat.of().toHexDigits(b));
                    text.append(b >= 32 && b < 127 ? (char) b : '.');
                } else {
                    out.append("  ");
                }
            }
            out.append("  ").append(text).append('\n');
        }
        call.print(out.toString());
        return 0;
    }

    private static int base64(Call call) {
        Options options = Options.of(call.args(), "w");
        byte[] bytes = some(call, options);
        if (options.has("d")) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1).replaceAll("\\s", "");
            try {
                byte[] plain = Base64.getDecoder().decode(text);
                call.io().out().write(plain, 0, plain.length);
                return 0;
            } catch (IllegalArgumentException _) {
                return call.fail("invalid input");
            }
        }
        String encoded = Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(bytes);
        call.print(encoded.isEmpty() ? "" : encoded + "\n");
        return 0;
    }
}

package teiten.session.understand;

import teiten.session.understand.ShellLine.Redirect;
import teiten.session.understand.ShellLine.Simple;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;

/// The shape of a loader's script, so that sessions of one loader fall together though addresses, tokens, mounts and
/// ports differ from session to session.
///
/// Each simple command becomes its program, its options and the shapes of its other words: an address `A`, a URL `U`
/// with the file's name, a number `N`, written bytes `X`, an applet token `T`, a path `/…/name`. The set of different
/// shapes is hashed in the order of first appearance, so a loop over mounts counts once. Two sessions of which one
/// was cut short differ; that is the price of an exact hash.
final class Fingerprint {
    /// The most different shapes that count.
    private static final int MOST_SHAPES = 256;

    private final Set<String> shapes = new LinkedHashSet<>();

    void add(Simple command) {
        if (shapes.size() >= MOST_SHAPES) {
            return;
        }
        StringBuilder shape = new StringBuilder();
        shape.append(CommandStage.isToken(command.program()) ? "T" : command.program());
        for (String word : command.arguments()) {
            shape.append(' ').append(shape(word));
            if (shape.length() > 512) {
                break;
            }
        }
        for (Redirect redirect : command.redirects()) {
            shape.append(redirect.operator()).append(shape(redirect.target()));
        }
        shapes.add(shape.toString());
    }

    /// 16 hexadecimal digits; empty when there was no command.
    String hash() {
        if (shapes.isEmpty()) {
            return "";
        }
        try {
            byte[] bytes = String.join("\n", shapes).getBytes(StandardCharsets.UTF_8);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    static String shape(String word) {
        if (word.isEmpty()) {
            return "''";
        }
        if (word.startsWith("-")) {
            return word.length() > 16 ? "-…" : word;
        }
        if (word.contains("://")) {
            return "U/" + Urls.file(word);
        }
        if (word.contains("\\x") || word.contains("\\0") || word.contains("\\1")) {
            return "X";
        }
        if (word.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return "N";
        }
        if (Urls.looksLikeHost(word) && word.matches("[0-9.]+([:/].*)?")) {
            return "A";
        }
        if (CommandStage.isToken(word)) {
            return "T";
        }
        if (word.startsWith("/")) {
            return "/…/" + ShellLine.baseName(word);
        }
        return word.length() > 64 ? "W" : word;
    }
}

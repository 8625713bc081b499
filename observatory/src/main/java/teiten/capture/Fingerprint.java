package teiten.capture;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// How a capture begins, to know it again under another name, when it has grown, and whether or not it is compressed.
///
/// @param headLength bytes of the uncompressed content that were taken: the first 64 KiB, or all if it is shorter
/// @param headSha256 their SHA-256 in lower-case hexadecimal
public record Fingerprint(long headLength, String headSha256) {
    static final int HEAD = 64 * 1024;

    /// Looks the hash up, which takes longer the first time than hashing.
    public static void prepare() {
        sha256(new byte[0]);
    }

    static Fingerprint of(byte[] head) {
        return new Fingerprint(head.length, HexFormat.of().formatHex(sha256(head)));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}

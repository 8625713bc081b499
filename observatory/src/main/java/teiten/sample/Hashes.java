package teiten.sample;

import com.idealista.tlsh.TLSH;
import com.idealista.tlsh.exceptions.InsufficientComplexityException;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Names of a file by its content. MD5 and SHA-1 are there for other people's lists only; the vault uses SHA-256.
///
/// @param tlsh locality-sensitive hash, unknown for short, uniform or very long files
public record Hashes(String md5, String sha1, String sha256, Fact tlsh) {
    private static final int TLSH_SHORTEST = 50;
    private static final int TLSH_LONGEST = 16 << 20;

    static Hashes of(byte[] bytes) {
        return new Hashes(
                hex("MD5", bytes), hex("SHA-1", bytes), hex("SHA-256", bytes), tlsh(bytes));
    }

    /// The SHA-256 of `bytes` in lower-case hexadecimal.
    public static String sha256(byte[] bytes) {
        return hex("SHA-256", bytes);
    }

    private static String hex(String algorithm, byte[] bytes) {
        return HexFormat.of().formatHex(digest(algorithm).digest(bytes));
    }

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has " + algorithm, missing);
        }
    }

    /// The library takes a string and reads its characters as bytes, so the bytes must go in as ISO-8859-1.
    static Fact tlsh(byte[] bytes) {
        if (bytes.length < TLSH_SHORTEST) {
            return Fact.unknown("TLSH needs " + TLSH_SHORTEST + " bytes");
        }
        if (bytes.length > TLSH_LONGEST) {
            return Fact.unknown(
                    "longer than the " + (TLSH_LONGEST >> 20) + " MB that TLSH is computed for");
        }
        try {
            String hash = new TLSH(new String(bytes, StandardCharsets.ISO_8859_1)).hash();
            return Fact.known(hash, "whole file", Trust.INFERRED);
        } catch (InsufficientComplexityException tooUniform) {
            return Fact.unknown("too little variety in the bytes for TLSH");
        }
    }
}

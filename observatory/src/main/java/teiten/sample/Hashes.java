package teiten.sample;

import com.idealista.tlsh.buckets.ProcessedBuckets;

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

    static Fact tlsh(byte[] bytes) {
        if (bytes.length < TLSH_SHORTEST) {
            return Fact.unknown("TLSH needs " + TLSH_SHORTEST + " bytes");
        }
        if (bytes.length > TLSH_LONGEST) {
            return Fact.unknown(
                    "longer than the " + (TLSH_LONGEST >> 20) + " MB that TLSH is computed for");
        }
        ProcessedBuckets counts = TlshCounts.of(bytes);
        return counts.isProcessedDataTooSimple()
                ? Fact.unknown("too little variety in the bytes for TLSH")
                : Fact.known(counts.buildDigest().toString(), "whole file", Trust.INFERRED);
    }
}

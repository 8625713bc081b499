package teiten.session;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/// Whose conversation it is and where: bound once when the conversation opens, shared by all its events, and nothing
/// that the visitor sends can change it.
///
/// @param sensor the vantage point's id
/// @param session unique within the sensor; 1 to 64 characters of `A-Z a-z 0-9 . _ -`
/// @param source the visitor, after any PROXY protocol header
/// @param sourcePort 0 when a log does not tell
/// @param destination the sensor's address that was reached; null when a log does not tell
/// @param destinationPort the port the visitor dialled, before any redirect; 0 when a log does not tell
/// @param device the face the decoy wore; empty when there was none
public record Visit(
        String sensor,
        String session,
        IpAddress source,
        int sourcePort,
        Door door,
        @Nullable IpAddress destination,
        int destinationPort,
        String device) {

    public Visit {
        if (!isSessionId(session)) {
            throw new IllegalArgumentException(
                    "a session id has 1 to 64 of A-Z a-z 0-9 . _ -, not \""
                            + Text.name(session).value()
                            + '"');
        }
        if (sourcePort < 0
                || sourcePort > 65535
                || destinationPort < 0
                || destinationPort > 65535) {
            throw new IllegalArgumentException("a port lies between 0 and 65535");
        }
        if (sensor.length() > Text.NAME || device.length() > Text.NAME) {
            throw new IllegalArgumentException("a name has at most " + Text.NAME + " characters");
        }
    }

    /// A visit whose session id is derived from what makes it unique, so that reading the same traffic twice gives
    /// the same id.
    public static Visit open(
            String sensor,
            IpAddress source,
            int sourcePort,
            Door door,
            IpAddress destination,
            int destinationPort,
            String device,
            Instant start) {
        String key =
                String.join(
                        "|",
                        sensor,
                        source.toString(),
                        Integer.toString(sourcePort),
                        door.label(),
                        destination.toString(),
                        Integer.toString(destinationPort),
                        start.toString());
        return new Visit(
                sensor,
                digest(key).substring(0, 16),
                source,
                sourcePort,
                door,
                destination,
                destinationPort,
                device);
    }

    public static boolean isSessionId(String id) {
        if (id.isEmpty() || id.length() > 64) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean fine =
                    c >= 'a' && c <= 'z'
                            || c >= 'A' && c <= 'Z'
                            || c >= '0' && c <= '9'
                            || c == '.'
                            || c == '_'
                            || c == '-';
            if (!fine) {
                return false;
            }
        }
        return true;
    }

    /// SHA-256 of the text's UTF-8, as 64 hexadecimal digits.
    static String digest(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}

package teiten.capture.live;

import teiten.OperatorMistake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether this process could capture from an interface.
///
/// @param library libpcap's name and version; empty when there is none
/// @param allowed whether it has CAP_NET_RAW, which packet sockets ask for
public record Readiness(String library, boolean allowed) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String EFFECTIVE = "CapEff:";

    /// CAP_NET_RAW of capabilities(7).
    private static final int NET_RAW = 13;

    public static Readiness now() {
        return new Readiness(installed(), mayCapture());
    }

    private static String installed() {
        try {
            return Libpcap.load().version();
        } catch (OperatorMistake _) {
            return "";
        }
    }

    private static boolean mayCapture() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(EFFECTIVE))
                    .mapToLong(line ->
                            Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16))
                    .anyMatch(set -> (set >> NET_RAW & 1) == 1);
        } catch (IOException | NumberFormatException _) {
            return false;
        }
    }
}

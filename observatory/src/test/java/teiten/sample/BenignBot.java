package teiten.sample;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A harmless stand-in for a bot's file: an honest header, random filler, and a table of published words that nothing
/// runs, hidden by one-byte XOR. Addresses are of the documentation ranges.
final class BenignBot {
    static final List<String> TABLE =
            List.of(
                    "/bin/busybox TEITEN",
                    "TEITEN: applet not found",
                    "/proc/net/tcp",
                    "/dev/watchdog",
                    "/dev/misc/watchdog",
                    "listening tun0",
                    "TSource Engine Query",
                    "http://192.0.2.7:8080/bins/x.arm",
                    "enable",
                    "system",
                    "shell",
                    "Mozilla/5.0 (teiten test)");

    private BenignBot() {}

    /// @param key 0 leaves the table in plain
    static byte[] hiding(List<String> table, int key, int filler) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] header = new byte[52];
        byte[] begin = {0x7f, 'E', 'L', 'F', 1, 1, 1};
        System.arraycopy(begin, 0, header, 0, begin.length);
        header[16] = 2;
        header[18] = 40;
        header[20] = 1;
        header[39] = 5;
        header[40] = 52;
        out.writeBytes(header);
        java.util.Random random = new java.util.Random(7);
        byte[] noise = new byte[filler];
        random.nextBytes(noise);
        out.writeBytes(noise);
        out.writeBytes(new byte[64]);
        for (String entry : table) {
            for (byte b : (entry + "\0").getBytes(StandardCharsets.ISO_8859_1)) {
                out.write(b ^ key);
            }
        }
        out.writeBytes(new byte[64]);
        return out.toByteArray();
    }
}

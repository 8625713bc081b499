package teiten.lab;

import teiten.net.IpAddress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The host's own ways out, read before the seal closes: the proof tries each of them from inside.
final class Gateways {
    private static final int MOST = 4;

    private Gateways() {}

    /// Dotted IPv4 addresses of the gateways in the host's routing table; empty on a host without one.
    static List<String> addresses() throws IOException {
        Path table = Path.of("/proc/net/route");
        List<String> all = new ArrayList<>();
        if (!Files.exists(table)) {
            return all;
        }
        // Interface, destination and gateway, the latter two as hex of the host's byte order.
        for (String line : Files.readAllLines(table)) {
            String[] words = line.split("\\s+");
            if (words.length > 2
                    && words[2].matches("[0-9A-F]{8}")
                    && !words[2].equals("00000000")) {
                String dotted =
                        IpAddress.v4(Integer.reverseBytes((int) Long.parseLong(words[2], 16)))
                                .toString();
                if (all.size() < MOST && !all.contains(dotted)) {
                    all.add(dotted);
                }
            }
        }
        return all;
    }
}

package teiten.lab.inside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The namespace's network: one interface `lo` to which every address of both families is local. Nothing can leave,
/// because there is no device to leave by; everything is answered, because every address is ours.
final class Network {
    private static final String LINKS =
            """
            link set lo mtu 1500 up
            addr add 10.0.2.15/32 dev lo
            route add local 0.0.0.0/0 dev lo src 10.0.2.15
            addr add fec0::15/128 dev lo nodad
            route add local ::/0 dev lo
            """;

    /// The transparent proxy keeps the address and port that were asked for. DNS has a socket of its own. Packets
    /// with a forged source are not answered: only a flood sends those.
    private static final String RULES =
            """
            table inet seal {
              chain answer {
                type filter hook prerouting priority mangle; policy accept;
                iif lo udp dport 53 accept
                iif lo ip saddr 10.0.2.15 ip daddr != { 10.0.2.15, 127.0.0.0/8 } meta l4proto tcp tproxy ip to :9999 accept
                iif lo ip saddr 10.0.2.15 ip daddr != { 10.0.2.15, 127.0.0.0/8 } meta l4proto udp tproxy ip to :9998 accept
                iif lo ip6 saddr fec0::15 ip6 daddr != { fec0::15, ::1 } meta l4proto tcp tproxy ip6 to :9999 accept
                iif lo ip6 saddr fec0::15 ip6 daddr != { fec0::15, ::1 } meta l4proto udp tproxy ip6 to :9998 accept
              }
            }
            """;

    private Network() {}

    /// The names of all interfaces of this namespace.
    static List<String> interfaces() throws IOException {
        List<String> names = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/proc/net/dev"))) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                names.add(line.substring(0, colon).strip());
            }
        }
        return names;
    }

    /// Refuses to touch anything unless `lo` is the only interface, then makes every address local.
    static void seal() throws IOException, InterruptedException {
        if (!interfaces().equals(List.of("lo"))) {
            throw new SealBroken(
                    "network namespace: it holds " + interfaces() + " instead of lo alone");
        }
        tell(LINKS, "ip", "-batch", "-");
    }

    static void answerEverything() throws IOException, InterruptedException {
        tell(RULES, "nft", "-f", "-");
    }

    private static void tell(String lines, String... command)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.outputWriter()) {
            in.write(lines);
        }
        String said = new String(process.getInputStream().readNBytes(2_000));
        if (!process.waitFor(5, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new SealBroken(
                    command[0] + ": " + said.strip().lines().findFirst().orElse("no answer"));
        }
    }

    /// Packets this namespace sent, by the kernel's own count: the recorder must have seen as many.
    static long sent() throws IOException {
        long sum = 0;
        for (String line : Files.readAllLines(Path.of("/proc/net/snmp"))) {
            String[] words = line.split(" ");
            if (words[0].equals("Ip:") && Character.isDigit(words[1].charAt(0))) {
                sum += Long.parseLong(words[10]);
            }
        }
        for (String line : Files.readAllLines(Path.of("/proc/net/snmp6"))) {
            if (line.startsWith("Ip6OutRequests")) {
                sum += Long.parseLong(line.substring(14).strip());
            }
        }
        return sum;
    }
}

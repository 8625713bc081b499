package teiten.simulate;

import teiten.net.IpAddress;
import teiten.net.Prefix;

import java.util.List;

/// Source addresses that accuse nobody: 240.0.0.0/4 without 255/8 (reserved, RFC 1112), and for one source in sixteen
/// 100.64.0.0/10 (shared address space, RFC 6598). No registry assigns them to anybody, so no country or network look-up
/// names a real party.
///
/// As in life, sources cluster: few /16 networks hold many of them. No source ends in .0 or .255, and none lies in a
/// monitored prefix.
final class Addresses {
    private static final int NETWORKS = 3000;

    private final List<Prefix> monitored;

    Addresses(List<Prefix> monitored) {
        this.monitored = monitored;
    }

    int of(long device) {
        long hash = Dice.mix(device);
        while (true) {
            int address = candidate(hash);
            if (isOutside(address)) {
                return address;
            }
            hash = Dice.mix(hash);
        }
    }

    private static int candidate(long hash) {
        double u = Dice.unit(Dice.mix(hash ^ 0x6E65));
        long network = Dice.mix((long) (u * u * NETWORKS));
        int host = (int) (hash & 0xFFFF);
        int last = 1 + (host & 0xFF) % 254;
        int low = (host & 0xFF00) | last;
        if ((network >>> 60) == 0) {
            return (100 << 24) | ((64 + (int) (network & 0x3F)) << 16) | low;
        }
        int first = 240 + (int) (((network >>> 8) & 0xFFFF) % 15);
        return (first << 24) | ((int) (network & 0xFF) << 16) | low;
    }

    private boolean isOutside(int address) {
        for (Prefix prefix : monitored) {
            if (prefix.contains(IpAddress.v4(address))) {
                return false;
            }
        }
        return true;
    }
}

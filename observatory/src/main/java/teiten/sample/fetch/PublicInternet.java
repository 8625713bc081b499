package teiten.sample.fetch;

import teiten.net.IpAddress;
import teiten.net.Prefix;

import java.util.ArrayList;
import java.util.List;

/// Which addresses may be dialled: those of the public Internet that are nobody's inside, and not the operator's own.
///
/// The list is that of the IANA registries of special-purpose addresses (RFC 6890 and its successors), with multicast
/// and, for IPv6, everything outside global unicast (2000::/3). What embeds an IPv4 address (6to4, Teredo, translation)
/// is refused as a whole, so that no inner address hides in an outer one.
///
/// Adversary: a URL whose name resolves to the inside of the fetching host's network, at once or at the second look
/// (rebinding), or that redirects there.
public final class PublicInternet implements Reach {
    private static final List<Prefix> SPECIAL =
            prefixes(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.31.196.0/24",
                    "192.52.193.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "192.175.48.0/24",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "2620:4f:8000::/48",
                    "3fff::/20");
    private static final Prefix GLOBAL_UNICAST = Prefix.parse("2000::/3");

    private final List<Prefix> never;

    /// @param never further networks that are not dialled, such as the operator's own public addresses
    public PublicInternet(List<Prefix> never) {
        this.never = List.copyOf(never);
    }

    private static List<Prefix> prefixes(String... texts) {
        List<Prefix> all = new ArrayList<>();
        for (String text : texts) {
            all.add(Prefix.parse(text));
        }
        return List.copyOf(all);
    }

    @Override
    public boolean allows(IpAddress address, int port) {
        boolean web = port == 80 || port == 443 || port >= 1024 && port <= 65_535;
        return web
                && (address.isV4() || GLOBAL_UNICAST.contains(address))
                && !within(SPECIAL, address)
                && !within(never, address);
    }

    private static boolean within(List<Prefix> prefixes, IpAddress address) {
        for (Prefix prefix : prefixes) {
            if (prefix.contains(address)) {
                return true;
            }
        }
        return false;
    }
}

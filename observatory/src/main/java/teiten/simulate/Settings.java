package teiten.simulate;

import teiten.OperatorMistake;
import teiten.net.Prefix;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/// What to simulate. The same settings give byte-identical captures.
///
/// @param seed any number
/// @param days length of the captures, 1 to 3,660
/// @param packets over all sensors; a few more or fewer are written, and an outage takes its part away
/// @param start first day, from 00:00 UTC
/// @param prefixes monitored IPv4 addresses, one sensor and one capture each; together at most 2²⁴
public record Settings(long seed, int days, long packets, LocalDate start, List<Prefix> prefixes) {
    /// TEST-NET-1 (RFC 5737).
    static final List<Prefix> DEFAULT_PREFIXES = List.of(Prefix.parse("192.0.2.0/24"));

    private static final int MOST_DAYS = 3660;
    private static final int MOST_ADDRESSES = 1 << 24;
    private static final int MOST_SENSORS = 16;
    private static final long MOST_PACKETS = 10_000_000_000L;
    private static final long LAST_SECOND = 0xFFFFFFFFL;

    /// @throws OperatorMistake when a number is outside of its range, or prefixes overlap
    public Settings {
        prefixes = List.copyOf(prefixes);
        if (days < 1 || days > MOST_DAYS) {
            throw new OperatorMistake("--days " + days + " is outside 1.." + MOST_DAYS);
        }
        if (packets < 1 || packets > MOST_PACKETS) {
            throw new OperatorMistake("--packets " + packets + " is outside 1.." + MOST_PACKETS);
        }
        long first = start.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
        if (first < 0 || first + days * 86_400L > LAST_SECOND) {
            throw new OperatorMistake(
                    "--start "
                            + start
                            + " with --days "
                            + days
                            + " leaves the years 1970 to 2105 that a capture can hold");
        }
        check(prefixes);
    }

    private static void check(List<Prefix> prefixes) {
        if (prefixes.isEmpty() || prefixes.size() > MOST_SENSORS) {
            throw new OperatorMistake(
                    "--prefix is needed 1 to " + MOST_SENSORS + " times, not " + prefixes.size());
        }
        double addresses = 0;
        for (Prefix prefix : prefixes) {
            if (!prefix.first().isV4()) {
                throw new OperatorMistake(
                        "--prefix " + prefix + " is IPv6; name IPv4 addresses like 192.0.2.0/24");
            }
            addresses += prefix.size();
        }
        if (addresses > MOST_ADDRESSES) {
            throw new OperatorMistake(
                    "--prefix holds more than 16,777,216 addresses; take a longer prefix than /8");
        }
        for (int i = 0; i < prefixes.size(); i++) {
            for (int k = i + 1; k < prefixes.size(); k++) {
                Prefix a = prefixes.get(i);
                Prefix b = prefixes.get(k);
                if (a.contains(b.first()) || b.contains(a.first())) {
                    throw new OperatorMistake(
                            "--prefix " + a + " and " + b + " overlap; every sensor has its own");
                }
            }
        }
    }

    public Settings withSeed(long seed) {
        return new Settings(seed, days, packets, start, prefixes);
    }

    public Settings withDays(int days) {
        return new Settings(seed, days, packets, start, prefixes);
    }

    public Settings withPackets(long packets) {
        return new Settings(seed, days, packets, start, prefixes);
    }

    public Settings withStart(LocalDate start) {
        return new Settings(seed, days, packets, start, prefixes);
    }

    public Settings withPrefixes(List<Prefix> prefixes) {
        return new Settings(seed, days, packets, start, prefixes);
    }
}

package teiten.cli;

import org.jspecify.annotations.Nullable;

import teiten.store.Readings.Counted;
import teiten.store.Readings.OsGuess;
import teiten.store.Tally;
import teiten.telescope.Mark;

import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// The sentences that say how something was counted and what an inference rests on.
final class Counting {
    private Counting() {}

    /// What stands below every table.
    static String footnote(Counted c, ZoneId zone) {
        return String.format(
                Locale.ROOT,
                "%s to %s (%s), observed %s; %d sensor%s, %s address%s%s.%naccess = TCP SYN, or"
                    + " UDP, ICMP echo or other packet that answers nobody; ~ = estimate, ±1.6 %%.",
                Print.time(c.scope().from(), zone),
                Print.time(c.scope().to(), zone),
                zone,
                span(c.observed()),
                c.sensors().size(),
                c.sensors().size() == 1 ? "" : "s",
                Print.count(Math.round(c.addresses())),
                Math.round(c.addresses()) == 1 ? "" : "es",
                c.addressesInferred() ? " (inferred from the destinations seen)" : "");
    }

    /// Below what is told of single sources: how far back they are known. Empty when that is all of it.
    static String forgotten(Counted c, ZoneId zone) {
        return c.sourcesFrom() == null
                ? ""
                : "Single sources before "
                        + Print.time(c.sourcesFrom(), zone)
                        + " are kept no longer (store.keep_sources_days); counts by port are.";
    }

    static Map<String, Object> json(Counted c) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sensors", c.sensors());
        json.put("addresses", c.addresses());
        json.put("addresses_inferred", c.addressesInferred());
        json.put("from", c.scope().from().toString());
        json.put("to", c.scope().to().toString());
        json.put("observed_seconds", c.observed().toSeconds());
        json.put("scanners", c.scope().scanners().label());
        if (c.sourcesFrom() != null) {
            json.put("sources_from", c.sourcesFrom().toString());
        }
        return json;
    }

    static String span(Duration d) {
        if (d.toDays() >= 2) {
            return String.format(Locale.ROOT, "%.1f days", d.toMinutes() / 1440.0);
        }
        return d.toHours() >= 2
                ? String.format(Locale.ROOT, "%.1f hours", d.toMinutes() / 60.0)
                : d.toMinutes() + (d.toMinutes() == 1 ? " minute" : " minutes");
    }

    /// JSON knows no NaN: null stands for "not observed".
    static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    static Map<String, Object> os(OsGuess guess) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("guess", guess.os().name().toLowerCase(Locale.ROOT));
        json.put("ttl_min", guess.ttlMin());
        json.put("ttl_max", guess.ttlMax());
        json.put("evidence", reason(guess));
        return json;
    }

    static String reason(OsGuess guess) {
        String ttl =
                guess.ttlMin() == guess.ttlMax()
                        ? "TTL " + guess.ttlMin()
                        : "TTL " + guess.ttlMin() + " to " + guess.ttlMax();
        return switch (guess.os()) {
            case LINUX ->
                    ttl + " allows an initial 64 (Linux and other Unix kin), " + hops(64, guess);
            case WINDOWS -> ttl + " allows an initial 128 (Windows), " + hops(128, guess);
            case OTHER ->
                    ttl
                            + " allows an initial 255 (network gear, scanning tools), "
                            + hops(255, guess);
            case UNCLEAR -> ttl + " fits no single initial value";
        };
    }

    private static String hops(int initial, OsGuess guess) {
        int least = initial - guess.ttlMax();
        int most = initial - guess.ttlMin();
        return (least == most ? "" + least : least + " to " + most) + " hops away";
    }

    /// Marks that a tenth of the packets bear: of many packets a few match by chance.
    static String markNames(Tally tally) {
        return markNames(tally, Math.max(1, Math.ceilDiv(tally.packets(), 10)));
    }

    static String anyMarkNames(Tally tally) {
        return markNames(tally, 1);
    }

    private static String markNames(Tally tally, long fewest) {
        StringBuilder names = new StringBuilder();
        for (Mark mark : Mark.values()) {
            if (tally.marked(mark) >= fewest) {
                names.append(names.isEmpty() ? "" : ",").append(mark.label());
            }
        }
        return names.isEmpty() ? "-" : names.toString();
    }

    /// Below lists that name marks.
    static final String A_TENTH = "Marks are those that a tenth of the packets bear.";

    static String evidence(Mark mark) {
        return switch (mark) {
            case MIRAI -> "TCP sequence = destination address (chance 2^-32)";
            case MASSCAN -> "ip_id = address^port^sequence (chance 2^-16)";
            case ZMAP -> "ip_id = 54321 (chance 2^-16)";
            case ZMAP_4 -> "SYN shape consistent with ZMap >= 4.1.0; no proof";
        };
    }
}

package teiten.session.understand;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Links sessions to attacks: a **scanner** finds a password and leaves, a **loader** comes with that password and
/// loads, a **file host** serves the files. They are often three addresses.
///
/// A loader is linked to the newest scanner on the same sensor that was let in with the same pair no longer than the
/// window before. The pair is public knowledge for many devices, so a link says how many other scanners would have
/// fitted: with none it is strong, with many it is a guess.
public final class Chain {
    /// After so long a password that a scanner found is not counted on any more.
    public static final Duration WINDOW = Duration.ofMinutes(30);

    /// The most scanners remembered for one pair of one sensor.
    private static final int MOST_CANDIDATES = 256;

    /// @param scanner session id of who found the password; empty when none fits: the loader found it itself
    /// @param loader session id of who loaded
    /// @param hosts that its files came from
    /// @param ownHost whether the loader's address serves the files itself
    /// @param delay from the scanner's end to the loader's start; zero without scanner
    /// @param rivals how many other scanners would have fitted
    public record Link(
            String sensor,
            String scanner,
            String loader,
            List<String> hosts,
            boolean ownHost,
            Duration delay,
            int rivals) {
        public Link {
            hosts = List.copyOf(hosts);
        }
    }

    private Chain() {}

    /// The links of all loaders among these sessions, in the order of their start.
    public static List<Link> links(List<SessionRecord> sessions) {
        List<SessionRecord> sorted = new ArrayList<>(sessions);
        sorted.sort(
                Comparator.comparing(SessionRecord::start)
                        .thenComparing(SessionRecord::sensor)
                        .thenComparing(SessionRecord::session));
        Map<String, Deque<SessionRecord>> scanners = new HashMap<>();
        List<Link> links = new ArrayList<>();
        for (SessionRecord session : sorted) {
            if (loads(session)) {
                links.add(link(session, scanners));
            } else if (session.reached(Stage.LOGIN)) {
                for (String key : keys(session)) {
                    Deque<SessionRecord> known =
                            scanners.computeIfAbsent(key, _ -> new ArrayDeque<>());
                    known.addLast(session);
                    while (known.size() > MOST_CANDIDATES
                            || expired(known.getFirst(), session.start())) {
                        known.removeFirst();
                    }
                }
            }
        }
        return links;
    }

    /// Whether a session brought or ran something.
    static boolean loads(SessionRecord session) {
        return session.reached(Stage.DOWNLOAD) || session.reached(Stage.RUN);
    }

    private static boolean expired(SessionRecord scanner, Instant now) {
        return scanner.end().plus(WINDOW).isBefore(now);
    }

    private static Link link(SessionRecord loader, Map<String, Deque<SessionRecord>> scanners) {
        SessionRecord best = null;
        Set<String> fitting = new HashSet<>();
        for (String key : keys(loader)) {
            for (SessionRecord scanner : scanners.getOrDefault(key, new ArrayDeque<>())) {
                boolean fits =
                        !scanner.end().isAfter(loader.start()) && !expired(scanner, loader.start());
                if (fits) {
                    fitting.add(scanner.session());
                    best = best == null || !scanner.end().isBefore(best.end()) ? scanner : best;
                }
            }
        }
        return new Link(
                loader.sensor(),
                best == null ? "" : best.session(),
                loader.session(),
                loader.hosts(),
                loader.hosts().contains(loader.source().toString()),
                best == null ? Duration.ZERO : Duration.between(best.end(), loader.start()),
                Math.max(0, fitting.size() - 1));
    }

    private static List<String> keys(SessionRecord session) {
        List<String> keys = new ArrayList<>(1);
        for (Credential pair : session.credentials()) {
            if (pair.accepted()) {
                keys.add(session.sensor() + '\n' + pair.user() + '\n' + pair.password());
            }
        }
        return keys;
    }
}

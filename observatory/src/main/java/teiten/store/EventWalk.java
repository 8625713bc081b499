package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.telescope.Distinct;
import teiten.telescope.SynShapes;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Joins segments that come sorted by key and time to events: those of one key whose gaps are no longer than the timeout.
///
/// Sorted rows need no state but the event at hand, so the number of sources does not matter.
final class EventWalk {
    /// The columns that rows must have, in this order; `key` is a port's code, or −1 and −2 for all TCP and UDP ports.
    static final String COLUMNS =
            "high, low, key, port, first, last, packets, mirai, masscan, zmap, zmap4, ttl_min,"
                    + " ttl_max, shape, targets";

    static final String ORDER = " ORDER BY high, low, key, first, last";

    /// Takes what was joined.
    interface Taker {
        void take(Joined event) throws SQLException;
    }

    /// One event in the making; reused, so that a taker copies what it needs.
    static final class Joined {
        long high;
        long low;
        int key;
        long first;
        long last;
        long packets;
        final long[] marks = new long[4];
        int ttlMin;
        int ttlMax;
        Distinct targets = new Distinct();
        private final TreeSet<Integer> shapes = new TreeSet<>();
        private final TreeSet<Integer> ports = new TreeSet<>();

        int ports() {
            return ports.size();
        }

        String shapes() {
            return shapes.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
    }

    private final int timeout;
    private final int fewestTargets;
    private final int fewestPorts;
    private @Nullable Joined now;

    /// @param timeout seconds of silence that end an event
    /// @param fewestTargets distinct destinations of an event of one port
    /// @param fewestPorts distinct ports of an event over many
    EventWalk(int timeout, int fewestTargets, int fewestPorts) {
        this.timeout = timeout;
        this.fewestTargets = fewestTargets;
        this.fewestPorts = fewestPorts;
    }

    void walk(ResultSet row, Taker taker) throws SQLException {
        while (row.next()) {
            long high = row.getLong(1);
            long low = row.getLong(2);
            int key = row.getInt(3);
            long first = row.getLong(5);
            long last = row.getLong(6);
            Joined event = now;
            if (event == null
                    || event.low != low
                    || event.key != key
                    || event.high != high
                    || first - event.last > timeout) {
                end(taker);
                event = new Joined();
                event.high = high;
                event.low = low;
                event.key = key;
                event.first = first;
                event.last = last;
                event.ttlMin = 255;
                now = event;
            }
            event.last = Math.max(event.last, last);
            event.packets += row.getLong(7);
            for (int mark = 0; mark < 4; mark++) {
                event.marks[mark] += row.getLong(8 + mark);
            }
            event.ttlMin = Math.min(event.ttlMin, row.getInt(12));
            event.ttlMax = Math.max(event.ttlMax, row.getInt(13));
            int shape = row.getInt(14);
            if (shape < SynShapes.NONE) {
                event.shapes.add(shape);
            }
            if (key < 0) {
                event.ports.add(row.getInt(4));
            }
            event.targets.mergeCoupons(row.getBytes(15));
        }
    }

    void end(Taker taker) throws SQLException {
        Joined event = now;
        now = null;
        if (event == null) {
            return;
        }
        if (event.key < 0
                ? event.ports.size() >= fewestPorts
                : event.targets.estimate() >= fewestTargets) {
            if (event.key >= 0) {
                event.ports.add(event.key);
            }
            taker.take(event);
        }
    }
}

package teiten.decoy;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// The counts of one process, shared by all its doors.
public final class Counters {
    private final LongAdder[] all = new LongAdder[Counter.values().length];

    public Counters() {
        for (int i = 0; i < all.length; i++) {
            all[i] = new LongAdder();
        }
    }

    public void add(Counter counter) {
        all[counter.ordinal()].increment();
    }

    public void add(Counter counter, long n) {
        all[counter.ordinal()].add(n);
    }

    public long get(Counter counter) {
        return all[counter.ordinal()].sum();
    }

    /// All counts, in the order of the catalogue.
    public Map<Counter, Long> snapshot() {
        EnumMap<Counter, Long> counts = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            counts.put(counter, get(counter));
        }
        return counts;
    }

    /// The counts that are not zero, one `name value` a line.
    public String report() {
        StringBuilder out = new StringBuilder();
        snapshot()
                .forEach((counter, value) -> {
                    if (value != 0) {
                        out.append(counter.label()).append(' ').append(value).append('\n');
                    }
                });
        return out.toString();
    }
}

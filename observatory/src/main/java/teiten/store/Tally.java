package teiten.store;

import teiten.telescope.Mark;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// Additive counts of packets.
///
/// @param packets every packet that was decoded
/// @param bytes of IP, header included, as the header states them
/// @param accesses as the police's observatory counts them: TCP packets with SYN and without ACK, and every UDP, ICMP
///     echo request and other packet that is not backscatter
/// @param syn TCP packets with SYN and without ACK
/// @param backscatter packets that answer somebody else's spoofed packet
/// @param marks packets that bear a tool's mark; one packet may bear several
public record Tally(
        long packets,
        long bytes,
        long accesses,
        long syn,
        long backscatter,
        Map<Mark, Long> marks) {
    public static final Tally ZERO = new Tally(0, 0, 0, 0, 0, Map.of());

    public Tally {
        EnumMap<Mark, Long> all = new EnumMap<>(Mark.class);
        for (Mark mark : Mark.values()) {
            all.put(mark, marks.getOrDefault(mark, 0L));
        }
        marks = Collections.unmodifiableMap(all);
    }

    public long marked(Mark mark) {
        return marks.getOrDefault(mark, 0L);
    }

    public Tally plus(Tally other) {
        EnumMap<Mark, Long> sum = new EnumMap<>(Mark.class);
        for (Mark mark : Mark.values()) {
            sum.put(mark, marked(mark) + other.marked(mark));
        }
        return new Tally(
                packets + other.packets,
                bytes + other.bytes,
                accesses + other.accesses,
                syn + other.syn,
                backscatter + other.backscatter,
                sum);
    }
}

package teiten.capture;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Everything a reader gives, as values to compare.
record Reading(List<Packet> packets, long position, @Nullable Damage damage) {
    record Packet(long time, int captured, int wire, int link, int hash) {}

    static Reading of(Capture capture) {
        return rest(capture.reader());
    }

    static Reading rest(PacketReader reader) {
        List<Packet> packets = new ArrayList<>();
        Batch batch = new Batch();
        while (reader.next(batch)) {
            for (int i = 0; i < batch.size; i++) {
                packets.add(packet(batch, i));
            }
        }
        return new Reading(packets, reader.position(), reader.damage());
    }

    static Packet packet(Batch batch, int i) {
        byte[] bytes =
                batch.bytes
                        .asSlice(batch.offset[i], batch.captured[i])
                        .toArray(ValueLayout.JAVA_BYTE);
        return new Packet(
                batch.time[i],
                batch.captured[i],
                batch.wire[i],
                batch.link[i],
                Arrays.hashCode(bytes));
    }

    Reading without(int first) {
        return new Reading(packets.subList(first, packets.size()), position, damage);
    }
}

package teiten.simulate;

import java.util.Arrays;

/// Hot lane. Packets that are planned but not yet written, as columns; given out in the order of their times.
final class Agenda {
    private static final long MASK = (1L << 31) - 1;

    private int size;
    private long[] time = new long[4096];
    private long[] device = new long[4096];
    private long[] visit = new long[4096];
    private int[] source = new int[4096];
    private int[] target = new int[4096];
    private int[] port = new int[4096];
    private int[] sender = new int[4096];
    private long[] order = new long[4096];

    /// @param time microseconds since the capture's beginning
    /// @param target number of the monitored address, over all sensors
    void plan(int sender, long time, int source, int target, int port, long device, long visit) {
        if (size == this.time.length) {
            grow();
        }
        int at = size++;
        this.time[at] = time;
        this.device[at] = device;
        this.visit[at] = visit;
        this.source[at] = source;
        this.target[at] = target;
        this.port[at] = port;
        this.sender[at] = sender;
    }

    /// Gives out all packets before `until`, which may lie at most 71 minutes after `from`, and keeps the rest.
    void release(long from, long until, Desk desk) {
        int due = 0;
        for (int i = 0; i < size; i++) {
            if (time[i] < until) {
                // Unsigned 32 bits of time above the place in the columns: sorting needs no
                // comparator.
                order[due++] = (Math.max(0, time[i] - from) << 31) | i;
            }
        }
        Arrays.sort(order, 0, due);
        Row row = new Row();
        for (int k = 0; k < due; k++) {
            int i = (int) (order[k] & MASK);
            row.source = source[i];
            row.target = target[i];
            row.port = port[i];
            row.device = device[i];
            row.visit = visit[i];
            desk.packet(sender[i], time[i], row);
        }
        keepFrom(until);
    }

    /// Takes the packets of one hour; may change the row.
    @FunctionalInterface
    interface Desk {
        void packet(int sender, long time, Row row);
    }

    private void keepFrom(long until) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (time[i] >= until) {
                time[kept] = time[i];
                device[kept] = device[i];
                visit[kept] = visit[i];
                source[kept] = source[i];
                target[kept] = target[i];
                port[kept] = port[i];
                sender[kept] = sender[i];
                kept++;
            }
        }
        size = kept;
    }

    private void grow() {
        int length = size * 2;
        time = Arrays.copyOf(time, length);
        device = Arrays.copyOf(device, length);
        visit = Arrays.copyOf(visit, length);
        source = Arrays.copyOf(source, length);
        target = Arrays.copyOf(target, length);
        port = Arrays.copyOf(port, length);
        sender = Arrays.copyOf(sender, length);
        order = new long[length];
    }
}

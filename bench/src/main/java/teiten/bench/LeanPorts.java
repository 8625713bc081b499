package teiten.bench;

import teiten.capture.Capture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Packets by minute, protocol and port, and nothing else: a statement of what the machine allows, **not the product**. It
/// reads only little-endian pcap of Ethernet frames with microseconds, trusts every length, knows no IPv6, no options, no
/// fragments, and throws its counts away but for a sum.
///
/// Threads take ranges of the file, parted where the product's reader guesses that records begin. The range before comes to
/// stand there or not, which proves the guess, or has what lies behind it counted again.
final class LeanPorts {
    private static final ValueLayout.OfLong LITTLE =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong BIG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int RECORD = 16;
    private static final int AHEAD = 4_096;

    private final int[] counts = new int[3 << 16];
    private final int[] used = new int[3 << 16];
    private int ports;
    private long cells;
    private long packets;
    private long touched;

    private LeanPorts() {}

    /// @return what was counted, in words
    static String count(Path file, int threads) throws IOException, InterruptedException {
        long[] bounds;
        try (Capture capture = Capture.open(file)) {
            bounds = capture.likelyBoundaries(threads);
        }
        try (Arena arena = Arena.ofShared();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            List<LeanPorts> ranges = new ArrayList<>();
            List<Thread> others = new ArrayList<>();
            for (int i = 0; i + 1 < bounds.length; i++) {
                LeanPorts range = new LeanPorts();
                long from = bounds[i];
                long to = bounds[i + 1];
                ranges.add(range);
                others.add(Thread.ofPlatform().start(() -> range.walk(bytes, from, to)));
            }
            long packets = 0;
            long cells = 0;
            for (int i = 0; i < ranges.size(); i++) {
                others.get(i).join();
                LeanPorts range = ranges.get(i);
                if (range.next != bounds[i + 1]) {
                    // The guess of where the next range begins was wrong: it is counted anew from
                    // where it does.
                    long from = range.next;
                    LeanPorts rest = new LeanPorts();
                    rest.walk(bytes, from, channel.size());
                    packets += rest.packets;
                    cells += rest.cells;
                    i = ranges.size();
                }
                packets += range.packets;
                cells += range.cells;
            }
            return packets + " packets in " + cells + " cells of minute, protocol and port";
        }
    }

    private void walk(MemorySegment bytes, long from, long to) {
        long minuteEnd = -1;
        long at = from;
        while (at < to) {
            // Pieces as long as a loop may be compiled for well, each closed at the minute's end.
            minuteEnd = minute(bytes, at, to, minuteEnd);
            at = next;
        }
        close();
    }

    private long next;

    /// Counts up to the end of a minute; returns the end of the next one.
    private long minute(MemorySegment bytes, long from, long to, long end) {
        int[] c = counts;
        long at = from;
        long sum = 0;
        long prefetch = from;
        long n = 0;
        while (at < to) {
            if (at >= prefetch && at + 2 * AHEAD < to) {
                for (long p = at + AHEAD; p < at + 2 * AHEAD; p += 64) {
                    sum += bytes.get(ValueLayout.JAVA_BYTE, p);
                }
                prefetch = at + AHEAD;
            }
            long second = bytes.get(ValueLayout.JAVA_INT_UNALIGNED, at) & 0xFFFFFFFFL;
            int length = (int) bytes.get(LITTLE, at + 8);
            if (second >= end) {
                next = at;
                packets += n;
                touched += sum;
                if (end >= 0) {
                    close();
                }
                return second - second % 60 + 60;
            }
            n++;
            long type = bytes.get(BIG, at + RECORD + 12);
            if (type >>> 40 == 0x080045) {
                int protocol = bytes.get(ValueLayout.JAVA_BYTE, at + RECORD + 23) & 0xFF;
                int port =
                        Short.reverseBytes(
                                        bytes.get(
                                                ValueLayout.JAVA_SHORT_UNALIGNED, at + RECORD + 36))
                                & 0xFFFF;
                int cell = (protocol == 6 ? 0 : protocol == 17 ? 1 << 16 : 2 << 16) | port;
                if (c[cell]++ == 0) {
                    used[ports++] = cell;
                }
            }
            at += RECORD + length;
        }
        next = at;
        packets += n;
        touched += sum;
        return end;
    }

    private void close() {
        cells += ports + (touched == 42 ? 1 : 0);
        for (int i = 0; i < ports; i++) {
            counts[used[i]] = 0;
        }
        ports = 0;
    }
}

package teiten.telescope;

import teiten.capture.Batch;
import teiten.capture.Capture;
import teiten.capture.PacketReader;

import java.util.ArrayList;
import java.util.List;

/// Packets by minute, protocol and port, through the product's own reader and decoder, and nothing behind them. Each thread
/// takes a range of the capture, parted where records are likely to begin; the range before proves it by coming to stand there.
public final class CountLayer {
    private static final long MINUTE = 60_000_000_000L;
    private static final int USED = Outcome.OTHER.ordinal();

    private final int[] counts = new int[5 << 16];
    private final int[] used = new int[5 << 16];
    private final Decoder decoder = new Decoder(1, 42);
    private final Decoded decoded = new Decoded(1);
    private int ports;
    private long minute = Long.MIN_VALUE;
    private long cells;
    private long packets;

    private CountLayer() {}

    /// @return what was counted, in words
    public static String count(Capture capture, int threads) throws InterruptedException {
        long[] bounds = capture.likelyBoundaries(threads);
        List<CountLayer> layers = new ArrayList<>();
        List<PacketReader> readers = new ArrayList<>();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i + 1 < bounds.length; i++) {
            CountLayer layer = new CountLayer();
            PacketReader reader = capture.reader(bounds[i], bounds[i + 1]);
            layers.add(layer);
            readers.add(reader);
            running.add(Thread.ofPlatform().start(() -> layer.read(reader)));
        }
        long packets = 0;
        long cells = 0;
        for (int i = 0; i < layers.size(); i++) {
            running.get(i).join();
            CountLayer layer = layers.get(i);
            packets += layer.packets;
            cells += layer.cells;
            long stands = readers.get(i).position();
            if (stands != bounds[i + 1] && i + 1 < layers.size()) {
                // A wrong guess: what the others counted is worth nothing.
                CountLayer rest = new CountLayer();
                rest.read(capture.reader(stands, bounds[bounds.length - 1]));
                packets += rest.packets;
                cells += rest.cells;
                break;
            }
        }
        return packets + " packets in " + cells + " cells of minute, protocol and port";
    }

    private void read(PacketReader reader) {
        Batch batch = new Batch();
        long clock = 0;
        while (reader.next(batch)) {
            decoder.decode(batch, clock, decoded);
            clock = Decoder.clock(batch, clock);
            packets += batch.size;
            add(decoded.shares[0]);
        }
        close();
    }

    private void add(Headers headers) {
        long[] rows = headers.rows;
        int end = headers.size * Headers.WORDS;
        for (int at = 0; at < end; at += Headers.WORDS) {
            long time = rows[at + 1];
            if (time < minute || time >= minute + MINUTE) {
                close();
                minute = time - time % MINUTE;
            }
            long portAndNote = rows[at + 2];
            int port = (int) (portAndNote >>> 32);
            if (((int) portAndNote >>> Headers.OUTCOME & 15) <= USED && counts[port]++ == 0) {
                used[ports++] = port;
            }
        }
    }

    private void close() {
        cells += ports;
        for (int i = 0; i < ports; i++) {
            counts[used[i]] = 0;
        }
        ports = 0;
    }
}

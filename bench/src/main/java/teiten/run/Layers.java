package teiten.run;

import teiten.capture.Batch;
import teiten.capture.Capture;
import teiten.capture.PacketReader;
import teiten.store.Imports;
import teiten.store.PartWriter;
import teiten.store.Store;
import teiten.telescope.CountLayer;
import teiten.telescope.Decoded;
import teiten.telescope.Decoder;
import teiten.telescope.PortLayer;
import teiten.telescope.Telescope;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/// `Layers LAYER THREADS FILE [DIR]`: reads a capture through the product's own way (a [Relay] of decoded batches) up to
/// one of its layers, and says how long the reading took. `bench/whole-process` runs it as a process of its own for each
/// layer.
///
/// It lies in this package for the [Relay], which the product shows to nobody else.
public final class Layers {
    /// Lines of all workers together: room enough that none is closed early.
    private static final int LINES = 1 << 23;

    private static final int TUPLES_HELD = 1 << 19;

    private Layers() {}

    private interface Lane {
        void take(Decoded batch);

        String end();
    }

    public static void main(String[] args) throws Exception {
        if (args.length < 3) {
            System.err.println(
                    "usage: Layers walk|counts|decode|ports|sources|events|columns|tuples THREADS"
                            + " FILE [DIR]");
            System.exit(2);
        }
        String layer = args[0];
        int threads = Integer.parseInt(args[1]);
        Path file = Path.of(args[2]);
        long begin = System.nanoTime();
        String said =
                switch (layer) {
                    case "walk" -> walk(file, threads);
                    case "counts" -> CountLayer.count(Capture.open(file), threads);
                    case "decode" ->
                            relay(
                                    file,
                                    threads,
                                    _ ->
                                            new Lane() {
                                                @Override
                                                public void take(Decoded batch) {}

                                                @Override
                                                public String end() {
                                                    return "";
                                                }
                                            });
                    case "ports", "sources" ->
                            relay(file, threads, worker -> ports(worker, layer.equals("sources")));
                    case "events" ->
                            relay(
                                    file,
                                    threads,
                                    worker ->
                                            whole(
                                                    PortLayer.unheard(
                                                            worker, threads, 42, LINES / threads)));
                    case "columns", "tuples" ->
                            written(
                                    file,
                                    threads,
                                    Path.of(args.length > 3 ? args[3] : "layers.data"),
                                    layer.equals("tuples"));
                    default -> throw new IllegalArgumentException("no layer " + layer);
                };
        System.out.printf(
                Locale.ROOT,
                "%s %d threads %.3f s inside the process: %s%n",
                layer,
                threads,
                (System.nanoTime() - begin) / 1e9,
                said);
        // Nothing is kept, so nothing has to be closed.
        Runtime.getRuntime().halt(0);
    }

    private static String walk(Path file, int threads) throws InterruptedException {
        Capture capture = Capture.open(file);
        long[] bounds = capture.likelyBoundaries(threads);
        long[] packets = new long[threads];
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i + 1 < bounds.length; i++) {
            int range = i;
            PacketReader reader = capture.reader(bounds[i], bounds[i + 1]);
            readers.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                Batch batch = new Batch();
                                while (reader.next(batch)) {
                                    packets[range] += batch.size;
                                }
                            }));
        }
        long sum = 0;
        for (int i = 0; i < readers.size(); i++) {
            readers.get(i).join();
            sum += packets[i];
        }
        return sum + " packets";
    }

    private static Lane ports(int worker, boolean sources) {
        PortLayer layer = new PortLayer(worker, sources);
        return new Lane() {
            @Override
            public void take(Decoded batch) {
                layer.add(batch);
            }

            @Override
            public String end() {
                return layer.end();
            }
        };
    }

    private static Lane whole(Telescope telescope) {
        return new Lane() {
            @Override
            public void take(Decoded batch) {
                telescope.add(batch);
            }

            @Override
            public String end() {
                telescope.harvest();
                return "";
            }
        };
    }

    private static String written(Path file, int threads, Path directory, boolean tuples)
            throws InterruptedException {
        Store store = Store.open(directory, "bench", 256L << 20, InstantSource.system());
        Imports imports = new Imports(store);
        int sensor = imports.sensor("bench", null, false);
        return relay(
                file,
                threads,
                worker -> {
                    PartWriter writer = imports.writer(sensor);
                    Telescope telescope =
                            new Telescope(
                                    worker,
                                    threads,
                                    42,
                                    LINES / threads,
                                    Telescope.SHORTEST_TIMEOUT,
                                    writer);
                    if (tuples) {
                        telescope.keepTuples(TUPLES_HELD);
                    }
                    Lane lane = whole(telescope);
                    return new Lane() {
                        @Override
                        public void take(Decoded batch) {
                            lane.take(batch);
                        }

                        @Override
                        public String end() {
                            lane.end();
                            writer.finish();
                            return "";
                        }
                    };
                });
    }

    private static String relay(Path file, int threads, IntFunction<Lane> lanes)
            throws InterruptedException {
        Capture capture = Capture.open(file);
        Relay relay =
                new Relay(
                        new Relay.Source(capture.reader(), capture.isMapped(), capture.size() < 0),
                        threads,
                        new Relay.Steering() {
                            @Override
                            public boolean stop() {
                                return false;
                            }

                            @Override
                            public boolean harvest() {
                                return false;
                            }

                            @Override
                            public void read(long consumed, long packets) {}
                        });
        String[] said = new String[threads];
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            int worker = i;
            others.add(
                    Thread.ofPlatform()
                            .start(() -> said[worker] = work(relay, lanes.apply(worker), threads)));
        }
        said[0] = work(relay, lanes.apply(0), threads);
        for (Thread other : others) {
            other.join();
        }
        return relay.packets() + " packets; " + String.join("; ", said);
    }

    private static String work(Relay relay, Lane lane, int threads) {
        try {
            relay.work(
                    new Relay.Worker() {
                        @Override
                        public void take(Decoded batch) {
                            lane.take(batch);
                        }

                        @Override
                        public void harvest(Relay.Boundary at) {
                            // one harvest, at the end
                        }
                    },
                    new Decoder(threads, 42));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return lane.end();
    }
}

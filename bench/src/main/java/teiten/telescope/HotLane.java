package teiten.telescope;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import teiten.capture.Batch;
import teiten.capture.Capture;
import teiten.capture.PacketReader;
import teiten.simulate.Scenario;
import teiten.simulate.Settings;
import teiten.simulate.Simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// The pieces of the hot lane one by one, nanoseconds a packet on one thread, over a simulated capture that lies in memory.
///
/// Each piece gets what the piece before it made: a difference between two lines is a piece's own cost. They are warm and have
/// the processor to themselves, so their sum is less than a packet's share of a whole import: `bench/whole-process` is
/// what users wait for.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-XX:+UseSerialGC",
            "-Xmn128m",
            "-XX:FreqInlineSize=80",
            "-XX:InlineSmallCode=1000"
        })
public class HotLane {
    private static final int BATCHES = 195;
    private static final int PACKETS = BATCHES * Batch.CAPACITY;
    private static final int LINES = 1 << 18;

    /// Few sources that keep to few ports, or many.
    @Param({"HAJIME_2017", "NPA_2015"})
    public Scenario scenario = Scenario.HAJIME_2017;

    private Path folder = Path.of("");
    private @Nullable Capture capture;
    private final Batch batch = new Batch();
    private final Decoder decoder = new Decoder(1, 42);
    private final Decoded decoded = new Decoded(1);
    private final List<Batch> batches = new ArrayList<>();
    private final List<Decoded> columns = new ArrayList<>();
    private final MinuteLog log =
            new MinuteLog(new MinuteLog.Room(new Repeats(42)), MinuteLog.CAPACITY);
    private final SourceLog.Room room = new SourceLog.Room(new Repeats(42));
    private final PortTable folded = new PortTable(1 << 10, 1 << 21, room);
    private final PortTable hour = new PortTable(1 << 14, 1 << 21, room);
    private final Run run = new Run();
    private final long[] outcomes = new long[Outcome.values().length];
    private final SegmentTable none = new SegmentTable(42, 1, 1, new PortLayer.Nowhere());
    private final PortImage.Writer writer = new PortImage.Writer();

    @Setup
    public void read() throws IOException {
        folder = Files.createTempDirectory("teiten-bench");
        Settings usual = scenario.defaults();
        Settings settings = new Settings(1, 1, 2L * PACKETS, usual.start(), usual.prefixes());
        Simulation.write(scenario, settings, folder);
        Path file =
                folder.resolve(
                        scenario.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".pcap");
        Capture opened = Capture.open(file);
        capture = opened;
        PacketReader reader = opened.reader();
        long clock = 0;
        for (int i = 0; i < BATCHES; i++) {
            Batch next = new Batch();
            if (!reader.next(next) || next.size < Batch.CAPACITY) {
                throw new IllegalStateException("the capture is shorter than was asked for");
            }
            Decoded its = new Decoded(1);
            decoder.decode(next, clock, its);
            clock = Decoder.clock(next, clock);
            batches.add(next);
            columns.add(its);
        }
    }

    private Capture opened() {
        return Objects.requireNonNull(capture);
    }

    @TearDown
    public void remove() throws IOException {
        opened().close();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /// From record to record.
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public int walk() {
        PacketReader reader = opened().reader();
        int n = 0;
        for (int i = 0; i < BATCHES; i++) {
            reader.next(batch);
            n += batch.size;
        }
        return n;
    }

    /// Headers, class and marks into columns.
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public int decode() {
        int n = 0;
        long clock = 0;
        for (int i = 0; i < BATCHES; i++) {
            Batch next = batches.get(i);
            decoder.decode(next, clock, decoded);
            clock = Decoder.clock(next, clock);
            n += decoded.shares[0].size;
        }
        return n;
    }

    /// Figures by minute and port only: notes, order, images.
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public long minutes() {
        long bytes = 0;
        long minute = -1;
        for (int b = 0; b < BATCHES; b++) {
            Headers headers = columns.get(b).shares[0];
            for (int from = 0; from < headers.size; ) {
                long its = headers.rows[from * Headers.WORDS + 1] / 60_000_000_000L;
                if (its != minute) {
                    log.tell(folded, 0, writer, hour);
                    bytes += writer.length();
                    minute = its;
                }
                from = run.gather(headers, from, headers.size, its * 60_000_000_000L, outcomes);
                run.keys(headers, none);
                log.note(headers.rows, run, its * 60, folded);
            }
        }
        hour.reset();
        return bytes;
    }

    /// A telescope with empty tables for each invocation: the first pass over a capture, as an import is one.
    @State(Scope.Thread)
    public static class Fresh {
        private Telescope telescope = PortLayer.unheard(0, 1, 42, LINES);

        @Param({"false", "true"})
        public boolean tuples;

        @Setup(Level.Invocation)
        public void make() {
            telescope = PortLayer.unheard(0, 1, 42, LINES);
            if (tuples) {
                telescope.keepTuples(1 << 18);
            }
        }
    }

    /// All figures, sources and scan events, from decoded packets; with or without flow tuples.
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void telescope(Fresh fresh) {
        for (int i = 0; i < BATCHES; i++) {
            fresh.telescope.add(columns.get(i));
        }
    }

    /// An address into a set of unique sources that has become registers.
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public Distinct distinct() {
        Distinct set = new Distinct();
        for (int i = 0; i < PACKETS; i++) {
            set.add(Distinct.coupon(i * 0x9E3779B9));
        }
        return set;
    }
}

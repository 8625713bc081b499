package teiten.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.capture.Capture;
import teiten.telescope.Decoded;
import teiten.telescope.Decoder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// All workers pass the same batches in the same order, also when one of them is far behind and the ring is full.
class RelayTest {
    private static final int PACKETS = 1_500_000;

    @TempDir private Path directory;

    @Test
    void workersThatLagBehindMeetEachBatchOnce() throws Exception {
        Path file = capture();
        for (int workers = 2; workers <= 4; workers++) {
            for (int slow = 0; slow < workers; slow++) {
                List<List<Integer>> passed = passed(file, workers, slow);
                assertThat(passed.get(0)).hasSizeGreaterThanOrEqualTo(PACKETS / 1_024);
                assertThat(passed).allMatch(passed.get(0)::equals);
            }
        }
    }

    private List<List<Integer>> passed(Path file, int workers, int slow) throws Exception {
        try (Capture capture = Capture.open(file);
                ExecutorService threads = Executors.newFixedThreadPool(workers)) {
            Relay relay = new Relay(new Relay.Source(capture.reader(), true, false), workers, ON);
            List<Callable<List<Integer>>> runs = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                boolean lags = i == slow;
                runs.add(() -> {
                    List<Integer> seen = new ArrayList<>();
                    try {
                        relay.work(new Passing(seen, lags), new Decoder(workers, 42));
                    } catch (RuntimeException e) {
                        relay.abandon();
                        throw e;
                    }
                    return seen;
                });
            }
            List<List<Integer>> all = new ArrayList<>();
            for (Future<List<Integer>> run : threads.invokeAll(runs)) {
                all.add(run.get());
            }
            assertThat(relay.packets()).isEqualTo(PACKETS);
            return all;
        }
    }

    private static final Relay.Steering ON =
            new Relay.Steering() {
                @Override
                public boolean stop() {
                    return false;
                }

                @Override
                public boolean harvest() {
                    return true;
                }

                @Override
                public void read(long consumed, long packets) {}
            };

    /// Writes down which columns came, and the places where all hand over.
    private record Passing(List<Integer> seen, boolean lags) implements Relay.Worker {
        @Override
        public void take(Decoded batch) {
            seen.add(System.identityHashCode(batch));
            if (lags) {
                long until = System.nanoTime() + 20_000;
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
            }
        }

        @Override
        public void harvest(Relay.Boundary at) {
            seen.add((int) at.consumed());
        }
    }

    /// Packets of 20 bytes of raw IP.
    private Path capture() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(24 + PACKETS * 36).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0xA1B2C3D4).putShort((short) 2).putShort((short) 4);
        bytes.putInt(0).putInt(0).putInt(65_535).putInt(101);
        for (int i = 0; i < PACKETS; i++) {
            bytes.putInt(1_700_000_000).putInt(i % 1_000_000).putInt(20).putInt(20);
            bytes.putInt(0x14000045).putInt(0).putInt(0x00000140).putInt(i).putInt(~i);
        }
        return Files.write(directory.resolve("lagging.pcap"), bytes.array());
    }
}

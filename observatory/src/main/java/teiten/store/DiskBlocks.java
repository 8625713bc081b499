package teiten.store;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// The blocks in which the files of one writer go to disk, and the thread that brings them there.
///
/// There are at most [#MOST] blocks, those that are being filled included, so the memory is bounded.
final class DiskBlocks implements AutoCloseable {
    /// Bytes.
    static final int BLOCK = 1 << 20;

    /// What the memory and the length of a block must be multiples of, wherever blocks pass the page cache.
    static final int ALIGNED = 4_096;

    private static final int MOST = 16;

    /// How long a writer waits for a block: what a disk of 350 MB/s needs for one.
    private static final long PATIENCE_MILLIS = 3;

    private final ArrayBlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(MOST);
    private final ExecutorService disk =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("teiten-disk").factory());
    private int made;

    /// An empty block; null when the disk has not come round to those on their way.
    @Nullable ByteBuffer take() throws InterruptedException {
        ByteBuffer block = free.poll();
        if (block == null && made < MOST) {
            made++;
            return make();
        }
        return block == null ? free.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) : block;
    }

    private static ByteBuffer make() {
        return ByteBuffer.allocateDirect(BLOCK + ALIGNED)
                .alignedSlice(ALIGNED)
                .limit(BLOCK)
                .slice();
    }

    /// Takes a block back; what is none is left alone.
    void give(ByteBuffer block) {
        if (block.capacity() == BLOCK) {
            free.add(block.clear());
        }
    }

    Future<?> later(Callable<?> write) {
        return disk.submit(write);
    }

    @Override
    public void close() {
        disk.shutdown();
    }
}

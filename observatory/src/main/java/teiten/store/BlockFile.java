package teiten.store;

import com.sun.nio.file.ExtendedOpenOption;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/// A file written once, from its beginning to its end, in blocks that go to disk behind the writer and past the page cache
/// (Linux: O_DIRECT).
///
/// An import writes gigabytes that nobody reads soon. In the page cache they would take the place of the capture, and
/// bringing them there costs the processor 0.3 to 2.6 s a gigabyte, time that the packets need. Where the file system
/// cannot do it, or the disk is slower than the blocks come, a block goes the ordinary way: nobody waits for a slow disk
/// longer than the system makes him wait.
final class BlockFile implements AutoCloseable {
    /// Bytes of a block up to the offset of [DiskBlocks#BLOCK]: most files end before it.
    private static final int SMALL = 1 << 16;

    private final Path path;
    private final DiskBlocks disk;
    private final FileChannel file;
    private @Nullable FileChannel direct;
    private boolean ordinary;
    private ByteBuffer block = ByteBuffer.allocate(SMALL);

    /// Offset of the block.
    private long begin;

    private final ArrayDeque<Future<?>> underWay = new ArrayDeque<>();

    /// @param readSoon whether the file is to stay in the page cache, because it is read soon
    BlockFile(Path path, DiskBlocks disk, boolean readSoon) throws IOException {
        this.path = path;
        this.disk = disk;
        ordinary = readSoon;
        file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
    }

    long position() {
        return begin + block.position();
    }

    void write(byte[] bytes, int length) throws IOException {
        for (int at = 0; at < length; ) {
            int n = Math.min(length - at, block.remaining());
            block.put(bytes, at, n);
            at += n;
            if (!block.hasRemaining()) {
                pass();
            }
        }
    }

    /// Sends the full block away and takes an empty one.
    private void pass() throws IOException {
        while (!underWay.isEmpty() && underWay.peek().isDone()) {
            settle(underWay.remove());
        }
        ByteBuffer full = block;
        long at = begin;
        begin += full.capacity();
        FileChannel to = begin < DiskBlocks.BLOCK ? null : direct();
        ByteBuffer next = to == null ? null : take();
        if (to == null || next == null) {
            write(file, full.flip(), at);
            full.clear();
        } else {
            underWay.add(disk.later(() -> behind(to, full, at)));
            block = next;
        }
    }

    private @Nullable ByteBuffer take() throws IOException {
        try {
            return disk.take();
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    /// The channel that passes the page cache; null where there is none.
    private @Nullable FileChannel direct() {
        if (direct == null && !ordinary) {
            try {
                if (DiskBlocks.ALIGNED % Files.getFileStore(path).getBlockSize() == 0) {
                    direct =
                            FileChannel.open(
                                    path, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT);
                }
            } catch (IOException | UnsupportedOperationException _) {
                // not here
            }
            ordinary = direct == null;
        }
        return direct;
    }

    private Void behind(FileChannel to, ByteBuffer full, long at) throws IOException {
        try {
            write(to, full.flip(), at);
        } catch (IOException _) {
            // Some file systems take the opening and refuse the writing. If it is the disk, this
            // says so.
            write(file, full.rewind(), at);
        } finally {
            disk.give(full);
        }
        return null;
    }

    private static void write(FileChannel to, ByteBuffer from, long at) throws IOException {
        for (long place = at; from.hasRemaining(); ) {
            place += to.write(from, place);
        }
    }

    private static void settle(Future<?> write) throws IOException {
        try {
            write.get();
        } catch (InterruptedException _) {
            throw interrupted();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException known
                    ? known
                    : new IOException("a block could not be written", failed.getCause());
        }
    }

    private static IOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while writing");
    }

    /// Waits until everything lies in the file.
    @Override
    public void close() throws IOException {
        try (file;
                FileChannel _ = direct) {
            IOException fault = null;
            for (Future<?> write : underWay) {
                try {
                    settle(write);
                } catch (IOException failed) {
                    fault = failed;
                }
            }
            underWay.clear();
            if (fault != null) {
                throw fault;
            }
            write(file, block.flip(), begin);
        } finally {
            disk.give(block);
        }
    }
}

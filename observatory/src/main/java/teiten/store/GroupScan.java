package teiten.store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// Goes through the files of segments that are in no roll-up yet, two groups of rows at once.
final class GroupScan implements AutoCloseable {
    private static final int READERS = 2;

    /// Looks at groups of rows, one after the other; each thread has one of its own.
    interface Visitor extends AutoCloseable {
        void visit(IndexedFile file, int group) throws IOException;

        /// Nothing more comes.
        @Override
        default void close() throws IOException {}
    }

    private record Group(IndexedFile file, int group) {}

    private final List<IndexedFile> files;
    private final List<Group> groups = new ArrayList<>();

    private GroupScan(List<IndexedFile> files) {
        this.files = files;
        for (IndexedFile file : files) {
            for (int group = 0; group < file.groups; group++) {
                groups.add(new Group(file, group));
            }
        }
    }

    /// @return null when there is nothing to go through, or not all of it can be read so: then the database does it alone
    static @Nullable GroupScan of(List<Path> paths) throws IOException {
        List<IndexedFile> files = new ArrayList<>();
        GroupScan scan = null;
        try {
            for (Path path : paths) {
                IndexedFile file = IndexedFile.open(path);
                if (file == null) {
                    break;
                }
                files.add(file);
            }
            if (!paths.isEmpty() && files.size() == paths.size()) {
                scan = new GroupScan(files);
            }
        } catch (NoSuchFileException _) {
            // it has just outlived its time
        } finally {
            if (scan == null) {
                files.forEach(IndexedFile::close);
            }
        }
        return scan;
    }

    long rows() {
        long rows = 0;
        for (Group group : groups) {
            rows += group.file.rows(group.group);
        }
        return rows;
    }

    /// @return the visitors, which have seen every group, each a part of them
    <V extends Visitor> List<V> each(Callable<V> visitor) throws IOException {
        AtomicInteger next = new AtomicInteger();
        int readers = Math.min(READERS, groups.size());
        try (ExecutorService pool = Executors.newFixedThreadPool(readers)) {
            List<Future<V>> parts = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                parts.add(
                        pool.submit(() -> {
                            V own = visitor.call();
                            try (own) {
                                for (int g = next.getAndIncrement();
                                        g < groups.size();
                                        g = next.getAndIncrement()) {
                                    own.visit(groups.get(g).file, groups.get(g).group);
                                }
                            }
                            return own;
                        }));
            }
            List<V> seen = new ArrayList<>();
            for (Future<V> part : parts) {
                seen.add(part.get());
            }
            return seen;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException fault) {
                throw fault;
            }
            throw new IllegalStateException("files could not be read", failed.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("reading files was interrupted");
        }
    }

    @Override
    public void close() {
        files.forEach(IndexedFile::close);
    }
}

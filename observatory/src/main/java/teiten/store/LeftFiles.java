package teiten.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// Files that nothing names any more, but a running question may still read: they are deleted a while later.
final class LeftFiles {
    private static final long MILLIS = 600_000;

    private final Store store;

    /// Each with when it was left.
    private final Map<Path, Long> left = new HashMap<>();

    LeftFiles(Store store) {
        this.store = store;
    }

    synchronized void add(Collection<Path> files) {
        files.forEach(file -> left.put(file, store.clock().millis()));
    }

    /// Deletes files that no question reads any more.
    synchronized void tidy(boolean all) {
        long now = store.clock().millis();
        left.entrySet()
                .removeIf(file -> {
                    boolean old = all || file.getValue() + MILLIS < now;
                    if (old) {
                        delete(file.getKey());
                    }
                    return old;
                });
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // what no row names is deleted at the next opening
        }
    }
}

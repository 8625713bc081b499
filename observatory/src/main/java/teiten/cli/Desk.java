package teiten.cli;

import org.jspecify.annotations.Nullable;

import teiten.store.Store;
import teiten.web.LiveFeed;

import java.io.PrintStream;
import java.nio.file.Path;

/// Where a command works: at a terminal of its own, or inside the serving process on behalf of one.
///
/// @param store the store that the serving process holds open; null at a terminal, where the command opens its own
/// @param folder what relative file names start from
/// @param live hears of imports; null at a terminal
record Desk(
        PrintStream out,
        PrintStream err,
        Path folder,
        @Nullable Store store,
        @Nullable LiveFeed live) {
    /// Bound while a command of another terminal is run.
    private static final ScopedValue<Desk> LENT = ScopedValue.newInstance();

    static Desk current() {
        return LENT.isBound()
                ? LENT.get()
                : new Desk(System.out, System.err, Path.of(""), null, null);
    }

    /// Runs a command line at this desk and gives its exit status.
    int run(String[] args) {
        return ScopedValue.where(LENT, this).call(() -> new Main().execute(args));
    }

    /// A store that is closed with the command, unless it is lent.
    record OpenStore(Store store, boolean lent) implements AutoCloseable {
        @Override
        public void close() {
            if (!lent) {
                store.close();
            }
        }
    }
}

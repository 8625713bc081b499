package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import teiten.run.ScannerListFile;
import teiten.run.Settings;
import teiten.store.Readings;
import teiten.store.Store;

import java.nio.file.Path;
import java.time.InstantSource;

/// Where the data lies: the same for every command. Flags come before the environment, the environment before the file.
final class StoreOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory (or TEITEN_DATA; otherwise%n~/.local/share/teiten).")
    @Nullable Path data;

    @Option(
            names = "--settings",
            paramLabel = "FILE",
            description =
                    "Settings file (or TEITEN_SETTINGS; otherwise%nDIR/teiten.toml, if there is"
                            + " one).")
    @Nullable Path settings;

    Settings settings() {
        return Settings.read(data, settings, System.getenv());
    }

    private static void tellLongJoin(long segments) {
        System.err.println(
                "teiten: joining "
                        + Print.count(segments)
                        + " segments of sources to scan events, about a minute for each 40"
                        + " million; the events are kept, so this is done once.");
    }

    /// Opens the directory, or takes the store that is lent to the command.
    Desk.OpenStore open(String purpose) {
        Store lent = Desk.current().store();
        if (lent != null) {
            return new Desk.OpenStore(lent, true);
        }
        Settings read = settings();
        try {
            Store store =
                    Store.open(read.data(), purpose, read.storeMemory(), InstantSource.system());
            store.onLongJoin(StoreOptions::tellLongJoin);
            try {
                ScannerListFile.sync(new Readings(store).scanners(), read.scannerLists());
            } catch (RuntimeException fault) {
                store.close();
                throw fault;
            }
            return new Desk.OpenStore(store, false);
        } catch (Store.InUse held) {
            throw new Main.HeldElsewhere(read.data(), held.sentence());
        }
    }
}

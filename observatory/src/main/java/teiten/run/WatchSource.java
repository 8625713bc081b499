package teiten.run;

import org.jspecify.annotations.Nullable;

import teiten.capture.live.LiveOptions;
import teiten.net.Prefix;

import java.nio.file.Path;
import java.util.List;

/// Where packets come from as long as the process runs, and whose they are.
public sealed interface WatchSource {
    /// The sensor's name.
    String sensor();

    /// Its monitored addresses; null as given before, else inferred from the destinations seen.
    @Nullable List<Prefix> addresses();

    /// What messages call it.
    String name();

    /// An interface of this machine.
    record OfInterface(String sensor, @Nullable List<Prefix> addresses, LiveOptions options)
            implements WatchSource {
        @Override
        public String name() {
            return options.device();
        }
    }

    /// A directory into which something else writes captures, or the finished segments of decoys.
    record OfDirectory(String sensor, @Nullable List<Prefix> addresses, Path directory)
            implements WatchSource {
        @Override
        public String name() {
            return directory.toString();
        }
    }
}

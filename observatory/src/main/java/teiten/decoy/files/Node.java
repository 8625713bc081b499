package teiten.decoy.files;

import java.time.Instant;
import java.util.Map;
import java.util.function.Function;

/// What stands under one name of a file system. Device trees hold these immutable; a session's layer holds its own.
///
/// `mode` is the permission bits (0 to 07777); `mtime` is in seconds since 1970.
public sealed interface Node {
    int mode();

    long mtime();

    /// @param children null-free; a session's own directory keeps its children in the session's layer and has none here
    record Directory(int mode, long mtime, Map<String, Node> children) implements Node {}

    record Plain(int mode, long mtime, Body body) implements Node {}

    record Link(long mtime, String target) implements Node {
        @Override
        public int mode() {
            return 0777;
        }
    }

    /// A device file such as `/dev/null`.
    record Special(int mode, long mtime, Kind kind, int major, int minor) implements Node {}

    /// A file of `/proc` or `/sys`: size 0 in a listing, text made when it is read.
    record Computed(int mode, long mtime, Function<Instant, byte[]> text) implements Node {}

    /// How a device file answers.
    enum Kind {
        NULL,
        ZERO,
        RANDOM,
        FULL,
        TERMINAL,
        BLOCK
    }
}

package teiten.lab;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A control group of the run's own, where the host delegates one: then the kernel itself bounds memory and processes
/// of all of a run together. Without it the warden's own watch does, some hundredths of a second later.
///
/// Only version 2 is used. The nearest writable ancestor that hands on `memory` and `pids` is taken.
final class Cgroup implements AutoCloseable {
    private static final String MEMORY = Long.toString(768L << 20);
    private static final String PROCESSES = "256";

    private final Path folder;

    private Cgroup(Path folder) {
        this.folder = folder;
    }

    static Part part() {
        Path parent = delegated(Path.of("/sys/fs/cgroup"), own());
        return Part.there(
                "control group",
                parent == null
                        ? "none is delegated here: process limits and the warden's watch bound"
                                + " memory instead"
                        : "delegated below " + parent,
                "");
    }

    /// A new group for one run, or null where none is delegated.
    static @Nullable Cgroup create(String name) {
        return create(Path.of("/sys/fs/cgroup"), own(), name);
    }

    static @Nullable Cgroup create(Path mount, String own, String name) {
        Path parent = delegated(mount, own);
        if (parent == null) {
            return null;
        }
        Path folder = parent.resolve(name);
        try {
            Files.createDirectory(folder);
            Files.writeString(folder.resolve("memory.max"), MEMORY);
            Files.writeString(folder.resolve("pids.max"), PROCESSES);
            return new Cgroup(folder);
        } catch (IOException _) {
            return null;
        }
    }

    /// Moves processes in; the host's numbers.
    void add(List<Long> processes) throws IOException {
        for (long process : processes) {
            Files.writeString(folder.resolve("cgroup.procs"), Long.toString(process));
        }
    }

    private static String own() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
                if (line.startsWith("0::/")) {
                    return line.substring(4);
                }
            }
        } catch (IOException _) {
            // Not a Linux host, which another part says.
        }
        return "";
    }

    private static @Nullable Path delegated(Path mount, String own) {
        Path at = mount.resolve(own);
        while (at != null && at.startsWith(mount)) {
            try {
                List<String> handedOn =
                        List.of(
                                Files.readString(at.resolve("cgroup.subtree_control"))
                                        .strip()
                                        .split(" "));
                boolean writable =
                        Files.isWritable(at) && Files.isWritable(at.resolve("cgroup.procs"));
                if (writable && handedOn.contains("memory") && handedOn.contains("pids")) {
                    return at;
                }
            } catch (IOException _) {
                return null;
            }
            at = at.getParent();
        }
        return null;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException _) {
            // The kernel still counts the dying; an empty group costs nothing and goes with its
            // parent.
        }
    }
}

package teiten.run;

import teiten.store.Watching.Seen;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The files below a followed directory that are looked into, oldest change first.
///
/// Where a decoy writes (`events-*.jsonl`), its finished segments are taken and nothing else: a hidden file is still
/// being written, and `files/` holds what attackers left.
final class FollowedFiles {
    private static final int DEEPEST = 8;

    /// No container of captures has a shorter header; what is shorter is still being begun.
    private static final int SHORTEST = 16;

    private FollowedFiles() {}

    /// @param name relative to the directory
    record Entry(String name, Path path, Seen seen) {}

    /// What a file is, as far as its first bytes tell.
    enum Kind {
        /// Nothing, or not yet enough.
        EMPTY,
        /// It was renamed or deleted just now.
        GONE,
        COMPRESSED,
        LOG,
        /// Or what is no capture: reading it tells.
        CAPTURE
    }

    static List<Entry> in(Path directory) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Set<Path> decoys = new HashSet<>();
        try (Stream<Path> below = Files.walk(directory, DEEPEST)) {
            for (Path file : (Iterable<Path>) below::iterator) {
                String last = String.valueOf(file.getFileName());
                if (last.startsWith(".") && !file.equals(directory)) {
                    continue;
                }
                if (isSegment(last)) {
                    decoys.add(file.getParent());
                }
                try {
                    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                    if (now.isRegularFile()) {
                        entries.add(
                                new Entry(
                                        directory.relativize(file).toString(),
                                        file,
                                        new Seen(now.size(), nanos(now.lastModifiedTime()))));
                    }
                } catch (NoSuchFileException _) {
                    // renamed or deleted since it was listed
                }
            }
        } catch (UncheckedIOException fault) {
            if (!(fault.getCause() instanceof NoSuchFileException)) {
                throw fault.getCause();
            }
            // a folder went away while it was walked; the next round sees what is left
        }
        entries.removeIf(e ->
                decoys.stream().anyMatch(e.path()::startsWith)
                        && !isSegment(String.valueOf(e.path().getFileName())));
        entries.sort(
                Comparator.comparingLong((Entry e) -> e.seen().modifiedNanos())
                        .thenComparing(Entry::name));
        return entries;
    }

    private static boolean isSegment(String name) {
        return name.startsWith("events-") && name.endsWith(".jsonl");
    }

    private static long nanos(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }

    static Kind kind(Path file) {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(SHORTEST);
        } catch (NoSuchFileException _) {
            return Kind.GONE;
        } catch (IOException _) {
            // whoever reads it as a capture says what is wrong
            return Kind.CAPTURE;
        }
        if (head.length < SHORTEST) {
            return Kind.EMPTY;
        }
        boolean gzip = (head[0] & 0xFF) == 0x1F && (head[1] & 0xFF) == 0x8B;
        boolean zstd =
                (head[0] & 0xFF) == 0x28
                        && (head[1] & 0xFF) == 0xB5
                        && (head[2] & 0xFF) == 0x2F
                        && (head[3] & 0xFF) == 0xFD;
        if (gzip || zstd) {
            return Kind.COMPRESSED;
        }
        // Logs are text. A capture's first bytes never are: each magic holds a byte above 7F or
        // below a space.
        for (byte b : head) {
            if (b < ' ' && b != '\n' && b != '\r' && b != '\t') {
                return Kind.CAPTURE;
            }
        }
        return Kind.LOG;
    }
}

package teiten.lab;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/// Working folders of labs that were killed. Each lab holds a lock on a file in its folder as long as it lives; the
/// kernel gives the lock back whatever becomes of the process, so who gets it knows that nobody is at home. A process
/// number would say less: it can be used again, and other containers have their own.
final class Leftovers {
    static final String PREFIX = "teiten-lab-";
    private static final String OWNER = "owner";

    private Leftovers() {}

    /// Marks a folder as lived in until the channel is closed.
    static FileChannel claim(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        folder.resolve(OWNER), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw new IOException(folder + " is another lab's");
        }
        return channel;
    }

    /// Deletes what dead labs left in the folder; what belongs to other users stays, because it cannot be opened.
    ///
    /// @return how many folders went
    static int sweep(Path temporary) {
        int swept = 0;
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, PREFIX + "*")) {
            for (Path folder : folders) {
                if (isDead(folder) && delete(folder)) {
                    swept++;
                }
            }
        } catch (IOException _) {
            // A temporary folder that cannot be listed has nothing of ours.
        }
        return swept;
    }

    private static boolean isDead(Path folder) {
        Path owner = folder.resolve(OWNER);
        // Between making a folder and claiming it there is no owner yet: such a one is left alone.
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                || !Files.isRegularFile(owner, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(owner, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (IOException | OverlappingFileLockException _) {
            return false;
        }
    }

    /// Removes a tree; links are removed, not followed.
    static boolean delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}

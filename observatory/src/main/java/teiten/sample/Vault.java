package teiten.sample;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/// Keeps samples by their SHA-256: written aside, flushed, renamed; mode 0400, in directories of mode 0700.
///
/// ```
/// VAULT/lock                      held while something is written
/// VAULT/incoming/<random>         being written; what a killed process left goes after an hour
/// VAULT/ab/<sha256>               the bytes, named by content only
/// VAULT/ab/<sha256>.provenance    one JSON line a sighting
/// ```
///
/// We are scared of this part: the bytes are hostile programs. Nothing here gives them an executable bit, a name the
/// attacker chose, or a way out except [PasswordZip]. The same bytes come in once, however often they are seen.
public final class Vault {
    private static final String PROVENANCE = ".provenance";
    private static final long MOST_PROVENANCE = 1 << 20;
    private static final Duration RECOUNT = Duration.ofMinutes(1);
    private static final Duration STALE = Duration.ofHours(1);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// @param sampleBytes the largest sample taken
    /// @param totalBytes the most that all samples may take
    public record Bounds(long sampleBytes, long totalBytes) {
        public static final Bounds USUAL = new Bounds(64L << 20, 10L << 30);
    }

    public enum Outcome {
        ADDED,
        /// The bytes were there; the sighting was noted beside them.
        KNOWN,
        TOO_LARGE,
        VAULT_FULL,
        EMPTY
    }

    /// @param sha256 empty unless the outcome is `ADDED` or `KNOWN`
    /// @param noted whether the sighting was written down; false when the sample's provenance file is full
    public record Kept(Outcome outcome, String sha256, long size, boolean noted) {}

    public record Sample(String sha256, long size, Instant added) {}

    private final Path root;
    private final Bounds bounds;
    private final InstantSource clock;
    private long taken;
    private @Nullable Instant counted;

    private Vault(Path root, Bounds bounds, InstantSource clock) {
        this.root = root;
        this.bounds = bounds;
        this.clock = clock;
    }

    /// Opens the vault in `root`, making it where there is none.
    ///
    /// @throws OperatorMistake when the directory cannot be made or written
    public static Vault open(Path root, Bounds bounds, InstantSource clock) {
        try {
            directory(root);
            directory(root.resolve("incoming"));
            Vault vault = new Vault(root, bounds, clock);
            vault.sweep();
            return vault;
        } catch (IOException cannot) {
            throw new OperatorMistake(
                    "the vault "
                            + root
                            + " cannot be opened ("
                            + cannot.getMessage()
                            + "); give a directory that you may write with --vault",
                    cannot);
        }
    }

    private static void directory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(
                    path,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
    }

    /// Takes a sample from a stream of any length; what exceeds the bound is not read.
    ///
    /// @throws IOException when the disk fails; the vault is then as it was
    public Kept add(InputStream in, Provenance provenance) throws IOException {
        Path aside = root.resolve("incoming").resolve(UUID.randomUUID().toString());
        try {
            MessageDigest digest = Hashes.digest("SHA-256");
            long size = write(in, aside, digest);
            if (size < 0) {
                return new Kept(Outcome.TOO_LARGE, "", bounds.sampleBytes(), false);
            }
            if (size == 0) {
                return new Kept(Outcome.EMPTY, "", 0, false);
            }
            String sha256 = HexFormat.of().formatHex(digest.digest());
            return place(aside, sha256, size, provenance);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    private synchronized Kept place(Path aside, String sha256, long size, Provenance provenance)
            throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                root.resolve("lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock _ = lock(channel)) {
            return placeLocked(aside, sha256, size, provenance);
        }
    }

    /// File locks stand between processes; a second vault object in this process is told by an exception and waits.
    private static FileLock lock(FileChannel channel) throws IOException {
        for (int tries = 0; tries < 2_000; tries++) {
            try {
                return channel.lock();
            } catch (OverlappingFileLockException held) {
                LockSupport.parkNanos(5_000_000);
            }
        }
        throw new IOException("the vault's lock was held for ten seconds");
    }

    private Kept placeLocked(Path aside, String sha256, long size, Provenance provenance)
            throws IOException {
        Path home = home(sha256);
        boolean known = Files.exists(home);
        if (!known) {
            if (taken() + size > bounds.totalBytes()) {
                return new Kept(Outcome.VAULT_FULL, "", size, false);
            }
            Path shard = parent(home);
            directory(shard);
            Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("r--------"));
            Files.move(aside, home, StandardCopyOption.ATOMIC_MOVE);
            flush(shard);
            taken += size;
        }
        return new Kept(
                known ? Outcome.KNOWN : Outcome.ADDED, sha256, size, note(home, provenance));
    }

    /// Bytes taken, counted anew each minute: other processes add and remove, too.
    private long taken() {
        Instant now = clock.instant();
        if (counted == null || counted.plus(RECOUNT).isBefore(now)) {
            taken = total();
            counted = now;
        }
        return taken;
    }

    private long write(InputStream in, Path aside, MessageDigest digest) throws IOException {
        try (FileChannel out =
                FileChannel.open(
                        aside,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            byte[] piece = new byte[1 << 16];
            long size = 0;
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                size += n;
                if (size > bounds.sampleBytes()) {
                    return -1;
                }
                digest.update(piece, 0, n);
                ByteBuffer bytes = ByteBuffer.wrap(piece, 0, n);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            out.force(true);
            return size;
        }
    }

    private static boolean note(Path home, Provenance provenance) throws IOException {
        Path beside = Path.of(home + PROVENANCE);
        if (Files.exists(beside) && Files.size(beside) >= MOST_PROVENANCE) {
            return false;
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("session", provenance.session());
        line.put("url", provenance.url());
        line.put("sensor", provenance.sensor());
        line.put("time", provenance.time().toString());
        byte[] bytes = (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
        try (FileChannel out =
                FileChannel.open(
                        beside,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.APPEND),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            out.write(ByteBuffer.wrap(bytes));
            out.force(true);
        }
        return true;
    }

    /// A rename is only as lasting as its directory.
    private static void flush(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void sweep() throws IOException {
        Instant stale = clock.instant().minus(STALE);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(root.resolve("incoming"))) {
            for (Path file : left) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(stale)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException raced) {
            // another process swept the same file
        }
    }

    private Path home(String sha256) {
        return root.resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalStateException(path + " has no parent");
        }
        return parent;
    }

    private static boolean isName(String text) {
        return text.matches("[0-9a-f]{64}");
    }

    /// Bytes of all samples, provenance not counted.
    public long total() {
        long total = 0;
        for (Sample sample : list()) {
            total += sample.size();
        }
        return total;
    }

    /// All samples, by name.
    public List<Sample> list() {
        List<Sample> samples = new ArrayList<>();
        try (DirectoryStream<Path> shards = Files.newDirectoryStream(root, "[0-9a-f][0-9a-f]")) {
            for (Path shard : shards) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(shard)) {
                    for (Path file : files) {
                        if (isName(file.getFileName().toString())) {
                            samples.add(
                                    new Sample(
                                            file.getFileName().toString(),
                                            Files.size(file),
                                            Files.getLastModifiedTime(file).toInstant()));
                        }
                    }
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the vault " + root + " cannot be listed", unreadable);
        }
        samples.sort((a, b) -> a.sha256().compareTo(b.sha256()));
        return List.copyOf(samples);
    }

    /// The full name of the one sample that begins with `prefix` (8 hexadecimal digits or more).
    ///
    /// @throws OperatorMistake when none or several do
    public String resolve(String prefix) {
        String lower = prefix.toLowerCase(Locale.ROOT);
        if (!lower.matches("[0-9a-f]{8,64}")) {
            throw new OperatorMistake(
                    "\""
                            + prefix
                            + "\" is no SHA-256; give at least its first 8 hexadecimal digits");
        }
        List<String> fitting =
                list().stream().map(Sample::sha256).filter(name -> name.startsWith(lower)).toList();
        if (fitting.size() != 1) {
            throw new OperatorMistake(
                    (fitting.isEmpty() ? "no sample" : fitting.size() + " samples")
                            + " in the vault "
                            + root
                            + " begin"
                            + (fitting.size() == 1 || fitting.isEmpty() ? "s" : "")
                            + " with "
                            + prefix
                            + "; see teiten vault list");
        }
        return fitting.get(0);
    }

    /// The bytes of one sample, for the readers and the lab; null when it is not here.
    public byte @Nullable [] bytes(String sha256) throws IOException {
        if (!isName(sha256)) {
            return null;
        }
        try {
            return Files.readAllBytes(home(sha256));
        } catch (NoSuchFileException absent) {
            return null;
        }
    }

    /// How the sample came here, oldest first; damaged lines are left out.
    public List<Provenance> provenance(String sha256) throws IOException {
        List<Provenance> sightings = new ArrayList<>();
        Path beside = Path.of(home(sha256) + PROVENANCE);
        if (!isName(sha256) || !Files.exists(beside)) {
            return sightings;
        }
        for (String line : Files.readAllLines(beside)) {
            try {
                JsonNode json = JSON.readTree(line);
                sightings.add(
                        new Provenance(
                                json.path("session").asString(""),
                                json.path("url").asString(""),
                                json.path("sensor").asString(""),
                                Instant.parse(json.path("time").asString(""))));
            } catch (JacksonException | DateTimeException torn) {
                // a power cut can tear the last line; the others stand
            }
        }
        return sightings;
    }

    /// Names of samples whose bytes no longer have their name's hash.
    public List<String> damaged() throws IOException {
        List<String> damaged = new ArrayList<>();
        for (Sample sample : list()) {
            byte[] bytes = bytes(sample.sha256());
            if (bytes == null || !Hashes.sha256(bytes).equals(sample.sha256())) {
                damaged.add(sample.sha256());
            }
        }
        return damaged;
    }

    /// Takes a sample and its provenance out for good.
    public void remove(String sha256) throws IOException {
        if (isName(sha256)) {
            Files.deleteIfExists(home(sha256));
            Files.deleteIfExists(Path.of(home(sha256) + PROVENANCE));
        }
    }
}

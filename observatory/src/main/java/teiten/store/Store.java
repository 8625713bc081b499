package teiten.store;

import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The data directory: one embedded database, opened by one process at a time.
///
/// ```
/// DIR/teiten.duckdb   the database          DIR/lock    who holds the directory
/// DIR/parts/          rows in files of their own, see [Parts]
/// DIR/spool/          rows on their way into the database; emptied at opening
/// ```
///
/// **Nothing lost.** Whatever a method here has returned from is in the database's log on disk. Everything that belongs
/// together (rows, ledger, sensor) is one transaction, so a process that is killed leaves either all of it or nothing.
public final class Store implements AutoCloseable {
    /// Another process holds the directory; the message is a sentence for the operator.
    public static final class InUse extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String sentence;

        InUse(String sentence) {
            super(sentence, null, false, false);
            this.sentence = sentence;
        }

        public String sentence() {
            return sentence;
        }
    }

    private final Path directory;
    private final RandomAccessFile lockFile;
    private final DuckDBConnection root;
    private final InstantSource clock;
    final Parts parts;

    /// Keeps what is joined from segments.
    final EventKeeper events = new EventKeeper(this);

    /// Keeps days in order of sources.
    final RollUpKeeper rollUps = new RollUpKeeper(this);

    final Questions questions = new Questions();

    /// Transactions since the opening.
    final AtomicLong commits = new AtomicLong();

    /// Numbers the writers of the spool.
    final AtomicInteger writers = new AtomicInteger();

    private volatile @Nullable Kept kept;

    /// One writer at a time; readers use connections of their own and see the last commit.
    final ReentrantLock writing = new ReentrantLock();

    /// Held while flow tuples are turned into Parquet.
    final ReentrantLock turning = new ReentrantLock();

    private Store(
            Path directory, RandomAccessFile lockFile, DuckDBConnection root, InstantSource clock) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.root = root;
        this.clock = clock;
        this.parts = Parts.of(directory);
    }

    /// Opens the directory, making it when it does not exist, and brings an older database up to date.
    ///
    /// @param purpose what this process is doing, for the message another one gets
    /// @param memory bytes the database may use
    /// @throws InUse when another process holds it
    /// @throws OperatorMistake when it cannot be written, or comes from a newer version
    public static Store open(Path directory, String purpose, long memory, InstantSource clock) {
        RandomAccessFile lock = claim(directory, purpose);
        try {
            Path file = directory.resolve("teiten.duckdb");
            DuckDBConnection db = connect(file, directory, memory);
            try {
                Schema.migrate(db, file.toString());
                confine(db, directory);
                Store store = new Store(directory, lock, db, clock);
                store.emptySpool();
                store.parts.open(db);
                return store;
            } catch (SQLException | IOException | RuntimeException fault) {
                db.close();
                throw fault;
            }
        } catch (SQLException | IOException fault) {
            release(lock);
            throw new OperatorMistake(
                    "the store in "
                            + directory
                            + " cannot be opened ("
                            + firstLine(fault)
                            + "); if the disk is sound, restore it from a copy, or name another"
                            + " directory with --data",
                    fault);
        } catch (RuntimeException fault) {
            release(lock);
            throw fault;
        }
    }

    /// Whom to tell how many segments are about to be joined to scan events, when that takes long.
    public void onLongJoin(LongConsumer segments) {
        events.onLongJoin(segments);
    }

    /// Begins to load the database's library and its driver, which asks every library for a logger, so that both are there
    /// when a store is opened soon.
    public static void prepare() {
        for (String part : List.of("org.duckdb.DuckDBNative", "org.duckdb.DuckDBDriver")) {
            Thread.ofPlatform()
                    .daemon()
                    .name("teiten-prepare")
                    .start(() -> {
                        try {
                            Class.forName(part);
                        } catch (ClassNotFoundException | LinkageError _) {
                            // opening a store will say it
                        }
                    });
        }
    }

    private static RandomAccessFile claim(Path directory, String purpose) {
        RandomAccessFile file;
        try {
            Files.createDirectories(directory);
            file = new RandomAccessFile(directory.resolve("lock").toFile(), "rw");
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "the data directory "
                            + directory
                            + " cannot be written ("
                            + firstLine(fault)
                            + "); name another one with --data or TEITEN_DATA",
                    fault);
        }
        try {
            FileLock lock = file.getChannel().tryLock();
            if (lock == null) {
                throw new OverlappingFileLockException();
            }
            byte[] holder =
                    (ProcessHandle.current().pid() + " (" + purpose + ")")
                            .getBytes(StandardCharsets.UTF_8);
            file.setLength(0);
            file.write(holder);
            return file;
        } catch (OverlappingFileLockException | IOException _) {
            String holder = holder(directory);
            release(file);
            throw new InUse(
                    "the data directory "
                            + directory
                            + " is in use by process "
                            + holder
                            + "; wait for it, stop it, or name another directory with --data");
        }
    }

    /// Who holds the directory, as they wrote it: process id and purpose.
    static String holder(Path directory) {
        try {
            String text = Files.readString(directory.resolve("lock")).strip();
            return text.isEmpty() ? "(unknown)" : text.substring(0, Math.min(text.length(), 80));
        } catch (IOException _) {
            return "(unknown)";
        }
    }

    private static void release(RandomAccessFile lock) {
        try {
            lock.close();
        } catch (IOException _) {
            // the operating system gives a lock back when its process ends, whatever close says
        }
    }

    /// Asks the driver itself: the driver manager would look for others in every library.
    private static DuckDBConnection database(String file, Properties settings) throws SQLException {
        return new DuckDBDriver()
                .connect("jdbc:duckdb:" + file, settings)
                .unwrap(DuckDBConnection.class);
    }

    private static DuckDBConnection connect(Path file, Path directory, long memory)
            throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("memory_limit", Math.max(64, memory >> 20) + "MiB");
        settings.setProperty(
                "threads", String.valueOf(Math.max(1, Runtime.getRuntime().availableProcessors())));
        settings.setProperty("temp_directory", directory.resolve("spool").toString());
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        settings.setProperty("preserve_insertion_order", "false");
        try {
            return database(file.toAbsolutePath().toString(), settings);
        } catch (LinkageError missing) {
            throw new OperatorMistake(
                    "the database's library cannot be loaded ("
                            + System.getProperty("os.name")
                            + ", "
                            + System.getProperty("os.arch")
                            + "); it exists for Linux with glibc on amd64 and aarch64, and lies in"
                            + " lib beside Teiten's jar: mvn clean package makes that anew",
                    missing);
        }
    }

    /// From here on the database opens no file but its own, and those in the folders that are ours to exchange rows
    /// through, whatever a statement asks; and no statement can undo that.
    private static void confine(DuckDBConnection db, Path directory) throws SQLException {
        String home = directory.toAbsolutePath().toString().replace("'", "''");
        try (Statement statement = db.createStatement()) {
            statement.execute(
                    "SET allowed_directories = ['"
                            + home
                            + "/spool/', '"
                            + home
                            + "/parts/', '"
                            + home
                            + "/tuples/']");
            // Parts never change: their footers need to be read but once.
            statement.execute("SET GLOBAL parquet_metadata_cache = true");
            statement.execute("SET enable_external_access = false");
            statement.execute("SET lock_configuration = true");
        }
    }

    private void emptySpool() throws IOException {
        Path spool = spool();
        Files.createDirectories(spool);
        try (Stream<Path> left = Files.list(spool)) {
            for (Path file : left.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    Path spool() {
        return directory.resolve("spool");
    }

    public Path directory() {
        return directory;
    }

    InstantSource clock() {
        return clock;
    }

    /// A connection of the caller's own, for reading while others write.
    Connection connection() {
        if (parts.stale()) {
            makeViews();
        }
        return tables();
    }

    /// One for tables alone: its views may not know what was just stored.
    private Connection tables() {
        try {
            return root.duplicate();
        } catch (SQLException fault) {
            throw failed(fault);
        }
    }

    private void makeViews() {
        writing.lock();
        try (Connection db = tables()) {
            if (parts.stale()) {
                db.setAutoCommit(false);
                parts.views(db);
                db.commit();
                parts.fresh();
            }
        } catch (SQLException fault) {
            throw failed(fault);
        } finally {
            writing.unlock();
        }
    }

    /// Work on a connection that gives an answer.
    @FunctionalInterface
    interface Work<T> {
        T on(Connection db) throws SQLException, IOException;
    }

    /// Answers a question that somebody waits for.
    <T> T read(Work<T> work) {
        questions.begin();
        try {
            return read(connection(), work);
        } finally {
            questions.end();
        }
    }

    /// Work behind, which nobody waits for.
    <T> T readBehind(Work<T> work) {
        return read(connection(), work);
    }

    /// Work that reads no view: for an import, which need not wait until there are any.
    <T> T readTables(Work<T> work) {
        return read(tables(), work);
    }

    private <T> T read(Connection connection, Work<T> work) {
        try (Connection db = connection) {
            return work.on(db);
        } catch (SQLException | IOException fault) {
            throw failed(fault);
        }
    }

    /// When and at what the sensors looked, all of them when `names` is empty. Nearly every answer asks for it, some twice: it
    /// is kept until something is stored.
    Coverage coverage(Connection db, Set<String> names) throws SQLException {
        long now = commits.get();
        boolean quiet = !writing.isLocked();
        Kept known = kept;
        if (quiet && known != null && known.commits == now) {
            return known.coverage.of(names);
        }
        Coverage read = Coverage.read(db);
        if (quiet && !writing.isLocked() && commits.get() == now) {
            kept = new Kept(now, read);
        }
        return read.of(names);
    }

    /// @param commits transactions that were stored when it was read
    private record Kept(long commits, Coverage coverage) {}

    /// Runs the work as one transaction: all of it is on disk when this returns, or none of it.
    <T> T write(Work<T> work) {
        return write(this::connection, work);
    }

    /// The same, of work that reads no view.
    <T> T writeTables(Work<T> work) {
        return write(this::tables, work);
    }

    private <T> T write(Supplier<Connection> connections, Work<T> work) {
        writing.lock();
        try (Connection db = connections.get()) {
            db.setAutoCommit(false);
            try {
                T result = work.on(db);
                db.commit();
                commits.incrementAndGet();
                return result;
            } catch (SQLException | IOException | RuntimeException fault) {
                db.rollback();
                throw fault;
            }
        } catch (SQLException | IOException fault) {
            throw failed(fault);
        } finally {
            writing.unlock();
        }
    }

    private RuntimeException failed(Exception fault) {
        String line = firstLine(fault);
        if (line.contains("No space left") || line.contains("Could not write file")) {
            return new OperatorMistake(
                    "the disk of "
                            + directory
                            + " is full or not writable ("
                            + line
                            + "); free some space and repeat the command, nothing that was stored"
                            + " is lost",
                    fault);
        }
        if (line.contains("Out of Memory")) {
            return new NoMemory(fault);
        }
        return new IllegalStateException("the store failed: " + line, fault);
    }

    /// The database has used up what it may use; asked alone, or a moment later, the same may work.
    public static final class NoMemory extends OperatorMistake {
        private static final long serialVersionUID = 1;

        NoMemory(Throwable cause) {
            super(
                    "the database needs more memory for this than it may use; ask for a shorter"
                            + " time, try again in a moment, or raise store.memory_mib",
                    cause);
        }
    }

    private static String firstLine(Throwable fault) {
        String message = String.valueOf(fault.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    @Override
    public void close() {
        rollUps.close();
        events.close();
        writing.lock();
        try (Statement statement = root.createStatement()) {
            statement.execute("CHECKPOINT");
        } catch (SQLException _) {
            // the log holds everything that was committed; it is read at the next opening
        } finally {
            try {
                root.close();
            } catch (SQLException _) {
                // nothing is left to lose
            }
            release(lockFile);
            writing.unlock();
        }
    }
}

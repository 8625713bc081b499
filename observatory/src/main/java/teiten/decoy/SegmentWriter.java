package teiten.decoy;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.session.Event;
import teiten.session.EventJson;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// Hands finished files over to whoever analyses them.
///
/// Events go as JSON lines into `.events-….part`, which is flushed to the disk and renamed to `events-….jsonl` when it
/// is old or large enough: who sees the name sees the whole file. Captured bytes go to `files/<sha256>`. One thread
/// writes; the doors never wait for the disk. When the queue or the directory is full, what is lost is counted.
public final class SegmentWriter implements Evidence, AutoCloseable {
    private static final int QUEUE = 65_536;

    /// Captured bytes that may wait for the disk: a hundred sessions that end at once bring full files all.
    private static final long WAITING_BYTES = 32L << 20;

    private static final long SEGMENT_CHARS = 64L << 20;
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path directory;
    private final Path files;
    private final Duration period;
    private final long fileLimit;
    private final Counters counters;
    private final InstantSource clock;
    private final @Nullable CowrieLog cowrie;
    private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong waiting = new AtomicLong();
    private final Thread writing;
    private @Nullable BufferedWriter open;
    private @Nullable Path part;
    private long began;
    private long chars;
    private long segment;
    private long fileBytes;

    private sealed interface Item {
        record Happened(Event event) implements Item {}

        record Bytes(String sha256, Content content) implements Item {}

        record End() implements Item {}
    }

    /// Bytes with identity, because a record must not hold an array.
    private static final class Content {
        private final byte[] bytes;

        Content(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    /// @param directory made when it does not exist
    /// @param period how long a segment is written to before it is published
    /// @param fileLimit most bytes of captured files in the directory
    /// @param cowrie a second log of the same events; null for none
    public SegmentWriter(
            Path directory,
            Duration period,
            long fileLimit,
            Counters counters,
            InstantSource clock,
            @Nullable CowrieLog cowrie) {
        this.directory = directory;
        this.files = directory.resolve("files");
        this.period = period;
        this.fileLimit = fileLimit;
        this.counters = counters;
        this.clock = clock;
        this.cowrie = cowrie;
        try {
            Files.createDirectories(files);
            recover();
            try (Stream<Path> kept = Files.list(files)) {
                fileBytes = kept.mapToLong(path -> path.toFile().length()).sum();
            }
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "--out "
                            + directory
                            + " cannot be written to: "
                            + fault.getMessage()
                            + "; give a directory that this user may write.",
                    fault);
        }
        this.writing = Thread.ofPlatform().name("segment-writer").start(this::run);
    }

    /// A part that an earlier process left behind when it was killed holds whole lines but perhaps the last: it is
    /// published as it stands, and the reader passes over a broken last line.
    private void recover() throws IOException {
        try (Stream<Path> parts = Files.list(directory)) {
            for (Path left :
                    parts.filter(p -> p.getFileName().toString().matches("\\.events-.*\\.part"))
                            .toList()) {
                publish(left);
            }
        }
    }

    @Override
    public void record(Event event) {
        if (!queue.offer(new Item.Happened(event))) {
            counters.add(Counter.EVENTS_LOST);
        }
    }

    @Override
    public void keep(String sha256, byte[] bytes) {
        boolean room = waiting.addAndGet(bytes.length) <= WAITING_BYTES;
        if (!room || !queue.offer(new Item.Bytes(sha256, new Content(bytes)))) {
            waiting.addAndGet(-bytes.length);
            counters.add(Counter.FILES_NOT_KEPT);
        }
    }

    private void run() {
        List<Item> batch = new ArrayList<>();
        boolean ended = false;
        while (!ended) {
            try {
                Item first = queue.poll(250, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, 4096);
                }
            } catch (InterruptedException _) {
                ended = true;
            }
            for (Item item : batch) {
                ended |= item instanceof Item.End;
                write(item);
            }
            batch.clear();
            boolean due = System.nanoTime() - began > period.toNanos() || chars > SEGMENT_CHARS;
            if (open != null && (due || ended)) {
                finish();
            }
        }
    }

    private void write(Item item) {
        try {
            switch (item) {
                case Item.Happened happened -> {
                    String line = EventJson.write(happened.event());
                    BufferedWriter out = open == null ? begin() : open;
                    out.write(line);
                    out.write('\n');
                    chars += line.length() + 1L;
                    if (cowrie != null) {
                        cowrie.write(happened.event());
                    }
                }
                case Item.Bytes bytes -> {
                    waiting.addAndGet(-bytes.content().bytes.length);
                    store(bytes.sha256(), bytes.content().bytes);
                }
                case Item.End _ -> {}
            }
        } catch (IOException _) {
            counters.add(item instanceof Item.Bytes ? Counter.FILES_NOT_KEPT : Counter.EVENTS_LOST);
        }
    }

    private BufferedWriter begin() throws IOException {
        Instant now = clock.instant();
        Path path =
                directory.resolve(
                        String.format(".events-%s-%06d.part", NAME.format(now), segment++));
        BufferedWriter out = Files.newBufferedWriter(path, StandardCharsets.UTF_8);
        part = path;
        open = out;
        began = System.nanoTime();
        chars = 0;
        return out;
    }

    private void finish() {
        BufferedWriter out = open;
        Path path = part;
        open = null;
        part = null;
        if (out == null || path == null) {
            return;
        }
        try {
            out.close();
            publish(path);
            if (cowrie != null) {
                cowrie.flush();
            }
        } catch (IOException _) {
            // the part stays under its hidden name; the next start publishes it
            counters.add(Counter.EVENTS_LOST);
        }
    }

    private static void publish(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        String name = path.getFileName().toString();
        String stem = name.substring(1, name.length() - ".part".length());
        Path target = path.resolveSibling(stem + ".jsonl");
        for (int i = 1; Files.exists(target); i++) {
            target = path.resolveSibling(stem + "-" + i + ".jsonl");
        }
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private void store(String sha256, byte[] bytes) throws IOException {
        Path target = files.resolve(sha256);
        if (Files.exists(target)) {
            return;
        }
        if (fileBytes + bytes.length > fileLimit) {
            counters.add(Counter.FILES_NOT_KEPT);
            return;
        }
        Path aside = files.resolve("." + sha256 + ".part");
        try {
            Files.write(aside, bytes);
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
            fileBytes += bytes.length;
        } catch (FileAlreadyExistsException _) {
            Files.deleteIfExists(aside);
        }
    }

    /// Publishes what is open and ends.
    @Override
    public void close() {
        try {
            queue.put(new Item.End());
            writing.join(Duration.ofSeconds(10));
            if (cowrie != null) {
                cowrie.close();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

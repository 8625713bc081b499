package teiten.capture;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/// An open capture: classic pcap, pcapng or Sun snoop, plain or inside gzip or zstd, told apart by content and never
/// by name. A plain file is mapped as a whole and may be walked by many readers at once; everything else is a stream
/// with one reader.
///
/// Closing it takes back the bytes that batches point into: first let all workers finish.
public final class Capture implements AutoCloseable {
    /// What a batch from a stream points into stays unchanged while so many later batches are filled.
    public static final int STEADY_BATCHES = 16;

    /// Bytes of a file from which on it is unmapped behind.
    private static final long LARGE = 64 << 20;

    private final String name;
    private final Format format;
    private final long size;
    private final Arena arena;
    private final @Nullable MemorySegment file;
    private final @Nullable ContentStream content;
    private final @Nullable StreamReader stream;
    private boolean streamTaken;
    private boolean growing;

    /// The head's hash by length: a ledger of thousands of captures asks for few lengths.
    private final Map<Long, String> heads = new HashMap<>();

    private Capture(
            String name,
            Format format,
            long size,
            Arena arena,
            @Nullable MemorySegment file,
            @Nullable ContentStream content) {
        this.name = name;
        this.format = format;
        this.size = size;
        this.arena = arena;
        this.file = file;
        this.content = content;
        this.stream = content == null ? null : new StreamReader(content, arena, format);
    }

    /// @throws OperatorMistake when the file is missing, cannot be read, is empty or is no capture
    public static Capture open(Path path) {
        try {
            if (Files.isDirectory(path)) {
                throw new OperatorMistake(path + " is a directory: name a capture file");
            }
            boolean regular = Files.isRegularFile(path);
            if (regular) {
                Capture mapped = map(path);
                if (mapped != null) {
                    return mapped;
                }
            }
            InputStream in = Files.newInputStream(path);
            try {
                return of(in, path.toString(), regular ? Files.size(path) : -1);
            } catch (OperatorMistake e) {
                in.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new OperatorMistake(
                    path + " does not exist: check the name of the capture file", e);
        } catch (AccessDeniedException e) {
            throw new OperatorMistake(
                    path + " may not be read: give this user the permission to read it", e);
        } catch (IOException e) {
            throw new OperatorMistake(
                    path + " cannot be read (" + e.getMessage() + "): check the disk and the name",
                    e);
        }
    }

    /// Whether content that begins so is a capture, uncompressed.
    public static boolean recognises(byte[] head) {
        return Format.of(MemorySegment.ofArray(head), Math.min(head.length, Format.HEAD)) != null;
    }

    /// A capture that something else is still writing: where its last record is not all there yet, it ends for now.
    public static Capture openGrowing(Path path) {
        Capture capture = open(path);
        capture.growing = capture.isMapped();
        return capture;
    }

    /// @return null when the file is compressed
    @SuppressWarnings("MustBeClosedChecker") // the capture owns the arena and closes it
    private static @Nullable Capture map(Path path) throws IOException {
        Arena arena = Arena.ofShared();
        boolean kept = false;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment file =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            int length = (int) Math.min(Format.HEAD, file.byteSize());
            byte[] head = file.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            if (GzipStream.recognises(head) || ZstdStream.recognises(head)) {
                return null;
            }
            Format format = recognise(head, path.toString(), "");
            kept = true;
            return new Capture(path.toString(), format, file.byteSize(), arena, file, null);
        } finally {
            if (!kept) {
                arena.close();
            }
        }
    }

    /// Reads a stream to its end; [#close] closes it.
    ///
    /// @param name for messages: "standard input"
    /// @throws OperatorMistake when it is empty or no capture
    public static Capture of(InputStream in, String name) {
        return of(in, name, -1);
    }

    @SuppressWarnings("MustBeClosedChecker") // the capture owns the arena and closes it
    private static Capture of(InputStream in, String name, long size) {
        Arena arena = Arena.ofShared();
        boolean kept = false;
        try {
            ContentStream content = new ContentStream(in);
            Format format = recognise(content, name);
            Capture capture = new Capture(name, format, size, arena, null, content);
            kept = true;
            return capture;
        } catch (IOException e) {
            throw new OperatorMistake(name + " cannot be read (" + e.getMessage() + ")", e);
        } finally {
            if (!kept) {
                arena.close();
            }
        }
    }

    private static Format recognise(ContentStream content, String name) throws IOException {
        byte[] head = content.peek(Format.HEAD);
        Format format = Format.of(MemorySegment.ofArray(head), head.length);
        if (head.length < Format.HEAD && (format == null || format instanceof Format.Cut)) {
            try {
                content.isEmptyAfter(head.length);
            } catch (BrokenStream e) {
                // Too little came out of the compressed stream to hold it against the operator.
                return new Format.Cut(String.valueOf(e.getMessage()));
            }
        }
        return recognise(head, name, content.wrapping());
    }

    private static Format recognise(byte[] head, String name, String wrapping) {
        Format format = Format.of(MemorySegment.ofArray(head), head.length);
        if (format != null) {
            return format;
        }
        String where = wrapping.isEmpty() ? "" : " inside its " + wrapping;
        if (head.length == 0) {
            throw new OperatorMistake(
                    name
                            + " is empty"
                            + where
                            + ": give a capture, as tcpdump -w or dumpcap writes it");
        }
        throw new OperatorMistake(
                name
                        + " is no capture: at offset 0"
                        + where
                        + " stands "
                        + shown(head)
                        + ", which starts no pcap, pcapng or snoop file; give one, as tcpdump -w or"
                        + " dumpcap writes it, plain or in gzip or zstd");
    }

    private static String shown(byte[] head) {
        StringBuilder text = new StringBuilder();
        int length = Math.min(head.length, 8);
        for (int i = 0; i < length; i++) {
            text.append(head[i] > ' ' && head[i] < 0x7F ? (char) head[i] : '.');
        }
        return HexFormat.ofDelimiter(" ").formatHex(head, 0, length) + " (\"" + text + "\")";
    }

    /// What messages call it.
    public String name() {
        return name;
    }

    /// Whether any number of readers may walk it; else there is one.
    public boolean isMapped() {
        return file != null;
    }

    /// A reader from the first packet on.
    ///
    /// @throws IllegalStateException when a stream's only reader was taken before
    public PacketReader reader() {
        if (file != null) {
            return reader(first(), file.byteSize());
        }
        if (stream == null || streamTaken) {
            throw new IllegalStateException("a stream has one reader");
        }
        streamTaken = true;
        return stream;
    }

    /// A reader of the records between two of the offsets that [#boundaries] gave.
    ///
    /// @throws IllegalStateException for a stream
    public PacketReader reader(long from, long to) {
        MemorySegment mapped = mapped();
        if (from < 0 || to < from || to > mapped.byteSize()) {
            throw new IllegalArgumentException(from + ".." + to + " is outside the capture");
        }
        PacketReader reader = new MappedReader(mapped, format.records(), from, to);
        reader.growing = growing;
        return reader;
    }

    /// Offsets that part the capture into ranges of about the same length, for a reader and a thread each: the first
    /// record, boundaries between records, the end. Every boundary is proven, by walking from record to record.
    /// Damage lies in the last range, which finds and reports it. pcapng, whose packets need the interfaces described
    /// before them, and captures that are too small for it are not parted.
    ///
    /// @return 2 to `parts` + 1 ascending offsets
    /// @throws IllegalStateException for a stream
    public long[] boundaries(int parts) {
        MemorySegment mapped = mapped();
        if (!format.records().startsAnywhere()) {
            return new long[] {first(), mapped.byteSize()};
        }
        return new Boundaries(mapped, format, first()).find(parts);
    }

    /// The same, but nothing is proven: whoever reads a range must see whether he comes to stand where the next begins
    /// ([PacketReader#position()]). If not, what was read behind is worth nothing.
    ///
    /// @throws IllegalStateException for a stream
    public long[] likelyBoundaries(int parts) {
        MemorySegment mapped = mapped();
        if (!format.records().startsAnywhere()) {
            return new long[] {first(), mapped.byteSize()};
        }
        return new Boundaries(mapped, format, first()).guess(parts);
    }

    private long first() {
        return Math.min(format.firstRecord(), mapped().byteSize());
    }

    private MemorySegment mapped() {
        if (file == null) {
            throw new IllegalStateException("a stream cannot be parted");
        }
        return file;
    }

    /// How the content begins. A stream is waited for until its first 64 KiB have come, so a live one may be asked
    /// later instead; only the thread that reads it may ask.
    public Fingerprint fingerprint() {
        return Fingerprint.of(head());
    }

    /// Whether the content starts as the stored fingerprint says; it may have grown since.
    public boolean startsLike(Fingerprint stored) {
        byte[] head = head();
        long length = stored.headLength();
        return length >= 0
                && length <= head.length
                && heads.computeIfAbsent(
                                length,
                                n -> Fingerprint.of(Arrays.copyOf(head, n.intValue())).headSha256())
                        .equals(stored.headSha256());
    }

    private byte[] head() {
        if (file != null) {
            return file.asSlice(0, Math.min(Fingerprint.HEAD, file.byteSize()))
                    .toArray(ValueLayout.JAVA_BYTE);
        }
        return stream == null ? new byte[0] : stream.head();
    }

    /// Bytes of the file as it lies on the disk, which [PacketReader#consumed] reaches at the end; -1 when that is not
    /// known.
    public long size() {
        return size;
    }

    @Override
    public void close() {
        try {
            if (content != null) {
                content.close();
            }
        } catch (IOException _) {
            // Nothing was written, and all that was read has been given.
        } finally {
            if (file != null && file.byteSize() >= LARGE) {
                Thread.ofPlatform()
                        .daemon()
                        .name("teiten-unmap")
                        .start(() -> {
                            Pages.giveBack(file);
                            arena.close();
                        });
            } else {
                arena.close();
            }
        }
    }
}

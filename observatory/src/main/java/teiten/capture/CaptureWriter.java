package teiten.capture;

import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Writes classic pcap, little-endian, with microseconds or nanoseconds. Not for several threads at once.
public final class CaptureWriter implements Closeable, Flushable {
    private static final int RECORD_HEADER = 16;

    private final OutputStream out;
    private final int unit;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private long written;

    /// @param nanoseconds whether times keep nanoseconds; else they are cut to microseconds, which every tool reads
    /// @param linkNumber LINKTYPE_ number of all packets, see [LinkType#number]
    public CaptureWriter(OutputStream out, boolean nanoseconds, int linkNumber) {
        this.out = out;
        this.unit = nanoseconds ? 1 : 1000;
        buffer.putInt(nanoseconds ? 0xA1B23C4D : 0xA1B2C3D4);
        buffer.putShort((short) 2).putShort((short) 4);
        buffer.putInt(0).putInt(0);
        buffer.putInt(Records.MAX_CAPTURED);
        buffer.putInt(linkNumber);
    }

    /// Writes a new file, or over an existing one.
    public static CaptureWriter create(Path path, boolean nanoseconds, int linkNumber)
            throws IOException {
        return new CaptureWriter(Files.newOutputStream(path), nanoseconds, linkNumber);
    }

    /// @param timeNanos since 1970, before 2106-02-07, where the format's 32 bits of seconds end
    /// @param captured bytes to write from `offset` on, at most 262,144
    /// @param wire bytes the packet had on the wire
    /// @throws IllegalArgumentException when a number does not fit the format; nothing is written then
    public void packet(long timeNanos, byte[] bytes, int offset, int captured, int wire)
            throws IOException {
        Objects.checkFromIndexSize(offset, captured, bytes.length);
        header(timeNanos, captured, wire);
        buffer.put(bytes, offset, captured);
    }

    /// As the other, from bytes of a batch.
    public void packet(long timeNanos, MemorySegment bytes, long offset, int captured, int wire)
            throws IOException {
        Objects.checkFromIndexSize(offset, captured, bytes.byteSize());
        header(timeNanos, captured, wire);
        MemorySegment.copy(
                bytes, ValueLayout.JAVA_BYTE, offset, buffer.array(), buffer.position(), captured);
        buffer.position(buffer.position() + captured);
    }

    private void header(long timeNanos, int captured, int wire) throws IOException {
        long seconds = timeNanos / Records.NANOS;
        if (timeNanos < 0 || seconds > 0xFFFFFFFFL) {
            throw new IllegalArgumentException("time " + timeNanos + " does not fit classic pcap");
        }
        if (captured > Records.MAX_CAPTURED || wire < captured) {
            throw new IllegalArgumentException(
                    captured + " of " + wire + " bytes do not fit classic pcap");
        }
        if (buffer.remaining() < RECORD_HEADER + captured) {
            drain();
        }
        buffer.putInt((int) seconds).putInt((int) (timeNanos % Records.NANOS / unit));
        buffer.putInt(captured).putInt(wire);
    }

    /// Bytes of the capture so far, those still in the buffer included.
    public long length() {
        return written + buffer.position();
    }

    private void drain() throws IOException {
        out.write(buffer.array(), 0, buffer.position());
        written += buffer.position();
        buffer.clear();
    }

    @Override
    public void flush() throws IOException {
        drain();
        out.flush();
    }

    @Override
    public void close() throws IOException {
        try (out) {
            drain();
        }
    }
}

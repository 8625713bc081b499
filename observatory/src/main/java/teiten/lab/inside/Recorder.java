package teiten.lab.inside;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes every packet of the sealed namespace's only interface to a pcap file, and tells a flood from a search.
///
/// A packet socket sees each loopback packet once here (outgoing copies are ignored by the kernel). The file is the
/// classic format with nanoseconds. What does not fit the bound is counted, not written. A *flood* is more than
/// [#FLOOD] packets to one destination within one second; a search spreads and never comes near it.
final class Recorder implements Runnable {
    static final int FLOOD = 1_000;
    private static final int SNAP = 1_600;
    private static final long MAX_BYTES = 64L << 20;

    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int ETH_P_ALL_BE = 0x0300;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_TIMESTAMPNS = 35;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int MSG_DONTWAIT = 0x40;

    private final Path file;
    private final Arena arena = Arena.ofShared();
    private final int socket;
    private final int[] perTarget = new int[1 << 16];
    private long second;
    private volatile boolean stop;
    private volatile boolean flood;
    private volatile long packets;
    private volatile long unwritten;
    private long dropped;
    private volatile boolean broken;

    Recorder(Path file) {
        this.file = file;
        Kernel kernel = new Kernel(arena);
        socket =
                kernel.must(
                        "packet socket",
                        Kernel.SOCKET,
                        AF_PACKET,
                        SOCK_RAW_CLOEXEC,
                        ETH_P_ALL_BE,
                        0,
                        0);
        kernel.option("packet socket", socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1, arena);
        kernel.option("packet socket", socket, SOL_SOCKET, SO_TIMESTAMPNS, 1, arena);
        MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, 32 << 20);
        if (kernel.call(Kernel.SETSOCKOPT, socket, SOL_SOCKET, SO_RCVBUFFORCE, size.address(), 4, 0)
                < 0) {
            kernel.call(Kernel.SETSOCKOPT, socket, SOL_SOCKET, SO_RCVBUF, size.address(), 4, 0);
        }
        MemorySegment wait = arena.allocateFrom(ValueLayout.JAVA_LONG, 0, 50_000);
        kernel.must(
                "packet socket",
                Kernel.SETSOCKOPT,
                socket,
                SOL_SOCKET,
                SO_RCVTIMEO,
                wait.address(),
                16);
    }

    /// Whether one destination was flooded.
    boolean flood() {
        return flood;
    }

    /// Whether the file reached its bound or could not be written.
    boolean full() {
        return unwritten > 0 || broken;
    }

    long packets() {
        return packets;
    }

    /// Packets that the kernel could not hand over; known after [#stop].
    long dropped() {
        return dropped;
    }

    /// Throws away what is queued: packets of the proof, which are not the sample's.
    void forget() {
        Kernel kernel = new Kernel(arena);
        MemorySegment cell = arena.allocate(8);
        while (kernel.call(Kernel.RECVFROM, socket, cell.address(), 8, MSG_DONTWAIT, 0, 0) >= 0) {
            continue;
        }
    }

    void stop(Thread running) throws InterruptedException {
        stop = true;
        running.join(2_000);
    }

    @Override
    public void run() {
        Kernel kernel = new Kernel(arena);
        MemorySegment data = arena.allocate(65_600);
        MemorySegment control = arena.allocate(64, 8);
        MemorySegment part = arena.allocate(16, 8);
        part.set(ValueLayout.JAVA_LONG, 0, data.address());
        part.set(ValueLayout.JAVA_LONG, 8, data.byteSize());
        MemorySegment message = arena.allocate(56, 8);
        message.set(ValueLayout.JAVA_LONG, 16, part.address());
        message.set(ValueLayout.JAVA_LONG, 24, 1);
        message.set(ValueLayout.JAVA_LONG, 32, control.address());
        byte[] frame = new byte[SNAP];
        ByteBuffer head = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        long written = 24;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            head.putInt(0xa1b23c4d)
                    .putShort((short) 2)
                    .putShort((short) 4)
                    .putInt(0)
                    .putInt(0)
                    .putInt(SNAP)
                    .putInt(1);
            out.write(head.array());
            while (true) {
                message.set(ValueLayout.JAVA_LONG, 40, control.byteSize());
                boolean ending = stop;
                long length =
                        kernel.call(
                                Kernel.RECVMSG,
                                socket,
                                message.address(),
                                ending ? MSG_DONTWAIT : 0);
                if (length < 0) {
                    if (ending && length == -Kernel.EAGAIN) {
                        break;
                    }
                    continue;
                }
                long now = control.get(ValueLayout.JAVA_LONG, 16);
                int kept = (int) Math.min(length, SNAP);
                MemorySegment.copy(data, ValueLayout.JAVA_BYTE, 0, frame, 0, kept);
                packets++;
                count(frame, kept, now);
                if (written + 16 + kept > MAX_BYTES) {
                    unwritten++;
                    continue;
                }
                head.clear();
                head.putInt((int) now).putInt((int) control.get(ValueLayout.JAVA_LONG, 24));
                head.putInt(kept).putInt((int) length);
                out.write(head.array(), 0, 16);
                out.write(frame, 0, kept);
                written += 16 + kept;
            }
        } catch (IOException _) {
            broken = true;
        }
        MemorySegment figures = arena.allocate(12, 4);
        MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, 8);
        kernel.call(
                Kernel.GETSOCKOPT,
                socket,
                SOL_PACKET,
                PACKET_STATISTICS,
                figures.address(),
                size.address(),
                0);
        dropped = Integer.toUnsignedLong(figures.get(ValueLayout.JAVA_INT, 4));
        kernel.close(socket);
    }

    /// Buckets by hash, emptied every second: a collision needs thousands of targets a second to matter.
    private void count(byte[] frame, int length, long now) {
        if (now != second) {
            second = now;
            java.util.Arrays.fill(perTarget, 0);
        }
        if (length < 34 || frame[12] != 8 || frame[13] != 0) {
            return;
        }
        int target =
                (frame[30] & 255) << 24
                        | (frame[31] & 255) << 16
                        | (frame[32] & 255) << 8
                        | frame[33] & 255;
        if (target == Sinkhole.OWN_ADDRESS || frame[30] == 127) {
            return;
        }
        int bucket = target * 0x9E3779B1 >>> 16;
        if (++perTarget[bucket] > FLOOD) {
            flood = true;
        }
    }
}

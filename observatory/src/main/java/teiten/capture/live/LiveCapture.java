package teiten.capture.live;

import teiten.OperatorMistake;
import teiten.capture.Batch;
import teiten.capture.LinkType;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
import java.util.stream.Collectors;

/// An interface that is captured from. One thread uses it.
///
/// **Hot lane.** The library calls [#packet] for each packet with three numbers; it copies the captured bytes out of the
/// kernel's ring behind those of the batch. No object is made. Pointers are taken as numbers, because an argument of type
/// address would arrive as an object.
public final class LiveCapture implements AutoCloseable {
    /// Milliseconds after which the kernel hands over a block of the ring that is not full.
    private static final int BLOCK_MILLIS = 100;

    private static final int LEAST_BUFFER = 1 << 20;
    private static final int MIB = 1 << 20;
    private static final int NANOSECONDS = 1;

    /// struct pcap_pkthdr on 64-bit systems: seconds, fraction (8 bytes each), captured and original length.
    private static final int FRACTION = 8;

    private static final int CAPTURED = 16;
    private static final int WIRE = 20;

    private static final short POLLIN = 1;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_IGNORE_OUTGOING = 23;

    /// PCAP_D_IN
    private static final int INCOMING = 1;

    /// All memory: the library's pointers are offsets in it.
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private final Libpcap library;
    private final Arena arena = Arena.ofShared();
    private final long handle;
    private final LiveOptions options;
    private final MemorySegment bytes;
    private final MemorySegment statsAt;
    private final MemorySegment pollAt;
    private final MemorySegment callback;
    private byte link;
    private boolean known;
    private int nanosPerUnit;
    private LiveCounts counts = LiveCounts.NONE;

    /// The batch that is being filled, and the first free byte behind its packets.
    private Batch batch = new Batch();

    private long fill;

    private LiveCapture(Libpcap library, LiveOptions options, long handle) {
        this.library = library;
        this.options = options;
        this.handle = handle;
        bytes = arena.allocate(Math.max(LEAST_BUFFER, 16L * options.snaplen()), 64);
        statsAt = arena.allocate(Libpcap.STATS_BYTES, 4);
        pollAt = arena.allocate(8, 4);
        try {
            MethodHandle packet =
                    MethodHandles.lookup()
                            .findVirtual(
                                    LiveCapture.class,
                                    "packet",
                                    MethodType.methodType(
                                            void.class, long.class, long.class, long.class))
                            .bindTo(this);
            callback =
                    Linker.nativeLinker()
                            .upcallStub(
                                    packet,
                                    FunctionDescriptor.ofVoid(
                                            ValueLayout.JAVA_LONG,
                                            ValueLayout.JAVA_LONG,
                                            ValueLayout.JAVA_LONG),
                                    arena);
        } catch (NoSuchMethodException | IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Opens the interface and begins to capture.
    ///
    /// @throws OperatorMistake without libpcap or the right to capture, for an interface that is not there or down, and
    ///     for a filter that is none
    public static LiveCapture open(LiveOptions options) {
        Libpcap library = Libpcap.load();
        LiveCapture capture = new LiveCapture(library, options, create(library, options.device()));
        boolean open = false;
        try {
            capture.activate();
            open = true;
            return capture;
        } finally {
            if (!open) {
                capture.close();
            }
        }
    }

    private static long create(Libpcap library, String device) {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment error = call.allocate(Libpcap.ERROR_BYTES);
            long handle =
                    (long)
                            library.create.invokeExact(
                                    (MemorySegment) call.allocateFrom(device), error);
            if (handle == 0) {
                throw new OperatorMistake(
                        "the interface "
                                + device
                                + " cannot be captured from ("
                                + error.getString(0)
                                + ")");
            }
            return handle;
        } catch (OperatorMistake mistake) {
            throw mistake;
        } catch (Throwable broken) {
            throw Libpcap.failed(broken);
        }
    }

    private void activate() {
        try (Arena call = Arena.ofConfined()) {
            int _ = (int) library.setSnaplen.invokeExact(handle, options.snaplen());
            int _ = (int) library.setBufferSize.invokeExact(handle, options.bufferMib() * MIB);
            int _ = (int) library.setTimeout.invokeExact(handle, BLOCK_MILLIS);
            int _ = (int) library.setPromiscuous.invokeExact(handle, options.promiscuous() ? 1 : 0);
            int _ = (int) library.setPrecision.invokeExact(handle, NANOSECONDS);
            int status = (int) library.activate.invokeExact(handle);
            if (status < 0) {
                throw refused(status);
            }
            MemorySegment error = call.allocate(Libpcap.ERROR_BYTES);
            if ((int) library.setNonBlocking.invokeExact(handle, 1, error) != 0) {
                throw new OperatorMistake(where() + " (" + error.getString(0) + ")");
            }
            int fd = (int) library.descriptor.invokeExact(handle);
            if (!options.outgoing()) {
                incomingOnly(call, fd);
            }
            filter(call);
            LinkType type = LinkType.of((int) library.dataLink.invokeExact(handle));
            known = type != null;
            link = type == null ? -1 : (byte) type.ordinal();
            nanosPerUnit =
                    (int) library.getPrecision.invokeExact(handle) == NANOSECONDS ? 1 : 1_000;
            pollAt.set(ValueLayout.JAVA_INT, 0, fd);
            pollAt.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
        } catch (OperatorMistake mistake) {
            throw mistake;
        } catch (Throwable broken) {
            throw Libpcap.failed(broken);
        }
    }

    /// What this machine sends is passed over by the kernel, so that it takes no room in the ring and what is dropped was
    /// received; by the library where the kernel is older than 4.20, and for what came before the kernel was told.
    private void incomingOnly(Arena call, int fd) throws Throwable {
        MemorySegment one = call.allocateFrom(ValueLayout.JAVA_INT, 1);
        int _ =
                (int)
                        library.setSocketOption.invokeExact(
                                fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, one, 4);
        int _ = (int) library.setDirection.invokeExact(handle, INCOMING);
    }

    private void filter(Arena call) throws Throwable {
        String text = options.filter();
        if (text.isBlank()) {
            return;
        }
        MemorySegment program = call.allocate(Libpcap.PROGRAM_BYTES, 8);
        MemorySegment source = call.allocateFrom(text);
        if ((int) library.compile.invokeExact(handle, program, source, 1, -1) != 0) {
            throw new OperatorMistake(
                    "the filter \""
                            + options.filter()
                            + "\" is not understood ("
                            + library.error(handle)
                            + "); write it as for tcpdump, see pcap-filter(7)");
        }
        int status = (int) library.setFilter.invokeExact(handle, program);
        library.freeCode.invokeExact(program);
        if (status != 0) {
            throw new OperatorMistake(where() + " (" + library.error(handle) + ")");
        }
    }

    private OperatorMistake refused(int status) {
        return new OperatorMistake(
                switch (status) {
                    case Libpcap.PERMISSION_DENIED, Libpcap.PROMISCUOUS_DENIED ->
                            "this user may not capture from "
                                    + options.device()
                                    + ": run it by the unit packaging/teiten-watch.service, or give"
                                    + " the process CAP_NET_RAW (AmbientCapabilities=CAP_NET_RAW of"
                                    + " systemd, or setpriv --ambient-caps +net_raw --inh-caps"
                                    + " +net_raw)";
                    case Libpcap.NO_SUCH_DEVICE ->
                            "there is no interface \""
                                    + options.device()
                                    + "\"; this machine has "
                                    + devices();
                    case Libpcap.NOT_UP ->
                            "the interface "
                                    + options.device()
                                    + " is down: ip link set "
                                    + options.device()
                                    + " up";
                    default -> {
                        String more = library.error(handle);
                        yield where()
                                + " ("
                                + library.status(status)
                                + (more.isEmpty() ? "" : ": " + more)
                                + ")";
                    }
                });
    }

    private static String devices() {
        try {
            return NetworkInterface.networkInterfaces()
                    .map(NetworkInterface::getName)
                    .sorted()
                    .collect(Collectors.joining(", "));
        } catch (SocketException _) {
            return "none that can be listed";
        }
    }

    private String where() {
        return "the interface " + options.device() + " cannot be captured from";
    }

    /// Whether packets of this interface are of a [LinkType] that is understood; otherwise all are skipped and counted.
    public boolean isKnownLink() {
        return known;
    }

    /// Fills the batch with packets that have come; waits for some when there are none.
    ///
    /// @param waitMillis at most
    /// @return false when none came
    /// @throws CaptureEnded when the interface is gone or down
    public boolean next(Batch into, int waitMillis) throws CaptureEnded {
        into.size = 0;
        into.bytes = bytes;
        batch = into;
        fill = 0;
        take();
        if (into.size == 0 && waitMillis > 0) {
            await(waitMillis);
            take();
        }
        Arrays.fill(into.link, 0, into.size, link);
        return into.size > 0;
    }

    private void take() throws CaptureEnded {
        int got = 1;
        while (got > 0) {
            // So many fit, however long each is.
            long room = (bytes.byteSize() - fill) / options.snaplen();
            int most = (int) Math.min(room, Batch.CAPACITY - batch.size);
            if (most == 0) {
                return;
            }
            try {
                got = (int) library.dispatch.invokeExact(handle, most, callback, 0L);
            } catch (Throwable broken) {
                throw Libpcap.failed(broken);
            }
            if (got < 0 && batch.size == 0) {
                throw new CaptureEnded(library.error(handle));
            }
        }
    }

    private void await(int millis) {
        try {
            // An interrupted wait, or a fault of the interface, shows when packets are taken.
            int _ = (int) library.poll.invokeExact(pollAt, 1L, millis);
        } catch (Throwable broken) {
            throw Libpcap.failed(broken);
        }
    }

    /// Called by the library. Must not throw: that would end the process.
    ///
    /// @param user what was given to dispatch
    /// @param header address of a struct pcap_pkthdr
    /// @param packet address of its bytes, valid until this returns
    private void packet(long user, long header, long packet) {
        Batch to = batch;
        int n = to.size;
        int captured = MEMORY.get(ValueLayout.JAVA_INT, header + CAPTURED);
        int wire = MEMORY.get(ValueLayout.JAVA_INT, header + WIRE);
        captured = (int) Math.min(captured, bytes.byteSize() - fill);
        if (n == Batch.CAPACITY || captured < 0) {
            return;
        }
        MemorySegment.copy(MEMORY, packet, bytes, fill, captured);
        to.offset[n] = fill;
        to.captured[n] = captured;
        to.wire[n] = Math.max(wire, captured);
        to.time[n] =
                MEMORY.get(ValueLayout.JAVA_LONG, header) * 1_000_000_000L
                        + MEMORY.get(ValueLayout.JAVA_LONG, header + FRACTION) * nanosPerUnit;
        to.size = n + 1;
        fill += captured;
    }

    /// What came and what was lost so far.
    public LiveCounts counts() {
        try {
            if ((int) library.stats.invokeExact(handle, statsAt) == 0) {
                counts =
                        counts.on(
                                statsAt.get(ValueLayout.JAVA_INT, 0),
                                statsAt.get(ValueLayout.JAVA_INT, 4),
                                statsAt.get(ValueLayout.JAVA_INT, 8));
            }
            return counts;
        } catch (Throwable broken) {
            throw Libpcap.failed(broken);
        }
    }

    @Override
    public void close() {
        try {
            library.close.invokeExact(handle);
        } catch (Throwable broken) {
            throw Libpcap.failed(broken);
        } finally {
            arena.close();
        }
    }
}

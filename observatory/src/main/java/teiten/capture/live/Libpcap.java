package teiten.capture.live;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/// The functions of libpcap (pcap(3PCAP)) that a live capture needs, as the library of the operating system has them;
/// and two calls of the operating system: poll(2), which waits for packets with an end, and setsockopt(2).
///
/// Pointers to a `pcap_t` are passed as addresses. Nothing here is called for each packet.
final class Libpcap {
    /// The library's file by its ABI's name on Debian, on other systems, and in a development package.
    private static final List<String> NAMES =
            List.of("libpcap.so.0.8", "libpcap.so.1", "libpcap.so");

    private static final ValueLayout.OfLong HANDLE = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout POINTER = ValueLayout.ADDRESS;

    /// PCAP_ERRBUF_SIZE
    static final int ERROR_BYTES = 256;

    /// struct bpf_program: a count and a pointer.
    static final long PROGRAM_BYTES = 16;

    /// struct pcap_stat: packets received, dropped by the kernel, dropped by the interface or its driver.
    static final long STATS_BYTES = 12;

    /// PCAP_ERROR_NO_SUCH_DEVICE and its kin, what `pcap_activate` returns.
    static final int NO_SUCH_DEVICE = -5;

    static final int PERMISSION_DENIED = -8;
    static final int NOT_UP = -9;
    static final int PROMISCUOUS_DENIED = -11;

    final MethodHandle create;
    final MethodHandle setSnaplen;
    final MethodHandle setBufferSize;
    final MethodHandle setTimeout;
    final MethodHandle setPromiscuous;
    final MethodHandle setPrecision;
    final MethodHandle getPrecision;
    final MethodHandle activate;
    final MethodHandle setNonBlocking;
    final MethodHandle compile;
    final MethodHandle setFilter;
    final MethodHandle freeCode;
    final MethodHandle dataLink;
    final MethodHandle stats;
    final MethodHandle dispatch;
    final MethodHandle descriptor;
    final MethodHandle setDirection;
    final MethodHandle close;
    final MethodHandle poll;
    final MethodHandle setSocketOption;
    private final MethodHandle version;
    private final MethodHandle lastError;
    private final MethodHandle statusText;

    private Libpcap(SymbolLookup library) {
        Linker linker = Linker.nativeLinker();
        Calls calls = new Calls(linker, library);
        create = calls.of("pcap_create", HANDLE, POINTER, POINTER);
        setSnaplen = calls.of("pcap_set_snaplen", INT, HANDLE, INT);
        setBufferSize = calls.of("pcap_set_buffer_size", INT, HANDLE, INT);
        setTimeout = calls.of("pcap_set_timeout", INT, HANDLE, INT);
        setPromiscuous = calls.of("pcap_set_promisc", INT, HANDLE, INT);
        setPrecision = calls.of("pcap_set_tstamp_precision", INT, HANDLE, INT);
        getPrecision = calls.of("pcap_get_tstamp_precision", INT, HANDLE);
        activate = calls.of("pcap_activate", INT, HANDLE);
        setNonBlocking = calls.of("pcap_setnonblock", INT, HANDLE, INT, POINTER);
        compile = calls.of("pcap_compile", INT, HANDLE, POINTER, POINTER, INT, INT);
        setFilter = calls.of("pcap_setfilter", INT, HANDLE, POINTER);
        freeCode = calls.nothing("pcap_freecode", POINTER);
        dataLink = calls.of("pcap_datalink", INT, HANDLE);
        stats = calls.of("pcap_stats", INT, HANDLE, POINTER);
        dispatch = calls.of("pcap_dispatch", INT, HANDLE, INT, POINTER, HANDLE);
        descriptor = calls.of("pcap_get_selectable_fd", INT, HANDLE);
        setDirection = calls.of("pcap_setdirection", INT, HANDLE, INT);
        close = calls.nothing("pcap_close", HANDLE);
        version = calls.of("pcap_lib_version", POINTER);
        lastError = calls.of("pcap_geterr", POINTER, HANDLE);
        statusText = calls.of("pcap_statustostr", POINTER, INT);
        Calls system = new Calls(linker, linker.defaultLookup());
        poll = system.of("poll", INT, POINTER, ValueLayout.JAVA_LONG, INT);
        setSocketOption = system.of("setsockopt", INT, INT, INT, INT, POINTER, INT);
    }

    private record Calls(Linker linker, SymbolLookup library) {
        MethodHandle of(String name, MemoryLayout result, MemoryLayout... arguments) {
            return linker.downcallHandle(
                    library.findOrThrow(name), FunctionDescriptor.of(result, arguments));
        }

        MethodHandle nothing(String name, MemoryLayout... arguments) {
            return linker.downcallHandle(
                    library.findOrThrow(name), FunctionDescriptor.ofVoid(arguments));
        }
    }

    /// @throws OperatorMistake when this machine has none
    static Libpcap load() {
        SymbolLookup library = find();
        if (library == null) {
            throw new OperatorMistake(
                    "libpcap is not installed, which captures from interfaces: install it (Debian,"
                            + " Ubuntu: apt-get install libpcap0.8)");
        }
        return new Libpcap(library);
    }

    private static @Nullable SymbolLookup find() {
        for (String name : NAMES) {
            try {
                return SymbolLookup.libraryLookup(name, Arena.global());
            } catch (IllegalArgumentException _) {
                // the next name
            }
        }
        return null;
    }

    /// What libpcap says about its last failure with this handle.
    String error(long handle) {
        try {
            return text((MemorySegment) lastError.invokeExact(handle));
        } catch (Throwable broken) {
            throw failed(broken);
        }
    }

    /// Its name and version, in its own words.
    String version() {
        try {
            return text((MemorySegment) version.invokeExact());
        } catch (Throwable broken) {
            throw failed(broken);
        }
    }

    /// What a status that `pcap_activate` returned means.
    String status(int status) {
        try {
            return text((MemorySegment) statusText.invokeExact(status));
        } catch (Throwable broken) {
            throw failed(broken);
        }
    }

    private static String text(MemorySegment pointer) {
        return pointer.equals(MemorySegment.NULL)
                ? ""
                : pointer.reinterpret(4 * ERROR_BYTES).getString(0);
    }

    /// A call into the library never throws; if the machinery around it does, it is ours.
    static IllegalStateException failed(Throwable broken) {
        if (broken instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("a call into libpcap failed", broken);
    }
}

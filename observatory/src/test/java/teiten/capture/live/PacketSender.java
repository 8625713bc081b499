package teiten.capture.live;

import teiten.capture.Batch;
import teiten.capture.Capture;
import teiten.capture.PacketReader;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Sends the packets of a capture through an interface, for tests inside a network namespace of their own. Refuses to
/// run anywhere else.
///
/// Arguments: interface, capture. Prints how many it sent.
final class PacketSender {
    private PacketSender() {}

    public static void main(String[] words) throws Throwable {
        if (System.getenv("TEITEN_TEST_NAMESPACE") == null) {
            throw new IllegalStateException("only inside a namespace of the test's own");
        }
        Linker linker = Linker.nativeLinker();
        SymbolLookup pcap = SymbolLookup.libraryLookup("libpcap.so.0.8", Arena.global());
        MethodHandle open =
                linker.downcallHandle(
                        pcap.findOrThrow("pcap_open_live"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS));
        MethodHandle inject =
                linker.downcallHandle(
                        pcap.findOrThrow("pcap_inject"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG));
        long sent = 0;
        try (Arena arena = Arena.ofConfined();
                Capture capture = Capture.open(Path.of(words[1]))) {
            MemorySegment error = arena.allocate(256);
            MemorySegment device = arena.allocateFrom(words[0]);
            long handle = (long) open.invokeExact(device, 64, 0, 1_000, error);
            if (handle == 0) {
                throw new IllegalStateException(error.getString(0));
            }
            PacketReader reader = capture.reader();
            Batch batch = new Batch();
            while (reader.next(batch)) {
                for (int i = 0; i < batch.size; ) {
                    MemorySegment packet = batch.bytes.asSlice(batch.offset[i], batch.captured[i]);
                    int done = (int) inject.invokeExact(handle, packet, packet.byteSize());
                    // a full queue of the interface: the packet was not sent, it is sent again
                    if (done >= 0) {
                        sent++;
                        i++;
                    }
                }
            }
        }
        System.out.println("sent " + sent);
    }
}

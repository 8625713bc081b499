package teiten.telescope;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.function.ToLongFunction;

/// Where the processor's cache lines begin in an array. The virtual machine aligns arrays to 8 bytes, so rows of 64 bytes
/// that begin with the array lie across two lines each, nearly always, and every row costs two misses. Where an array lies
/// is told to nobody but foreign functions, so one is asked that returns its argument: memchr(3), of a byte that is the first.
///
/// The collector may move the array later; then the rows are only slower.
final class CacheLines {
    private static final int BYTES = 64;

    /// Arrays below this many elements stay in the cache, and asking takes longer than they can save.
    private static final int LARGE = 1 << 19;

    private CacheLines() {}

    /// The index of the first element that begins a cache line, 0 to 7.
    ///
    /// @param zeros an array that was just made
    static int begin(long[] zeros) {
        return zeros.length < LARGE ? 0 : (int) (-Asked.ADDRESS.applyAsLong(zeros) & BYTES - 1) / 8;
    }

    /// Links the function that is asked, so that no later caller waits for it.
    static void prepare() {
        var _ = Asked.ADDRESS.applyAsLong(new long[1]);
    }

    /// Apart, so that small captures need not wait for the linker.
    private static final class Asked {
        static final ToLongFunction<long[]> ADDRESS = ask();

        private static ToLongFunction<long[]> ask() {
            MethodHandle memchr;
            try {
                Linker linker = Linker.nativeLinker();
                memchr =
                        linker.downcallHandle(
                                linker.defaultLookup().findOrThrow("memchr"),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_LONG),
                                Linker.Option.critical(true));
            } catch (UnsupportedOperationException
                    | NoSuchElementException
                    | IllegalCallerException _) {
                // A machine or a command line without foreign functions: rows lie as they come.
                return _ -> 0;
            }
            return zeros -> {
                try {
                    return (long) memchr.invokeExact(MemorySegment.ofArray(zeros), 0, 8L);
                } catch (Throwable fault) {
                    throw new IllegalStateException("memchr failed", fault);
                }
            };
        }
    }
}

package teiten.capture;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;

/// Gives the pages of a large mapping back piece by piece. Unmapping it takes some 40 ms a gigabyte, in which no other thread
/// of the process may map or unmap anything; after this it takes none.
final class Pages {
    private static final long PIECE = 8 << 20;
    private static final int DONT_NEED = 4;

    private Pages() {}

    /// Takes the pages of a mapped file out of the process's memory; whoever reads there gets them again.
    static void giveBack(MemorySegment mapped) {
        MethodHandle madvise;
        try {
            Linker linker = Linker.nativeLinker();
            madvise =
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("madvise"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_INT));
        } catch (UnsupportedOperationException
                | NoSuchElementException
                | IllegalCallerException _) {
            // a machine or a command line without foreign functions
            return;
        }
        for (long at = 0; at < mapped.byteSize(); at += PIECE) {
            MemorySegment piece = mapped.asSlice(at, Math.min(PIECE, mapped.byteSize() - at));
            try {
                int _ = (int) madvise.invokeExact(piece, piece.byteSize(), DONT_NEED);
            } catch (Throwable fault) {
                throw new IllegalStateException("madvise failed", fault);
            }
        }
    }
}

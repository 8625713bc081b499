package teiten.telescope;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Rows of segments begin with a cache line, wherever the virtual machine puts the array.
class CacheLinesTest {
    @Test
    void the_element_that_is_told_lies_at_an_address_that_64_divides() throws Throwable {
        // The C library returns the address of what it was given.
        Linker linker = Linker.nativeLinker();
        MethodHandle memset =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("memset"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG),
                        Linker.Option.critical(true));
        for (int length = 1 << 19; length < (1 << 19) + 16; length++) {
            long[] array = new long[length];
            int begin = CacheLines.begin(array);
            assertThat(begin).isBetween(0, 7);
            MemorySegment from = MemorySegment.ofArray(array).asSlice(8L * begin);
            assertThat((long) memset.invokeExact(from, 0, 0L) % 64).isZero();
        }
    }

    @Test
    void small_arrays_are_left_as_they_are() {
        assertThat(CacheLines.begin(new long[1_024])).isZero();
    }
}

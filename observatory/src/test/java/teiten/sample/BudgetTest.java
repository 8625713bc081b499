package teiten.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// What reading a file may cost. Time is measured outside the suite (docs/measured.md); memory is a law.
final class BudgetTest {
    private static final long BUDGET = 16L << 20;

    @Test
    void reading_any_fixture_allocates_no_more_than_16_MB() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        SampleReader reader = new SampleReader(FamilyRules.builtIn());
        long most = 0;
        for (Path file : Fixtures.all()) {
            byte[] bytes = Files.readAllBytes(file);
            // given the classes are loaded
            reader.read(bytes);
            // when
            long before = threads.getCurrentThreadAllocatedBytes();
            reader.read(bytes);
            long used = threads.getCurrentThreadAllocatedBytes() - before;
            // then
            most = Math.max(most, used);
            assertThat(used).as(file.toString()).isLessThan(BUDGET);
        }
        assertThat(most).isPositive();
    }
}

package teiten.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Against a folder laid out as cgroup v2 is; the kernel's own enforcement is not under test here.
final class CgroupTest {
    @TempDir Path mount;

    private Path group(String name, String handedOn) throws IOException {
        Path group = Files.createDirectories(mount.resolve(name));
        Files.writeString(group.resolve("cgroup.subtree_control"), handedOn + "\n");
        Files.writeString(group.resolve("cgroup.procs"), "");
        return group;
    }

    @Test
    void The_nearest_ancestor_that_hands_on_memory_and_processes_is_taken() throws IOException {
        group("user", "cpu memory pids");
        group("user/shell", "");

        try (Cgroup group = Cgroup.create(mount, "user/shell", "run")) {
            assertThat(group).isNotNull();
            assertThat(mount.resolve("user/run/memory.max")).hasContent(Long.toString(768L << 20));
            assertThat(mount.resolve("user/run/pids.max")).hasContent("256");
        }
    }

    @Test
    void Where_none_is_delegated_there_is_no_group() throws IOException {
        group("user", "cpu");

        assertThat(Cgroup.create(mount, "user", "run")).isNull();
        assertThat(Cgroup.create(mount.resolve("absent"), "user", "run")).isNull();
    }
}

package teiten.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

final class LeftoversTest {
    @TempDir Path temporary;

    private Path folder(String name) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(name).resolve("run-1/left"));
        Files.writeString(folder.resolve("0"), "x");
        return temporary.resolve(name);
    }

    @Test
    void The_folder_of_a_killed_lab_is_swept_and_a_living_one_stays() throws IOException {
        Path dead = folder("teiten-lab-1");
        Leftovers.claim(dead).close();
        Path living = folder("teiten-lab-2");
        try (FileChannel held = Leftovers.claim(living)) {
            assertThat(held.isOpen()).isTrue();

            int swept = Leftovers.sweep(temporary);

            assertThat(swept).isEqualTo(1);
            assertThat(dead).doesNotExist();
            assertThat(living.resolve("run-1/left/0")).exists();
        }
    }

    @Test
    void A_folder_that_nobody_has_claimed_yet_and_folders_of_others_stay() throws IOException {
        Path fresh = folder("teiten-lab-3");
        Path other = folder("somebody-else");
        Leftovers.claim(other).close();

        assertThat(Leftovers.sweep(temporary)).isZero();
        assertThat(fresh).exists();
        assertThat(other).exists();
    }

    @Test
    void A_link_in_a_swept_folder_is_removed_and_not_followed() throws IOException {
        Path precious = Files.writeString(temporary.resolve("precious"), "keep");
        Path dead = folder("teiten-lab-4");
        Files.createSymbolicLink(dead.resolve("link"), precious);
        Leftovers.claim(dead).close();

        assertThat(Leftovers.sweep(temporary)).isEqualTo(1);
        assertThat(precious).hasContent("keep");
    }
}

package teiten.session;

import org.junit.jupiter.api.Assumptions;

import java.nio.file.Files;
import java.nio.file.Path;

/// Where the input lies that nobody of this project wrote.
public final class SharedData {
    private SharedData() {}

    /// A file below `../shared/data`; the test is skipped where that is absent.
    public static Path of(String name) {
        Path root = Path.of(System.getProperty("teiten.root", "..")).toAbsolutePath().normalize();
        Path file = root.resolveSibling("shared").resolve("data").resolve(name);
        if (!Files.exists(file)) {
            Assumptions.abort("skipped: needs ../shared/data");
        }
        return file;
    }
}

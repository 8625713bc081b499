package teiten.sample;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The benign ELF files beside the project, with the answers that readelf and file(1) gave for them.
final class Fixtures {
    private Fixtures() {}

    static Path elf() {
        Path root = Path.of(System.getProperty("teiten.root", "..")).toAbsolutePath().normalize();
        Path elf = root.resolveSibling("shared").resolve("data").resolve("elf");
        if (!Files.isDirectory(elf)) {
            Assumptions.abort("skipped: needs ../shared/data");
        }
        return elf;
    }

    static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(elf().resolve(name));
        } catch (IOException missing) {
            throw new AssertionError("fixture " + name, missing);
        }
    }

    static List<Path> all() throws IOException {
        try (Stream<Path> walk = Files.walk(elf())) {
            return walk.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(".tsv"))
                    .sorted()
                    .toList();
        }
    }

    /// Rows of a table with a head line, as maps from column to cell.
    static List<Map<String, String>> table(String name) throws IOException {
        List<String> lines = Files.readAllLines(elf().resolve(name));
        String[] head = lines.get(0).split("\t", -1);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split("\t", -1);
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < head.length; i++) {
                row.put(head[i], i < cells.length ? cells[i] : "");
            }
            rows.add(row);
        }
        return rows;
    }
}

package teiten.telescope;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where the captures and the answers of other tools lie.
final class TestData {
    private TestData() {}

    static Path folder() {
        Path data =
                Path.of(System.getProperty("teiten.root", ".."))
                        .toAbsolutePath()
                        .normalize()
                        .resolveSibling("shared")
                        .resolve("data");
        Assumptions.assumeTrue(Files.isDirectory(data), "skipped: needs ../shared/data");
        return data;
    }

    /// Rows of a tab-separated table with a header, by column name.
    static List<Map<String, String>> table(String name) throws IOException {
        List<String> lines = Files.readAllLines(folder().resolve("golden").resolve(name));
        String[] header = lines.getFirst().split("\t", -1);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split("\t", -1);
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < header.length; i++) {
                row.put(header[i], i < cells.length ? cells[i] : "");
            }
            rows.add(row);
        }
        return rows;
    }
}

package teiten.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Holds every Java file to one layout, so that no review speaks of it. It runs as a test because the formatter needs
/// the JDK that the product needs, while Maven itself may run on an older one.
class FormattingTest {
    private static final Path ROOT = Path.of(System.getProperty("teiten.root", ".."));
    private static final boolean APPLY = "apply".equals(System.getProperty("format"));

    @Test
    void every_java_file_is_laid_out_by_the_formatter() throws IOException, FormatterException {
        Formatter formatter =
                new Formatter(
                        JavaFormatterOptions.builder()
                                .style(JavaFormatterOptions.Style.AOSP)
                                .formatJavadoc(false)
                                .build());
        List<String> unformatted = new ArrayList<>();
        int files = 0;
        for (String module : List.of("observatory/src", "bench/src", "cluster/src")) {
            Path folder = ROOT.resolve(module);
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (Stream<Path> walk = Files.walk(folder)) {
                for (Path file : walk.filter(f -> f.toString().endsWith(".java")).toList()) {
                    files++;
                    String source = Files.readString(file);
                    String formatted = formatter.formatSourceAndFixImports(source);
                    if (!formatted.equals(source)) {
                        if (APPLY) {
                            Files.writeString(file, formatted);
                        } else {
                            unformatted.add(ROOT.relativize(file).toString());
                        }
                    }
                }
            }
        }
        assertThat(files).as("java files found below the project's root").isPositive();
        assertThat(unformatted)
                .as("run: mvn test -pl observatory -Dtest=FormattingTest -Dformat=apply")
                .isEmpty();
    }
}

package teiten.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The documents lead somewhere, and say it in both languages.
class DocumentsTest {
    private static final Path ROOT =
            Path.of(System.getProperty("teiten.root", "..")).toAbsolutePath().normalize();

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,3} ");
    private static final Pattern ROW = Pattern.compile("(?m)^ *\\|.*\\|$");

    private static List<Path> documents() {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> below = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, below).filter(f -> f.toString().endsWith(".md")).toList();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static String read(Path document) {
        try {
            return Files.readString(document);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    @Test
    void every_link_between_documents_leads_to_a_file() {
        List<String> dead = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(read(document));
            while (link.find()) {
                String to = link.group(1);
                if (!to.contains(":") && !Files.exists(document.resolveSibling(to))) {
                    dead.add(ROOT.relativize(document) + " -> " + to);
                }
            }
        }
        assertThat(documents()).hasSizeGreaterThan(20);
        assertThat(dead).isEmpty();
    }

    @Test
    void every_document_stands_in_japanese_and_in_english_with_the_same_parts() {
        List<String> apart = new ArrayList<>();
        for (Path document : documents()) {
            String name = document.toString();
            if (name.endsWith(".ja.md")) {
                continue;
            }
            Path twin = Path.of(name.substring(0, name.length() - 3) + ".ja.md");
            if (!Files.exists(twin)) {
                apart.add(ROOT.relativize(document) + " has no Japanese twin");
                continue;
            }
            for (Pattern part : List.of(HEADING, ROW)) {
                long here = part.matcher(read(document)).results().count();
                long there = part.matcher(read(twin)).results().count();
                if (here != there) {
                    apart.add(
                            ROOT.relativize(document)
                                    + " has "
                                    + here
                                    + (part == HEADING ? " headings" : " rows of tables")
                                    + ", its twin "
                                    + there);
                }
            }
        }
        assertThat(apart).isEmpty();
    }
}

package teiten.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Japanese and English say the same things, and the screens ask for no word that neither has.
final class DictionariesTest {
    private static final Path WEB =
            Path.of(System.getProperty("teiten.root", ".."))
                    .resolve("observatory/src/main/web")
                    .normalize();
    private static final Pattern PLACE = Pattern.compile("\\{\\d}");
    private static final Pattern ASKED = Pattern.compile("\\bt\\('([a-z0-9_.]+)'");

    private static Map<String, String> words(String language) throws IOException {
        JsonNode book =
                JsonMapper.shared()
                        .readTree(Files.readString(WEB.resolve("words/" + language + ".json")));
        Map<String, String> words = new TreeMap<>();
        book.properties().forEach(e -> words.put(e.getKey(), e.getValue().asString()));
        return words;
    }

    private static Set<String> places(String sentence) {
        return PLACE.matcher(sentence)
                .results()
                .map(match -> match.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void both_dictionaries_have_the_same_keys_and_the_same_places_to_fill() throws IOException {
        Map<String, String> english = words("en");
        Map<String, String> japanese = words("ja");
        assertThat(japanese.keySet()).isEqualTo(english.keySet());
        english.forEach((key, sentence) ->
                assertThat(places(japanese.getOrDefault(key, "")))
                        .as(key)
                        .isEqualTo(places(sentence)));
        assertThat(english.values()).noneMatch(String::isBlank);
        assertThat(japanese.values()).noneMatch(String::isBlank);
    }

    @Test
    void every_word_the_screens_ask_for_is_there() throws IOException {
        Set<String> known = words("en").keySet();
        try (Stream<Path> sources = Files.walk(WEB)) {
            for (Path source : sources.filter(p -> p.toString().endsWith(".ts")).toList()) {
                assertThat(known)
                        .as(source.toString())
                        .containsAll(
                                ASKED.matcher(read(source))
                                        .results()
                                        .map(match -> match.group(1))
                                        .toList());
            }
        }
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}

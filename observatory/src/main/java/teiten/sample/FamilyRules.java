package teiten.sample;

import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

import teiten.OperatorMistake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Families by rule files, never by guess: a rule is a list of texts of which some number must stand in the file, in
/// plain or in a decoded XOR table.
///
/// ```toml
/// [[rule]]
/// id = "example-bot"          # letters, digits, - and _
/// family = "Example"
/// source = "where the strings were published"
/// at_least = 2                # different strings that must be there
/// strings = ["first text", "second text", "third text"]   # 4 to 200 characters each
/// ```
public final class FamilyRules {
    private static final int MOST_RULES = 1000;
    private static final int MOST_STRINGS = 10_000;

    private record Rule(String id, String family, String place, int needed) {}

    private record Pattern(int rule, String text) {}

    private final List<Rule> rules;
    private final List<Pattern> patterns;
    private final WordSearch search;

    private FamilyRules(List<Rule> rules, List<Pattern> patterns) {
        this.rules = rules;
        this.patterns = patterns;
        this.search =
                new WordSearch(
                        patterns.stream()
                                .map(pattern ->
                                        pattern.text().getBytes(StandardCharsets.ISO_8859_1))
                                .toList());
    }

    /// The rules that come with the program.
    public static FamilyRules builtIn() {
        try (InputStream in = FamilyRules.class.getResourceAsStream("families.toml")) {
            if (in == null) {
                throw new IllegalStateException("families.toml is not in the jar");
            }
            List<Rule> rules = new ArrayList<>();
            List<Pattern> patterns = new ArrayList<>();
            parse(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8),
                    "families.toml",
                    rules,
                    patterns);
            return new FamilyRules(rules, patterns);
        } catch (IOException unreadable) {
            throw new IllegalStateException(
                    "families.toml cannot be read from the jar", unreadable);
        }
    }

    /// The built-in rules and those of `files`.
    ///
    /// @throws OperatorMistake for a file that cannot be read or breaks the format; names file, line and remedy
    public static FamilyRules with(List<Path> files) {
        FamilyRules builtIn = builtIn();
        List<Rule> rules = new ArrayList<>(builtIn.rules);
        List<Pattern> patterns = new ArrayList<>(builtIn.patterns);
        for (Path file : files) {
            try {
                parse(Files.readString(file), String.valueOf(file.getFileName()), rules, patterns);
            } catch (IOException unreadable) {
                throw new OperatorMistake(
                        "the rule file "
                                + file
                                + " cannot be read; give a readable TOML file in UTF-8",
                        unreadable);
            }
        }
        return new FamilyRules(rules, patterns);
    }

    public int size() {
        return rules.size();
    }

    private static void parse(String text, String name, List<Rule> rules, List<Pattern> patterns) {
        TomlParseResult toml = Toml.parse(text);
        if (toml.hasErrors()) {
            throw new OperatorMistake(
                    "the rule file "
                            + name
                            + " is not TOML: "
                            + toml.errors()
                                    .get(0)
                                    .toString()
                                    .lines()
                                    .findFirst()
                                    .orElse("unreadable"));
        }
        TomlArray tables = toml.isArray("rule") ? toml.getArray("rule") : null;
        if (tables == null || tables.isEmpty()) {
            throw new OperatorMistake("the rule file " + name + " holds no [[rule]]; add one");
        }
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < tables.size(); i++) {
            if (!(tables.get(i) instanceof TomlTable table)) {
                throw new OperatorMistake(
                        "the rule file " + name + ": rule[" + i + "] is no table; write [[rule]]");
            }
            int line = Objects.requireNonNull(tables.inputPositionOf(i)).line();
            Rule rule = rule(table, name, line);
            if (!ids.add(rule.id())) {
                throw new OperatorMistake(
                        name + ":" + line + ": the id " + rule.id() + " is used twice; rename one");
            }
            List<String> strings = strings(table, name, line);
            if (rule.needed() > strings.size()) {
                throw new OperatorMistake(
                        name
                                + ":"
                                + line
                                + ": at_least is "
                                + rule.needed()
                                + " but the rule has "
                                + strings.size()
                                + " strings; lower it");
            }
            for (String string : strings) {
                patterns.add(new Pattern(rules.size(), string));
            }
            rules.add(rule);
            if (rules.size() > MOST_RULES || patterns.size() > MOST_STRINGS) {
                throw new OperatorMistake(
                        name
                                + ": more than "
                                + MOST_RULES
                                + " rules or "
                                + MOST_STRINGS
                                + " strings in all; split the file");
            }
        }
    }

    private static Rule rule(TomlTable table, String name, int line) {
        String id = table.isString("id") ? table.getString("id") : null;
        String family = table.isString("family") ? table.getString("family") : null;
        Long needed = table.isLong("at_least") ? table.getLong("at_least") : null;
        if (id == null || !id.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new OperatorMistake(
                    name + ":" + line + ": a rule needs an id of letters, digits, - and _");
        }
        if (family == null || family.isBlank() || !family.matches("[ -~]{1,64}")) {
            throw new OperatorMistake(
                    name
                            + ":"
                            + line
                            + ": the rule "
                            + id
                            + " needs a family of 1 to 64 characters");
        }
        if (needed == null || needed < 1 || needed > 1000) {
            throw new OperatorMistake(
                    name + ":" + line + ": the rule " + id + " needs at_least of 1 or more");
        }
        return new Rule(id, family, name + ":" + line, needed.intValue());
    }

    private static List<String> strings(TomlTable table, String name, int line) {
        TomlArray array = table.isArray("strings") ? table.getArray("strings") : null;
        List<String> strings = new ArrayList<>();
        for (int i = 0; array != null && i < array.size(); i++) {
            if (!(array.get(i) instanceof String text)
                    || text.length() < WordSearch.SHORTEST
                    || text.length() > 200) {
                throw new OperatorMistake(
                        name
                                + ":"
                                + line
                                + ": strings["
                                + i
                                + "] must be a text of "
                                + WordSearch.SHORTEST
                                + " to 200 characters");
            }
            strings.add(text);
        }
        return strings;
    }

    /// Every rule that the file or its decoded tables meet, in rule order.
    List<FamilyHit> match(FileBytes file, List<XorTable> tables) {
        List<List<Found>> evidence = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            evidence.add(new ArrayList<>());
        }
        boolean[] had = new boolean[patterns.size()];
        search.search(
                file.raw(),
                0,
                file.size(),
                (pattern, at) -> note(evidence, had, pattern, at, Found.PLAIN));
        byte[] bytes = file.raw();
        for (XorTable table : tables) {
            byte[] decoded = new byte[table.length()];
            for (int i = 0; i < decoded.length; i++) {
                decoded[i] = (byte) (bytes[(int) table.offset() + i] ^ table.key());
            }
            search.search(
                    decoded,
                    0,
                    decoded.length,
                    (pattern, at) ->
                            note(evidence, had, pattern, table.offset() + at, table.via()));
        }
        List<FamilyHit> hits = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (evidence.get(i).size() >= rule.needed()) {
                hits.add(
                        new FamilyHit(
                                rule.family(),
                                rule.id(),
                                rule.place(),
                                List.copyOf(evidence.get(i)),
                                rule.needed()));
            }
        }
        return List.copyOf(hits);
    }

    private boolean note(
            List<List<Found>> evidence, boolean[] had, int pattern, long at, String via) {
        if (!had[pattern]) {
            had[pattern] = true;
            Pattern found = patterns.get(pattern);
            evidence.get(found.rule()).add(new Found(printable(found.text()), at, via));
        }
        return true;
    }

    private static String printable(String text) {
        return Defang.line(text.replaceAll("[^ -~]", "?"));
    }
}

package teiten.session.understand;

import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

import teiten.OperatorMistake;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Which family wrote a session's lines, by rules of a file; every label comes with the lines that matched.
///
/// ```toml
/// version = "2026-11-23"
/// [[family]]
/// name = "mirai"
/// en = "…"                       # one sentence for readers, and its twin
/// ja = "…"
/// [[family.rule]]
/// id = "mirai-token"
/// line = '/bin/busybox (MIRAI|ECCHI)\b'   # a regular expression found in one line,
/// # or lines = ["enable", "system"]       # whole lines in this order, others may stand between
/// points = 3
/// ```
/// A rule counts once a session. A family needs [#ENOUGH] points; the one with most wins, on equal points the one that
/// stands first. "unknown" is said when none has enough.
public final class FamilyRules {
    public static final String UNKNOWN = "unknown";

    /// The points that make a label.
    public static final int ENOUGH = 3;

    /// A line is matched up to here, so that no line can cost much.
    private static final int LONGEST_MATCHED = 4096;

    /// The most lines of one session that are looked at.
    private static final int MOST_LINES = 2000;

    /// @param name the label; `en` and `ja` one sentence each for readers
    public record Family(String name, String en, String ja, List<Rule> rules) {
        public Family {
            rules = List.copyOf(rules);
        }
    }

    /// One rule: either a pattern or a sequence of whole lines.
    public record Rule(String id, @Nullable Pattern line, List<String> lines, int points) {
        public Rule {
            lines = List.copyOf(lines);
        }

        /// The lines that satisfy it; empty when it does not hold.
        List<String> matched(List<String> input) {
            Pattern pattern = line;
            if (pattern != null) {
                for (String candidate : input) {
                    if (pattern.matcher(candidate).find()) {
                        return List.of(candidate);
                    }
                }
                return List.of();
            }
            List<String> found = new ArrayList<>();
            for (String candidate : input) {
                if (found.size() < lines.size() && candidate.equals(lines.get(found.size()))) {
                    found.add(candidate);
                }
            }
            return found.size() == lines.size() ? found : List.of();
        }
    }

    /// @param evidence rule by rule; empty for "unknown"
    public record Verdict(String family, List<Evidence> evidence) {
        public Verdict {
            evidence = List.copyOf(evidence);
        }
    }

    private final String version;
    private final List<Family> families;

    private FamilyRules(String version, List<Family> families) {
        this.version = version;
        this.families = List.copyOf(families);
    }

    /// The rules that Teiten brings; read when first asked for, and never by a command that meets no session.
    public static FamilyRules builtIn() {
        return BuiltIn.RULES;
    }

    private static final class BuiltIn {
        private static final FamilyRules RULES = load();
    }

    private static FamilyRules load() {
        try (InputStream in =
                FamilyRules.class.getResourceAsStream("/teiten/session/families.toml")) {
            if (in == null) {
                throw new IllegalStateException("families.toml is missing in the jar");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "families.toml");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// @throws OperatorMistake naming the file, the place and the remedy
    public static FamilyRules read(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (IOException broken) {
            throw new OperatorMistake(
                    file + " cannot be read: name a rule file in TOML and UTF-8", broken);
        }
    }

    static FamilyRules parse(String toml, String name) {
        TomlParseResult result = Toml.parse(toml);
        if (result.hasErrors()) {
            throw new OperatorMistake(
                    name
                            + ", line "
                            + result.errors().getFirst().position().line()
                            + ": "
                            + result.errors().getFirst().getMessage());
        }
        String version = result.getString("version");
        TomlArray list = result.getArray("family");
        if (version == null || list == null || list.isEmpty()) {
            throw new OperatorMistake(
                    name + " states no version or no family: write version = \"…\" and [[family]]");
        }
        Set<String> ids = new HashSet<>();
        List<Family> families = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            families.add(family(list.getTable(i), name, ids));
        }
        return new FamilyRules(version, families);
    }

    private static Family family(TomlTable table, String file, Set<String> ids) {
        String name = required(table, "name", file);
        TomlArray rules = table.getArray("rule");
        if (rules == null || rules.isEmpty()) {
            throw new OperatorMistake(
                    file + ": family \"" + name + "\" has no rule: add [[family.rule]]");
        }
        List<Rule> read = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rule(rules.getTable(i), file);
            if (!ids.add(rule.id())) {
                throw new OperatorMistake(
                        file + ": rule \"" + rule.id() + "\" stands twice: give one another id");
            }
            read.add(rule);
        }
        return new Family(name, required(table, "en", file), required(table, "ja", file), read);
    }

    private static Rule rule(TomlTable table, String file) {
        String id = required(table, "id", file);
        String line = table.getString("line");
        TomlArray lines = table.getArray("lines");
        Long points = table.getLong("points");
        if ((line == null) == (lines == null) || points == null || points < 1 || points > 9) {
            throw new OperatorMistake(
                    file
                            + ": rule \""
                            + id
                            + "\" needs either line or lines, and points from 1 to 9");
        }
        try {
            List<String> whole = new ArrayList<>();
            if (lines != null) {
                for (int i = 0; i < lines.size(); i++) {
                    whole.add(lines.getString(i));
                }
            }
            return new Rule(
                    id, line == null ? null : Pattern.compile(line), whole, points.intValue());
        } catch (PatternSyntaxException bad) {
            throw new OperatorMistake(
                    file
                            + ": rule \""
                            + id
                            + "\" is no regular expression: "
                            + bad.getDescription(),
                    bad);
        }
    }

    private static String required(TomlTable table, String key, String file) {
        String value = table.getString(key);
        if (value == null || value.isBlank()) {
            throw new OperatorMistake(file + ": a family or rule has no \"" + key + "\": write it");
        }
        return value;
    }

    public String version() {
        return version;
    }

    public List<Family> families() {
        return families;
    }

    /// @param lines commands, URLs and requests of one session, in order
    public Verdict judge(List<String> lines) {
        List<String> input = new ArrayList<>();
        for (String line : lines) {
            if (input.size() >= MOST_LINES) {
                break;
            }
            input.add(line.length() > LONGEST_MATCHED ? line.substring(0, LONGEST_MATCHED) : line);
        }
        Verdict best = new Verdict(UNKNOWN, List.of());
        int most = ENOUGH - 1;
        for (Family family : families) {
            int points = 0;
            List<Evidence> evidence = new ArrayList<>();
            for (Rule rule : family.rules()) {
                List<String> matched = rule.matched(input);
                if (!matched.isEmpty()) {
                    points += rule.points();
                    for (String line : matched) {
                        evidence.add(new Evidence(rule.id(), Understanding.brief(line)));
                    }
                }
            }
            if (points > most) {
                most = points;
                best = new Verdict(family.name(), evidence);
            }
        }
        return best;
    }
}

package teiten.decoy.http;

import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

import teiten.OperatorMistake;
import teiten.session.Door;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// One line of knowledge about what bots ask web doors for.
///
/// @param door null for any web door
/// @param method empty for any
/// @param target lower case; contained in the decoded target
/// @param text lower case; contained in decoded headers or body
record HttpRule(
        String id,
        String about,
        @Nullable Door door,
        String method,
        String target,
        String text,
        Answer answer) {

    /// What the visitor gets. Nothing is emulated beyond it.
    enum Answer {
        PAGE,
        DENIED,
        MISSING,
        EMPTY,
        FAULT,
        SOAP,
        DESCRIPTION
    }

    boolean matches(Door at, HttpRequest request) {
        return (door == null || door == at)
                && (method.isEmpty() || method.equals(request.method()))
                && (target.isEmpty() || request.plainTarget().contains(target))
                && (text.isEmpty() || request.plainText().contains(text));
    }

    /// Reads a rule file.
    ///
    /// @param file its name for complaints
    static List<HttpRule> read(String file, String toml) {
        TomlParseResult parsed = Toml.parse(toml);
        if (parsed.hasErrors()) {
            throw new OperatorMistake(file + ": " + parsed.errors().getFirst() + ".");
        }
        TomlArray array = parsed.getArray("rule");
        List<HttpRule> rules = new ArrayList<>();
        for (int i = 0; array != null && i < array.size(); i++) {
            rules.add(one(file, array.getTable(i)));
        }
        return List.copyOf(rules);
    }

    private static HttpRule one(String file, TomlTable table) {
        String id = text(table, "id");
        if (!id.matches("[a-z0-9-]{1,64}")) {
            throw new OperatorMistake(
                    file + ": rule id \"" + id + "\" is wrong; use a-z, 0-9 and -.");
        }
        String doorWord = text(table, "door");
        Door door =
                switch (doorWord) {
                    case "" -> null;
                    case "http" -> Door.HTTP;
                    case "cwmp" -> Door.TR069;
                    case "upnp" -> Door.UPNP;
                    default ->
                            throw new OperatorMistake(
                                    file
                                            + ": rule "
                                            + id
                                            + " has door \""
                                            + doorWord
                                            + "\"; use http, cwmp or upnp.");
                };
        String answerWord = text(table, "answer");
        Answer answer =
                Arrays.stream(Answer.values())
                        .filter(a -> a.name().toLowerCase(Locale.ROOT).equals(answerWord))
                        .findFirst()
                        .orElseThrow(() ->
                                new OperatorMistake(
                                        file
                                                + ": rule "
                                                + id
                                                + " has answer \""
                                                + answerWord
                                                + "\"; use page, denied, missing, empty, fault,"
                                                + " soap or description."));
        return new HttpRule(
                id,
                text(table, "about"),
                door,
                text(table, "method"),
                text(table, "target").toLowerCase(Locale.ROOT),
                text(table, "text").toLowerCase(Locale.ROOT),
                answer);
    }

    private static String text(TomlTable table, String field) {
        return table.get(field) instanceof String value ? value : "";
    }
}

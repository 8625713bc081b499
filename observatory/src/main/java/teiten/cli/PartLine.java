package teiten.cli;

import teiten.lab.Part;

import tools.jackson.databind.json.JsonMapper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One part of the lab's seal as a line of text or JSON.
final class PartLine {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PartLine() {}

    static String text(Part part) {
        return (part.holds() ? "ok       " : "MISSING  ")
                + part.name()
                + ": "
                + part.detail()
                + remedy(part);
    }

    private static String remedy(Part part) {
        return part.holds() || part.debianPackage().isEmpty()
                ? ""
                : " (Debian package: " + part.debianPackage() + ")";
    }

    static String json(Part part) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("part", part.name());
        line.put("holds", part.holds());
        line.put("detail", part.detail());
        line.put("package", part.debianPackage());
        return JSON.writeValueAsString(line);
    }

    /// The first missing part in one sentence.
    static String refusal(List<Part> parts) {
        Part first = parts.stream().filter(part -> !part.holds()).findFirst().orElseThrow();
        return "the lab stays closed: "
                + first.name()
                + ": "
                + first.detail()
                + remedy(first)
                + ".";
    }
}

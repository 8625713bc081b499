package teiten.cli;

import teiten.run.LogImport;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/// How the import of a log is told: one sentence for people, an object for programs.
final class LogTelling {
    private LogTelling() {}

    /// @return the exit status
    static int tell(LogImport.Result result, PrintWriter err, boolean quiet) {
        String file = Print.safe(result.file());
        JsonNode c = result.counters();
        if (!quiet) {
            if (result.known()) {
                err.println(
                        file
                                + ": nothing new, all its "
                                + Print.count(c.path("lines").asLong())
                                + " lines are stored already.");
            } else {
                err.println(
                        file
                                + " ("
                                + result.format().label()
                                + "): "
                                + Print.count(c.path("lines").asLong())
                                + " lines: "
                                + Print.count(c.path("accepted").asLong())
                                + " accepted, "
                                + Print.count(c.path("passed_over").asLong())
                                + " passed over, "
                                + Print.count(c.path("blank").asLong())
                                + " blank, "
                                + Print.count(c.path("bad").asLong())
                                + " bad; "
                                + Print.count(result.fresh())
                                + " new sessions, "
                                + Print.count(result.changed())
                                + " that grew.");
                c.path("notes")
                        .properties()
                        .forEach(note ->
                                err.println(
                                        "  "
                                                + Print.safe(note.getKey())
                                                + ": "
                                                + Print.count(note.getValue().asLong())));
            }
        }
        JsonNode firstBad = c.path("bad_lines").path(0);
        if (!firstBad.isMissingNode()) {
            err.println(
                    "teiten: "
                            + file
                            + ": "
                            + Print.count(c.path("bad").asLong())
                            + " lines could not be read, the first is line "
                            + firstBad.path("line").asLong()
                            + " ("
                            + Print.safe(firstBad.path("reason").asString(""))
                            + "); all others are stored.");
        }
        String damage = result.damage();
        if (damage != null) {
            err.println(
                    "teiten: "
                            + file
                            + " breaks off: "
                            + Print.safe(damage)
                            + "; the lines before it are stored.");
        }
        return damage == null && firstBad.isMissingNode() ? Main.DONE : Main.DAMAGE;
    }

    static Map<String, Object> json(LogImport.Result result) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("file", result.file());
        file.put("format", result.format().label());
        result.counters().properties().forEach(e -> file.put(e.getKey(), e.getValue()));
        file.put("new_sessions", result.fresh());
        file.put("changed_sessions", result.changed());
        return file;
    }
}

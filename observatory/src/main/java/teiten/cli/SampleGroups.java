package teiten.cli;

import teiten.sample.Likeness;

import tools.jackson.databind.json.JsonMapper;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/// `teiten sample --groups`: which files are alike, with what connects them.
final class SampleGroups {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SampleGroups() {}

    static void print(Likeness likeness, boolean json, PrintWriter out) {
        int number = 0;
        for (Likeness.Group group : likeness.groups()) {
            number++;
            if (json) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("group", number);
                object.put("files", group.members().stream().map(likeness::name).toList());
                object.put(
                        "links", group.links().stream().map(link -> link(likeness, link)).toList());
                out.println(JSON.writeValueAsString(object));
            } else {
                out.println("group " + number + ": " + group.members().size() + " files");
                for (Likeness.Link link : group.links().stream().limit(12).toList()) {
                    out.println("  " + Print.safe(likeness.name(link.from())));
                    out.println("    and " + Print.safe(likeness.name(link.to())));
                    out.println("    " + link.kind() + ": " + link.evidence());
                }
                if (group.links().size() > 12) {
                    out.println("  ... and " + (group.links().size() - 12) + " more links");
                }
            }
        }
        if (!json) {
            out.println(
                    number
                            + " groups among "
                            + likeness.size()
                            + " files"
                            + (likeness.left() > 0
                                    ? "; " + likeness.left() + " beyond the bound were not compared"
                                    : ""));
        }
    }

    private static Map<String, Object> link(Likeness likeness, Likeness.Link link) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("from", likeness.name(link.from()));
        object.put("to", likeness.name(link.to()));
        object.put("kind", link.kind());
        object.put("evidence", link.evidence());
        return object;
    }
}

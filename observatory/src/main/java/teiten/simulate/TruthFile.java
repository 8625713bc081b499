package teiten.simulate;

import teiten.net.Port;

import tools.jackson.databind.json.JsonMapper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The truth as `NAME.truth.json`: field names as in `teiten top --json`, times in UTC. Lists, which may be long, stand
/// one item a line.
final class TruthFile {
    private static final JsonMapper JSON = JsonMapper.shared();

    private TruthFile() {}

    static String json(Truth truth) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("scenario", truth.scenario().label());
        all.put("seed", truth.seed());
        all.put("sensor", truth.sensor());
        all.put("prefix", truth.prefix().toString());
        all.put("addresses", truth.addresses());
        all.put("capture", String.valueOf(truth.capture().getFileName()));
        all.put("start", truth.start().toString());
        all.put("end", truth.end().toString());
        all.put("outages", each(truth.outages(), TruthFile::outage));
        all.put("totals", totals(truth.totals()));
        all.put("ports", each(truth.ports(), TruthFile::port));
        all.put("days", each(truth.days(), TruthFile::day));
        all.put("overlaps", each(truth.overlaps(), TruthFile::overlap));
        all.put("systems", each(truth.systems(), TruthFile::systems));
        all.put("victims", each(truth.victims(), TruthFile::victim));
        all.put("aggressive", each(truth.aggressive(), TruthFile::aggressive));
        all.put("senders", truth.senders());
        return text(all);
    }

    private static String text(Map<String, Object> all) {
        StringBuilder text = new StringBuilder("{");
        String comma = "\n";
        for (Map.Entry<String, Object> field : all.entrySet()) {
            text.append(comma).append(JSON.writeValueAsString(field.getKey())).append(": ");
            comma = ",\n";
            if (field.getValue() instanceof List<?> items && !items.isEmpty()) {
                String next = "[\n  ";
                for (Object item : items) {
                    text.append(next).append(JSON.writeValueAsString(item));
                    next = ",\n  ";
                }
                text.append("\n]");
            } else {
                text.append(JSON.writeValueAsString(field.getValue()));
            }
        }
        return text.append("\n}\n").toString();
    }

    private static <T> List<Map<String, Object>> each(
            List<T> items, Function<T, Map<String, Object>> line) {
        return items.stream().map(line).toList();
    }

    private static Map<String, Object> outage(Truth.Outage outage) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("start", outage.start().toString());
        line.put("end", outage.end().toString());
        return line;
    }

    private static Map<String, Object> totals(Truth.Totals t) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("packets", t.packets());
        line.put("bytes", t.bytes());
        line.put("ip_bytes", t.ipBytes());
        line.put("ipv4", t.ipv4());
        line.put("ipv6", t.ipv6());
        line.put("tcp", t.tcp());
        line.put("udp", t.udp());
        line.put("icmp", t.icmp());
        line.put("icmp6", t.icmp6());
        line.put("syn", t.syn());
        line.put("sources", t.sources());
        line.put("marks", marks(t.marks()));
        return line;
    }

    private static Map<String, Object> marks(Truth.Marks marks) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("mirai", marks.mirai());
        line.put("masscan", marks.masscan());
        line.put("zmap", marks.zmap());
        line.put("zmap4", marks.zmap4());
        return line;
    }

    private static Map<String, Object> port(Truth.PortCount count) {
        Map<String, Object> line = new LinkedHashMap<>();
        name(line, count.port());
        line.put("packets", count.packets());
        line.put("syn", count.syn());
        line.put("sources", count.sources());
        line.put("marks", marks(count.marks()));
        return line;
    }

    private static void name(Map<String, Object> line, Port port) {
        line.put("protocol", port.protocol().label());
        line.put("port", port.number());
    }

    private static Map<String, Object> day(Truth.Day day) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("day", day.day().toString());
        line.put("packets", day.packets());
        line.put("sources", day.sources());
        line.put("ports", each(day.ports(), TruthFile::port));
        return line;
    }

    private static Map<String, Object> overlap(Truth.Overlap overlap) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("a", overlap.a().toString());
        line.put("b", overlap.b().toString());
        line.put("sources_a", overlap.sourcesA());
        line.put("sources_b", overlap.sourcesB());
        line.put("both", overlap.both());
        line.put("share_of_a", overlap.share());
        return line;
    }

    private static Map<String, Object> systems(Truth.Systems systems) {
        Map<String, Object> line = new LinkedHashMap<>();
        name(line, systems.port());
        line.put("linux", systems.linux());
        line.put("windows", systems.windows());
        line.put("raw", systems.raw());
        line.put("other", systems.other());
        return line;
    }

    private static Map<String, Object> victim(Truth.Victim victim) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("source", victim.address().toString());
        line.put("reply", victim.reply());
        line.put("start", victim.start().toString());
        line.put("end", victim.end().toString());
        line.put("packets", victim.packets());
        return line;
    }

    private static Map<String, Object> aggressive(Truth.Aggressive aggressive) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("source", aggressive.address().toString());
        line.put("days", aggressive.days());
        line.put("most_targets", aggressive.mostTargets());
        return line;
    }
}

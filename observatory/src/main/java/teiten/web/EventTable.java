package teiten.web;

import org.jspecify.annotations.Nullable;

import teiten.net.Port;
import teiten.store.CampaignReadings.Campaign;
import teiten.store.CampaignReadings.Member;
import teiten.store.EventReadings.ScanEvent;
import teiten.store.EventReadings.TimelineStep;
import teiten.store.EventReadings.Victim;
import teiten.store.Readings.Counted;
import teiten.store.ScannerReadings.ScannerList;
import teiten.telescope.Mark;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Scan events, victims, campaigns and lists as tables, in the same words as their JSON.
final class EventTable {
    private EventTable() {}

    static Table events(List<ScanEvent> events, Counted counted) {
        Table table =
                new Table(
                                counted,
                                "sensor",
                                "source",
                                "key",
                                "ports",
                                "start",
                                "end",
                                "packets",
                                "targets",
                                "targets_error",
                                "rate_ipv4_pps",
                                "timeout_s",
                                "detection_limit_pps",
                                "ttl_min",
                                "ttl_max",
                                "syn_shapes")
                        .withMarks();
        for (ScanEvent e : events) {
            Table.Row row =
                    table.row()
                            .add(e.timing().sensor())
                            .add(e.source())
                            .add(EventPages.key(e))
                            .add(e.ports())
                            .add(e.start())
                            .add(e.end())
                            .add(e.packets())
                            .add(Math.rint(e.targets().value()))
                            .add(e.targets().relativeError())
                            .add(finite(e.packetsPerSecond()))
                            .add(e.timing().timeout())
                            .add(e.timing().detectionLimit())
                            .add(e.ttlMin())
                            .add(e.ttlMax())
                            .add(String.join("; ", e.shapes()));
            for (Mark mark : Mark.values()) {
                row.add(e.marks().getOrDefault(mark, 0L));
            }
        }
        return table;
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    static Table timeline(List<TimelineStep> steps, String what, Counted counted) {
        Table table = new Table(counted, "start", what);
        steps.forEach(step -> table.row().add(step.start()).add(step.packets()));
        return table;
    }

    static Table victims(List<Victim> victims, Counted counted) {
        Table table =
                new Table(
                        counted,
                        "sensor",
                        "victim",
                        "services",
                        "start",
                        "end",
                        "packets",
                        "busiest_minute",
                        "ports",
                        "rate_ipv4_pps",
                        "answers_ipv4",
                        "error");
        for (Victim v : victims) {
            table.row()
                    .add(v.timing().sensor())
                    .add(v.victim())
                    .add(v.services().stream().map(Port::toString).collect(Collectors.joining(" ")))
                    .add(v.start())
                    .add(v.end())
                    .add(v.packets())
                    .add(v.busiestMinute())
                    .add(v.ports())
                    .add(v.packetsPerSecond())
                    .add(v.answers())
                    .add(v.relativeError());
        }
        return table;
    }

    static Table campaigns(List<Campaign> campaigns, Counted counted) {
        Table table =
                new Table(
                        counted,
                        "id",
                        "ports",
                        "mark",
                        "system",
                        "syn_shape",
                        "first",
                        "middle",
                        "last",
                        "sources",
                        "packets",
                        "expected",
                        "chance",
                        "elsewhere",
                        "sensors");
        for (Campaign c : campaigns) {
            Mark mark = c.mark();
            table.row()
                    .add(c.id())
                    .add(
                            c.ports().stream()
                                    .map(p -> {
                                        Port port = p.port();
                                        return port == null
                                                ? "many/" + p.protocol()
                                                : port.toString();
                                    })
                                    .collect(Collectors.joining(" ")))
                    .add(mark == null ? null : mark.label())
                    .add(c.system().name().toLowerCase(Locale.ROOT))
                    .add(c.shape())
                    .add(c.first())
                    .add(c.middle())
                    .add(c.last())
                    .add(c.sources())
                    .add(c.packets())
                    .add(c.expected())
                    .add(c.chance())
                    .add(c.elsewhere())
                    .add(String.join(" ", c.sensors()));
        }
        return table;
    }

    static Table members(Campaign campaign, List<Member> members, Counted counted) {
        Table table = new Table(counted, "campaign", "source", "onset", "packets", "ports");
        members.forEach(m ->
                table.row()
                        .add(campaign.id())
                        .add(m.source())
                        .add(m.onset())
                        .add(m.packets())
                        .add(m.ports()));
        return table;
    }

    static Table lists(List<ScannerList> lists) {
        Table table =
                new Table(
                        null, "name", "kind", "version", "entries", "sources", "loaded", "sha256");
        lists.forEach(l ->
                table.row()
                        .add(l.name())
                        .add(l.kind())
                        .add(l.version())
                        .add(l.entries())
                        .add(l.matched())
                        .add(l.loaded())
                        .add(l.sha256()));
        return table;
    }
}

package teiten.cli;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.cli.TopEvents.Starts;
import teiten.store.CampaignReadings;
import teiten.store.CampaignReadings.Campaign;
import teiten.store.CampaignReadings.Member;
import teiten.store.CampaignReadings.PortShare;
import teiten.store.EventReadings;
import teiten.store.Readings;
import teiten.store.Scope;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// `teiten top campaigns` and `teiten show campaign`.
final class CampaignPrint {
    private static final int MEMBERS = 20;
    private static final String NOT_ONE_HAND =
            "Sources that look alike and begin together may serve one operator; nothing here"
                    + " proves it.";

    private final EventReadings events;
    private final CampaignReadings readings;
    private final Format format;
    private final ZoneId zone;
    private final Print print = new Print();

    CampaignPrint(Readings readings, Format format, ZoneId zone) {
        events = readings.events().upToDate();
        this.readings = readings.campaigns();
        this.format = format;
        this.zone = zone;
    }

    void top(@Nullable Scope scope, int limit) {
        List<Campaign> campaigns = scope == null ? List.of() : readings.campaigns(scope, limit);
        if (format.json) {
            print.json(campaigns.stream().map(CampaignPrint::json).toList());
            return;
        }
        if (format.csv) {
            csv(campaigns);
            return;
        }
        if (campaigns.isEmpty()) {
            print.line("No group of sources that look alike began together.");
        } else {
            table(campaigns);
        }
        print.line("");
        events.timings().stream()
                .filter(t ->
                        scope == null
                                || scope.sensors().isEmpty()
                                || scope.sensors().contains(t.sensor()))
                .forEach(t -> print.note(TopEvents.limits(t)));
    }

    private void csv(List<Campaign> campaigns) {
        List<List<String>> rows = new ArrayList<>();
        for (Campaign c : campaigns) {
            rows.add(
                    List.of(
                            c.id(),
                            ports(c),
                            mark(c),
                            c.system().name().toLowerCase(Locale.ROOT),
                            c.shape().isEmpty() ? "-" : c.shape(),
                            c.first().toString(),
                            c.last().toString(),
                            String.valueOf(c.sources()),
                            String.format(Locale.ROOT, "%.1f", c.expected())));
        }
        print.csv(
                List.of(
                        "id",
                        "ports",
                        "mark",
                        "system",
                        "syn",
                        "onset from",
                        "onset to",
                        "sources",
                        "expected"),
                rows);
    }

    private void table(List<Campaign> campaigns) {
        Starts onsets =
                new Starts(
                        campaigns.stream().flatMap(c -> Stream.of(c.first(), c.last())).toList(),
                        zone);
        List<List<String>> rows = new ArrayList<>();
        for (Campaign c : campaigns) {
            rows.add(
                    List.of(
                            c.id(),
                            ports(c),
                            mark(c),
                            c.system().name().toLowerCase(Locale.ROOT),
                            onsets.day(c.first()),
                            onsets.day(c.last()),
                            Print.count(c.sources()),
                            String.format(Locale.ROOT, "%.1f", c.expected())));
        }
        print.table(
                List.of("id", "ports", "mark", "system", "from", "to", "sources", "expected"),
                rows,
                true,
                true,
                true,
                true,
                true,
                true,
                false,
                false);
        print.line("");
        print.note(
                onsets.note()
                        + "from, to = when the first and the last of the sources began. expected ="
                        + " sources of this look that would have begun in this time at the rate of"
                        + " the rest of the time. teiten show campaign ID shows the evidence. "
                        + NOT_ONE_HAND);
    }

    void one(String id) {
        Campaign c = readings.campaign(id);
        if (c == null) {
            throw new OperatorMistake(
                    "there is no campaign \""
                            + Print.safe(id)
                            + "\"; teiten top campaigns --limit 0 lists all");
        }
        List<Member> members = readings.sources(c, format.json || format.csv ? 0 : MEMBERS);
        if (format.json) {
            Map<String, Object> json = json(c);
            json.put(
                    "members",
                    members.stream()
                            .map(m -> {
                                Map<String, Object> row = new LinkedHashMap<>();
                                row.put("source", m.source().toString());
                                row.put("onset", m.onset().toString());
                                row.put("packets", m.packets());
                                row.put("ports", m.ports());
                                return row;
                            })
                            .toList());
            print.json(json);
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (Member m : members) {
            rows.add(
                    List.of(
                            m.source().toString(),
                            format.csv ? m.onset().toString() : Print.time(m.onset(), zone),
                            format.csv ? String.valueOf(m.packets()) : Print.count(m.packets()),
                            String.valueOf(m.ports())));
        }
        List<String> header = List.of("source", "onset", "packets", "ports");
        if (format.csv) {
            print.csv(header, rows);
            return;
        }
        print.note(
                "Campaign "
                        + c.id()
                        + ": "
                        + Print.count(c.sources())
                        + " sources, "
                        + Print.count(c.packets())
                        + " packets, seen by "
                        + String.join(", ", c.sensors()));
        print.line("");
        print.line("Equal in all of them:");
        print.line("  tool's mark  " + (c.mark() == null ? "none" : Counting.evidence(c.mark())));
        print.line("  TTL allows   " + c.system().name().toLowerCase(Locale.ROOT));
        print.line("  SYNs         " + (c.shape().isEmpty() ? "of several shapes" : c.shape()));
        print.line("Ports, by how many of the sources search them:");
        for (PortShare port : c.ports()) {
            print.note(
                    String.format(
                            Locale.ROOT,
                            "  %-12s %7s sources (%.1f expected), %s packets",
                            name(port),
                            Print.count(port.sources()),
                            port.expected(),
                            Print.count(port.packets())));
        }
        print.note(
                "Onsets from "
                        + Print.time(c.first(), zone)
                        + " to "
                        + Print.time(c.last(), zone)
                        + ", half of them by "
                        + Print.time(c.middle(), zone)
                        + " "
                        + zone
                        + " (spread over "
                        + Counting.span(Duration.between(c.first(), c.last()))
                        + ")");
        print.note(
                "By chance: at the rate outside of this time "
                        + String.format(Locale.ROOT, "%.1f", c.expected())
                        + " sources would have begun on its main port; so many or more somewhere"
                        + " have a probability of "
                        + (c.chance() < 1e-300
                                ? "less than 1e-300"
                                : String.format(Locale.ROOT, "at most %.1e", c.chance()))
                        + ".");
        print.note(
                "The same look at other times or ports: "
                        + Print.count(c.elsewhere())
                        + " sources.");
        print.line("");
        print.table(header, rows, true, true, false, false);
        if (c.sources() > rows.size()) {
            print.note(
                    "… and "
                            + Print.count(c.sources() - rows.size())
                            + " more (--csv or --json shows up to 10,000)");
        }
        print.line("");
        print.note(NOT_ONE_HAND);
    }

    private static String name(PortShare port) {
        return port.port() == null ? "many " + port.protocol() : port.port().toString();
    }

    private static String ports(Campaign c) {
        return c.ports().stream().limit(4).map(CampaignPrint::name).collect(Collectors.joining(" "))
                + (c.ports().size() > 4 ? " …" : "");
    }

    private static String mark(Campaign c) {
        return c.mark() == null ? "-" : c.mark().label();
    }

    private static Map<String, Object> json(Campaign c) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", c.id());
        row.put("mark", c.mark() == null ? null : c.mark().label());
        row.put("system", c.system().name().toLowerCase(Locale.ROOT));
        row.put("syn_shape", c.shape().isEmpty() ? null : c.shape());
        row.put(
                "ports",
                c.ports().stream()
                        .map(p -> {
                            Map<String, Object> port = new LinkedHashMap<>();
                            port.put("protocol", p.protocol());
                            port.put("port", p.port() == null ? null : p.port().number());
                            port.put("sources", p.sources());
                            port.put("packets", p.packets());
                            port.put("expected_sources", p.expected());
                            return port;
                        })
                        .toList());
        row.put("from", c.from().toString());
        row.put("to", c.to().toString());
        row.put("first_onset", c.first().toString());
        row.put("last_onset", c.last().toString());
        row.put("median_onset", c.middle().toString());
        row.put("sources", c.sources());
        row.put("packets", c.packets());
        row.put("expected_sources", c.expected());
        row.put("chance", c.chance());
        row.put("same_look_elsewhere", c.elsewhere());
        row.put("sensors", c.sensors());
        return row;
    }
}

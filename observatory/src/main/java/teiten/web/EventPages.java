package teiten.web;

import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.store.CampaignReadings;
import teiten.store.CampaignReadings.Campaign;
import teiten.store.EventFilter;
import teiten.store.EventReadings;
import teiten.store.EventReadings.ScanEvent;
import teiten.store.EventReadings.Timing;
import teiten.store.EventReadings.Victim;
import teiten.store.Readings;
import teiten.store.Readings.Counted;
import teiten.store.ScannerReadings;
import teiten.store.ScannerReadings.Known;
import teiten.store.Scanners;
import teiten.store.Scope;
import teiten.web.Dashboard.Answer;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The answers about scan events, victims, campaigns and investigation scanners, as JSON and as tables.
///
/// Events are joined behind the scenes: an answer tells with `up_to_date` whether all that is stored is in it.
final class EventPages {
    /// The addresses of the screens.
    static final List<String> PATHS =
            List.of("/events", "/event", "/victims", "/campaigns", "/campaigns/{id}");

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MOST_LINES = 100_000;
    private static final int MOST_SHOWN = 500;
    private static final int ONSET_STEPS = 60;

    private final Readings readings;
    private final EventReadings events;
    private final CampaignReadings campaigns;
    private final ScannerReadings scanners;

    EventPages(Readings readings) {
        this.readings = readings;
        this.events = readings.events();
        this.campaigns = readings.campaigns();
        this.scanners = readings.scanners();
    }

    Answer events(Question question) {
        boolean current = events.isUpToDate();
        EventFilter filter = question.events();
        int skip = question.limit("skip", 0, Integer.MAX_VALUE);
        int limit = question.limit("limit", 50, MOST_LINES);
        EventReadings.Page<ScanEvent> page =
                events.events(filter, skip, limit == 0 ? MOST_LINES : limit);
        Counted counted = counted(filter.scope());
        return new Answer(
                "events",
                () -> {
                    ObjectNode out = JSON.objectNode();
                    ArrayNode list = out.putArray("events");
                    page.lines().forEach(event -> put(list.addObject(), event));
                    out.put("total", page.total()).put("skip", skip);
                    return frame(out, counted, current);
                },
                () -> EventTable.events(page.lines(), counted));
    }

    /// One event: the one of a source and port that began at a time, as the list names it.
    Answer one(Question question) {
        events.isUpToDate();
        IpAddress source = question.address("source");
        String key = question.word("key");
        Instant start = question.required("start");
        Scope scope = new Scope(start, start.plusSeconds(1), question.sensors());
        ScanEvent event =
                events.events(EventFilter.of(source, scope), 0, 0).lines().stream()
                        .filter(e -> e.start().equals(start) && key(e).equals(key))
                        .findFirst()
                        .orElseThrow(() ->
                                new Guard.Refusal(
                                        404,
                                        "no event of this source and port began then; it may have"
                                                + " grown since, look for it in the list"));
        List<EventReadings.TimelineStep> timeline = events.timeline(event);
        List<Double> seen = observed(Set.of(event.timing().sensor()), timeline);
        Counted counted =
                readings.counted(
                        new Scope(
                                start,
                                event.end().plusSeconds(1),
                                Set.of(event.timing().sensor())));
        return new Answer(
                "event",
                () -> {
                    ObjectNode out = JSON.objectNode();
                    put(out.putObject("event"), event);
                    steps(out.putArray("timeline"), timeline, seen);
                    out.set("scanner", known(scanners.known(source, counted.scope())));
                    return frame(out, counted, true);
                },
                () -> EventTable.timeline(timeline, "packets", counted));
    }

    Answer victims(Question question) {
        boolean current = events.isUpToDate();
        Scope scope = question.scope();
        int skip = question.limit("skip", 0, Integer.MAX_VALUE);
        int limit = question.limit("limit", 50, MOST_LINES);
        EventReadings.Page<Victim> page =
                events.victims(
                        scope,
                        question.word("source").isEmpty() ? null : question.address("source"),
                        skip,
                        limit == 0 ? MOST_LINES : limit);
        Counted counted = counted(scope);
        return new Answer(
                "victims",
                () -> {
                    ObjectNode out = JSON.objectNode();
                    ArrayNode list = out.putArray("victims");
                    page.lines().forEach(victim -> put(list.addObject(), victim));
                    out.put("total", page.total()).put("skip", skip);
                    return frame(out, counted, current);
                },
                () -> EventTable.victims(page.lines(), counted));
    }

    Answer campaigns(Question question) {
        boolean current = events.isUpToDate();
        Scope scope = question.scope();
        List<Campaign> found = campaigns.campaigns(scope, MOST_SHOWN);
        Counted counted = counted(scope);
        return new Answer(
                "campaigns",
                () -> {
                    ObjectNode out = JSON.objectNode();
                    ArrayNode list = out.putArray("campaigns");
                    found.forEach(campaign -> put(list.addObject(), campaign));
                    return frame(out, counted, current);
                },
                () -> EventTable.campaigns(found, counted));
    }

    Answer campaign(Question question) {
        events.isUpToDate();
        Campaign campaign = campaigns.campaign(question.inPath("id"));
        if (campaign == null) {
            throw new Guard.Refusal(404, "there is no campaign of this id; /campaigns lists them");
        }
        boolean table = question.csv();
        List<EventReadings.TimelineStep> onsets = campaigns.onsets(campaign, ONSET_STEPS);
        List<Double> seen = observed(new HashSet<>(campaign.sensors()), onsets);
        List<CampaignReadings.Member> members = campaigns.sources(campaign, table ? 0 : MOST_SHOWN);
        Counted counted = readings.counted(new Scope(campaign.from(), campaign.to(), Set.of()));
        return new Answer(
                "campaign",
                () -> {
                    ObjectNode out = JSON.objectNode();
                    put(out.putObject("campaign"), campaign);
                    steps(out.putArray("onsets"), onsets, seen);
                    ArrayNode list = out.putArray("members");
                    for (CampaignReadings.Member member : members) {
                        list.addObject()
                                .put("source", member.source().toString())
                                .put("onset", member.onset().toString())
                                .put("packets", member.packets())
                                .put("ports", member.ports());
                    }
                    return frame(out, counted, true);
                },
                () -> EventTable.members(campaign, members, counted));
    }

    /// Known investigators of the span, and the lists.
    Answer scanners(Question question) {
        boolean current = events.isUpToDate();
        Scope scope = question.scope();
        ScannerReadings.Seen seen = scanners.seen(scope);
        List<ScannerReadings.ScannerList> lists = scanners.lists();
        Counted counted = counted(scope);
        return new Answer(
                "scanners",
                () -> {
                    ObjectNode out = JSON.objectNode();
                    out.put("sources", seen.sources()).put("packets", seen.packets());
                    out.put("listed", seen.listed()).put("hitters", seen.hitters());
                    out.put("all_sources", seen.allSources()).put("all_packets", seen.allPackets());
                    ArrayNode all = out.putArray("lists");
                    for (ScannerReadings.ScannerList list : lists) {
                        all.addObject()
                                .put("name", list.name())
                                .put("kind", list.kind())
                                .put("version", list.version())
                                .put("entries", list.entries())
                                .put("sources", list.matched())
                                .put("loaded", list.loaded().toString());
                    }
                    return frame(out, counted, current);
                },
                () -> EventTable.lists(lists));
    }

    /// What is known of the source as an investigator.
    ObjectNode known(IpAddress source, Scope scope) {
        events.isUpToDate();
        return known(scanners.known(source, scope));
    }

    private static ObjectNode known(Known known) {
        ObjectNode out = JSON.objectNode().put("investigator", known.investigator());
        ArrayNode lists = out.putArray("lists");
        for (ScannerReadings.Listed listed : known.lists()) {
            lists.addObject()
                    .put("list", listed.list())
                    .put("version", listed.version())
                    .put("entry", listed.entry())
                    .put("loaded", listed.loaded().toString());
        }
        ArrayNode hits = out.putArray("hits");
        for (ScannerReadings.Hit hit : known.hits()) {
            Port port = hit.port();
            ObjectNode each = hits.addObject().put("sensor", hit.sensor());
            each.put("port", port == null ? null : port.toString());
            each.put("start", hit.start().toString()).put("end", hit.end().toString());
            Answers.estimate(each, "targets", hit.targets());
            Answers.number(each, "addresses", hit.addresses());
            Answers.number(each, "share", hit.share());
            each.put("infected", hit.infected());
        }
        return out;
    }

    private ObjectNode frame(ObjectNode out, Counted counted, boolean current) {
        ArrayNode limits = out.putArray("limits");
        for (Timing timing : events.timings()) {
            if (counted.sensors().contains(timing.sensor())) {
                ObjectNode each = limits.addObject().put("sensor", timing.sensor());
                Answers.number(each, "addresses", timing.addresses().value());
                each.put("addresses_inferred", timing.inferred());
                each.put("timeout_s", timing.timeout());
                Answers.number(each, "detection_limit_pps", timing.detectionLimit());
                each.put("fewest_targets", timing.fewestTargets());
                Answers.number(each, "victim_limit_pps", timing.victimLimit());
            }
        }
        out.put("up_to_date", current);
        out.set("counted", Answers.counted(counted));
        return out;
    }

    private static void steps(
            ArrayNode list, List<EventReadings.TimelineStep> steps, List<Double> seen) {
        for (int i = 0; i < steps.size(); i++) {
            ObjectNode each = list.addObject().put("start", steps.get(i).start().toString());
            Answers.number(each, "count", steps.get(i).packets());
            Answers.number(each, "observed", seen.get(i));
        }
    }

    /// How much of each of equal steps the sensors looked at, so that a gap is not drawn as a silence.
    private List<Double> observed(Set<String> sensors, List<EventReadings.TimelineStep> steps) {
        if (steps.isEmpty()) {
            return List.of();
        }
        List<Instant> edges = new ArrayList<>();
        steps.forEach(step -> edges.add(step.start()));
        Instant last = edges.getLast();
        edges.add(
                steps.size() < 2
                        ? last.plusSeconds(1)
                        : last.plus(Duration.between(edges.get(steps.size() - 2), last)));
        return readings.observed(sensors, edges);
    }

    /// Events keep their own times when investigators are told apart: only counts are widened to whole days.
    private Counted counted(Scope scope) {
        Counted all = readings.counted(scope.with(Scanners.ALL));
        return new Counted(
                all.sensors(),
                all.addresses(),
                all.addressesInferred(),
                scope,
                all.observed(),
                all.sourcesFrom());
    }

    /// The port of an event, or `many/tcp`.
    static String key(ScanEvent event) {
        Port port = event.port();
        return port == null ? "many/" + event.protocol() : port.toString();
    }

    private static void put(ObjectNode out, ScanEvent event) {
        out.put("source", event.source().toString()).put("key", key(event));
        out.put("ports", event.ports());
        out.put("start", event.start().toString()).put("end", event.end().toString());
        out.put("packets", event.packets());
        Answers.estimate(out, "targets", event.targets());
        Answers.number(out, "rate_ipv4_pps", event.packetsPerSecond());
        out.put("timeout_s", event.timing().timeout());
        ObjectNode marks = out.putObject("marks");
        event.marks().forEach((mark, count) -> marks.put(mark.label(), count));
        out.put("ttl_min", event.ttlMin()).put("ttl_max", event.ttlMax());
        ArrayNode shapes = out.putArray("syn_shapes");
        event.shapes().forEach(shapes::add);
        out.put("sensor", event.timing().sensor());
    }

    private static void put(ObjectNode out, Victim victim) {
        out.put("victim", victim.victim().toString());
        out.put("start", victim.start().toString()).put("end", victim.end().toString());
        out.put("packets", victim.packets()).put("busiest_minute", victim.busiestMinute());
        out.put("ports", victim.ports());
        ArrayNode services = out.putArray("services");
        victim.services().forEach(service -> services.add(service.toString()));
        Answers.number(out, "rate_ipv4_pps", victim.packetsPerSecond());
        Answers.number(out, "answers_ipv4", victim.answers());
        Answers.number(out, "error", victim.relativeError());
        out.put("sensor", victim.timing().sensor());
    }

    private static void put(ObjectNode out, Campaign campaign) {
        out.put("id", campaign.id());
        out.put("mark", campaign.mark() == null ? null : campaign.mark().label());
        out.put("system", campaign.system().name().toLowerCase(Locale.ROOT));
        out.put("syn_shape", campaign.shape());
        ArrayNode ports = out.putArray("ports");
        for (CampaignReadings.PortShare share : campaign.ports()) {
            Port port = share.port();
            ObjectNode each =
                    ports.addObject()
                            .put(
                                    "port",
                                    port == null ? "many/" + share.protocol() : port.toString())
                            .put("sources", share.sources())
                            .put("packets", share.packets());
            Answers.number(each, "expected", share.expected());
        }
        out.put("from", campaign.from().toString()).put("to", campaign.to().toString());
        out.put("first", campaign.first().toString()).put("last", campaign.last().toString());
        out.put("middle", campaign.middle().toString());
        out.put("sources", campaign.sources()).put("packets", campaign.packets());
        Answers.number(out, "expected", campaign.expected());
        out.put("chance", campaign.chance());
        out.put("elsewhere", campaign.elsewhere());
        ArrayNode sensors = out.putArray("sensors");
        campaign.sensors().forEach(sensors::add);
    }
}

package teiten.store;

import teiten.session.understand.Stage;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The user's views of what was joined and understood: events, victims, scanners, sessions and samples. Campaigns are not
/// stored, they are worked out from events.
final class EventViews {
    private static final String SENSOR = " JOIN " + Views.MAIN + "sensor n ON n.id = t.sensor ";

    private static final String PROTOCOL =
            "(CASE WHEN t.port = -1 THEN 'tcp' WHEN t.port = -2 THEN 'udp' ELSE CASE t.port >> 16"
                    + " WHEN 0 THEN 'tcp' WHEN 1 THEN 'udp' WHEN 2 THEN 'icmp' WHEN 3 THEN 'icmp6'"
                    + " ELSE 'ip' END END)";

    private static final String PORT = "(CASE WHEN t.port >= 0 THEN (t.port & 65535)::INTEGER END)";

    private static final Pattern JOINED =
            Pattern.compile("(?i)\\b(event|victim|scanner|campaign|campaign_source)\\b");

    /// Codes of ports that answered, as `80/tcp 443/tcp`.
    private static final String SERVICES =
            "array_to_string(list_transform(list_filter(string_split(t.services, ','), lambda c: c"
                    + " <> ''), lambda c: "
                    + name("c::INTEGER")
                    + "), ' ')";

    private EventViews() {}

    /// A port's code as the rest of the program writes it; `many/tcp` stands for an event over many ports.
    private static String name(String code) {
        return "CASE "
                + code
                + " WHEN -1 THEN 'many/tcp' WHEN -2 THEN 'many/udp' ELSE CASE WHEN "
                + code
                + " >> 16 IN (2, 3) THEN ("
                + code
                + " >> 8 & 255) || '.' || ("
                + code
                + " & 255) ELSE ("
                + code
                + " & 65535)::VARCHAR END || CASE "
                + code
                + " >> 16 WHEN 0 THEN '/tcp' WHEN 1 THEN '/udp' WHEN 2 THEN '/icmp' WHEN 3 THEN"
                + " '/icmp6' ELSE '/ip' END END";
    }

    private static String time(String column) {
        return "make_timestamp(" + column + " * 1000000::BIGINT)";
    }

    private static String millis(String column) {
        return "make_timestamp(" + column + " * 1000::BIGINT)";
    }

    static List<Views> all() {
        List<Views> views = new ArrayList<>();
        views.add(
                new Views(
                        "event",
                        "scan events: sensor, source, protocol, port (null: many), ports, start,"
                            + " end_time, packets, targets, targets_error, mirai, masscan, zmap,"
                            + " zmap4, ttl_min, ttl_max, timeout_s",
                        "SELECT n.name AS sensor, "
                                + Views.address("t.high", "t.low")
                                + " AS source, "
                                + PROTOCOL
                                + " AS protocol, "
                                + PORT
                                + " AS port, t.ports, "
                                + time("t.first")
                                + " AS start, "
                                + time("t.last")
                                + " AS end_time, t.packets, t.targets, t.error AS targets_error,"
                                + " t.mirai, t.masscan, t.zmap, t.zmap4, t.ttl_min, t.ttl_max,"
                                + " e.timeout_s FROM "
                                + Views.MAIN
                                + "scan_event t"
                                + SENSOR
                                + "LEFT JOIN "
                                + Views.MAIN
                                + "event_state e ON e.sensor = t.sensor"));
        views.add(
                new Views(
                        "victim",
                        "victims of denial of service: sensor, victim, services, start, end_time,"
                                + " packets, busiest_minute, ports, rate_ipv4_pps",
                        "SELECT n.name AS sensor, "
                                + Views.address("t.high", "t.low")
                                + " AS victim, "
                                + SERVICES
                                + " AS services, "
                                + time("t.first")
                                + " AS start, "
                                + time("t.last")
                                + " AS end_time, t.packets, t.busiest AS busiest_minute, t.ports,"
                                + " t.packets * 4294967296.0 / greatest(1, e.addresses) /"
                                + " greatest(1, t.last - t.first) AS rate_ipv4_pps FROM "
                                + Views.MAIN
                                + "dos_victim t"
                                + SENSOR
                                + "LEFT JOIN "
                                + Views.MAIN
                                + "event_state e ON e.sensor = t.sensor"));
        views.add(
                new Views(
                        "scanner",
                        "known investigators and aggressive hitters: source, reason (list, day,"
                                + " event), sensor, list, entry, port, start, end_time, packets,"
                                + " mirai, targets, addresses",
                        "SELECT "
                                + Views.address("t.high", "t.low")
                                + " AS source, CASE WHEN t.port = -3 THEN 'day' ELSE 'event' END AS"
                                + " reason, n.name AS sensor, NULL::VARCHAR AS list, NULL::VARCHAR"
                                + " AS entry, "
                                + PORT
                                + " AS port, "
                                + time("t.first")
                                + " AS start, "
                                + time("t.last")
                                + " AS end_time, t.packets, t.mirai, t.targets, t.addresses FROM "
                                + Views.MAIN
                                + "hitter t"
                                + SENSOR
                                + "UNION ALL SELECT "
                                + Views.address("t.high", "t.low")
                                + ", 'list', NULL, l.name, t.entry, NULL, NULL, NULL, NULL, NULL,"
                                + " NULL, NULL FROM "
                                + Views.MAIN
                                + "listed_source t JOIN "
                                + Views.MAIN
                                + "scanner_list l ON l.id = t.list"));
        campaigns(views);
        StringBuilder stages = new StringBuilder("concat_ws(','");
        for (Stage stage : Stage.values()) {
            stages.append(", CASE WHEN t.stages >> ")
                    .append(stage.ordinal())
                    .append(" & 1 = 1 THEN '")
                    .append(stage.label())
                    .append("' END");
        }
        views.add(
                new Views(
                        "session",
                        "sessions of attackers: sensor, session, source, start, end_time, door,"
                                + " device, stages, family, commands, fingerprint, cpus, samples,"
                                + " demo",
                        "SELECT t.sensor, t.session, "
                                + Views.address("t.high", "t.low")
                                + " AS source, "
                                + millis("t.began")
                                + " AS start, "
                                + millis("t.ended")
                                + " AS end_time, t.door, t.device, "
                                + stages
                                + ") AS stages, t.family, t.commands, t.fingerprint, t.cpus,"
                                + " t.samples, t.demo FROM "
                                + Views.MAIN
                                + "session t"));
        return views;
    }

    private static void campaigns(List<Views> views) {
        views.add(
                new Views(
                        "campaign",
                        "campaigns of scanning: campaign, mark, system, syn_window, syn_options,"
                                + " ports, start, middle, end_time, sources, packets, expected,"
                                + " chance, elsewhere, sensors",
                        "SELECT t.id AS campaign, nullif(t.mark, '') AS mark, t.ttl AS system,"
                                + " s.seen_window AS syn_window, s.options AS syn_options, (SELECT"
                                + " string_agg("
                                + name("p.port")
                                + ", ' ' ORDER BY p.sources DESC, p.port) FROM "
                                + Views.MAIN
                                + "campaign_port p WHERE p.id = t.id) AS ports, "
                                + time("t.first")
                                + " AS start, "
                                + time("t.middle")
                                + " AS middle, "
                                + time("t.last")
                                + " AS end_time, t.sources, t.packets, t.expected, t.chance,"
                                + " t.elsewhere, (SELECT string_agg(n.name, ' ' ORDER BY n.name)"
                                + " FROM "
                                + Views.MAIN
                                + "sensor n WHERE list_contains(t.sensors, n.id)) AS sensors FROM "
                                + Views.MAIN
                                + "campaign t LEFT JOIN "
                                + Views.MAIN
                                + "shape s ON s.code = try_cast(t.shape AS INTEGER)"));
        views.add(
                new Views(
                        "campaign_source",
                        "sources of campaigns, at most 10,000 each: campaign, source, start,"
                                + " packets, ports",
                        "SELECT t.id AS campaign, "
                                + Views.address("t.high", "t.low")
                                + " AS source, "
                                + time("t.first")
                                + " AS start, t.packets, t.ports FROM "
                                + Views.MAIN
                                + "campaign_source t"));
    }

    /// Whether SQL may ask for what is joined behind the scenes, and must wait for it.
    static boolean joined(String sql) {
        return JOINED.matcher(sql).find();
    }
}

package teiten.store;

import teiten.session.understand.Stage;

import java.util.ArrayList;
import java.util.List;

/// The user's views of what was joined and understood: events, victims, scanners, sessions and samples. Campaigns are not
/// stored, they are worked out from events.
final class EventViews {
    private static final String SENSOR = " JOIN " + Views.MAIN + "sensor n ON n.id = t.sensor ";

    private static final String PROTOCOL =
            "(CASE WHEN t.port = -1 THEN 'tcp' WHEN t.port = -2 THEN 'udp' ELSE CASE t.port >> 16"
                    + " WHEN 0 THEN 'tcp' WHEN 1 THEN 'udp' WHEN 2 THEN 'icmp' WHEN 3 THEN 'icmp6'"
                    + " ELSE 'ip' END END)";

    private static final String PORT = "(CASE WHEN t.port >= 0 THEN (t.port & 65535)::INTEGER END)";

    private EventViews() {}

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
                        "victims of denial of service: sensor, victim, start, end_time, packets,"
                                + " busiest_minute, ports",
                        "SELECT n.name AS sensor, "
                                + Views.address("t.high", "t.low")
                                + " AS victim, "
                                + time("t.first")
                                + " AS start, "
                                + time("t.last")
                                + " AS end_time, t.packets, t.busiest AS busiest_minute, t.ports"
                                + " FROM "
                                + Views.MAIN
                                + "dos_victim t"
                                + SENSOR));
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
}

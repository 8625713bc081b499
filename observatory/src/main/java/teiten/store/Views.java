package teiten.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the user's own SQL sees: stable names, addresses as text, times as timestamps in UTC, parts of one key added up.
/// The tables behind may change from one version to the next, these do not.
///
/// @param name the view
/// @param about one line for people
/// @param sql its SELECT
public record Views(String name, String about, String sql) {
    static final String MAIN = "teiten.main.";

    private static final String COUNTS =
            "sum(packets)::BIGINT AS packets, sum(bytes)::BIGINT AS bytes, sum(accesses)::BIGINT AS"
                    + " accesses"
                    + marks();

    private static String marks() {
        return ", sum(syn)::BIGINT AS syn, sum(backscatter)::BIGINT AS backscatter,"
                + " sum(mirai)::BIGINT AS mirai, sum(masscan)::BIGINT AS masscan,"
                + " sum(zmap)::BIGINT AS zmap, sum(zmap4)::BIGINT AS zmap4";
    }

    private static String protocol(String port) {
        return "(CASE "
                + port
                + " >> 16 WHEN 0 THEN 'tcp' WHEN 1 THEN 'udp' WHEN 2 THEN 'icmp'"
                + " WHEN 3 THEN 'icmp6' ELSE 'ip' END)";
    }

    private static String names(String t) {
        return "n.name AS sensor, "
                + protocol(t + ".port")
                + " AS protocol, ("
                + t
                + ".port & 65535)::INTEGER AS port, ";
    }

    /// RFC 5952 text of two signed halves. The first longest run of zero groups becomes `::`.
    static String address(String high, String low) {
        StringBuilder groups = new StringBuilder("concat_ws(':'");
        for (int i = 0; i < 8; i++) {
            String half = i < 4 ? high : low;
            groups.append(", lower(to_hex((")
                    .append(half)
                    .append(" >> ")
                    .append(48 - 16 * (i % 4))
                    .append(") & 65535))");
        }
        groups.append(')');
        StringBuilder shorter = new StringBuilder("(CASE");
        for (int run = 8; run >= 2; run--) {
            String zeros = "'(^|:)0(:0){" + (run - 1) + "}(:|$)'";
            shorter.append(" WHEN regexp_matches(")
                    .append(groups)
                    .append(", ")
                    .append(zeros)
                    .append(") THEN regexp_replace(")
                    .append(groups)
                    .append(", ")
                    .append(zeros)
                    .append(", '::')");
        }
        shorter.append(" ELSE ").append(groups).append(" END)");
        return "(CASE WHEN "
                + high
                + " = 0 AND "
                + low
                + " >> 32 = 65535 THEN concat("
                + low
                + " >> 24 & 255, '.', "
                + low
                + " >> 16 & 255, '.', "
                + low
                + " >> 8 & 255, '.', "
                + low
                + " & 255) ELSE "
                + shorter
                + " END)";
    }

    private static String either(String column) {
        return "(CASE family WHEN 4 THEN concat("
                + column
                + " >> 24, '.', "
                + column
                + " >> 16 & 255, '.', "
                + column
                + " >> 8 & 255, '.', "
                + column
                + " & 255) ELSE "
                + column
                + "6 END) AS "
                + column;
    }

    /// @param tuples whether flow tuples are stored
    public static List<Views> of(Path directory, boolean tuples) {
        String sensor = " JOIN " + MAIN + "sensor n ON n.id = t.sensor ";
        List<Views> views = new ArrayList<>();
        views.add(
                new Views(
                        "sensor",
                        "vantage points: name, prefixes, demo",
                        "SELECT name, prefixes, demo FROM " + MAIN + "sensor"));
        views.add(
                new Views(
                        "capture",
                        "captures read: sensor, file, packets, bytes, first, last, stopped_at,"
                                + " stopped_reason, stored, closed_early",
                        "SELECT n.name AS sensor, t.file, t.packets, t.bytes,"
                                + " make_timestamp_ns(t.first_nanos) AS first,"
                                + " make_timestamp_ns(t.last_nanos) AS last,"
                                + " t.stopped_at, t.stopped_reason,"
                                + " make_timestamp(t.stored_at_millis * 1000) AS stored,"
                                + " t.closed_early FROM "
                                + MAIN
                                + "import t"
                                + sensor));
        views.add(
                new Views(
                        "packet_minute",
                        "packets a minute, skipped ones included: sensor, minute, packets",
                        "SELECT n.name AS sensor, make_timestamp(t.minute * 60000000::BIGINT) AS"
                                + " minute, sum(t.packets)::BIGINT AS packets FROM "
                                + MAIN
                                + "pulse t"
                                + sensor
                                + "GROUP BY ALL"));
        for (String step : List.of("hour", "day")) {
            String at =
                    step.equals("hour")
                            ? "make_timestamp(t.hour * 3600000000::BIGINT) AS hour, "
                            : "DATE '1970-01-01' + t.day AS day, ";
            views.add(
                    new Views(
                            "port_" + step,
                            "destination ports by "
                                    + step
                                    + ": sensor, "
                                    + step
                                    + ", protocol, port, packets, bytes, accesses, syn,"
                                    + " backscatter, mirai, masscan, zmap, zmap4",
                            "SELECT "
                                    + at
                                    + names("t")
                                    + COUNTS
                                    + " FROM "
                                    + MAIN
                                    + step
                                    + " t"
                                    + sensor
                                    + "WHERE t.port >= 0 GROUP BY ALL"));
        }
        views.add(
                new Views(
                        "source_day",
                        "sources by UTC day and port: sensor, day, source, protocol, port, packets,"
                                + " bytes, accesses, syn, backscatter, mirai, masscan, zmap, zmap4,"
                                + " first, last, ttl_min, ttl_max",
                        "SELECT DATE '1970-01-01' + t.day AS day, "
                                + address("t.high", "t.low")
                                + " AS source, "
                                + names("t")
                                + "sum(packets)::BIGINT AS packets, sum(bytes)::BIGINT AS bytes,"
                                + " sum("
                                + Rows.ACCESSES
                                + ")::BIGINT AS accesses"
                                + marks()
                                + ", make_timestamp(min(t.first) * 1000000) AS first,"
                                + " make_timestamp(max(t.last) * 1000000) AS last,"
                                + " min(t.ttl_min) AS ttl_min, max(t.ttl_max) AS ttl_max FROM "
                                + MAIN
                                + "source t"
                                + sensor
                                + "GROUP BY n.name, t.day, t.high, t.low, t.port"));
        views.addAll(EventViews.all());
        if (tuples) {
            String files =
                    directory.toAbsolutePath().resolve("tuples").toString().replace("'", "''")
                            + "/day=*/hour=*/*.parquet";
            views.add(
                    new Views(
                            "flowtuple",
                            "flow tuples by minute: time, sensor, source, target, protocol,"
                                    + " source_port, port, ttl, tcp_flags, length, packets,"
                                    + " marks…, syn_window, syn_options, source_v4, target_v4,"
                                    + " day, hour",
                            "SELECT time, sensor, "
                                    + either("source")
                                    + ", "
                                    + either("target")
                                    + ", (CASE protocol WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 1"
                                    + " THEN 'icmp' WHEN 58 THEN 'icmp6' ELSE protocol::VARCHAR"
                                    + " END) AS protocol, source_port, port, ttl, tcp_flags,"
                                    + " length, packets, mirai, masscan, zmap, zmap4, syn_window,"
                                    + " syn_options, CASE family WHEN 4 THEN source END AS"
                                    + " source_v4, CASE family WHEN 4 THEN target END AS target_v4,"
                                    + " day, hour FROM read_parquet('"
                                    + files
                                    + "', hive_partitioning = true, union_by_name = true)"));
        }
        return views;
    }
}

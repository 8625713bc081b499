package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.telescope.Mark;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Campaigns of scanning, as [CampaignSearch] found them over all that is stored.
public final class CampaignReadings {
    private final Store store;

    CampaignReadings(Store store) {
        this.store = store;
    }

    /// How many of a campaign's sources search one port.
    ///
    /// @param port null when they search many ports, each at few addresses
    /// @param protocol label
    /// @param expected sources that would have begun in the same time at the rate outside of it
    public record PortShare(
            @Nullable Port port, String protocol, long sources, long packets, double expected) {}

    /// One source of a campaign.
    public record Member(IpAddress source, Instant onset, long packets, int ports) {}

    /// One campaign, with what its sources have in common.
    ///
    /// @param mark that half of each event's packets bear; null for none
    /// @param system that the TTLs allow, with its hops
    /// @param shape of the SYNs in words; empty when it is not part of what is equal
    /// @param from begin of the stretch in which onsets are dense
    /// @param to its end
    /// @param first onset
    /// @param middle onset: half of the events began before
    /// @param expected sources on the main port that would have begun in this time at the rate outside of it
    /// @param chance at most, that a steady rate gives so many somewhere; 0 stands for less than can be written
    /// @param elsewhere sources of the same look at other times or other ports
    public record Campaign(
            String id,
            @Nullable Mark mark,
            Readings.Os system,
            String shape,
            List<PortShare> ports,
            Instant from,
            Instant to,
            Instant first,
            Instant last,
            Instant middle,
            long sources,
            long packets,
            double expected,
            double chance,
            long elsewhere,
            List<String> sensors) {}

    /// Campaigns whose onsets overlap the scope, those with most sources first.
    ///
    /// @param limit 0 for all
    public List<Campaign> campaigns(Scope scope, int limit) {
        return store.read(db -> {
            List<Campaign> found = new ArrayList<>();
            for (Campaign each :
                    read(
                            db,
                            "began < "
                                    + scope.to().getEpochSecond()
                                    + " AND until > "
                                    + scope.from().getEpochSecond())) {
                boolean here =
                        scope.sensors().isEmpty()
                                || each.sensors.stream().anyMatch(scope.sensors()::contains);
                if (here && (limit == 0 || found.size() < limit)) {
                    found.add(each);
                }
            }
            return found;
        });
    }

    /// Null when there is none of this id.
    public @Nullable Campaign campaign(String id) {
        if (!id.matches("[0-9a-f]{1,64}")) {
            return null;
        }
        List<Campaign> found = store.read(db -> read(db, "id = '" + id + "'"));
        return found.isEmpty() ? null : found.getFirst();
    }

    /// Its sources, those with most packets first; at most 10,000 are kept.
    ///
    /// @param limit 0 for all
    public List<Member> sources(Campaign campaign, int limit) {
        return store.read(db -> {
            List<Member> members = new ArrayList<>();
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT high, low, first, packets, ports FROM campaign_source"
                                            + " WHERE id = '"
                                            + campaign.id
                                            + "' ORDER BY packets DESC, first, high, low"
                                            + (limit > 0 ? " LIMIT " + limit : ""))) {
                while (row.next()) {
                    members.add(
                            new Member(
                                    new IpAddress(row.getLong(1), row.getLong(2)),
                                    Rows.second(row.getLong(3)),
                                    row.getLong(4),
                                    row.getInt(5)));
                }
            }
            return members;
        });
    }

    /// When its sources began: how many in each of at most `steps` equal steps from before to after it.
    public List<EventReadings.TimelineStep> onsets(Campaign campaign, int steps) {
        return store.read(db -> {
            long from = campaign.from.getEpochSecond();
            long to = campaign.to.getEpochSecond();
            double width = Math.max(1, (to - from) / (double) steps);
            double[] counts = new double[steps];
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT first FROM campaign_source WHERE id = '"
                                            + campaign.id
                                            + "'")) {
                while (row.next()) {
                    int at = (int) ((row.getLong(1) - from) / width);
                    counts[Math.clamp(at, 0, steps - 1)]++;
                }
            }
            List<EventReadings.TimelineStep> line = new ArrayList<>();
            for (int i = 0; i < steps; i++) {
                line.add(
                        new EventReadings.TimelineStep(
                                campaign.from.plusSeconds((long) (i * width)), counts[i]));
            }
            return line;
        });
    }

    private List<Campaign> read(Connection db, String where) throws SQLException {
        Map<Integer, String> shapes = EventReadings.shapes(db);
        Map<Integer, String> sensors = new HashMap<>();
        for (Coverage.SensorSpan sensor : store.coverage(db, Set.of()).sensors()) {
            sensors.put(sensor.id(), sensor.name());
        }
        Map<String, List<PortShare>> ports = ports(db);
        List<Campaign> campaigns = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT id, mark, ttl, shape, began, until, first, last, middle,"
                                    + " sources, packets, expected, chance, elsewhere, sensors FROM"
                                    + " campaign WHERE "
                                        + where
                                        + " ORDER BY sources DESC, began, id")) {
            while (row.next()) {
                campaigns.add(campaign(row, shapes, sensors, ports));
            }
        }
        return campaigns;
    }

    private static Map<String, List<PortShare>> ports(Connection db) throws SQLException {
        Map<String, List<PortShare>> ports = new HashMap<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT id, port, sources, packets, expected FROM campaign_port"
                                        + " ORDER BY sources DESC, port")) {
            while (row.next()) {
                int code = row.getInt(2);
                Port port = code < 0 ? null : Port.ofCode(code);
                ports.computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                        .add(
                                new PortShare(
                                        port,
                                        port != null
                                                ? port.protocol().label()
                                                : code == EventTables.MANY_TCP ? "tcp" : "udp",
                                        row.getLong(3),
                                        row.getLong(4),
                                        row.getDouble(5)));
            }
        }
        return ports;
    }

    private static Campaign campaign(
            ResultSet row,
            Map<Integer, String> shapes,
            Map<Integer, String> sensors,
            Map<String, List<PortShare>> ports)
            throws SQLException {
        Mark mark = null;
        for (Mark each : Mark.values()) {
            mark = each.label().equals(row.getString(2)) ? each : mark;
        }
        String code = row.getString(4);
        String shape =
                code.matches("\\d+")
                        ? shapes.getOrDefault(Integer.valueOf(code), "shape " + code)
                        : "";
        List<String> names = new ArrayList<>();
        Array numbers = row.getArray(15);
        for (Object number : (Object[]) numbers.getArray()) {
            names.add(Objects.requireNonNullElse(sensors.get(((Number) number).intValue()), "?"));
        }
        names.sort(null);
        String id = row.getString(1);
        return new Campaign(
                id,
                mark,
                Readings.Os.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
                shape,
                ports.getOrDefault(id, List.of()),
                Rows.second(row.getLong(5)),
                Rows.second(row.getLong(6)),
                Rows.second(row.getLong(7)),
                Rows.second(row.getLong(8)),
                Rows.second(row.getLong(9)),
                row.getLong(10),
                row.getLong(11),
                row.getDouble(12),
                row.getDouble(13),
                row.getLong(14),
                names);
    }
}

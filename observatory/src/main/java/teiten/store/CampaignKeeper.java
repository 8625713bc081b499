package teiten.store;

import teiten.store.CampaignSearch.Look;
import teiten.store.CampaignSearch.Part;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Writes the campaigns that were found, with their ports and sources, over those of before; from the table `onset` of
/// [CampaignSearch].
final class CampaignKeeper {
    /// Campaigns kept, those with most sources first.
    private static final int MOST_CAMPAIGNS = 500;

    private final Connection db;

    CampaignKeeper(Connection db) {
        this.db = db;
    }

    /// An id that stays when more is read: the one that an overlapping campaign of the same look and main port had.
    private Map<String, List<long[]>> known() throws SQLException {
        Map<String, List<long[]>> known = new HashMap<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT mark, ttl, shape, port, began, until, id FROM campaign"
                                        + " ORDER BY sources DESC, id")) {
            while (row.next()) {
                known.computeIfAbsent(
                                name(
                                        new Look(
                                                row.getString(1),
                                                row.getString(2),
                                                row.getString(3)),
                                        row.getInt(4)),
                                _ -> new ArrayList<>())
                        .add(
                                new long[] {
                                    row.getLong(5),
                                    row.getLong(6),
                                    HexFormat.fromHexDigitsToLong(row.getString(7))
                                });
            }
        }
        return known;
    }

    private static String name(Look look, int port) {
        return look.mark() + "|" + look.ttl() + "|" + look.shape() + "|" + port;
    }

    private static String id(Part main, Map<String, List<long[]>> known, Set<String> taken) {
        for (long[] each : known.getOrDefault(name(main.look(), main.port()), List.of())) {
            String id = HexFormat.of().toHexDigits(each[2], 12);
            if (each[0] < main.to() && each[1] > main.from() && taken.add(id)) {
                return id;
            }
        }
        String id =
                hash(name(main.look(), main.port()) + "|" + Math.floorDiv(main.from(), 86_400L))
                        .substring(0, 12);
        while (!taken.add(id)) {
            id = hash(id).substring(0, 12);
        }
        return id;
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// @param campaigns the parts of each, the largest first
    void store(List<List<Part>> campaigns) throws SQLException {
        Map<String, List<long[]>> known = known();
        run("DELETE FROM campaign");
        run("DELETE FROM campaign_port");
        run("DELETE FROM campaign_source");
        Set<String> taken = new HashSet<>();
        for (List<Part> parts : campaigns.subList(0, Math.min(MOST_CAMPAIGNS, campaigns.size()))) {
            store(parts, id(parts.getFirst(), known, taken));
        }
    }

    private void store(List<Part> parts, String id) throws SQLException {
        Part main = parts.getFirst();
        Map<Integer, Part> ports = new TreeMap<>();
        parts.forEach(part -> ports.putIfAbsent(part.port(), part));
        StringBuilder any = new StringBuilder();
        for (Part part : ports.values()) {
            any.append(any.isEmpty() ? "(" : " OR ").append('(').append(part.onsets()).append(')');
        }
        any.append(')');
        String same = main.look().onsets();
        run(
                "INSERT INTO campaign_source SELECT '"
                        + id
                        + "', high, low, min(first), sum(packets)::BIGINT, count(DISTINCT port)"
                        + " FROM onset WHERE "
                        + any
                        + " GROUP BY high, low ORDER BY sum(packets) DESC, high, low LIMIT "
                        + CampaignSearch.MOST_SOURCES);
        for (Part part : ports.values()) {
            run(
                    "INSERT INTO campaign_port SELECT '"
                            + id
                            + "', "
                            + part.port()
                            + ", count(DISTINCT (high, low)), sum(packets)::BIGINT, "
                            + part.expected()
                            + " FROM onset WHERE "
                            + part.onsets());
        }
        double chance = main.chance();
        run(
                "INSERT INTO campaign SELECT '"
                        + id
                        + "', '"
                        + main.look().mark()
                        + "', '"
                        + main.look().ttl()
                        + "', '"
                        + main.look().shape()
                        + "', "
                        + main.port()
                        + ", "
                        + main.from()
                        + ", "
                        + main.to()
                        + ", min(first), max(first), quantile_disc(first, 0.5), count(DISTINCT"
                        + " (high, low)), sum(packets)::BIGINT, "
                        + main.expected()
                        + ", "
                        + chance
                        + ", (SELECT count(DISTINCT (high, low)) FROM onset WHERE "
                        + same
                        + " AND NOT "
                        + any
                        + "), list_sort(list(DISTINCT sensor)) FROM onset WHERE "
                        + any);
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = db.createStatement()) {
            statement.execute(sql);
        }
    }
}

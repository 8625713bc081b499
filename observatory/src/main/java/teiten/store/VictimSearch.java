package teiten.store;

/// Attacks on hosts whose answers came, found in rows of backscatter (CAIDA's corsaro_dos).
final class VictimSearch {
    /// Answers, seconds, and answers of the busiest minute from which on backscatter is an attack.
    static final int PACKETS = 25;

    static final int SECONDS = 60;
    static final int A_MINUTE = 30;

    /// Seconds of silence that end an attack.
    static final int TIMEOUT = 300;

    private VictimSearch() {}

    /// A SELECT whose rows are those of `dos_victim`. Services are the codes of the answering ports, those in most
    /// segments first, at most eight.
    ///
    /// @param rows table expression of segments
    static String sql(int sensor, String rows, String within) {
        String candidates =
                "SELECT high, low, port, first, last, backscatter, services FROM "
                        + rows
                        + " WHERE "
                        + within;
        return "WITH r AS ("
                + islands(candidates)
                + "), minute AS (SELECT high, low, island, first // 60 AS m, sum(backscatter *"
                + " least(1.0, 60.0 / greatest(60, last - first))) AS n FROM r GROUP BY ALL),"
                + " busiest AS (SELECT high, low, island, max(n) AS n FROM minute GROUP BY ALL),"
                + " found AS (SELECT r.high, r.low, r.island, min(first) AS first, max(last) AS"
                + " last, sum(backscatter)::BIGINT AS packets, any_value(busiest.n)::BIGINT AS"
                + " busiest, count(DISTINCT port)::INTEGER AS ports FROM r JOIN busiest USING"
                + " (high, low, island) GROUP BY r.high, r.low, r.island HAVING sum(backscatter) >="
                + " "
                + PACKETS
                + " AND max(last) - min(first) >= "
                + SECONDS
                + " AND any_value(busiest.n) >= "
                + A_MINUTE
                // Services lie as 32-bit numbers, the lowest byte first.
                + "), code AS (SELECT high, low, island, hex(services[(4 * i + 1):(4 * i + 4)]) AS"
                + " h FROM (SELECT high, low, island, services, unnest(range(octet_length(services)"
                + " // 4)) AS i FROM r SEMI JOIN found USING (high, low, island))), named AS"
                + " (SELECT high, low, island, ('0x' || h[7:8] || h[5:6] || h[3:4] ||"
                + " h[1:2])::INTEGER AS c, count(*) AS n FROM code GROUP BY ALL), service AS"
                + " (SELECT high, low, island, array_to_string(list(c ORDER BY n DESC, c)[1:8],"
                + " ',') AS names FROM named GROUP BY ALL) SELECT "
                + sensor
                + ", high, low, first, last, packets, busiest, ports, coalesce(names, '') FROM"
                + " found LEFT JOIN service USING (high, low, island)";
    }

    /// Numbers the runs of rows whose gaps stay within the timeout, per source: adds `island` to the rows.
    private static String islands(String rows) {
        return "SELECT *, sum(cut) OVER (PARTITION BY high, low ORDER BY first, last ROWS UNBOUNDED"
                + " PRECEDING) AS island FROM (SELECT *, CASE WHEN first - max(last) OVER"
                + " (PARTITION BY high, low ORDER BY first, last ROWS BETWEEN UNBOUNDED"
                + " PRECEDING AND 1 PRECEDING) <= "
                + TIMEOUT
                + " THEN 0 ELSE 1 END AS cut FROM ("
                + rows
                + "))";
    }
}

package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// Where the rows of a question about single sources lie: days that are rolled up in files in order of sources, all other
/// days in segments.
///
/// **Order.** Sources are in the order of [#hash], a bijection of IPv4 addresses under a seed of the store. One source's
/// rows lie in one row group, found by its minimum and maximum. The sources with the smallest hashes are a random sample,
/// and the same one in every file: samples of several days and sensors merge, and all that these sources did lies at
/// the beginning of each file.
///
/// ```
/// DIR/parts/pair-K-ID.parquet   one row a source and port        by hash, address, port
/// DIR/parts/origin-ID.parquet   one row a source, with its ports by hash, address
/// DIR/parts/port-ID.parquet     one row a port and source        by port, hash
/// DIR/parts/mark-ID.parquet     one row a mark and source that bore it
/// ```
///
/// What known investigators did in a roll-up lies in files beside it, see [ApartRows].
final class RollUps {
    /// The kinds of a roll-up's files beside its pairs.
    enum Kind {
        ORIGIN,
        PORT,
        MARK;

        Path file(Parts parts, int id) {
            return parts.file(name().toLowerCase(java.util.Locale.ROOT), id);
        }
    }

    /// One roll-up.
    ///
    /// @param bits its pairs lie in 2^bits files, by the first bits of their hashes
    record RollUp(int id, int bits) {
        /// The file of pairs of hashes that begin with these bits.
        Path pairs(Parts parts, int bucket) {
            return parts.file("pair-" + bucket, id);
        }

        List<Path> pairs(Parts parts) {
            List<Path> files = new ArrayList<>();
            for (int bucket = 0; bucket < 1 << bits; bucket++) {
                files.add(pairs(parts, bucket));
            }
            return files;
        }

        List<Path> files(Parts parts) {
            List<Path> files = pairs(parts);
            for (Kind kind : Kind.values()) {
                files.add(kind.file(parts, id));
            }
            return files;
        }
    }

    /// What segments and pairs have in common, for sums and sets.
    private static final String SUMMED =
            "sensor, day, high, low, port, packets, bytes, syn, backscatter, mirai, masscan, zmap,"
                    + " zmap4, first, last, ttl_min, ttl_max, targets, hash, access_ttl_min,"
                    + " access_ttl_max";

    /// The table of all segments.
    static final String SOURCE = "source";

    /// A segment with what a pair has more.
    ///
    /// @param table of segments
    static String segment(String table) {
        return "SELECT *, CASE WHEN "
                + Rows.ACCESSES
                + " > 0 THEN ttl_min END AS access_ttl_min, CASE WHEN "
                + Rows.ACCESSES
                + " > 0 THEN ttl_max END AS access_ttl_max FROM "
                + table;
    }

    /// A pair keeps the sets of its segments side by side; coupons one after the other are their union.
    static final String UNITED =
            "coalesce(list_reduce(targets, lambda a, b: a || b), ''::BLOB) AS targets";

    final Parts parts;

    /// Numbers of the roll-ups in the scope that are up to date.
    final List<Integer> ids;

    private final List<RollUp> rolled;

    /// Days of a sensor that are not in them.
    private record Loose(int sensor, int first, int last) {}

    private final List<Loose> loose;

    /// Condition on segments of such days; empty when there are none.
    private final String rest;

    private final long seed;

    /// The table that segments are read from.
    private final String table;

    private RollUps(Parts parts, List<RollUp> rolled, List<Loose> loose, long seed, String table) {
        this.parts = parts;
        this.rolled = rolled;
        ids = rolled.stream().map(RollUp::id).toList();
        this.loose = loose;
        rest = any("sensor = %d AND day BETWEEN %d AND %d");
        this.seed = seed;
        this.table = table;
    }

    private String any(String condition) {
        return loose.isEmpty()
                ? ""
                : loose.stream()
                        .map(l -> condition.formatted(l.sensor, l.first, l.last))
                        .collect(Collectors.joining(" OR ", "(", ")"));
    }

    /// The same, but segments are read from another table.
    RollUps over(String table) {
        return new RollUps(parts, rolled, loose, seed, table);
    }

    /// A way through the files of the segments that are in no roll-up; null when the database is to go it alone.
    @Nullable GroupScan scan(Connection db) throws SQLException, IOException {
        return whole()
                ? null
                : GroupScan.of(
                        parts.files(
                                db,
                                PartWriter.Kind.SEGMENT,
                                any("sensor = %d AND last_day >= %d AND first_day <= %d")));
    }

    /// @param from UTC day, inclusive
    /// @param to exclusive
    static RollUps of(Connection db, Parts parts, Coverage coverage, long from, long to)
            throws SQLException {
        String sensors = Rows.sensors(coverage);
        List<RollUp> rolled = new ArrayList<>();
        List<Loose> loose = new ArrayList<>();
        long seed;
        try (Statement ask = db.createStatement()) {
            try (ResultSet row =
                    ask.executeQuery(
                            "SELECT id, bits, NULL, NULL FROM rollup r WHERE "
                                    + sensors
                                    + " AND day >= "
                                    + from
                                    + " AND day < "
                                    + to
                                    + " AND NOT EXISTS (SELECT 1 FROM rollup_dirty d WHERE d.sensor"
                                    + " = r.sensor AND r.day BETWEEN d.first_day AND d.last_day)"
                                    + " UNION ALL SELECT NULL, sensor, first_day, last_day FROM"
                                    + " (SELECT DISTINCT sensor, first_day, last_day FROM"
                                    + " rollup_dirty) WHERE "
                                    + sensors
                                    + " AND last_day >= "
                                    + from
                                    + " AND first_day < "
                                    + to
                                    + " ORDER BY ALL")) {
                while (row.next()) {
                    int id = row.getInt(1);
                    if (!row.wasNull()) {
                        rolled.add(new RollUp(id, row.getInt(2)));
                        continue;
                    }
                    add(loose, new Loose(row.getInt(2), row.getInt(3), row.getInt(4)));
                }
            }
            seed = seed(ask);
        }
        return new RollUps(parts, rolled, loose, seed, SOURCE);
    }

    /// Adds days behind those that are in order already; days in a row are one condition, for each is asked of each segment.
    private static void add(List<Loose> all, Loose next) {
        Loose before = all.isEmpty() ? null : all.getLast();
        if (before == null || before.sensor != next.sensor || before.last + 1 < next.first) {
            all.add(next);
            return;
        }
        int last = Math.max(before.last, next.last);
        all.set(all.size() - 1, new Loose(next.sensor, before.first, last));
    }

    /// Whether everything in the scope is rolled up.
    boolean whole() {
        return rest.isEmpty();
    }

    /// Whether the scope has rows and all of them lie in files in order of sources.
    boolean inOrder() {
        return whole() && !ids.isEmpty();
    }

    /// Whether a source has at most one row in [#origins].
    boolean single() {
        return whole() && ids.size() <= 1;
    }

    /// Segments of the scope that are in no roll-up.
    String segments() {
        return "(" + segment(table) + (whole() ? " WHERE false" : " WHERE " + rest) + ") source";
    }

    /// Rows of the scope's days that add up, of one source and port each.
    String pairs() {
        return pairs(-1);
    }

    /// The same, as far as they may be of this hash; −1 for all.
    String pairs(long hash) {
        return pairs(hash, UNITED);
    }

    /// The sets of targets of what [#pairs(long)] gives, in one or several rows `sensor, day, hash, high, low, port, targets`
    /// a pair; none where no target is known. A set of many segments is told piece by piece, for uniting it first
    /// costs the square of their number.
    String sets(long hash) {
        return pairs(hash, "unnest(targets) AS targets");
    }

    private String pairs(long hash, String targets) {
        if (ids.isEmpty()) {
            return whole() ? segments() : "(" + segment(table) + ") source";
        }
        List<Path> files = new ArrayList<>();
        for (RollUp each : rolled) {
            for (int bucket = 0; bucket < 1 << each.bits; bucket++) {
                if (hash < 0 || hash >> 32 - each.bits == bucket) {
                    files.add(each.pairs(parts, bucket));
                }
            }
        }
        String rolled =
                "SELECT "
                        + SUMMED.replace(" targets", " " + targets)
                        + " FROM "
                        + Parts.parquet(files);
        return whole()
                ? "(" + rolled + ") source"
                : "("
                        + rolled
                        + " UNION ALL SELECT "
                        + SUMMED
                        + " FROM ("
                        + segment(table)
                        + ") source WHERE "
                        + rest
                        + ") source";
    }

    /// Sums, last and first time, and the list `ports`, of one source each; only where everything is [#whole].
    String origins() {
        return ids.isEmpty() ? "" : files(Kind.ORIGIN) + " source";
    }

    /// What [#origins] says of the busiest sources of a roll-up, the number of ports instead of the ports.
    ///
    /// @param apart number of the files beside the roll-up
    String busiest(int apart) {
        return Parts.parquet(List.of(ApartRows.busiest(parts, apart))) + " source";
    }

    /// Sources that accessed the ports, a source and port in several rows unless they are [#single].
    String accessing(Collection<Integer> ports) {
        String columns = "sensor, day, port, hash, high, low, ttl_min, ttl_max";
        String these =
                ports.stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(",", "port IN (", ")"));
        String rolled =
                ids.isEmpty()
                        ? ""
                        : "SELECT " + columns + " FROM " + files(Kind.PORT) + " WHERE " + these;
        String segments =
                "SELECT sensor, day, port, hash, high, low, access_ttl_min AS ttl_min,"
                        + " access_ttl_max AS ttl_max FROM ("
                        + segment(table)
                        + ") source WHERE "
                        + (whole() ? "false" : rest)
                        + " AND "
                        + these
                        + " AND "
                        + Rows.ACCESSES
                        + " > 0";
        return "("
                + (rolled.isEmpty()
                        ? segments
                        : whole() ? rolled : rolled + " UNION ALL " + segments)
                + ") source";
    }

    /// Rows of packets of sources with the mark.
    ///
    /// @param mark label
    String marked(String mark) {
        String columns =
                "sensor, day, high, low, packets, bytes, accesses, syn, backscatter, mirai,"
                        + " masscan, zmap, zmap4";
        String rolled =
                ids.isEmpty()
                        ? ""
                        : "SELECT "
                                + columns
                                + " FROM "
                                + files(Kind.MARK)
                                + " WHERE mark = '"
                                + mark
                                + "'";
        String segments =
                "SELECT "
                        + columns.replace("accesses", Rows.ACCESSES + " AS accesses")
                        + " FROM "
                        + table
                        + " WHERE "
                        + (whole() ? "false" : rest)
                        + " AND "
                        + mark
                        + " > 0";
        return "("
                + (rolled.isEmpty()
                        ? segments
                        : whole() ? rolled : rolled + " UNION ALL " + segments)
                + ") source";
    }

    private String files(Kind kind) {
        return Parts.parquet(ids.stream().map(id -> kind.file(parts, id)).toList());
    }

    /// Where a source stands in the order: 32 bits.
    long hash(IpAddress source) {
        int folded =
                (int) (source.high() >>> 32) * (int) 2_654_435_761L
                        ^ (int) source.high() * (int) 2_246_822_519L
                        ^ (int) (source.low() >>> 32) * (int) 3_266_489_917L
                        ^ (int) source.low()
                        ^ (int) seed;
        return Integer.toUnsignedLong(mixed(folded));
    }

    /// What [#hash(int, int)] needs to know: the seed, and what all IPv4 addresses have in common.
    int step() {
        return step(seed);
    }

    /// The same, of any roll-up of the store.
    static int step(Connection db) throws SQLException {
        try (Statement ask = db.createStatement()) {
            return step(seed(ask));
        }
    }

    private static long seed(Statement ask) throws SQLException {
        try (ResultSet row = ask.executeQuery("SELECT seed FROM rollup_seed")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static int step(long seed) {
        return (int) (0xFFFFL * 3_266_489_917L ^ seed);
    }

    /// The same as [#hash(IpAddress)], of an IPv4 address.
    static int hash(int address, int step) {
        return mixed(address ^ step);
    }

    private static int mixed(int folded) {
        int x = (folded ^ folded >>> 16) * (int) 2_246_822_507L;
        x = (x ^ x >>> 13) * (int) 3_266_489_909L;
        return x ^ x >>> 16;
    }

    /// Makes the functions `source_hash(high, low)`, the same as [#hash], and `source_hash4(address)`, the same of an IPv4
    /// address: all of it that does not depend on the address is worked out beforehand.
    static void functions(Connection db) throws SQLException {
        try (Statement statement = db.createStatement()) {
            long seed = seed(statement);
            String word = "((%s) & 4294967295)::UBIGINT";
            String folded =
                    "xor(xor(xor(xor("
                            + word.formatted("high >> 32")
                            + " * 2654435761::UBIGINT, "
                            + word.formatted("high")
                            + " * 2246822519::UBIGINT), "
                            + word.formatted("low >> 32")
                            + " * 3266489917::UBIGINT), "
                            + word.formatted("low")
                            + "), "
                            + seed
                            + "::UBIGINT) & 4294967295::UBIGINT";
            statement.execute(
                    "CREATE OR REPLACE MACRO hash_step(x, n, factor) AS (xor(x, x >> n) * factor) &"
                            + " 4294967295::UBIGINT");
            statement.execute("CREATE OR REPLACE MACRO hash_end(x) AS xor(x, x >> 16)");
            String mixed =
                    "hash_end(hash_step(hash_step(%s, 16, 2246822507::UBIGINT), 13,"
                            + " 3266489909::UBIGINT))";
            statement.execute(
                    "CREATE OR REPLACE MACRO source_hash(high, low) AS " + mixed.formatted(folded));
            long constant = Integer.toUnsignedLong(step(seed));
            statement.execute(
                    "CREATE OR REPLACE MACRO source_hash4(address) AS "
                            + mixed.formatted("xor(address::UBIGINT, " + constant + "::UBIGINT)"));
        }
    }
}

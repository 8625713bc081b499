package teiten.store;

import teiten.telescope.Distinct;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// Aggressive hitters: sources that reach a tenth of the monitored addresses, in one UTC day on whatever ports or in one
/// scan event (Merit's first definition). A tenth of few addresses says nothing, so [#FEWEST] are asked for at least.
final class HitterSearch {
    /// Share of the monitored addresses.
    static final double SHARE = 0.1;

    /// Distinct destinations at least: sensors of fewer than 160 addresses ask for more than a tenth.
    static final int FEWEST = 16;

    private final Connection db;
    private final int sensor;
    private final double addresses;

    /// @param addresses monitored IPv4 addresses
    HitterSearch(Connection db, int sensor, double addresses) {
        this.db = db;
        this.sensor = sensor;
        this.addresses = Math.max(1, addresses);
    }

    double least() {
        return Math.max(FEWEST, SHARE * addresses);
    }

    void run(boolean whole, int firstDay, int lastDay) throws SQLException {
        long from = whole ? 0 : firstDay * 86_400L;
        long to = whole ? Long.MAX_VALUE : (lastDay + 1) * 86_400L;
        try (Statement statement = db.createStatement()) {
            statement.execute(
                    "DELETE FROM hitter WHERE sensor = "
                            + sensor
                            + " AND (port >= 0 OR first >= "
                            + from
                            + " AND first < "
                            + to
                            + ")");
            statement.execute(
                    "INSERT INTO hitter SELECT sensor, high, low, port, first, last, packets,"
                            + " mirai, targets, error, "
                            + addresses
                            + " FROM scan_event WHERE sensor = "
                            + sensor
                            + " AND port >= 0 AND high = 0 AND low >> 32 = 65535 AND targets >= "
                            + least());
        }
        days(from, to);
    }

    private void days(long from, long to) throws SQLException {
        String within =
                "sensor = "
                        + sensor
                        + " AND first >= "
                        + from
                        + " AND first < "
                        + to
                        + " AND high = 0 AND low >> 32 = 65535 AND "
                        + Rows.ACCESSES
                        + " > 0";
        String sql =
                "SELECT low, day, first, last, packets, mirai, targets FROM source SEMI JOIN"
                        + " (SELECT low, day FROM source WHERE "
                        + within
                        + " GROUP BY ALL HAVING sum(packets) >= "
                        + least()
                        + ") USING (low, day) WHERE "
                        + within
                        + " ORDER BY low, day";
        try (Statement ask = db.createStatement();
                PreparedStatement insert =
                        db.prepareStatement(
                                "INSERT INTO hitter VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
                ResultSet row = ask.executeQuery(sql)) {
            long low = 0;
            int day = Integer.MIN_VALUE;
            long first = 0;
            long last = 0;
            long packets = 0;
            long mirai = 0;
            Distinct targets = new Distinct();
            while (row.next()) {
                if (row.getLong(1) != low || row.getInt(2) != day) {
                    note(insert, low, first, last, packets, mirai, targets);
                    low = row.getLong(1);
                    day = row.getInt(2);
                    first = Long.MAX_VALUE;
                    last = 0;
                    packets = 0;
                    mirai = 0;
                    targets = new Distinct();
                }
                first = Math.min(first, row.getLong(3));
                last = Math.max(last, row.getLong(4));
                packets += row.getLong(5);
                mirai += row.getLong(6);
                targets.mergeCoupons(row.getBytes(7));
            }
            note(insert, low, first, last, packets, mirai, targets);
        }
    }

    private void note(
            PreparedStatement insert,
            long low,
            long first,
            long last,
            long packets,
            long mirai,
            Distinct targets)
            throws SQLException {
        if (targets.estimate() < least()) {
            return;
        }
        insert.setInt(1, sensor);
        insert.setLong(2, low);
        insert.setInt(3, EventTables.WHOLE_DAY);
        insert.setLong(4, first);
        insert.setLong(5, last);
        insert.setLong(6, packets);
        insert.setLong(7, mirai);
        insert.setDouble(8, targets.estimate());
        insert.setDouble(9, targets.relativeError());
        insert.setDouble(10, addresses);
        insert.execute();
    }
}

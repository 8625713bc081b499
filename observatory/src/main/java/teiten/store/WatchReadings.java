package teiten.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The answers about live capture: when it ran, when it stopped, what it lost.
public final class WatchReadings {
    /// Times and minutes that one answer names at most; the newest are named.
    static final int MOST_NAMED = 1_000;

    /// A capture that was stored so recently goes on.
    private static final Duration RECENT = Duration.ofMinutes(2);

    /// Packets lost, by who lost them.
    ///
    /// @param kernel dropped because the kernel's ring was full
    /// @param device dropped by the network card or its driver
    /// @param ours captured but not stored
    public record Lost(long kernel, long device, long ours) {
        public long sum() {
            return kernel + device + ours;
        }
    }

    public record LossMinute(Instant minute, Lost lost) {}

    /// @param source the interface
    /// @param ended why; empty while it goes on, and when the process was killed
    public record Interval(Instant from, Instant to, String source, String ended) {}

    /// From where capture stopped to where it began again.
    public record Stop(Instant from, Instant to) {}

    /// One sensor's live capture.
    ///
    /// @param running whether it goes on, as far as the store tells
    /// @param packets captured live and stored
    /// @param intervals newest first, see [#MOST_NAMED]
    /// @param stops newest first
    /// @param minutes with losses, newest first
    public record Watched(
            String sensor,
            boolean running,
            long packets,
            Lost lost,
            List<Interval> intervals,
            List<Stop> stops,
            List<LossMinute> minutes) {
        /// Share of what came that is not in the figures.
        public double share() {
            long all = packets + lost.sum();
            return all == 0 ? 0 : (double) lost.sum() / all;
        }
    }

    private final Store store;

    WatchReadings(Store store) {
        this.store = store;
    }

    /// All sensors that were captured from live, by name.
    public List<Watched> all() {
        return store.read(db -> {
            List<Watched> all = new ArrayList<>();
            try (Statement ask = db.createStatement();
                    ResultSet row =
                            ask.executeQuery(
                                    "SELECT s.id, s.name, (SELECT coalesce(sum(i.packets), 0) FROM"
                                            + " import i WHERE i.sensor = s.id AND i.head_length ="
                                            + " 0 AND i.file LIKE '"
                                            + Watching.LIVE
                                            + "%') FROM sensor s WHERE s.id IN (SELECT sensor FROM"
                                            + " watched) ORDER BY s.name")) {
                while (row.next()) {
                    all.add(one(db, row.getInt(1), row.getString(2), row.getLong(3)));
                }
            }
            return all;
        });
    }

    private Watched one(Connection db, int sensor, String name, long packets) throws SQLException {
        List<Interval> intervals = new ArrayList<>();
        Instant now = store.clock().instant();
        boolean running = false;
        String sql =
                "SELECT began, until, source, ended FROM watched WHERE sensor = ? ORDER BY began"
                        + " DESC LIMIT "
                        + MOST_NAMED;
        try (PreparedStatement ask = db.prepareStatement(sql)) {
            ask.setInt(1, sensor);
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    Instant to = Instant.ofEpochMilli(row.getLong(2));
                    String ended = row.getString(4);
                    running |= ended.isEmpty() && to.plus(RECENT).isAfter(now);
                    intervals.add(
                            new Interval(
                                    Instant.ofEpochMilli(row.getLong(1)),
                                    to,
                                    row.getString(3),
                                    ended));
                }
            }
        }
        List<Stop> stops = new ArrayList<>();
        for (WatchedTime.Span stop : WatchedTime.read(db, sensor).stops().reversed()) {
            if (stops.size() < MOST_NAMED) {
                stops.add(
                        new Stop(
                                Instant.ofEpochMilli(stop.from()),
                                Instant.ofEpochMilli(stop.to())));
            }
        }
        return new Watched(
                name, running, packets, lost(db, sensor), intervals, stops, minutes(db, sensor));
    }

    private static Lost lost(Connection db, int sensor) throws SQLException {
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT coalesce(sum(kernel), 0)::BIGINT, coalesce(sum(device),"
                                        + " 0)::BIGINT, coalesce(sum(ours), 0)::BIGINT FROM loss"
                                        + " WHERE sensor = "
                                        + sensor)) {
            row.next();
            return new Lost(row.getLong(1), row.getLong(2), row.getLong(3));
        }
    }

    private static List<LossMinute> minutes(Connection db, int sensor) throws SQLException {
        List<LossMinute> minutes = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT minute, sum(kernel)::BIGINT, sum(device)::BIGINT,"
                                        + " sum(ours)::BIGINT FROM loss WHERE sensor = "
                                        + sensor
                                        + " GROUP BY minute ORDER BY minute DESC LIMIT "
                                        + MOST_NAMED)) {
            while (row.next()) {
                minutes.add(
                        new LossMinute(
                                Coverage.minute(row.getInt(1)),
                                new Lost(row.getLong(2), row.getLong(3), row.getLong(4))));
            }
        }
        return minutes;
    }
}

package teiten.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/// How far back a sensor's rows are kept.
///
/// Time is counted back from the sensor's newest packet. A capture that was stored less than so many days ago stays with its
/// own last so many days, however old its packets are: who imports an archive wants to look at it.
final class Retention {
    private Retention() {}

    /// The first UTC day that is kept, since 1970.
    static long from(Connection db, int sensor, int days, Instant now) throws SQLException {
        String sensors = " WHERE sensor = " + sensor;
        String sql =
                "SELECT least((SELECT coalesce(max(minute), 0) // 1440 - "
                        + days
                        + " FROM pulse"
                        + sensors
                        + "), (SELECT coalesce(min(greatest(first_nanos // 86400000000000,"
                        + " last_nanos // 86400000000000 - "
                        + days
                        + ")), 1000000000) FROM import"
                        + sensors
                        + " AND first_nanos IS NOT NULL AND stored_at_millis >= "
                        + now.minus(Duration.ofDays(days)).toEpochMilli()
                        + "))";
        try (Statement ask = db.createStatement();
                ResultSet row = ask.executeQuery(sql)) {
            row.next();
            return Math.max(0, row.getLong(1));
        }
    }
}

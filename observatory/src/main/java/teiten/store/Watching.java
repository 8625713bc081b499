package teiten.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The way in for what live capture knows beside the packets: when it ran, and what it lost.
public final class Watching {
    /// How the ledger names what was captured live: this, the interface, and when it began.
    public static final String LIVE = "live ";

    /// Packets lost in one minute.
    ///
    /// @param minute since 1970
    /// @param kernel dropped because the kernel's ring was full
    /// @param device dropped by the network card or its driver
    /// @param ours captured, or still in the ring, but never stored
    public record Loss(int minute, long kernel, long device, long ours) {}

    /// What is stored together with a stretch of packets.
    ///
    /// @param id of the watched time, from [Watching#begin]
    /// @param sensor its number
    /// @param untilMillis since 1970: everything that came before is stored or counted as lost
    /// @param ended why the capture ended; empty while it goes on
    /// @param losses that are new since the last note
    public record Note(int id, int sensor, long untilMillis, String ended, List<Loss> losses) {}

    /// A file of a followed directory.
    ///
    /// @param modifiedNanos time of its last change, since 1970
    public record Seen(long size, long modifiedNanos) {}

    private final Store store;

    public Watching(Store store) {
        this.store = store;
    }

    /// Begins a watched time.
    ///
    /// @param source the interface, for people
    /// @return its id
    public int begin(int sensor, String source, long nowMillis) {
        return store.write(db -> {
            try (PreparedStatement insert =
                    db.prepareStatement(
                            "INSERT INTO watched VALUES (nextval('ids'), ?, ?, ?, ?, '') RETURNING"
                                    + " id")) {
                insert.setInt(1, sensor);
                insert.setString(2, source);
                insert.setLong(3, nowMillis);
                insert.setLong(4, nowMillis);
                try (ResultSet row = insert.executeQuery()) {
                    row.next();
                    return row.getInt(1);
                }
            }
        });
    }

    /// Stores a note alone, when no packet came with it.
    public void store(Note note) {
        store.write(db -> {
            put(db, note);
            return note;
        });
    }

    /// Within the caller's transaction.
    static void put(Connection db, Note note) throws SQLException {
        try (PreparedStatement update =
                db.prepareStatement("UPDATE watched SET until = ?, ended = ? WHERE id = ?")) {
            update.setLong(1, note.untilMillis());
            update.setString(2, note.ended());
            update.setInt(3, note.id());
            update.execute();
        }
        try (PreparedStatement insert =
                db.prepareStatement("INSERT INTO loss VALUES (?, ?, ?, ?, ?)")) {
            for (Loss loss : note.losses()) {
                insert.setInt(1, note.sensor());
                insert.setInt(2, loss.minute());
                insert.setLong(3, loss.kernel());
                insert.setLong(4, loss.device());
                insert.setLong(5, loss.ours());
                insert.execute();
            }
        }
    }

    /// The files of a followed directory as they were when they were last looked into, by name.
    public Map<String, Seen> followed(int sensor) {
        return store.read(db -> {
            Map<String, Seen> files = new HashMap<>();
            try (PreparedStatement ask =
                    db.prepareStatement(
                            "SELECT file, size, modified FROM followed WHERE sensor = ?")) {
                ask.setInt(1, sensor);
                try (ResultSet row = ask.executeQuery()) {
                    while (row.next()) {
                        files.put(row.getString(1), new Seen(row.getLong(2), row.getLong(3)));
                    }
                }
            }
            return files;
        });
    }

    /// Notes that a file was looked into.
    public void followed(int sensor, String file, Seen seen) {
        store.write(db -> {
            try (PreparedStatement insert =
                    db.prepareStatement("INSERT OR REPLACE INTO followed VALUES (?, ?, ?, ?)")) {
                insert.setInt(1, sensor);
                insert.setString(2, file);
                insert.setLong(3, seen.size());
                insert.setLong(4, seen.modifiedNanos());
                insert.execute();
            }
            return file;
        });
    }

    /// Forgets a file that is no longer there; what was read of it stays.
    public void forget(int sensor, String file) {
        store.write(db -> {
            try (PreparedStatement delete =
                    db.prepareStatement("DELETE FROM followed WHERE sensor = ? AND file = ?")) {
                delete.setInt(1, sensor);
                delete.setString(2, file);
                delete.execute();
            }
            return file;
        });
    }
}

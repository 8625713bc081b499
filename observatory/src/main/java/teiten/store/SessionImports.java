package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.session.understand.FamilyRules;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// The way in for sessions: the ledger of what they were read from, and a writer for each reading.
public final class SessionImports {
    private final Store store;

    public SessionImports(Store store) {
        this.store = store;
    }

    /// A log, segment or capture, told again by its content wherever it lies and however it is compressed.
    ///
    /// @param id the ledger's number; 0 before it was begun
    /// @param sensor the name that was given for it; empty when its events bear their own
    /// @param format `events`, `cowrie`, `telnet-log` or `capture`
    /// @param capture the ledger's number of the capture; null for a log
    /// @param headLength bytes under `headSha256`, at most 64 KiB
    /// @param length bytes under `sha256`: all that was read; 0 while no reading came to its end
    /// @param whole whether the last reading came to its end
    /// @param counters what became of its lines, as JSON of whoever reads it
    public record Entry(
            int id,
            String sensor,
            String format,
            String file,
            @Nullable Integer capture,
            long headLength,
            String headSha256,
            long length,
            String sha256,
            boolean whole,
            String counters) {
        Entry withId(int number) {
            return new Entry(
                    number,
                    sensor,
                    format,
                    file,
                    capture,
                    headLength,
                    headSha256,
                    length,
                    sha256,
                    whole,
                    counters);
        }
    }

    /// The ledger's entries of that format and sensor, the longest first.
    public List<Entry> ledger(String format, String sensor) {
        return store.readTables(db -> {
            List<Entry> entries = new ArrayList<>();
            try (PreparedStatement ask =
                    db.prepareStatement(
                            "SELECT id, sensor, format, file, capture, head_length, head_sha256,"
                                    + " length, sha256, whole, counters FROM session_import WHERE"
                                    + " format = ? AND sensor = ? ORDER BY length DESC")) {
                ask.setString(1, format);
                ask.setString(2, sensor);
                try (ResultSet row = ask.executeQuery()) {
                    while (row.next()) {
                        int capture = row.getInt(5);
                        entries.add(
                                new Entry(
                                        row.getInt(1),
                                        row.getString(2),
                                        row.getString(3),
                                        row.getString(4),
                                        row.wasNull() ? null : Integer.valueOf(capture),
                                        row.getLong(6),
                                        row.getString(7),
                                        row.getLong(8),
                                        row.getString(9),
                                        row.getBoolean(10),
                                        row.getString(11)));
                    }
                }
            }
            return entries;
        });
    }

    /// Begins a reading, from the first line on, of something new or of an entry that has grown or was not finished.
    ///
    /// @param demo marks its sessions as simulated
    public SessionWriter begin(Entry entry, boolean demo, FamilyRules rules) {
        return store.write(db -> {
            int id = entry.id();
            long reading;
            try (Statement ask = db.createStatement()) {
                try (ResultSet row = ask.executeQuery("SELECT nextval('ids')")) {
                    row.next();
                    reading = row.getLong(1);
                }
                if (id != 0) {
                    ask.execute("UPDATE session_import SET whole = false WHERE id = " + id);
                }
            }
            if (id == 0) {
                id = (int) reading;
                try (PreparedStatement insert =
                        db.prepareStatement(
                                "INSERT INTO session_import VALUES (?, ?, ?, ?, ?, ?, ?, 0, '',"
                                        + " false, '{}', ?)")) {
                    insert.setInt(1, id);
                    insert.setString(2, entry.sensor());
                    insert.setString(3, entry.format());
                    insert.setString(4, entry.file());
                    insert.setObject(5, entry.capture());
                    insert.setLong(6, entry.headLength());
                    insert.setString(7, entry.headSha256());
                    insert.setLong(8, store.clock().millis());
                    insert.execute();
                }
            }
            return new SessionWriter(store, entry.withId(id), reading, demo, rules);
        });
    }
}

package teiten.session.read;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.session.Event;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.function.Consumer;

/// The logs that can be imported.
public enum LogFormat {
    /// Teiten's own events, one JSON object a line.
    EVENTS("events"),
    /// Cowrie's JSON log.
    COWRIE("cowrie"),
    /// The plain log of a Telnet honeypot.
    TELNET_LOG("telnet-log");

    private final String label;

    LogFormat(String label) {
        this.label = label;
    }

    /// The word of `teiten import --format`.
    public String label() {
        return label;
    }

    /// What a log's first line looks like; null when like none of these.
    public static @Nullable LogFormat sniff(String line) {
        if (line.startsWith("{")) {
            return line.contains("\"eventid\"")
                    ? COWRIE
                    : line.contains("\"v\":") && line.contains("\"event\":") ? EVENTS : null;
        }
        return line.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d.* - .* - .* - .*")
                ? TELNET_LOG
                : null;
    }

    /// The format of a file, by its first lines that are not blank.
    ///
    /// @throws OperatorMistake when the file cannot be read
    public static @Nullable LogFormat sniff(Path file) {
        try (LogLines lines = LogLines.open(file)) {
            for (LogLines.Line line = lines.next();
                    line != null && line.number() <= 20;
                    line = lines.next()) {
                LogFormat format = line.tooLong() ? null : sniff(line.text().strip());
                if (format != null) {
                    return format;
                }
            }
        }
        return null;
    }

    /// Reads a whole file, plain or in gzip or zstd.
    ///
    /// @param sensor the vantage point's id; a Cowrie log's own when empty; events bear theirs
    /// @param zone of times that bear none
    /// @throws OperatorMistake when the file cannot be read
    public ReadCounts read(Path file, String sensor, ZoneId zone, Consumer<Event> sink) {
        try (LogLines lines = LogLines.open(file)) {
            return switch (this) {
                case EVENTS -> new EventLog(sink).read(lines);
                case COWRIE -> new CowrieLog(sensor, sink).read(lines);
                case TELNET_LOG ->
                        new TelnetLog(sensor.isEmpty() ? "telnet-log" : sensor, zone, sink)
                                .read(lines);
            };
        }
    }
}

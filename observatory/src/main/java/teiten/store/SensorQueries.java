package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.store.Readings.ImportLine;
import teiten.store.Readings.SensorReport;
import teiten.telescope.Outcome;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What was read, and what became of each packet: from `sensor`, `import` and `pulse`.
final class SensorQueries {
    private final Connection db;

    SensorQueries(Connection db) {
        this.db = db;
    }

    List<SensorReport> all(Coverage coverage) throws SQLException {
        List<SensorReport> reports = new ArrayList<>();
        for (Coverage.SensorSpan sensor : coverage.sensors()) {
            List<ImportLine> imports = imports(sensor.id());
            Map<String, Long> outcomes = new LinkedHashMap<>();
            Map<String, Long> skipped = new LinkedHashMap<>();
            long packets = 0;
            for (ImportLine line : imports) {
                packets += line.packets();
                line.outcomes().forEach((name, n) -> outcomes.merge(name, n, Long::sum));
                line.skipped().forEach((name, n) -> skipped.merge(name, n, Long::sum));
            }
            long early =
                    EventKeeper.count(
                            db,
                            "SELECT coalesce(sum(closed_early), 0)::BIGINT FROM import WHERE sensor"
                                    + " = "
                                    + sensor.id());
            reports.add(
                    new SensorReport(
                            sensor.name(),
                            sensor.prefixes(),
                            sensor.addresses(),
                            sensor.inferred(),
                            sensor.demo(),
                            sensor.isEmpty() ? null : Coverage.minute(sensor.from()),
                            sensor.isEmpty() ? null : Coverage.minute(sensor.to()),
                            packets,
                            early,
                            outcomes,
                            skipped,
                            sensor.gaps().stream().map(Coverage.MinuteGap::asGap).toList(),
                            imports));
        }
        return reports;
    }

    private List<ImportLine> imports(int sensor) throws SQLException {
        List<ImportLine> lines = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT file, packets, bytes, array_to_string(outcomes, ','),"
                                        + " first_nanos, last_nanos, stopped_at, stopped_reason,"
                                        + " stored_at_millis FROM import WHERE sensor = "
                                        + sensor
                                        + " ORDER BY first_nanos, id")) {
            while (row.next()) {
                List<Long> outcomes = Imports.outcomes(row.getString(4));
                lines.add(
                        new ImportLine(
                                row.getString(1),
                                row.getLong(2),
                                row.getLong(3),
                                named(outcomes, true),
                                named(outcomes, false),
                                instant(Imports.nullable(row, 5)),
                                instant(Imports.nullable(row, 6)),
                                Imports.nullable(row, 7),
                                row.getString(8),
                                Instant.ofEpochMilli(row.getLong(9))));
            }
        }
        return lines;
    }

    /// Counts by name: the used classes always, reasons for skipping only when they occurred.
    static Map<String, Long> named(List<Long> outcomes, boolean used) {
        Map<String, Long> named = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            long n = outcome.ordinal() < outcomes.size() ? outcomes.get(outcome.ordinal()) : 0;
            if (outcome.used() == used && (used || n > 0)) {
                named.put(outcome.label(), n);
            }
        }
        return named;
    }

    private static @Nullable Instant instant(@Nullable Long nanos) {
        return nanos == null
                ? null
                : Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000);
    }
}

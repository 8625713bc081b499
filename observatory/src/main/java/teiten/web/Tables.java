package teiten.web;

import org.jspecify.annotations.Nullable;

import teiten.store.Estimate;
import teiten.store.Readings.Bucket;
import teiten.store.Readings.ClassSeries;
import teiten.store.Readings.Counted;
import teiten.store.Readings.HeatMap;
import teiten.store.Readings.MarkLine;
import teiten.store.Readings.NewPort;
import teiten.store.Readings.PortLine;
import teiten.store.Readings.PortReport;
import teiten.store.Readings.SensorReport;
import teiten.store.Readings.Series;
import teiten.store.Readings.SourceLine;
import teiten.store.Readings.SourceReport;
import teiten.store.Tally;
import teiten.telescope.Mark;
import teiten.telescope.PacketClass;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The answers as tables, one for each kind of answer, in the same words as the JSON.
final class Tables {
    private Tables() {}

    static Table ports(List<PortLine> lines, Counted counted) {
        Table table =
                new Table(
                                counted,
                                "port",
                                "packets",
                                "bytes",
                                "accesses",
                                "syn",
                                "backscatter",
                                "sources",
                                "sources_error",
                                "per_day_and_address")
                        .withMarks();
        for (PortLine line : lines) {
            Table.Row row = table.row().add(line.port());
            tally(row, line.tally());
            estimate(row, line.sources()).add(line.perDayAndAddress());
            marks(row, line.tally());
        }
        return table;
    }

    static Table sources(List<SourceLine> lines, Counted counted) {
        Table table =
                new Table(
                                counted,
                                "source",
                                "packets",
                                "bytes",
                                "accesses",
                                "syn",
                                "backscatter",
                                "targets",
                                "targets_error",
                                "ports",
                                "first",
                                "last",
                                "os",
                                "ttl_min",
                                "ttl_max")
                        .withMarks();
        for (SourceLine line : lines) {
            Table.Row row = table.row().add(line.source());
            tally(row, line.tally());
            estimate(row, line.targets())
                    .add(line.ports())
                    .add(line.first())
                    .add(line.last())
                    .add(line.os().os().name().toLowerCase(Locale.ROOT))
                    .add(line.os().ttlMin())
                    .add(line.os().ttlMax());
            marks(row, line.tally());
        }
        return table;
    }

    static Table marks(List<MarkLine> lines, Counted counted) {
        Table table =
                new Table(
                        counted,
                        "mark",
                        "packets",
                        "bytes",
                        "accesses",
                        "syn",
                        "backscatter",
                        "sources",
                        "sources_error",
                        "rules_version");
        for (MarkLine line : lines) {
            Table.Row row = table.row().add(line.mark().label());
            tally(row, line.tally());
            estimate(row, line.sources()).add(line.rulesVersion());
        }
        return table;
    }

    static Table series(Series series) {
        Table table =
                new Table(
                                series.counted(),
                                "start",
                                "end",
                                "observed",
                                "packets",
                                "bytes",
                                "accesses",
                                "syn",
                                "backscatter",
                                "sources",
                                "sources_error",
                                "per_day_and_address")
                        .withMarks();
        for (Bucket bucket : series.buckets()) {
            Table.Row row =
                    table.row()
                            .add(at(bucket.start(), series.zone()))
                            .add(at(bucket.end(), series.zone()))
                            .add(bucket.observed());
            boolean gap = bucket.observed() == 0;
            if (gap) {
                for (int i = 0; i < 8 + Mark.values().length; i++) {
                    row.add(null);
                }
            } else {
                tally(row, bucket.tally());
                estimate(row, bucket.sources()).add(bucket.perDayAndAddress());
                marks(row, bucket.tally());
            }
        }
        return table;
    }

    static Table classes(ClassSeries series) {
        List<PacketClass> classes = List.of(PacketClass.values());
        Table table =
                new Table(
                        series.counted(),
                        Stream.concat(Stream.of("start"), classes.stream().map(PacketClass::label))
                                .toArray(String[]::new));
        for (int i = 0; i < series.starts().size(); i++) {
            Table.Row row = table.row().add(at(series.starts().get(i), series.zone()));
            for (PacketClass kind : classes) {
                long[] packets = series.packets().get(kind);
                row.add(packets == null ? 0L : packets[i]);
            }
        }
        return table;
    }

    static Table heatMap(HeatMap map, ZoneId zone) {
        Table table = new Table(map.counted(), "hour", "port", "gap", "per_day_and_address");
        for (int column = 0; column < map.hours().size(); column++) {
            for (int line = 0; line < map.ports().size(); line++) {
                boolean gap = map.gap()[column];
                table.row()
                        .add(at(map.hours().get(column), zone))
                        .add(map.ports().get(line))
                        .add(gap)
                        .add(gap ? null : map.perDayAndAddress()[line][column]);
            }
        }
        return table;
    }

    static Table newPorts(List<NewPort> ports, Counted counted) {
        Table table =
                new Table(
                                counted,
                                "port",
                                "packets",
                                "bytes",
                                "accesses",
                                "syn",
                                "backscatter",
                                "sources",
                                "sources_error",
                                "first")
                        .withMarks();
        for (NewPort port : ports) {
            Table.Row row = table.row().add(port.port());
            tally(row, port.tally());
            estimate(row, port.sources()).add(port.first());
            marks(row, port.tally());
        }
        return table;
    }

    static Table overlaps(PortReport report) {
        Table table = new Table(report.counted(), "port", "other_port", "sources", "share");
        report.overlaps()
                .forEach(each ->
                        table.row()
                                .add(report.port())
                                .add(each.other())
                                .add(each.sources())
                                .add(each.share()));
        return table;
    }

    static Table source(SourceReport report) {
        Table table =
                new Table(
                                report.counted(),
                                "source",
                                "port",
                                "packets",
                                "bytes",
                                "accesses",
                                "syn",
                                "backscatter",
                                "targets",
                                "targets_error",
                                "first",
                                "last")
                        .withMarks();
        report.ports()
                .forEach(use -> {
                    Table.Row row = table.row().add(report.source()).add(use.port());
                    tally(row, use.tally());
                    estimate(row, use.targets()).add(use.first()).add(use.last());
                    marks(row, use.tally());
                });
        return table;
    }

    /// One line a file that was read, with its sensor.
    static Table imports(List<SensorReport> sensors) {
        Table table =
                new Table(
                        null,
                        "sensor",
                        "demo",
                        "file",
                        "packets",
                        "bytes",
                        "outcomes",
                        "skipped",
                        "first",
                        "last",
                        "stopped_at",
                        "stopped_reason",
                        "stored_at");
        for (SensorReport sensor : sensors) {
            sensor.imports()
                    .forEach(line ->
                            table.row()
                                    .add(sensor.name())
                                    .add(sensor.demo())
                                    .add(line.file())
                                    .add(line.packets())
                                    .add(line.bytes())
                                    .add(counters(line.outcomes()))
                                    .add(counters(line.skipped()))
                                    .add(line.first())
                                    .add(line.last())
                                    .add(line.stoppedAt())
                                    .add(line.stoppedReason())
                                    .add(line.storedAt()));
        }
        return table;
    }

    /// One line a gap, with its sensor.
    static Table gaps(List<SensorReport> sensors) {
        Table table = new Table(null, "sensor", "from", "to", "seconds", "reason");
        for (SensorReport sensor : sensors) {
            sensor.gaps()
                    .forEach(gap ->
                            table.row()
                                    .add(sensor.name())
                                    .add(gap.from())
                                    .add(gap.to())
                                    .add(gap.to().getEpochSecond() - gap.from().getEpochSecond())
                                    .add(gap.reason()));
        }
        return table;
    }

    private static String counters(Map<String, Long> counters) {
        return counters.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(e -> e.getKey() + ":" + e.getValue())
                .collect(Collectors.joining(" "));
    }

    private static void tally(Table.Row row, Tally tally) {
        row.add(tally.packets())
                .add(tally.bytes())
                .add(tally.accesses())
                .add(tally.syn())
                .add(tally.backscatter());
    }

    private static Table.Row estimate(Table.Row row, Estimate estimate) {
        return row.add(Math.rint(estimate.value())).add(estimate.relativeError());
    }

    private static void marks(Table.Row row, Tally tally) {
        for (Mark mark : Mark.values()) {
            row.add(tally.marked(mark));
        }
    }

    private static @Nullable String at(@Nullable Instant instant, ZoneId zone) {
        return instant == null
                ? null
                : DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atZone(zone));
    }
}

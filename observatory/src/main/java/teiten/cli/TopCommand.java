package teiten.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import teiten.OperatorMistake;
import teiten.store.Readings;
import teiten.store.Readings.Counted;
import teiten.store.Readings.MarkLine;
import teiten.store.Readings.PortLine;
import teiten.store.Readings.SourceLine;
import teiten.store.Scope;
import teiten.store.Tally;
import teiten.telescope.Mark;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/// `teiten top ports|sources|marks|events|victims|campaigns|sessions|credentials|samples`
@Command(
        name = "top",
        description = {
            "Show the most accessed ports, the busiest sources, the tools' marks, the scan events,"
                    + " the victims of denial of service whose answers came, the campaigns of"
                    + " scanning, the sessions that"
                    + " came furthest, the pairs that were tried most or the"
                    + " samples.",
            "",
            "What an attacker typed as a password may be somebody's: credentials are masked unless"
                    + " --reveal is given."
        })
final class TopCommand implements Callable<Integer> {
    /// What can be ranked.
    enum What {
        PORTS,
        SOURCES,
        MARKS,
        EVENTS,
        VICTIMS,
        CAMPAIGNS,
        SESSIONS,
        CREDENTIALS,
        SAMPLES
    }

    @Mixin StoreOptions store = new StoreOptions();

    @Mixin ScopeOptions scope = new ScopeOptions();

    @Mixin Format format = new Format();

    @Parameters(
            paramLabel = "WHAT",
            description =
                    "ports, sources, marks, events, victims, campaigns, sessions, credentials or"
                            + " samples.")
    What what = What.PORTS;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "How many lines; 0 for all (default: 20).")
    int limit = 20;

    @Option(names = "--reveal", description = "Show credentials as they were typed.")
    boolean reveal;

    @Override
    public Integer call() {
        if (limit < 0) {
            throw new OperatorMistake("--limit " + limit + " is negative; write 0 for all lines");
        }
        try (Desk.OpenStore open = store.open("teiten top")) {
            Readings readings = new Readings(open.store());
            if (what == What.SESSIONS || what == What.CREDENTIALS) {
                SessionPrint print = new SessionPrint(readings.sessions(), scope, format, limit);
                return what == What.SESSIONS ? print.sessions() : print.credentials(reveal);
            }
            Print print = new Print();
            if (what == What.SAMPLES) {
                TopSamples.print(readings.samples(), limit, format, scope.zone(), print);
                return Main.DONE;
            }
            Scope asked = scope.scope(readings);
            if (asked == null && !format.json && !format.csv) {
                print.line("Nothing was read yet. Begin with: teiten import FILE");
                return Main.DONE;
            }
            if (what == What.CAMPAIGNS) {
                new CampaignPrint(readings, format, scope.zone()).top(asked, limit);
                return Main.DONE;
            }
            if (what == What.EVENTS || what == What.VICTIMS) {
                if (asked == null) {
                    print.json(List.of());
                } else if (what == What.EVENTS) {
                    TopEvents.events(readings.events(), asked, limit, format, scope.zone(), print);
                } else {
                    TopEvents.victims(readings.events(), asked, limit, format, scope.zone(), print);
                }
                if (asked != null && !format.json && !format.csv) {
                    ScannerLines.footnote(readings, asked, print);
                    print.note(Counting.forgotten(readings.counted(asked), scope.zone()));
                }
                return Main.DONE;
            }
            switch (what) {
                case PORTS ->
                        ports(print, asked == null ? List.of() : readings.topPorts(asked, limit));
                case SOURCES ->
                        sources(
                                print,
                                asked == null ? List.of() : readings.topSources(asked, limit));
                case MARKS -> marks(print, asked == null ? List.of() : readings.topMarks(asked));
                case EVENTS, VICTIMS, CAMPAIGNS, SESSIONS, CREDENTIALS, SAMPLES ->
                        throw new IllegalStateException("asked above");
            }
            if (asked != null && !format.json && !format.csv) {
                print.line("");
                Counted counted = readings.counted(asked);
                print.note(Counting.footnote(counted, scope.zone()));
                if (what == What.SOURCES) {
                    print.note(Counting.A_TENTH);
                }
                if (what != What.PORTS) {
                    print.note(Counting.forgotten(counted, scope.zone()));
                }
                ScannerLines.footnote(readings, asked, print);
            }
        }
        return Main.DONE;
    }

    static Map<String, Long> marks(Tally tally) {
        Map<String, Long> marks = new LinkedHashMap<>();
        for (Mark mark : Mark.values()) {
            marks.put(mark.label(), tally.marked(mark));
        }
        return marks;
    }

    static Map<String, Object> json(PortLine line) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("protocol", line.port().protocol().label());
        row.put("port", line.port().number());
        row.put("packets", line.tally().packets());
        row.put("bytes", line.tally().bytes());
        row.put("accesses", line.tally().accesses());
        row.put("syn", line.tally().syn());
        row.put("backscatter", line.tally().backscatter());
        row.put("sources", Math.round(line.sources().value()));
        row.put("sources_relative_error", line.sources().relativeError());
        row.put("marks", marks(line.tally()));
        row.put("accesses_per_day_and_address", Counting.finite(line.perDayAndAddress()));
        return row;
    }

    private void ports(Print print, List<PortLine> lines) {
        if (format.json) {
            print.json(lines.stream().map(TopCommand::json).toList());
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (PortLine line : lines) {
            Tally t = line.tally();
            rows.add(
                    format.csv
                            ? List.of(
                                    line.port().protocol().label(),
                                    String.valueOf(line.port().number()),
                                    String.valueOf(t.packets()),
                                    String.valueOf(t.accesses()),
                                    String.valueOf(t.syn()),
                                    String.valueOf(Math.round(line.sources().value())),
                                    String.valueOf(line.perDayAndAddress()),
                                    String.valueOf(t.marked(Mark.MIRAI)),
                                    String.valueOf(t.marked(Mark.MASSCAN)),
                                    String.valueOf(t.marked(Mark.ZMAP)),
                                    String.valueOf(t.marked(Mark.ZMAP_4)))
                            : List.of(
                                    line.port().toString(),
                                    Print.count(t.accesses()),
                                    Print.rate(line.perDayAndAddress()),
                                    Print.estimate(line.sources()),
                                    Print.share(t.marked(Mark.MIRAI), t.accesses()),
                                    Print.share(
                                            t.marked(Mark.MASSCAN)
                                                    + t.marked(Mark.ZMAP)
                                                    + t.marked(Mark.ZMAP_4),
                                            t.accesses())));
        }
        if (format.csv) {
            print.csv(
                    List.of(
                            "protocol",
                            "port",
                            "packets",
                            "accesses",
                            "syn",
                            "sources",
                            "accesses_per_day_and_address",
                            "mirai",
                            "masscan",
                            "zmap",
                            "zmap4"),
                    rows);
        } else {
            print.table(
                    List.of(
                            "port",
                            "accesses",
                            "/day/address",
                            "sources",
                            "Mirai mark",
                            "other tools"),
                    rows,
                    true,
                    false,
                    false,
                    false,
                    false,
                    false);
        }
    }

    private static Map<String, Object> json(SourceLine line) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("source", line.source().toString());
        row.put("packets", line.tally().packets());
        row.put("bytes", line.tally().bytes());
        row.put("accesses", line.tally().accesses());
        row.put("syn", line.tally().syn());
        row.put("targets", Math.round(line.targets().value()));
        row.put("targets_relative_error", line.targets().relativeError());
        row.put("ports", line.ports());
        row.put("marks", marks(line.tally()));
        row.put("first", line.first().toString());
        row.put("last", line.last().toString());
        row.put("os", Counting.os(line.os()));
        return row;
    }

    /// Sources may be millions: as JSON and CSV each row is made when it is written.
    private void sources(Print print, List<SourceLine> lines) {
        List<String> header =
                List.of("source", "packets", "syn", "targets", "ports", "marks", "os");
        if (format.json) {
            print.json(lines.stream().map(TopCommand::json).iterator());
        } else if (format.csv) {
            print.csv(header, () -> lines.stream().map(this::cells).iterator());
        } else {
            print.table(
                    header,
                    lines.stream().map(this::cells).toList(),
                    true,
                    false,
                    false,
                    false,
                    false,
                    true,
                    true);
        }
    }

    private List<String> cells(SourceLine line) {
        Tally t = line.tally();
        return List.of(
                line.source().toString(),
                format.csv ? String.valueOf(t.packets()) : Print.count(t.packets()),
                format.csv ? String.valueOf(t.syn()) : Print.count(t.syn()),
                format.csv
                        ? String.valueOf(Math.round(line.targets().value()))
                        : Print.estimate(line.targets()),
                String.valueOf(line.ports()),
                format.csv ? Counting.anyMarkNames(t) : Counting.markNames(t),
                line.os().os().name().toLowerCase(Locale.ROOT));
    }

    private void marks(Print print, List<MarkLine> lines) {
        Map<Mark, String> evidence = new EnumMap<>(Mark.class);
        for (Mark mark : Mark.values()) {
            evidence.put(mark, Counting.evidence(mark));
        }
        if (format.json) {
            List<Map<String, Object>> all = new ArrayList<>();
            for (MarkLine line : lines) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("mark", line.mark().label());
                row.put("packets", line.tally().marked(line.mark()));
                row.put("sources", Math.round(line.sources().value()));
                row.put("chance", Counting.finite(line.mark().chance()));
                row.put("rules_version", line.rulesVersion());
                row.put("evidence", evidence.get(line.mark()));
                all.add(row);
            }
            print.json(all);
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (MarkLine line : lines) {
            long packets = line.tally().marked(line.mark());
            rows.add(
                    List.of(
                            line.mark().label(),
                            format.csv ? String.valueOf(packets) : Print.count(packets),
                            format.csv
                                    ? String.valueOf(Math.round(line.sources().value()))
                                    : Print.estimate(line.sources()),
                            evidence.getOrDefault(line.mark(), "")));
        }
        List<String> header = List.of("mark", "packets", "sources", "evidence");
        if (format.csv) {
            print.csv(header, rows);
        } else {
            print.table(header, rows, true, false, false, true);
        }
    }
}

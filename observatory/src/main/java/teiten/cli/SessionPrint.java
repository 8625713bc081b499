package teiten.cli;

import teiten.cli.TopEvents.Starts;
import teiten.session.replay.SafeText;
import teiten.session.understand.RecordJson;
import teiten.session.understand.SessionRecord;
import teiten.store.Masked;
import teiten.store.Scope;
import teiten.store.SessionFilter;
import teiten.store.SessionReadings;
import teiten.store.SessionReadings.Counted;
import teiten.store.SessionReadings.CredentialLine;
import teiten.store.SessionReadings.Line;

import tools.jackson.databind.node.ObjectNode;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// Sessions and credentials as tables, JSON and CSV. Everything an attacker typed is made harmless here.
final class SessionPrint {
    private final SessionReadings readings;
    private final ScopeOptions scopes;
    private final Format format;
    private final int limit;
    private final Print print = new Print();

    SessionPrint(SessionReadings readings, ScopeOptions scopes, Format format, int limit) {
        this.readings = readings;
        this.scopes = scopes;
        this.format = format;
        this.limit = limit;
    }

    private int nothing() {
        if (format.json) {
            print.json(List.of());
        } else if (!format.csv) {
            print.line("No session was read yet. Begin with: teiten import FILE");
        }
        return Main.DONE;
    }

    int sessions() {
        Scope asked = scopes.scope(readings);
        if (asked == null) {
            return nothing();
        }
        List<Line> lines = readings.furthest(SessionFilter.of(asked), limit);
        if (format.json) {
            List<ObjectNode> rows = new ArrayList<>();
            for (Line line : lines) {
                rows.add(RecordJson.tree(line.record()).put("demo", line.demo()));
            }
            print.json(rows);
            return Main.DONE;
        }
        ZoneId zone = scopes.zone();
        Starts starts = new Starts(lines.stream().map(l -> l.record().start()).toList(), zone);
        List<List<String>> rows = new ArrayList<>();
        for (Line line : lines) {
            SessionRecord r = line.record();
            String last = r.stages().isEmpty() ? "" : r.stages().getLast().stage().label();
            rows.add(
                    format.csv
                            ? List.of(
                                    r.session(),
                                    SafeText.line(r.sensor()),
                                    r.source().toString(),
                                    r.start().toString(),
                                    r.end().toString(),
                                    r.door().label(),
                                    SafeText.line(r.device()),
                                    words(r),
                                    r.family(),
                                    String.valueOf(r.commands()),
                                    SafeText.line(String.join(" ", r.urls())),
                                    String.join(" ", r.cpuLabels()),
                                    r.fingerprint())
                            : List.of(
                                    r.session(),
                                    r.source().toString(),
                                    starts.of(r.start()),
                                    r.door().label(),
                                    last,
                                    r.family(),
                                    Print.count(r.commands())));
        }
        if (format.csv) {
            print.csv(
                    List.of(
                            "session",
                            "sensor",
                            "source",
                            "start",
                            "end",
                            "door",
                            "device",
                            "stages",
                            "family",
                            "commands",
                            "urls",
                            "cpus",
                            "fingerprint"),
                    rows);
        } else {
            print.table(
                    List.of("session", "source", "start", "door", "furthest", "family", "cmds"),
                    rows,
                    true,
                    true,
                    true,
                    true,
                    true,
                    true,
                    false);
            footnote(readings.counted(SessionFilter.of(asked)), zone);
            print.note(
                    starts.note()
                            + "cmds = lines typed. teiten show session ID tells commands, URLs and"
                            + " CPUs; --json and --csv tell them of all.");
        }
        return Main.DONE;
    }

    private static String words(SessionRecord record) {
        return String.join(" ", record.stages().stream().map(m -> m.stage().label()).toList());
    }

    private void footnote(Counted counted, ZoneId zone) {
        print.line("");
        print.note(
                String.format(
                        Locale.ROOT,
                        "%s to %s (%s), %s of %s on %s.",
                        Print.time(counted.scope().from(), zone),
                        Print.time(counted.scope().to(), zone),
                        zone,
                        Print.count(counted.sessions(), "session", "sessions"),
                        Print.count(counted.sources(), "source", "sources"),
                        Print.count(counted.sensors().size(), "sensor", "sensors")));
    }

    int credentials(boolean reveal) {
        Scope asked = scopes.scope(readings);
        if (asked == null) {
            return nothing();
        }
        List<CredentialLine> lines = readings.credentials(SessionFilter.of(asked), limit);
        ZoneId zone = scopes.zone();
        Starts times =
                new Starts(
                        lines.stream().flatMap(l -> Stream.of(l.first(), l.last())).toList(), zone);
        List<Map<String, Object>> objects = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (CredentialLine line : lines) {
            String user = reveal ? line.user() : Masked.word(line.user());
            String password = reveal ? line.password() : Masked.word(line.password());
            if (format.json) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("user", user);
                row.put("password", password);
                row.put("masked", !reveal);
                row.put("tries", line.tries());
                row.put("accepted", line.accepted());
                row.put("sessions", line.sessions());
                row.put("sources", line.sources());
                row.put("first", line.first().toString());
                row.put("last", line.last().toString());
                objects.add(row);
            } else {
                rows.add(
                        List.of(
                                format.csv ? SafeText.line(user) : shown(user),
                                format.csv ? SafeText.line(password) : shown(password),
                                number(line.tries()),
                                number(line.accepted()),
                                number(line.sessions()),
                                number(line.sources()),
                                format.csv ? line.first().toString() : times.of(line.first()),
                                format.csv ? line.last().toString() : times.of(line.last())));
            }
        }
        List<String> header =
                List.of(
                        "user",
                        "password",
                        "tries",
                        "accepted",
                        "sessions",
                        "sources",
                        "first",
                        "last");
        if (format.json) {
            print.json(objects);
        } else if (format.csv) {
            print.csv(header, rows);
        } else {
            print.table(header, rows, true, true, false, false, false, false, true, true);
            footnote(readings.counted(SessionFilter.of(asked)), zone);
            print.note(
                    times.note()
                            + (reveal
                                    ? "Names and passwords stand as they were typed."
                                    : "Names and passwords are masked; --reveal shows them as"
                                            + " typed."));
        }
        return Main.DONE;
    }

    private static String shown(String word) {
        return word.isEmpty() ? "(empty)" : SafeText.line(word);
    }

    private String number(long n) {
        return format.csv ? String.valueOf(n) : Print.count(n);
    }
}

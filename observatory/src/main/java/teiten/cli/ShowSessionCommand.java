package teiten.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import teiten.OperatorMistake;
import teiten.session.Visit;
import teiten.session.replay.SafeText;
import teiten.session.replay.SessionDetail;
import teiten.session.replay.Transcript;
import teiten.session.understand.CpuClue;
import teiten.session.understand.Credential;
import teiten.session.understand.Evidence;
import teiten.session.understand.SessionRecord;
import teiten.session.understand.StageMark;
import teiten.store.Readings;
import teiten.store.SessionReadings;
import teiten.store.SessionReadings.Found;

import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;

/// `teiten show session ID`
@Command(
        name = "session",
        description = "Stages with their evidence, family, files, CPUs, and the transcript.")
final class ShowSessionCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "As teiten top sessions shows it.")
    String id = "";

    @Mixin StoreOptions store = new StoreOptions();

    @Mixin ScopeOptions scope = new ScopeOptions();

    @Option(names = "--json", description = "JSON on standard output.")
    boolean json;

    @Override
    public Integer call() {
        try (Desk.OpenStore open = store.open("teiten show")) {
            Found found = find(new Readings(open.store()).sessions(), id, scope.sensors);
            Print print = new Print();
            if (json) {
                print.json(
                        SessionDetail.tree(found.session(), found.record())
                                .put("demo", found.demo()));
            } else {
                text(print, found, scope.zone());
            }
        }
        return Main.DONE;
    }

    /// The one session of that id.
    ///
    /// @throws OperatorMistake when there is none, or several sensors have one
    static Found find(SessionReadings readings, String id, List<String> sensors) {
        if (!Visit.isSessionId(id)) {
            throw new OperatorMistake(
                    "\""
                            + Print.safe(id)
                            + "\" is no session's id; teiten top sessions shows them");
        }
        if (sensors.size() > 1) {
            throw new OperatorMistake("name one sensor with --sensor, or none");
        }
        List<Found> found = readings.find(id, sensors.isEmpty() ? "" : sensors.getFirst());
        if (found.isEmpty()) {
            throw new OperatorMistake(
                    "there is no session " + id + " in the store; teiten top sessions shows them");
        }
        if (found.size() > 1) {
            throw new OperatorMistake(
                    "several sensors have a session "
                            + id
                            + "; choose one with --sensor: "
                            + Print.safe(
                                    String.join(
                                            ", ",
                                            found.stream()
                                                    .map(f -> f.record().sensor())
                                                    .toList())));
        }
        return found.getFirst();
    }

    private static void text(Print print, Found found, ZoneId zone) {
        SessionRecord r = found.record();
        print.line(
                "session "
                        + r.session()
                        + (found.demo() ? " (DEMO: simulated)" : "")
                        + ": "
                        + r.source()
                        + " at the "
                        + r.door().label()
                        + " door of "
                        + SafeText.line(r.sensor())
                        + (r.device().isEmpty() ? "" : ", device " + SafeText.line(r.device())));
        print.line(
                Print.time(r.start(), zone)
                        + " to "
                        + Print.time(r.end(), zone)
                        + " ("
                        + zone
                        + ")"
                        + (r.ended() ? "" : ", its end was not seen"));
        print.line("family " + r.family() + " (rules " + r.rules() + ")");
        for (Evidence one : r.evidence()) {
            print.line("  " + one.rule() + ": " + SafeText.line(one.line()));
        }
        print.line("");
        for (StageMark mark : r.stages()) {
            print.line(
                    Print.time(mark.at(), zone)
                            + "  "
                            + mark.stage().label()
                            + ": "
                            + SafeText.line(mark.evidence()));
        }
        for (Credential pair : r.credentials()) {
            print.line(
                    "login "
                            + SafeText.line(pair.user())
                            + " / "
                            + SafeText.line(pair.password())
                            + (pair.accepted() ? " (let in)" : ""));
        }
        r.urls().forEach(url -> print.line("url " + SafeText.line(url)));
        for (CpuClue clue : r.cpus()) {
            print.line(
                    "cpu "
                            + clue.cpu().label()
                            + " by "
                            + clue.how().label()
                            + " of "
                            + SafeText.line(clue.evidence()));
        }
        r.samples().forEach(sample -> print.line("sample " + sample));
        print.line("");
        StringBuilder said = new StringBuilder();
        for (Transcript.Chunk chunk : Transcript.of(found.session()).chunks()) {
            said.append(SafeText.of(chunk.payload(), "\n"));
            if (said.length() > 1 << 20) {
                said.append("\n… (teiten replay ").append(r.session()).append(" shows all of it)");
                break;
            }
        }
        print.line(said.toString());
    }
}

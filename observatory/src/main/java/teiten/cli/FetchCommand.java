package teiten.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import teiten.OperatorMistake;
import teiten.net.Prefix;
import teiten.sample.Defang;
import teiten.sample.fetch.FetchLimits;
import teiten.sample.fetch.FetchRun;
import teiten.sample.fetch.Fetcher;
import teiten.sample.fetch.Outcome;
import teiten.sample.fetch.PublicInternet;
import teiten.session.Event;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// `teiten fetch`: the step after `teiten sense`, in a process (better: on a host) of its own. Dials nobody unless told to.
@Command(
        name = "fetch",
        description =
                "List what visitors of the decoys asked for; with --dial, fetch it (off by"
                        + " default).",
        mixinStandardHelpOptions = true)
public final class FetchCommand implements Callable<Integer> {
    @Option(
            names = "--from",
            paramLabel = "DIR",
            required = true,
            description = "The directory that teiten sense --out filled.")
    Path from = Path.of(".");

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Where files/, fetched.jsonl and events-fetched-*.jsonl go; needed with"
                            + " --dial.")
    Path out = Path.of("");

    @Option(
            names = "--dial",
            description =
                    "Really fetch. This host's address becomes known to those who serve the files.")
    boolean dial;

    @Option(
            names = "--never",
            paramLabel = "PREFIX",
            description =
                    "Networks that are never dialled besides private and special ones, such as your"
                            + " own; may be repeated.")
    List<String> never = new ArrayList<>();

    @Option(
            names = "--most",
            paramLabel = "N",
            defaultValue = "100",
            description = "Most fetches in this run (default: ${DEFAULT-VALUE}).")
    int most = 100;

    @Option(
            names = "--every",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Least time between two fetches (default: ${DEFAULT-VALUE}).")
    int every = 10;

    @Option(
            names = "--largest",
            paramLabel = "MIB",
            defaultValue = "8",
            description = "Largest file that is kept (default: ${DEFAULT-VALUE}).")
    int largest = 8;

    @Override
    public Integer call() throws InterruptedException {
        within("--most", most, 1, 10_000);
        within("--every", every, 1, 86_400);
        within("--largest", largest, 1, 64);
        List<Prefix> refused = new ArrayList<>();
        for (String text : never) {
            try {
                refused.add(Prefix.parse(text));
            } catch (IllegalArgumentException wrong) {
                throw new OperatorMistake("--never: " + wrong.getMessage(), wrong);
            }
        }
        List<Event.Download> wanted = FetchRun.wanted(from);
        if (!dial) {
            for (Event.Download download : wanted) {
                String url = download.url().value();
                System.out.println(
                        (FetchRun.isFetchable(url) ? "would-fetch " : "refused-url ") + shown(url));
            }
            System.err.println(
                    "teiten: nothing was dialled; --dial fetches, from a host that may be seen.");
            return Main.DONE;
        }
        if (out.toString().isEmpty()) {
            throw new OperatorMistake("--dial needs --out DIR, where what is fetched goes.");
        }
        FetchLimits limits =
                new FetchLimits(
                        (long) largest << 20,
                        FetchLimits.DEFAULT.redirects(),
                        FetchLimits.DEFAULT.connect(),
                        FetchLimits.DEFAULT.whole(),
                        Duration.ofSeconds(every),
                        FetchLimits.DEFAULT.perHost(),
                        most);
        Map<Outcome, Integer> counts =
                new FetchRun(out, InstantSource.system())
                        .run(
                                wanted,
                                new Fetcher(new PublicInternet(refused), limits),
                                (url, result) ->
                                        System.out.println(
                                                result.outcome().label() + " " + shown(url)));
        counts.forEach((outcome, n) -> System.err.println(outcome.label() + " " + n));
        return Main.DONE;
    }

    /// Not to be clicked on, and harmless on a terminal.
    private static String shown(String url) {
        return Print.safe(Defang.url(url));
    }

    private static void within(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new OperatorMistake(
                    option + " " + value + " is outside " + least + " to " + most + ".");
        }
    }
}

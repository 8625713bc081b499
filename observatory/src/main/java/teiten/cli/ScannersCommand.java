package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import teiten.OperatorMistake;
import teiten.run.ScannerListFile;
import teiten.store.Readings;
import teiten.store.ScannerReadings;
import teiten.store.ScannerReadings.ScannerList;

import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `teiten scanners add|list|remove`
@Command(
        name = "scanners",
        description = {
            "Keep the lists by which investigation scanners are known: MISP warning lists (JSON) or"
                    + " plain files of CIDR blocks.",
            "",
            "Sources in them are never dropped; --scanners without|only of other commands tells"
                    + " them apart."
        })
final class ScannersCommand implements Runnable {
    @Override
    public void run() {
        throw new OperatorMistake(
                "say what to do: teiten scanners add FILE, teiten scanners list or teiten scanners"
                        + " remove NAME");
    }

    @Command(name = "add", description = "Load lists; one of the same name is replaced.")
    int add(
            @Parameters(paramLabel = "FILE", arity = "1..*", description = "Lists to load.")
                    List<Path> files,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            description = "Its name (default: the list's own, or the file's).")
                    @Nullable String name,
            @Mixin StoreOptions options) {
        if (name != null && files.size() > 1) {
            throw new OperatorMistake("--name fits one file; add the others by themselves");
        }
        List<ScannerListFile> lists = new ArrayList<>();
        for (Path file : files) {
            lists.add(ScannerListFile.read(Desk.current().folder().resolve(file), name));
        }
        Print print = new Print();
        try (Desk.OpenStore open = options.open("teiten scanners")) {
            ScannerReadings scanners = new Readings(open.store()).scanners();
            for (ScannerListFile list : lists) {
                list.store(scanners);
                ScannerList stored =
                        scanners.lists().stream()
                                .filter(s -> s.name().equals(list.name()))
                                .findFirst()
                                .orElseThrow();
                print.line(
                        Print.safe(stored.name())
                                + ": "
                                + Print.count(stored.entries())
                                + (stored.entries() == 1 ? " entry, " : " entries, ")
                                + Print.count(stored.matched())
                                + (stored.matched() == 1
                                        ? " source of the store lies in it"
                                        : " sources of the store lie in it"));
            }
        }
        return Main.DONE;
    }

    @Command(name = "list", description = "Show the lists that are loaded.")
    int list(@Mixin StoreOptions options, @Mixin Format as) {
        try (Desk.OpenStore open = options.open("teiten scanners")) {
            Readings readings = new Readings(open.store());
            readings.events().upToDate();
            List<ScannerList> lists = readings.scanners().lists();
            Print print = new Print();
            if (as.json) {
                print.json(lists.stream().map(ScannersCommand::json).toList());
                return Main.DONE;
            }
            if (lists.isEmpty() && !as.csv) {
                print.line("No list is loaded. Load one with: teiten scanners add FILE");
                return Main.DONE;
            }
            List<String> header =
                    List.of("name", "kind", "version", "entries", "sources", "loaded", "file");
            List<List<String>> rows = new ArrayList<>();
            for (ScannerList l : lists) {
                rows.add(
                        List.of(
                                l.name(),
                                l.kind(),
                                l.version().isEmpty() ? "-" : l.version(),
                                String.valueOf(l.entries()),
                                String.valueOf(l.matched()),
                                as.csv
                                        ? l.loaded().toString()
                                        : Print.time(l.loaded(), ZoneOffset.UTC),
                                l.source()));
            }
            if (as.csv) {
                print.csv(header, rows);
            } else {
                print.table(header, rows, true, true, true, false, false, true, true);
            }
        }
        return Main.DONE;
    }

    private static Map<String, Object> json(ScannerList l) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", l.name());
        row.put("kind", l.kind());
        row.put("version", l.version());
        row.put("entries", l.entries());
        row.put("sources", l.matched());
        row.put("loaded", l.loaded().toString());
        row.put("file", l.source());
        row.put("sha256", l.sha256());
        return row;
    }

    @Command(name = "remove", description = "Forget a list; what was counted stays.")
    int remove(
            @Parameters(paramLabel = "NAME", description = "As teiten scanners list shows it.")
                    String name,
            @Mixin StoreOptions options) {
        try (Desk.OpenStore open = options.open("teiten scanners")) {
            new Readings(open.store()).scanners().remove(name);
        }
        return Main.DONE;
    }
}

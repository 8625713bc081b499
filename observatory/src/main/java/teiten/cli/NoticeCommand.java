package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import teiten.OperatorMistake;
import teiten.advisory.Language;
import teiten.advisory.Notice;
import teiten.advisory.NoticeData;
import teiten.net.Port;
import teiten.store.Readings;
import teiten.store.Readings.SensorReport;
import teiten.store.Readings.Series;
import teiten.store.Scope;
import teiten.store.Step;
import teiten.web.NoticePages;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// `teiten notice port 23/tcp --lang ja -o notice.html`
@Command(
        name = "notice",
        description = "Write a printable notice of what the store shows about a port.")
final class NoticeCommand implements Runnable {
    /// Windows of up to so many days are drawn by hour.
    private static final long DAYS_BY_HOUR = 4;

    private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");

    @Override
    public void run() {
        throw new OperatorMistake(
                "say what the notice is about: teiten notice port 23/tcp --lang ja -o notice.html");
    }

    @Command(
            name = "port",
            description =
                    "One document: the graph of accesses, what was observed, how it was counted and"
                            + " what owners should do.")
    int port(
            @Parameters(paramLabel = "PORT", description = "Like 23/tcp.") String text,
            @Option(names = "--lang", paramLabel = "ja|en", description = "Language (default: ja).")
                    @Nullable String lang,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FILE",
                            required = true,
                            description = "Where to write the page; - is standard output.")
                    Path output,
            @Option(
                            names = "--date",
                            paramLabel = "DATE",
                            description = "Date on the page (default: the last day of data).")
                    @Nullable String date,
            @Option(
                            names = "--issuer",
                            paramLabel = "NAME",
                            description = "Who publishes it (default: left out).")
                    @Nullable String issuer,
            @Mixin StoreOptions options,
            @Mixin ScopeOptions scopes) {
        Port port = ShowCommand.port(text);
        Language language = language(lang);
        LocalDate published = published(date);
        ZoneId zone = scopes.zoneOr(TOKYO);
        Desk desk = Desk.current();
        try (Desk.OpenStore open = options.open("teiten notice")) {
            Readings readings = new Readings(open.store());
            Scope scope = scopes.scope(readings);
            if (scope == null) {
                throw new OperatorMistake("nothing was read yet; begin with: teiten import FILE");
            }
            String html =
                    Notice.html(gather(readings, port, scope, zone, published, issuer), language);
            if (output.toString().equals("-")) {
                new Print().line(html);
            } else {
                write(desk.folder().resolve(output), html);
            }
        }
        return Main.DONE;
    }

    private static void write(Path file, String html) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new OperatorMistake(
                    "the notice cannot be written: there is no directory "
                            + folder
                            + "; create it or name another file with -o");
        }
        try {
            Path aside = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(aside, html, StandardCharsets.UTF_8);
            Files.move(
                    aside,
                    file,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "the notice "
                            + file
                            + " cannot be written ("
                            + fault.getMessage()
                            + "); name another file with -o",
                    fault);
        }
    }

    private static Language language(@Nullable String lang) {
        if (lang == null || lang.equalsIgnoreCase("ja")) {
            return Language.JA;
        }
        if (lang.equalsIgnoreCase("en")) {
            return Language.EN;
        }
        throw new OperatorMistake("--lang \"" + Print.safe(lang) + "\" is neither ja nor en");
    }

    private static @Nullable LocalDate published(@Nullable String date) {
        try {
            return date == null ? null : LocalDate.parse(date);
        } catch (DateTimeException _) {
            throw new OperatorMistake(
                    "--date \""
                            + Print.safe(date == null ? "" : date)
                            + "\" is no date: write it like 2015-12-15");
        }
    }

    private static NoticeData gather(
            Readings readings,
            Port port,
            Scope scope,
            ZoneId zone,
            @Nullable LocalDate published,
            @Nullable String issuer) {
        Series days = readings.series(port, scope, Step.DAY, zone);
        boolean fine = Duration.between(scope.from(), scope.to()).toDays() < DAYS_BY_HOUR;
        Set<String> names = Set.copyOf(days.counted().sensors());
        List<SensorReport> sensors =
                readings.sensors().stream().filter(s -> names.contains(s.name())).toList();
        return new NoticeData(
                days,
                fine ? readings.series(port, scope, Step.HOUR, zone) : days,
                readings.port(port, scope),
                readings.topMarks(scope),
                sensors,
                published,
                issuer);
    }

    /// The same page for the Port screen.
    static NoticePages pages(Readings readings) {
        return (port, scope, locale) ->
                new NoticePages.Page(
                        Notice.html(
                                gather(readings, port, scope, TOKYO, null, null),
                                locale.getLanguage().equals(Locale.JAPANESE.getLanguage())
                                        ? Language.JA
                                        : Language.EN),
                        Notice.contentSecurityPolicy());
    }
}

package teiten.advisory;

import teiten.store.Estimate;
import teiten.store.Readings.Os;
import teiten.store.Readings.Overlap;
import teiten.telescope.Mark;
import teiten.trend.Level;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The notice in English.
final class English implements Words {
    static final String UNIT = "accesses per day and IP address";

    private static final Figures FIGURES = new Figures(Language.EN);

    @Override
    public String kicker() {
        return "Fixed-point observation of the Internet";
    }

    @Override
    public String heading(Part part) {
        return switch (part) {
            case SUMMARY -> "1 Summary";
            case OBSERVED -> "2 What was observed";
            case ACCESSES -> "Accesses over time";
            case SOURCES -> "Source addresses";
            case MARKS -> "Marks of scanning tools";
            case SYSTEMS -> "Likely operating systems of the sources";
            case OTHERS -> "Other ports that the same sources accessed";
            case COUNTED -> "3 How this was counted, and its limits";
            case OWNERS -> "4 What owners and users of devices should do";
            case REFERENCES -> "5 Sources of definitions";
        };
    }

    @Override
    public String title(Facts f) {
        return (f.level().kind() == Level.Kind.RISING ? "Rise of accesses to " : "Accesses to ")
                + target(f);
    }

    static String target(Facts f) {
        String port = Figures.port(f.port());
        return switch (f.port().protocol()) {
            case TCP, UDP -> "destination port " + port;
            case ICMP, ICMP6 -> port + " (type.code)";
            case OTHER -> "IP protocol " + f.port().number();
        };
    }

    @Override
    public List<String> demo(Facts f) {
        return switch (f.demo()) {
            case NONE -> List.of();
            case SOME ->
                    List.of(
                            "DEMO: figures on this page include simulated data (sensor "
                                    + String.join(
                                            ", ",
                                            f.sensors().stream()
                                                    .filter(Facts.SensorFact::demo)
                                                    .map(s -> "“" + s.name() + "”")
                                                    .toList())
                                    + "). Do not use them as observations.");
            case ALL ->
                    List.of(
                            "DEMO: all figures on this page come from simulated data. They are not"
                                    + " observations.");
        };
    }

    @Override
    public List<Entry> imprint(Facts f) {
        List<Entry> lines = new ArrayList<>();
        lines.add(new Entry("Published", FIGURES.date(f.published())));
        if (f.issuer() != null) {
            lines.add(new Entry("Issued by", f.issuer()));
        }
        lines.add(new Entry("Observed", window(f, f.zone())));
        return lines;
    }

    static String window(Facts f, ZoneId zone) {
        return FIGURES.time(f.window().from(), zone)
                + " to "
                + FIGURES.time(f.window().to(), zone)
                + " ("
                + name(zone)
                + ")";
    }

    static String name(ZoneId zone) {
        return switch (zone.getId()) {
            case "Asia/Tokyo" -> "Japan Standard Time, UTC+9";
            case "UTC", "Z" -> "UTC";
            default -> zone.getId();
        };
    }

    @Override
    public List<String> summary(Facts f) {
        List<String> lines = new ArrayList<>();
        String to = target(f);
        if (f.accesses() == 0) {
            lines.add("No access to " + to + " was observed in the window.");
            return lines;
        }
        lines.add(
                switch (f.level().kind()) {
                    case RISING -> "Accesses to " + to + " are rising.";
                    case FALLING -> "Accesses to " + to + " are falling.";
                    case STAYS_HIGH ->
                            "Accesses to "
                                    + to
                                    + " stay high, compared with the beginning of the window.";
                    case STAYS_LOW ->
                            "Accesses to "
                                    + to
                                    + " stay low, compared with the beginning of the window.";
                    case UNCHANGED -> "Accesses to " + to + " are largely unchanged.";
                    case TOO_LITTLE_DATA ->
                            "Accesses to "
                                    + to
                                    + " were observed, on too few days to compare them with the"
                                    + " past.";
                });
        lines.add(
                "There were "
                        + (Double.isNaN(f.rate())
                                ? FIGURES.count(f.accesses()) + " accesses"
                                : FIGURES.rate(f.rate(), f.accesses()) + " " + UNIT + " on average")
                        + ", from "
                        + sourceCount(f.sources())
                        + (f.sources().value() == 1 ? " source address." : " source addresses."));
        if (f.summaryNamesAMark()) {
            Facts.MarkFact first = f.marks().getFirst();
            lines.add(
                    capital(FIGURES.percent(first.packets(), f.packets()))
                            + " of the packets "
                            + (first.mark() == Mark.ZMAP_4
                                    ? "have a shape consistent with "
                                    : "bear the mark of ")
                            + tool(first.mark())
                            + ".");
        }
        long linux = f.systems().getOrDefault(Os.LINUX, 0L);
        if (f.summaryNamesSystems()) {
            lines.add(
                    capital(FIGURES.percent(linux, f.judged()))
                            + " of the source addresses may, judging by their TTL, be devices that"
                            + " run Linux or a similar system.");
        }
        lines.add(
                "Owners and users of devices on the Internet are asked to check them by the steps"
                        + " in section 4.");
        return lines;
    }

    static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private String sourceCount(Estimate sources) {
        return (sources.isExact() ? "" : "about ") + FIGURES.estimate(sources);
    }

    @Override
    public List<String> accesses(Facts f) {
        List<String> lines = new ArrayList<>();
        lines.add(
                FIGURES.count(f.accesses())
                        + (f.accesses() == 1 ? " access" : " accesses")
                        + " to "
                        + target(f)
                        + (f.accesses() == 1 ? " was" : " were")
                        + " observed"
                        + (Double.isNaN(f.rate())
                                ? "."
                                : ", on average "
                                        + FIGURES.rate(f.rate(), f.accesses())
                                        + " "
                                        + UNIT
                                        + "."));
        if (f.accesses() > 0 && Double.isNaN(f.rate())) {
            lines.add("Less than a day was observed, so that no average per day is given.");
        }
        if (f.accesses() > 0) {
            lines.add(level(f));
        }
        if (f.peak() != null) {
            lines.add(
                    "The highest day was "
                            + FIGURES.date(f.peak().start(), f.zone())
                            + ", with "
                            + FIGURES.rate(f.peak().perDayAndAddress(), f.peak().tally().accesses())
                            + " "
                            + UNIT
                            + ".");
        }
        if (f.observedShare() < 1) {
            lines.add(
                    capital(FIGURES.percent(Math.round(f.observedShare() * 1e6), 1_000_000))
                            + " of the window could be observed. Time that was not observed is not"
                            + " taken as zero and is left out of the averages.");
        }
        return lines;
    }

    private String level(Facts f) {
        Level level = f.level();
        if (level.kind() == Level.Kind.TOO_LITTLE_DATA) {
            return tooLittle(level);
        }
        String recent =
                "The median of the latest "
                        + days(level.recent(), f)
                        + " is "
                        + rate(level.recent())
                        + " "
                        + UNIT;
        String before =
                "the " + days(level.before(), f) + " before, which was " + rate(level.before());
        String early = "the first " + days(level.early(), f) + ", which was " + rate(level.early());
        String alike = recent + ". It is not much different from the median of " + before;
        return switch (level.kind()) {
            case RISING -> recent + ": a rise " + times(level.before(), level) + before + ".";
            case FALLING -> recent + ": a fall " + times(level.before(), level) + before + ".";
            case STAYS_HIGH ->
                    alike
                            + ". The level stays high: it has come "
                            + times(level.early(), level)
                            + early
                            + ".";
            case STAYS_LOW ->
                    alike
                            + ". The level stays low: it has come "
                            + times(level.early(), level)
                            + early
                            + ".";
            case UNCHANGED -> alike + ", nor from that of " + early + ": largely unchanged.";
            case TOO_LITTLE_DATA -> tooLittle(level);
        };
    }

    private static String tooLittle(Level level) {
        return (level.usableDays() == 0
                        ? "No day was"
                        : level.usableDays() == 1
                                ? "Only 1 day was"
                                : "Only " + level.usableDays() + " days were")
                + " observed for at least half of the day, and "
                + Level.LEAST_DAYS
                + " are needed; whether accesses rise or fall against the past is not judged.";
    }

    private String times(Level.Part past, Level level) {
        double ratio = level.recent().median() / past.median();
        return past.median() > 0 && ratio > 0 && ratio < 100
                ? "to about " + FIGURES.factor(ratio) + " times the median of "
                : "from the median of ";
    }

    private String days(Level.Part part, Facts f) {
        return part.days()
                + " observed days ("
                + FIGURES.date(part.from(), f.zone())
                + " to "
                + FIGURES.lastDate(part.to(), f.zone())
                + ")";
    }

    private String rate(Level.Part part) {
        return FIGURES.median(part);
    }

    @Override
    public List<String> sources(Facts f) {
        if (f.accesses() == 0) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                "Over the window there "
                        + (f.sources().value() == 1 ? "was " : "were ")
                        + sourceCount(f.sources())
                        + (f.sources().value() == 1 ? " source address" : " source addresses")
                        + (f.sources().isExact()
                                ? " (exact)."
                                : " (an estimate, standard error ±" + error(f) + ")."));
        if (!Double.isNaN(f.dailySources())) {
            lines.add(
                    "The median of a day is "
                            + (f.dailySourcesError() > 0
                                    ? "about "
                                            + FIGURES.approximate(
                                                    f.dailySources(), f.dailySourcesError())
                                    : FIGURES.count(Math.round(f.dailySources())))
                            + ".");
        }
        lines.add("The number of source addresses is not a number of devices.");
        return lines;
    }

    static String error(Facts f) {
        return Figures.significant(f.sources().relativeError() * 100, 2) + "%";
    }

    @Override
    public List<String> marks(Facts f) {
        List<String> lines = new ArrayList<>();
        for (Facts.MarkFact fact : f.marks()) {
            lines.add(
                    "Of "
                            + FIGURES.count(f.packets())
                            + " packets to "
                            + target(f)
                            + ", "
                            + FIGURES.count(fact.packets())
                            + " ("
                            + FIGURES.percent(fact.packets(), f.packets())
                            + ") "
                            + meaning(fact.mark()));
        }
        for (Facts.MarkFact fact : f.chanceMarks()) {
            lines.add(
                    FIGURES.count(fact.packets())
                            + (fact.packets() == 1 ? " packet matches" : " packets match")
                            + " the mark of "
                            + tool(fact.mark())
                            + ", which cannot be told from the number expected by chance (about "
                            + Figures.significant(fact.expected(), 2)
                            + ").");
        }
        if (f.marks().stream().anyMatch(m -> m.mark() != Mark.MIRAI)) {
            lines.add(
                    "Masscan and ZMap serve surveys by researchers and others as well as searches"
                            + " that prepare attacks.");
        }
        if (!f.marks().isEmpty() && f.unmarked() > 0) {
            lines.add(
                    "At least "
                            + FIGURES.percent(f.unmarked(), f.packets())
                            + " of the packets bear none of the marks looked for. That a mark is"
                            + " missing does not mean that a packet was not sent by malware.");
        }
        if (f.marks().isEmpty() && f.chanceMarks().isEmpty() && f.marksAreLookedFor()) {
            lines.add(
                    "None of the "
                            + FIGURES.count(f.packets())
                            + " packets bears the mark of Mirai, Masscan or ZMap. That a mark is"
                            + " missing does not mean that a packet was not sent by malware.");
        }
        return lines;
    }

    private static String tool(Mark mark) {
        return switch (mark) {
            case MIRAI -> "the malware Mirai and its variants";
            case MASSCAN -> "the scanner Masscan";
            case ZMAP -> "the scanner ZMap (before 4.1.0)";
            case ZMAP_4 -> "the scanner ZMap (4.1.0 and later)";
        };
    }

    private static String meaning(Mark mark) {
        return switch (mark) {
            case MIRAI ->
                    "have a TCP sequence number equal to the destination address, as the searches"
                            + " of "
                            + tool(mark)
                            + " have. An unrelated packet matches by chance once in about 4.3"
                            + " billion.";
            case MASSCAN ->
                    "have the IP identification that follows from destination address, destination"
                            + " port and TCP sequence number, as packets of "
                            + tool(mark)
                            + " have. An unrelated packet matches by chance once in about 65,000.";
            case ZMAP ->
                    "have the IP identification 54321, as packets of "
                            + tool(mark)
                            + " have. An unrelated packet matches by chance once in about 65,000.";
            case ZMAP_4 ->
                    "have a TTL, a window and an order of TCP options consistent with "
                            + tool(mark)
                            + ". Other software may share this shape; it is no proof.";
        };
    }

    @Override
    public List<String> systems(Facts f) {
        if (f.judged() == 0) {
            return List.of();
        }
        long linux = f.systems().getOrDefault(Os.LINUX, 0L);
        return List.of(
                "Of "
                        + FIGURES.count(f.judged())
                        + (f.judged() == 1 ? " address" : " addresses")
                        + " recorded one by one, "
                        + FIGURES.count(linux)
                        + " ("
                        + FIGURES.percent(linux, f.judged())
                        + ") came with TTLs that the initial value 64 of Linux and similar"
                        + " systems explains, less the hops on the way.",
                "Other Unix-like systems also begin with 64, and settings or tools can change the"
                        + " TTL: no single source can be called a Linux device or an IoT device."
                        + " The kind of device was not determined.");
    }

    @Override
    public List<Table> systemsTable(Facts f) {
        if (f.judged() == 0) {
            return List.of();
        }
        List<List<String>> rows = new ArrayList<>();
        for (Os os : Os.values()) {
            long sources = f.systems().getOrDefault(os, 0L);
            rows.add(
                    List.of(
                            system(os),
                            FIGURES.count(sources),
                            FIGURES.percent(sources, f.judged())));
        }
        return List.of(
                new Table(
                        "Table 1. Systems of the sources, judging by TTL",
                        List.of("System that the TTL allows", "Sources", "Share"),
                        rows));
    }

    @Override
    public List<String> others(Facts f) {
        if (f.judged() == 0) {
            return List.of();
        }
        if (f.others().isEmpty()) {
            return List.of(
                    "No other port was accessed by 1% or more (and at least two) of these"
                            + " sources.");
        }
        List<String> lines = new ArrayList<>();
        Overlap most = f.others().getFirst();
        lines.add(
                "Of "
                        + FIGURES.count(f.judged())
                        + (f.judged() == 1 ? " source address, " : " source addresses, ")
                        + FIGURES.count(most.sources())
                        + " ("
                        + FIGURES.percent(most.sources(), f.judged())
                        + ") also accessed "
                        + Figures.port(most.other())
                        + " in the window.");
        if (f.others().stream().anyMatch(o -> Japanese.isNetis(o.other()))) {
            lines.add(
                    "53413/UDP is known as the port of a back door in routers by Netis (Netcore).");
        }
        lines.add("Accesses from one address need not come from one device.");
        return lines;
    }

    @Override
    public List<Table> othersTable(Facts f) {
        List<List<String>> rows = new ArrayList<>();
        for (Overlap other : f.others()) {
            rows.add(
                    List.of(
                            Figures.port(other.other()),
                            FIGURES.count(other.sources()),
                            FIGURES.percent(other.sources(), f.judged())));
        }
        return rows.isEmpty()
                ? List.of()
                : List.of(
                        new Table(
                                "Table 2. Other ports accessed by the same sources (at most "
                                        + Facts.MOST_OTHERS
                                        + ", from 1%)",
                                List.of("Port", "Sources", "Share"),
                                rows));
    }

    @Override
    public String figureDescription(Facts f) {
        return String.join(" ", accesses(f));
    }

    @Override
    public String system(Os os) {
        return switch (os) {
            case LINUX -> "Linux and similar (initial 64)";
            case WINDOWS -> "Windows (initial 128)";
            case OTHER -> "Other (initial 255)";
            case UNCLEAR -> "Cannot tell";
        };
    }
}

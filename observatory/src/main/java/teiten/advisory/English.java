package teiten.advisory;

import teiten.store.Estimate;
import teiten.store.Readings.Os;
import teiten.store.Readings.Overlap;
import teiten.telescope.Mark;
import teiten.trend.Level;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The notice in English.
final class English implements Words {
    private static final String UNIT = "accesses per day and IP address";

    private final Figures figures = new Figures(Language.EN);

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

    private static String target(Facts f) {
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
        lines.add(new Entry("Published", figures.date(f.published())));
        if (f.issuer() != null) {
            lines.add(new Entry("Issued by", f.issuer()));
        }
        lines.add(new Entry("Observed", window(f, f.zone())));
        return lines;
    }

    private String window(Facts f, ZoneId zone) {
        return figures.time(f.window().from(), zone)
                + " to "
                + figures.time(f.window().to(), zone)
                + " ("
                + name(zone)
                + ")";
    }

    private static String name(ZoneId zone) {
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
                                ? figures.count(f.accesses()) + " accesses"
                                : figures.rate(f.rate(), f.accesses()) + " " + UNIT + " on average")
                        + ", from "
                        + sourceCount(f.sources())
                        + " source addresses.");
        if (f.summaryNamesAMark()) {
            Facts.MarkFact first = f.marks().getFirst();
            lines.add(
                    capital(figures.percent(first.packets(), f.packets()))
                            + " of the packets "
                            + (first.mark() == Mark.ZMAP_4
                                    ? "have a shape consistent with "
                                    : "bear the mark of ")
                            + tool(first.mark())
                            + ".");
        }
        long linux = f.systems().getOrDefault(Os.LINUX, 0L);
        if (linux > 0) {
            lines.add(
                    capital(figures.percent(linux, f.judged()))
                            + " of the source addresses may, judging by their TTL, be devices that"
                            + " run Linux or a similar system.");
        }
        lines.add(
                "Owners and users of devices on the Internet are asked to check them by the steps"
                        + " in section 4.");
        return lines;
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private String sourceCount(Estimate sources) {
        return (sources.isExact() ? "" : "about ") + figures.estimate(sources);
    }

    @Override
    public List<String> accesses(Facts f) {
        List<String> lines = new ArrayList<>();
        lines.add(
                figures.count(f.accesses())
                        + (f.accesses() == 1 ? " access" : " accesses")
                        + " to "
                        + target(f)
                        + (f.accesses() == 1 ? " was" : " were")
                        + " observed"
                        + (Double.isNaN(f.rate())
                                ? "."
                                : ", on average "
                                        + figures.rate(f.rate(), f.accesses())
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
                            + figures.date(f.peak().start(), f.zone())
                            + ", with "
                            + figures.rate(f.peak().perDayAndAddress(), f.peak().tally().accesses())
                            + " "
                            + UNIT
                            + ".");
        }
        if (f.observedShare() < 1) {
            lines.add(
                    capital(figures.percent(Math.round(f.observedShare() * 1e6), 1_000_000))
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
        return "Only "
                + level.usableDays()
                + (level.usableDays() == 1 ? " day was" : " days were")
                + " observed for at least half of the day, and "
                + Level.LEAST_DAYS
                + " are needed; whether accesses rise or fall against the past is not"
                + " judged.";
    }

    private String times(Level.Part past, Level level) {
        double ratio = level.recent().median() / past.median();
        return past.median() > 0 && ratio > 0 && ratio < 100
                ? "to about " + figures.factor(ratio) + " times the median of "
                : "from the median of ";
    }

    private String days(Level.Part part, Facts f) {
        return part.days()
                + " observed days ("
                + figures.date(part.from(), f.zone())
                + " to "
                + figures.lastDate(part.to(), f.zone())
                + ")";
    }

    private String rate(Level.Part part) {
        return figures.median(part);
    }

    @Override
    public List<String> sources(Facts f) {
        if (f.accesses() == 0) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                "Over the window there were "
                        + sourceCount(f.sources())
                        + " source addresses"
                        + (f.sources().isExact()
                                ? " (exact)."
                                : " (an estimate, standard error ±" + error(f) + ")."));
        if (!Double.isNaN(f.dailySources())) {
            lines.add(
                    "The median of a day is "
                            + (f.dailySourcesError() > 0
                                    ? "about "
                                            + figures.approximate(
                                                    f.dailySources(), f.dailySourcesError())
                                    : figures.count(Math.round(f.dailySources())))
                            + ".");
        }
        lines.add("The number of source addresses is not a number of devices.");
        return lines;
    }

    private static String error(Facts f) {
        return Figures.significant(f.sources().relativeError() * 100, 2) + "%";
    }

    @Override
    public List<String> marks(Facts f) {
        List<String> lines = new ArrayList<>();
        for (Facts.MarkFact fact : f.marks()) {
            lines.add(
                    "Of "
                            + figures.count(f.packets())
                            + " packets to "
                            + target(f)
                            + ", "
                            + figures.count(fact.packets())
                            + " ("
                            + figures.percent(fact.packets(), f.packets())
                            + ") "
                            + meaning(fact.mark()));
        }
        for (Facts.MarkFact fact : f.chanceMarks()) {
            lines.add(
                    figures.count(fact.packets())
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
                            + figures.percent(f.unmarked(), f.packets())
                            + " of the packets bear none of the marks looked for. That a mark is"
                            + " missing does not mean that a packet was not sent by malware.");
        }
        if (f.marks().isEmpty() && f.chanceMarks().isEmpty() && f.marksAreLookedFor()) {
            lines.add(
                    "None of the "
                            + figures.count(f.packets())
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
                        + figures.count(f.judged())
                        + " addresses with a record of their own, "
                        + figures.count(linux)
                        + " ("
                        + figures.percent(linux, f.judged())
                        + ") were seen with TTLs that the initial value 64 of Linux and similar"
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
                            figures.count(sources),
                            figures.percent(sources, f.judged())));
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
                        + figures.count(f.judged())
                        + " source addresses, "
                        + figures.count(most.sources())
                        + " ("
                        + figures.percent(most.sources(), f.judged())
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
                            figures.count(other.sources()),
                            figures.percent(other.sources(), f.judged())));
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
    public List<Entry> counted(Facts f) {
        List<Entry> entries = new ArrayList<>();
        boolean utc = f.zone().equals(ZoneOffset.UTC) || f.zone().getId().equals("UTC");
        entries.add(
                new Entry(
                        "Window",
                        window(f, f.zone())
                                + (utc ? ". " : "; " + window(f, ZoneOffset.UTC) + ". ")
                                + "Days begin at midnight, "
                                + name(f.zone())
                                + ". Systems and other ports of the sources are counted over the"
                                + " window widened to whole UTC days."));
        entries.add(new Entry("Sensors", sensors(f)));
        entries.add(
                new Entry(
                        "Access",
                        "One packet that reached a sensor and is not a reply to traffic forged in"
                                + " somebody's name: a TCP packet with SYN and without ACK, a UDP"
                                + " packet, an ICMP echo request and the like."));
        entries.add(
                new Entry(
                        "Unit",
                        capital(UNIT)
                                + ": accesses divided by the days that were observed and by the"
                                + " monitored addresses."));
        entries.add(
                new Entry(
                        "Rising or falling",
                        "From the days observed for at least half, the latest part (a quarter of"
                                + " them, "
                                + Level.LEAST_PART
                                + " to "
                                + Level.MOST_RECENT
                                + " days) is compared with each half of the days before. Two parts"
                                + " differ when their medians differ by a factor of "
                                + Level.FACTOR
                                + " or more and the rank-sum test agrees (one-sided 1%)."));
        entries.add(new Entry("Errors", errors(f)));
        entries.add(new Entry("Gaps", gaps(f)));
        if (!f.rulesVersions().isEmpty() && (f.marksAreLookedFor() || !f.marks().isEmpty())) {
            entries.add(
                    new Entry(
                            "Marks",
                            "Rules, version "
                                    + String.join(
                                            ", ",
                                            f.rulesVersions().stream()
                                                    .map(String::valueOf)
                                                    .toList())
                                    + ". One packet may bear several marks."));
        }
        entries.add(
                new Entry(
                        "Limits",
                        "Source addresses can be forged, are shared by several devices and pass"
                            + " from one device to another. The page shows what reached the sensors"
                            + " named above, which need not stand for the whole Internet. What the"
                            + " traffic carried, whether an attack succeeded and whether a given"
                            + " device is infected cannot be seen from here."));
        return entries;
    }

    private String sensors(Facts f) {
        StringBuilder text = new StringBuilder();
        for (Facts.SensorFact sensor : f.sensors()) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append("“")
                    .append(sensor.name())
                    .append("” (")
                    .append(sensor.addresses().isExact() ? "" : "about ")
                    .append(figures.estimate(sensor.addresses()))
                    .append(" monitored addresses")
                    .append(sensor.inferred() ? ", inferred" : "")
                    .append(sensor.demo() ? ", DEMO: simulated data" : "")
                    .append(")");
        }
        double error =
                f.sensors().stream()
                        .mapToDouble(s -> s.addresses().relativeError())
                        .max()
                        .orElse(0);
        text.append("; ")
                .append(error > 0 ? "about " : "")
                .append(figures.estimate(new Estimate(f.addresses(), error)))
                .append(" addresses together.");
        if (f.inferred()) {
            text.append(
                    " Where addresses are inferred they were not given, and the destinations seen"
                            + " are counted instead; if there are more, the figures per address are"
                            + " too high.");
        }
        return text.toString();
    }

    private static String errors(Facts f) {
        return "Accesses are counted exactly. Averages and medians are given to the digits that the"
                + " chance of counting leaves (the square root of the count). "
                + (f.sources().isExact()
                        ? "Source addresses are counted exactly."
                        : "Source addresses are estimated (HyperLogLog), with a standard error of ±"
                                + error(f)
                                + ".");
    }

    private String gaps(Facts f) {
        if (f.gaps().isEmpty()) {
            return f.observedShare() < 1
                    ? "None recorded. Time without records, as at the ends of the window, is not"
                            + " taken as observed."
                    : "None.";
        }
        StringBuilder text = new StringBuilder();
        int shown = Math.min(f.gaps().size(), Notice.MOST_GAPS);
        for (Facts.GapFact gap : f.gaps().subList(0, shown)) {
            text.append(text.isEmpty() ? "" : "; ")
                    .append(span(gap.from(), gap.to(), f.zone()))
                    .append(" (“")
                    .append(gap.sensor())
                    .append("”, ")
                    .append(gap.outage() ? "sensor silent" : "no record")
                    .append(")");
        }
        if (f.gaps().size() > shown) {
            text.append("; and ").append(f.gaps().size() - shown).append(" more");
        }
        return text.append(". This time is not taken as zero.").toString();
    }

    private String span(Instant from, Instant to, ZoneId zone) {
        return figures.time(from, zone) + " to " + figures.time(to, zone);
    }

    @Override
    public List<String> ownersIntroduction(Facts f) {
        return List.of(
                "This observation does not tell whether a given device is infected. If you use a"
                        + " router, web camera, network storage (NAS), video recorder or the like,"
                        + " please check it by the following steps.");
    }

    @Override
    public List<String> steps(Facts f) {
        return List.of(
                "Find the device's model and firmware version, and read its maker's latest security"
                        + " information.",
                "Check what can be reached from the Internet, and close what is not needed"
                        + (f.portCanBeClosed()
                                ? " ("
                                        + Figures.port(f.port())
                                        + ", the port of this page, included)"
                                : "")
                        + ".",
                "Switch the device off and on again. This alone does not prevent a new infection:"
                        + " do it together with steps 4 and 5.",
                "Set an administrator password that is hard to guess and used nowhere else, not the"
                        + " one set at the factory.",
                "Update the firmware to the latest version, and switch automatic updates on where"
                        + " there are any.",
                "Switch off administration from the Internet, and look for VPN, DDNS or other"
                        + " settings that you do not know. If you find any, reset the device to its"
                        + " factory state, then update the firmware and change the password.",
                "Stop using devices that their maker no longer supports, and replace them.",
                "Disconnect devices that you do not use. When you buy one, prefer a product with a"
                        + " security label (in Japan: JC-STAR).");
    }

    @Override
    public String together() {
        return "Do steps 3 to 5 together, one right after the other.";
    }

    @Override
    public List<String> references(Facts f) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "Access and unit: after the National Police Agency of Japan, Internet observation"
                        + " reports (@police).");
        lines.add(
                "Plan of this page: National Police Agency of Japan, notice on attacks observed"
                        + " against IoT devices, 15 December 2015 (in Japanese).");
        lines.add("Replies told from accesses: CAIDA corsaro3 (libcorsaro_filtering).");
        if (f.marksAreLookedFor()) {
            lines.add(
                    "Marks: Antonakakis et al., “Understanding the Mirai Botnet” (USENIX Security"
                        + " 2017); Durumeric et al., “ZMap: Fast Internet-Wide Scanning and Its"
                        + " Security Applications” (USENIX Security 2013); public source code of"
                        + " Masscan and ZMap.");
        }
        if (f.level().kind() != Level.Kind.TOO_LITTLE_DATA) {
            lines.add(
                    "Rising or falling: rank-sum test of Mann and Whitney (Annals of Mathematical"
                            + " Statistics 18, 1947).");
        }
        if (!f.sources().isExact()) {
            lines.add(
                    "Estimate of sources: Ertl, “New cardinality estimation algorithms for"
                            + " HyperLogLog sketches” (2017).");
        }
        lines.add(
                "Steps: public advice of the National Police Agency and the Metropolitan Police"
                        + " Department, NICT (NOTICE), JPCERT/CC and IPA (JC-STAR).");
        return lines;
    }

    @Override
    public String figureTitle(Facts f) {
        return "Figure 1. Accesses to " + target(f);
    }

    @Override
    public String figureNote(Facts f) {
        String step =
                switch (f.step()) {
                    case MINUTE -> "minute";
                    case HOUR -> "hour";
                    case DAY -> "day";
                };
        return "Points: values of one "
                + step
                + ", as "
                + UNIT
                + ". Shaded: gaps in the observation. Without a point: each "
                + step
                + " of which less than half was observed."
                + (f.level().kind() == Level.Kind.TOO_LITTLE_DATA
                        ? ""
                        : " Dashed: medians of the parts that are compared.");
    }

    @Override
    public String figureDescription(Facts f) {
        return String.join(" ", accesses(f));
    }

    @Override
    public String unit() {
        return UNIT;
    }

    @Override
    public String gap() {
        return "gap";
    }

    @Override
    public String nothingToDraw() {
        return "No observed value to draw";
    }

    @Override
    public String median(Level.Part part, Facts f) {
        return "median " + figures.median(part);
    }

    @Override
    public String tick(LocalDateTime at, Tick tick) {
        String pattern =
                switch (tick) {
                    case MINUTE -> "H:mm";
                    case DAY -> "d MMM";
                    case MONTH -> "MMM";
                    case YEAR_MONTH -> "MMM uuuu";
                };
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(at);
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

    @Override
    public String dataTable() {
        return "Values of figure 1";
    }

    @Override
    public List<String> dataHeader() {
        return List.of("Begin", "Per day and IP address", "Accesses", "Sources", "Observed");
    }

    @Override
    public String notObserved() {
        return "gap";
    }
}

package teiten.advisory;

import teiten.store.Estimate;
import teiten.trend.Level;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// The notice's method, advice and references in English.
final class EnglishMethod implements Method {
    private static final Figures FIGURES = new Figures(Language.EN);

    @Override
    public List<Words.Entry> counted(Facts f) {
        List<Words.Entry> entries = new ArrayList<>();
        boolean utc = f.zone().equals(ZoneOffset.UTC) || f.zone().getId().equals("UTC");
        entries.add(
                new Words.Entry(
                        "Window",
                        English.window(f, f.zone())
                                + (utc ? ". " : "; " + English.window(f, ZoneOffset.UTC) + ". ")
                                + "Days begin at midnight, "
                                + English.name(f.zone())
                                + ". Systems and other ports of the sources are counted over the"
                                + " window widened to whole UTC days."));
        entries.add(new Words.Entry("Sensors", sensors(f)));
        entries.add(
                new Words.Entry(
                        "Access",
                        "One packet that reached a sensor and is not a reply to traffic forged in"
                                + " somebody's name: a TCP packet with SYN and without ACK, a UDP"
                                + " packet, an ICMP echo request and the like."));
        entries.add(
                new Words.Entry(
                        "Unit",
                        English.capital(English.UNIT)
                                + ": accesses divided by the days that were observed and by the"
                                + " monitored addresses."));
        entries.add(
                new Words.Entry(
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
        entries.add(new Words.Entry("Errors", errors(f)));
        entries.add(new Words.Entry("Gaps", gaps(f)));
        if (!f.rulesVersions().isEmpty() && (f.marksAreLookedFor() || !f.marks().isEmpty())) {
            entries.add(
                    new Words.Entry(
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
                new Words.Entry(
                        "Limits",
                        "Source addresses can be forged, are shared by several devices and pass"
                            + " from one device to another. The page shows what reached the sensors"
                            + " named above, which need not stand for the whole Internet. What the"
                            + " traffic carried, whether an attack succeeded and whether a given"
                            + " device is infected cannot be seen from here."));
        return entries;
    }

    private static String sensors(Facts f) {
        StringBuilder text = new StringBuilder();
        for (Facts.SensorFact sensor : f.sensors()) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append("“")
                    .append(sensor.name())
                    .append("” (")
                    .append(sensor.addresses().isExact() ? "" : "about ")
                    .append(FIGURES.estimate(sensor.addresses()))
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
                .append(FIGURES.estimate(new Estimate(f.addresses(), error)))
                .append(" addresses together.");
        if (f.inferred()) {
            text.append(
                    " Where addresses are inferred they were not given, and the destinations seen"
                            + " are counted instead: if there are more, the figures per address are"
                            + " too high, if fewer, too low.");
        }
        return text.toString();
    }

    private static String errors(Facts f) {
        return "Accesses are counted exactly. Averages and medians are given to the digits that the"
                + " chance of counting leaves (the square root of the count). "
                + (f.sources().isExact()
                        ? "Source addresses are counted exactly."
                        : "Source addresses are estimated (HyperLogLog), with a standard error of ±"
                                + English.error(f)
                                + ".");
    }

    private static String gaps(Facts f) {
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

    private static String span(Instant from, Instant to, ZoneId zone) {
        return FIGURES.time(from, zone) + " to " + FIGURES.time(to, zone);
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
}

package teiten.simulate;

import java.time.LocalDate;
import java.util.Locale;

/// The stories that can be simulated; most retell a finding of the police's fixed-point observation (field facts §1).
public enum Scenario {
    NPA_2015(
            "23/tcp high and rising for months, by taken-over Linux devices that also search"
                    + " 53413/udp; no Mirai mark",
            "2015-08-01",
            122,
            1_000_000),
    MIRAI_2016(
            "23/tcp and 2323/tcp at 10:1, every such packet with the Mirai mark",
            "2016-09-01",
            30,
            1_000_000),
    HAJIME_2017(
            "5358/tcp without a mark; 52 % of its sources also access 23/tcp",
            "2017-01-15", 42, 1_000_000),
    PORT_32_2017("32/tcp and 3232/tcp, over 99 % with the Mirai mark", "2017-02-01", 28, 1_000_000),
    INVESTIGATION_SCANS(
            "ZMap and Masscan before and after their changes, Nmap, and scanners that reach a tenth"
                    + " of all addresses",
            "2023-09-01",
            210,
            1_000_000),
    DOS_BACKSCATTER(
            "replies of denial-of-service victims, each with a start and an end",
            "2024-06-01",
            14,
            500_000),
    SENSOR_OUTAGE(
            "steady traffic with two outages in which nothing at all is recorded",
            "2024-09-01",
            10,
            500_000),
    DEMO("all of these in one history of four months", "2026-07-01", 122, 3_000_000);

    private final String summary;
    private final LocalDate start;
    private final int days;
    private final long packets;

    Scenario(String summary, String start, int days, long packets) {
        this.summary = summary;
        this.start = LocalDate.parse(start);
        this.days = days;
        this.packets = packets;
    }

    /// The name on the command line and of the files: `npa-2015`.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// One line, without a full stop.
    public String summary() {
        return summary;
    }

    /// One sensor at 192.0.2.0/24, and a length that takes seconds to write.
    public Settings defaults() {
        return new Settings(1, days, packets, start, Settings.DEFAULT_PREFIXES);
    }
}

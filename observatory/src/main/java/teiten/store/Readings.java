package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.net.Prefix;
import teiten.telescope.Mark;
import teiten.telescope.PacketClass;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The answers of the one query path, shared by the command line, the pages and the notices.
public class Readings {
    protected Readings() {}

    public @Nullable Scope span(Set<String> sensors) {
        throw new UnsupportedOperationException();
    }

    public Counted counted(Scope scope) {
        throw new UnsupportedOperationException();
    }

    public List<PortLine> topPorts(Scope scope, int limit) {
        throw new UnsupportedOperationException();
    }

    public List<SourceLine> topSources(Scope scope, int limit) {
        throw new UnsupportedOperationException();
    }

    public List<MarkLine> topMarks(Scope scope) {
        throw new UnsupportedOperationException();
    }

    public Series series(@Nullable Port port, Scope scope, Step step, ZoneId zone) {
        throw new UnsupportedOperationException();
    }

    public ClassSeries classSeries(Scope scope, Step step, ZoneId zone) {
        throw new UnsupportedOperationException();
    }

    public HeatMap heatMap(Scope scope, int ports, ZoneId zone) {
        throw new UnsupportedOperationException();
    }

    public List<NewPort> newPorts(Scope scope) {
        throw new UnsupportedOperationException();
    }

    public PortReport port(Port port, Scope scope) {
        throw new UnsupportedOperationException();
    }

    public SourceReport source(IpAddress source, Scope scope) {
        throw new UnsupportedOperationException();
    }

    public List<SensorReport> sensors() {
        throw new UnsupportedOperationException();
    }

    /// How an answer was counted; every chart and table carries one.
    ///
    /// @param sensors names of the sensors that were read
    /// @param addresses monitored addresses of these sensors together
    /// @param addressesInferred true when at least one sensor's addresses were not given but inferred from the distinct
    ///     destinations seen
    /// @param observed time that the sensors saw, gaps taken out, averaged over the sensors weighted by their addresses
    public record Counted(
            List<String> sensors,
            double addresses,
            boolean addressesInferred,
            Scope scope,
            Duration observed) {}

    /// @param sources distinct source addresses
    /// @param perDayAndAddress accesses per day and monitored address (件/日・IPアドレス), gaps taken out; NaN when unobserved
    public record PortLine(Port port, Tally tally, Estimate sources, double perDayAndAddress) {}

    public record SourceLine(
            IpAddress source,
            Tally tally,
            Estimate targets,
            int ports,
            Instant first,
            Instant last,
            OsGuess os) {}

    public record MarkLine(Mark mark, Tally tally, Estimate sources, int rulesVersion) {}

    /// One bucket of a series.
    ///
    /// @param observed share of the bucket that the sensors saw, 0 (a gap) to 1; sensors weighted by their addresses
    /// @param perDayAndAddress accesses per day and monitored address over the observed time; NaN in a gap
    public record Bucket(
            Instant start,
            Instant end,
            double observed,
            Tally tally,
            Estimate sources,
            double perDayAndAddress) {}

    /// @param port null when the series is of all ports
    public record Series(
            @Nullable Port port, Step step, ZoneId zone, List<Bucket> buckets, Counted counted) {}

    /// Packets by class and bucket, over all ports.
    public record ClassSeries(
            Step step,
            ZoneId zone,
            List<Instant> starts,
            Map<PacketClass, long[]> packets,
            Counted counted) {}

    /// Which system a source's TTLs allow: initial TTL 64 → Linux and other Unix kin, 128 → Windows, 255 → other.
    public enum Os {
        LINUX,
        WINDOWS,
        OTHER,
        /// TTLs that point to different systems, or too far from any initial value.
        UNCLEAR
    }

    /// @param ttlMin smallest TTL (or hop limit) observed; 0 when none
    /// @param ttlMax largest
    public record OsGuess(Os os, int ttlMin, int ttlMax) {}

    /// What one source did to one destination port.
    public record PortUse(Port port, Tally tally, Estimate targets, Instant first, Instant last) {}

    public record SourceDay(LocalDate day, Tally tally, int ports, OsGuess os) {}

    /// @param days UTC days
    public record SourceReport(
            IpAddress source,
            Tally tally,
            Estimate targets,
            Instant first,
            Instant last,
            OsGuess os,
            List<PortUse> ports,
            List<SourceDay> days,
            Counted counted) {}

    /// Sources of the asked port that also access another one.
    ///
    /// @param sources how many of them, exact while the source table of the span is kept
    /// @param share of the asked port's sources
    public record Overlap(Port other, long sources, double share) {}

    /// @param osShares share of the sources by guessed system, sums to 1 when there are sources
    /// @param overlaps largest share first
    /// @param sourcesWithTable how many sources the shares and overlaps are computed over
    public record PortReport(
            Port port,
            Tally tally,
            Estimate sources,
            double perDayAndAddress,
            Map<Os, Double> osShares,
            List<Overlap> overlaps,
            long sourcesWithTable,
            Counted counted) {}

    /// A time in which a sensor saw nothing although it should have.
    ///
    /// @param reason one word: `outage` (silence that the sensor's own rate does not allow) or `not_read` (no capture
    ///     covers it)
    public record Gap(Instant from, Instant to, String reason) {}

    /// One file or stream that was read.
    public record ImportLine(
            String file,
            long packets,
            long bytes,
            Map<String, Long> outcomes,
            Map<String, Long> skipped,
            @Nullable Instant first,
            @Nullable Instant last,
            @Nullable Long stoppedAt,
            @Nullable String stoppedReason,
            Instant storedAt) {}

    /// @param prefixes monitored addresses as the operator gave them; empty when they were not given
    /// @param addresses n, their number, or the distinct destinations seen when they were not given
    /// @param demo true when the data was simulated
    public record SensorReport(
            String name,
            List<Prefix> prefixes,
            Estimate addresses,
            boolean inferred,
            boolean demo,
            @Nullable Instant first,
            @Nullable Instant last,
            long packets,
            Map<String, Long> outcomes,
            Map<String, Long> skipped,
            List<Gap> gaps,
            List<ImportLine> imports) {}

    /// A port × hour grid of accesses, row-major: `cells[row][column]`.
    public record HeatMap(
            List<Port> ports,
            List<Instant> hours,
            double[][] perDayAndAddress,
            boolean[] gap,
            Counted counted) {}

    /// A port that was seen in the span and not in the equally long or longer past before it.
    public record NewPort(Port port, Tally tally, Estimate sources, Instant first) {}
}

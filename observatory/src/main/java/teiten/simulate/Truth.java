package teiten.simulate;

import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.net.Prefix;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one capture holds, counted from the bytes while they were written. Nothing of the analysis takes part in it.
///
/// @param sensor name of the sensor, and of its files
/// @param capture the file of packets
/// @param file this truth as JSON
/// @param start the capture's begin; its end is not included
/// @param ports every destination, the most packets first
/// @param days every day, the scenario's main ports in it
/// @param overlaps of sources between main ports, over the whole capture
/// @param systems by main port, what its sources are
/// @param aggressive sources that reached a tenth of the monitored IPv4 addresses within a day, UTC
/// @param senders packets by the kind of sender that the generator meant
public record Truth(
        Scenario scenario,
        long seed,
        String sensor,
        Prefix prefix,
        Path capture,
        Path file,
        Instant start,
        Instant end,
        List<Outage> outages,
        Totals totals,
        List<PortCount> ports,
        List<Day> days,
        List<Overlap> overlaps,
        List<Systems> systems,
        List<Victim> victims,
        List<Aggressive> aggressive,
        Map<String, Long> senders) {

    /// From `start` until before `end` nothing was recorded.
    public record Outage(Instant start, Instant end) {}

    /// Marks as the rules of field facts §3 find them, chance matches included: mirai, masscan and zmap4 in IPv4 TCP
    /// SYNs without ACK, zmap in any IPv4 packet.
    public record Marks(long mirai, long masscan, long zmap, long zmap4) {}

    /// @param bytes of the frames, padding included
    /// @param ipBytes by the IP headers' lengths
    public record Totals(
            long packets,
            long bytes,
            long ipBytes,
            long ipv4,
            long ipv6,
            long tcp,
            long udp,
            long icmp,
            long icmp6,
            long syn,
            long sources,
            Marks marks) {}

    /// @param syn TCP packets with SYN and without ACK
    public record PortCount(Port port, long packets, long syn, long sources, Marks marks) {}

    /// @param ports in the order of the scenario's main ports
    public record Day(LocalDate day, long packets, long sources, List<PortCount> ports) {}

    /// @param both sources that access both; they are part of `sourcesA` and `sourcesB`
    public record Overlap(Port a, Port b, long sourcesA, long sourcesB, long both) {
        /// Part of the sources of `a` that also access `b`, 0 to 1.
        public double share() {
            return sourcesA == 0 ? 0 : (double) both / sourcesA;
        }
    }

    /// Sources by the TTL with which their first packet to this port left them: 64 Linux, 128 Windows, 255 raw-socket
    /// tools, anything else other.
    public record Systems(Port port, long linux, long windows, long raw, long other) {}

    /// @param start time of the first packet written
    /// @param end time of the last packet written
    public record Victim(
            IpAddress address, String reply, Instant start, Instant end, long packets) {}

    /// @param days on which it reached the tenth
    /// @param mostTargets addresses reached on its widest day
    public record Aggressive(IpAddress address, int days, int mostTargets) {}

    /// Addresses monitored.
    public long addresses() {
        return (long) prefix.size();
    }

    public Optional<PortCount> port(Port port) {
        return ports.stream().filter(count -> count.port().equals(port)).findFirst();
    }

    /// Sources of `a` that also access `b`; both are main ports of the scenario.
    public Optional<Overlap> overlap(Port a, Port b) {
        return overlaps.stream().filter(o -> o.a().equals(a) && o.b().equals(b)).findFirst();
    }
}

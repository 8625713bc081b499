package teiten.session.stream;

import teiten.net.IpAddress;
import teiten.session.Door;
import teiten.session.Event;
import teiten.session.Visit;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;

/// Telnet conversations among the TCP segments of a capture, told as events of one sensor.
///
/// One thread owns it; offer it every TCP segment whose ports [#wants], in capture order, and call [#finish] at the
/// end.
public final class TelnetConversations {
    /// The ports that Telnet bots dial first.
    public static final Set<Integer> PORTS = Set.of(23, 2323);

    /// After so long without a segment a conversation is over.
    public static final Duration SILENCE = Duration.ofMinutes(10);

    private final TcpStreams streams;

    public TelnetConversations(String sensor, Set<Integer> ports, Consumer<Event> sink) {
        this.streams =
                new TcpStreams(
                        ports,
                        SILENCE,
                        (flow, start) ->
                                new TelnetDialogue(visit(sensor, flow, start), start, sink));
    }

    private static Visit visit(String sensor, Flow flow, Instant start) {
        return Visit.open(
                sensor,
                flow.client(),
                flow.clientPort(),
                Door.TELNET,
                flow.server(),
                flow.serverPort(),
                "",
                start);
    }

    public boolean wants(int sourcePort, int destinationPort) {
        return streams.wants(sourcePort, destinationPort);
    }

    /// See [TcpStreams#segment].
    public void segment(
            IpAddress source,
            int sourcePort,
            IpAddress destination,
            int destinationPort,
            int sequence,
            int flags,
            MemorySegment bytes,
            long from,
            int length,
            Instant at) {
        streams.segment(
                source,
                sourcePort,
                destination,
                destinationPort,
                sequence,
                flags,
                bytes,
                from,
                length,
                at);
    }

    public void finish() {
        streams.finish();
    }

    public StreamCounts counts() {
        return streams.counts();
    }
}

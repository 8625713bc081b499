package teiten.session.stream;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;
import teiten.session.Event.Side;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/// Finds conversations to certain ports among TCP segments and hands each to an [Ear], in order.
///
/// **Adversary.** Anyone can send anything to a sensor: floods of SYNs, data without a handshake, forged RSTs, the same
/// bytes twice with different content, bytes far ahead, no end. So: a SYN alone makes no conversation and waits in a
/// small table of its own; conversations, waiting bytes of one and of all are bounded; what does not fit is counted
/// ([StreamCounts]); a RST must lie in the window; time is the capture's own and may jump. Memory is at most
/// [#MOST_CONVERSATIONS] states and [#MOST_HELD] waiting bytes.
///
/// One thread owns it. Segments of one conversation must come in capture order.
public final class TcpStreams {
    public static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int ACK = 16;

    /// The most conversations open at the same time; beyond it the one silent the longest ends.
    static final int MOST_CONVERSATIONS = 16_384;

    /// The most SYNs that wait for an answer or data.
    static final int MOST_PENDING = 16_384;

    /// The most bytes of all conversations that wait for others in front of them.
    static final long MOST_HELD = 32L << 20;

    private static final Duration PENDING = Duration.ofSeconds(30);
    private static final Duration LINGER = Duration.ofSeconds(60);

    private final Set<Integer> ports;
    private final Duration silence;
    private final BiFunction<Flow, Instant, Ear> ears;
    private final StreamCounts counts = new StreamCounts();
    private final Map<Flow, Pending> pending = new LinkedHashMap<>(64, 0.75f, false);
    private final Map<Flow, Talk> talks = new LinkedHashMap<>(64, 0.75f, true);
    private Instant newest = Instant.MIN;

    /// A SYN without answer.
    private record Pending(int sequence, Instant at) {}

    private static final class Talk {
        final Ear ear;
        final Half visitor;
        final Half sensor;
        Instant last;
        boolean over;

        Talk(Ear ear, StreamCounts counts, Instant at) {
            this.ear = ear;
            this.visitor = new Half(Side.VISITOR, ear, counts);
            this.sensor = new Half(Side.SENSOR, ear, counts);
            this.last = at;
        }

        Half half(Side side) {
            return side == Side.VISITOR ? visitor : sensor;
        }
    }

    /// @param ports of the servers, such as 23 and 2323
    /// @param silence after which a conversation is over
    /// @param ears gives the ear for a conversation that opens at that time
    public TcpStreams(Set<Integer> ports, Duration silence, BiFunction<Flow, Instant, Ear> ears) {
        this.ports = Set.copyOf(ports);
        this.silence = silence;
        this.ears = ears;
    }

    public StreamCounts counts() {
        return counts;
    }

    /// Whether segments between these ports are looked at.
    public boolean wants(int sourcePort, int destinationPort) {
        return ports.contains(sourcePort) || ports.contains(destinationPort);
    }

    /// One segment. The payload is `length` bytes of `bytes` from `from`; it is copied where it must be kept.
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
        counts.segments++;
        if (!wants(sourcePort, destinationPort)) {
            counts.otherPorts++;
            return;
        }
        counts.payload += length;
        if (at.isAfter(newest)) {
            newest = at;
        }
        Side side = sender(source, sourcePort, destination, destinationPort, flags);
        Flow flow =
                side == Side.VISITOR
                        ? new Flow(source, sourcePort, destination, destinationPort)
                        : new Flow(destination, destinationPort, source, sourcePort);
        Talk talk = talk(flow, side, sequence, flags, length, at);
        if (talk == null) {
            counts.refused += length;
        } else if (talk.over) {
            counts.refused += length;
        } else {
            take(talk, side, sequence, flags, bytes, from, length, at);
        }
        endSilent();
    }

    /// Which end sent a segment: the one with a server's port is the sensor; when both have, the known conversation or
    /// the SYN tells.
    private Side sender(
            IpAddress source, int sourcePort, IpAddress to, int destinationPort, int flags) {
        boolean fromServer = ports.contains(sourcePort);
        if (fromServer != ports.contains(destinationPort)) {
            return fromServer ? Side.SENSOR : Side.VISITOR;
        }
        Flow forth = new Flow(source, sourcePort, to, destinationPort);
        Flow back = new Flow(to, destinationPort, source, sourcePort);
        if (talks.containsKey(forth) || pending.containsKey(forth)) {
            return Side.VISITOR;
        }
        if (talks.containsKey(back) || pending.containsKey(back)) {
            return Side.SENSOR;
        }
        return (flags & (SYN | ACK)) == (SYN | ACK) ? Side.SENSOR : Side.VISITOR;
    }

    /// The conversation this segment belongs to; opens one when it must. Null when the segment opens none.
    private @Nullable Talk talk(
            Flow flow, Side side, int sequence, int flags, int length, Instant at) {
        Talk known = talks.get(flow);
        boolean syn = (flags & SYN) != 0;
        boolean opening = syn && (flags & (ACK | RST)) == 0 && side == Side.VISITOR;
        if (known != null && opening && isNew(known, sequence)) {
            end(known, "reopened", at);
            talks.remove(flow);
            known = null;
        }
        if (known != null) {
            return known;
        }
        // An answer to nobody's question is backscatter.
        boolean answered =
                syn && (flags & ACK) != 0 && (flags & RST) == 0 && pending.containsKey(flow);
        if (length == 0 && !answered) {
            if (opening) {
                wait(flow, sequence, at);
            }
            return null;
        }
        Pending waited = pending.remove(flow);
        if (talks.size() >= MOST_CONVERSATIONS) {
            Map.Entry<Flow, Talk> eldest = talks.entrySet().iterator().next();
            talks.remove(eldest.getKey());
            if (!eldest.getValue().over) {
                counts.pushedOut++;
                end(eldest.getValue(), "pushed-out", at);
            }
        }
        Instant start = waited == null ? at : waited.at;
        Talk talk = new Talk(ears.apply(flow, start), counts, at);
        if (waited != null) {
            talk.visitor.start(waited.sequence + 1);
        }
        counts.conversations++;
        talks.put(flow, talk);
        return talk;
    }

    /// A SYN of a conversation that is over, or with a number far from the old one's, opens a new one.
    private static boolean isNew(Talk talk, int sequence) {
        return talk.over || talk.visitor.started() && !talk.visitor.plausible(sequence);
    }

    private void wait(Flow flow, int sequence, Instant at) {
        if (pending.size() >= MOST_PENDING && !pending.containsKey(flow)) {
            pending.remove(pending.keySet().iterator().next());
            counts.unanswered++;
        }
        pending.putIfAbsent(flow, new Pending(sequence, at));
    }

    private void take(
            Talk talk,
            Side side,
            int sequence,
            int flags,
            MemorySegment bytes,
            long from,
            int length,
            Instant at) {
        talk.last = at;
        Half half = talk.half(side);
        if ((flags & RST) != 0) {
            counts.refused += length;
            if (half.plausible(sequence)) {
                end(talk, "reset", at);
            } else {
                counts.refusedResets++;
            }
            return;
        }
        boolean syn = (flags & SYN) != 0;
        int first = syn ? sequence + 1 : sequence;
        if (syn) {
            half.start(first);
        }
        // A bare ACK tells nothing; as the first sight of a side it would only guess the start.
        boolean fin = (flags & FIN) != 0;
        if (length > 0 || fin) {
            half.segment(first, bytes, from, length, fin, at);
            if (counts.held > MOST_HELD) {
                half.flush(at);
            }
        }
        if (talk.visitor.finished() && talk.sensor.finished()) {
            end(talk, "closed", at);
        }
    }

    private static void end(Talk talk, String reason, Instant at) {
        if (!talk.over) {
            talk.over = true;
            talk.visitor.flush(at);
            talk.sensor.flush(at);
            talk.ear.closed(reason, at);
        }
    }

    /// Ends what was silent too long. Looks at the eldest only.
    private void endSilent() {
        Iterator<Pending> waiting = pending.values().iterator();
        while (waiting.hasNext() && waiting.next().at.plus(PENDING).isBefore(newest)) {
            waiting.remove();
            counts.unanswered++;
        }
        Iterator<Talk> eldest = talks.values().iterator();
        while (eldest.hasNext()) {
            Talk talk = eldest.next();
            if (!talk.last.plus(talk.over ? LINGER : silence).isBefore(newest)) {
                return;
            }
            end(talk, "timeout", talk.last);
            eldest.remove();
        }
    }

    /// The capture ends here: ends every conversation.
    public void finish() {
        for (Talk talk : talks.values()) {
            end(talk, "capture-end", talk.last);
        }
        talks.clear();
        counts.unanswered += pending.size();
        pending.clear();
    }
}

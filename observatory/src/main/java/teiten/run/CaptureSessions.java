package teiten.run;

import org.jspecify.annotations.Nullable;

import teiten.capture.Batch;
import teiten.capture.Capture;
import teiten.capture.PacketReader;
import teiten.session.Gatherer;
import teiten.session.stream.StreamCounts;
import teiten.session.stream.TcpPackets;
import teiten.session.stream.TelnetConversations;
import teiten.session.understand.FamilyRules;
import teiten.store.Imports;
import teiten.store.SessionImports;
import teiten.store.SessionImports.Entry;
import teiten.store.SessionWriter;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.util.function.BooleanSupplier;

/// Finds Telnet conversations in a capture whose packets are in the store already, in a pass of its own: first a glance
/// that allocates nothing and ends at the first segment with data, and only when there is one, a whole reading.
///
/// A session's id is made from sensor, both ends and start, so reading again finds the same sessions. A capture that
/// has grown is read from its beginning again; what its end had cut then takes the place of what it was.
public final class CaptureSessions {
    private static final String FORMAT = "capture";

    private final SessionImports imports;
    private final boolean demo;
    private final BooleanSupplier stop;

    /// @param conversations that were found in the whole capture
    /// @param fresh sessions that the store did not know
    /// @param changed sessions that grew
    public record Result(long conversations, long fresh, long changed) {}

    public CaptureSessions(SessionImports imports, boolean demo, BooleanSupplier stop) {
        this.imports = imports;
        this.demo = demo;
        this.stop = stop;
    }

    /// @param capture whose reader has not been taken, or a mapped one
    /// @param read how far its packets are stored
    /// @param sensor its name
    /// @return null when this capture was looked through before, or the search was stopped
    public @Nullable Result run(Capture capture, Imports.Progress read, String sensor) {
        Entry known = known(read, sensor);
        boolean done =
                known != null
                        && known.whole()
                        && known.length() == read.position()
                        && known.sha256().equals(read.tailSha256());
        if (done || read.id() == 0) {
            return null;
        }
        TcpPackets packets = new TcpPackets(TelnetConversations.PORTS);
        Batch batch = new Batch();
        PacketReader reader = capture.reader();
        boolean found = false;
        while (!found && reader.next(batch)) {
            found = packets.holdsData(batch);
            if (stop.getAsBoolean()) {
                return null;
            }
        }
        SessionWriter writer =
                imports.begin(
                        new Entry(
                                known == null ? 0 : known.id(),
                                sensor,
                                FORMAT,
                                read.file(),
                                read.id(),
                                read.headLength(),
                                read.headSha256(),
                                0,
                                "",
                                false,
                                "{}"),
                        demo,
                        FamilyRules.builtIn());
        StreamCounts counts = new StreamCounts();
        if (found) {
            counts = converse(capture, reader, batch, packets, sensor, writer);
            if (counts == null) {
                return null;
            }
        }
        writer.finish(read.position(), read.tailSha256(), counters(counts).toString());
        return new Result(counts.conversations(), writer.fresh(), writer.changed());
    }

    private @Nullable Entry known(Imports.Progress read, String sensor) {
        for (Entry entry : imports.ledger(FORMAT, sensor)) {
            Integer capture = entry.capture();
            if (capture != null && capture == read.id()) {
                return entry;
            }
        }
        return null;
    }

    /// A mapped capture is walked anew. A stream goes on with the batch in hand: before it there was no segment with
    /// data, at most handshakes, whose start is then that of the first data.
    private @Nullable StreamCounts converse(
            Capture capture,
            PacketReader glanced,
            Batch first,
            TcpPackets packets,
            String sensor,
            SessionWriter writer) {
        Gatherer gatherer = new Gatherer(writer);
        TelnetConversations telnet =
                new TelnetConversations(sensor, TelnetConversations.PORTS, gatherer);
        PacketReader reader = glanced;
        Batch batch = first;
        if (capture.isMapped()) {
            reader = capture.reader();
        } else {
            packets.read(batch, telnet::segment);
        }
        while (reader.next(batch)) {
            packets.read(batch, telnet::segment);
            if (stop.getAsBoolean()) {
                return null;
            }
        }
        telnet.finish();
        gatherer.finish();
        return telnet.counts();
    }

    private static ObjectNode counters(StreamCounts c) {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        node.put("conversations", c.conversations());
        node.put("segments", c.segments());
        node.put("payload_bytes", c.payload());
        node.put("delivered_bytes", c.delivered());
        node.put("repeated_bytes", c.repeated());
        node.put("refused_bytes", c.refused());
        node.put("held_bytes", c.held());
        node.put("conflicting_bytes", c.conflicting());
        node.put("missing_bytes", c.missing());
        node.put("unanswered", c.unanswered());
        node.put("pushed_out", c.pushedOut());
        node.put("refused_resets", c.refusedResets());
        return node;
    }
}

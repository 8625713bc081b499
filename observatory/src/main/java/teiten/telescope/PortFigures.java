package teiten.telescope;

import teiten.net.Protocol;

/// What one interval brought to one destination port; mutable, so that one instance serves a whole walk.
public final class PortFigures {
    /// [teiten.net.Port#code()]
    public int port;

    public long packets;

    /// Of IP, header included.
    public long bytes;

    /// TCP packets with SYN and without ACK.
    public long syn;

    public long backscatter;

    /// Packets with the mark, by [Mark] ordinal.
    public final long[] marks = new long[Mark.values().length];

    public Distinct sources = new Distinct();

    /// Adds the counters and merges the sources of another reading of the same port.
    public void merge(PortFigures other) {
        packets += other.packets;
        bytes += other.bytes;
        syn += other.syn;
        backscatter += other.backscatter;
        for (int i = 0; i < marks.length; i++) {
            marks[i] += other.marks[i];
        }
        sources.merge(other.sources);
    }

    /// As the police's observatory counts: TCP packets with SYN and without ACK, others that are not backscatter.
    public long accesses() {
        return port >>> 16 == Protocol.TCP.ordinal() ? syn : packets - backscatter;
    }

    public PortFigures copy() {
        PortFigures copy = new PortFigures();
        copy.port = port;
        copy.merge(this);
        return copy;
    }
}

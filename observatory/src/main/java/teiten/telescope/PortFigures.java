package teiten.telescope;

/// What one interval brought to one destination port; mutable, so that one instance serves a whole walk.
public final class PortFigures {
    /// [teiten.net.Port#code()], or [PortImage#ALL_PORTS]
    public int port;

    public long packets;

    /// Of IP, header included.
    public long bytes;

    /// TCP packets with SYN and without ACK.
    public long syn;

    public long backscatter;

    /// As the police's observatory counts: TCP packets with SYN and without ACK, others that are not backscatter.
    public long accesses;

    /// Packets with the mark, by [Mark] ordinal.
    public final long[] marks = new long[Mark.values().length];

    public Distinct sources = new Distinct();

    /// Adds the counters and merges the sources of another reading of the same port.
    public void merge(PortFigures other) {
        packets += other.packets;
        bytes += other.bytes;
        syn += other.syn;
        backscatter += other.backscatter;
        accesses += other.accesses;
        for (int i = 0; i < marks.length; i++) {
            marks[i] += other.marks[i];
        }
        sources.merge(other.sources);
    }

    public PortFigures copy() {
        PortFigures copy = new PortFigures();
        copy.port = port;
        copy.merge(this);
        return copy;
    }
}

package teiten.telescope;

/// Where a telescope puts what is complete. Called by the worker's own thread; what is handed over may be used until the
/// call returns.
///
/// Parts of one key (a minute that opened again, a segment that was closed early) may come any number of times; they add
/// up.
public interface Sink {
    /// Closed segments; see [SegmentTable].
    void segments(SegmentBlock block);

    /// Flow tuples, when they are kept; see [TupleTable].
    void tuples(TupleBlock block);

    /// @param minute since 1970
    /// @param image of [PortImage], in its first `length` bytes
    /// @param packets read in that minute, skipped ones included
    void minute(int minute, byte[] image, int length, long packets);

    /// @param hour since 1970
    /// @param ports with a line for all ports together
    void hour(int hour, PortTable ports);

    /// @param day UTC, since 1970
    void day(int day, PortTable ports);
}

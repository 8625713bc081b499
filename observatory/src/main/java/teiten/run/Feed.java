package teiten.run;

import org.jspecify.annotations.Nullable;

import teiten.capture.Batch;

/// Where one worker's batches come from. All workers of an import are given the same packets in the same order, cut
/// into stretches at the same places.
sealed interface Feed permits MappedFeed, StreamFeed.Tap {
    /// Packets of a stretch, at least; it ends with the batch that reaches this number.
    int STRETCH = 262_144;

    /// The next batch, or null at the end of a stretch. Valid until the next call.
    @Nullable Batch next();

    /// After the end of a stretch: the place in the capture that it reaches to.
    Boundary boundary();

    /// A place between two packets, up to which everything was handed out.
    ///
    /// @param position uncompressed offset
    /// @param tailSha256 of the bytes before it
    /// @param consumed bytes of the file or stream
    /// @param last true at the end of the capture
    /// @param stoppedAt offset of damage; null unless last
    record Boundary(
            long position,
            String tailSha256,
            long consumed,
            boolean last,
            @Nullable Long stoppedAt,
            @Nullable String stoppedReason) {}
}

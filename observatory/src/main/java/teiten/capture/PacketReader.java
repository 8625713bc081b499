package teiten.capture;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/// Hot lane. Walks a capture from packet to packet and hands them on in batches. One thread uses it; what it puts into
/// a batch may be read by others.
///
/// All offsets count bytes of the uncompressed capture.
public abstract sealed class PacketReader permits MappedReader, StreamReader {
    /// So many last bytes before a position tell whether a capture is still the one that was read up to there.
    static final int TAIL = 64 * 1024;

    final Records records;

    /// What offsets in a batch point into.
    MemorySegment window = MemorySegment.NULL;

    /// Uncompressed offset of the window's first byte.
    long base;

    /// In the window: the first byte not yet read, and the first that is not there.
    long at;

    long end;

    /// Uncompressed offset of the first record.
    long start;

    private boolean ended;
    private @Nullable Damage damage;

    /// Whether the capture is still being written: a last record that is not all there is no damage.
    boolean growing;

    PacketReader(Records records) {
        this.records = records;
    }

    /// Fills the batch with the next packets, up to [Batch#CAPACITY]. A stream that pauses gives what it has.
    ///
    /// @return false at the end, when the batch is empty; then [#damage] says whether it is the capture's own end
    public final boolean next(Batch batch) {
        long before = at;
        try {
            fill(batch, Long.MAX_VALUE);
        } catch (InternalError _) {
            // How the virtual machine reports a page of a mapped file that is gone. What came into
            // this batch since
            // then is not from the file.
            at = before;
            batch.size = 0;
            end("the file became shorter while it was read");
        }
        return batch.size > 0;
    }

    /// @param limit offset beyond which nothing is read
    private void fill(Batch batch, long limit) {
        batch.size = 0;
        while (!ended) {
            long stop = Math.min(end, limit - base);
            batch.bytes = window;
            ahead(stop);
            at = records.read(batch, window, at, stop);
            noteRead(batch.size > 0);
            if (batch.size > 0 || stop < end || base + at >= limit) {
                return;
            }
            if (records.broken != null) {
                end(records.broken);
            } else if (!refill(records.wanted)) {
                String reason = failure();
                if (reason == null && !growing && (at < end || records.passed > 0)) {
                    reason = records.cutShort();
                }
                end(reason);
            }
        }
    }

    private void end(@Nullable String reason) {
        ended = true;
        if (reason != null) {
            damage = new Damage(position(), reason);
        }
    }

    /// Called before a batch is read, with the end of what it may read.
    abstract void ahead(long stop);

    /// Called when [#at] may have moved.
    ///
    /// @param packets whether a batch points into the window now
    abstract void noteRead(boolean packets);

    /// Brings more bytes into the window, at least `wanted` from [#at] on.
    ///
    /// @return false when there are no more
    abstract boolean refill(int wanted);

    /// Why the bytes ended before the capture did, or null.
    abstract @Nullable String failure();

    /// Offset just after the last packet delivered, or after whole blocks without packets that were passed behind it:
    /// always a boundary between records, from which [#skipTo] goes on.
    public final long position() {
        return base + at - records.passed;
    }

    /// Goes on from a [#position] that an earlier reading of this capture returned, forwards only. pcapng is walked to
    /// learn its interfaces again; compressed input is decompressed and passed over. A position not behind the file
    /// header is the beginning.
    ///
    /// @return whether the capture has a boundary of records there; if not, it is not the capture that was read then,
    ///     and this reader is of no further use
    public boolean skipTo(long position) {
        if (position <= start) {
            return position() == start;
        }
        Batch passed = new Batch();
        long before = -1;
        while (!ended && position() < position && position() > before) {
            before = position();
            fill(passed, position);
        }
        return position() == position;
    }

    /// Bytes of the underlying file, as it lies on the disk, that were read so far. Any thread may ask.
    public abstract long consumed();

    /// Why the capture could not be read to its end; null while it is still being read, and when it was whole.
    public final @Nullable Damage damage() {
        return damage;
    }

    /// SHA-256, in lower-case hexadecimal, of the last 64 KiB (or of all, if fewer) before [#position].
    public final String tailSha256() {
        return HexFormat.of().formatHex(Fingerprint.sha256(tail()));
    }

    /// The last bytes before [#position].
    abstract byte[] tail();
}

package teiten.run;

import org.jspecify.annotations.Nullable;

import teiten.capture.Batch;
import teiten.capture.Damage;
import teiten.capture.PacketReader;

/// A reader of the worker's own over a mapped file: walking is cheaper than handing over.
final class MappedFeed implements Feed {
    private final PacketReader reader;
    private final Batch batch = new Batch();
    private int inStretch;
    private boolean ended;

    MappedFeed(PacketReader reader) {
        this.reader = reader;
    }

    @Override
    public @Nullable Batch next() {
        if (inStretch >= STRETCH) {
            inStretch = 0;
            return null;
        }
        if (!reader.next(batch)) {
            ended = true;
            return null;
        }
        inStretch += batch.size;
        return batch;
    }

    @Override
    public Boundary boundary() {
        Damage damage = ended ? reader.damage() : null;
        return new Boundary(
                reader.position(),
                reader.tailSha256(),
                reader.consumed(),
                ended,
                damage == null ? null : damage.offset(),
                damage == null ? null : damage.reason());
    }
}

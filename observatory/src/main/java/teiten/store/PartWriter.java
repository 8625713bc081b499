package teiten.store;

import teiten.store.ParquetFile.Type;
import teiten.telescope.Mark;
import teiten.telescope.PortTable;
import teiten.telescope.SegmentBlock;
import teiten.telescope.SegmentBlock.Small;
import teiten.telescope.Sink;
import teiten.telescope.TupleBlock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Writes what one telescope completes into files of the spool, a file a kind. One thread uses it; [#finish()] gives the
/// files of the stretch, and the next rows begin new ones.
public final class PartWriter implements Sink, AutoCloseable {
    /// What a file holds.
    enum Kind {
        SEGMENT,
        SEGMENT6,
        MINUTE,
        HOUR,
        DAY,
        TUPLE,
        TUPLE6;

        /// Whether the rows wait to be turned into the files that users read; see [Tuples].
        boolean tuples() {
            return this == TUPLE || this == TUPLE6;
        }

        /// The table that holds the rows of small stretches.
        String table() {
            return name().toLowerCase(Locale.ROOT) + "_row";
        }
    }

    /// One finished file. Its place is in the spool until the store has taken it.
    ///
    /// @param first UTC day of the oldest row, since 1970
    record Part(Kind kind, Path file, long rows, int first, int last) {}

    /// What a worker wrote since it was last asked.
    public static final class Written {
        final List<Part> parts;

        private Written(List<Part> parts) {
            this.parts = parts;
        }
    }

    private static final Small[] SMALL = Small.values();

    private final Path spool;
    private final String name;
    private final int sensor;
    private int number;
    private final DiskBlocks disk = new DiskBlocks();

    private final Days[] days = new Days[Kind.values().length];
    private final Path[] paths = new Path[Kind.values().length];
    private final ParquetFile[] blocks = new ParquetFile[Kind.values().length];
    private final ParquetWriter[] rows = new ParquetWriter[Kind.values().length];

    private static final class Days {
        int first = Integer.MAX_VALUE;
        int last = Integer.MIN_VALUE;

        /// @param seconds since 1970, unsigned
        void note(byte[] seconds, int n) {
            long least = Long.MAX_VALUE;
            long most = 0;
            for (int i = 0; i < n; i++) {
                long second = (int) ParquetPacking.INT.get(seconds, 4 * i) & 0xFFFF_FFFFL;
                least = Math.min(least, second);
                most = Math.max(most, second);
            }
            if (n > 0) {
                note((int) (least / 86_400));
                note((int) (most / 86_400));
            }
        }

        void note(int day) {
            first = Math.min(first, day);
            last = Math.max(last, day);
        }
    }

    /// @param name tells the files of this writer from those of others
    PartWriter(Path spool, String name, int sensor) {
        this.spool = spool;
        this.name = name;
        this.sensor = sensor;
    }

    private BlockFile begin(Kind kind) throws IOException {
        Path path =
                spool.resolve(
                        kind.name().toLowerCase(Locale.ROOT)
                                + "-"
                                + name
                                + "-"
                                + number++
                                + ".parquet");
        paths[kind.ordinal()] = path;
        days[kind.ordinal()] = new Days();
        return new BlockFile(path, disk, kind == Kind.HOUR || kind == Kind.DAY);
    }

    @Override
    public void segments(SegmentBlock block) {
        Kind kind = block.six() ? Kind.SEGMENT6 : Kind.SEGMENT;
        int n = block.rows();
        try {
            ParquetFile file = blocks[kind.ordinal()];
            if (file == null) {
                file = segments(new ParquetFile(begin(kind)), block.six());
                blocks[kind.ordinal()] = file;
            }
            file.constant(n, sensor);
            if (block.six()) {
                file.plain(n, block.address(), 8 * n);
                file.plain(n, block.low(), 8 * n);
            } else {
                file.plain(n, block.address(), 4 * n);
            }
            file.plain(n, block.port(), 4 * n);
            file.numbers(n, block.first());
            file.numbers(n, block.span());
            file.numbers(n, block.bytes());
            for (Small small : SMALL) {
                file.bytes(n, block.small(small));
            }
            file.numbers(n, block.shape());
            file.strings(n, block.targetLength(), block.targets(), block.targetBytes());
            file.endGroup(n);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        days[kind.ordinal()].note(block.first(), n);
    }

    /// Names the columns of segments.
    static ParquetFile segments(ParquetFile file, boolean six) {
        file.indexed().column("sensor", Type.INT32);
        if (six) {
            file.column("high", Type.INT64).column("low", Type.INT64);
        } else {
            file.column("address", Type.UINT32);
        }
        file.column("port", Type.INT32)
                .column("first", Type.UINT32)
                .column("span", Type.INT32)
                .column("bytes", Type.INT32);
        for (Small small : SMALL) {
            file.column(small.name().toLowerCase(Locale.ROOT), Type.INT32);
        }
        return file.column("shape", Type.INT32).column("targets", Type.BYTES);
    }

    @Override
    public void tuples(TupleBlock block) {
        Kind kind = block.six() ? Kind.TUPLE6 : Kind.TUPLE;
        int k = kind.ordinal();
        int n = block.rows();
        try {
            ParquetFile file = blocks[k];
            if (file == null) {
                file = Tuples.columns(new ParquetFile(begin(kind)), block.six());
                blocks[k] = file;
            }
            file.bounded(n, block.minute());
            for (byte[] address : block.addresses()) {
                file.plain(n, address, (block.six() ? 8 : 4) * n);
            }
            file.plain(n, block.ports(), 4 * n);
            file.plain(n, block.header(), 4 * n);
            file.plain(n, block.evidence(), 4 * n);
            file.bytes(n, block.packets());
            file.endGroup(n);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        days[k].note(0);
    }

    @Override
    public void minute(int minute, byte[] image, int length, long packets) {
        try {
            ParquetWriter out = rows[Kind.MINUTE.ordinal()];
            if (out == null) {
                out =
                        new ParquetWriter(begin(Kind.MINUTE))
                                .indexed()
                                .column("sensor", Type.INT32)
                                .column("minute", Type.INT32)
                                .column("packets", Type.INT64)
                                .column("image", Type.BYTES);
                rows[Kind.MINUTE.ordinal()] = out;
            }
            out.put(sensor).put(minute).put(packets).put(image, length);
            out.endRow();
            days[Kind.MINUTE.ordinal()].note(minute / 1_440);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    @Override
    public void hour(int hour, PortTable ports) {
        ports(Kind.HOUR, hour, hour / 24, ports);
    }

    @Override
    public void day(int day, PortTable ports) {
        ports(Kind.DAY, day, day, ports);
    }

    private void ports(Kind kind, int interval, int day, PortTable ports) {
        int marks = Mark.values().length;
        try {
            ParquetWriter out = rows[kind.ordinal()];
            if (out == null) {
                out = beginPorts(kind);
                rows[kind.ordinal()] = out;
            }
            long[] row = new long[8 + marks];
            row[0] = sensor;
            row[1] = interval;
            for (PortTable.Walk port = ports.walk(); port.next(); ) {
                row[2] = port.port() == PortTable.ALL ? Imports.ALL_PORTS : port.port();
                port.counts(row, 3);
                out.put(row);
                int length = port.sources();
                out.put(port.image(), length);
                out.endRow();
            }
            days[kind.ordinal()].note(day);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private ParquetWriter beginPorts(Kind kind) throws IOException {
        ParquetWriter out =
                new ParquetWriter(begin(kind))
                        .column("sensor", Type.INT32)
                        .column(kind == Kind.HOUR ? "hour" : "day", Type.INT32)
                        .column("port", Type.INT32)
                        .column("packets", Type.UINT32)
                        .column("bytes", Type.INT64)
                        .column("accesses", Type.UINT32)
                        .column("syn", Type.UINT32)
                        .column("backscatter", Type.UINT32);
        for (Mark mark : Mark.values()) {
            out.column(mark.label(), Type.UINT32);
        }
        return out.column("sources", Type.BYTES);
    }

    /// Ends the files and hands them over.
    public Written finish() {
        List<Part> parts = new ArrayList<>();
        try {
            for (Kind kind : Kind.values()) {
                int k = kind.ordinal();
                ParquetFile block = blocks[k];
                ParquetWriter row = rows[k];
                long n = block != null ? block.rows() : row != null ? row.rows() : 0;
                closeAt(k);
                if (n > 0) {
                    parts.add(new Part(kind, paths[k], n, days[k].first, days[k].last));
                }
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        return new Written(parts);
    }

    @SuppressWarnings("NullAway") // the slot is empty again
    private void closeAt(int k) throws IOException {
        if (blocks[k] != null) {
            blocks[k].close();
            blocks[k] = null;
        }
        if (rows[k] != null) {
            rows[k].close();
            rows[k] = null;
        }
    }

    /// Gives up what was not finished; its files go when the spool is next emptied.
    @Override
    public void close() {
        try {
            for (int k = 0; k < blocks.length; k++) {
                closeAt(k);
            }
        } catch (IOException _) {
            // nobody will read them
        } finally {
            disk.close();
        }
    }
}

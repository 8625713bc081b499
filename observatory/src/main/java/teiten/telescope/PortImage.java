package teiten.telescope;

import java.util.Arrays;

/// The stored image of one interval's ports: a summary that can be merged without being unpacked whole.
///
/// ```
/// 0   magic 'P' 'I', version 1, count of marks
/// 4   packets of the interval that were read, skipped ones included     varint
///     then for each port in ascending order of its code:
///       code minus the code before (before the first: -1)               varint
///       packets, bytes, accesses                                        varint
///       bit set: 0 syn, 1 backscatter, 2… marks; then each that is set  byte, varint
///       length of the sources' image, image of [Distinct]               varint, bytes
/// ```
///
/// [#merge] of any number of images, in any order, gives the image of one pass over all their packets.
public final class PortImage {
    /// The pseudo port of all ports together, in images of hours and days.
    public static final int ALL_PORTS = PortTable.ALL;

    private static final int VERSION = 1;
    private static final int MARKS = Mark.values().length;

    private PortImage() {}

    /// A cursor over an image's ports.
    public static final class Reader {
        private final byte[] image;
        private final int end;
        private int at;
        private final long total;
        private final int marks;

        /// Where the sources' image lies.
        private int sourcesAt;

        private int sourcesLength;

        /// The port the cursor stands on after [#next()] was true; its sources only after [#sources()].
        public final PortFigures figures = new PortFigures();

        /// @throws IllegalStateException when the bytes are none of ours or of a newer version
        public Reader(byte[] image) {
            this(image, image.length);
        }

        /// Bytes that an array must have behind an image that was cut, each 0: the cursor may look at them.
        public static final int BEHIND = 128;

        /// The same of the first `length` bytes of an array, which stays as it is while they are read.
        public Reader(byte[] image, int length) {
            this.image = image;
            end = length;
            if (length < 5 || image[0] != 'P' || image[1] != 'I' || image[2] != VERSION) {
                throw new IllegalStateException(
                        "not a port image of version "
                                + VERSION
                                + "; it may come from a newer version of Teiten");
            }
            marks = image[3];
            at = 4;
            total = varint();
            figures.port = -1;
        }

        /// Packets read in the interval, skipped ones included.
        public long total() {
            return total;
        }

        public boolean next() {
            if (at >= end) {
                return false;
            }
            figures.port += (int) varint();
            figures.packets = varint();
            figures.bytes = varint();
            figures.accesses = varint();
            int bits = image[at++];
            figures.syn = (bits & 1) != 0 ? varint() : 0;
            figures.backscatter = (bits & 2) != 0 ? varint() : 0;
            for (int m = 0; m < MARKS; m++) {
                figures.marks[m] = m < marks && (bits >> m + 2 & 1) != 0 ? varint() : 0;
            }
            sourcesLength = (int) varint();
            sourcesAt = at;
            at += sourcesLength;
            return true;
        }

        /// Whether the port the cursor stands on lies in the bytes that were given, whole: of an image that was cut, the
        /// last does not.
        public boolean isWhole() {
            return at <= end;
        }

        /// The image of the port's sources, to be stored as it is.
        public byte[] sourcesImage() {
            return Arrays.copyOfRange(image, sourcesAt, sourcesAt + sourcesLength);
        }

        /// Unpacks the port's sources.
        public Distinct sources() {
            figures.sources = Distinct.ofImage(sourcesImage());
            return figures.sources;
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = image[at++];
                value |= (long) (b & 0x7F) << shift;
                if (b >= 0) {
                    return value;
                }
            }
        }
    }

    /// Writes images port by port, one after the other into the same room.
    static final class Writer {
        private byte[] image = new byte[1 << 14];
        private int at;
        private int before = -1;
        private final long[] counts = new long[5 + MARKS];

        /// @param total packets read in the interval, skipped ones included
        void begin(long total) {
            image[0] = 'P';
            image[1] = 'I';
            image[2] = VERSION;
            image[3] = (byte) MARKS;
            at = 4;
            before = -1;
            varint(total);
        }

        /// Writes the image of a table.
        void write(PortTable table, long total) {
            begin(total);
            for (PortTable.Walk port = table.walk(); port.next(); ) {
                port.counts(counts, 0);
                int length = port.sources();
                add(port.port(), counts, port.image(), length);
            }
        }

        /// @param counts as [PortTable.Walk#counts] writes them
        void add(int port, long[] counts, byte[] sources, int length) {
            head(port, counts);
            set(sources, length);
        }

        /// Adds a port of one packet; the same bytes as [#add] writes.
        ///
        /// @param bits the bit set of the image
        /// @param known whether the source is one of the sources' image
        void addOne(int port, int length, int access, int bits, boolean known, int coupon) {
            room(0);
            varint(port - before);
            before = port;
            image[at++] = 1;
            varint(length);
            image[at++] = (byte) access;
            image[at++] = (byte) bits;
            for (int left = bits; left != 0; left &= left - 1) {
                image[at++] = 1;
            }
            image[at++] = (byte) (known ? 5 : 1);
            image[at++] = Distinct.EXACT_V1;
            if (known) {
                Distinct.INT.set(image, at, coupon);
                at += 4;
            }
        }

        byte[] bytes() {
            return image;
        }

        int length() {
            return at;
        }

        void add(Reader a) {
            head(a.figures);
            room(a.sourcesLength);
            varint(a.sourcesLength);
            System.arraycopy(a.image, a.sourcesAt, image, at, a.sourcesLength);
            at += a.sourcesLength;
        }

        void addBoth(Reader a, Reader b) {
            Distinct union = a.sources();
            union.mergeImage(b.sourcesImage());
            a.figures.packets += b.figures.packets;
            a.figures.bytes += b.figures.bytes;
            a.figures.accesses += b.figures.accesses;
            a.figures.syn += b.figures.syn;
            a.figures.backscatter += b.figures.backscatter;
            for (int m = 0; m < MARKS; m++) {
                a.figures.marks[m] += b.figures.marks[m];
            }
            head(a.figures);
            byte[] sources = union.image();
            set(sources, sources.length);
        }

        private void set(byte[] sources, int length) {
            room(length);
            varint(length);
            System.arraycopy(sources, 0, image, at, length);
            at += length;
        }

        private void room(int bytes) {
            if (at + 128 + bytes > image.length) {
                image = Arrays.copyOf(image, Math.max(image.length * 2, at + 128 + bytes));
            }
        }

        private void head(PortFigures f) {
            counts[0] = f.packets;
            counts[1] = f.bytes;
            counts[2] = f.accesses;
            counts[3] = f.syn;
            counts[4] = f.backscatter;
            System.arraycopy(f.marks, 0, counts, 5, MARKS);
            head(f.port, counts);
        }

        /// @param counts as [PortTable.Walk#counts] writes them
        private void head(int port, long[] counts) {
            room(0);
            varint(port - before);
            before = port;
            for (int i = 0; i < 3; i++) {
                varint(counts[i]);
            }
            int bits = 0;
            for (int i = 3; i < counts.length; i++) {
                bits |= counts[i] != 0 ? 1 << i - 3 : 0;
            }
            image[at++] = (byte) bits;
            for (int i = 3; i < counts.length; i++) {
                if (counts[i] != 0) {
                    varint(counts[i]);
                }
            }
        }

        byte[] image() {
            return Arrays.copyOf(image, at);
        }

        private void varint(long value) {
            while ((value & ~0x7FL) != 0) {
                image[at++] = (byte) (value | 0x80);
                value >>>= 7;
            }
            image[at++] = (byte) value;
        }
    }

    /// The image of all the packets of both.
    public static byte[] merge(byte[] one, byte[] other) {
        Reader a = new Reader(one);
        Reader b = new Reader(other);
        Writer writer = new Writer();
        writer.begin(a.total() + b.total());
        boolean inA = a.next();
        boolean inB = b.next();
        while (inA || inB) {
            if (inA && inB && a.figures.port == b.figures.port) {
                writer.addBoth(a, b);
                inA = a.next();
                inB = b.next();
            } else if (!inB || inA && a.figures.port < b.figures.port) {
                writer.add(a);
                inA = a.next();
            } else {
                writer.add(b);
                inB = b.next();
            }
        }
        return writer.image();
    }
}

package teiten.telescope;

import java.util.Arrays;

/// The stored image of one interval's ports: a summary that can be merged without being unpacked whole.
///
/// ```
/// 0   magic 'P' 'I', version 1 or 2, count of marks
/// 4   packets of the interval that were read, skipped ones included     varint
///     then for each port in ascending order of its code:
///       code minus the code before (before the first: -1)               varint
///       packets, bytes, accesses                                        varint
///       bit set: 0 syn, 1 backscatter, 2… marks; then each that is set  byte, varint
///       length of the sources' image, image of [Distinct]               varint, bytes
///     then, in version 2, all ports together, as one port of code 0
///     then for ports some way apart:
///       code of the port before, where this one begins                  4, 4
///     then how many of these, where all ports together begin            4, 4
///     count of marks, version 2                                         1, 1
/// ```
///
/// An image whose ports end within [#APART] bytes is of version 1. A larger one tells where some of them begin, so that a
/// reader who asks about one port, or about all together, need not go through all: [#place].
///
/// [#merge] of any number of images, in any order, gives the image of one pass over all their packets.
public final class PortImage {
    /// The pseudo port of all ports together, in images of hours and days.
    public static final int ALL_PORTS = PortTable.ALL;

    /// Bytes between two ports whose places are told, at least.
    static final int APART = 4_096;

    private static final int VERSION = 1;
    private static final int WITH_PLACES = 2;
    private static final int MARKS = Mark.values().length;

    /// Bytes of a place, and of what follows on the last.
    private static final int PLACE = 8;

    private static final int END = 10;

    private PortImage() {}

    /// The piece of an image in which a port lies, if it is there at all.
    ///
    /// @param before code of the port before the piece; below 0 when it begins with the image
    public record Place(int from, int to, int before, int marks) {}

    /// How many bytes at the end of an image [#place] needs, at most.
    public static int tail(int length) {
        return length < APART ? 0 : Math.min(length, END + PLACE * (length / APART));
    }

    /// Finds where to look for a port.
    ///
    /// @param bytes which begin or end with the last [#tail] bytes of an image
    /// @param end of these
    /// @param length of the image
    /// @param code the port's, or [#ALL_PORTS]: then the piece has one line, or all ports when the image is small
    /// @throws IllegalStateException when they are of a newer version
    public static Place place(byte[] bytes, int end, int length, int code) {
        if (length < APART) {
            return new Place(0, length, -1, 0);
        }
        if (bytes[end - 1] != WITH_PLACES) {
            throw unknown();
        }
        int marks = bytes[end - 2];
        int together = (int) Distinct.INT.get(bytes, end - END + 4);
        int places = (int) Distinct.INT.get(bytes, end - END);
        int first = end - END - PLACE * places;
        if (code == ALL_PORTS) {
            return new Place(together, length - (end - first), code, marks);
        }
        int from = 0;
        int before = -1;
        for (int i = 0; i < places; i++) {
            int port = (int) Distinct.INT.get(bytes, first + PLACE * i);
            int at = (int) Distinct.INT.get(bytes, first + PLACE * i + 4);
            if (port >= code) {
                return new Place(from, at, before, marks);
            }
            before = port;
            from = at;
        }
        return new Place(from, together, before, marks);
    }

    private static Place near(byte[] image, int length, int code) {
        return version(image, length) == WITH_PLACES
                ? place(image, length, length, code)
                : whole(image, length);
    }

    private static Place whole(byte[] image, int length) {
        boolean places = version(image, length) == WITH_PLACES;
        int ports = places ? (int) Distinct.INT.get(image, length - END + 4) : length;
        return new Place(0, ports, -1, 0);
    }

    private static int version(byte[] image, int length) {
        if (length < 5
                || image[0] != 'P'
                || image[1] != 'I'
                || image[2] != VERSION && image[2] != WITH_PLACES) {
            throw unknown();
        }
        return image[2];
    }

    private static IllegalStateException unknown() {
        return new IllegalStateException(
                "not a port image of version "
                        + VERSION
                        + " or "
                        + WITH_PLACES
                        + "; it may come from a newer version of Teiten");
    }

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

        /// The same of the first `length` bytes of an array, which stays as it is while they are read.
        public Reader(byte[] image, int length) {
            this(image, whole(image, length));
        }

        /// The same, but ports before this one may be passed over.
        public Reader(byte[] image, int length, int code) {
            this(image, near(image, length, code));
        }

        /// A cursor over the ports of a piece.
        ///
        /// @param piece of an image, in the first bytes of an array
        public static Reader ofPiece(byte[] piece, Place place) {
            return new Reader(
                    piece, new Place(0, place.to - place.from, place.before, place.marks));
        }

        private Reader(byte[] image, Place place) {
            this.image = image;
            at = place.from;
            end = place.to;
            figures.port = place.before;
            if (place.before >= 0) {
                marks = place.marks;
                total = 0;
                return;
            }
            version(image, end);
            marks = image[3];
            at = 4;
            total = varint();
        }

        /// Packets read in the interval, skipped ones included; of a piece, only in the first.
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
        private int[] places = new int[64];
        private int used;
        private int nextPlace;
        private final long[] counts = new long[5 + MARKS];

        /// @param total packets read in the interval, skipped ones included
        void begin(long total) {
            used = 0;
            nextPlace = APART;
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
            end();
        }

        /// Notes where the next port begins.
        private void place() {
            if (used == places.length) {
                places = Arrays.copyOf(places, 2 * used);
            }
            places[used++] = before;
            places[used++] = at;
            nextPlace = at + APART;
        }

        /// All ports were added.
        void end() {
            if (!isLarge()) {
                return;
            }
            Distinct all = new Distinct();
            long[] sums = new long[5 + MARKS];
            Reader port = new Reader(image, at);
            while (port.next() && port.figures.port < ALL_PORTS) {
                all.mergeImage(port.sourcesImage());
                counts(port.figures);
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += counts[i];
                }
            }
            byte[] sources = all.image();
            end(sums, sources, sources.length);
        }

        /// Whether the image needs [#end(long[], byte[], int)].
        boolean isLarge() {
            return at >= APART;
        }

        /// The same, where what all ports together have is known.
        ///
        /// @param together as [PortTable.Walk#counts] writes them
        void end(long[] together, byte[] sources, int length) {
            int begin = at;
            image[2] = WITH_PLACES;
            room(0);
            varint(0);
            line(together);
            set(sources, length);
            room(4 * used);
            for (int i = 0; i < used; i++) {
                number(places[i]);
            }
            number(used / 2);
            number(begin);
            image[at++] = (byte) MARKS;
            image[at++] = WITH_PLACES;
        }

        private void number(int value) {
            Distinct.INT.set(image, at, value);
            at += 4;
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
            port(port);
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

        private void port(int port) {
            room(0);
            if (at >= nextPlace) {
                place();
            }
            varint(port - before);
            before = port;
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
            counts(f);
            head(f.port, counts);
        }

        private void counts(PortFigures f) {
            counts[0] = f.packets;
            counts[1] = f.bytes;
            counts[2] = f.accesses;
            counts[3] = f.syn;
            counts[4] = f.backscatter;
            System.arraycopy(f.marks, 0, counts, 5, MARKS);
        }

        /// @param counts as [PortTable.Walk#counts] writes them
        private void head(int port, long[] counts) {
            port(port);
            line(counts);
        }

        private void line(long[] counts) {
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
        writer.end();
        return writer.image();
    }
}

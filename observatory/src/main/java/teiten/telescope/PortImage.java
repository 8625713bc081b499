package teiten.telescope;

import java.util.Arrays;

/// The stored image of one interval's ports: a summary that can be merged without being unpacked whole.
///
/// ```
/// 0   magic 'P' 'I', version 1, count of marks
/// 4   packets of the interval that were read, skipped ones included     varint
///     number of ports                                                   varint
///     then for each port in ascending order of its code:
///       code minus the code before                                      varint
///       packets, bytes                                                  varint
///       bit set: 0 syn, 1 backscatter, 2… marks; then each that is set  byte, varint
///       length of the sources' image, image of [Distinct]               varint, bytes
/// ```
///
/// [#merge] of any number of images, in any order, gives the image of one pass over all their packets.
public final class PortImage {
    private static final int VERSION = 1;
    private static final int MARKS = Mark.values().length;

    private PortImage() {}

    /// A cursor over an image's ports.
    public static final class Reader {
        private final byte[] image;
        private int at;
        private long left;
        private final long total;
        private final int marks;

        /// The port the cursor stands on after [#next()] was true.
        public final PortFigures figures = new PortFigures();

        /// @throws IllegalStateException when the bytes are none of ours or of a newer version
        public Reader(byte[] image) {
            this.image = image;
            if (image.length < 6 || image[0] != 'P' || image[1] != 'I' || image[2] != VERSION) {
                throw new IllegalStateException(
                        "not a port image of version "
                                + VERSION
                                + "; it may come from a newer version of Teiten");
            }
            marks = image[3];
            at = 4;
            total = varint();
            left = varint();
            figures.port = -1;
        }

        /// Packets read in the interval, skipped ones included.
        public long total() {
            return total;
        }

        public boolean next() {
            if (left == 0) {
                return false;
            }
            left--;
            figures.port += (int) varint();
            figures.packets = varint();
            figures.bytes = varint();
            int bits = image[at++];
            figures.syn = (bits & 1) != 0 ? varint() : 0;
            figures.backscatter = (bits & 2) != 0 ? varint() : 0;
            for (int m = 0; m < MARKS; m++) {
                figures.marks[m] = m < marks && (bits >> m + 2 & 1) != 0 ? varint() : 0;
            }
            int length = (int) varint();
            figures.sources = Distinct.ofImage(Arrays.copyOfRange(image, at, at + length));
            at += length;
            return true;
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

    /// Writes an image port by port.
    static final class Writer {
        private byte[] image = new byte[1 << 12];
        private int at;
        private int before = -1;

        Writer(long total, int ports) {
            image[0] = 'P';
            image[1] = 'I';
            image[2] = VERSION;
            image[3] = (byte) MARKS;
            at = 4;
            varint(total);
            varint(ports);
        }

        void add(PortFigures f) {
            byte[] sources = f.sources.image();
            if (at + 96 + sources.length > image.length) {
                image = Arrays.copyOf(image, Math.max(image.length * 2, at + 96 + sources.length));
            }
            varint(f.port - before);
            before = f.port;
            varint(f.packets);
            varint(f.bytes);
            int bits = (f.syn != 0 ? 1 : 0) | (f.backscatter != 0 ? 2 : 0);
            for (int m = 0; m < MARKS; m++) {
                bits |= f.marks[m] != 0 ? 4 << m : 0;
            }
            image[at++] = (byte) bits;
            if (f.syn != 0) {
                varint(f.syn);
            }
            if (f.backscatter != 0) {
                varint(f.backscatter);
            }
            for (int m = 0; m < MARKS; m++) {
                if (f.marks[m] != 0) {
                    varint(f.marks[m]);
                }
            }
            varint(sources.length);
            System.arraycopy(sources, 0, image, at, sources.length);
            at += sources.length;
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

    static byte[] of(PortTable table, long total) {
        int[] lines = table.sorted();
        Writer writer = new Writer(total, lines.length);
        PortFigures figures = new PortFigures();
        for (int line : lines) {
            table.figures(line, figures);
            writer.add(figures);
        }
        return writer.image();
    }

    /// The image of all the packets of both.
    public static byte[] merge(byte[] one, byte[] other) {
        Reader a = new Reader(one);
        Reader b = new Reader(other);
        int ports = 0;
        boolean inA = a.next();
        boolean inB = b.next();
        // The number of ports stands first, so the union is counted before it is written.
        while (inA || inB) {
            int port =
                    !inB || inA && a.figures.port <= b.figures.port
                            ? a.figures.port
                            : b.figures.port;
            ports++;
            inA = inA && a.figures.port == port ? a.next() : inA;
            inB = inB && b.figures.port == port ? b.next() : inB;
        }
        a = new Reader(one);
        b = new Reader(other);
        Writer writer = new Writer(a.total() + b.total(), ports);
        inA = a.next();
        inB = b.next();
        while (inA || inB) {
            if (inA && inB && a.figures.port == b.figures.port) {
                a.figures.merge(b.figures);
                writer.add(a.figures);
                inA = a.next();
                inB = b.next();
            } else if (!inB || inA && a.figures.port < b.figures.port) {
                writer.add(a.figures);
                inA = a.next();
            } else {
                writer.add(b.figures);
                inB = b.next();
            }
        }
        return writer.image();
    }
}

package teiten.capture;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Decompresses gzip (RFC 1952), members in a row as one content. Zero bytes may pad the end.
///
/// Not the JDK's GZIPInputStream: that one cannot tell a cut second member from the end, and loses what was already
/// decompressed when it meets damage. Here everything before the damage is given first, then a [BrokenStream].
final class GzipStream extends InputStream {
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] input = new byte[64 * 1024];
    private int inputAt;
    private int inputEnd;
    private boolean inMember;
    private boolean first = true;
    private boolean finished;
    private @Nullable IOException failure;

    GzipStream(InputStream in) {
        this.in = in;
    }

    static boolean recognises(byte[] head) {
        return head.length >= 2 && head[0] == 0x1F && head[1] == (byte) 0x8B;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = 0;
        while (n < length && failure == null && !finished) {
            try {
                if (inMember || startMember()) {
                    int k = inflate(bytes, offset + n, length - n);
                    n += k;
                    // A live stream's packets must not wait for those that follow.
                    if (k == 0 && inMember && n > 0 && in.available() == 0 && inputAt == inputEnd) {
                        break;
                    }
                    if (k == 0 && inMember) {
                        fill();
                    }
                }
            } catch (IOException e) {
                n += salvaged;
                salvaged = 0;
                failure = e;
            }
        }
        if (n > 0 || length == 0) {
            return n;
        }
        if (failure != null) {
            throw failure;
        }
        return -1;
    }

    /// Bytes that were decompressed by the very call that met damage.
    private int salvaged;

    private int inflate(byte[] bytes, int offset, int length) throws IOException {
        inflater.setInput(input, inputAt, inputEnd - inputAt);
        long before = inflater.getBytesWritten();
        try {
            int n = inflater.inflate(bytes, offset, length);
            crc.update(bytes, offset, n);
            inputAt = inputEnd - inflater.getRemaining();
            salvaged = n;
            if (inflater.finished()) {
                endMember();
            } else if (inflater.needsDictionary()) {
                throw new BrokenStream("the gzip data are damaged");
            }
            salvaged = 0;
            return n;
        } catch (DataFormatException e) {
            salvaged = (int) (inflater.getBytesWritten() - before);
            throw new BrokenStream("the gzip data are damaged");
        }
    }

    private void fill() throws IOException {
        if (inputAt < inputEnd) {
            return;
        }
        int n = in.read(input, 0, input.length);
        if (n < 0) {
            throw new BrokenStream("the gzip stream breaks off");
        }
        inputAt = 0;
        inputEnd = n;
    }

    private int next() throws IOException {
        while (inputAt == inputEnd) {
            fill();
        }
        return input[inputAt++] & 0xFF;
    }

    private boolean atEnd() throws IOException {
        if (inputAt == inputEnd) {
            int n = in.read(input, 0, input.length);
            inputAt = 0;
            inputEnd = Math.max(n, 0);
            return n < 0;
        }
        return false;
    }

    private boolean startMember() throws IOException {
        if (!first) {
            while (!atEnd() && input[inputAt] == 0) {
                inputAt++;
            }
            if (atEnd()) {
                finished = true;
                return false;
            }
        }
        boolean again = !first;
        first = false;
        if (next() != 0x1F || next() != 0x8B) {
            throw new BrokenStream(
                    again
                            ? "bytes that are no gzip follow the gzip stream"
                            : "the gzip header is damaged");
        }
        int method = next();
        int flags = next();
        if (method != 8 || (flags & 0xE0) != 0) {
            throw new BrokenStream("the gzip header is damaged");
        }
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(2);
        }
        inflater.reset();
        crc.reset();
        inMember = true;
        return true;
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {}
    }

    private void endMember() throws IOException {
        inMember = false;
        long sum = word();
        long length = word();
        if (sum != crc.getValue()) {
            throw new BrokenStream("the gzip checksum is wrong");
        }
        if (length != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
            throw new BrokenStream("the gzip length is wrong");
        }
    }

    private long word() throws IOException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    @Override
    public int available() throws IOException {
        return failure != null || finished ? 0 : inputEnd - inputAt + in.available();
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}

package teiten.capture;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// The uncompressed content of a stream: up to two layers of gzip or zstd are recognised by their first bytes and
/// taken off.
public final class ContentStream extends InputStream {
    /// More layers are no capture anybody wrote, but a way to make a small file cost much.
    private static final int MAX_LAYERS = 2;

    private final Counted source;
    private final InputStream content;

    /// What the layers are, outermost last: "", "gzip", "zstd inside gzip".
    private final String wrapping;

    public ContentStream(InputStream source) throws IOException {
        this.source = new Counted(source);
        InputStream top = new BufferedInputStream(this.source, 64 * 1024);
        StringBuilder layers = new StringBuilder();
        for (int i = 0; i < MAX_LAYERS; i++) {
            byte[] head = peek(top, 4);
            if (GzipStream.recognises(head)) {
                top = new BufferedInputStream(new GzipStream(top), 64 * 1024);
                layers.insert(0, i == 0 ? "gzip" : "gzip inside ");
            } else if (ZstdStream.recognises(head)) {
                top = new BufferedInputStream(new ZstdStream(top), 64 * 1024);
                layers.insert(0, i == 0 ? "zstd" : "zstd inside ");
            } else {
                break;
            }
        }
        this.content = top;
        this.wrapping = layers.toString();
    }

    /// The next bytes, without taking them; fewer only when the content ends or breaks off.
    static byte[] peek(InputStream in, int length) throws IOException {
        in.mark(length);
        byte[] bytes = new byte[length];
        int n = 0;
        try {
            while (n < length) {
                int k = in.read(bytes, n, length - n);
                if (k < 0) {
                    break;
                }
                n += k;
            }
        } catch (BrokenStream _) {
            // It breaks off again when it is read.
        }
        in.reset();
        return Arrays.copyOf(bytes, n);
    }

    byte[] peek(int length) throws IOException {
        return peek(content, length);
    }

    /// Whether the content ends after so many more bytes.
    ///
    /// @throws BrokenStream when it does not end but breaks off
    boolean isEmptyAfter(int bytes) throws IOException {
        content.mark(bytes + 1);
        try {
            content.skipNBytes(bytes);
            return content.read() < 0;
        } finally {
            content.reset();
        }
    }

    String wrapping() {
        return wrapping;
    }

    long consumed() {
        return source.count;
    }

    @Override
    public int read() throws IOException {
        return content.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return content.read(bytes, offset, length);
    }

    @Override
    public int available() throws IOException {
        return content.available();
    }

    @Override
    public void close() throws IOException {
        content.close();
    }

    /// Counts what is taken from the file itself.
    private static final class Counted extends InputStream {
        private final InputStream in;
        private volatile long count;

        Counted(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads; others only look
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = in.read(bytes, offset, length);
            if (n > 0) {
                count += n;
            }
            return n;
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}

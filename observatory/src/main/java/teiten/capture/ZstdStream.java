package teiten.capture;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/// Decompresses zstd (RFC 8878), frames in a row as one content. Memory is bounded by the library's window limit
/// (128 MiB); frames that need more are refused.
///
/// Uses the library's buffer call instead of its input stream, so that what was decompressed before damage is given
/// first: all of it when the stream is cut, all but the last 32 KiB at most when it is altered.
final class ZstdStream extends InputStream {
    private final InputStream in;
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final byte[] chunk = new byte[64 * 1024];
    private final ByteBuffer input = ByteBuffer.allocateDirect(chunk.length).limit(0);
    private final ByteBuffer output = ByteBuffer.allocateDirect(32 * 1024).limit(0);
    private boolean frameEnded;

    /// Whether the output was filled to the brim, so that the library may hold more without further input.
    private boolean more;

    private @Nullable IOException failure;

    ZstdStream(InputStream in) {
        this.in = in;
    }

    /// A frame, or a skippable frame before it.
    static boolean recognises(byte[] head) {
        if (head.length < 4) {
            return false;
        }
        boolean frame =
                head[0] == 0x28
                        && head[1] == (byte) 0xB5
                        && head[2] == 0x2F
                        && head[3] == (byte) 0xFD;
        boolean skippable =
                (head[0] & 0xF0) == 0x50 && head[1] == 0x2A && head[2] == 0x4D && head[3] == 0x18;
        return frame || skippable;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = 0;
        while (n < length) {
            if (output.hasRemaining()) {
                int k = Math.min(length - n, output.remaining());
                output.get(bytes, offset + n, k);
                n += k;
            } else if (n > 0 && (failure != null || (!more && isDry()))) {
                // A live stream's packets must not wait for those that follow.
                break;
            } else if (failure != null) {
                throw failure;
            } else if (!decompress()) {
                break;
            }
        }
        return n > 0 || length == 0 ? n : -1;
    }

    private boolean isDry() throws IOException {
        return !input.hasRemaining() && in.available() == 0;
    }

    /// @return false at the end of the content; a failure is left in [#failure] and is no end
    private boolean decompress() {
        try {
            if (!more && !input.hasRemaining()) {
                int n = in.read(chunk, 0, chunk.length);
                if (n < 0 && frameEnded) {
                    return false;
                }
                if (n < 0) {
                    throw new BrokenStream("the zstd stream breaks off");
                }
                input.clear().put(chunk, 0, n).flip();
            }
            output.clear();
            frameEnded = context.decompressDirectByteBufferStream(output, input);
            more = !frameEnded && !output.hasRemaining();
            output.flip();
        } catch (ZstdException e) {
            output.limit(0);
            failure = new BrokenStream("the zstd data are damaged: " + e.getMessage());
        } catch (IOException e) {
            output.limit(0);
            failure = e;
        }
        return true;
    }

    @Override
    public int available() throws IOException {
        return failure != null
                ? 0
                : output.remaining() + (input.hasRemaining() || more ? 1 : in.available());
    }

    @Override
    public void close() throws IOException {
        context.close();
        in.close();
    }
}

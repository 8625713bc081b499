package teiten.decoy;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Reads a PROXY protocol version 2 header, which a load balancer or redirector puts before a connection so that the
/// real visitor and the port that it dialled are known.
///
/// ```
/// 0                        12       13       14       16
/// | 0D 0A 0D 0A 00 0D 0A 51 55 49 54 0A | ver,cmd | family | length | addresses, TLVs … |
/// ```
/// Addresses: IPv4 `src(4) dst(4) sport(2) dport(2)`; IPv6 `src(16) dst(16) sport(2) dport(2)`.
final class ProxyHeader {
    private static final byte[] SIGNATURE = {
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
    };
    private static final int FIXED = 16;
    private static final int LONGEST = 1024;
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;

    private ProxyHeader() {}

    /// @param direct the connection's own ends, kept for the proxy's own health checks
    /// @return null when the header is missing or wrong
    static House.@Nullable Peer read(InputStream in, House.Peer direct) throws IOException {
        byte[] head = in.readNBytes(FIXED);
        if (head.length < FIXED || !Arrays.equals(Arrays.copyOf(head, 12), SIGNATURE)) {
            return null;
        }
        int length = ((head[14] & 0xFF) << 8) | (head[15] & 0xFF);
        if (length > LONGEST) {
            return null;
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            return null;
        }
        int command = head[12] & 0xFF;
        if (command == LOCAL) {
            return direct;
        }
        if (command != PROXY) {
            return null;
        }
        ByteBuffer data = ByteBuffer.wrap(body);
        int family = (head[13] & 0xFF) >>> 4;
        if (family == 1 && length >= 12) {
            IpAddress source = IpAddress.v4(data.getInt());
            IpAddress destination = IpAddress.v4(data.getInt());
            return new House.Peer(source, port(data), destination, port(data));
        }
        if (family == 2 && length >= 36) {
            IpAddress source = new IpAddress(data.getLong(), data.getLong());
            IpAddress destination = new IpAddress(data.getLong(), data.getLong());
            return new House.Peer(source, port(data), destination, port(data));
        }
        return null;
    }

    private static int port(ByteBuffer data) {
        return data.getShort() & 0xFFFF;
    }
}

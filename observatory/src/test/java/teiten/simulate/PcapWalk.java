package teiten.simulate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads a little-endian classic pcap of Ethernet frames the plain way; it shares nothing with the product's readers.
final class PcapWalk {
    private PcapWalk() {}

    /// @param micros since 1970
    record Packet(long micros, ByteBuffer frame) {
        boolean v4() {
            return u16(12) == 0x0800;
        }

        int protocol() {
            return v4() ? u8(23) : u8(20);
        }

        boolean tcp() {
            return protocol() == 6;
        }

        int transport() {
            return v4() ? 14 + (u8(14) & 15) * 4 : 54;
        }

        int ipLength() {
            return v4() ? u16(16) : 40 + u16(18);
        }

        int source() {
            return frame.getInt(26);
        }

        int target() {
            return frame.getInt(30);
        }

        int id() {
            return u16(18);
        }

        int ttl() {
            return u8(22);
        }

        int port() {
            return u16(transport() + 2);
        }

        int sequence() {
            return frame.getInt(transport() + 4);
        }

        int window() {
            return u16(transport() + 14);
        }

        boolean syn() {
            return tcp() && (u8(transport() + 13) & 0x12) == 2;
        }

        byte[] options() {
            byte[] options = new byte[(u8(transport() + 12) >> 4) * 4 - 20];
            frame.get(transport() + 20, options);
            return options;
        }

        byte[] udpPayload() {
            byte[] payload = new byte[u16(transport() + 4) - 8];
            frame.get(transport() + 8, payload);
            return payload;
        }

        int u8(int at) {
            return frame.get(at) & 0xFF;
        }

        int u16(int at) {
            return frame.getShort(at) & 0xFFFF;
        }

        /// RFC 1071 over a stretch, without folding.
        private long sum(int from, int length) {
            long sum = 0;
            for (int i = 0; i < length; i++) {
                sum += (long) u8(from + i) << (i % 2 == 0 ? 8 : 0);
            }
            return sum;
        }

        private static boolean isWhole(long sum) {
            long s = sum;
            while (s >> 16 != 0) {
                s = (s & 0xFFFF) + (s >> 16);
            }
            return s == 0xFFFF;
        }

        boolean checksumsHold() {
            int at = transport();
            int inside = 14 + ipLength() - at;
            if (v4() && !isWhole(sum(14, 20))) {
                return false;
            }
            boolean bare = v4() && protocol() == 1;
            long pseudo = bare ? 0 : sum(v4() ? 26 : 22, v4() ? 8 : 32) + protocol() + inside;
            return isWhole(pseudo + sum(at, inside));
        }
    }

    static List<Packet> read(Path capture) throws IOException {
        ByteBuffer file =
                ByteBuffer.wrap(Files.readAllBytes(capture)).order(ByteOrder.LITTLE_ENDIAN);
        if (file.getInt(0) != 0xA1B2C3D4 || file.getInt(20) != 1) {
            throw new IOException("not a classic pcap of Ethernet frames");
        }
        List<Packet> packets = new ArrayList<>();
        int at = 24;
        while (at < file.limit()) {
            long micros = file.getInt(at) * 1_000_000L + file.getInt(at + 4);
            int length = file.getInt(at + 8);
            packets.add(new Packet(micros, file.slice(at + 16, length)));
            at += 16 + length;
        }
        return packets;
    }
}

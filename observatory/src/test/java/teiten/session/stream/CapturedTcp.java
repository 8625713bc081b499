package teiten.session.stream;

import teiten.capture.Batch;
import teiten.capture.Capture;
import teiten.capture.LinkType;
import teiten.capture.PacketReader;
import teiten.net.IpAddress;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;

/// A small decoder of its own for tests: TCP over IPv4 and IPv6, behind Ethernet with VLAN and MPLS, or raw.
final class CapturedTcp {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    interface Sink {
        void segment(
                IpAddress source,
                int sourcePort,
                IpAddress destination,
                int destinationPort,
                int sequence,
                int flags,
                MemorySegment bytes,
                long from,
                int length,
                Instant at);
    }

    private CapturedTcp() {}

    static void read(Path file, Sink sink) {
        try (Capture capture = Capture.open(file)) {
            PacketReader reader = capture.reader();
            Batch batch = new Batch();
            while (reader.next(batch)) {
                for (int i = 0; i < batch.size; i++) {
                    Instant at = Instant.ofEpochSecond(0, batch.time[i]);
                    MemorySegment packet = batch.bytes.asSlice(batch.offset[i], batch.captured[i]);
                    packet(packet, batch.link[i], at, sink);
                }
            }
        }
    }

    private static void packet(MemorySegment p, byte link, Instant at, Sink sink) {
        int ip = 0;
        if (link == LinkType.ETHERNET.ordinal()) {
            ip = 12;
            int type = u16(p, ip);
            ip += 2;
            while (type == 0x8100 || type == 0x88A8) {
                type = u16(p, ip + 2);
                ip += 4;
            }
            if (type == 0x8847) {
                while ((p.get(INT, ip) >> 8 & 1) == 0) {
                    ip += 4;
                }
                ip += 4;
            }
        } else if (link == LinkType.BSD_NULL.ordinal()) {
            ip = 4;
        }
        if (p.byteSize() < ip + 20) {
            return;
        }
        int version = (p.get(ValueLayout.JAVA_BYTE, ip) & 0xFF) >> 4;
        if (version == 4 && (p.get(ValueLayout.JAVA_BYTE, ip + 9) & 0xFF) == 6) {
            int tcp = ip + (p.get(ValueLayout.JAVA_BYTE, ip) & 15) * 4;
            int end = Math.min(ip + u16(p, ip + 2), (int) p.byteSize());
            tcp(
                    p,
                    IpAddress.v4(p.get(INT, ip + 12)),
                    IpAddress.v4(p.get(INT, ip + 16)),
                    tcp,
                    end,
                    at,
                    sink);
        } else if (version == 6 && (p.get(ValueLayout.JAVA_BYTE, ip + 6) & 0xFF) == 6) {
            tcp(
                    p,
                    new IpAddress(p.get(LONG, ip + 8), p.get(LONG, ip + 16)),
                    new IpAddress(p.get(LONG, ip + 24), p.get(LONG, ip + 32)),
                    ip + 40,
                    (int) p.byteSize(),
                    at,
                    sink);
        }
    }

    private static void tcp(
            MemorySegment p,
            IpAddress source,
            IpAddress destination,
            int tcp,
            int end,
            Instant at,
            Sink sink) {
        if (end < tcp + 20) {
            return;
        }
        int data = tcp + ((p.get(ValueLayout.JAVA_BYTE, tcp + 12) & 0xFF) >> 4) * 4;
        sink.segment(
                source,
                u16(p, tcp),
                destination,
                u16(p, tcp + 2),
                p.get(INT, tcp + 4),
                p.get(ValueLayout.JAVA_BYTE, tcp + 13) & 0x3F,
                p,
                data,
                Math.max(0, end - data),
                at);
    }

    private static int u16(MemorySegment p, long at) {
        return p.get(SHORT, at) & 0xFFFF;
    }
}

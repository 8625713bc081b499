package teiten.capture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;

/// A capture written byte by byte for the tests, straight from the formats' specifications, with what a reader must
/// find in it: where records end, and how many packets there are by then.
final class Written {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// Offsets between records or blocks, the end of the file header included.
    final TreeSet<Integer> boundaries = new TreeSet<>();

    /// Offset just after each packet's record.
    final List<Integer> packetEnds = new ArrayList<>();

    final int header;

    private Written(int header) {
        this.header = header;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    int packetsBefore(int offset) {
        return (int) packetEnds.stream().filter(end -> end <= offset).count();
    }

    static byte[] packet(int seed, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (seed * 31 + i);
        }
        return bytes;
    }

    // classic pcap

    static Written classic(ByteOrder order, int magic, int link, int... lengths) {
        Written written = new Written(24);
        ByteBuffer head = ByteBuffer.allocate(24).order(order);
        head.putInt(magic).putShort((short) 2).putShort((short) 4);
        head.putInt(0).putInt(0).putInt(65535).putInt(link);
        written.add(head.array());
        for (int i = 0; i < lengths.length; i++) {
            written.classicRecord(
                    order, magic == 0xA1B2CD34 ? 24 : 16, 1_000_000 + i, i, lengths[i]);
        }
        return written;
    }

    Written classicRecord(ByteOrder order, int header, int seconds, int fraction, int length) {
        ByteBuffer record = ByteBuffer.allocate(header + length).order(order);
        record.putInt(seconds).putInt(fraction).putInt(length).putInt(length + 4);
        record.position(header);
        record.put(packet(seconds, length));
        add(record.array());
        packetEnds.add(out.size());
        return this;
    }

    // snoop

    static Written snoop(int... lengths) {
        Written written = new Written(16);
        ByteBuffer head = ByteBuffer.allocate(16);
        head.put("snoop\0\0\0".getBytes(StandardCharsets.US_ASCII)).putInt(2).putInt(4);
        written.add(head.array());
        for (int i = 0; i < lengths.length; i++) {
            int padded = 24 + lengths[i] + 3 & ~3;
            ByteBuffer record = ByteBuffer.allocate(padded);
            record.putInt(lengths[i] + 4).putInt(lengths[i]).putInt(padded).putInt(0);
            record.putInt(1_000_000 + i).putInt(i).put(packet(i, lengths[i]));
            written.add(record.array());
            written.packetEnds.add(written.out.size());
        }
        return written;
    }

    // pcapng

    static Written pcapng() {
        return new Written(0);
    }

    Written section(ByteOrder order) {
        ByteBuffer body = ByteBuffer.allocate(16).order(order);
        body.putInt(0x1A2B3C4D).putShort((short) 1).putShort((short) 0).putLong(-1);
        return block(order, 0x0A0D0D0A, body.array());
    }

    /// @param options written as they are; null for none
    Written interfaceBlock(ByteOrder order, int link, int snaplen, byte... options) {
        ByteBuffer body = ByteBuffer.allocate(8 + options.length).order(order);
        body.putShort((short) link).putShort((short) 0).putInt(snaplen).put(options);
        return block(order, 1, body.array());
    }

    static byte[] option(ByteOrder order, int code, byte... value) {
        ByteBuffer option = ByteBuffer.allocate(4 + (value.length + 3 & ~3)).order(order);
        option.putShort((short) code).putShort((short) value.length).put(value);
        return option.array();
    }

    Written enhanced(ByteOrder order, int id, long ticks, int length) {
        return timed(order, 6, id, ticks, length);
    }

    Written obsolete(ByteOrder order, int id, long ticks, int length) {
        int field = order == ByteOrder.BIG_ENDIAN ? id << 16 : id;
        return timed(order, 2, field, ticks, length);
    }

    private Written timed(ByteOrder order, int type, int idField, long ticks, int length) {
        ByteBuffer body = ByteBuffer.allocate(20 + (length + 3 & ~3)).order(order);
        body.putInt(idField).putInt((int) (ticks >>> 32)).putInt((int) ticks);
        body.putInt(length).putInt(length + 4).put(packet(length, length));
        block(order, type, body.array());
        packetEnds.add(out.size());
        return this;
    }

    Written simple(ByteOrder order, int wire, int held) {
        ByteBuffer body = ByteBuffer.allocate(4 + (held + 3 & ~3)).order(order);
        body.putInt(wire).put(packet(wire, held));
        block(order, 3, body.array());
        packetEnds.add(out.size());
        return this;
    }

    Written block(ByteOrder order, int type, byte... body) {
        ByteBuffer block = ByteBuffer.allocate(12 + body.length).order(order);
        block.putInt(type).putInt(12 + body.length).put(body).putInt(12 + body.length);
        add(block.array());
        return this;
    }

    /// Two sections of different byte order with every kind of block.
    static Written pcapngOfEverything() {
        ByteOrder little = ByteOrder.LITTLE_ENDIAN;
        ByteOrder big = ByteOrder.BIG_ENDIAN;
        return pcapng().section(little)
                .interfaceBlock(little, 1, 0, option(little, 9, (byte) 9))
                .interfaceBlock(little, 101, 60)
                .enhanced(little, 0, 1_700_000_000_000_000_001L, 61)
                .block(little, 4, packet(1, 16))
                .enhanced(little, 1, 1_700_000_000_000_002L, 40)
                .block(little, 0x0BAD, packet(2, 40))
                .section(big)
                .interfaceBlock(big, 113, 0)
                .obsolete(big, 0, 1_700_000_000_000_003L, 33)
                .simple(big, 30, 30)
                .block(big, 5, packet(3, 12))
                .enhanced(big, 0, 1_700_000_000_000_004L, 1)
                .block(big, 0x7FFF_0001, packet(4, 100));
    }

    private void add(byte[] bytes) {
        out.writeBytes(bytes);
        boundaries.add(out.size());
    }

    // around it

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static Path into(Path folder, String name, byte[] bytes) {
        try {
            return Files.write(folder.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

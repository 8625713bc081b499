package teiten.lab;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.capture.Batch;
import teiten.capture.Capture;
import teiten.capture.LinkType;
import teiten.capture.PacketReader;
import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.net.Protocol;
import teiten.telescope.Mark;
import teiten.telescope.Summary;
import teiten.telescope.Telescope;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// What the lab's capture shows. **Who was asked how often, and with which mark, the telescope counts**, as in any other
/// capture; only rows of the sample's own address are its doing. What a telescope does not keep is read here beside it:
/// names asked for, conversations with their first bytes, which addresses a search met and when.
///
/// Checksums are not looked at: on a loopback interface nobody fills them in.
///
/// The adversary chose every byte of it. So every table has a bound, and what did not fit is counted in
/// [#overflow()].
final class LabTraffic {
    static final int OWN_ADDRESS = 0x0A00020F;
    private static final IpAddress OWN = IpAddress.v4(OWN_ADDRESS);

    /// A sample that forges sources fills the telescope's table; then what it has is taken over and it begins anew.
    private static final int TABLE_LINES = 1 << 14;

    /// Batches after which what the telescope holds in memory is taken over.
    private static final int BATCHES_HELD = 1_024;

    private static final int MAX_TARGETS = 1 << 20;
    private static final int MAX_NAMES = 256;
    private static final int MAX_TALKS = 1 << 16;
    private static final int MAX_PORTS = 4_096;
    private static final int FIRST_BYTES = 160;

    /// Attempts on one port.
    static final class Targets {
        long attempts;
        long mirai;
        long firstNanos;
        long lastNanos;
        final Set<Integer> addresses = new HashSet<>();
    }

    /// One TCP conversation as the sample led it.
    static final class Talk {
        final int address;
        final int port;
        final long atNanos;
        boolean answered;
        final StringBuilder sent = new StringBuilder();
        final StringBuilder received = new StringBuilder();

        Talk(int address, int port, long atNanos) {
            this.address = address;
            this.port = port;
            this.atNanos = atNanos;
        }
    }

    private final Map<String, Targets> targets = new LinkedHashMap<>();
    private final Map<Long, Talk> talks = new LinkedHashMap<>();
    private final Set<String> names = new LinkedHashSet<>();
    private final Map<Integer, String> nameOf = new LinkedHashMap<>();
    private long packets;
    private long queries;
    private long icmp;
    private long forged;
    private long overflow;
    private long startNanos;
    private boolean truncated;

    private LabTraffic() {}

    /// Reads a capture to its end or to the first damage.
    static LabTraffic read(Path pcap) {
        LabTraffic traffic = new LabTraffic();
        try (Capture capture = Capture.open(pcap)) {
            PacketReader reader = capture.reader();
            Telescope telescope =
                    new Telescope(0, 1, ThreadLocalRandom.current().nextLong(), TABLE_LINES);
            Batch batch = new Batch();
            int batches = 0;
            while (reader.next(batch)) {
                telescope.add(batch);
                for (int i = 0; i < batch.size; i++) {
                    traffic.packet(batch, i);
                }
                if (++batches % BATCHES_HELD == 0) {
                    traffic.take(telescope);
                }
            }
            traffic.take(telescope);
            traffic.truncated = reader.damage() != null;
        } catch (OperatorMistake _) {
            // Not even a capture's header was written.
            traffic.truncated = true;
        }
        traffic.targets.values().removeIf(one -> one.attempts <= 0);
        return traffic;
    }

    /// Takes over what the telescope counted of the sample's own address.
    private void take(Telescope telescope) {
        Summary summary = new Summary();
        summary.add(telescope.harvest());
        Summary.SourceCursor row = summary.sources();
        while (row.next()) {
            if (row.high() != OWN.high() || row.low() != OWN.low()) {
                continue;
            }
            Port port = Port.ofCode(row.port());
            Targets one = targetsOf(port.protocol().label() + "/" + port.number());
            if (one != null) {
                one.attempts +=
                        port.protocol() == Protocol.TCP
                                ? row.syn()
                                : row.packets() - row.backscatter();
                one.mirai += row.mark(Mark.MIRAI.ordinal());
            }
        }
    }

    private void packet(Batch batch, int i) {
        packets++;
        if (startNanos == 0) {
            startNanos = batch.time[i];
        }
        if (batch.link[i] == LinkType.ETHERNET.ordinal()) {
            frame(
                    batch.bytes.asSlice(batch.offset[i], batch.captured[i]).asByteBuffer(),
                    batch.captured[i],
                    batch.time[i]);
        }
    }

    Map<String, Targets> targets() {
        return targets;
    }

    List<Talk> talks() {
        return List.copyOf(talks.values());
    }

    /// Names asked for, in order, without doubles.
    List<String> names() {
        return List.copyOf(names);
    }

    /// The name that the sinkhole tied to an address, or the empty word.
    String nameOf(int address) {
        return nameOf.getOrDefault(address, "");
    }

    long packets() {
        return packets;
    }

    long queries() {
        return queries;
    }

    long icmp() {
        return icmp;
    }

    /// Packets that the sample sent in somebody else's name.
    long forged() {
        return forged;
    }

    /// What did not fit the tables.
    long overflow() {
        return overflow;
    }

    boolean truncated() {
        return truncated;
    }

    long startNanos() {
        return startNanos;
    }

    private void frame(ByteBuffer data, int length, long at) {
        if (length < 34 || data.getShort(12) != 0x0800 || data.get(14) >>> 4 != 4) {
            return;
        }
        int ip = 14;
        int transport = ip + (data.get(ip) & 15) * 4;
        int from = data.getInt(ip + 12);
        int to = data.getInt(ip + 16);
        boolean fragment = (data.getShort(ip + 6) & 0x1fff) != 0;
        if (transport < ip + 20 || fragment || length < transport + 8) {
            return;
        }
        int end = Math.min(length, ip + Short.toUnsignedInt(data.getShort(ip + 2)));
        switch (data.get(ip + 9) & 255) {
            case 6 -> tcp(data, transport, Math.max(transport, end), from, to, at);
            case 17 -> udp(data, transport, Math.max(transport, end), from, to, at);
            case 1 -> icmp += from == OWN_ADDRESS ? 1 : 0;
            default -> {}
        }
    }

    private void tcp(ByteBuffer data, int at, int end, int from, int to, long nanos) {
        if (end < at + 20) {
            return;
        }
        int source = Short.toUnsignedInt(data.getShort(at));
        int port = Short.toUnsignedInt(data.getShort(at + 2));
        int flags = data.get(at + 13) & 0x3f;
        boolean begins = (flags & 0x12) == 2;
        int payload = Math.min(end, at + (data.get(at + 12) >> 4 & 15) * 4);
        if (from == OWN_ADDRESS && to != OWN_ADDRESS && to >>> 24 != 127) {
            if (begins) {
                meet("tcp/" + port, to, nanos);
                if (talks.size() < MAX_TALKS) {
                    talks.putIfAbsent(key(to, port, source), new Talk(to, port, nanos));
                } else {
                    overflow++;
                }
            }
            Talk talk = talks.get(key(to, port, source));
            if (talk != null) {
                append(talk.sent, data, payload, end);
            }
        } else if (to == OWN_ADDRESS) {
            Talk talk = talks.get(key(from, source, port));
            if (talk != null) {
                talk.answered |= (flags & 0x12) == 0x12;
                append(talk.received, data, payload, end);
            }
        } else if (begins && from != OWN_ADDRESS) {
            forged++;
        }
    }

    private void udp(ByteBuffer data, int at, int end, int from, int to, long nanos) {
        int source = Short.toUnsignedInt(data.getShort(at));
        int port = Short.toUnsignedInt(data.getShort(at + 2));
        if (from == OWN_ADDRESS && to != OWN_ADDRESS && to >>> 24 != 127) {
            if (port == 53 && question(data, at + 8, end)) {
                queries++;
                // The telescope knows no names: for it a question is a datagram like any other.
                Targets one = targetsOf("udp/53");
                if (one != null) {
                    one.attempts--;
                }
                return;
            }
            meet("udp/" + port, to, nanos);
        } else if (to == OWN_ADDRESS && source == 53) {
            answer(data, at + 8, end);
        } else if (from != OWN_ADDRESS && to != OWN_ADDRESS && from >>> 24 != 127) {
            forged++;
        }
    }

    private @Nullable Targets targetsOf(String port) {
        Targets one = targets.get(port);
        if (one == null) {
            if (targets.size() >= MAX_PORTS) {
                overflow++;
                return null;
            }
            one = new Targets();
            targets.put(port, one);
        }
        return one;
    }

    private void meet(String port, int to, long nanos) {
        Targets one = targetsOf(port);
        if (one == null) {
            return;
        }
        one.firstNanos = one.firstNanos == 0 ? nanos : one.firstNanos;
        one.lastNanos = nanos;
        if (one.addresses.size() < MAX_TARGETS) {
            one.addresses.add(to);
        } else {
            overflow++;
        }
    }

    private static long key(int address, int port, int own) {
        return (long) address << 32 | (long) port << 16 | own;
    }

    private static void append(StringBuilder to, ByteBuffer data, int start, int end) {
        for (int k = start; k < end && to.length() < FIRST_BYTES; k++) {
            to.append((char) (data.get(k) & 255));
        }
    }

    private boolean question(ByteBuffer data, int at, int end) {
        if (end < at + 17 || (data.get(at + 2) & 0x80) != 0 || data.getShort(at + 4) != 1) {
            return false;
        }
        StringBuilder name = new StringBuilder();
        int next = name(data, at + 12, end, name);
        if (next < 0) {
            return false;
        }
        if (names.size() < MAX_NAMES) {
            names.add(name.toString());
        } else {
            overflow++;
        }
        return true;
    }

    private void answer(ByteBuffer data, int at, int end) {
        StringBuilder name = new StringBuilder();
        int next = end < at + 12 ? -1 : name(data, at + 12, end, name);
        boolean address =
                next > 0
                        && next + 20 <= end
                        && data.getShort(at + 6) == 1
                        && data.getShort(next + 14) == 4;
        if (address && nameOf.size() < MAX_NAMES) {
            nameOf.putIfAbsent(data.getInt(next + 16), name.toString());
        }
    }

    /// Reads an uncompressed name; returns the offset behind it, or -1.
    private static int name(ByteBuffer data, int at, int end, StringBuilder into) {
        int next = at;
        while (next < end && data.get(next) != 0) {
            int label = data.get(next) & 255;
            if (label > 63 || next + 1 + label > end || into.length() + label > 255) {
                return -1;
            }
            byte[] bytes = new byte[label];
            data.get(next + 1, bytes);
            into.append(into.isEmpty() ? "" : ".")
                    .append(new String(bytes, StandardCharsets.ISO_8859_1));
            next += 1 + label;
        }
        return next < end ? next + 1 : -1;
    }

    static String dotted(int address) {
        return IpAddress.v4(address).toString();
    }
}

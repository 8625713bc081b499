package teiten.lab;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the lab's capture holds beyond counts: names asked for, conversations and their first bytes, and who was asked
/// how often. Only packets from the sample's own address count as its doing.
///
/// Checksums are not looked at: on a loopback interface nobody fills them in.
///
/// The adversary chose every byte of it. So every table has a bound, and what did not fit is counted in
/// [#overflow()].
final class LabTraffic {
    static final int OWN_ADDRESS = 0x0A00020F;

    private static final int MAX_TARGETS = 1 << 20;
    private static final int MAX_NAMES = 256;
    private static final int MAX_TALKS = 1 << 16;
    private static final int MAX_PORTS = 4_096;
    private static final int FIRST_BYTES = 160;
    private static final int MAX_FRAME = 1 << 18;

    /// Attempts on one port.
    static final class Targets {
        long attempts;
        long mirai;
        long firstNanos;
        long lastNanos;
        final Set<Integer> addresses = new HashSet<>();
        private final Set<Long> begun = new HashSet<>();
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

    /// Reads a classic pcap file of Ethernet frames, to its end or to the first damage.
    static LabTraffic read(Path pcap) throws IOException {
        LabTraffic traffic = new LabTraffic();
        try (InputStream file = Files.newInputStream(pcap);
                DataInputStream in =
                        new DataInputStream(new java.io.BufferedInputStream(file, 1 << 16))) {
            byte[] head = in.readNBytes(24);
            if (head.length < 24) {
                traffic.truncated = true;
                return traffic;
            }
            ByteBuffer header = ByteBuffer.wrap(head);
            boolean little = (head[0] & 255) == 0xd4 || (head[0] & 255) == 0x4d;
            header.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            long unit = header.getInt(0) == 0xa1b23c4d ? 1 : 1_000;
            byte[] record = new byte[16];
            while (true) {
                int got = in.readNBytes(record, 0, 16);
                if (got < 16) {
                    traffic.truncated = got > 0;
                    break;
                }
                ByteBuffer words = ByteBuffer.wrap(record).order(header.order());
                int length = words.getInt(8);
                if (length < 0 || length > MAX_FRAME) {
                    traffic.truncated = true;
                    break;
                }
                long at =
                        Integer.toUnsignedLong(words.getInt(0)) * 1_000_000_000L
                                + words.getInt(4) * unit;
                byte[] frame = in.readNBytes(length);
                if (frame.length < length) {
                    traffic.truncated = true;
                    break;
                }
                traffic.frame(frame, at);
            }
        } catch (EOFException _) {
            traffic.truncated = true;
        }
        return traffic;
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

    private void frame(byte[] frame, long at) {
        packets++;
        if (startNanos == 0) {
            startNanos = at;
        }
        ByteBuffer data = ByteBuffer.wrap(frame);
        if (frame.length < 34 || data.getShort(12) != 0x0800 || frame[14] >>> 4 != 4) {
            return;
        }
        int ip = 14;
        int transport = ip + (frame[ip] & 15) * 4;
        int protocol = frame[ip + 9] & 255;
        int from = data.getInt(ip + 12);
        int to = data.getInt(ip + 16);
        boolean fragment = (data.getShort(ip + 6) & 0x1fff) != 0;
        if (transport < ip + 20 || fragment || frame.length < transport + 8) {
            return;
        }
        int end = Math.min(frame.length, ip + Short.toUnsignedInt(data.getShort(ip + 2)));
        switch (protocol) {
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
                Targets one = targetsOf("tcp/" + port);
                if (one != null
                        && one.begun.size() < MAX_TARGETS
                        && one.begun.add((long) to << 16 | source)) {
                    count(one, to, nanos);
                    one.mirai += data.getInt(at + 4) == to ? 1 : 0;
                }
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
                return;
            }
            Targets one = targetsOf("udp/" + port);
            if (one != null) {
                count(one, to, nanos);
            }
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

    private void count(Targets one, int to, long nanos) {
        one.attempts++;
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

package teiten.simulate;

import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.net.Prefix;
import teiten.net.Protocol;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Hot lane. Counts what is written to one capture, from the bytes of each frame.
///
/// It shares no code with the telescope on purpose: it is what the telescope is held against.
final class Ledger {
    private static final int CODES = Protocol.values().length << 16;
    private static final int MARKS = 4;
    private static final int MIRAI = 0;
    private static final int MASSCAN = 1;
    private static final int ZMAP = 2;
    private static final int ZMAP4 = 3;
    private static final long V6 = 1L << 32;
    private static final long DAY = 24 * Plan.HOUR;

    private final Prefix prefix;
    private final long startSecond;
    private final List<Port> main;
    private final int[] mainOf = new int[CODES];

    private long packets;
    private long bytes;
    private long ipBytes;
    private long ipv6;
    private final long[] portPackets = new long[CODES];
    private final long[] portSyn = new long[CODES];
    private final int[] portSources = new int[CODES];
    private final long[] portMarks = new long[CODES * MARKS];

    /// Destinations other than the main ports; those have their bit in the next one.
    private final LongSet portSourcePairs = new LongSet();

    private final LongSet sourceMainPorts = new LongSet();
    private final long[][] systems;

    private int day = -1;
    private long dayPackets;
    private final LongSet daySources = new LongSet();
    private final LongSet dayReach = new LongSet();
    private final LongSet dayTargets = new LongSet();
    private final long[] dayPortSources;
    private final long[] dayPortPackets;
    private final long[] dayPortSyn;
    private final long[] dayPortMarks;
    private final List<Truth.Day> days = new ArrayList<>();
    private final LongSet aggressiveDays = new LongSet();
    private final LongSet aggressiveMost = new LongSet();

    private final long[] senderPackets;
    private final long[] senderFirst;
    private final long[] senderLast;
    private final int[] senderSource;

    Ledger(Prefix prefix, LocalDate start, List<Port> main, int senders) {
        this.prefix = prefix;
        this.startSecond = start.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
        this.main = main;
        for (int i = 0; i < main.size(); i++) {
            mainOf[main.get(i).code()] = i + 1;
        }
        systems = new long[main.size()][4];
        dayPortSources = new long[main.size()];
        dayPortPackets = new long[main.size()];
        dayPortSyn = new long[main.size()];
        dayPortMarks = new long[main.size() * MARKS];
        senderPackets = new long[senders];
        senderFirst = new long[senders];
        senderLast = new long[senders];
        senderSource = new int[senders];
    }

    /// @param time microseconds since the capture's beginning, never before the packet before it
    void count(Frame frame, int sender, long time) {
        int today = (int) (time / DAY);
        while (day < today) {
            turnDay();
        }
        int at = frame.transport();
        boolean v6 = frame.isV6();
        boolean tcp = frame.isTcp();
        int code = code(frame, at, v6, tcp);
        int target = v6 ? frame.get32(50) : frame.get32(Frame.IP + 16);
        long source =
                v6
                        ? V6 | Integer.toUnsignedLong(frame.get32(34))
                        : Integer.toUnsignedLong(frame.get32(26));
        boolean syn = tcp && (frame.get8(at + 13) & 0x12) == 0x02;
        packets++;
        bytes += frame.length;
        ipBytes += v6 ? 40 + frame.get16(18) : frame.get16(16);
        ipv6 += v6 ? 1 : 0;
        portPackets[code]++;
        portSyn[code] += syn ? 1 : 0;
        int slot = mainOf[code] - 1;
        int before = sourceMainPorts.or(source, slot < 0 ? 0 : 1 << slot);
        boolean first =
                slot < 0
                        ? portSourcePairs.add(((long) code << 33) | source)
                        : ((before >>> slot) & 1) == 0;
        portSources[code] += first ? 1 : 0;
        dayPackets++;
        int beforeToday = daySources.or(source, slot < 0 ? 0 : 1 << slot);
        if (slot >= 0) {
            main(frame, slot, syn, before, beforeToday);
        }
        if (!v6) {
            marks(frame, at, code, slot, syn, target);
            boolean access = syn || frame.isUdp() || (!tcp && frame.get8(at) == 8);
            if (access && dayTargets.add((source << 32) | Integer.toUnsignedLong(target))) {
                dayReach.increment(source);
            }
        }
        if (senderPackets[sender]++ == 0) {
            senderFirst[sender] = time;
            senderSource[sender] = (int) source;
        }
        senderLast[sender] = time;
    }

    private static int code(Frame frame, int at, boolean v6, boolean tcp) {
        if (tcp) {
            return Row.TCP | frame.get16(at + 2);
        }
        if (frame.isUdp()) {
            return Row.UDP | frame.get16(at + 2);
        }
        return (v6 ? Row.ICMP6 : Row.ICMP) | frame.get16(at);
    }

    private void main(Frame frame, int slot, boolean syn, int before, int beforeToday) {
        if (((before >>> slot) & 1) == 0) {
            int kind =
                    switch (frame.initialTtl) {
                        case 64 -> 0;
                        case 128 -> 1;
                        case 255 -> 2;
                        default -> 3;
                    };
            systems[slot][kind]++;
        }
        dayPortSources[slot] += ((beforeToday >>> slot) & 1) == 0 ? 1 : 0;
        dayPortPackets[slot]++;
        dayPortSyn[slot] += syn ? 1 : 0;
    }

    private void marks(Frame frame, int at, int code, int slot, boolean syn, int target) {
        int id = frame.get16(Frame.IP + 4);
        if (id == 54321) {
            mark(code, slot, ZMAP);
        }
        if (!syn) {
            return;
        }
        int sequence = frame.get32(at + 4);
        if (sequence == target) {
            mark(code, slot, MIRAI);
        }
        if (id == ((target ^ frame.get16(at + 2) ^ sequence) & 0xFFFF)) {
            mark(code, slot, MASSCAN);
        }
        // Not the telescope's comparison of the observed TTL: the generator knows the one at the
        // source.
        if (frame.initialTtl == 255
                && frame.get16(at + 14) == 65535
                && frame.get8(at + 12) >> 4 == 8
                && frame.get16(at + 20) == 0x0204
                && frame.get32(at + 24) == 0x01030308
                && frame.get32(at + 28) == 0x01010402) {
            mark(code, slot, ZMAP4);
        }
    }

    private void mark(int code, int slot, int mark) {
        portMarks[code * MARKS + mark]++;
        if (slot >= 0) {
            dayPortMarks[slot * MARKS + mark]++;
        }
    }

    private void turnDay() {
        if (day >= 0) {
            List<Truth.PortCount> ports = new ArrayList<>();
            for (int i = 0; i < main.size(); i++) {
                ports.add(
                        new Truth.PortCount(
                                main.get(i),
                                dayPortPackets[i],
                                dayPortSyn[i],
                                dayPortSources[i],
                                marks(dayPortMarks, i)));
                dayPortPackets[i] = 0;
                dayPortSyn[i] = 0;
                dayPortSources[i] = 0;
            }
            Arrays.fill(dayPortMarks, 0);
            LocalDate date = LocalDate.ofEpochDay(startSecond / 86_400 + day);
            days.add(new Truth.Day(date, dayPackets, daySources.size(), List.copyOf(ports)));
            dayReach.each((source, reached) -> {
                if (reached * 10L >= prefix.size()) {
                    aggressiveDays.increment(source);
                    aggressiveMost.raise(source, reached);
                }
            });
        }
        dayPackets = 0;
        daySources.clear();
        dayReach.clear();
        dayTargets.clear();
        day++;
    }

    private static Truth.Marks marks(long[] of, int line) {
        int at = line * MARKS;
        return new Truth.Marks(of[at + MIRAI], of[at + MASSCAN], of[at + ZMAP], of[at + ZMAP4]);
    }

    /// Ends the counting after the given number of days.
    List<Truth.Day> days(int all) {
        while (day < all) {
            turnDay();
        }
        return List.copyOf(days);
    }

    Truth.Totals totals() {
        long[] marks = new long[MARKS];
        long[] protocols = new long[Protocol.values().length];
        long syn = 0;
        for (int code = 0; code < CODES; code++) {
            protocols[code >>> 16] += portPackets[code];
            syn += portSyn[code];
            for (int m = 0; m < MARKS; m++) {
                marks[m] += portMarks[code * MARKS + m];
            }
        }
        return new Truth.Totals(
                packets,
                bytes,
                ipBytes,
                packets - ipv6,
                ipv6,
                protocols[Protocol.TCP.ordinal()],
                protocols[Protocol.UDP.ordinal()],
                protocols[Protocol.ICMP.ordinal()],
                protocols[Protocol.ICMP6.ordinal()],
                syn,
                sourceMainPorts.size(),
                marks(marks, 0));
    }

    List<Truth.PortCount> ports() {
        List<Truth.PortCount> ports = new ArrayList<>();
        for (int code = 0; code < CODES; code++) {
            if (portPackets[code] > 0) {
                ports.add(
                        new Truth.PortCount(
                                Port.ofCode(code),
                                portPackets[code],
                                portSyn[code],
                                portSources[code],
                                marks(portMarks, code)));
            }
        }
        ports.sort(
                Comparator.comparingLong(Truth.PortCount::packets)
                        .reversed()
                        .thenComparing(Truth.PortCount::port));
        return List.copyOf(ports);
    }

    List<Truth.Overlap> overlaps() {
        int n = main.size();
        long[] both = new long[n * n];
        sourceMainPorts.each((_, ports) -> {
            for (int a = 0; a < n; a++) {
                for (int b = 0; b < n; b++) {
                    both[a * n + b] += (ports >>> a) & (ports >>> b) & 1;
                }
            }
        });
        List<Truth.Overlap> overlaps = new ArrayList<>();
        for (int a = 0; a < n; a++) {
            for (int b = 0; b < n; b++) {
                if (a != b) {
                    overlaps.add(
                            new Truth.Overlap(
                                    main.get(a),
                                    main.get(b),
                                    both[a * n + a],
                                    both[b * n + b],
                                    both[a * n + b]));
                }
            }
        }
        return List.copyOf(overlaps);
    }

    List<Truth.Systems> systems() {
        List<Truth.Systems> all = new ArrayList<>();
        for (int i = 0; i < main.size(); i++) {
            long[] kinds = systems[i];
            all.add(new Truth.Systems(main.get(i), kinds[0], kinds[1], kinds[2], kinds[3]));
        }
        return List.copyOf(all);
    }

    List<Truth.Victim> victims(List<Sender> senders) {
        List<Truth.Victim> victims = new ArrayList<>();
        for (int i = 0; i < senders.size(); i++) {
            if (senders.get(i) instanceof Attack attack && senderPackets[i] > 0) {
                victims.add(
                        new Truth.Victim(
                                IpAddress.v4(senderSource[i]),
                                attack.reply(),
                                instant(senderFirst[i]),
                                instant(senderLast[i]),
                                senderPackets[i]));
            }
        }
        return List.copyOf(victims);
    }

    List<Truth.Aggressive> aggressive() {
        List<Truth.Aggressive> all = new ArrayList<>();
        aggressiveDays.each((source, on) ->
                all.add(
                        new Truth.Aggressive(
                                IpAddress.v4((int) source), on, aggressiveMost.or(source, 0))));
        all.sort(
                Comparator.comparingInt(Truth.Aggressive::mostTargets)
                        .reversed()
                        .thenComparing(Truth.Aggressive::address));
        return List.copyOf(all);
    }

    Map<String, Long> senders(List<Sender> senders) {
        Map<String, Long> all = new LinkedHashMap<>();
        for (int i = 0; i < senders.size(); i++) {
            all.put(senders.get(i).name(), senderPackets[i]);
        }
        return all;
    }

    private Instant instant(long micros) {
        return Instant.ofEpochSecond(startSecond + micros / 1_000_000, micros % 1_000_000 * 1000);
    }
}

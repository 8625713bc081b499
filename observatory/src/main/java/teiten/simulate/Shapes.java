package teiten.simulate;

import java.util.HexFormat;

/// The header shapes of devices and tools (field facts §3). TTL at the source: 64 Linux, 128 Windows, 255 raw-socket
/// tools.
final class Shapes {
    private static final int SYN = 0x02;
    private static final int LINUX = 64;
    private static final int WINDOWS = 128;
    private static final int RAW = 255;

    private static final byte[] NONE = {};
    private static final byte[] MSS_1460 = options("020405b4");

    /// MSS, NOP, WS 8, NOP, NOP, SACK permitted; by ZMap since 4.1.0 with TTL 255, by Windows with TTL 128.
    private static final byte[] MSS_WS_8_SACK = options("020405b4010303080101 0402");

    private static final byte[] MSS_SACK = options("020405b401010402");

    private static final int[] LINUX_WINDOWS = {5840, 14600, 14600, 29200};
    private static final int[] WINDOWS_WINDOWS = {8192, 8192, 64240};

    private Shapes() {}

    private static byte[] options(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /// connect() of a Linux device: MSS (by its access line), SACK permitted, timestamps, NOP, window scale.
    static void linux(Row row, Dice dice, Frame frame) {
        long device = row.device;
        int mss = (device & 3) == 0 ? 1460 : (device & 3) == 1 ? 1440 : 1452;
        int clock = (int) (device >>> 8) + (int) dice.next() % 100_000;
        // Zeros stay where the peer's timestamp stands (bytes 12 to 15).
        byte[] options = frame.options;
        options[0] = 2;
        options[1] = 4;
        options[2] = (byte) (mss >>> 8);
        options[3] = (byte) mss;
        options[4] = 4;
        options[5] = 2;
        options[6] = 8;
        options[7] = 10;
        options[8] = (byte) (clock >>> 24);
        options[9] = (byte) (clock >>> 16);
        options[10] = (byte) (clock >>> 8);
        options[11] = (byte) clock;
        options[16] = 1;
        options[17] = 3;
        options[18] = 3;
        options[19] = (byte) (1 + (device >>> 4 & 7) % 7);
        int window = LINUX_WINDOWS[(int) (device >>> 20 & 3)];
        int sequence = (int) dice.next();
        frame.ipv4(row.source, row.target, LINUX, row.hops(), (int) dice.next(), true)
                .tcp(ephemeral(dice), row.number(), sequence, 0, SYN, window, options);
    }

    /// A raw-socket bot on a Linux device without a mark: window 14600, no options.
    static void unmarkedBot(Row row, Dice dice, Frame frame) {
        int sequence = (int) dice.next();
        if (sequence == row.target) {
            sequence++;
        }
        frame.ipv4(row.source, row.target, LINUX, row.hops(), (int) dice.next(), false)
                .tcp(ephemeral(dice), row.number(), sequence, 0, SYN, 14600, NONE);
    }

    /// Mirai and kin: the sequence number is the destination address; source port and window are drawn once a process.
    static void mirai(Row row, Dice dice, Frame frame) {
        int from = 1024 + (int) (row.device >>> 8 & 0xFFFF) % 64512;
        int window = (int) (row.device >>> 24 & 0xFFFF);
        frame.ipv4(row.source, row.target, LINUX, row.hops(), (int) dice.next(), false)
                .tcp(from, row.number(), row.target, 0, SYN, window, NONE);
    }

    static void windows(Row row, Dice dice, Frame frame) {
        int kind = (int) (row.device >>> 20 & 0xFF) % 4;
        boolean old = kind == 3;
        frame.ipv4(row.source, row.target, WINDOWS, row.hops(), (int) dice.next(), true)
                .tcp(
                        ephemeral(dice),
                        row.number(),
                        (int) dice.next(),
                        0,
                        SYN,
                        old ? 65535 : WINDOWS_WINDOWS[kind],
                        old ? MSS_SACK : MSS_WS_8_SACK);
    }

    /// ZMap before 4.1.0: IP identification 54321, window 65535.
    static void zmapOld(Row row, Dice dice, Frame frame) {
        frame.ipv4(row.source, row.target, RAW, row.hops(), 54321, false)
                .tcp(zmapPort(dice), row.number(), (int) dice.next(), 0, SYN, 65535, NONE);
    }

    /// ZMap since 4.1.0 (2024-03): random IP identification, options like a desktop's.
    static void zmapNew(Row row, Dice dice, Frame frame) {
        frame.ipv4(row.source, row.target, RAW, row.hops(), (int) dice.next(), false)
                .tcp(zmapPort(dice), row.number(), (int) dice.next(), 0, SYN, 65535, MSS_WS_8_SACK);
    }

    /// Masscan up to 1.3.2: window 1024, no options.
    static void masscanOld(Row row, Dice dice, Frame frame) {
        masscan(row, dice, frame, 1024, NONE);
    }

    /// Masscan since 2023-11: window 1025, MSS.
    static void masscanNew(Row row, Dice dice, Frame frame) {
        masscan(row, dice, frame, 1025, MSS_1460);
    }

    private static void masscan(Row row, Dice dice, Frame frame, int window, byte[] options) {
        int sequence = (int) dice.next();
        int id = (row.target ^ row.number() ^ sequence) & 0xFFFF;
        int from = 40000 + (int) (row.visit & 0x3FFF);
        frame.ipv4(row.source, row.target, RAW, row.hops(), id, false)
                .tcp(from, row.number(), sequence, 0, SYN, window, options);
    }

    /// Nmap -sS: a mask constant through the scan XOR a 16-bit nonce in both halves, so that two sequence numbers of
    /// one scan differ by equal halves; window 1024, MSS; TTL drawn from 37 to 60.
    static void nmap(Row row, Dice dice, Frame frame) {
        int nonce = (int) dice.next() & 0xFFFF;
        int sequence = (int) (row.visit >>> 32) ^ ((nonce << 16) | nonce);
        int from = 33000 + (int) (row.visit & 0x7FFF);
        frame.ipv4(
                        row.source,
                        row.target,
                        37 + dice.below(24),
                        row.hops(),
                        (int) dice.next(),
                        false)
                .tcp(from, row.number(), sequence, 0, SYN, 1024, MSS_1460);
    }

    /// A UDP probe by a Linux device; the bytes go by the port.
    static void udp(Row row, Dice dice, Frame frame) {
        frame.ipv4(row.source, row.target, LINUX, row.hops(), (int) dice.next(), true)
                .udp(ephemeral(dice), row.number(), Payloads.probe(row.number()));
    }

    /// ping: 56 bytes by Linux, 32 by Windows.
    static void echo(Row row, Dice dice, Frame frame) {
        boolean linux = (row.device & 3) != 0;
        int rest = ((int) (row.visit & 0xFFFF) << 16) | dice.below(64);
        frame.ipv4(
                        row.source,
                        row.target,
                        linux ? LINUX : WINDOWS,
                        row.hops(),
                        (int) dice.next(),
                        linux)
                .icmp(8, 0, rest, linux ? Payloads.PING_LINUX : Payloads.PING_WINDOWS);
    }

    /// Something set up wrongly that keeps calling one address: syslog, SNMP traps, a moved server.
    static void misconfigured(Row row, Dice dice, Frame frame) {
        if (row.isTcp()) {
            linux(row, dice, frame);
        } else {
            udp(row, dice, frame);
        }
    }

    /// A SYN over IPv6 between documentation prefixes (RFC 3849, RFC 9637).
    static void ipv6(Row row, Dice dice, Frame frame) {
        frame.ipv6(
                0x3FFF_0000_0000_0000L | row.device >>> 44 << 16,
                row.source & 0xFFFFFFFFL,
                0x2001_0DB8_0000_0000L,
                row.target & 0xFFFFL,
                LINUX,
                row.hops());
        if (row.isTcp()) {
            frame.tcp(ephemeral(dice), row.number(), (int) dice.next(), 0, SYN, 64800, MSS_SACK);
        } else {
            frame.icmp(128, 0, (int) row.visit, Payloads.PING_LINUX);
        }
    }

    private static int ephemeral(Dice dice) {
        return 32768 + dice.below(28232);
    }

    private static int zmapPort(Dice dice) {
        return 32768 + dice.below(28233);
    }
}

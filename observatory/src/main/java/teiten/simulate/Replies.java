package teiten.simulate;

/// What a DoS victim's side answers to packets with forged sources: the telescope's backscatter. The row's source is the
/// victim, its port the one that the forger drew; [Row#visit] keeps the attack's choices.
final class Replies {
    private static final int RST_ACK = 0x14;
    private static final int SYN_ACK = 0x12;
    private static final byte[] NONE = {};
    private static final byte[] MSS_1460 = {2, 4, 5, (byte) 0xB4};
    private static final int[] SERVICES = {80, 443, 443, 25565, 53, 22};

    private Replies() {}

    /// The attacked TCP port.
    static int service(long visit) {
        return SERVICES[(int) (visit >>> 40 & 0xFF) % SERVICES.length];
    }

    static void synAck(Row row, Dice dice, Frame frame) {
        frame.ipv4(row.source, row.target, 64, row.hops(), 0, true)
                .tcp(
                        service(row.visit),
                        row.number(),
                        (int) dice.next(),
                        (int) dice.next(),
                        SYN_ACK,
                        29200,
                        MSS_1460);
    }

    static void reset(Row row, Dice dice, Frame frame) {
        frame.ipv4(row.source, row.target, 64, row.hops(), 0, true)
                .tcp(service(row.visit), row.number(), 0, (int) dice.next(), RST_ACK, 0, NONE);
    }

    /// Destination unreachable: port (code 3), or prohibited by a filter (code 13). It quotes the forged packet's IP
    /// header and eight bytes of its UDP header, as RFC 792 asks.
    static void unreachable(Row row, Dice dice, Frame frame) {
        byte[] quote = frame.quote;
        quote[0] = 0x45;
        quote[3] = 40;
        put16(quote, 4, (int) dice.next());
        quote[8] = (byte) (64 - row.hops());
        quote[9] = 17;
        put32(quote, 12, row.target);
        put32(quote, 16, row.source);
        put16(quote, 20, 1024 + dice.below(64512));
        put16(quote, 22, service(row.visit));
        put16(quote, 24, 20);
        put16(quote, 10, 0);
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += ((quote[i] & 0xFF) << 8) | (quote[i + 1] & 0xFF);
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        put16(quote, 10, ~(sum + (sum >>> 16)));
        frame.ipv4(row.source, row.target, 64, row.hops(), (int) dice.next(), false)
                .icmp(3, row.number() & 0xFF, 0, quote);
    }

    private static void put16(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 8);
        bytes[at + 1] = (byte) value;
    }

    private static void put32(byte[] bytes, int at, int value) {
        put16(bytes, at, value >>> 16);
        put16(bytes, at + 2, value);
    }
}

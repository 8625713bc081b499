package teiten.simulate;

import java.util.Locale;

/// One denial-of-service attack with forged sources, as a telescope sees it: the victim's replies, spread over all
/// addresses, between a start and an end.
final class Attack extends Sender {
    /// Packets a second at least, so that an attack which is meant to be seen passes CAIDA's threshold of 30 packets in
    /// some 60 s at each of a few sensors.
    private static final double LEAST_RATE = 3;

    /// What answers.
    enum Reply {
        SYN_ACK,
        RESET,
        UNREACHABLE
    }

    private final Reply reply;
    private final double startsAt;
    private final double seconds;
    private int index;
    private long packets;

    /// @param startsAt as a fraction of the capture
    /// @param seconds how long at most; shorter when its packets would become too thin
    Attack(String name, double share, Reply reply, double startsAt, double seconds) {
        super(name, share);
        this.reply = reply;
        this.startsAt = startsAt;
        this.seconds = seconds;
    }

    /// How the truth names what answers: `syn_ack`, `reset` or `unreachable`.
    String reply() {
        return reply.name().toLowerCase(Locale.ROOT);
    }

    @Override
    void prepare(Plan plan, int index, double quota) {
        this.index = index;
        this.packets = Math.max(1, Math.round(quota));
    }

    @Override
    void plan(Plan plan, int hour) {
        long start = (long) (startsAt * plan.end());
        if (start / Plan.HOUR != hour) {
            return;
        }
        Dice dice = plan.dice();
        long device = Dice.mix(plan.seed() ^ (long) index << 40 ^ 0xD05);
        int victim = plan.addresses().of(device);
        long length = (long) (Math.min(seconds, packets / LEAST_RATE) * Plan.SECOND);
        int code = dice.chance(0.7) ? 3 : 13;
        for (long i = 0; i < packets; i++) {
            int port =
                    reply == Reply.UNREACHABLE
                            ? Row.ICMP | 3 << 8 | code
                            : Row.TCP | 1024 + dice.below(64512);
            long time = start + (long) (dice.unit() * length);
            plan.packet(index, time, victim, dice.below(plan.targets()), port, device, device);
        }
    }

    @Override
    void write(Row row, Dice dice, Frame frame) {
        switch (reply) {
            case SYN_ACK -> Replies.synAck(row, dice, frame);
            case RESET -> Replies.reset(row, dice, frame);
            case UNREACHABLE -> Replies.unreachable(row, dice, frame);
        }
    }
}

package teiten.simulate;

import teiten.net.Port;

/// Many sources of one kind. Who calls is drawn by Zipf's law; a source's address lives for some days and then changes,
/// as access lines' do; each call is a visit of some packets.
final class Crowd extends Sender {
    private static final int MOST_SLOTS = 200_000;
    private static final double NOISE = 0.12;

    /// How a visit chooses addresses.
    private enum Reach {
        ANY,
        /// Address after address without repetition, each one once.
        SWEEP,
        /// Twenty ports at one address, then the next address.
        FEW,
        /// Always the same address.
        ONE
    }

    private Tide tide = Tide.steady();
    private Aim aim = Aim.at(Port.TELNET.code());
    private Shape shape = Shapes::linux;
    private double packetsPerSource = 12;
    private double lifeDays;
    private int fewest = 8;
    private double exponent = 0.6;
    private double visitMean = 2;
    private double visitSeconds = 1800;
    private Reach reach = Reach.ANY;
    private double coverage;
    private int visitLeast = 1;

    private int index;
    private double quota;
    private double sum;
    private double debt;
    private double logOfMiss;
    private Zipf zipf = new Zipf(1, 1);
    private final Caller caller = new Caller();

    Crowd(String name, double share) {
        super(name, share);
    }

    Crowd tide(Tide tide) {
        this.tide = tide;
        return this;
    }

    Crowd aim(Aim aim) {
        this.aim = aim;
        return this;
    }

    Crowd shape(Shape shape) {
        this.shape = shape;
        return this;
    }

    /// @param packets that a source sends on average while it keeps its address
    /// @param lifeDays how long it keeps it; 0 for ever
    /// @param fewest sources at any time
    Crowd sources(double packets, double lifeDays, int fewest) {
        this.packetsPerSource = packets;
        this.lifeDays = lifeDays;
        this.fewest = fewest;
        return this;
    }

    Crowd zipf(double exponent) {
        this.exponent = exponent;
        return this;
    }

    /// @param mean packets a visit
    Crowd visits(double mean, double seconds) {
        this.visitMean = mean;
        this.visitSeconds = seconds;
        return this;
    }

    /// Every visit has this many packets at least.
    Crowd atLeast(int packets) {
        this.visitLeast = packets;
        return this;
    }

    /// Each visit covers a part of all monitored addresses, from half to one and a half of `coverage`, at most all.
    Crowd sweeps(double coverage, double seconds) {
        this.reach = Reach.SWEEP;
        this.coverage = coverage;
        this.visitSeconds = seconds;
        return this;
    }

    /// Each visit tries many ports at few addresses.
    Crowd fewAddresses() {
        this.reach = Reach.FEW;
        return this;
    }

    /// Each source always calls the same address.
    Crowd oneAddress() {
        this.reach = Reach.ONE;
        return this;
    }

    @Override
    void prepare(Plan plan, int index, double quota) {
        this.index = index;
        this.quota = quota;
        logOfMiss = visitMean > 1 ? StrictMath.log(1 - 1 / visitMean) : 0;
        sum = 0;
        for (int hour = 0; hour < plan.hours(); hour++) {
            sum += level(plan, hour);
        }
        double generations = lifeDays == 0 ? 1 : Math.max(1, plan.days() / lifeDays);
        double slots = quota / (packetsPerSource * generations);
        zipf = new Zipf((int) Math.min(MOST_SLOTS, Math.max(fewest, slots)), exponent);
    }

    /// The tide, with each day a little stronger or weaker than it says.
    private double level(Plan plan, int hour) {
        int day = hour / 24;
        long hash = Dice.mix(plan.seed() * 31 + index * 1_000_003L + day);
        double noise = Dice.unit(hash) + Dice.unit(Dice.mix(hash)) - 1;
        return Math.max(0, tide.at((hour + 0.5) / 24, plan.days()) * (1 + NOISE * noise));
    }

    @Override
    void plan(Plan plan, int hour) {
        if (sum <= 0) {
            return;
        }
        debt += quota * level(plan, hour) / sum;
        while (debt >= 0.5) {
            debt -= visit(plan, hour);
        }
    }

    private int visit(Plan plan, int hour) {
        Dice dice = plan.dice();
        long start = hour * Plan.HOUR + (long) (dice.unit() * Plan.HOUR);
        int slot = zipf.draw(dice);
        long key = Dice.mix(plan.seed() ^ (long) index << 40 ^ slot);
        int generation = 0;
        if (lifeDays > 0) {
            generation = (int) (hour / 24.0 / lifeDays + Dice.unit(key));
        }
        long device = Dice.mix(key + generation * 0x632BE59BD9B4E019L);
        caller.slot = slot;
        caller.generation = generation;
        caller.device = device;
        int source = plan.addresses().of(device);
        long visit = dice.next();
        int packets = packets(plan, dice);
        long spread = (long) (visitSeconds * (0.5 + dice.unit()) * Plan.SECOND);
        int base = base(plan, dice, device);
        int step = reach == Reach.SWEEP ? coprime(plan.targets(), (int) (visit >>> 33)) : 1;
        for (int i = 0; i < packets; i++) {
            long time = start;
            if (i > 0) {
                double place = reach == Reach.ANY ? dice.unit() : (i + dice.unit()) / packets;
                time += (long) (place * spread);
            }
            int target =
                    switch (reach) {
                        case ANY -> dice.below(plan.targets());
                        case SWEEP -> (int) ((base + (long) i * step) % plan.targets());
                        case FEW -> (base + i / 20) % plan.targets();
                        case ONE -> base;
                    };
            int port = aim.port(caller, dice, i);
            plan.packet(index, time, source, target, port, device, visit);
        }
        return packets;
    }

    private int packets(Plan plan, Dice dice) {
        if (reach == Reach.SWEEP) {
            double part = Math.min(1, coverage * (0.5 + dice.unit()));
            // A wide prefix and few packets in all: one visit must not be the whole crowd's quota.
            return (int) Math.max(1, Math.min(Math.ceil(part * plan.targets()), quota / 4));
        }
        return Math.max(visitLeast, dice.geometric(visitMean, logOfMiss));
    }

    private int base(Plan plan, Dice dice, long device) {
        return reach == Reach.ONE
                ? (int) ((device >>> 33) % plan.targets())
                : dice.below(plan.targets());
    }

    /// A step that visits each of `n` addresses once before it meets the first one again.
    private static int coprime(int n, int wanted) {
        int step = Math.max(1, wanted % n);
        while (gcd(step, n) != 1) {
            step++;
        }
        return step;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    @Override
    void write(Row row, Dice dice, Frame frame) {
        shape.write(row, dice, frame);
    }
}

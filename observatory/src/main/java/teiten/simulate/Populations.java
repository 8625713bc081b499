package teiten.simulate;

import java.util.ArrayList;
import java.util.List;

/// The kinds of senders from which scenarios are put together. Shares are relative weights.
final class Populations {
    private static final int TELNET = Row.TCP | 23;
    private static final int NETIS = Row.UDP | 53413;

    private Populations() {}

    /// Taken-over Linux devices of 2015 that search 23/TCP by connect(); a part of them searches 53413/UDP as well.
    static Crowd telnetDevices(double share) {
        return new Crowd("telnet devices", share)
                .sources(10, 6, 40)
                .zipf(0.35)
                .visits(2.6, 3600)
                .atLeast(2)
                .aim(Aim.at(TELNET).alsoTo(NETIS, 0.15, 0.3))
                .shape((row, dice, frame) -> {
                    if (row.isTcp()) {
                        Shapes.linux(row, dice, frame);
                    } else {
                        Shapes.udp(row, dice, frame);
                    }
                });
    }

    /// Few who search 53413/UDP only.
    static Crowd netisOnly(double share) {
        return new Crowd("53413/udp only", share)
                .sources(30, 20, 4)
                .zipf(0.35)
                .aim(Aim.at(NETIS))
                .shape(Shapes::udp);
    }

    static Crowd mirai(double share) {
        return new Crowd("mirai", share)
                .sources(8, 4, 60)
                .zipf(0.35)
                .visits(2.4, 5400)
                .aim(Aim.ratio(TELNET, 10, Row.TCP | 2323))
                .shape(Shapes::mirai);
    }

    /// 5358/TCP without a mark; 52 % of the sources also go to 23/TCP.
    static Crowd hajime(double share) {
        return new Crowd("hajime", share)
                .sources(7, 5, 200)
                .visits(2.6, 3600)
                .atLeast(2)
                .zipf(0.5)
                .aim(Aim.at(Row.TCP | 5358).alsoTo(TELNET, 0.52, 0.5))
                .shape(Shapes::unmarkedBot);
    }

    /// Marked search of 32/TCP and 3232/TCP.
    static Crowd port32(double share) {
        return new Crowd("mirai at 32 and 3232", share)
                .sources(6, 4, 60)
                .zipf(0.35)
                .visits(2.2, 3600)
                .aim(Aim.ratio(Row.TCP | 32, 4, Row.TCP | 3232))
                .shape(Shapes::mirai);
    }

    /// The same ports without the mark; with [#port32] at 99.3 to 0.7.
    static Crowd port32Unmarked(double share) {
        return new Crowd("unmarked at 32 and 3232", share)
                .sources(4, 4, 6)
                .zipf(0.35)
                .aim(Aim.ratio(Row.TCP | 32, 4, Row.TCP | 3232))
                .shape(Shapes::linux);
    }

    /// A port that nobody searched before.
    static Crowd newcomers(double share) {
        return new Crowd("unmarked at 37215", share)
                .sources(6, 4, 30)
                .zipf(0.35)
                .visits(2, 3600)
                .aim(Aim.at(Row.TCP | 37215))
                .shape(Shapes::unmarkedBot);
    }

    static Crowd zmapOld(double share) {
        return investigators("zmap before 4.1.0", share).shape(Shapes::zmapOld);
    }

    static Crowd zmapNew(double share) {
        return investigators("zmap since 4.1.0", share).shape(Shapes::zmapNew);
    }

    static Crowd masscanOld(double share) {
        return investigators("masscan to 1.3.2", share).aim(ANY_PORT).shape(Shapes::masscanOld);
    }

    static Crowd masscanNew(double share) {
        return investigators("masscan since 2023-11", share)
                .aim(ANY_PORT)
                .shape(Shapes::masscanNew);
    }

    /// Half of the sources keep to a service, the others walk over all ports.
    private static final Aim ANY_PORT =
            (caller, dice, _) -> {
                int service = (int) (caller.device >>> 16 & 0xFFFF) % Services.TCP.length;
                boolean keeps = caller.isAmong(0.5, 1);
                return keeps ? Services.TCP[service] : Row.TCP | 1 + dice.below(65535);
            };

    private static Crowd investigators(String name, double share) {
        return new Crowd(name, share)
                .sources(250, 0, 6)
                .zipf(0.7)
                .visits(10, 7200)
                .aim(Aim.oneOf(Services.TCP));
    }

    /// Scanners that reach from a tenth of all addresses upwards in one go: Merit's "aggressive hitters".
    static Crowd aggressive(double share, Shape shape, String tool) {
        return new Crowd("aggressive, " + tool, share)
                .sources(1500, 0, 4)
                .zipf(0.4)
                .sweeps(0.5, 9 * 3600)
                .aim(Aim.oneOf(Services.TCP))
                .shape(shape);
    }

    static Crowd nmap(double share) {
        return new Crowd("nmap", share)
                .sources(120, 0, 4)
                .visits(40, 900)
                .fewAddresses()
                .aim((_, _, i) -> Services.TCP[i % 20 % Services.TCP.length])
                .shape(Shapes::nmap);
    }

    /// What reaches every unused address: Windows worms, password guessers, probes, and things set up wrongly.
    static List<Sender> background(double share) {
        List<Sender> senders = new ArrayList<>();
        senders.add(windows("445", share * 0.26, Row.TCP | 445));
        senders.add(windows("1433", share * 0.10, Row.TCP | 1433));
        senders.add(windows("3389", share * 0.07, Row.TCP | 3389));
        senders.add(linux("22", share * 0.13, Aim.ratio(Row.TCP | 22, 20, Row.TCP | 2222)));
        senders.add(
                linux(
                        "web",
                        share * 0.12,
                        Aim.oneOf(
                                Row.TCP | 80,
                                Row.TCP | 80,
                                Row.TCP | 8080,
                                Row.TCP | 443,
                                Row.TCP | 81)));
        senders.add(probe("ntp", share * 0.05, Row.UDP | 123));
        senders.add(probe("ssdp", share * 0.04, Row.UDP | 1900));
        senders.add(probe("sip", share * 0.04, Row.UDP | 5060));
        senders.add(
                new Crowd("ping", share * 0.06)
                        .sources(5, 8, 20)
                        .aim(Aim.at(Row.ICMP | 8 << 8))
                        .shape(Shapes::echo));
        senders.add(linux("any port", share * 0.06, (_, d, _) -> Row.TCP | 1 + d.below(65535)));
        senders.add(
                new Crowd("misconfigured", share * 0.04)
                        .sources(60, 20, 4)
                        .visits(4, 3000)
                        .oneAddress()
                        .aim(Aim.oneOf(Row.UDP | 514, Row.TCP | 6881, Row.UDP | 514))
                        .shape(Shapes::misconfigured));
        senders.add(
                new Crowd("replies to others", share * 0.025)
                        .sources(6, 2, 20)
                        .aim((_, dice, _) -> Row.TCP | 1024 + dice.below(64512))
                        .shape((row, dice, frame) -> {
                            if ((row.device & 1) == 0) {
                                Replies.synAck(row, dice, frame);
                            } else {
                                Replies.reset(row, dice, frame);
                            }
                        }));
        senders.add(
                new Crowd("ipv6", share * 0.005)
                        .sources(20, 0, 3)
                        .aim(Aim.oneOf(Row.TCP | 22, Row.ICMP6 | 128 << 8, Row.TCP | 443))
                        .shape(Shapes::ipv6));
        return senders;
    }

    private static Crowd windows(String port, double share, int code) {
        return new Crowd("windows at " + port, share)
                .tide(Tide.steady().daily(0.35, 6))
                .sources(9, 3, 30)
                .visits(2, 1200)
                .aim(Aim.at(code))
                .shape(Shapes::windows);
    }

    private static Crowd linux(String what, double share, Aim aim) {
        return new Crowd("linux at " + what, share)
                .tide(Tide.steady().daily(0.15, 14))
                .sources(14, 9, 25)
                .visits(3, 2400)
                .aim(aim)
                .shape(Shapes::linux);
    }

    private static Crowd probe(String what, double share, int code) {
        return new Crowd("probes for " + what, share)
                .sources(40, 15, 8)
                .zipf(1)
                .visits(5, 4000)
                .aim(Aim.at(code))
                .shape(Shapes::udp);
    }
}

package teiten.simulate;

import teiten.net.Port;

import java.util.ArrayList;
import java.util.List;

/// What a scenario is made of.
///
/// @param outages in which the first sensor records nothing
/// @param ports whose course the truth tells day by day
record Script(List<Sender> senders, List<Gap> outages, List<Port> ports) {
    /// @param at the begin, as a fraction of the capture
    /// @param seconds its length, at most `most` of the whole capture
    record Gap(double at, int seconds, double most) {}

    static Script of(Scenario scenario) {
        List<Sender> s = new ArrayList<>();
        return switch (scenario) {
            case NPA_2015 -> {
                s.add(Populations.telnetDevices(42).tide(Tide.rising(0.6, 1.5).daily(0.2, 13)));
                s.add(Populations.netisOnly(0.4));
                s.add(Populations.zmapOld(3));
                s.add(Populations.masscanOld(3));
                s.addAll(Populations.background(52));
                yield script(s, "23/tcp", "53413/udp", "445/tcp", "22/tcp", "1433/tcp");
            }
            case MIRAI_2016 -> {
                s.add(Populations.mirai(45).tide(Tide.outbreak(0.05, 0.6).daily(0.2, 12)));
                s.add(Populations.zmapOld(3));
                s.add(Populations.masscanOld(3));
                s.addAll(Populations.background(49));
                yield script(s, "23/tcp", "2323/tcp", "445/tcp", "22/tcp");
            }
            case HAJIME_2017 -> {
                s.add(Populations.hajime(28).tide(Tide.wave(0.15, 1).daily(0.15, 12)));
                s.add(Populations.telnetDevices(18).tide(Tide.steady().daily(0.2, 13)));
                s.add(Populations.mirai(15).tide(Tide.steady().daily(0.2, 12)));
                s.addAll(Populations.background(39));
                yield script(s, "5358/tcp", "23/tcp", "2323/tcp", "445/tcp", "22/tcp");
            }
            case PORT_32_2017 -> {
                Tide two = Tide.wave(0.2, 0.55).plus(Tide.wave(0.6, 0.95).times(0.7));
                s.add(Populations.port32(30 * 0.993).tide(two));
                s.add(Populations.port32Unmarked(30 * 0.007).tide(two));
                s.add(Populations.mirai(25).tide(Tide.steady().daily(0.2, 12)));
                s.addAll(Populations.background(45));
                yield script(s, "32/tcp", "3232/tcp", "23/tcp", "2323/tcp", "445/tcp");
            }
            case INVESTIGATION_SCANS -> {
                investigation(s, 70, 0.3, 0.86);
                s.add(Populations.telnetDevices(8));
                s.addAll(Populations.background(22));
                yield script(s, "80/tcp", "443/tcp", "22/tcp", "8080/tcp", "23/tcp");
            }
            case DOS_BACKSCATTER -> {
                attacks(s, 60, 12);
                s.add(Populations.telnetDevices(10));
                s.addAll(Populations.background(30));
                yield script(s, "23/tcp", "445/tcp", "22/tcp");
            }
            case SENSOR_OUTAGE -> {
                s.add(Populations.telnetDevices(40).tide(Tide.steady().daily(0.2, 13)));
                s.addAll(Populations.background(60));
                Script whole = script(s, "23/tcp", "445/tcp", "22/tcp");
                yield new Script(
                        whole.senders,
                        List.of(new Gap(0.32, 5_833, 0.05), new Gap(0.65, 33_647, 0.1)),
                        whole.ports);
            }
            case DEMO -> demo(s);
        };
    }

    /// The years 2015 to 2024 in four months: devices, Mirai, Hajime, port 32, and at the end a fresh outbreak, so that
    /// the last days are the densest.
    private static Script demo(List<Sender> s) {
        s.add(Populations.telnetDevices(22).tide(Tide.rising(0.6, 1.3).daily(0.2, 13)));
        s.add(Populations.netisOnly(0.2));
        s.add(
                Populations.mirai(26)
                        .tide(
                                Tide.outbreak(0.3, 0.6)
                                        .plus(Tide.outbreak(0.9, 1.02).times(1.8))
                                        .daily(0.2, 12)));
        s.add(Populations.hajime(5).tide(Tide.wave(0.55, 0.8).daily(0.15, 12)));
        Tide two = Tide.wave(0.68, 0.74).plus(Tide.wave(0.77, 0.84).times(0.7));
        s.add(Populations.port32(3 * 0.993).tide(two));
        s.add(Populations.port32Unmarked(3 * 0.007).tide(two));
        s.add(Populations.newcomers(0.5).tide(Tide.outbreak(0.96, 1.02)));
        investigation(s, 12, 0.35, 0.6);
        attacks(s, 5, 9);
        s.addAll(Populations.background(26));
        Script whole =
                script(
                        s,
                        "23/tcp",
                        "2323/tcp",
                        "5358/tcp",
                        "32/tcp",
                        "3232/tcp",
                        "37215/tcp",
                        "53413/udp",
                        "445/tcp",
                        "22/tcp",
                        "80/tcp");
        return new Script(
                whole.senders,
                List.of(new Gap(0.4, 19_260, 0.05), new Gap(0.86, 93_780, 0.1)),
                whole.ports);
    }

    /// @param masscanAt when Masscan's shape changes, @param zmapAt when ZMap's does; old versions stay in use
    private static void investigation(
            List<Sender> s, double share, double masscanAt, double zmapAt) {
        Tide zmapOld = Tide.step(1, zmapAt, 0.3);
        Tide zmapNew = Tide.step(0, zmapAt, 1);
        Tide masscanOld = Tide.step(1, masscanAt, 0.35);
        Tide masscanNew = Tide.step(0, masscanAt, 1);
        double late = 1 - zmapAt;
        s.add(Populations.zmapOld(share * 0.22).tide(zmapOld));
        s.add(Populations.zmapNew(share * 0.3 * late).tide(zmapNew));
        s.add(Populations.masscanOld(share * 0.1).tide(masscanOld));
        s.add(Populations.masscanNew(share * 0.14).tide(masscanNew));
        s.add(Populations.nmap(share * 0.04));
        s.add(Populations.aggressive(share * 0.2, Shapes::zmapOld, "zmap").tide(zmapOld));
        s.add(Populations.aggressive(share * 0.3 * late, Shapes::zmapNew, "zmap 4").tide(zmapNew));
        s.add(Populations.aggressive(share * 0.2, Shapes::masscanNew, "masscan").tide(masscanNew));
    }

    private static void attacks(List<Sender> s, double share, int victims) {
        for (int i = 0; i < victims; i++) {
            Attack.Reply reply =
                    switch (i % 4) {
                        case 0, 2 -> Attack.Reply.SYN_ACK;
                        case 1 -> Attack.Reply.RESET;
                        default -> Attack.Reply.UNREACHABLE;
                    };
            double weight = share / victims * (0.6 + 0.8 * (i * 5 % victims) / (victims - 1.0));
            double seconds = 600 + 2400 * (i * 7 % victims);
            s.add(
                    new Attack(
                            "victim " + (i + 1),
                            weight,
                            reply,
                            0.04 + 0.9 * (i + 0.37) / victims,
                            seconds));
        }
    }

    private static Script script(List<Sender> senders, String... ports) {
        return new Script(senders, List.of(), List.of(ports).stream().map(Port::parse).toList());
    }
}

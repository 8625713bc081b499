package teiten.simulate;

/// Which port a packet of a visit goes to.
@FunctionalInterface
interface Aim {
    /// @param i number of the packet within its visit
    /// @return as [teiten.net.Port#code()]
    int port(Caller caller, Dice dice, int i);

    static Aim at(int port) {
        return (_, _, _) -> port;
    }

    /// The first port mostly, the second one once in `times + 1` packets: a ratio of `times` to 1.
    static Aim ratio(int port, int times, int second) {
        return (_, dice, _) -> dice.below(times + 1) == 0 ? second : port;
    }

    /// Each packet to any of the ports, all alike.
    static Aim anyOf(int... ports) {
        return (_, dice, _) -> ports[dice.below(ports.length)];
    }

    /// Each source has one of the ports and keeps to it.
    static Aim oneOf(int... ports) {
        return (caller, _, _) -> ports[(int) ((caller.device >>> 16 & 0xFFFF) % ports.length)];
    }

    /// A fraction of the sources goes to `also` besides, in every visit of two packets or more and so each time they
    /// are seen.
    ///
    /// @param mix how often a later packet of such a source goes to `also`
    default Aim alsoTo(int also, double fraction, double mix) {
        return (caller, dice, i) -> {
            boolean both = caller.isAmong(fraction, 0);
            boolean there = both && (i == 1 || (i > 1 && dice.chance(mix)));
            return there ? also : port(caller, dice, i);
        };
    }
}

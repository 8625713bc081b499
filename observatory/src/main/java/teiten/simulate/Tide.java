package teiten.simulate;

/// How strong a sender is at a time, relative to its other times.
///
/// Times are days since the capture began, as a fraction; `days` is the length of the whole capture, so that a story
/// keeps its shape when it is told shorter or longer.
@FunctionalInterface
interface Tide {
    double at(double day, double days);

    static Tide steady() {
        return (_, _) -> 1;
    }

    /// Straight from one level to another over the whole capture.
    static Tide rising(double from, double to) {
        return (day, days) -> from + (to - from) * day / days;
    }

    /// Nothing before `from`, then a growth like an epidemic's towards 1, reached about `until`; both as fractions of
    /// the capture.
    static Tide outbreak(double from, double until) {
        return (day, days) -> {
            double x = (day / days - from) / (until - from);
            return x < 0 ? 0 : 1 / (1 + StrictMath.exp(6 - 10 * x));
        };
    }

    /// A wave that comes and goes; zero outside of `from` to `until`.
    static Tide wave(double from, double until) {
        return (day, days) -> {
            double x = (day / days - from) / (until - from);
            return x < 0 || x > 1 ? 0 : StrictMath.sin(Math.PI * x);
        };
    }

    /// One level until a fraction of the capture, another one after it.
    static Tide step(double before, double at, double after) {
        return (day, days) -> day < at * days ? before : after;
    }

    default Tide plus(Tide other) {
        return (day, days) -> at(day, days) + other.at(day, days);
    }

    default Tide times(double factor) {
        return (day, days) -> factor * at(day, days);
    }

    /// Swings with the hour of the day: `1 ± amplitude`, strongest at the given hour UTC.
    default Tide daily(double amplitude, double peakHour) {
        return (day, days) -> {
            double hour = (day - Math.floor(day)) * 24;
            double swing = StrictMath.cos(2 * Math.PI * (hour - peakHour) / 24);
            return at(day, days) * (1 + amplitude * swing);
        };
    }
}

package teiten.simulate;

/// What the senders of one run share.
///
/// @param days length of the capture
/// @param targets monitored addresses over all sensors
record Plan(long seed, int days, int targets, Addresses addresses, Dice dice, Agenda agenda) {
    static final long SECOND = 1_000_000;
    static final long HOUR = 3600 * SECOND;

    int hours() {
        return days * 24;
    }

    long end() {
        return hours() * HOUR;
    }

    /// Plans a packet unless it would fall behind the end.
    void packet(int sender, long time, int source, int target, int port, long device, long visit) {
        if (time < end()) {
            agenda.plan(sender, time, source, target, port, device, visit);
        }
    }
}

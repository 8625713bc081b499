package teiten.simulate;

/// A part of the traffic: many sources of one kind, or one victim's replies. Made anew for each run.
abstract sealed class Sender permits Crowd, Attack {
    private final String name;

    /// Packets relative to the other senders'.
    private final double share;

    Sender(String name, double share) {
        this.name = name;
        this.share = share;
    }

    final String name() {
        return name;
    }

    final double share() {
        return share;
    }

    /// Called once before the first hour.
    ///
    /// @param index this sender's number
    /// @param quota packets it is to send over the whole capture
    abstract void prepare(Plan plan, int index, double quota);

    /// Plans the packets of what begins in this hour.
    abstract void plan(Plan plan, int hour);

    abstract void write(Row row, Dice dice, Frame frame);
}

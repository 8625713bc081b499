package teiten.simulate;

/// How one kind of sender's packets look, from the TTL to the options.
@FunctionalInterface
interface Shape {
    /// Writes the whole packet into the frame.
    void write(Row row, Dice dice, Frame frame);
}

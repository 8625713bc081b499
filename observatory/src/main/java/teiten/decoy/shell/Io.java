package teiten.decoy.shell;

/// The three streams of a command.
public record Io(Input in, Output out, Output err) {
    Io withIn(Input other) {
        return new Io(other, out, err);
    }

    Io withOut(Output other) {
        return new Io(in, other, err);
    }

    Io withErr(Output other) {
        return new Io(in, out, other);
    }
}

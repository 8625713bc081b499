package teiten.decoy.shell;

import java.util.List;

/// One call of an applet or builtin.
///
/// @param name as it was called, for its messages
/// @param args without the name
public record Call(Shell shell, String name, List<String> args, Io io) {
    public void print(String text) {
        io.out().print(text);
    }

    /// Prints `name: text` and a newline on standard error; gives 1, so that an applet can return it.
    public int fail(String text) {
        io.err().print(name + ": " + text + "\n");
        return 1;
    }

    public Call with(String otherName, List<String> otherArgs) {
        return new Call(shell, otherName, otherArgs, io);
    }
}

package teiten.decoy.shell;

/// What reading a text as shell gave.
public sealed interface Parsed {
    record Whole(Syntax syntax) implements Parsed {}

    /// The text ends inside something; a terminal would show the second prompt.
    record NeedsMore() implements Parsed {}

    /// @param message what ash prints after its name, such as `syntax error: unexpected "("`
    record Wrong(String message) implements Parsed {}
}

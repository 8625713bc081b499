package teiten.decoy.shell;

import org.jspecify.annotations.Nullable;

/// A terminal at which a line gives up its place at the [Workbench] whenever it waits for the visitor: one who never
/// reads, or never types, keeps nobody else waiting.
public record RestingTerminal(Terminal terminal, Budget budget) implements Terminal {
    @Override
    public @Nullable String readLine() {
        budget.rest();
        return terminal.readLine();
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        budget.rest();
        terminal.write(bytes, offset, count);
    }

    @Override
    public void pause(long millis) {
        budget.rest();
        terminal.pause(millis);
        budget.rested();
    }

    @Override
    public boolean closed() {
        return terminal.closed();
    }

    @Override
    public boolean interactive() {
        return terminal.interactive();
    }

    @Override
    public boolean endedByNewline() {
        return terminal.endedByNewline();
    }
}

package teiten.decoy.shell;

import org.jspecify.annotations.Nullable;

import teiten.decoy.files.Fault;
import teiten.decoy.files.Node;
import teiten.decoy.files.SessionFiles;

/// Opens files of the session for the shell's redirections and for applets.
public final class Opening {
    private Opening() {}

    /// Opens for reading; null, after ash's own complaint, when that is impossible.
    static @Nullable Input read(Shell shell, String path, Io io) {
        Opened opened = readable(shell, path);
        if (opened.input() == null) {
            String why = opened.fault() == Fault.NOT_FOUND ? "no such file" : opened.fault().text();
            io.err().print(shell.name() + ": can't open " + path + ": " + why + "\n");
        }
        return opened.input();
    }

    /// @param input null when the file cannot be read
    public record Opened(@Nullable Input input, Fault fault) {}

    /// Opens for reading without any message.
    public static Opened readable(Shell shell, String path) {
        SessionFiles.Found found = shell.files().find(shell.cwd(), path, true);
        return switch (found.node()) {
            case null -> new Opened(null, found.fault());
            case Node.Directory _ -> new Opened(null, Fault.IS_A_DIRECTORY);
            case Node.Link _ -> new Opened(null, Fault.LOOP);
            case Node.Plain plain ->
                    new Opened(
                            new Input.Bytes(plain.body().bytes(), plain.body().length()),
                            Fault.NONE);
            case Node.Computed computed -> {
                byte[] text = computed.text().apply(shell.world().clock().instant());
                yield new Opened(new Input.Bytes(text, text.length), Fault.NONE);
            }
            case Node.Special special -> new Opened(special(shell, special.kind()), Fault.NONE);
        };
    }

    private static Input special(Shell shell, Node.Kind kind) {
        return switch (kind) {
            case NULL, BLOCK -> Input.Bytes.NOTHING;
            case ZERO, FULL -> new Input.Endless(false, shell.budget());
            case RANDOM -> new Input.Endless(true, shell.budget());
            case TERMINAL -> shell.world().keyboard();
        };
    }

    /// Opens for writing; null, after a complaint, when that is impossible.
    ///
    /// @param tool whose output it is
    static @Nullable Output write(Shell shell, String path, boolean append, Io io, String tool) {
        SessionFiles.Opened opened = shell.files().open(shell.cwd(), path, append, shell.now());
        if (opened.fault() != Fault.NONE) {
            boolean nowhere = opened.fault() == Fault.NOT_FOUND;
            String why = nowhere ? "nonexistent directory" : opened.fault().text();
            io.err().print(shell.name() + ": can't create " + path + ": " + why + "\n");
            return null;
        }
        return output(shell, opened, tool);
    }

    /// The stream of an opened file.
    ///
    /// @param tool what writes to it, for the record
    public static Output output(Shell shell, SessionFiles.Opened opened, String tool) {
        if (opened.body() != null) {
            opened.body().writtenBy(tool);
            return new Output.ToFile(shell.files(), opened.body(), shell.budget());
        }
        return opened.special() == Node.Kind.TERMINAL
                ? shell.world().screen()
                : new Output.Sink(opened.special() == Node.Kind.FULL);
    }
}

package teiten.decoy.shell;

import org.jspecify.annotations.Nullable;

import teiten.decoy.files.Body;
import teiten.decoy.files.Fault;
import teiten.decoy.files.Node;
import teiten.decoy.files.SessionFiles;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Finds what a command name means (function, builtin, program of the device, file of the visitor) and runs it.
///
/// A program is run only in this sense: the bytes of the device's own BusyBox mean the applet of the called name, text
/// means a script, and any other ELF file is noted and "runs" silently when it is for this device's CPU. No process is
/// ever started.
public final class Launcher {
    static final int NOT_FOUND = 127;
    static final int NOT_EXECUTABLE = 126;
    private static final Set<String> NOT_APPLETS = Set.of("bash", "curl", "lscpu");

    private final Shell shell;
    private final Builtins builtins;
    private final Evaluator evaluator;

    Launcher(Shell shell, Evaluator evaluator) {
        this.shell = shell;
        this.evaluator = evaluator;
        this.builtins = new Builtins(shell, evaluator);
    }

    int launch(List<String> words, Io io) {
        String name = words.getFirst();
        List<String> args = words.subList(1, words.size());
        Syntax function = shell.functions.get(name);
        if (function != null) {
            return evaluator.call(function, args, io);
        }
        Builtins.Builtin builtin = Builtins.named(name);
        if (builtin != null) {
            return builtins.run(builtin, new Call(shell, name, args, io));
        }
        return start(shell, words, io);
    }

    /// Runs a program by name or path, as `execvp` would.
    public static int start(Shell shell, List<String> words, Io io) {
        String name = words.getFirst();
        List<String> args = words.subList(1, words.size());
        SessionFiles.Found found = locate(shell, name);
        if (found == null || found.node() == null) {
            Fault fault = found == null ? Fault.NOT_FOUND : found.fault();
            boolean lost = fault == Fault.NOT_FOUND;
            String why = lost ? "not found" : fault.text();
            io.err().print(shell.name() + ": " + name + ": " + why + "\n");
            return lost ? NOT_FOUND : NOT_EXECUTABLE;
        }
        if (!(found.node() instanceof Node.Plain plain) || (plain.mode() & 0111) == 0) {
            io.err().print(shell.name() + ": " + name + ": Permission denied\n");
            return NOT_EXECUTABLE;
        }
        return execute(shell, name, found.path(), plain.body(), args, io);
    }

    /// The file that a command name stands for; null when `PATH` holds none.
    public static SessionFiles.@Nullable Found locate(Shell shell, String name) {
        if (name.indexOf('/') >= 0) {
            return shell.files().find(shell.cwd(), name, true);
        }
        if (name.isEmpty()) {
            return null;
        }
        for (String directory : shell.variable("PATH").split(":", 16)) {
            SessionFiles.Found found =
                    shell.files().find(shell.cwd(), directory + "/" + name, true);
            if (found.node() instanceof Node.Plain) {
                return found;
            }
        }
        return null;
    }

    private static int execute(
            Shell shell, String name, String path, Body body, List<String> args, Io io) {
        if (sameBytes(body, shell.device().program())) {
            String applet = name.substring(name.lastIndexOf('/') + 1);
            return applet(shell, applet, args, io, true);
        }
        if (body.length() > 0 && !body.isFixed() && !shell.device().isInert(body)) {
            shell.world().witness().captured(path, body.writer(), body.copy());
        }
        byte[] bytes = body.bytes();
        if (body.length() > 3 && bytes[0] == 0x7F && bytes[1] == 'E' && bytes[2] == 'L') {
            if (shell.device().machine().runs(bytes, body.length())) {
                return 0;
            }
            io.err().print(name + ": line 1: syntax error: unexpected \"(\"\n");
            return 2;
        }
        return script(shell, name, body, args, io);
    }

    private static boolean sameBytes(Body one, Body other) {
        return one == other
                || (one.length() == other.length()
                        && Arrays.equals(
                                one.bytes(), 0, one.length(), other.bytes(), 0, other.length()));
    }

    /// Runs a file as a script; also for `sh file`.
    static int script(Shell shell, String called, Body body, List<String> args, Io io) {
        String text =
                new String(
                        body.bytes(),
                        0,
                        Math.min(body.length(), 1 << 18),
                        StandardCharsets.ISO_8859_1);
        return shell.script(called, args).runText(text.replace("\r\n", "\n"), io);
    }

    /// Runs one of the device's applets by its name.
    ///
    /// @param called whether BusyBox was called by the applet's name (through a link) and not as `busybox name`
    public static int applet(Shell shell, String name, List<String> args, Io io, boolean called) {
        String applet = called && name.startsWith("busybox") ? "busybox" : name;
        boolean known = shell.device().applets().containsKey(applet);
        Applet program = shell.world().applets().get(applet);
        if (!known || program == null || (!called && NOT_APPLETS.contains(applet))) {
            io.err().print(name + ": applet not found\n");
            return NOT_FOUND;
        }
        shell.budget().step();
        return program.run(new Call(shell, applet, args, io));
    }
}

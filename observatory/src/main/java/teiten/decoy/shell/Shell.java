package teiten.decoy.shell;

import org.jspecify.annotations.Nullable;

import teiten.decoy.device.Device;
import teiten.decoy.files.SessionFiles;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One shell process of a session: its variables, directory and functions, over the session's files and budget.
///
/// A subshell is a copy that shares files, budget, terminal and witness. Everything runs on the session's own thread;
/// the stages of a pipe run one after the other over bounded buffers.
public final class Shell {
    private static final int MOST_VARIABLES = 256;
    private static final int LONGEST_VALUE = 1 << 16;

    /// All variables of one shell together.
    private static final int MOST_CHARS = 1 << 18;

    private static final int LONGEST_SCRIPT = 1 << 18;
    static final int MOST_FUNCTIONS = 64;

    private final World world;
    private final Map<String, String> variables;
    private final Set<String> exported;
    final Map<String, Syntax> functions;
    private int variableChars;
    private String cwd;
    private String name;
    List<String> positional = List.of();
    int status;
    private @Nullable Leaving leaving;
    private int leavingLevels;

    /// What all shells of one session share.
    ///
    /// @param applets every program that this build knows, by name; the device decides which of them it has
    public record World(
            Device device,
            SessionFiles files,
            Budget budget,
            Terminal terminal,
            Input.Keyboard keyboard,
            Output screen,
            Witness witness,
            InstantSource clock,
            Map<String, Applet> applets) {}

    /// Why the commands that follow are skipped.
    enum Leaving {
        BREAK,
        CONTINUE,
        RETURN,
        EXIT
    }

    /// A login shell.
    public Shell(World world) {
        this(
                world,
                "-sh",
                new HashMap<>(),
                new HashSet<>(),
                new HashMap<>(),
                world.device().home());
        export("HOME", world.device().home());
        export("PATH", "/bin:/sbin:/usr/bin:/usr/sbin");
        export("SHELL", "/bin/sh");
        export("TERM", "vt102");
        export("USER", "root");
        export("LOGNAME", "root");
        export("PWD", cwd);
        variables.put("PS1", world.device().telnet().prompt());
        variables.put("PS2", "> ");
        variables.put("IFS", " \t\n");
    }

    private Shell(
            World world,
            String name,
            Map<String, String> variables,
            Set<String> exported,
            Map<String, Syntax> functions,
            String cwd) {
        this.world = world;
        this.name = name;
        this.variables = variables;
        this.exported = exported;
        this.functions = functions;
        this.cwd = cwd;
    }

    /// A copy for a subshell or a script.
    public Shell fork() {
        Shell child =
                new Shell(
                        world,
                        name,
                        new HashMap<>(variables),
                        new HashSet<>(exported),
                        new HashMap<>(functions),
                        cwd);
        child.positional = positional;
        child.variableChars = variableChars;
        child.status = status;
        return child;
    }

    /// A copy for a script or `sh`.
    ///
    /// @param called what it calls itself in its messages
    public Shell script(String called, List<String> args) {
        Shell child = fork();
        child.functions.clear();
        child.name = called;
        child.positional = args;
        child.status = 0;
        return child;
    }

    public World world() {
        return world;
    }

    public Device device() {
        return world.device();
    }

    public SessionFiles files() {
        return world.files();
    }

    public Budget budget() {
        return world.budget();
    }

    public long now() {
        return world.clock().instant().getEpochSecond();
    }

    public String cwd() {
        return cwd;
    }

    public void enterDirectory(String path) {
        export("OLDPWD", cwd);
        cwd = path;
        export("PWD", path);
    }

    public String name() {
        return name;
    }

    public int status() {
        return status;
    }

    public String variable(String key) {
        return variables.getOrDefault(key, "");
    }

    boolean isSet(String key) {
        return variables.containsKey(key);
    }

    /// Sets a variable; one too many, or one too long, is dropped as a shell without memory would.
    public void set(String key, String value) {
        int chars = variableChars + value.length() - variable(key).length();
        if (value.length() <= LONGEST_VALUE
                && chars <= MOST_CHARS
                && (variables.size() < MOST_VARIABLES || variables.containsKey(key))) {
            budget().copied(value.length());
            variables.put(key, value);
            variableChars = chars;
        }
    }

    public void export(String key, String value) {
        set(key, value);
        exported.add(key);
    }

    public void unset(String key) {
        variableChars -= variable(key).length();
        variables.remove(key);
        exported.remove(key);
    }

    /// `NAME=value` of all exported variables.
    public List<String> environment() {
        List<String> all = new ArrayList<>();
        exported.stream().sorted().forEach(key -> all.add(key + "=" + variable(key)));
        return all;
    }

    public List<String> allVariables() {
        List<String> all = new ArrayList<>();
        variables.keySet().stream()
                .sorted()
                .forEach(key -> all.add(key + "='" + variables.get(key) + "'"));
        return all;
    }

    @Nullable Leaving leaving() {
        return leaving;
    }

    void leave(Leaving how, int levels) {
        leaving = how;
        leavingLevels = levels;
    }

    /// Called by a loop after its body: true when the loop has to end.
    boolean leavesLoop() {
        return switch (leaving) {
            case null -> false;
            case BREAK -> {
                if (--leavingLevels <= 0) {
                    leaving = null;
                }
                yield true;
            }
            case CONTINUE -> {
                if (--leavingLevels <= 0) {
                    leaving = null;
                    yield false;
                }
                yield true;
            }
            case RETURN, EXIT -> true;
        };
    }

    void returned() {
        if (leaving == Leaving.RETURN) {
            leaving = null;
        }
    }

    public boolean exited() {
        return leaving == Leaving.EXIT;
    }

    /// Ends this shell, as `reboot` does.
    public void leaveSession() {
        leave(Leaving.EXIT, 1);
    }

    Io screenIo() {
        return new Io(world.keyboard(), world.screen(), world.screen());
    }

    /// Reads lines from the keyboard and runs them until `exit` or the end of the connection.
    public int interact() {
        StringBuilder text = new StringBuilder();
        Terminal terminal = world.terminal();
        while (!exited()) {
            world.screen().print(text.isEmpty() ? prompt() : variable("PS2"));
            String line = terminal.readLine();
            if (line == null) {
                return status;
            }
            if (text.isEmpty() && line.isBlank()) {
                continue;
            }
            world.witness().command(line);
            text.append(line);
            if (text.length() > LONGEST_SCRIPT) {
                world.screen().print(name + ": out of memory\n");
                text.setLength(0);
                continue;
            }
            if (runLine(text.toString(), screenIo())) {
                text.setLength(0);
            } else {
                text.append('\n');
            }
            if (budget().spent()) {
                return status;
            }
        }
        return status;
    }

    /// Runs one command that came whole, without a terminal, as `sh -c` does; output goes to the screen.
    public int runCommand(String line) {
        Io io = new Io(world.keyboard(), world.screen(), world.screen());
        if (!runLine(line, io)) {
            world.screen().print(name + ": syntax error: unexpected end of file\n");
            status = 2;
        }
        return status;
    }

    private String prompt() {
        String template = variable("PS1");
        if (template.indexOf('\\') < 0) {
            return template;
        }
        String home = variable("HOME");
        String shown =
                cwd.equals(home) && home.length() > 1
                        ? "~"
                        : cwd.startsWith(home + "/") && home.length() > 1
                                ? "~" + cwd.substring(home.length())
                                : cwd;
        return template.replace("\\w", shown)
                .replace("\\W", shown)
                .replace("\\h", device().hostname())
                .replace("\\u", "root")
                .replace("\\$", "#");
    }

    /// Runs a text as one typed line; false when the text is not complete yet.
    public boolean runLine(String text, Io io) {
        Parsed parsed = Parser.parse(text);
        return switch (parsed) {
            case Parsed.NeedsMore _ -> false;
            case Parsed.Wrong wrong -> {
                io.err().print(name + ": " + wrong.message() + "\n");
                status = 2;
                yield true;
            }
            case Parsed.Whole whole -> {
                try {
                    budget().refill();
                    new Evaluator(this).run(whole.syntax(), io);
                } catch (Budget.Exhausted exhausted) {
                    bounded(exhausted.bound(), io);
                } finally {
                    budget().rest();
                }
                if (leaving != Leaving.EXIT) {
                    leaving = null;
                }
                world.keyboard().reopen();
                yield true;
            }
        };
    }

    private void bounded(Budget.Bound bound, Io io) {
        world.witness().bounded(bound);
        status = 1;
        String said =
                switch (bound) {
                    case DEPTH -> name + ": can't fork: Resource temporarily unavailable\n";
                    case STEPS, TIME -> "Killed\n";
                    case COPIED -> name + ": out of memory\n";
                    case SHOWN, SESSION -> "";
                };
        try {
            budget().refill();
            io.err().print(said);
        } catch (Budget.Exhausted _) {
            // the session as a whole is over its bound: nothing more is said, and the caller ends
            // it
        }
    }

    /// Runs the text of a script, of `sh -c`, `eval` or `.`: gives the exit status.
    public int runText(String text, Io io) {
        budget().descend();
        try {
            budget().step();
            budget().copied(text.length());
            switch (Parser.parse(text)) {
                case Parsed.Whole whole -> new Evaluator(this).run(whole.syntax(), io);
                case Parsed.NeedsMore _ -> {
                    io.err().print(name + ": syntax error: unexpected end of file\n");
                    status = 2;
                }
                case Parsed.Wrong wrong -> {
                    io.err().print(name + ": " + wrong.message() + "\n");
                    status = 2;
                }
            }
            return status;
        } finally {
            budget().ascend();
        }
    }
}

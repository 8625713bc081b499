package teiten.decoy.shell;

import org.jspecify.annotations.Nullable;

import teiten.decoy.files.Fault;
import teiten.decoy.files.Node;
import teiten.decoy.files.SessionFiles;
import teiten.decoy.shell.Shell.Leaving;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The commands that ash itself carries out.
final class Builtins {
    private static final int DEFAULT_WIDTH = 76;

    private final Shell shell;
    private final Evaluator evaluator;

    Builtins(Shell shell, Evaluator evaluator) {
        this.shell = shell;
        this.evaluator = evaluator;
    }

    enum Builtin {
        DOT("."),
        COLON(":"),
        TEST("["),
        TEST_LONG("[["),
        ALIAS("alias"),
        BG("bg"),
        BREAK("break"),
        CD("cd"),
        CHDIR("chdir"),
        COMMAND("command"),
        CONTINUE("continue"),
        ECHO("echo"),
        EVAL("eval"),
        EXEC("exec"),
        EXIT("exit"),
        EXPORT("export"),
        FALSE("false"),
        FG("fg"),
        GETOPTS("getopts"),
        HASH("hash"),
        HELP("help"),
        HISTORY("history"),
        JOBS("jobs"),
        KILL("kill"),
        LET("let"),
        LOCAL("local"),
        PRINTF("printf"),
        PWD("pwd"),
        READ("read"),
        READONLY("readonly"),
        RETURN("return"),
        SET("set"),
        SHIFT("shift"),
        SOURCE("source"),
        TEST_WORD("test"),
        TIMES("times"),
        TRAP("trap"),
        TRUE("true"),
        TYPE("type"),
        ULIMIT("ulimit"),
        UMASK("umask"),
        UNALIAS("unalias"),
        UNSET("unset"),
        WAIT("wait");

        private final String word;

        Builtin(String word) {
            this.word = word;
        }
    }

    private static final Map<String, Builtin> BY_NAME = new TreeMap<>();

    static {
        for (Builtin builtin : Builtin.values()) {
            BY_NAME.put(builtin.word, builtin);
        }
    }

    static @Nullable Builtin named(String name) {
        return BY_NAME.get(name);
    }

    int run(Builtin builtin, Call call) {
        List<String> args = call.args();
        return switch (builtin) {
            case COLON,
                    TRUE,
                    ALIAS,
                    UNALIAS,
                    BG,
                    FG,
                    GETOPTS,
                    HASH,
                    JOBS,
                    READONLY,
                    TIMES,
                    TRAP,
                    WAIT ->
                    0;
            case FALSE -> 1;
            case DOT, SOURCE -> source(call);
            case BREAK -> leave(Leaving.BREAK, args);
            case CONTINUE -> leave(Leaving.CONTINUE, args);
            case RETURN -> leaveWith(Leaving.RETURN, args);
            case EXIT -> leaveWith(Leaving.EXIT, args);
            case CD, CHDIR -> changeDirectory(call);
            case PWD -> {
                call.print(shell.cwd() + "\n");
                yield 0;
            }
            case EVAL -> shell.runText(String.join(" ", args), call.io());
            case COMMAND -> command(call);
            case EXEC -> args.isEmpty() ? 0 : exec(call);
            case EXPORT, LOCAL -> export(call, builtin == Builtin.EXPORT);
            case UNSET -> {
                args.forEach(shell::unset);
                yield 0;
            }
            case SET -> set(call);
            case SHIFT -> shift(args);
            case READ -> read(call);
            case TYPE -> type(call);
            case LET -> let(args);
            case HELP -> help(call);
            case HISTORY -> 0;
            case ULIMIT -> {
                call.print("unlimited\n");
                yield 0;
            }
            case UMASK -> {
                if (args.isEmpty()) {
                    call.print("0022\n");
                }
                yield 0;
            }
            case TEST, TEST_LONG, TEST_WORD, ECHO, PRINTF, KILL -> {
                Applet applet = shell.world().applets().get(call.name());
                yield applet == null ? 1 : applet.run(call);
            }
        };
    }

    private int leave(Leaving how, List<String> args) {
        evaluator.leave(how, args.isEmpty() ? 1 : Math.max(1, number(args.getFirst(), 1)));
        return 0;
    }

    private int leaveWith(Leaving how, List<String> args) {
        int status = args.isEmpty() ? shell.status : number(args.getFirst(), 2) & 0xFF;
        evaluator.leave(how, 1);
        return status;
    }

    private static int number(String text, int otherwise) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            return otherwise;
        }
    }

    private int source(Call call) {
        if (call.args().isEmpty()) {
            return call.with(shell.name() + ": .", List.of()).fail("filename argument required");
        }
        Opening.Opened opened = Opening.readable(shell, call.args().getFirst());
        Input input = opened.input();
        if (input == null) {
            call.io()
                    .err()
                    .print(shell.name() + ": .: can't open '" + call.args().getFirst() + "'\n");
            return 2;
        }
        String text = new String(input.rest(1 << 18), java.nio.charset.StandardCharsets.ISO_8859_1);
        int status = shell.runText(text, call.io());
        shell.returned();
        return status;
    }

    private int changeDirectory(Call call) {
        String to = call.args().isEmpty() ? shell.variable("HOME") : call.args().getFirst();
        if (to.equals("-")) {
            to = shell.variable("OLDPWD");
        }
        if (to.equals("--")) {
            to = call.args().size() > 1 ? call.args().get(1) : shell.variable("HOME");
        }
        SessionFiles.Found found = shell.files().find(shell.cwd(), to, true);
        if (!(found.node() instanceof Node.Directory)) {
            Fault fault = found.node() == null ? found.fault() : Fault.NOT_A_DIRECTORY;
            boolean says = shell.device().busyBox().since(1, 20);
            call.io()
                    .err()
                    .print(
                            shell.name()
                                    + ": cd: can't cd to "
                                    + to
                                    + (says ? ": " + fault.text() : "")
                                    + "\n");
            return says ? 1 : 2;
        }
        shell.enterDirectory(found.path());
        return 0;
    }

    private int command(Call call) {
        List<String> args = call.args();
        if (args.isEmpty()) {
            return 0;
        }
        if (args.getFirst().equals("-v") || args.getFirst().equals("-V")) {
            return type(call.with("command", args.subList(1, args.size())));
        }
        return Launcher.start(shell, args, call.io());
    }

    private int exec(Call call) {
        int status = new Launcher(shell, evaluator).launch(call.args(), call.io());
        evaluator.leave(Leaving.EXIT, 1);
        return status;
    }

    private int export(Call call, boolean exported) {
        if (call.args().isEmpty()) {
            shell.environment().forEach(line -> call.print("export " + line + "\n"));
        }
        for (String arg : call.args()) {
            int equals = arg.indexOf('=');
            String key = equals < 0 ? arg : arg.substring(0, equals);
            String value = equals < 0 ? shell.variable(key) : arg.substring(equals + 1);
            if (exported) {
                shell.export(key, value);
            } else {
                shell.set(key, value);
            }
        }
        return 0;
    }

    private int set(Call call) {
        List<String> args = call.args();
        if (args.isEmpty()) {
            shell.allVariables().forEach(line -> call.print(line + "\n"));
            return 0;
        }
        int i = 0;
        while (i < args.size() && (args.get(i).startsWith("-") || args.get(i).startsWith("+"))) {
            boolean end = args.get(i++).equals("--");
            if (end) {
                shell.positional = List.copyOf(args.subList(i, args.size()));
                return 0;
            }
        }
        if (i < args.size()) {
            shell.positional = List.copyOf(args.subList(i, args.size()));
        }
        return 0;
    }

    private int shift(List<String> args) {
        int n = args.isEmpty() ? 1 : number(args.getFirst(), 1);
        if (n < 0 || n > shell.positional.size()) {
            return 1;
        }
        shell.positional = List.copyOf(shell.positional.subList(n, shell.positional.size()));
        return 0;
    }

    private int read(Call call) {
        List<String> names = new ArrayList<>();
        boolean raw = false;
        List<String> args = call.args();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (arg.startsWith("-") && arg.length() > 1 && names.isEmpty()) {
                raw |= arg.indexOf('r') > 0;
                if (arg.endsWith("p")
                        || arg.endsWith("t")
                        || arg.endsWith("n")
                        || arg.endsWith("u")) {
                    i++;
                    if (arg.endsWith("p") && i < args.size()) {
                        call.io().err().print(args.get(i));
                    }
                }
            } else {
                names.add(arg);
            }
        }
        String line = call.io().in().line();
        if (line == null) {
            names.forEach(name -> shell.set(name, ""));
            return 1;
        }
        shell.budget().copied(line.length());
        while (!raw && line.endsWith("\\")) {
            String more = call.io().in().line();
            line = line.substring(0, line.length() - 1) + (more == null ? "" : more);
            if (more == null || line.length() > 1 << 16) {
                break;
            }
        }
        String text = raw ? line : line.replace("\\", "");
        text = text.replace("\0", "");
        if (names.isEmpty()) {
            shell.set("REPLY", text);
            return 0;
        }
        String[] values = text.strip().split("[ \t]+", names.size());
        for (int i = 0; i < names.size(); i++) {
            shell.set(names.get(i), i < values.length ? values[i] : "");
        }
        return 0;
    }

    private int type(Call call) {
        int status = 0;
        boolean brief = call.name().equals("command");
        for (String name : call.args()) {
            SessionFiles.Found found = Launcher.locate(shell, name);
            if (named(name) != null) {
                call.print(brief ? name + "\n" : name + " is a shell builtin\n");
            } else if (found != null && found.node() != null) {
                String at = shell.device().applets().getOrDefault(name, found.path());
                call.print(brief ? at + "\n" : name + " is " + at + "\n");
            } else {
                if (!brief) {
                    call.print(name + ": not found\n");
                }
                status = Launcher.NOT_FOUND;
            }
        }
        return status;
    }

    private int let(List<String> args) {
        long value = 0;
        for (String arg : args) {
            int equals = arg.indexOf('=');
            Long sum = Sum.of(equals > 0 ? arg.substring(equals + 1) : arg, shell::variable);
            value = sum == null ? 0 : sum;
            if (equals > 0) {
                shell.set(arg.substring(0, equals), Long.toString(value));
            }
        }
        return value != 0 ? 0 : 1;
    }

    private int help(Call call) {
        StringBuilder out = new StringBuilder("\nBuilt-in commands:\n-------------------\n");
        StringBuilder line = new StringBuilder("\t");
        List<String> words = Arrays.stream(Builtin.values()).map(b -> b.word).toList();
        for (String word : words) {
            if (line.length() + word.length() > DEFAULT_WIDTH) {
                out.append(line).append('\n');
                line.setLength(0);
                line.append('\t');
            }
            line.append(word).append(' ');
        }
        call.print(out.append(line).append("\n\n").toString());
        return 0;
    }
}

package teiten.decoy.shell;

import org.jspecify.annotations.Nullable;

import teiten.decoy.shell.Shell.Leaving;
import teiten.decoy.shell.Syntax.Redirect;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Walks the tree and does what it says. Every step is charged to the session's [Budget].
final class Evaluator {
    private final Shell shell;
    private final Expansion expansion;
    private final Launcher launcher;

    Evaluator(Shell shell) {
        this.shell = shell;
        this.expansion = new Expansion(shell, this);
        this.launcher = new Launcher(shell, this);
    }

    /// Runs a command in this shell; its exit status is left in the shell.
    void run(Syntax syntax, Io io) {
        shell.budget().step();
        switch (syntax) {
            case Syntax.Simple simple -> simple(simple, io);
            case Syntax.Pipeline pipeline -> pipeline(pipeline, io);
            case Syntax.Both both -> both(both, io);
            case Syntax.Sequence sequence -> {
                for (Syntax command : sequence.commands()) {
                    run(command, io);
                    if (shell.leaving() != null) {
                        return;
                    }
                }
            }
            case Syntax.Background background -> {
                inSubshell(background.command(), new Io(Input.Bytes.NOTHING, io.out(), io.err()));
                shell.status = 0;
            }
            case Syntax.Subshell subshell -> {
                Io redirected = redirect(subshell.redirects(), io, "sh");
                if (redirected != null) {
                    shell.status = inSubshell(subshell.body(), redirected);
                }
            }
            case Syntax.Group group ->
                    nested(group.redirects(), io, inner -> run(group.body(), inner));
            case Syntax.If choice -> nested(choice.redirects(), io, inner -> choose(choice, inner));
            case Syntax.While loop -> nested(loop.redirects(), io, inner -> loop(loop, inner));
            case Syntax.For loop -> nested(loop.redirects(), io, inner -> loop(loop, inner));
            case Syntax.Case choice ->
                    nested(choice.redirects(), io, inner -> choose(choice, inner));
            case Syntax.Function function -> {
                if (shell.functions.size() < Shell.MOST_FUNCTIONS) {
                    shell.functions.put(function.name(), function.body());
                }
                shell.status = 0;
            }
        }
    }

    private interface Body {
        void run(Io io);
    }

    private void nested(List<Redirect> redirects, Io io, Body body) {
        Io redirected = redirects.isEmpty() ? io : redirect(redirects, io, "sh");
        if (redirected == null) {
            return;
        }
        shell.budget().descend();
        try {
            body.run(redirected);
        } finally {
            shell.budget().ascend();
        }
    }

    /// Runs a command in a copy of the shell and gives its exit status.
    int inSubshell(Syntax syntax, Io io) {
        shell.budget().descend();
        try {
            Shell child = shell.fork();
            new Evaluator(child).run(syntax, io);
            return child.status;
        } finally {
            shell.budget().ascend();
        }
    }

    private void both(Syntax.Both both, Io io) {
        // A long chain leans to the left; walking it with a stack keeps its length out of the
        // recursion.
        Deque<Syntax.Both> chain = new ArrayDeque<>();
        Syntax first = both;
        while (first instanceof Syntax.Both link) {
            chain.push(link);
            first = link.left();
        }
        run(first, io);
        while (!chain.isEmpty() && shell.leaving() == null) {
            Syntax.Both link = chain.pop();
            if (shell.status == 0 == link.and()) {
                run(link.right(), io);
            }
        }
    }

    private void pipeline(Syntax.Pipeline pipeline, Io io) {
        Input in = io.in();
        List<Syntax> stages = pipeline.stages();
        for (int i = 0; i < stages.size() - 1; i++) {
            Output.Buffer pipe = new Output.Buffer(shell.budget());
            inSubshell(stages.get(i), new Io(in, pipe, io.err()));
            in = pipe.asInput();
        }
        if (stages.size() == 1) {
            run(stages.getFirst(), io);
        } else {
            shell.status = inSubshell(stages.getLast(), new Io(in, io.out(), io.err()));
        }
        if (pipeline.negated()) {
            shell.status = shell.status == 0 ? 1 : 0;
        }
    }

    private void choose(Syntax.If choice, Io io) {
        run(choice.condition(), io);
        if (shell.leaving() != null) {
            return;
        }
        if (shell.status == 0) {
            run(choice.then(), io);
        } else if (choice.otherwise() != null) {
            run(choice.otherwise(), io);
        } else {
            shell.status = 0;
        }
    }

    private void loop(Syntax.While loop, Io io) {
        int status = 0;
        while (true) {
            run(loop.condition(), io);
            if (shell.leaving() != null && shell.leavesLoop()) {
                return;
            }
            if (shell.status == 0 == loop.until()) {
                break;
            }
            run(loop.body(), io);
            status = shell.status;
            if (shell.leavesLoop()) {
                return;
            }
        }
        shell.status = status;
    }

    private void loop(Syntax.For loop, Io io) {
        List<String> values =
                loop.words() == null ? shell.positional : expansion.fields(loop.words());
        if (values == null) {
            shell.status = 1;
            return;
        }
        shell.status = 0;
        for (String value : values) {
            shell.budget().step();
            shell.set(loop.name(), value);
            run(loop.body(), io);
            if (shell.leavesLoop()) {
                return;
            }
        }
    }

    private void choose(Syntax.Case choice, Io io) {
        String subject = expansion.text(choice.subject());
        shell.status = 0;
        for (Syntax.Arm arm : choice.arms()) {
            for (Syntax.Word pattern : arm.patterns()) {
                shell.budget().step();
                String wanted = expansion.pattern(pattern);
                shell.budget().work((long) wanted.length() * (subject.length() + 1L));
                if (Glob.matches(wanted, subject)) {
                    run(arm.body(), io);
                    return;
                }
            }
        }
    }

    private void simple(Syntax.Simple simple, Io io) {
        List<String> words = expansion.fields(simple.words());
        Io redirected = redirect(simple.redirects(), io, tool(words));
        if (words == null || redirected == null) {
            shell.status = 1;
            return;
        }
        if (words.isEmpty()) {
            shell.status = 0;
            for (Syntax.Assignment assignment : simple.assignments()) {
                shell.set(assignment.name(), expansion.text(assignment.value()));
            }
            if (words.equals(List.of("exec"))) {
                shell.status = 0;
            }
            return;
        }
        List<String> names = new ArrayList<>();
        List<@Nullable String> before = new ArrayList<>();
        for (Syntax.Assignment assignment : simple.assignments()) {
            names.add(assignment.name());
            before.add(shell.isSet(assignment.name()) ? shell.variable(assignment.name()) : null);
            shell.set(assignment.name(), expansion.text(assignment.value()));
        }
        int status = launcher.launch(words, redirected);
        for (int i = names.size() - 1; i >= 0; i--) {
            String old = before.get(i);
            if (old == null) {
                shell.unset(names.get(i));
            } else {
                shell.set(names.get(i), old);
            }
        }
        shell.status = status;
    }

    /// The program that writes, without its path and without `busybox` before it.
    private static String tool(@Nullable List<String> words) {
        if (words == null || words.isEmpty()) {
            return "sh";
        }
        String first = words.getFirst().substring(words.getFirst().lastIndexOf('/') + 1);
        String tool = first.equals("busybox") && words.size() > 1 ? words.get(1) : first;
        return tool.length() <= 32 ? tool : "sh";
    }

    /// Calls a function of the shell.
    int call(Syntax body, List<String> args, Io io) {
        shell.budget().descend();
        List<String> outer = shell.positional;
        shell.positional = args;
        try {
            run(body, io);
            shell.returned();
            return shell.status;
        } finally {
            shell.positional = outer;
            shell.budget().ascend();
        }
    }

    /// The streams after the redirections; null, with a message and a status, when one of them cannot be opened.
    private @Nullable Io redirect(List<Redirect> redirects, Io io, String tool) {
        Io now = io;
        for (Redirect redirect : redirects) {
            Io next = redirect(redirect, now, tool);
            if (next == null) {
                shell.status = 1;
                return null;
            }
            now = next;
        }
        return now;
    }

    private @Nullable Io redirect(Redirect redirect, Io io, String tool) {
        String target = expansion.text(redirect.target());
        return switch (redirect.kind()) {
            case HERE -> io.withIn(Input.Bytes.of(target));
            case DUPLICATE -> duplicate(redirect.fd(), target, io);
            case READ, READ_WRITE -> {
                Input in = Opening.read(shell, target, io);
                yield in == null ? null : redirect.fd() == 0 ? io.withIn(in) : io;
            }
            case WRITE, APPEND -> {
                boolean append = redirect.kind() == Syntax.Kind.APPEND;
                Output out = Opening.write(shell, target, append, io, tool);
                yield out == null ? null : point(redirect.fd(), out, io);
            }
        };
    }

    private static Io point(int fd, Output out, Io io) {
        return switch (fd) {
            case 1 -> io.withOut(out);
            case 2 -> io.withErr(out);
            default -> io;
        };
    }

    private @Nullable Io duplicate(int fd, String target, Io io) {
        return switch (target) {
            case "1" -> point(fd, io.out(), io);
            case "2" -> point(fd, io.err(), io);
            case "-" -> fd == 0 ? io.withIn(Input.Bytes.NOTHING) : point(fd, Output.Sink.NULL, io);
            case "0", "3", "4", "5", "6", "7", "8", "9" -> io;
            default -> {
                io.err().print(shell.name() + ": syntax error: bad fd number\n");
                yield null;
            }
        };
    }

    /// `exit`, `return`, `break`, `continue`.
    void leave(Leaving how, int levels) {
        shell.leave(how, levels);
    }
}

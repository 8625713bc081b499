package teiten.decoy.applet;

import teiten.decoy.files.Node;
import teiten.decoy.shell.Applet;
import teiten.decoy.shell.Call;
import teiten.decoy.shell.Input;
import teiten.decoy.shell.Launcher;
import teiten.decoy.shell.Opening;
import teiten.decoy.shell.Shell;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// BusyBox itself, the shells, and the applets that run other commands.
final class ShellApplets {
    private static final int LONGEST_SLEEP = 60;

    private ShellApplets() {}

    static void install(Map<String, Applet> all) {
        all.put("busybox", ShellApplets::busybox);
        for (String shell : List.of("sh", "ash", "bash")) {
            all.put(shell, ShellApplets::sh);
        }
        all.put("env", ShellApplets::env);
        all.put("xargs", ShellApplets::xargs);
        all.put("which", ShellApplets::which);
        all.put("sleep", call -> sleep(call, 1000));
        all.put("usleep", call -> sleep(call, 1));
        all.put("true", _ -> 0);
        all.put("false", _ -> 1);
        all.put(
                "pwd",
                call -> {
                    call.print(call.shell().cwd() + "\n");
                    return 0;
                });
        all.put("nohup", call -> after(call, 0));
        all.put("setsid", call -> after(call, 0));
        all.put("time", call -> after(call, 0));
        all.put(
                "nice",
                call ->
                        after(
                                call,
                                call.args().size() > 1 && call.args().getFirst().equals("-n")
                                        ? 2
                                        : 0));
        all.put(
                "timeout",
                call ->
                        after(
                                call,
                                call.args().size() > 1 && call.args().getFirst().equals("-t")
                                        ? 2
                                        : 1));
        all.put("chroot", call -> after(call, 1));
        all.put("getopt", _ -> 0);
    }

    private static int busybox(Call call) {
        if (call.args().isEmpty() || call.args().getFirst().equals("--help")) {
            call.print(about(call));
            return 0;
        }
        if (call.args().getFirst().startsWith("--list")) {
            boolean full = call.args().getFirst().equals("--list-full");
            new TreeMap<>(call.shell().device().applets())
                    .forEach((name, path) -> call.print((full ? path.substring(1) : name) + "\n"));
            return 0;
        }
        List<String> args = call.args();
        return Launcher.applet(
                call.shell(), args.getFirst(), args.subList(1, args.size()), call.io(), false);
    }

    private static String about(Call call) {
        StringBuilder out = new StringBuilder();
        out.append(call.shell().device().busyBox().banner());
        out.append(
                """
                 multi-call binary.
                Copyright (C) 1998-2011 Erik Andersen, Rob Landley, Denys Vlasenko
                and others. Licensed under GPLv2.
                See source distribution for full notice.

                Usage: busybox [function] [arguments]...
                   or: busybox --list[-full]
                   or: function [arguments]...

                \tBusyBox is a multi-call binary that combines many common Unix
                \tutilities into a single executable.  Most people will create a
                \tlink to busybox for each function they wish to use and BusyBox
                \twill act like whatever it was invoked as.

                Currently defined functions:
                """);
        StringBuilder line = new StringBuilder("\t");
        for (String name : new TreeMap<>(call.shell().device().applets()).keySet()) {
            if (line.length() + name.length() > 70) {
                out.append(line).append('\n');
                line.setLength(0);
                line.append('\t');
            }
            line.append(name).append(", ");
        }
        return out.append(line.substring(0, line.length() - 2)).append("\n\n").toString();
    }

    private static int sh(Call call) {
        Shell outer = call.shell();
        List<String> args = new ArrayList<>(call.args());
        while (!args.isEmpty()
                && args.getFirst().startsWith("-")
                && !args.getFirst().equals("-c")
                && !args.getFirst().equals("-s")
                && !args.getFirst().equals("-")) {
            if (args.getFirst().endsWith("c")) {
                args.set(0, "-c");
                break;
            }
            args.removeFirst();
        }
        if (!args.isEmpty() && args.getFirst().equals("-c")) {
            if (args.size() < 2) {
                return call.fail("-c requires an argument");
            }
            List<String> positional =
                    args.size() > 3 ? List.copyOf(args.subList(3, args.size())) : List.of();
            return outer.script(args.size() > 2 ? args.get(2) : call.name(), positional)
                    .runText(args.get(1), call.io());
        }
        if (!args.isEmpty() && !args.getFirst().equals("-s") && !args.getFirst().equals("-")) {
            Opening.Opened opened = Opening.readable(outer, args.getFirst());
            if (opened.input() == null) {
                boolean says = outer.device().busyBox().since(1, 20);
                call.io()
                        .err()
                        .print(
                                call.name()
                                        + ": can't open '"
                                        + args.getFirst()
                                        + "'"
                                        + (says ? ": " + opened.fault().text() : "")
                                        + "\n");
                return says ? 2 : 127;
            }
            if (outer.files().find(outer.cwd(), args.getFirst(), true).node()
                            instanceof Node.Plain plain
                    && !plain.body().isFixed()
                    && !outer.device().isInert(plain.body())
                    && plain.body().length() > 0) {
                outer.world()
                        .witness()
                        .captured(args.getFirst(), plain.body().writer(), plain.body().copy());
            }
            return run(
                    call,
                    opened.input(),
                    args.getFirst(),
                    List.copyOf(args.subList(1, args.size())));
        }
        if (call.io().in() instanceof Input.Keyboard) {
            outer.budget().descend();
            try {
                call.print(outer.device().telnet().shellBanner().replace("\r\n", "\n"));
                return outer.script(call.name(), List.of()).interact();
            } finally {
                outer.budget().ascend();
                outer.budget().refill();
            }
        }
        return run(call, call.io().in(), call.name(), List.of());
    }

    private static int run(Call call, Input input, String name, List<String> positional) {
        String text =
                new String(input.rest(1 << 18), StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
        return call.shell().script(name, positional).runText(text, call.io());
    }

    private static int env(Call call) {
        List<String> args = new ArrayList<>(call.args());
        while (!args.isEmpty() && args.getFirst().indexOf('=') > 0) {
            int equals = args.getFirst().indexOf('=');
            call.shell()
                    .export(
                            args.getFirst().substring(0, equals),
                            args.getFirst().substring(equals + 1));
            args.removeFirst();
        }
        if (args.isEmpty()) {
            call.shell().environment().forEach(line -> call.print(line + "\n"));
            return 0;
        }
        return Launcher.start(call.shell(), args, call.io());
    }

    private static int xargs(Call call) {
        List<String> args = new ArrayList<>(call.args());
        String replace = "";
        while (!args.isEmpty() && args.getFirst().startsWith("-")) {
            String option = args.removeFirst();
            if (option.equals("-I") && !args.isEmpty()) {
                replace = args.removeFirst();
            } else if (option.equals("-n") && !args.isEmpty()) {
                args.removeFirst();
            }
        }
        if (args.isEmpty()) {
            args.add("echo");
        }
        String input = new String(call.io().in().rest(Sources.MOST), StandardCharsets.ISO_8859_1);
        List<String> items = new ArrayList<>();
        for (String item : input.trim().split("\\s+", 1024)) {
            if (!item.isEmpty()) {
                items.add(item);
            }
        }
        Io io = new Io(call);
        if (replace.isEmpty()) {
            args.addAll(items);
            return io.start(args);
        }
        int status = 0;
        for (String item : items) {
            List<String> one = new ArrayList<>();
            for (String arg : args) {
                one.add(arg.replace(replace, item));
            }
            status |= io.start(one);
        }
        return status;
    }

    private record Io(Call call) {
        int start(List<String> words) {
            return Launcher.start(
                    call.shell(),
                    words,
                    new teiten.decoy.shell.Io(
                            Input.Bytes.NOTHING, call.io().out(), call.io().err()));
        }
    }

    private static int after(Call call, int skipped) {
        if (call.args().size() <= skipped) {
            return call.args().isEmpty() ? Usage.show(call) : 0;
        }
        return Launcher.start(
                call.shell(), call.args().subList(skipped, call.args().size()), call.io());
    }

    private static int which(Call call) {
        int status = call.args().isEmpty() ? 1 : 0;
        for (String name : call.args()) {
            teiten.decoy.files.SessionFiles.Found found = Launcher.locate(call.shell(), name);
            if (found == null || found.node() == null) {
                status = 1;
            } else {
                call.print(call.shell().device().applets().getOrDefault(name, found.path()) + "\n");
            }
        }
        return status;
    }

    private static int sleep(Call call, int milliseconds) {
        if (call.args().isEmpty()) {
            return Usage.show(call);
        }
        long units =
                Options.number0(
                        call.args().getFirst().replaceAll("[smh]$", "").replaceAll("\\..*", ""),
                        -1);
        if (units < 0) {
            return call.fail("invalid number '" + call.args().getFirst() + "'");
        }
        call.shell()
                .world()
                .terminal()
                .pause(Math.min(units, LONGEST_SLEEP * 1000L) * milliseconds);
        call.shell().budget().rested();
        return 0;
    }
}

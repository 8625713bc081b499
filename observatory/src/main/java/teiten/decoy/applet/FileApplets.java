package teiten.decoy.applet;

import teiten.decoy.files.Body;
import teiten.decoy.files.Fault;
import teiten.decoy.files.Node;
import teiten.decoy.files.SessionFiles;
import teiten.decoy.files.SessionFiles.Found;
import teiten.decoy.shell.Applet;
import teiten.decoy.shell.Call;
import teiten.decoy.shell.Input;
import teiten.decoy.shell.Output;
import teiten.decoy.shell.Shell;

import java.util.List;
import java.util.Map;

/// Applets that create, copy, change and remove files.
final class FileApplets {
    private static final int BLOCK = 4096;

    private FileApplets() {}

    static void install(Map<String, Applet> all) {
        all.put("cat", FileApplets::cat);
        all.put("cp", FileApplets::cp);
        all.put("mv", FileApplets::mv);
        all.put("rm", FileApplets::rm);
        all.put("rmdir", FileApplets::rmdir);
        all.put("mkdir", FileApplets::mkdir);
        all.put("ln", FileApplets::ln);
        all.put("touch", FileApplets::touch);
        all.put("chmod", FileApplets::chmod);
        all.put("chown", FileApplets::owner);
        all.put("chgrp", FileApplets::owner);
        all.put("dd", FileApplets::dd);
        all.put(
                "mknod",
                call ->
                        call.args().size() < 2
                                ? Usage.show(call)
                                : make(call, call.args().getFirst()));
        all.put(
                "mkfifo",
                call ->
                        call.args().isEmpty()
                                ? Usage.show(call)
                                : make(call, call.args().getFirst()));
        all.put("mktemp", FileApplets::mktemp);
        all.put("readlink", FileApplets::readlink);
        all.put("realpath", FileApplets::realpath);
        all.put("sync", _ -> 0);
        all.put("fsync", _ -> 0);
    }

    private static Found find(Call call, String path, boolean follow) {
        return call.shell().files().find(call.shell().cwd(), path, follow);
    }

    private static int cat(Call call) {
        Options options = Options.of(call.args(), "");
        List<String> paths = options.operands().isEmpty() ? List.of("-") : options.operands();
        int status = 0;
        for (String path : paths) {
            Input input;
            if (find(call, path, true).node() instanceof Node.Directory && !path.equals("-")) {
                status = call.fail("read error: Is a directory");
                continue;
            }
            input = Sources.open(call, path);
            if (input == null) {
                status = 1;
                continue;
            }
            if (!copy(call, input, call.io().out())) {
                return call.fail("write error: No space left on device");
            }
        }
        return status;
    }

    /// Copies all of an input; what it may cost is bounded by the session's budget.
    private static boolean copy(Call call, Input input, Output output) {
        if (input instanceof Input.Keyboard keyboard && keyboard.typed()) {
            while (true) {
                String line = input.line();
                if (line == null) {
                    return true;
                }
                if (!output.print(line + "\n")) {
                    return false;
                }
                call.shell().budget().step();
            }
        }
        while (true) {
            call.shell().budget().step();
            byte[] block = input.rest(BLOCK);
            if (block.length == 0) {
                return true;
            }
            if (!output.write(block, 0, block.length)) {
                return false;
            }
        }
    }

    private static int cp(Call call) {
        Options options = Options.of(call.args(), "");
        List<String> names = options.operands();
        if (names.size() < 2) {
            return Usage.show(call);
        }
        boolean deep = options.has("r") || options.has("R") || options.has("a");
        return each(call, names, (from, to) -> copyOne(call, from, to, deep, 0));
    }

    private interface Move {
        int apply(Found from, String to);
    }

    private static int each(Call call, List<String> names, Move move) {
        String target = names.getLast();
        Found into = find(call, target, true);
        boolean directory = into.node() instanceof Node.Directory;
        if (names.size() > 2 && !directory) {
            return call.fail("target '" + target + "' is not a directory");
        }
        int status = 0;
        for (String name : names.subList(0, names.size() - 1)) {
            Found from = find(call, name, true);
            if (from.node() == null) {
                String verb = call.name().equals("mv") ? "can't rename '" : "can't stat '";
                status = call.fail(verb + name + "': " + from.fault().text());
                continue;
            }
            if (!directory && into.node() == null && !into.parentExists()) {
                status = call.fail("can't create '" + target + "': " + into.fault().text());
                continue;
            }
            String last = from.path().substring(from.path().lastIndexOf('/') + 1);
            String base = into.path().equals("/") ? "" : into.path();
            status |= move.apply(from, directory ? base + "/" + last : into.path());
        }
        return status;
    }

    private static int copyOne(Call call, Found from, String to, boolean deep, int depth) {
        Shell shell = call.shell();
        shell.budget().step();
        Node node = from.node();
        if (from.path().equals(to)) {
            return call.fail("'" + from.path() + "' and '" + to + "' are the same file");
        }
        return switch (node) {
            case Node.Plain plain -> created(call, to, copyPlain(call, plain, to));
            case Node.Computed computed -> {
                byte[] text = computed.text().apply(shell.world().clock().instant());
                yield created(call, to, write(call, to, text, text.length, 0444));
            }
            case Node.Special special ->
                    special.kind() == Node.Kind.ZERO || special.kind() == Node.Kind.RANDOM
                            ? call.fail("write error: No space left on device")
                            : created(call, to, write(call, to, new byte[0], 0, 0644));
            case Node.Directory _ ->
                    !deep || depth > 8 || to.startsWith(from.path() + "/")
                            ? call.fail("omitting directory '" + from.path() + "'")
                            : copyTree(call, from, to, depth);
            case Node.Link _ -> 1;
            case null -> 1;
        };
    }

    private static int created(Call call, String to, Fault fault) {
        return fault == Fault.NONE ? 0 : call.fail("can't create '" + to + "': " + fault.text());
    }

    /// The bytes of the device are shared: copying its programs costs nothing.
    private static Fault copyPlain(Call call, Node.Plain plain, String to) {
        Shell shell = call.shell();
        if (!plain.body().isFixed()) {
            return write(call, to, plain.body().bytes(), plain.body().length(), plain.mode());
        }
        Node before = shell.files().find("/", to, true).node();
        int mode = before instanceof Node.Plain old ? old.mode() : plain.mode();
        return shell.files().put(to, new Node.Plain(mode, shell.now(), plain.body()));
    }

    private static int copyTree(Call call, Found from, String to, int depth) {
        Shell shell = call.shell();
        shell.files().makeDirectory(to, 0755, shell.now());
        int status = 0;
        for (String name : shell.files().list(from.path()).keySet()) {
            Found child = shell.files().find(/* cwd= */ from.path(), /* path= */ name, true);
            if (child.node() != null) {
                status |= copyOne(call, child, to + "/" + name, true, depth + 1);
            }
        }
        return status;
    }

    private static Fault write(Call call, String to, byte[] bytes, int length, int mode) {
        SessionFiles files = call.shell().files();
        SessionFiles.Opened opened = files.open("/", to, false, call.shell().now());
        Body body = opened.body();
        if (body == null) {
            return opened.fault();
        }
        call.shell().budget().copied(length);
        if (!files.write(body, 0, bytes, 0, length)) {
            return Fault.NO_SPACE;
        }
        if (mode != 0644) {
            return files.put(opened.path(), new Node.Plain(mode, call.shell().now(), body));
        }
        return Fault.NONE;
    }

    private static int mv(Call call) {
        Options options = Options.of(call.args(), "");
        if (options.operands().size() < 2) {
            return Usage.show(call);
        }
        return each(
                call,
                options.operands(),
                (from, to) -> {
                    int status = copyOne(call, from, to, true, 0);
                    if (status == 0) {
                        Fault fault = call.shell().files().remove(from.path());
                        if (fault != Fault.NONE) {
                            return call.fail("can't rename '" + from.path() + "': " + fault.text());
                        }
                    }
                    return status;
                });
    }

    private static int rm(Call call) {
        Options options = Options.of(call.args(), "");
        boolean force = options.has("f");
        boolean deep = options.has("r") || options.has("R");
        if (options.operands().isEmpty()) {
            return force ? 0 : Usage.show(call);
        }
        int status = 0;
        for (String path : options.operands()) {
            call.shell().budget().step();
            Found found = find(call, path, false);
            if (found.node() == null) {
                if (!force) {
                    status = call.fail("can't remove '" + path + "': " + found.fault().text());
                }
                continue;
            }
            if (found.node() instanceof Node.Directory) {
                if (!deep) {
                    status = call.fail("'" + path + "' is a directory");
                    continue;
                }
                if (!removable(call, found, path)) {
                    status = 1;
                    continue;
                }
            }
            capture(call, found);
            Fault fault = call.shell().files().remove(found.path());
            if (fault != Fault.NONE) {
                status = call.fail("can't remove '" + path + "': " + fault.text());
            }
        }
        return status;
    }

    private static boolean removable(Call call, Found found, String path) {
        if (found.path().equals("/") || path.equals(".") || path.equals("..")) {
            call.fail("can't remove '" + path + "': " + Fault.BUSY.text());
            return false;
        }
        return true;
    }

    /// A file that somebody assembled here and now throws away is kept as evidence first.
    private static void capture(Call call, Found found) {
        if (found.node() instanceof Node.Plain plain
                && !plain.body().isFixed()
                && plain.body().length() > 0
                && !call.shell().device().isInert(plain.body())) {
            Body body = plain.body();
            call.shell().world().witness().captured(found.path(), body.writer(), body.copy());
        }
    }

    private static int rmdir(Call call) {
        if (call.args().isEmpty()) {
            return Usage.show(call);
        }
        int status = 0;
        for (String path : Options.of(call.args(), "").operands()) {
            Found found = find(call, path, false);
            Fault fault = found.fault();
            if (found.node() != null) {
                fault =
                        !(found.node() instanceof Node.Directory)
                                ? Fault.NOT_A_DIRECTORY
                                : !call.shell().files().list(found.path()).isEmpty()
                                        ? Fault.NOT_EMPTY
                                        : call.shell().files().remove(found.path());
            }
            if (fault != Fault.NONE) {
                status = call.fail("'" + path + "': " + fault.text());
            }
        }
        return status;
    }

    private static int mkdir(Call call) {
        Options options = Options.of(call.args(), "m");
        if (options.operands().isEmpty()) {
            return Usage.show(call);
        }
        int status = 0;
        for (String path : options.operands()) {
            Fault fault = Fault.NONE;
            int from = 0;
            while (fault == Fault.NONE && from >= 0) {
                call.shell().budget().step();
                int slash = options.has("p") ? path.indexOf('/', from + 1) : -1;
                String part = slash < 0 ? path : path.substring(0, slash);
                from = slash;
                Found found = find(call, part, true);
                if (found.node() != null) {
                    boolean fine = options.has("p") && found.node() instanceof Node.Directory;
                    fault = fine ? Fault.NONE : Fault.EXISTS;
                } else if (!found.parentExists()) {
                    fault = found.fault();
                } else {
                    fault =
                            call.shell()
                                    .files()
                                    .makeDirectory(found.path(), 0755, call.shell().now());
                }
            }
            if (fault != Fault.NONE) {
                status = call.fail("can't create directory '" + path + "': " + fault.text());
            }
        }
        return status;
    }

    private static int ln(Call call) {
        Options options = Options.of(call.args(), "");
        if (options.operands().size() < 2) {
            return Usage.show(call);
        }
        String target = options.operands().getFirst();
        String name = options.operands().get(1);
        Found at = find(call, name, true);
        if (at.node() instanceof Node.Directory) {
            at =
                    call.shell()
                            .files()
                            .find(at.path(), target.substring(target.lastIndexOf('/') + 1), false);
        }
        if (at.node() != null && !options.has("f")) {
            return call.fail(name + ": File exists");
        }
        if (at.node() == null && !at.parentExists()) {
            return call.fail(name + ": " + at.fault().text());
        }
        if (target.isEmpty()) {
            return call.fail(name + ": No such file or directory");
        }
        Node node = new Node.Link(call.shell().now(), target);
        if (!options.has("s")) {
            Node hard = find(call, target, true).node();
            if (hard == null) {
                return call.fail(target + ": No such file or directory");
            }
            node = hard;
        }
        Fault fault = call.shell().files().put(at.path(), node);
        return fault == Fault.NONE ? 0 : call.fail(name + ": " + fault.text());
    }

    private static int touch(Call call) {
        Options options = Options.of(call.args(), "dtr");
        if (options.operands().isEmpty()) {
            return Usage.show(call);
        }
        int status = 0;
        for (String path : options.operands()) {
            Found found = find(call, path, true);
            if (found.node() == null && !options.has("c")) {
                status |= make(call, path);
            }
        }
        return status;
    }

    private static int make(Call call, String path) {
        Fault fault =
                call.shell()
                        .files()
                        .open(call.shell().cwd(), path, true, call.shell().now())
                        .fault();
        return fault == Fault.NONE ? 0 : call.fail(path + ": " + fault.text());
    }

    private static int chmod(Call call) {
        List<String> args = call.args().stream().filter(a -> !a.matches("-[Rcvf]+")).toList();
        if (args.size() < 2) {
            return Usage.show(call);
        }
        int status = 0;
        for (String path : args.subList(1, args.size())) {
            call.shell().budget().step();
            Found found = find(call, path, true);
            Fault fault = found.fault();
            if (found.node() != null) {
                int mode = Modes.apply(args.getFirst(), found.node().mode());
                if (mode < 0) {
                    return call.fail("invalid mode '" + args.getFirst() + "'");
                }
                fault = change(call, found, mode);
            }
            if (fault != Fault.NONE) {
                status = call.fail(path + ": " + fault.text());
            }
        }
        return status;
    }

    private static Fault change(Call call, Found found, int mode) {
        SessionFiles files = call.shell().files();
        return switch (found.node()) {
            case Node.Plain plain ->
                    files.put(found.path(), new Node.Plain(mode, plain.mtime(), plain.body()));
            case Node.Directory directory ->
                    found.path().equals("/")
                            ? Fault.NONE
                            : files.put(
                                    found.path(),
                                    new Node.Directory(
                                            mode, directory.mtime(), directory.children()));
            case Node.Special _, Node.Link _ -> Fault.NONE;
            case Node.Computed _ -> Fault.NOT_PERMITTED;
            case null -> Fault.NOT_FOUND;
        };
    }

    private static int owner(Call call) {
        List<String> args = Options.of(call.args(), "").operands();
        if (args.size() < 2) {
            return Usage.show(call);
        }
        int status = 0;
        for (String path : args.subList(1, args.size())) {
            if (find(call, path, true).node() == null) {
                status = call.fail(path + ": No such file or directory");
            }
        }
        return status;
    }

    private static int mktemp(Call call) {
        Options options = Options.of(call.args(), "p");
        String template =
                options.operands().isEmpty() ? "/tmp/tmp.XXXXXX" : options.operands().getFirst();
        String path = template.replace("XXXXXX", "k3Qw9z");
        Found found = find(call, path, true);
        Fault fault =
                options.has("d")
                        ? call.shell().files().makeDirectory(found.path(), 0700, call.shell().now())
                        : call.shell()
                                .files()
                                .open(call.shell().cwd(), path, true, call.shell().now())
                                .fault();
        if (fault != Fault.NONE) {
            return call.fail(path + ": " + fault.text());
        }
        call.print(path + "\n");
        return 0;
    }

    private static int readlink(Call call) {
        Options options = Options.of(call.args(), "");
        if (options.operands().isEmpty()) {
            return Usage.show(call);
        }
        if (options.has("f")) {
            return realpath(call.with(call.name(), options.operands()));
        }
        Found found = find(call, options.operands().getFirst(), false);
        if (found.node() instanceof Node.Link link) {
            call.print(link.target() + (options.has("n") ? "" : "\n"));
            return 0;
        }
        return 1;
    }

    private static int realpath(Call call) {
        if (call.args().isEmpty()) {
            return Usage.show(call);
        }
        Found found = find(call, call.args().getFirst(), true);
        if (found.node() == null && !found.parentExists()) {
            return call.fail(call.args().getFirst() + ": " + found.fault().text());
        }
        call.print(found.path() + "\n");
        return 0;
    }

    private static int dd(Call call) {
        String in = "-";
        String out = "";
        long size = 512;
        long count = Long.MAX_VALUE;
        long skip = 0;
        long seek = 0;
        boolean append = false;
        for (String arg : call.args()) {
            int equals = arg.indexOf('=');
            if (equals < 0) {
                return call.fail("invalid argument '" + arg + "'");
            }
            String value = arg.substring(equals + 1);
            switch (arg.substring(0, equals)) {
                case "if" -> in = value;
                case "of" -> out = value;
                case "bs", "ibs", "obs" -> size = Options.number0(value, -1);
                case "count" -> count = Options.number0(value, -1);
                case "skip" -> skip = Options.number0(value, -1);
                case "seek" -> seek = Options.number0(value, -1);
                case "conv" -> append = value.contains("notrunc");
                default -> {
                    return call.fail("invalid argument '" + arg + "'");
                }
            }
        }
        if (size <= 0 || count < 0 || skip < 0 || seek < 0) {
            return call.fail("invalid number");
        }
        Input input = Sources.open(call, in);
        if (input == null) {
            return 1;
        }
        Output output =
                out.isEmpty() ? call.io().out() : Sources.create(call, out, append || seek > 0);
        if (output == null) {
            return 1;
        }
        int block = (int) Math.min(size, Sources.MOST);
        long bytes = 0;
        long whole = 0;
        long partial = 0;
        boolean full = false;
        for (long i = 0; i < skip; i++) {
            call.shell().budget().step();
            if (input.rest(block).length == 0) {
                break;
            }
        }
        while (whole + partial < count) {
            call.shell().budget().step();
            byte[] data = input.rest(block);
            if (data.length == 0) {
                break;
            }
            if (!output.write(data, 0, data.length)) {
                full = true;
                break;
            }
            bytes += data.length;
            if (data.length == size) {
                whole++;
            } else {
                partial++;
            }
        }
        if (full) {
            call.fail("writing '" + out + "': No space left on device");
        }
        StringBuilder report = new StringBuilder();
        report.append(whole).append('+').append(partial).append(" records in\n");
        report.append(whole).append('+').append(partial).append(" records out\n");
        if (call.shell().device().busyBox().since(1, 12)) {
            report.append(bytes)
                    .append(" bytes (")
                    .append(bytes)
                    .append("B) copied, 0.000412 seconds, 123.2KB/s\n");
        }
        call.io().err().print(report.toString());
        return full ? 1 : 0;
    }
}

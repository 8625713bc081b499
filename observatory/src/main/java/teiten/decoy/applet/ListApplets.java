package teiten.decoy.applet;

import teiten.decoy.files.Mount;
import teiten.decoy.files.Node;
import teiten.decoy.files.SessionFiles.Found;
import teiten.decoy.shell.Applet;
import teiten.decoy.shell.Call;
import teiten.decoy.shell.Glob;
import teiten.decoy.shell.Output;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Applets that show what the file system holds. Sizes come from the same bytes that `cat` prints.
final class ListApplets {
    private static final DateTimeFormatter RECENT =
            DateTimeFormatter.ofPattern("MMM ppd HH:mm", Locale.ROOT);
    private static final DateTimeFormatter OLD =
            DateTimeFormatter.ofPattern("MMM ppd  yyyy", Locale.ROOT);
    private static final long HALF_YEAR = 15_768_000;
    private static final int WIDTH = 80;

    private ListApplets() {}

    static void install(Map<String, Applet> all) {
        all.put("ls", ListApplets::ls);
        all.put("find", ListApplets::find);
        all.put("du", ListApplets::du);
        all.put("df", ListApplets::df);
        all.put("mount", ListApplets::mount);
        all.put("umount", call -> call.args().isEmpty() ? Usage.show(call) : umount(call));
        all.put("mountpoint", call -> onMount(call) ? 0 : 1);
        all.put("stat", ListApplets::stat);
    }

    static long size(Node node) {
        return switch (node) {
            case Node.Plain plain -> plain.body().length();
            case Node.Link link -> link.target().length();
            case Node.Directory directory -> 20L * Math.max(2, directory.children().size());
            case Node.Special _, Node.Computed _ -> 0;
        };
    }

    private static char type(Node node) {
        return switch (node) {
            case Node.Plain _, Node.Computed _ -> '-';
            case Node.Link _ -> 'l';
            case Node.Directory _ -> 'd';
            case Node.Special special -> special.kind() == Node.Kind.BLOCK ? 'b' : 'c';
        };
    }

    private static int ls(Call call) {
        Options options = Options.of(call.args(), "wT");
        List<String> paths = options.operands().isEmpty() ? List.of(".") : options.operands();
        TreeMap<String, Node> files = new TreeMap<>();
        List<Found> directories = new ArrayList<>();
        List<String> titles = new ArrayList<>();
        int status = 0;
        for (String path : paths) {
            Found found =
                    call.shell()
                            .files()
                            .find(
                                    call.shell().cwd(),
                                    path,
                                    !options.has("l") || path.endsWith("/"));
            if (found.node() instanceof Node.Link && !options.has("d")) {
                Found target = call.shell().files().find(call.shell().cwd(), path, true);
                found = target.node() instanceof Node.Directory ? target : found;
            }
            if (found.node() == null) {
                status = call.fail(path + ": " + found.fault().text());
            } else if (found.node() instanceof Node.Directory && !options.has("d")) {
                directories.add(found);
                titles.add(path);
            } else {
                files.put(path, found.node());
            }
        }
        StringBuilder out = new StringBuilder();
        show(call, options, files, out);
        for (int i = 0; i < directories.size(); i++) {
            if (paths.size() > 1) {
                out.append(i > 0 || !files.isEmpty() ? "\n" : "")
                        .append(titles.get(i))
                        .append(":\n");
            }
            TreeMap<String, Node> inside = new TreeMap<>();
            if (options.has("a")) {
                inside.put(".", new Node.Directory(0755, call.shell().now(), Map.of()));
                inside.put("..", new Node.Directory(0755, call.shell().now(), Map.of()));
            }
            call.shell()
                    .files()
                    .list(directories.get(i).path())
                    .forEach((name, node) -> {
                        if (options.has("a") || options.has("A") || !name.startsWith(".")) {
                            inside.put(name, node);
                        }
                    });
            if (options.has("l")) {
                out.append("total ")
                        .append(
                                inside.values().stream()
                                        .mapToLong(n -> (size(n) + 1023) / 1024)
                                        .sum())
                        .append('\n');
            }
            show(call, options, inside, out);
        }
        call.print(out.toString());
        return status;
    }

    private static void show(
            Call call, Options options, Map<String, Node> names, StringBuilder out) {
        if (names.isEmpty()) {
            return;
        }
        call.shell().budget().copied(64L * names.size());
        if (options.has("l")) {
            names.forEach((name, node) -> out.append(line(call, options, name, node)).append('\n'));
            return;
        }
        boolean screen = call.io().out() instanceof Output.Screen && !options.has("1");
        if (!screen) {
            names.keySet().forEach(name -> out.append(name).append('\n'));
            return;
        }
        int widest = names.keySet().stream().mapToInt(String::length).max().orElse(1) + 2;
        int columns = Math.max(1, WIDTH / widest);
        List<String> all = List.copyOf(names.keySet());
        int rows = (all.size() + columns - 1) / columns;
        for (int row = 0; row < rows; row++) {
            StringBuilder line = new StringBuilder();
            for (int at = row; at < all.size(); at += rows) {
                while (line.length() % widest != 0) {
                    line.append(' ');
                }
                line.append(all.get(at));
                if (at + rows < all.size()) {
                    line.append("  ");
                }
            }
            out.append(line).append('\n');
        }
    }

    private static String line(Call call, Options options, String name, Node node) {
        String owner = options.has("n") ? "0        0       " : "root     root    ";
        String size =
                node instanceof Node.Special special
                        ? String.format(Locale.ROOT, "%4d, %3d", special.major(), special.minor())
                        : options.has("h")
                                ? String.format(Locale.ROOT, "%9s", human(size(node)))
                                : String.format(Locale.ROOT, "%9d", size(node));
        Instant when = Instant.ofEpochSecond(node.mtime());
        boolean recent = Math.abs(call.shell().now() - node.mtime()) < HALF_YEAR;
        String time = (recent ? RECENT : OLD).format(when.atOffset(ZoneOffset.UTC));
        String arrow = node instanceof Node.Link link ? " -> " + link.target() : "";
        int links = node instanceof Node.Directory ? 2 : 1;
        return String.format(
                Locale.ROOT,
                "%s %4d %s %s %s %s%s",
                Modes.show(type(node), node.mode()),
                links,
                owner,
                size,
                time,
                name,
                arrow);
    }

    private static String human(long bytes) {
        return bytes < 1024
                ? Long.toString(bytes)
                : bytes < 1 << 20
                        ? String.format(Locale.ROOT, "%.1fK", bytes / 1024.0)
                        : String.format(Locale.ROOT, "%.1fM", bytes / 1048576.0);
    }

    private static int find(Call call) {
        List<String> args = call.args();
        int at = 0;
        List<String> roots = new ArrayList<>();
        while (at < args.size() && !args.get(at).startsWith("-") && !args.get(at).equals("!")) {
            roots.add(args.get(at++));
        }
        if (roots.isEmpty()) {
            roots.add(".");
        }
        String name = "";
        String type = "";
        int depth = 16;
        for (; at < args.size(); at++) {
            String value = at + 1 < args.size() ? args.get(at + 1) : "";
            switch (args.get(at)) {
                case "-name", "-iname" -> name = value;
                case "-type" -> type = value;
                case "-maxdepth" -> depth = (int) Options.number0(value, 16);
                default -> {
                    // other tests are taken as true
                }
            }
        }
        int status = 0;
        for (String root : roots) {
            Found found = call.shell().files().find(call.shell().cwd(), root, true);
            if (found.node() == null) {
                status = call.fail(root + ": " + found.fault().text());
            } else {
                walk(call, root, found, name, type, depth);
            }
        }
        return status;
    }

    private static void walk(
            Call call, String shown, Found found, String name, String type, int depth) {
        call.shell().budget().step();
        Node node = found.node();
        if (node == null) {
            return;
        }
        String last = shown.substring(shown.lastIndexOf('/') + 1);
        boolean fits =
                (name.isEmpty() || Glob.matches(name, last))
                        && (type.isEmpty()
                                || type.charAt(0) == (type(node) == '-' ? 'f' : type(node)));
        if (fits) {
            call.print(shown + "\n");
        }
        if (node instanceof Node.Directory && depth > 0) {
            for (String child : call.shell().files().list(found.path()).keySet()) {
                Found next =
                        call.shell()
                                .files()
                                .find(/* cwd= */ found.path(), /* path= */ child, false);
                walk(
                        call,
                        (shown.equals("/") ? "" : shown) + "/" + child,
                        next,
                        name,
                        type,
                        depth - 1);
            }
        }
    }

    private static int du(Call call) {
        Options options = Options.of(call.args(), "d");
        List<String> paths = options.operands().isEmpty() ? List.of(".") : options.operands();
        for (String path : paths) {
            Found found = call.shell().files().find(call.shell().cwd(), path, true);
            if (found.node() == null) {
                return call.fail(path + ": " + found.fault().text());
            }
            long sum = size(found.node());
            for (Node node : call.shell().files().list(found.path()).values()) {
                sum += size(node);
            }
            call.print(sum / 1024 + "\t" + path + "\n");
        }
        return 0;
    }

    private static int df(Call call) {
        boolean human = Options.of(call.args(), "").has("h");
        StringBuilder out =
                new StringBuilder(
                        "Filesystem           1k-blocks      Used Available Use% Mounted on\n");
        for (Mount mount : call.shell().files().mounts()) {
            if (mount.type().matches("proc|sysfs|devpts|rootfs")) {
                continue;
            }
            long total = mount.writable() ? call.shell().device().memory().total() / 2 : 6144;
            long used = mount.writable() ? 124 : total;
            out.append(
                    String.format(
                            Locale.ROOT,
                            "%-20s %9s %9s %9s %3d%% %s%n",
                            mount.device(),
                            human ? human(total * 1024) : total,
                            human ? human(used * 1024) : used,
                            human ? human((total - used) * 1024) : total - used,
                            used * 100 / total,
                            mount.point()));
        }
        call.print(out.toString());
        return 0;
    }

    private static int mount(Call call) {
        if (!call.args().isEmpty()) {
            Options options = Options.of(call.args(), "ot");
            boolean again = options.value("o", "").contains("remount") || options.has("a");
            return again
                    ? 0
                    : call.fail(
                            "mounting "
                                    + String.join(" on ", options.operands())
                                    + " failed: Invalid argument");
        }
        StringBuilder out = new StringBuilder();
        for (Mount mount : call.shell().files().mounts()) {
            out.append(mount.device())
                    .append(" on ")
                    .append(mount.point())
                    .append(" type ")
                    .append(mount.type())
                    .append(" (")
                    .append(mount.options())
                    .append(")\n");
        }
        call.print(out.toString());
        return 0;
    }

    private static int umount(Call call) {
        String path = Options.of(call.args(), "").operands().stream().findFirst().orElse("");
        return call.fail(
                "can't umount "
                        + path
                        + ": "
                        + (onMount(call) ? "Device or resource busy" : "Invalid argument"));
    }

    private static boolean onMount(Call call) {
        return call.shell().files().mounts().stream()
                .anyMatch(m -> call.args().contains(m.point()));
    }

    private static int stat(Call call) {
        int status = 0;
        for (String path : Options.of(call.args(), "c").operands()) {
            Found found = call.shell().files().find(call.shell().cwd(), path, false);
            Node node = found.node();
            if (node == null) {
                status = call.fail("can't stat '" + path + "': " + found.fault().text());
            } else {
                call.print(
                        "  File: "
                                + path
                                + "\n  Size: "
                                + size(node)
                                + "\nAccess: ("
                                + String.format("%04o", node.mode())
                                + "/"
                                + Modes.show(type(node), node.mode())
                                + ")  Uid: (    0/    root)   Gid: (    0/    root)\n");
            }
        }
        return status;
    }
}

package teiten.decoy.files;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// A session's view of a device's file system: the device's tree, which all sessions share and nobody changes, under a
/// layer of what this session created, changed and removed. The layer does not exist until the first write.
///
/// Adversary: deep trees, long names, link loops, many tiny files, one huge file. Names are bounded by
/// [Quota#SESSION_NAMES], depth by [#DEEPEST], bytes by the [Quota]; each refusal looks like a full disk.
public final class SessionFiles {
    static final int DEEPEST = 40;
    private static final int LONGEST_NAME = 255;
    private static final int MOST_LINKS = 8;

    /// A name that the session removed: a link to nowhere, which no visitor can make.
    private static final Node GONE = new Node.Link(0, "");

    private static boolean isGone(@Nullable Node node) {
        return node instanceof Node.Link link && link.target().isEmpty();
    }

    private final Node.Directory device;
    private final List<Mount> mounts;
    private final Quota quota;
    private @Nullable HashMap<String, Node> layer;

    public SessionFiles(Node.Directory device, List<Mount> mounts, Quota quota) {
        this.device = device;
        this.mounts = mounts;
        this.quota = quota;
    }

    /// Where a path leads.
    ///
    /// @param path canonical, without links, `.` and `..`; set even when nothing stands there
    /// @param node what stands there; null when nothing does
    /// @param fault why not; [Fault#NOT_FOUND] with a null node when only the last name is missing
    /// @param parentExists true when the directory that would hold the name exists
    public record Found(String path, @Nullable Node node, Fault fault, boolean parentExists) {}

    public Quota quota() {
        return quota;
    }

    public List<Mount> mounts() {
        return mounts;
    }

    /// @param follow whether a link in the last place is followed
    public Found find(String cwd, String path, boolean follow) {
        if (path.isEmpty()) {
            return new Found(cwd, null, Fault.NOT_FOUND, false);
        }
        return walk(path.startsWith("/") ? "" : cwd.equals("/") ? "" : cwd, path, follow, 0);
    }

    private Found walk(String from, String path, boolean follow, int links) {
        String at = from;
        Node node = at.isEmpty() ? device : nodeAt(at);
        if (node == null) {
            return new Found(at, null, Fault.NOT_FOUND, false);
        }
        String[] names = path.split("/", 256);
        int last = names.length - 1;
        while (last > 0 && (names[last].isEmpty() || names[last].equals("."))) {
            last--;
        }
        for (int i = 0; i <= last; i++) {
            String name = names[i];
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (!(node instanceof Node.Directory)) {
                return new Found(at + "/" + name, null, Fault.NOT_A_DIRECTORY, false);
            }
            if (name.equals("..")) {
                at = parent(at);
                node = at.isEmpty() ? device : nodeAt(at);
                if (node == null) {
                    return new Found(at, null, Fault.NOT_FOUND, false);
                }
                continue;
            }
            if (name.length() > LONGEST_NAME) {
                return new Found(at, null, Fault.NAME_TOO_LONG, false);
            }
            String child = at + "/" + name;
            Node next = nodeAt(child);
            if (next instanceof Node.Link link && (follow || i < last || path.endsWith("/"))) {
                if (links >= MOST_LINKS) {
                    return new Found(child, null, Fault.LOOP, false);
                }
                Found target =
                        walk(
                                link.target().startsWith("/") ? "" : at,
                                link.target(),
                                true,
                                links + 1);
                if (target.node() == null) {
                    return i == last ? target : new Found(child, null, target.fault(), false);
                }
                at = target.path().equals("/") ? "" : target.path();
                node = target.node();
                continue;
            }
            if (next == null) {
                return new Found(child, null, Fault.NOT_FOUND, i == last);
            }
            at = child;
            node = next;
        }
        return new Found(at.isEmpty() ? "/" : at, node, Fault.NONE, true);
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "" : path.substring(0, slash);
    }

    /// The node of a canonical path without following links; null when nothing stands there.
    private @Nullable Node nodeAt(String path) {
        if (layer != null) {
            Node mine = layer.get(path);
            if (mine != null) {
                return isGone(mine) ? null : mine;
            }
            for (String up = parent(path); !up.isEmpty(); up = parent(up)) {
                Node above = layer.get(up);
                if (isGone(above)
                        || (above instanceof Node.Directory own && own.children().isEmpty())) {
                    return null;
                }
            }
        }
        Node node = device;
        int from = 1;
        while (from <= path.length()) {
            int slash = path.indexOf('/', from);
            String name = path.substring(from, slash < 0 ? path.length() : slash);
            if (!(node instanceof Node.Directory directory)) {
                return null;
            }
            node = directory.children().get(name);
            if (node == null) {
                return null;
            }
            if (slash < 0) {
                return node;
            }
            from = slash + 1;
        }
        return node;
    }

    /// The names in a directory with their nodes, sorted; `path` is canonical.
    public Map<String, Node> list(String path) {
        TreeMap<String, Node> names = new TreeMap<>();
        String prefix = path.equals("/") ? "/" : path + "/";
        if ((path.equals("/") ? device : nodeAt(path)) instanceof Node.Directory directory) {
            names.putAll(directory.children());
        }
        if (layer != null) {
            for (Map.Entry<String, Node> entry : layer.entrySet()) {
                String key = entry.getKey();
                if (key.startsWith(prefix) && key.indexOf('/', prefix.length()) < 0) {
                    String name = key.substring(prefix.length());
                    if (isGone(entry.getValue())) {
                        names.remove(name);
                    } else {
                        names.put(name, entry.getValue());
                    }
                }
            }
        }
        return names;
    }

    /// An open file for writing, or why it could not be opened.
    ///
    /// @param body null when the path is a device file, whose kind then says what happens
    public record Opened(
            Fault fault, String path, @Nullable Body body, Node.@Nullable Kind special) {}

    /// Opens for writing as the shell's `>` and `>>` do.
    public Opened open(String cwd, String path, boolean append, long now) {
        Found found = find(cwd, path, true);
        return switch (found.node()) {
            case null -> {
                if (found.fault() != Fault.NOT_FOUND || !found.parentExists()) {
                    yield new Opened(found.fault(), found.path(), null, null);
                }
                Body body = Body.growing();
                Fault fault = put(found.path(), new Node.Plain(0644, now, body));
                yield new Opened(fault, found.path(), fault == Fault.NONE ? body : null, null);
            }
            case Node.Directory _ -> new Opened(Fault.IS_A_DIRECTORY, found.path(), null, null);
            case Node.Special special ->
                    special.kind() == Node.Kind.BLOCK
                            ? new Opened(Fault.NOT_PERMITTED, found.path(), null, null)
                            : new Opened(Fault.NONE, found.path(), null, special.kind());
            case Node.Computed computed ->
                    (computed.mode() & 0222) == 0
                            ? new Opened(Fault.DENIED, found.path(), null, null)
                            : new Opened(Fault.NONE, found.path(), null, Node.Kind.NULL);
            case Node.Link _ -> new Opened(Fault.LOOP, found.path(), null, null);
            case Node.Plain plain -> openPlain(found.path(), plain, append, now);
        };
    }

    private Opened openPlain(String path, Node.Plain plain, boolean append, long now) {
        if (!Mount.holding(mounts, path).writable()) {
            return new Opened(Fault.READ_ONLY, path, null, null);
        }
        Body body = plain.body();
        if (append && !body.isFixed()) {
            return new Opened(Fault.NONE, path, body, null);
        }
        Body fresh = Body.growing();
        if (append && !fresh.write(0, body.bytes(), 0, body.length(), quota)) {
            return new Opened(Fault.NO_SPACE, path, null, null);
        }
        Fault fault = put(path, new Node.Plain(plain.mode(), now, fresh));
        return new Opened(fault, path, fault == Fault.NONE ? fresh : null, null);
    }

    /// Writes to an opened body; false when the disk is full.
    public boolean write(Body body, int at, byte[] from, int offset, int count) {
        return body.write(at, from, offset, count, quota);
    }

    /// Puts a node under a canonical path whose parent exists.
    public Fault put(String path, Node node) {
        if (path.equals("/")) {
            return Fault.BUSY;
        }
        Fault fault = changeable(path);
        if (fault != Fault.NONE) {
            return fault;
        }
        HashMap<String, Node> mine = layer == null ? new HashMap<>() : layer;
        layer = mine;
        Node before = mine.get(path);
        if (before == null && mine.size() >= Quota.SESSION_NAMES) {
            quota.refuse();
            return Fault.NO_SPACE;
        }
        release(before, node);
        mine.put(path, node);
        return Fault.NONE;
    }

    private void release(@Nullable Node before, @Nullable Node after) {
        if (before instanceof Node.Plain old
                && !old.body().isFixed()
                && !(after instanceof Node.Plain kept && kept.body() == old.body())) {
            boolean linked = false;
            if (layer != null) {
                int holders = 0;
                for (Node node : layer.values()) {
                    if (node instanceof Node.Plain plain && plain.body() == old.body()) {
                        holders++;
                    }
                }
                linked = holders > 1;
            }
            if (!linked) {
                quota.giveBack(old.body().length());
            }
        }
    }

    private Fault changeable(String path) {
        if (!Mount.holding(mounts, path).writable()) {
            String type = Mount.holding(mounts, path).type();
            return type.equals("proc") || type.equals("sysfs") ? Fault.NOT_FOUND : Fault.READ_ONLY;
        }
        int depth = 0;
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '/') {
                depth++;
            }
        }
        return depth > DEEPEST ? Fault.NAME_TOO_LONG : Fault.NONE;
    }

    public Fault makeDirectory(String path, int mode, long now) {
        return put(path, new Node.Directory(mode, now, Map.of()));
    }

    /// Removes a canonical path and everything below it.
    public Fault remove(String path) {
        if (path.equals("/")) {
            return Fault.BUSY;
        }
        for (Mount mount : mounts) {
            if (mount.point().equals(path)) {
                return Fault.BUSY;
            }
        }
        Fault fault = changeable(path);
        if (fault != Fault.NONE) {
            return fault == Fault.NOT_FOUND ? Fault.NOT_PERMITTED : fault;
        }
        HashMap<String, Node> mine = layer == null ? new HashMap<>() : layer;
        layer = mine;
        String below = path + "/";
        mine.entrySet()
                .removeIf(entry -> {
                    if (!entry.getKey().startsWith(below)) {
                        return false;
                    }
                    release(entry.getValue(), null);
                    return true;
                });
        release(mine.remove(path), null);
        if (baseHas(path)) {
            if (mine.size() >= Quota.SESSION_NAMES) {
                quota.refuse();
                return Fault.NO_SPACE;
            }
            mine.put(path, GONE);
        }
        return Fault.NONE;
    }

    private boolean baseHas(String path) {
        Node node = device;
        for (String name : path.substring(1).split("/", -1)) {
            node = node instanceof Node.Directory d ? d.children().get(name) : null;
            if (node == null) {
                return false;
            }
        }
        return true;
    }

    /// Calls back with every file whose bytes this session wrote.
    public void eachWritten(BiConsumer<String, Body> visitor) {
        if (layer != null) {
            new TreeMap<>(layer)
                    .forEach((path, node) -> {
                        if (node instanceof Node.Plain plain && !plain.body().isFixed()) {
                            visitor.accept(path, plain.body());
                        }
                    });
        }
    }
}

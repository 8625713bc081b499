package teiten.decoy.device;

import teiten.decoy.files.Body;
import teiten.decoy.files.Mount;
import teiten.decoy.files.Node;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// Grows a device's file tree out of its definition: directories, applets, `/etc`, `/dev` and `/proc`.
public final class DeviceTree {
    private final Device device;
    private final long built;
    private final TreeMap<String, Node> all = new TreeMap<>();

    private DeviceTree(Device device) {
        this.device = device;
        this.built = device.built().getEpochSecond();
    }

    static Device grow(Device bare, String cpuinfo) {
        DeviceTree tree = new DeviceTree(bare);
        tree.directories();
        tree.programs();
        tree.etc();
        tree.devices();
        tree.proc(cpuinfo);
        return new Device(
                bare.name(),
                bare.title(),
                bare.titleJa(),
                bare.machine(),
                bare.hostname(),
                bare.kernel(),
                bare.built(),
                bare.uptime(),
                bare.home(),
                bare.memory(),
                bare.network(),
                bare.busyBox(),
                bare.applets(),
                bare.telnet(),
                bare.sshVersion(),
                bare.http(),
                bare.mounts(),
                bare.tasks(),
                bare.program(),
                bare.inert(),
                tree.root());
    }

    private void directories() {
        for (String path :
                ("/bin /dev /dev/pts /dev/shm /dev/net /etc /etc/init.d /home /lib /lib/modules"
                     + " /mnt /opt /proc /proc/net /proc/self /proc/sys /proc/sys/kernel /root /run"
                     + " /sbin /sys /sys/class /sys/devices /tmp /usr /usr/bin /usr/lib /usr/sbin"
                     + " /usr/share /var /var/log /var/run /var/tmp /var/lock /boot")
                        .split(" ")) {
            directory(path);
        }
        directory(device.home());
        for (Mount mount : device.mounts()) {
            directory(mount.point());
        }
        all.put("/tmp", new Node.Directory(01777, built, Map.of()));
    }

    private void directory(String path) {
        for (String at = path; at.length() > 1; at = at.substring(0, at.lastIndexOf('/'))) {
            all.putIfAbsent(at, new Node.Directory(0755, built, Map.of()));
        }
    }

    private void programs() {
        all.put("/bin/busybox", new Node.Plain(0755, built, device.program()));
        device.applets()
                .forEach((name, path) -> {
                    if (!name.equals("busybox")) {
                        all.put(path, new Node.Link(built, target(name, path)));
                    }
                });
        for (String library : "ld-uClibc.so.0 libc.so.0 libcrypt.so.0 libm.so.0".split(" ")) {
            Body body =
                    Body.fixed(
                            ElfForge.make(
                                    device.machine(),
                                    24_576 + 4 * (library.hashCode() & 0x1FFF),
                                    library.hashCode(),
                                    java.util.List.of(library)));
            all.put("/lib/" + library, new Node.Plain(0755, built, body));
        }
    }

    private static String target(String name, String path) {
        if (name.equals("bash") || name.equals("curl") || name.equals("lscpu")) {
            return "/bin/busybox";
        }
        return path.startsWith("/usr/")
                ? "../../bin/busybox"
                : path.startsWith("/sbin/") ? "../bin/busybox" : "busybox";
    }

    private void etc() {
        text(
                "/etc/passwd",
                0644,
                "root:x:0:0:root:"
                        + device.home()
                        + ":/bin/sh\n"
                        + "daemon:x:1:1:daemon:/usr/sbin:/bin/false\n"
                        + "nobody:x:65534:65534:nobody:/:/bin/false\n");
        text(
                "/etc/shadow",
                0600,
                "root:$1$"
                        + Long.toString(device.name().hashCode() & 0xFFFFFFFL, 36)
                        + "$x4wR0Yz1bBq0uZ7cN5kQd.:14987:0:99999:7:::\n"
                        + "nobody:*:14987:0:99999:7:::\n");
        text("/etc/group", 0644, "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n");
        if (device.hostname().startsWith("(")) {
            // A kernel that was given no name calls itself "(none)"; no file says so.
            text("/etc/hosts", 0644, "127.0.0.1\tlocalhost\n");
        } else {
            text(
                    "/etc/hosts",
                    0644,
                    "127.0.0.1\tlocalhost\n127.0.1.1\t" + device.hostname() + "\n");
            text("/etc/hostname", 0644, device.hostname() + "\n");
        }
        text("/etc/resolv.conf", 0644, "nameserver " + device.network().gateway() + "\n");
        text(
                "/etc/fstab",
                0644,
                "proc\t/proc\tproc\tdefaults\t0 0\nnone\t/var\tramfs\tdefaults\t0 0\n");
        text(
                "/etc/inittab",
                0644,
                "::sysinit:/etc/init.d/rcS\n::respawn:-/bin/sh\n::restart:/sbin/init\n");
        text(
                "/etc/init.d/rcS",
                0755,
                "#!/bin/sh\nmount -a\n/sbin/ifconfig lo 127.0.0.1 up\ntelnetd &\n");
        text("/etc/profile", 0644, "export PATH=/bin:/sbin:/usr/bin:/usr/sbin\n");
        text("/etc/shells", 0644, "/bin/sh\n/bin/ash\n");
        text("/etc/TZ", 0644, "UTC0\n");
        text("/etc/version", 0644, device.kernel().build() + "\n");
        text("/var/log/messages", 0644, "");
        text("/var/run/telnetd.pid", 0644, lastPid() + "\n");
    }

    private int lastPid() {
        return device.tasks().getLast().pid();
    }

    private void devices() {
        special("null", 0666, Node.Kind.NULL, 1, 3);
        special("zero", 0666, Node.Kind.ZERO, 1, 5);
        special("full", 0666, Node.Kind.FULL, 1, 7);
        special("random", 0666, Node.Kind.RANDOM, 1, 8);
        special("urandom", 0666, Node.Kind.RANDOM, 1, 9);
        special("tty", 0666, Node.Kind.TERMINAL, 5, 0);
        special("console", 0600, Node.Kind.TERMINAL, 5, 1);
        special("ptmx", 0666, Node.Kind.NULL, 5, 2);
        special("pts/0", 0620, Node.Kind.TERMINAL, 136, 0);
        special("mem", 0640, Node.Kind.BLOCK, 1, 1);
        special("watchdog", 0660, Node.Kind.NULL, 10, 130);
        for (int i = 0; i < 6; i++) {
            special("mtd" + i, 0640, Node.Kind.BLOCK, 90, 2 * i);
            special("mtdblock" + i, 0640, Node.Kind.BLOCK, 31, i);
        }
    }

    private void special(String name, int mode, Node.Kind kind, int major, int minor) {
        all.put("/dev/" + name, new Node.Special(mode, built, kind, major, minor));
    }

    private void proc(String cpuinfo) {
        Device.Memory m = device.memory();
        proc("cpuinfo", cpuinfo);
        proc(
                "version",
                "Linux version "
                        + device.kernel().release()
                        + " (root@build) ("
                        + device.kernel().compiler()
                        + ") "
                        + device.kernel().build()
                        + "\n");
        StringBuilder mounts = new StringBuilder();
        device.mounts().forEach(mount -> mounts.append(mount.line()).append('\n'));
        proc("mounts", mounts.toString());
        proc("self/mounts", mounts.toString());
        proc(
                "meminfo",
                String.format(
                        "MemTotal:     %9d kB%nMemFree:      %9d kB%nBuffers:      %9d kB%nCached: "
                            + "      %9d kB%nSwapCached:           0 kB%nActive:       %9d"
                            + " kB%nInactive:     %9d kB%nSwapTotal:            0 kB%nSwapFree:    "
                            + "         0 kB%nDirty:                0 kB%n",
                        m.total(),
                        m.free(),
                        m.buffers(),
                        m.cached(),
                        m.total() / 4,
                        m.total() / 5));
        proc(
                "filesystems",
                """
                nodev\tsysfs
                nodev\trootfs
                nodev\tproc
                nodev\tramfs
                nodev\ttmpfs
                nodev\tdevpts
                \tsquashfs
                """);
        proc(
                "cmdline",
                "console=ttyS0,115200 root=/dev/mtdblock2 rootfstype=squashfs init=/sbin/init\n");
        proc(
                "partitions",
                """
                major minor  #blocks  name

                  31     0        256 mtdblock0
                  31     1       1024 mtdblock1
                  31     2       6656 mtdblock2
                  31     3        256 mtdblock3
                """);
        proc(
                "mtd",
                """
                dev:    size   erasesize  name
                mtd0: 00040000 00010000 "boot"
                mtd1: 00100000 00010000 "kernel"
                mtd2: 00680000 00010000 "rootfs"
                mtd3: 00040000 00010000 "config"
                """);
        proc("modules", "");
        proc(
                "loadavg",
                "0.08 0.03 0.05 1/" + device.tasks().size() + " " + (lastPid() + 211) + "\n");
        proc(
                "stat",
                "cpu  80632 0 112407 35118422 2212 1820 9914 0 0\n"
                        + "cpu0 80632 0 112407 35118422 2212 1820 9914 0 0\n"
                        + "ctxt 61423988\n"
                        + "btime 1\n"
                        + "processes "
                        + (lastPid() + 1200)
                        + "\nprocs_running 1\nprocs_blocked 0\n");
        for (String name : "kcore kmsg sched_debug timer_list timer_stats".split(" ")) {
            proc(name, "");
        }
        proc("sys/kernel/hostname", device.hostname() + "\n");
        proc("sys/kernel/osrelease", device.kernel().release() + "\n");
        proc("sys/kernel/ostype", "Linux\n");
        proc("self/cmdline", "cat\0/proc/self/cmdline\0");
        proc(
                "self/status",
                "Name:\tcat\nState:\tR (running)\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n");
        all.put("/proc/self/exe", new Node.Link(built, "/bin/busybox"));
        String name = device.network().interfaceName();
        proc(
                "net/dev",
                "Inter-|   Receive                                                |  Transmit\n"
                    + " face |bytes    packets errs drop fifo frame compressed multicast|bytes   "
                    + " packets errs drop fifo colls carrier compressed\n"
                    + "    lo:   61824     712    0    0    0     0          0         0    61824  "
                    + "   712    0    0    0     0       0          0\n"
                        + String.format("%6s:", name)
                        + "88125034 1128733    0    0    0     0          0         0 51330087 "
                        + " 730118    0    0    0     0       0          0\n");
        proc(
                "net/route",
                "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow"
                        + "\tIRTT\n"
                        + name
                        + "\t00000000\t"
                        + hexAddress(device.network().gateway())
                        + "\t0003\t0\t0\t0\t00000000\t0\t0\t0\n");
        proc(
                "net/arp",
                "IP address       HW type     Flags       HW address            Mask     Device\n"
                        + String.format(
                                "%-17s0x1         0x2         %s     *        %s%n",
                                device.network().gateway(), "00:19:5b:4e:21:9a", name));
        proc(
                "net/tcp",
                """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 00000000:0017 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 812 1
                   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 704 1
                """);
        proc(
                "net/udp",
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid "
                        + " timeout inode\n");
        computed(
                "/proc/uptime",
                now -> {
                    double up = upSeconds(device, now);
                    return String.format("%.2f %.2f%n", up, up * 0.96)
                            .getBytes(StandardCharsets.ISO_8859_1);
                });
        for (Device.Task task : device.tasks()) {
            String at = "/proc/" + task.pid();
            directory(at);
            String command = task.command();
            String shortName =
                    command.replaceAll("^\\[|]$", "").split(" ")[0].replaceAll(".*/", "");
            proc(
                    task.pid() + "/cmdline",
                    task.size() == 0 ? "" : command.replace(' ', '\0') + "\0");
            proc(task.pid() + "/comm", shortName + "\n");
            proc(
                    task.pid() + "/status",
                    "Name:\t" + shortName + "\nState:\tS (sleeping)\nPid:\t" + task.pid() + "\n");
            proc(task.pid() + "/maps", "");
            if (task.size() > 0) {
                all.put(
                        at + "/exe",
                        new Node.Link(
                                built,
                                command.startsWith("/") ? command.split(" ")[0] : "/bin/busybox"));
            }
        }
    }

    /// Seconds since the device claims to have started. They run with the clock and begin again after twice the stated
    /// uptime, as on a device that is restarted now and then.
    public static double upSeconds(Device device, Instant now) {
        long period = Math.max(1, device.uptime().toSeconds()) * 2;
        return 1 + Math.floorMod(now.getEpochSecond(), period) + now.getNano() / 1e9;
    }

    private static String hexAddress(String dotted) {
        String[] part = dotted.split("\\.");
        return String.format(
                "%02X%02X%02X%02X",
                Integer.parseInt(part[3]),
                Integer.parseInt(part[2]),
                Integer.parseInt(part[1]),
                Integer.parseInt(part[0]));
    }

    private void proc(String name, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        computed("/proc/" + name, _ -> bytes);
    }

    private void computed(String path, Function<Instant, byte[]> text) {
        all.put(path, new Node.Computed(0444, built, text));
    }

    private void text(String path, int mode, String text) {
        all.put(
                path,
                new Node.Plain(
                        mode, built, Body.fixed(text.getBytes(StandardCharsets.ISO_8859_1))));
    }

    private Node.Directory root() {
        return (Node.Directory) build("", new Node.Directory(0755, built, Map.of()));
    }

    private Node build(String path, Node node) {
        if (!(node instanceof Node.Directory directory)) {
            return node;
        }
        Map<String, Node> children = new HashMap<>();
        String prefix = path + "/";
        for (Map.Entry<String, Node> entry : all.tailMap(prefix, true).entrySet()) {
            String key = entry.getKey();
            if (!key.startsWith(prefix)) {
                break;
            }
            if (key.length() > prefix.length() && key.indexOf('/', prefix.length()) < 0) {
                children.put(key.substring(prefix.length()), build(key, entry.getValue()));
            }
        }
        return new Node.Directory(directory.mode(), directory.mtime(), Map.copyOf(children));
    }
}
